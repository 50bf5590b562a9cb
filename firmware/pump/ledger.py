"""The write-ahead ledger (C3): volume is on record before it may move. See docs/decisions/0002.

A log of *checkpoints* (a page: everything there is to know) and *records* (16 bytes: "up to this
many steps may be done", or "exactly this many are"). Recovery takes the last intact checkpoint,
replays the records after it, and adds one reservation for every damaged one.
"""

from pump import allotment as allotments
from pump import codes
from pump.history import BYTES as HISTORY_BYTES
from pump.history import History
from pump.seal import SEAL_BYTES, get, intact, put, seal
from pump.sector_log import SectorLog

LIMIT = 1 << 30
MINUTE_LIMIT = 1 << 24
_FAMILY = 0x01474C  # "LG", format 1
_SLOT_BYTES = 16

# None of these can be read where another one was being written: a cut only leaves ones too many.
_CHECKPOINT = 0xC3
_CHECKPOINT_1 = 0xA5  # one of format 1: without rate and content of the container
_RESERVE = 0x5A  # up to this many steps may be done
_SETTLE = 0x3C  # exactly this many steps are done

_BOOT_PAGES = 2  # a start burns one and writes its checkpoint into another
_ROOM_PAGES = 4  # so that the start after this one has them too

# Both begin alike: kind, minute (3 bytes), total, reservation, seal. A checkpoint goes on with:
_AT_GENERATION = _SLOT_BYTES
_AT_UNSETTLED = 20
_AT_ALLOTMENT = 24
_AT_HISTORY = _AT_ALLOTMENT + allotments.BYTES
_AT_RATE_MAX = _AT_HISTORY + HISTORY_BYTES
_AT_END = _AT_RATE_MAX + 4
_AT_WITHDRAWN = _AT_END + 4
_PAGE_END = _AT_WITHDRAWN + 4 + SEAL_BYTES
_PAGE_END_1 = _AT_RATE_MAX + SEAL_BYTES
# Bits of the byte that says what is not in order.
_UNSETTLED = 1
_UNCONFIRMED = 2
_UNSURE = 4


