"""The emulated board: the six ports of ``pump.hal`` over the lockstep exchange (contract C6).

``host_tools/lockstep.toml`` describes the exchange. The same file runs on every VM; what differs
between them is how two byte streams are opened, and each runner says that in ``lockstep_stream``.
Nothing here allocates in steady running: records are arrays made once and written as they are.
"""

from array import array

import board_data
from lockstep_data import (
    EXCHANGE_ERASE,
    EXCHANGE_HALT,
    EXCHANGE_IDLE,
    EXCHANGE_LEAVE,
    EXCHANGE_PROGRAM,
    EXCHANGE_READ,
    IN_BUSY_MS,
    IN_EDGES,
    IN_FAILED,
    IN_NOT_DONE,
    IN_NOW_MS,
    IN_PAYLOAD_BYTES,
    IN_PRESSURE,
    IN_RESET_CAUSE,
    IN_SEQUENCE,
    IN_SWITCHES,
    IN_UPSTREAM,
    OUT_ARGUMENT,
    OUT_ENABLE,
    OUT_EXCHANGE,
    OUT_FED,
    OUT_LEASE0_REVERSE,
    OUT_LEASE0_WORD,
    OUT_LEASE1_REVERSE,
    OUT_LEASE1_WORD,
    OUT_LIGHT,
    OUT_PAYLOAD_BYTES,
    OUT_SEQUENCE,
    OUT_SOUND,
    OUT_STIMULATE,
    OUT_WATCHDOG_MS,
    PAYLOAD_BLOCK,
    RECORD_BYTES,
    WORDS,
)
from lockstep_stream import reader, writer
from pump import hal, lease

WRAP = (1 << 30) - 1
RECEIVE_RING = 512  # as the USB receive ring of the real board
SEND_MAX = 64
WATCHDOG_MAX_MS = 8388

_out = array("i", [0] * WORDS)
_in = array("i", [0] * WORDS)
_sent = bytearray(b"\xff" * PAYLOAD_BLOCK)
_received = bytearray(PAYLOAD_BLOCK)
_write = writer.write
_readinto = reader.readinto


def _exchange(kind, argument, count, block, answer):
    """One OUT record, one IN record; returns the payload bytes that came into ``answer``."""
    out = _out
    out[OUT_EXCHANGE] = kind
    out[OUT_ARGUMENT] = argument
    out[OUT_PAYLOAD_BYTES] = count
    _write(out)
    if count:
        _write(block)
    # SystemExit passes every `except Exception` of the firmware: without a host there is no board.
    if _readinto(_in) != RECORD_BYTES or _in[IN_SEQUENCE] != out[OUT_SEQUENCE]:
        raise SystemExit
    got = _in[IN_PAYLOAD_BYTES]
    if got and _readinto(answer) != PAYLOAD_BLOCK:
        raise SystemExit
    out[OUT_SEQUENCE] = (out[OUT_SEQUENCE] + 1) & WRAP
    out[OUT_LEASE0_WORD] = -1
    out[OUT_LEASE1_WORD] = -1
    out[OUT_FED] = 0
    return got


class EmulatedClock:
    def __init__(self, link):
        self._link = link

    def ticks_ms(self):
        return _in[IN_NOW_MS]

    def idle_until(self, deadline_ms):
        link = self._link
        got = _exchange(EXCHANGE_IDLE, deadline_ms & WRAP, link.queued, _sent, _received)
        if link.queued:
            link.handed_over()
        if got:
            link.take(got)

    def watchdog(self, timeout_ms):
        if 1 <= timeout_ms <= WATCHDOG_MAX_MS:
            _out[OUT_WATCHDOG_MS] = timeout_ms
            _out[OUT_FED] = 1

    def feed(self):
        _out[OUT_FED] = 1

    def reset_cause(self):
        return _in[IN_RESET_CAUSE]


