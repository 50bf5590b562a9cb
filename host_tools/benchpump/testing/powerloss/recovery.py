"""What a board says after it booted on what a cut left, by the public client."""

from __future__ import annotations

from dataclasses import dataclass

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.reference import booted
from benchpump.link.answers import LogRecord
from benchpump.link.messages import Flag, State
from benchpump.link.segments import Segment
from benchpump.testing.powerloss.changes import Change, WatchedFlash
from benchpump.testing.powerloss.reference import configuration
from benchpump.testing.procedures import ML_H, latched, until

_WATCHED_MS = 500  # after the self-test: nothing may move by itself
_REST_RATE_NL_H = 200 * ML_H


@dataclass(frozen=True)
class Figures:
    """What contract C3 is about. `window_steps`: forward steps in the rolling window."""

    state: State
    alarms: tuple[str, ...]
    flags: Flag
    identity: int
    debited_steps: int
    cap_left_steps: int
    window_steps: int


@dataclass(frozen=True)
class Recovered:
    """`moved_steps` at the pin, in any direction; `changes` that the boot made to its memory;
    `touched` the pages of each of its storage operations. `configuration` and `journal` (from the
    record asked for) where they were read."""

    figures: Figures
    moved_steps: int
    changes: tuple[Change, ...]
    touched: tuple[range, ...]
    configuration: tuple[int, ...] = ()
    journal: tuple[LogRecord, ...] = ()


def recover(
    rig: EmulatedRig, journal_from: int | None = None, *, with_configuration: bool = False
) -> Recovered:
    """Let it boot, watch, and read. Raises as `Pump`, vm.VmCrashed, AssertionError by truth."""
    flash = rig.flash
    assert isinstance(flash, WatchedFlash)
    pump = booted(rig)
    rig.clock.sleep_ms(_WATCHED_MS)
    status = pump.status()
    identity = 0
    window_steps = 0
    if status.flags & Flag.ALLOTTED:
        identity = pump.allotment().number("id")
        window = pump.limits().parts[2]
        window_steps = int(window["window_steps"]) - int(window["left_steps"])
    figures = Figures(
        state=status.state,
        alarms=tuple(latched(pump)),
        flags=status.flags,
        identity=identity,
        debited_steps=status.debited_steps,
        cap_left_steps=status.cap_left_steps,
        window_steps=window_steps,
    )
    changes, touched = tuple(flash.changes), tuple(flash.touched)
    recovered = Recovered(
        figures=figures,
        moved_steps=rig.drive.forward_steps + rig.drive.reverse_steps,
        changes=changes,
        touched=touched,
        configuration=configuration(pump) if with_configuration else (),
        journal=tuple(pump.log(journal_from)) if journal_from is not None else (),
    )
    rig.truth.check()
    return recovered


def run_the_rest(rig: EmulatedRig, left_steps: int, window_left_steps: int) -> None:
    """Arm all that cap and window grant and run it; by truth so many steps are left in each.

    Raises AssertionError if it takes more than is left, or not all that it said it would grant.
    """
    pump = booted(rig)
    if pump.status().state == State.ALARM:
        pump.acknowledge()
    pl_per_step = pump.allotment().number("pl_per_step")
    window = int(pump.limits().parts[2]["left_steps"])
    granted = min(pump.status().cap_left_steps, window)
    rig.truth.allot(left_steps, pl_per_step)
    # In two halves: ARM asks for more records than it takes, and the ledger may be a small one.
    for part in (granted - granted // 2, granted // 2):
        pump.load([Segment.bolus(part * pl_per_step // 1000, _REST_RATE_NL_H)])
        pump.start(pump.arm(on_host_loss="STANDALONE").token)
        until(pump, State.ALARM, State.FINISHED, timeout_s=600, poll_s=1)
        rig.clock.sleep_ms(_WATCHED_MS)
    steps = rig.drive.forward_steps
    # A whole number of nL may be a step short of them.
    if not granted - 2 <= steps <= granted:
        raise AssertionError(f"{steps} steps of {granted} granted")
    if steps > window_left_steps:
        raise AssertionError(f"{steps} steps, {window_left_steps} were left in the window")
    rig.truth.check()
