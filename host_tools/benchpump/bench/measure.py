"""`make bench`: how fast the bench is, and what a tick and a frame cost.

`python -m benchpump.bench.measure [--hours 24] [--vm cpython,wasm] [--out out/bench.json]`.
Wall-clock time is what is measured here; no test depends on it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from shutil import copytree

from benchpump import tree_root
from benchpump.bench import budgets, vm_choice
from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.plant import Plant
from benchpump.bench.provisioning import provisioned_image
from benchpump.bench.reference import start_infusion

TICK_US = 50_000
SLICES_PER_HOUR = 720
TARGETS = {"cpython": 1500, "wasm": 400}
"""Times faster than real time over 24 h, on a quiet machine."""
SLICE_TICKS = 100  # what the runners run between two looks, see boards/emulator/run_*
IDLE_MAIN = """import hal
clock = hal.board().clock
state = [clock.ticks_ms()]
def run(ticks):
    for _ in range(ticks):
        state[0] = (state[0] + 50) & 0x3FFFFFFF
        clock.idle_until(state[0])
"""
Figures = dict[str, float]


def infusing(vm: str, image: bytes, hours: float, **environment: str) -> EmulatedRig:
    """A rig in the middle of the reference infusion, nothing on the link from here on."""
    rig = EmulatedRig(Setup(vm=vm, image=image, environment=environment))
    start_infusion(rig, hours)
    rig.clock.sleep_ms(60_000)  # start-up slack and first ledger records are behind it
    return rig


def tick_us(rig: EmulatedRig, hours: float) -> float:
    """Real microseconds that a tick takes while `hours` of virtual time pass."""
    begun_s = time.perf_counter()
    rig.clock.sleep_ms(hours * 3.6e6)
    return (time.perf_counter() - begun_s) * 1e6 / (hours * 3.6e9 / TICK_US)


def idle_tick_us(vm: str, hours: float) -> float:
    """The same with a firmware that does nothing but wait: exchange and plant alone."""
    with tempfile.TemporaryDirectory() as place:
        firmware = Path(place)
        copytree(tree_root() / "firmware" / "pump", firmware / "pump")
        (firmware / "main.py").write_text(IDLE_MAIN, encoding="utf-8")
        with EmulatedRig(Setup(vm=vm, firmware=firmware)) as rig:
            rig.clock.sleep_ms(60_000)
            return tick_us(rig, hours)


def plant_tick_us(rig: EmulatedRig, ticks: int = 20_000) -> float:
    """Drive, plant, sensor codes and truth alone, at the rig's own rate of steps."""
    plant, truth = rig.plant.copy(), rig.truth.copy()
    now_us = plant.now_us
    begun_s = time.perf_counter()
    for tick in range(ticks):
        now_us += TICK_US
        plant.advance(tick % 20 == 0, TICK_US)
        plant.codes()
        truth.observe(now_us, 0, 0, 0, False, 0, -1, plant.delivered_nl, plant.stored_nl, 0.0)
    return (time.perf_counter() - begun_s) * 1e6 / ticks


def _slices(rig: EmulatedRig, word: str) -> list[int]:
    vm = rig.board.vm
    return vm.told(word) if vm is not None else []


def heap(image: bytes) -> Figures:
    """Bytes that the WebAssembly VM allocates in a tick without, and for, a frame."""
    with infusing("wasm", image, 1, BENCHPUMP_HEAP="1") as rig:
        before = len(_slices(rig, "heap"))
        rig.clock.sleep_ms(30 * SLICE_TICKS * 50)
        quiet = _slices(rig, "heap")[before + 1 :]  # the slice under way still held frames
        before += len(quiet) + 1
        frames = 0
        for _ in range(10 * SLICE_TICKS):
            rig.link.write(b"STATus?\n")
            if not rig.link.read(1000).startswith(b"OK "):
                raise RuntimeError("the pump did not answer STATus? while running")
            frames += 1
        rig.clock.sleep_ms(2 * SLICE_TICKS * 50)
        busy = sum(_slices(rig, "heap")[before:])
    return {
        "tick_heap_bytes": max(quiet) / SLICE_TICKS,
        "frame_heap_bytes": busy / frames,
    }


