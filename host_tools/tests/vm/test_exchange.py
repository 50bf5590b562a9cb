"""The lockstep exchange on every VM (C1, C6)."""

from __future__ import annotations

import pytest

from benchpump.bench import lockstep
from benchpump.bench.lockstep_data import OUT_LEASE0_WORD, OUT_LIGHT
from benchpump.bench.stuck_guard import StuckGuard
from benchpump.bench.trace import records
from benchpump.bench.vm import VmCrashed

from .conftest import Start, available_vms

MINUTE_US = 60_000_000


@pytest.mark.parametrize("kind", available_vms())
def test_same_inputs_give_the_same_trace_on_every_vm(start: Start, kind: str) -> None:
    """C6: link bytes, an e-stop and a wrap of the tick counter; CPython's trace is the measure."""
    digests: list[str] = []
    for each in ("cpython", kind):
        board = start(each, start_ticks_ms=2**30 - 30_000)
        board.run_until(MINUTE_US // 4)
        board.send(bytes(range(200)))
        board.run_until(MINUTE_US // 2)
        board.cut_enable(True)
        board.run_until(MINUTE_US)
        digests.append(board.trace.digest())
        assert board.ticks_ms() == 30_000
        assert board.receive() == bytes(range(200))
    assert digests[0] == digests[1]


def test_the_trace_notices_a_single_step(start: Start) -> None:
    """C6: the comparison above can fail: one step more in one lease gives another digest."""
    plain = start()
    plain.run_until(MINUTE_US)
    other = start(source="state[0] = 1\n")
    other.run_until(MINUTE_US)
    assert plain.trace.digest() != other.trace.digest()


@pytest.mark.parametrize("offset_us", [-1, 0, 1])
def test_a_wake_up_comes_at_its_microsecond(start: Start, offset_us: int) -> None:
    """C6: time stops where the waiting stops; the tick at 50 ms has run from 50000 us on."""
    board = start()
    board.run_until(0)
    before = board.exchanges
    board.run_until(50_000 + offset_us)
    assert board.now_us == 50_000 + offset_us
    assert board.exchanges - before == (1 if offset_us >= 0 else 0)


def test_killed_vm_leaves_at_most_120_ms_of_motion(start: Start) -> None:
    """C1: a dead interpreter cannot keep the motor going; its leases run out, nothing follows."""
    board = start()
    board.run_until(MINUTE_US)
    at_us = board.now_us
    steps = board.drive.forward_steps
    board.kill()
    board.run_until(at_us + MINUTE_US)
    assert board.drive.forward_steps > steps
    assert board.drive.last_step_us <= at_us + 120_000


def test_hang_starves_the_drive_and_ends(start: Start) -> None:
    """C1, C6: wake-ups withheld, drive and plant go on; afterwards the same VM ticks on."""
    board = start()
    board.run_until(MINUTE_US)
    exchanges = board.exchanges
    board.hang()
    board.run_until(board.now_us + 1_000_000)
    assert board.exchanges == exchanges
    assert board.drive.last_step_us <= MINUTE_US + 120_000
    board.resume()
    board.run_until(board.now_us + 100_000)
    assert board.exchanges > exchanges


def test_slow_tick_acts_later_than_it_read(start: Start) -> None:
    """C6: the actuator words of a tick that takes 30 ms take effect 30 ms after its readings."""
    board = start()
    board.run_until(MINUTE_US)
    board.slow_us, board.slow_ticks = 30_000, 1
    light = board.light
    board.run_until(MINUTE_US + 79_999)
    assert board.light == light
    board.run_until(MINUTE_US + 80_000)
    assert board.light != light


@pytest.mark.parametrize(("unfed_ms", "bites"), [(999, False), (1000, True), (1001, True)])
def test_watchdog_bites_at_its_timeout(start: Start, unfed_ms: int, bites: bool) -> None:
    """Watchdog: a reset with its own cause, and not one millisecond before the timeout."""
    board = start(source="clock.watchdog(1000)\n")
    board.run_until(0)
    board.hang()
    board.run_until(unfed_ms * 1000)
    assert (board.sound == 2) is bites  # the idle firmware shows its reset cause as sound


def test_a_fed_watchdog_does_not_bite(start: Start) -> None:
    """Watchdog: the board that feeds it in every tick is never reset."""
    fed = "clock.watchdog(51)\nplain = tick\ndef tick():\n    plain()\n    clock.feed()\n"
    board = start(source=fed)
    board.run_until(MINUTE_US)
    assert board.sound == 1


def test_reset_drops_what_was_leased(start: Start) -> None:
    """C1: the enable line falls with the chip: not one step after power has gone."""
    board = start()
    board.run_until(MINUTE_US)
    board.stop_chip()
    steps = board.drive.forward_steps
    board.run_until(board.now_us + MINUTE_US)
    assert board.drive.forward_steps == steps
    assert board.drive.edges == 0


def test_estop_cuts_the_drive_without_the_firmware(start: Start) -> None:
    """The e-stop's own contact: the idle firmware ignores the switch and yet nothing moves."""
    board = start()
    board.run_until(MINUTE_US)
    board.cut_enable(True)
    displaced_nl = board.plant.displaced_nl
    board.run_until(board.now_us + 1_000_000)
    assert board.plant.displaced_nl == displaced_nl
    board.cut_enable(False)
    board.run_until(board.now_us + 1_000_000)
    assert board.plant.displaced_nl > displaced_nl


def test_a_crash_shows_what_the_vm_wrote(start: Start) -> None:
    """A firmware defect is told with its traceback, never as a silent pump."""
    board = start(source="def tick():\n    if state[0] == 5:\n        raise ValueError('here')\n")
    with pytest.raises(VmCrashed, match="here"):
        board.run_until(MINUTE_US)


def test_a_vm_that_loops_for_ever_is_ended(start: Start) -> None:
    """A firmware that never gives its tick back fails the run instead of silencing it."""
    board = start(source="def tick():\n    while state[0] == 5:\n        pass\n")
    StuckGuard(limit_s=0.4).add(board)
    with pytest.raises(VmCrashed, match="gave no record"):
        board.run_until(MINUTE_US)


def test_every_record_can_be_read_back(start: Start) -> None:
    """The trace holds each record in order, out and in alternating, even across a kill."""
    board = start()
    board.run_until(200_000)
    board.kill()
    board.boot()
    board.run_until(400_000)
    seen = list(records(bytes(board.trace.pending)))
    assert [way for way, _, _ in seen[:-1]] == ["out", "in"] * (len(seen) // 2)
    unanswered = [at for at, (way, fields, _) in enumerate(seen) if fields["sequence"] < 0]
    assert len(unanswered) == 1
    assert seen[unanswered[0] + 1][1]["sequence"] == 0
    first = lockstep.RECORD.unpack(bytes(board.trace.pending[: lockstep.RECORD_BYTES]))
    assert first[OUT_LEASE0_WORD] == -1
    assert first[OUT_LIGHT] == 0
