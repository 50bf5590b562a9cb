"""What the firmware may spend: memory and calls in each state, held to `budgets.toml`.

Memory is counted in the WebAssembly VM, whose objects are as large as the board's (32 bits), calls
in CPython. The live heap is read between two calls of the VM, right after a collection.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Collection
from pathlib import Path

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.reference import allot_fitted, booted
from benchpump.link.client import Pump
from benchpump.link.messages import ArmOnHostLoss, State
from benchpump.link.segments import Segment

Figures = dict[str, float]
OWN = Path(__file__).with_suffix(".toml")
SEGMENTS_MAX = 64
SLICE_TICKS = 100
REFERENCE_NL_H = 400_000
_SLICE_MS = SLICE_TICKS * 50
_SLICES = 24  # two minutes: every detector has had its turn, once a minute's work included


def full_program() -> list[Segment]:
    """As many segments as the pump takes, of every kind, an hour each."""
    kinds = [
        Segment.constant(60_000, 72_000),
        Segment.ramp(60_000, 20_000, 72_000),
        Segment.hold(72_000),
        Segment.bolus(20_000, 500_000),
    ]
    return kinds * (SEGMENTS_MAX // len(kinds))


def live_heap(image: bytes) -> Figures:
    """Bytes in use with a full program running, and what loading it leaves to be collected."""
    environment = {"BENCHPUMP_LIVE": "1", "BENCHPUMP_HEAP": "1"}
    with EmulatedRig(Setup(vm="wasm", image=image, environment=environment)) as rig:
        pump = booted(rig)
        rig.clock.sleep_ms(2 * _SLICE_MS)
        first = len(_told(rig, "heap"))
        _start(rig, pump, full_program())
        rig.clock.sleep_ms(_SLICES * _SLICE_MS)
        return {
            "live_heap_bytes": max(_told(rig, "live")[first:]),
            "slice_heap_bytes": max(_told(rig, "heap")[first:]),
        }


def calls(image: bytes) -> Figures:
    """Calls a tick in each state, mean and worst; a host that asks in each tick on its own."""
    figures: Figures = {}
    with EmulatedRig(Setup(vm="cpython", image=image, environment=_COUNTED)) as rig:
        pump = booted(rig)
        rig.clock.sleep_ms(2000)

        def take(state: str, wait: Callable[[], object] | None = None) -> None:
            figures.update(_calls(rig, state, wait or (lambda: rig.clock.sleep_ms(_SLICE_MS))))

        def asking() -> None:
            for _ in range(SLICE_TICKS):
                pump.status()

        take("idle")
        _start(rig, pump, [Segment.constant(REFERENCE_NL_H, 72_000)])
        take("running")
        take("asked", asking)
        pump.start(pump.bolus(1_000_000, 15_000_000).token)
        take("bolus")
        rig.inject("cassette", "out")
        pump.wait(lambda status: status.state == State.ALARM, timeout_s=2)
        take("alarm")
    return figures


def missed(figures: Figures, source: Path = OWN, unasked: Collection[str] = ()) -> list[str]:
    """A line for each figure that is above its budget, below the least it is to be, or missing.

    Those `unasked` for may be missing. Prints the others beside budget and what was measured
    before.
    """
    budgets = tomllib.loads(source.read_text(encoding="utf-8"))
    wrong: list[str] = []
    for name, budget in budgets.items():
        value = figures.get(name)
        if value is None and name in unasked:
            continue
        if value is None:
            wrong.append(f"{name} was not measured")
            continue
        line = _beyond(name, value, budget)
        bound = " ".join(f"{kind} {budget[kind]}" for kind in ("least", "most") if kind in budget)
        word = "OVER" if line else "ok  "
        print(f"{word} {name} {value:g}, {bound}, before {budget['before']}: {budget['text']}")
        if line:
            wrong.append(line)
    return wrong


def _beyond(name: str, value: float, budget: dict[str, float]) -> str:
    if value > budget.get("most", math.inf):
        return f"{name} is {value:g}, above its budget of {budget['most']}"
    if value < budget.get("least", -math.inf):
        return f"{name} is {value:g}, below {budget['least']}"
    return ""


_COUNTED = {"BENCHPUMP_COUNT_CALLS": "1"}


def _start(rig: EmulatedRig, pump: Pump, segments: list[Segment]) -> None:
    allot_fitted(rig, pump)
    pump.load(segments)
    pump.start(pump.arm(on_host_loss=ArmOnHostLoss.STANDALONE).token)


def _calls(rig: EmulatedRig, state: str, wait: Callable[[], object]) -> Figures:
    wait()  # the slice under way still holds what came before
    before = len(_told(rig, "calls"))
    for _ in range(_SLICES):
        wait()
    means, worst = _told(rig, "calls")[before:], _told(rig, "worst")[before:]
    return {
        f"calls_{state}_mean": round(sum(means) / len(means) / SLICE_TICKS, 1),
        f"calls_{state}_worst": max(worst),
    }


def _told(rig: EmulatedRig, word: str) -> list[int]:
    return rig.board.vm.told(word) if rig.board.vm is not None else []
