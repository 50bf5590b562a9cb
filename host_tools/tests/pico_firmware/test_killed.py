"""The interpreter dies while the pump steps: what then still comes out of the step pin (C1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from benchpump.bench.pico.chip import Chip
from benchpump.bench.pico.forks import forked
from benchpump.bench.pico.rig import PicoRig
from benchpump.testing.procedures import ML_H, start_constant
from benchpump.testing.verdict import SUMMARY

STEP = 2
QUIET_WITHIN_MS = 120
WATCHED_MS = 1000
LOOK_NS = 20_000
LOOKED_AT_MS = 400
SLOTS, SLOT_BITS, ENDED = 6, 5, 31
"""The format of a lease word: docs/decisions/0001-lease-word.md."""

Note = Callable[[str, object], None]
SPREAD, AROUND_A_WORD, IN_A_PROGRAM = 30, 12, 8
"""How many of the fifty moments are of which kind."""


@dataclass(frozen=True)
class Killed:
    """What was seen after a kill; `held_steps`: what the state machine had to do still."""

    kind: str
    words_queued: int
    pin_high: bool
    held_steps: int
    steps_after: int
    last_step_ms: float  # 0: none came


@dataclass(frozen=True)
class Seen:
    """Moments of a run, in ns from its beginning."""

    words: list[int]
    programs: list[tuple[int, int]]


def _slots(register: int) -> int:
    steps = 0
    for _ in range(SLOTS):
        count = register & ENDED
        if count == ENDED:
            break
        steps += count
        register >>= SLOT_BITS
    return steps


def held_steps(chip: Chip) -> int:
    """Steps that the lease machine was given and has not made, read from its registers."""
    machine = chip.machine_at(STEP)
    steps = sum(_slots(word) for word in machine.tx_fifo.items)
    if not machine.waiting and machine.x != ENDED:
        steps += machine.x + _slots(machine.output_shift_reg)
    return steps


def _look(rig: PicoRig) -> Seen:
    """When words are handed over and pages programmed, if nobody kills it."""
    chip = rig.board.chip
    assert chip is not None
    began_ns = chip.now_ns
    seen = Seen([], [])
    stall = chip.stall

    def stalled(duration_ns: int) -> None:
        seen.programs.append((chip.now_ns - began_ns, duration_ns))
        stall(duration_ns)

    chip.stall = stalled
    before = 0

    def look() -> None:
        nonlocal before
        machine = chip.machine_at(STEP)
        queued = machine.tx_fifo.item_count + (not machine.waiting)
        if queued > before:
            seen.words.append(chip.now_ns - began_ns)
        before = queued
        alarm.schedule(LOOK_NS)

    alarm = chip.alarm(look)
    look()
    seen.words.clear()
    rig.clock.sleep_ms(LOOKED_AT_MS)
    return seen


def _moments(seen: Seen) -> list[tuple[str, int]]:
    spread = [("spread", at * 100_000_000 // SPREAD) for at in range(SPREAD)]
    offsets_ns = (-2_000_000, -100_000, -20_000, 0, 20_000, 500_000)
    words = [("at a word", word + offset) for word in seen.words[1:3] for offset in offsets_ns]
    programs = [
        ("in a program", at + duration * part // 5)
        for at, duration in seen.programs[:2]
        for part in (1, 2, 3, 4)
    ]
    assert len(words) == AROUND_A_WORD, seen
    assert len(programs) == IN_A_PROGRAM, seen
    return spread + words + programs


def _kill(rig: PicoRig, kind: str, after_ns: int) -> Killed:
    board = rig.board
    chip = board.chip
    assert chip is not None
    found: list[tuple[int, int, int, bool, int]] = []

    def die() -> None:
        board.kill()
        pin = bool(chip.mcu.gpio[STEP].output_value)
        queued = chip.machine_at(STEP).tx_fifo.item_count
        found.append((board.now_us, board.drive.forward_steps, queued, pin, held_steps(chip)))

    chip.alarm(die).schedule(max(1, after_ns))
    rig.clock.sleep_ms(LOOKED_AT_MS + WATCHED_MS)
    ((killed_us, before, queued, high, held),) = found
    rig.truth.check()
    assert board.drive.reverse_steps == 0
    after = board.drive.forward_steps - before
    last_ms = (board.drive.last_step_us - killed_us) / 1000 if after else 0.0
    return Killed(kind, queued, high, held, after, last_ms)


def _campaign(rig: PicoRig) -> list[Killed]:
    start_constant(rig.connect(), 300 * ML_H, 60)
    rig.clock.sleep_ms(1000)
    moments = _moments(forked(lambda: _look(rig)))
    return [forked(lambda at=at: _kill(rig, *at)) for at in moments]


@pytest.mark.requirement("REQ-KILL-1")
def test_killed_at_fifty_moments(idle: PicoRig, record_property: Note) -> None:
    """At moments spread over two ticks, around the hand-over of a word and inside the program of a
    ledger record: the steps still made are those that were leased, the last within 120 ms."""
    killed = forked(lambda: _campaign(idle))
    latest = sorted(one.last_step_ms for one in killed)
    record_property(SUMMARY, _told(latest))
    print(_told(latest))
    assert len(killed) == SPREAD + AROUND_A_WORD + IN_A_PROGRAM >= 50
    for one in killed:
        assert one.steps_after == one.held_steps, one
        assert one.last_step_ms <= QUIET_WITHIN_MS, one
    # What is claimed to be among the moments is.
    assert any(one.pin_high for one in killed)
    assert any(one.words_queued for one in killed)
    assert any(not one.words_queued and one.held_steps for one in killed)


def _told(latest: list[float]) -> str:
    middle = latest[len(latest) // 2]
    return (
        f"{len(latest)} kills while stepping: last step after {latest[0]:.1f} to {latest[-1]:.1f}"
        f" ms, half of them within {middle:.1f} ms"
    )
