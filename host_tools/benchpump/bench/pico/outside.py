"""What is seen of a board from outside: at its pins, on its cable, when its processor sleeps."""

from __future__ import annotations

from benchpump.bench.pico.rig import PicoRig
from benchpump.bench.plant import PlantParameters
from benchpump.bench.reference import allot_fitted
from benchpump.link.client import Pump
from benchpump.link.messages import ArmOnHostLoss, State
from benchpump.link.segments import Segment
from benchpump.link.status import parse_status

Figures = dict[str, float]
TICK_MS = 50.0
REFERENCE_NL_H = 400_000
FINE_SYRINGE = PlantParameters(inner_diameter_mm=8.66, capacity_nl=3e6, fill_nl=3e6)
"""3 mL, as in pump makers' tables (BD Plastipak): so fine that the board's rate limit leaves room
for as many steps as its drive can make."""
CAP_UL = 2_900
_ESTOP_NL_H = 100_000_000  # 750 steps/s: the last one is known to 1.3 ms
_ESTOP_PHASES = 5
_FASTEST_NL_H = 264_000_000  # 1992 steps/s, of 2000 that board.toml has for the drive
_FASTEST_S = 4
_ROUNDS = 25
_ODD_MS = 37.0  # no divisor of a tick: what is done so far apart falls on all its parts
_READY_MAX_MS = 70_000.0
_FIRST_ANSWER_MS = 200.0


def ready_ms(rig: PicoRig) -> float:
    """Time since power-on at which the board says that it is idle, to a tick.

    Raises RuntimeError where it does not within 70 s, or says that something is wrong.
    """
    heard = b""
    while rig.clock.now_ms() < _READY_MAX_MS:
        rig.link.write(b"STATus?\n")
        heard += rig.link.read(_FIRST_ANSWER_MS)
        *lines, heard = heard.split(b"\n")
        for line in lines:
            state = parse_status(line.decode().removeprefix("OK ")).state
            if state == State.IDLE:
                return rig.clock.now_ms()
            if state not in (State.BOOT, State.SELFTEST):
                raise RuntimeError(f"the board came up as {state.name}")
    raise RuntimeError("the board did not come up")


def awake_ms(rig: PicoRig, duration_ms: float = 10_000) -> float:
    """How long of 50 ms the processor is awake, whatever for."""
    chip = rig.board.chip
    if chip is None:
        raise RuntimeError("the board has no power")
    awake_ns, began_ns = chip.awake_ns, chip.now_ns
    rig.clock.sleep_ms(duration_ms)
    return TICK_MS * (chip.awake_ns - awake_ns) / (chip.now_ns - began_ns)


def round_trips_ms(rig: PicoRig, pump: Pump) -> list[float]:
    """From the first byte of STATus? to the last of its answer, at all parts of a tick."""
    taken: list[float] = []
    for _ in range(_ROUNDS):
        rig.clock.sleep_ms(_ODD_MS)
        began_ms = rig.clock.now_ms()
        pump.status()
        taken.append(rig.clock.now_ms() - began_ms)
    return taken


def start(pump: Pump, rate_nl_h: int) -> None:
    """Run at that rate, without need of a host. Raises as `Pump`."""
    pump.load([Segment.constant(rate_nl_h, 72_000 if rate_nl_h < 1_000_000 else 200)])
    pump.start(pump.arm(on_host_loss=ArmOnHostLoss.STANDALONE).token)


def estop_to_last_step_ms(rig: PicoRig, pump: Pump) -> list[float]:
    """The e-stop's switch alone, its cut of the driver apart, while running; raises as `Pump`."""
    taken: list[float] = []
    for phase in range(_ESTOP_PHASES):
        start(pump, _ESTOP_NL_H)
        rig.clock.sleep_ms(1000 + phase * TICK_MS / _ESTOP_PHASES)
        pressed_us = rig.board.now_us
        switch = rig.inject("estop", "switch_only")
        rig.truth.expect_stop("ESTOP", pressed_us, 2 * TICK_MS)
        rig.clock.sleep_ms(4 * TICK_MS)
        taken.append((rig.board.drive.last_step_us - pressed_us) / 1000)
        switch.clear()
        rig.clock.sleep_ms(4 * TICK_MS)
        pump.acknowledge()
    return taken


def fastest(rig: PicoRig, pump: Pump) -> Figures:
    """Steps in a second at the highest rate of the drive, and the longest time between two.

    Raises as `Pump`.
    """
    start(pump, _FASTEST_NL_H)
    rig.clock.sleep_ms(1000)
    drive = rig.board.drive
    before, drive.widest_us = drive.forward_steps, 0
    rig.clock.sleep_ms(_FASTEST_S * 1000)
    steps, widest_us = drive.forward_steps - before, drive.widest_us
    pump.stop()
    pump.acknowledge()
    return {"steps_per_s": steps / _FASTEST_S, "steps_widest_ms": widest_us / 1000}


def figures(rig: PicoRig) -> Figures:
    """All of them, of a rig just powered on with FINE_SYRINGE. Raises as `Pump`, RuntimeError."""
    found: Figures = {"boot_to_ready_ms": ready_ms(rig)}
    pump = rig.connect()
    found["awake_idle_ms"] = awake_ms(rig)
    allot_fitted(rig, pump, CAP_UL)
    found |= fastest(rig, pump)
    found["estop_to_last_step_ms"] = max(estop_to_last_step_ms(rig, pump))
    start(pump, REFERENCE_NL_H)
    rig.clock.sleep_ms(1000)
    found["awake_running_ms"] = awake_ms(rig)
    taken = round_trips_ms(rig, pump)
    found["round_trip_mean_ms"] = sum(taken) / len(taken)
    found["round_trip_worst_ms"] = max(taken)
    pump.stop()
    return found
