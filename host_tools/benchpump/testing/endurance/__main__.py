"""`make endurance`: a week on the emulated bench, and what it showed; exit status 1 if not C4.

`python -m benchpump.testing.endurance [--vm wasm] [--pump syringe] [--days 7] [--seed 0]`
"""

from __future__ import annotations

import argparse
import sys
import time

from benchpump.bench import vm_choice
from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.plant import of_pump
from benchpump.bench.provisioning import provisioned_image
from benchpump.bench.reference import booted
from benchpump.testing.endurance.course import Operator, Plan
from benchpump.testing.endurance.wraps import START_EDGES, START_TICKS_MS, Wraps
from benchpump.testing.targets import CALIBRATION_ERROR_PPM

SLICES_PER_HOUR = 720  # of 100 ticks, see boards/emulator/run_*
LIVE_UNIT = {"wasm": "bytes of live heap without code", "cpython": "blocks of memory in use"}
# CPython makes an object of an integer beyond 256: a count that goes on growing is a block more.
# What leaks, if only once an hour, is 144 of them. In MicroPython not a byte is borne.
GROWTH_MAX = {"cpython": 16}


def week(vm: str, pump: str, days: int, seed: int) -> bool:
    """Run one pump for so many days and print what it showed; False if something was wrong."""
    image = provisioned_image(Setup(vm=vm, pump=pump))
    setup = Setup(
        vm=vm,
        pump=pump,
        seed=seed,
        image=image,
        parameters=of_pump(pump, seed=seed, calibration_error_ppm=CALIBRATION_ERROR_PPM),
        start_ticks_ms=START_TICKS_MS,
        start_edges=START_EDGES,
        environment={"BENCHPUMP_LIVE": str(SLICES_PER_HOUR)},
    )
    print(f"{pump}, {vm}, seed {seed}: {days} days from now on", flush=True)
    began_s = time.perf_counter()
    with EmulatedRig(setup) as rig, booted(rig) as client:
        operator = Operator(rig, client, Plan(pump, days))
        wraps = Wraps(rig)
        wrong = ""
        try:
            operator.run(wraps.look)
            rig.truth.check()
        except AssertionError as error:
            wrong = str(error)
        live = rig.board.vm.told("live") if rig.board.vm is not None else []
        watch = operator.watch
        print(f"  {rig.clock.now_ms() / 86.4e6:.2f} days, {watch.ticks} ticks of program judged,")
        print(f"  {rig.truth.forward_steps} steps, {operator.polls} times asked for its state")
        print(f"  wraps crossed: {wraps.told()}")
        print(f"  worst |granted - due| {watch.worst_granted:.9f} of a step,")
        print(f"  worst |delivered - due| when drained {watch.worst_delivered:.9f}")
    wrong = wrong or wraps.missing() or grown(live, days, GROWTH_MAX.get(vm, 0))
    if live:
        print(f"  {LIVE_UNIT.get(vm, 'live')}: {live[0]} after an hour, {live[-1]} at the end")
    print(f"  {time.perf_counter() - began_s:.0f} s of wall time")
    print(f"FAIL: {wrong}" if wrong else "PASS", flush=True)
    return not wrong


def grown(live: list[int], days: int, growth_max: int) -> str:
    """What is wrong with the hourly figures of memory; empty if there is nothing."""
    if len(live) < 24 * days:
        return f"{len(live)} hourly figures of memory in {days} days"
    first, last = max(live[:24]), max(live[-24:])
    return f"memory in use grew from {first} to {last}" if last > first + growth_max else ""


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchpump.testing.endurance")
    parser.add_argument("--vm", default="auto", help="auto, micropython, wasm or cpython")
    parser.add_argument("--pump", default="syringe", choices=("syringe", "peristaltic"))
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    try:
        vm = vm_choice.resolve(options.vm)
    except vm_choice.VmMissing as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if week(vm, options.pump, options.days, options.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
