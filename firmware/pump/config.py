"""This pump's configuration: calibration and limits, kept twice, a sector each."""

from array import array

from pump import codes
from pump.seal import SEAL_BYTES, get, intact, put, seal

_PAGE_BYTES = 256
_MAGIC = 0xC7
_FORMAT = 1
_AT_VALUES = 8  # before them: magic, format, number of fields, unused, revision
_FIELDS_MAX = (_PAGE_BYTES - _AT_VALUES - SEAL_BYTES) // 4
NO_COPY = -1  # no intact copy
UNKNOWN_VERSION = -2  # an intact one of another format, or with fields that this does not know
_COPIES = 2


class Config:
    """Attributes: ``values`` (``array('i')`` by CONFIG_*), ``bad_field``.

    ``bad_field``: after a ``load`` that failed, the first field that is missing or out of range,
    or NO_COPY or UNKNOWN_VERSION.
    """

    def __init__(self, store, first_sector):
        self._store = store
        self._first = first_sector
        self._page = bytearray(_PAGE_BYTES)
        self._back = bytearray(_PAGE_BYTES)
        self._revision = 0  # of the copy in force; 0: there is none
        self._newest = 0
        self.values = array("i", codes.CONFIG_DEFAULT)
        self.bad_field = NO_COPY

    def load(self):
        """Take the newest intact copy; return 0 or codes.ALARM_CONFIG_INVALID. Stopped only.

        Makes both copies alike when a cut left them different (one erase). ``values`` hold the
        default of every field that is missing or out of range, so that service can go on.
        """
        for field in range(codes.CONFIG_COUNT):
            self.values[field] = codes.CONFIG_DEFAULT[field]
        self.bad_field = NO_COPY
        self._revision = 0
        alike = True
        for copy in range(_COPIES):
            revision = self._read(copy)
            alike = alike and revision > 0 and (copy == 0 or revision == self._revision)
            if revision > self._revision:
                self._revision = revision
                self._newest = copy
                # What was read is kept: marginal bits may read differently a second time.
                self._page, self._back = self._back, self._page
        if self._revision == 0:
            return codes.ALARM_CONFIG_INVALID
        self._page, self._back = self._back, self._page
        if not self._take():
            return codes.ALARM_CONFIG_INVALID
        # Programming the newest copy again makes firm what may be readable only by luck.
        if not alike and not (self._program(self._newest) and self._write(1 - self._newest)):
            self.bad_field = NO_COPY
            return codes.ALARM_CONFIG_INVALID
        return codes.ALARM_CONFIG_INVALID if self.bad_field >= 0 else 0

    def set(self, field, value):
        """Change the working copy; return 0, ERROR_CONFIG_FIELD or ERROR_CONFIG_RANGE."""
        if field < 0 or field >= codes.CONFIG_COUNT:
            return codes.ERROR_CONFIG_FIELD
        if value < codes.CONFIG_MIN[field] or value > codes.CONFIG_MAX[field]:
            return codes.ERROR_CONFIG_RANGE
        self.values[field] = value
        return 0

    def commit(self):
        """Write the working copy to the place of the older one; True when it read back.

        Stopped only: one erase. ``load``, which must follow in a later tick, makes the other place
        alike. After a cut at any point ``load`` finds the old or the new one.
        """
        if self._revision and not self._keep():
            return False
        older = 1 - self._newest
        self._fill(self._revision + 1)
        if not self._write(older):
            return False
        self._newest = older
        self._revision += 1
        return True

    # -- inside ---------------------------------------------------------------------------------

    def _address(self, copy):
        return (self._first + copy) * self._store.sector_bytes

    def _read(self, copy):
        """Read a copy; return its revision, 0 when it is not intact."""
        page = self._page
        if not self._store.read(self._address(copy), page):
            return 0
        if page[0] != _MAGIC or page[2] > _FIELDS_MAX:
            return 0
        return get(page, 4, 4) if intact(page, 0, _end(page[2])) else 0

    def _take(self):
        """Take the fields of ``_page``; False where their meaning is not known."""
        stored = self._page[2]
        if self._page[1] != _FORMAT or stored > codes.CONFIG_COUNT:
            self.bad_field = UNKNOWN_VERSION
            return False
        if stored < codes.CONFIG_COUNT:
            self.bad_field = stored
        for field in range(stored):
            value = get(self._page, _AT_VALUES + 4 * field, 4)
            if value < codes.CONFIG_MIN[field] or value > codes.CONFIG_MAX[field]:
                if self.bad_field < 0 or field < self.bad_field:
                    self.bad_field = field
            else:
                self.values[field] = value
        return True

    def _keep(self):
        """Make sure of one copy before the other is erased: a cut may have left it weak."""
        for copy in range(_COPIES):
            if self._read(copy) == self._revision and self._program(copy):
                self._newest = copy
                return True
        return False

    def _fill(self, revision):
        page = self._page
        for at in range(_PAGE_BYTES):
            page[at] = 0xFF
        page[0] = _MAGIC
        page[1] = _FORMAT
        page[2] = codes.CONFIG_COUNT
        put(page, 4, 4, revision)
        for field in range(codes.CONFIG_COUNT):
            put(page, _AT_VALUES + 4 * field, 4, self.values[field])
        seal(page, 0, _end(codes.CONFIG_COUNT))

    def _write(self, copy):
        return self._store.erase(self._first + copy) and self._program(copy)

    def _program(self, copy):
        address = self._address(copy)
        return (
            self._store.program(address, self._page)
            and self._store.read(address, self._back)
            and self._back == self._page
        )


def _end(fields):
    return _AT_VALUES + 4 * fields + SEAL_BYTES
