"""The journal: commands, states and alarms, in a ring that outlives the power."""

from array import array

from pump import codes
from pump.recall import Recall
from pump.seal import get, get_signed, intact, put, seal
from pump.sector_log import SectorLog

# Fields of a record as ``read`` gives them.
NUMBER = 0
BOOT = 1
TICK = 2
CODE = 3
VALUE = 4
LIMIT = 5
DEBITED = 6
FIELDS = 7

_FAMILY = 0x01524A  # "JR", format 1
_RECORD = 0x69
_SLOT_BYTES = 32
_ALARM_CODES = 128  # codes below this are alarms, see protocol.toml
_ALARM_PAGES = 2  # kept for alarms: more than there are alarms that could latch
_READY_PAGES = 15  # work() drops the oldest sector when fewer are left


class Journal:
    """Attributes: ``oldest`` and ``newest`` record (``oldest > newest``: empty), ``boot``.

    ``uncaught``: as ``open`` found it, an exception that nobody has acknowledged since, else 0;
    ``uncaught_state``: the state in which it came. ``recall``: the boluses that ``open`` found.
    """

    def __init__(self, store, first_sector, sectors):
        self._log = SectorLog(store, first_sector, sectors, _SLOT_BYTES, _FAMILY)
        self._first = array("i", [0] * sectors)  # first record in each sector, 0: none
        self._open = False
        self._wanted_pages = _READY_PAGES
        self.oldest = 1
        self.newest = 0
        self.boot = 0
        self.uncaught = 0
        self.uncaught_state = 0
        self.recall = Recall()

    def open(self):
        """Find the records and begin a fresh page; False when the memory cannot be used.

        Erases one sector if there is no room at all (a board's first start); only while stopped.
        """
        log = self._log
        self._open = False
        self.newest = 0
        self.boot = 0
        self.uncaught = 0
        self.recall.forget()
        if not log.scan() or not self._find_records():
            return False
        self.boot += 1
        self._find_oldest()
        if log.pages_left < _ALARM_PAGES + 1:
            self._recycle()
        self._open = log.begin()
        return self._open

    def usable(self):
        """Whether it was opened, and the memory has taken everything since."""
        return self._open and not self._log.failed

    def fields(self):
        """A new ``array('i')`` for ``read`` to fill."""
        return array("i", [0] * FIELDS)

    @property
    def free(self):
        """Records other than alarms that ``append`` can still take without an erase."""
        log = self._log
        if log.pages_left < _ALARM_PAGES:
            return 0
        return (log.pages_left - _ALARM_PAGES) * log.slots_per_page + log.slots_left()

    def append(self, tick, code, value, limit, debited):
        """Add a record (integers below 2**30 in magnitude, code 0..65535) and read it back.

        Never erases. False: full (alarms, codes below 128, have a reserve), or the memory failed.
        """
        log = self._log
        if not self._open or (code >= _ALARM_CODES and self.free == 0):
            return False
        at = log.slot()
        if at < 0:
            return False
        out = log.out
        out[at] = _RECORD
        put(out, at + 1, 3, self.boot)
        put(out, at + 4, 4, self.newest + 1)
        put(out, at + 8, 4, tick)
        put(out, at + 12, 4, value)
        put(out, at + 16, 4, limit)
        put(out, at + 20, 4, debited)
        put(out, at + 24, 2, code)
        seal(out, at, at + _SLOT_BYTES)
        if not log.commit_slot():
            return False
        self.newest += 1
        index = log.index
        if self._first[index] == 0:
            self._first[index] = self.newest
        return True

    def read(self, record, into):
        """Fill ``into`` (``array('i')`` of FIELDS) with a record by number; False: not there.

        A number that a torn record carried too belongs to the later one.
        """
        log = self._log
        index = log.before(-1)
        while index >= 0:
            if 0 < self._first[index] <= record and self._seek(index, record, into):
                return True
            index = log.before(index)
        return False

    def prepare(self, records):
        """Ask ``work()`` for that many ``free`` records; False: there can never be so many."""
        if not self.usable():
            return False
        log = self._log
        pages = _ALARM_PAGES + (records + log.slots_per_page - 1) // log.slots_per_page
        if pages > (log.sectors - 1) * (log.pages_per_sector - 1):
            return False
        self._wanted_pages = pages if pages > _READY_PAGES else _READY_PAGES
        return True

    def work(self):
        """Make room, one erase at most, only while stopped; True: there is more to do."""
        return self._log.pages_left < self._wanted_pages and self._recycle()

    # -- inside ---------------------------------------------------------------------------------

    def _recycle(self):
        """Erase what has no label, else the oldest sector, never the one in use."""
        log = self._log
        index = log.recycle(log.here())
        if index < 0:
            return False
        self._first[index] = 0
        self._find_oldest()
        return True

    def _find_oldest(self):
        self.oldest = self.newest + 1
        for index in range(self._log.sectors):
            if 0 < self._first[index] < self.oldest:
                self.oldest = self._first[index]

    def _find_records(self):
        """Take in every sector's first record and the newest one, up to where the log ends."""
        log = self._log
        for sector in range(log.sectors):
            self._first[sector] = 0
        if not self._find_end():
            return False
        index = log.after(-1)
        while index >= 0:
            for page in range(1, log.pages_used(index)):
                if not log.read(index, page):
                    return False
                self._take(index)
            index = log.after(index)
        return True

    def _find_end(self):
        """Find the last page that is not blank; what a cut left half-written there is settled."""
        log = self._log
        index = log.before(-1)
        first = index
        while index >= 0:
            page = log.pages_per_sector
            while page > 1:
                page -= 1
                if not log.read(index, page):
                    return False
                if not log.page_blank():
                    log.end_at(index, page + 1)
                    return self._settle(index, page)
            first = index
            index = log.before(index)
        log.end_at(first, 1)
        return True

    def _settle(self, index, page):
        """Make firm what one reading shows; what it shows no record in shows none ever after.

        A record that was taken in once and read otherwise later would be a gap.
        """
        log = self._log
        if not log.read(index, page):
            return False
        found = log.page
        for at in range(0, len(found), _SLOT_BYTES):
            if not _holds_record(found, at):
                for byte in range(at, at + _SLOT_BYTES):
                    found[byte] = 0
        return log.firm_page(index, page)

    def _take(self, index):
        page = self._log.page
        for at in range(0, len(page), _SLOT_BYTES):
            if _holds_record(page, at):
                number = get(page, at + 4, 4)
                if self._first[index] == 0:
                    self._first[index] = number
                if number > self.newest:
                    self.newest = number
                    self.boot = get(page, at + 1, 3)
                    code = get(page, at + 24, 2)
                    self.recall.see(number, self.boot, get(page, at + 8, 4), code)
                    self._take_exception(code, at)

    def _take_exception(self, code, at):
        page = self._log.page
        if code == codes.ALARM_UNCAUGHT or code == codes.ALARM_UNCAUGHT_BEFORE:
            self.uncaught = code
            self.uncaught_state = get_signed(page, at + 12)
        elif code == codes.EVENT_ACKNOWLEDGED and get_signed(page, at + 16) == 0:
            self.uncaught = 0  # with a fault beside it (its code is the limit) nothing was

    def _seek(self, index, record, into):
        log = self._log
        page = log.pages_per_sector
        while page > 1:
            page -= 1
            if not log.read(index, page):
                return False
            at = len(log.page)
            while at > 0:
                at -= _SLOT_BYTES
                if self._matches(at, record):
                    self._fill(at, into)
                    return True
        return False

    def _matches(self, at, record):
        page = self._log.page
        return get(page, at + 4, 4) == record and _holds_record(page, at)

    def _fill(self, at, into):
        page = self._log.page
        into[NUMBER] = get(page, at + 4, 4)
        into[BOOT] = get(page, at + 1, 3)
        into[TICK] = get(page, at + 8, 4)
        into[CODE] = get(page, at + 24, 2)
        into[VALUE] = get_signed(page, at + 12)
        into[LIMIT] = get_signed(page, at + 16)
        into[DEBITED] = get_signed(page, at + 20)


def _holds_record(page, at):
    return page[at] == _RECORD and intact(page, at, at + _SLOT_BYTES)
