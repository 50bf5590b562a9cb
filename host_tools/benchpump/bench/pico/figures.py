"""`make bench TARGET=pico`: what a tick of the chip's own image takes, in the chip's time.

`python -m benchpump.bench.pico.figures [--hours 1] [--out out/bench-pico.json]`. The same
image and files give the same figures on every machine. Targets are in `figures.toml`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchpump.bench import budgets
from benchpump.bench.pico import outside
from benchpump.bench.pico.inside import Inside
from benchpump.bench.pico.outside import REFERENCE_NL_H, TICK_MS, start
from benchpump.bench.pico.provisioned import provisioned_flash
from benchpump.bench.pico.rig import PicoRig, PicoSetup
from benchpump.bench.rig import DeviceMissing
from benchpump.link.client import Pump
from benchpump.link.messages import State

Figures = budgets.Figures
TARGETS = Path(__file__).with_suffix(".toml")
PHASE_TICKS = 100
POLL_TICKS = 5
"""One tick in so many is asked in: the busiest host here, `Pump.wait`, pauses 250 ms between."""
OF_HOURS = ("heap_growth_bytes",)
"""What only a long run tells."""


def phases(rig: PicoRig, pump: Pump, *, with_bolus: bool) -> dict[str, tuple[int, int]]:
    """Bring the pump into each state for 5 s; the first tick of each, the one after its last."""
    seen: dict[str, tuple[int, int]] = {}

    def take(name: str, wait: Callable[[], object]) -> None:
        first = pump.status().tick + 2  # it answers before it counts the tick that it answers in
        wait()
        seen[name] = first, pump.status().tick + 1

    def rest() -> None:
        rig.clock.sleep_ms(PHASE_TICKS * TICK_MS)

    def asking() -> None:
        for _ in range(PHASE_TICKS):
            pump.status()

    def polling() -> None:
        for _ in range(PHASE_TICKS // POLL_TICKS):
            pump.status()
            rig.clock.sleep_ms((POLL_TICKS - 1) * TICK_MS)

    take("idle", rest)
    take("commanded", lambda: start(pump, REFERENCE_NL_H))
    take("running", rest)
    take("polled", polling)
    take("asked", asking)
    if with_bolus:
        pump.start(pump.bolus(250_000, 15_000_000).token)
        rig.clock.sleep_ms(2 * TICK_MS)
        take("bolus", rest)
    estop = rig.inject("estop", "switch_only")
    pump.wait(lambda status: status.state == State.ALARM, timeout_s=2)
    take("alarm", rest)
    estop.clear()
    rig.clock.sleep_ms(4 * TICK_MS)
    pump.acknowledge()
    return seen


def times(rig: PicoRig, inside: Inside) -> Figures:
    """Milliseconds that a tick takes in each state, from waking up to going idle."""
    seen = phases(rig, inside.watch_times(), with_bolus=True)
    noted = inside.noted()
    if not noted.longest_collection_us:
        raise RuntimeError("no collection was seen in half a minute of ticks")
    figures: Figures = {"collection_longest_ms": noted.longest_collection_us / 1000}
    for name, (first, end) in seen.items():
        taken = noted.between(first, end)
        figures[f"tick_{name}_mean_ms"] = sum(taken) / len(taken) / 1000
        figures[f"tick_{name}_worst_ms"] = max(taken) / 1000
    return figures


def taken_bytes(rig: PicoRig, inside: Inside) -> Figures:
    """Bytes of the heap that a tick takes and does not give back, by state.

    Without the bolus: the pump gives no second one within ten minutes.
    """
    seen = phases(rig, inside.watch_bytes(), with_bolus=False)
    noted = inside.noted()
    figures: Figures = {}
    for name, (first, end) in seen.items():
        taken = noted.between(first, end)
        figures[f"tick_{name}_heap_bytes"] = sum(taken) / len(taken)
    return figures


def long_run(rig: PicoRig, inside: Inside, hours: float) -> Figures:
    """The reference infusion for that long: what its collections take, and what it leaves."""
    start(inside.watch_times(), REFERENCE_NL_H)
    rig.clock.sleep_ms(hours * 3.6e6)
    noted = inside.noted()
    live_bytes, _ = inside.heap()
    return {
        "collection_longest_ms": noted.longest_collection_us / 1000,
        "live_heap_bytes": live_bytes,
        "heap_growth_bytes": noted.grown_bytes,
    }


def measure(setup: PicoSetup, hours: float = 0.0) -> Figures:
    """All figures. Raises image.ImageMissing, link errors, RuntimeError."""
    with PicoRig(setup) as rig:
        figures = _told(outside.figures(rig))
        inside = Inside(rig)
        figures["live_heap_bytes"], figures["heap_longest_free_bytes"] = inside.heap()
        figures |= _told(times(rig, inside))
        figures |= _told(taken_bytes(rig, inside))
        if hours:
            figures |= _told(long_run(rig, inside, hours))
        rig.truth.check()
    return figures


def _told(figures: Figures) -> Figures:
    """The same; whoever waits for minutes sees that it goes on."""
    print(*(f"{name} {value:.2f}" for name, value in figures.items()), sep=", ", flush=True)
    return figures


def main() -> int:
    """The command line; 1 if a target is missed, 0 also where there is no image."""
    parser = argparse.ArgumentParser(description="figures of the chip's own image")
    parser.add_argument("--hours", type=float, default=0.0, help="chip hours of infusion on top")
    parser.add_argument("--out", type=Path, default=Path("out/bench-pico.json"))
    options = parser.parse_args()
    standard = PicoSetup(parameters=outside.FINE_SYRINGE)
    try:
        setup = replace(standard, image=provisioned_flash(standard))
    except DeviceMissing as reason:
        print(f"SKIPPED: {reason}")
        return 0
    figures = {name: round(value, 3) for name, value in measure(setup, options.hours).items()}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(f"written to {options.out}")
    wrong = budgets.missed(figures, TARGETS, () if options.hours else OF_HOURS)
    for line in wrong:
        print(f"MISSED: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