def growth(live: list[int]) -> Figures:
    """Growth of the live heap from the first hour's end to the last's, after two or more."""
    return {"heap_growth_bytes": live[-1] - live[0]} if len(live) > 1 else {}


def restore(image: bytes, rounds: int = 200) -> Figures:
    """What it costs to start again from a state: plant alone, and the whole rig by fork."""
    with infusing("cpython", image, 1) as rig:
        begun_s = time.perf_counter()
        copies: list[Plant] = [rig.plant.copy() for _ in range(rounds)]
        copied_s = time.perf_counter()
        for _ in range(rounds):
            rig.fork().close()
        forked_s = time.perf_counter()
    return {
        "plant_copy_us": (copied_s - begun_s) * 1e6 / len(copies),
        "rig_fork_ms": (forked_s - copied_s) * 1e3 / rounds,
    }


def measure(vms: list[str], hours: float) -> tuple[Figures, dict[str, Figures], Figures]:
    """Everything that goes into bench.json: factors by VM, shares by VM, and the other figures."""
    image = provisioned_image(Setup(vm="cpython"))
    factors: Figures = {}
    shares: dict[str, Figures] = {}
    grown: Figures = {}
    for vm in vms:
        live = {"BENCHPUMP_LIVE": str(SLICES_PER_HOUR)} if vm == "wasm" else {}
        with infusing(vm, image, hours + 0.1, **live) as rig:
            whole_us = tick_us(rig, hours)
            if live:
                grown = growth(_slices(rig, "live"))
            plant_us = plant_tick_us(rig)
            rig.truth.check()
        idle_us = idle_tick_us(vm, min(hours, 1))
        factors[vm] = round(TICK_US / whole_us, 1)
        shares[vm] = {
            "firmware": round(1 - idle_us / whole_us, 3),
            "exchange": round((idle_us - plant_us) / whole_us, 3),
            "plant": round(plant_us / whole_us, 3),
            "tick_us": round(whole_us, 2),
        }
        print(f"{vm}: {factors[vm]:.0f} x real time over {hours:g} h, {shares[vm]}", flush=True)
    figures = heap(image) | budgets.live_heap(image) | grown | budgets.calls(image)
    figures["calls_per_tick"] = figures["calls_running_mean"]
    return factors, shares, figures | restore(image)


def too_slow(factors: Figures) -> list[str]:
    """A line for each VM that is below its target."""
    wrong: list[str] = []
    for vm, factor in factors.items():
        target = TARGETS.get(vm, 0)
        print(f"{'ok  ' if factor >= target else 'SLOW'} {vm} {factor:g} x, target {target}")
        if factor < target:
            wrong.append(f"{vm} runs {factor:g} times faster than real time, not {target}")
    return wrong


def main() -> int:
    """The command line; 1 if a target or budget is missed."""
    parser = argparse.ArgumentParser(description="measure the bench")
    parser.add_argument("--hours", type=float, default=24.0, help="virtual hours (default 24)")
    parser.add_argument("--vm", default="", help="VMs, separated by commas")
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"))
    options = parser.parse_args()
    native = ["micropython"] if vm_choice.resolve("auto") == "micropython" else []
    vms: list[str] = options.vm.split(",") if options.vm else ["cpython", "wasm", *native]
    factors, shares, figures = measure(vms, options.hours)
    written = {"realtime_factor": factors, "hours": options.hours, "share": shares, **figures}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(written, indent=2))
    print(f"written to {options.out}")
    wrong = too_slow(factors) + budgets.missed(figures)
    for line in wrong:
        print(f"MISSED: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