class Ledger:
    """Steps debited, the allotment in force and the rolling window, in ``sectors`` (>= 4) sectors.

    Attributes, all as a restart would find them: ``reserved`` (steps that may have been done;
    equal to the steps done once settled), ``unsettled`` (motion may not have ended in order),
    ``reservation`` (most steps that one record may add), ``minute`` (powered minutes),
    ``generation``, ``allotment`` or None; of the container: ``end_steps`` (figure of ``reserved``
    at which it has surely nothing left), ``withdrawn_steps`` (drawn back, at the most),
    ``confirmed``, ``sure`` (False: motion was cut off since, so it may hold more than that says).
    """

    def __init__(self, store, first_sector, sectors):
        self._log = SectorLog(store, first_sector, sectors, _SLOT_BYTES, _FAMILY)
        self._history = History()
        # Kept back from reserve(): two sectors, for what orderly stops and restarts need when the
        # rest is used up. Stops stay within the first, so the second can be erased over and over
        # by starts that are all cut off.
        self._kept_pages = 2 * (self._log.pages_per_sector - 1)
        self._wanted_records = 0
        self._live = False  # a checkpoint was written and verified since open()
        self._keep_from = 0  # label of the sector that holds it; older sectors may be erased
        self._last = -1  # sector of the last good record
        self._reading = -1
        self._base = -1  # sector and page of the checkpoint that open() found
        self._base_page = 0
        self._forget()

    @property
    def total(self):
        """Steps debited: the figure of the last record."""
        return self.reserved

    @property
    def recent(self):
        """The window as ``array('i')`` of (minute, steps), oldest first; see ``pump.history``."""
        return self._history.pairs()

    @property
    def records_free(self):
        """Records that ``reserve`` may still write without an erase."""
        log = self._log
        if log.pages_left < self._kept_pages:
            return 0
        return (log.pages_left - self._kept_pages) * log.slots_per_page + log.slots_left()

    def open(self):
        """Read the memory; return 0 or ALARM_LEDGER_INVALID. Writes nothing; boot() follows."""
        self._live = False
        self._keep_from = 0
        self._wanted_records = 0
        self._forget()
        if not self._log.scan() or not self._recover():
            return codes.ALARM_LEDGER_INVALID
        return 0

    def boot(self, minute):
        """Write what was recovered into a fresh page and read it back; False: no motion.

        ``minute``: powered minutes now (below ``self.minute`` counts as that).
        """
        if self.generation == 0:
            return False
        self._count(minute)
        if self._log.pages_left < _BOOT_PAGES:
            self.work()
        return self._log.begin() and self._checkpoint()

    def provision(self, generation):
        """Begin a blank ledger, whatever was there; then call ``work()`` until it returns False.

        ``generation`` (1..2**30 - 1) must be above ``self.generation``. Stopped, after ``open()``;
        erases one sector at most. False: refused, or the memory failed.
        """
        if generation <= self.generation or generation >= LIMIT:
            return False
        log = self._log
        if log.pages_left < 2:
            log.recycle(LIMIT)
        if not self._live and not log.begin():
            return False
        self._forget()
        self.generation = generation
        return self._checkpoint()

    def allot(self, allotment, total=0, end_steps=LIMIT - 1):
        """Put a new allotment in force with ``total`` steps debited from it; the window stays.

        Its container is confirmed by it. False: a figure is out of range (nothing changed), or
        the memory failed.
        """
        if not self._live or not allotment.valid() or total < 0 or total >= LIMIT:
            return False
        if end_steps < total or end_steps >= LIMIT:
            return False
        if self._log.pages_left == 0:
            return False
        self._account(self.reserved)
        old = self.allotment
        if old and old.pl_per_step != allotment.pl_per_step:
            self._history.convert(old.pl_per_step, allotment.pl_per_step)
        self.allotment = allotment
        self.reservation = allotment.reservation_steps
        self._exactly(total)
        self._fitted(end_steps, 0, True, True)
        return self._checkpoint()

    def fit(self, end_steps, withdrawn_steps, confirmed, sure):
        """Put on record what is known of the container; stopped only. True: it is on record."""
        if not self._live or self._log.pages_left == 0:
            return False
        if not (0 <= end_steps < LIMIT and 0 <= withdrawn_steps < LIMIT):
            return False
        self._fitted(end_steps, withdrawn_steps, confirmed, sure)
        return self._checkpoint()

    def set_reservation(self, steps):
        """Put on record what one record may reserve from now on (0..2**30 - 1); True: it is."""
        if steps < 0 or steps >= LIMIT or not self._live:
            return False
        if steps == self.reservation:
            return True
        self.reservation = steps
        kind = _RESERVE if self.unsettled else _SETTLE
        return self._write(kind, self.reserved)

    def reserve(self, total_steps, minute):
        """Write-ahead: up to ``total_steps`` may be done once this returned True. Never allocates.

        At most ``reservation`` above ``reserved``, never below it. False: refused, no room
        (``records_free`` is 0), or the memory failed, and then for good until the next ``open()``.
        """
        more = total_steps - self.reserved
        if not self._live or more < 0 or more > self.reservation or total_steps >= LIMIT:
            return False
        if self.records_free == 0:
            return False
        self._count(minute)
        if not self._write(_RESERVE, total_steps):
            return False
        self._account(self.reserved)
        self.reserved = total_steps
        self.unsettled = True
        return True

    def settle(self, total_steps, minute):
        """Orderly stop: so many steps are done, from the last exact figure to ``reserved``."""
        if not self._live or total_steps < self._exact or total_steps > self.reserved:
            return False
        if total_steps == self.reserved and not self.unsettled and minute <= self.minute:
            return True
        self._count(minute)
        if not self._write(_SETTLE, total_steps):
            return False
        self._account(total_steps)
        self._exactly(total_steps)
        return True

    def prepare(self, records):
        """Ask ``work()`` for that many free records; False: this memory cannot ever have them."""
        log = self._log
        # Two sectors are kept back, and one holds the checkpoint that the rest is counted from.
        if records > (log.sectors - 3) * (log.pages_per_sector - 1) * log.slots_per_page:
            return False
        self._wanted_records = records
        return True

    def work(self):
        """One bounded piece, one erase at most, only while stopped; True while more is to do.

        Between ``open`` and ``boot`` it makes room for ``boot``, whatever cuts have left.
        """
        log = self._log
        if not self._live:
            return self._make_room()
        if log.recycle(self._keep_from) >= 0:
            return True
        if self._keep_from == log.here() or log.pages_left == 0:
            return False
        return self.records_free < self._wanted_records and self._checkpoint()

    # -- inside ---------------------------------------------------------------------------------

    def _make_room(self):
        """Erase a sector if a start may lack pages: an old one, else one that starts have spoilt.

        What comes after the last good record are only attempts of starts: nothing moved since,
        for motion needs a record that was read back. So no row of cuts, however long, uses the
        memory up.
        """
        log = self._log
        if self.generation == 0 or log.pages_left >= _ROOM_PAGES:
            return False
        if not log.firm() or not self._firm_checkpoint():
            return False
        if log.recycle(self._keep_from) >= 0:
            return True
        return log.pages_left < _BOOT_PAGES and log.reclaim(self._last) >= 0

    def _firm_checkpoint(self):
        """Program it once more as it was read: what rests on luck may not outlive older ones."""
        log = self._log
        if not log.read(self._base, self._base_page):
            return False
        if log.page[0] != _CHECKPOINT or not intact(log.page, 0, _PAGE_END):
            return False  # it reads either way: another start, another look
        return log.firm_page(self._base, self._base_page)

    def _forget(self):
        self.generation = 0
        self.minute = 0
        self.reservation = 0
        self.allotment = None
        self._history.clear(0)
        self._exactly(0)
        self._fitted(LIMIT - 1, 0, True, True)

    def _fitted(self, end_steps, withdrawn_steps, confirmed, sure):
        self.end_steps = end_steps
        self.withdrawn_steps = withdrawn_steps
        self.confirmed = confirmed
        self.sure = sure

    def _exactly(self, steps):
        self.reserved = steps
        self.unsettled = False
        self._exact = steps
        self._accounted = steps

    def _count(self, minute):
        if self.minute < minute < MINUTE_LIMIT:
            self.minute = minute

    def _account(self, steps):
        """Date what was done since the last record at this one: it cannot be younger."""
        if steps < self._accounted:
            self._history.refund(self._accounted - steps)
        else:
            self._history.add(self.minute, steps - self._accounted)
        self._accounted = steps

    def _write(self, kind, figure):
        log = self._log
        at = log.slot()
        if at < 0:
            return False
        self._fill(at, kind, figure)
        self._live = log.commit_slot()
        return self._live

    def _fill(self, at, kind, figure):
        out = self._log.out
        out[at] = kind
        put(out, at + 1, 3, self.minute)
        put(out, at + 4, 4, figure)
        put(out, at + 8, 4, self.reservation)
        seal(out, at, at + _SLOT_BYTES)

    def _checkpoint(self):
        """Write everything into a page of its own; from then on older sectors may go."""
        self._account(self.reserved)
        self._history.add(self.minute, 0)
        log = self._log
        page = log.out
        self._fill(0, _CHECKPOINT, self.reserved)
        put(page, _AT_GENERATION, 4, self.generation)
        bits = _UNSETTLED if self.unsettled else 0
        bits |= 0 if self.confirmed else _UNCONFIRMED
        bits |= 0 if self.sure else _UNSURE
        put(page, _AT_UNSETTLED, 4, bits)
        put(page, _AT_END, 4, self.end_steps)
        put(page, _AT_WITHDRAWN, 4, self.withdrawn_steps)
        allotments.store(self.allotment, page, _AT_ALLOTMENT)
        self._history.store(page, _AT_HISTORY)
        put(page, _AT_RATE_MAX, 4, self.allotment.rate_max_nl_h if self.allotment else 0)
        seal(page, 0, _PAGE_END)
        self._live = log.commit_page()
        if self._live:
            self._keep_from = log.here()
        return self._live

    def _recover(self):
        """Find the last checkpoint and replay what follows; False when there is none."""
        log = self._log
        first = log.after(-1)
        index = log.before(-1)
        page = 0
        while index >= 0 and page == 0:
            page = self._find_checkpoint(index)
            if page < 0:
                return False
            if page == 0:
                index = log.before(index)
        found = page > 0
        if found:
            self._load(log.page)
            self._keep_from = log.label(index)
            self._base = index
            self._base_page = page
            self._last = index
        else:
            index = first
        end_index = index
        end_page = page + 1
        damaged = 0
        while index >= 0:
            page += 1
            while page < log.pages_per_sector:
                if not log.read(index, page):
                    self._forget()
                    return False
                if not log.page_blank():
                    end_index = index
                    end_page = page + 1
                    self._reading = index
                    damaged = self._replay(damaged) if found else 0
                page += 1
            page = 0
            index = log.after(index)
        log.end_at(end_index, end_page)
        if found:
            self._conclude(damaged)
        return found

    def _find_checkpoint(self, index):
        """Page of the last checkpoint in a sector, 0: none, -1: the memory did not answer."""
        log = self._log
        page = log.pages_per_sector - 1
        while page > 0:
            if not log.read(index, page):
                return -1
            if _whole(log.page):
                return page
            page -= 1
        return 0

    def _load(self, page):
        self.minute = get(page, 1, 3)
        self.reservation = get(page, 8, 4)
        self.generation = get(page, _AT_GENERATION, 4)
        self.allotment = allotments.load(page, _AT_ALLOTMENT)
        self._history.load(page, _AT_HISTORY, self.minute)
        self._exactly(get(page, 4, 4))
        bits = get(page, _AT_UNSETTLED, 4)
        self.unsettled = bits & _UNSETTLED != 0
        if page[0] == _CHECKPOINT_1:  # what is in the container has to be told anew
            self._fitted(LIMIT - 1, 0, False, False)
            return
        if self.allotment:
            self.allotment.rate_max_nl_h = get(page, _AT_RATE_MAX, 4)
        self._fitted(
            get(page, _AT_END, 4),
            get(page, _AT_WITHDRAWN, 4),
            bits & _UNCONFIRMED == 0,
            bits & _UNSURE == 0,
        )

    def _replay(self, damaged):
        """Take the records of ``log.page``; return how many damaged ones follow the last good."""
        page = self._log.page
        if (page[0] == _CHECKPOINT or page[0] == _CHECKPOINT_1) and intact(page, 0, _SLOT_BYTES):
            return damaged + 1  # a checkpoint whose rest is torn: one record, however long
        for at in range(0, len(page), _SLOT_BYTES):
            kind = page[at]
            if (kind == _RESERVE or kind == _SETTLE) and intact(page, at, at + _SLOT_BYTES):
                damaged = 0
                self._last = self._reading
                self._take(page, at)
            elif not (self._same(page, at, 0xFF) or self._same(page, at, 0)):
                damaged += 1
        return damaged

    def _take(self, page, at):
        figure = get(page, at + 4, 4)
        self._count(get(page, at + 1, 3))
        self.reservation = get(page, at + 8, 4)
        if page[at] == _SETTLE:
            self._account(figure)
            self._exactly(figure)
        else:
            self._account(self.reserved)
            self.reserved = figure
            self.unsettled = True

    def _conclude(self, damaged):
        """What nobody knows the age of happened now, as late as it can have been."""
        figure = self.reserved
        for _ in range(damaged):
            figure += self.reservation if self.reservation < LIMIT - figure else LIMIT - 1 - figure
        unsettled = self.unsettled or damaged > 0
        self._account(figure)
        self._exactly(figure)
        self.unsettled = unsettled
        if unsettled:
            self.sure = False

    def _same(self, page, at, value):
        for index in range(at, at + _SLOT_BYTES):
            if page[index] != value:
                return False
        return True


def _whole(page):
    """Whether a page is a checkpoint, of this format or of the one before, and all of it there."""
    if page[0] == _CHECKPOINT:
        return intact(page, 0, _PAGE_END)
    return page[0] == _CHECKPOINT_1 and intact(page, 0, _PAGE_END_1)