class EmulatedDrive:
    """The host's drive model enforces C1; the same refusals here give the firmware its answer."""

    def __init__(self):
        self._reverse = 0
        self._queued_ms = 0  # handed over since the last record came in
        self._seen = -1  # the record for which that is true

    def _since_record(self):
        if self._seen != _out[OUT_SEQUENCE]:
            self._seen = _out[OUT_SEQUENCE]
            self._queued_ms = 0

    def enable(self, on):
        _out[OUT_ENABLE] = 1 if on else 0

    def lease(self, signed_steps, duration_ms):
        reverse = 1 if signed_steps < 0 else 0
        slots = duration_ms // lease.SLOT_MS
        if slots * lease.SLOT_MS != duration_ms:
            return False
        word = lease.encode(-signed_steps if reverse else signed_steps, slots)
        busy_ms = self.busy_ms()
        if word < 0 or not _out[OUT_ENABLE] or busy_ms + duration_ms > lease.QUEUE_MAX_MS:
            return False
        if busy_ms and reverse != self._reverse:
            return False
        if _out[OUT_LEASE0_WORD] < 0:
            _out[OUT_LEASE0_WORD] = word
            _out[OUT_LEASE0_REVERSE] = reverse
        elif _out[OUT_LEASE1_WORD] < 0:
            _out[OUT_LEASE1_WORD] = word
            _out[OUT_LEASE1_REVERSE] = reverse
        else:
            return False  # a record has room for two
        self._reverse = reverse
        self._queued_ms += duration_ms
        return True

    def halt(self):
        _exchange(EXCHANGE_HALT, 0, 0, _sent, _received)
        return _in[IN_NOT_DONE]

    def busy_ms(self):
        self._since_record()
        return _in[IN_BUSY_MS] + self._queued_ms

    def edges(self):
        return _in[IN_EDGES]


class EmulatedSensors:
    def read(self, channel):
        if 0 <= channel <= hal.CHANNEL_FLOW:
            return _in[IN_PRESSURE + channel]
        if channel == hal.CHANNEL_UPSTREAM:
            return _in[IN_UPSTREAM]
        return hal.NOT_FITTED

    def switches(self):
        return _in[IN_SWITCHES]

    def stimulate(self, channel, on):
        if channel != hal.CHANNEL_AIR:
            return False
        if on:
            _out[OUT_STIMULATE] |= 1 << channel
        else:
            _out[OUT_STIMULATE] &= ~(1 << channel)
        return True


class EmulatedStore:
    page_bytes = PAYLOAD_BLOCK
    sector_bytes = 4096
    sectors = board_data.STORE_SECTORS

    def read(self, address, buffer):
        if len(buffer) != PAYLOAD_BLOCK:
            return False
        return _exchange(EXCHANGE_READ, address, 0, _sent, buffer) == PAYLOAD_BLOCK

    def program(self, address, page):
        if len(page) != PAYLOAD_BLOCK:
            return False
        _exchange(EXCHANGE_PROGRAM, address, PAYLOAD_BLOCK, page, _received)
        return not _in[IN_FAILED]

    def erase(self, sector):
        _exchange(EXCHANGE_ERASE, sector, 0, _sent, _received)
        return not _in[IN_FAILED]


class EmulatedLink:
    def __init__(self):
        self.queued = 0  # bytes in _sent
        self._ring = bytearray(RECEIVE_RING)
        self._first = 0
        self._held = 0

    def take(self, count):
        """Keep ``count`` bytes that came with a record; what the ring cannot hold is lost."""
        ring = self._ring
        for index in range(count):
            if self._held < RECEIVE_RING:
                ring[(self._first + self._held) % RECEIVE_RING] = _received[index]
                self._held += 1

    def handed_over(self):
        """The queued bytes are gone with a record: blank the block again."""
        for index in range(self.queued):
            _sent[index] = 0xFF
        self.queued = 0

    def receive(self, buffer):
        count = min(len(buffer), self._held)
        ring = self._ring
        for index in range(count):
            buffer[index] = ring[(self._first + index) % RECEIVE_RING]
        self._first = (self._first + count) % RECEIVE_RING
        self._held -= count
        return count

    def send(self, buffer, count):
        if count < 0 or count > SEND_MAX or self.queued + count > PAYLOAD_BLOCK:
            return False
        for index in range(count):
            _sent[self.queued + index] = buffer[index]
        self.queued += count
        return True

    def leave(self):
        _exchange(EXCHANGE_LEAVE, 0, 0, _sent, _received)
        raise SystemExit


class EmulatedPanel:
    def show(self, light, sound):
        _out[OUT_LIGHT] = light
        _out[OUT_SOUND] = sound


class EmulatedBoard:
    """The six ports, and the first record: drive halted and disabled before anything is read."""

    def __init__(self):
        self.link = EmulatedLink()
        self.clock = EmulatedClock(self.link)
        self.drive = EmulatedDrive()
        self.sensors = EmulatedSensors()
        self.store = EmulatedStore()
        self.panel = EmulatedPanel()
        _out[OUT_LEASE0_WORD] = -1
        _out[OUT_LEASE1_WORD] = -1
        self.drive.halt()


def board():
    """Return the board; call it once."""
    return EmulatedBoard()
