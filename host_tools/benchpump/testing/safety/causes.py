"""Every cause to stop: how the bench brings it about, and what the analysis allows after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchpump.bench.rig import Fault, Rig
from benchpump.link.client import Pump
from benchpump.testing.safety import budget
from benchpump.testing.safety.budget import LEASE_MS, QUEUE_MS, TICK_MS, Limit, ending_within

HOST_TIMEOUT_MS = 2000
LATE_MS = 200
RAIL_TICKS = 2  # conversions in a row, pump/detectors/health.py
FLOW_TICKS = 10  # two readings, each fifth tick, pump/detectors/flow_meter.py
STALL_NL = 50_000.0  # pump/detectors/stall.py
STUCK_TICKS = 41  # 2 s without a change, and the reading that begins it
SLOW_STUCK_TICKS = 205  # the same of what is read each fifth tick: 10 s, and one reading
SUPPLY_TICKS = 11  # two looks, each fifth tick, pump/detectors/supply.py
IMPLAUSIBLE_MS = 13_000
"""8.3 kPa of an open line at 300 mL/h and 20 kPa down are 473 codes, at 40 a second; a filter of
200 ms, a look each 500 ms, the mean of noise, and a lease."""
WITHDRAWAL_HOST_MS = 5000  # what a withdrawal agrees with its host, pump/withdrawal.py
BUBBLE_TO_SUM_NL = 80_000.0
GAP_NL = 10_000.0
TO_OUTLET_NL = 600_000.0  # boards/emulator*/board.toml, of which half may pass between two tests
BLIND_TICKS = 16  # until the next look, four to answer, and the tick after
UPSTREAM_NL_PER_KPA = 200.0  # tubing before the rollers
UPSTREAM_FILTER_MS = 1500
ROLLER_DIP_NL = 5500.0
RESERVED_STEPS = 123
"""Most steps that one ledger record grants ahead: 150 ms at 300 mL/h plus one, rounded up (C3)."""

Bring = Callable[[Rig, Pump], Fault | None]
Bound = Callable[[int], Limit]


@dataclass(frozen=True)
class Cause:
    """One row of the table."""

    name: str
    text: str
    alarm: str
    """First alarm that stands afterwards; empty: none, it was asked for."""
    bring: Bring | None
    """None: the cause is that a cap is met, see `stopping`."""
    bound: Bound
    argument: str
    """How the bound on time comes about."""
    pin_goes_on: bool = False
    """Pulses go on while the motor stands: what counts is the plunger."""
    instrumented: bool = False
    """Found only where encoder and flow sensor are fitted."""
    or_alarm: str = ""
    """Another that may find it first, as it happens to look."""
    pump: str = ""
    """The kind of pump that has such a cause; empty: every one."""
    settings: Mapping[str, int] = field(default_factory=dict[str, int])
    """Configuration that it takes."""
    withdrawing: bool = False
    """It ends a withdrawal: what counts is motion backwards."""
    attended: bool = False
    """It may take longer than a host may be silent: the host goes on asking meanwhile."""
    defect: tuple[str, str, str] | None = None
    """(file, lines, lines in their place): of the firmware itself; brought about by the jumper."""


def _fault(channel: str, kind: str, **figures: float) -> Bring:
    return lambda rig, _pump: rig.inject(channel, kind, **figures)


def _bytes(data: bytes) -> Bring:
    def write(rig: Rig, _pump: Pump) -> None:
        rig.link.write(data)

    return write


def _pause(_rig: Rig, pump: Pump) -> None:
    pump.pause()


def _jumper(rig: Rig, _pump: Pump) -> None:
    rig.set_jumper(True)


def _host_lost(rig: Rig, pump: Pump) -> Fault:
    pump.status()  # the last that is heard of the host
    return rig.inject("host", "off")


def _within(time_ms: float) -> Bound:
    return lambda rate_nl_h: ending_within(rate_nl_h, time_ms)


def _step_count(rate_nl_h: int) -> Limit:
    step_ms = budget.NL_PER_STEP * 3.6e6 / rate_nl_h
    return ending_within(rate_nl_h, step_ms + 2 * TICK_MS + LEASE_MS)


def _storage(rate_nl_h: int) -> Limit:
    reserved_ms = RESERVED_STEPS * budget.NL_PER_STEP * 3.6e6 / rate_nl_h
    return ending_within(rate_nl_h, reserved_ms + TICK_MS + QUEUE_MS)


def _stall(rate_nl_h: int) -> Limit:
    time_ms = (STALL_NL + budget.NL_PER_STEP) * 3.6e6 / rate_nl_h + TICK_MS + LEASE_MS
    displaced_nl = budget.moved_nl(0)
    return Limit(time_ms, displaced_nl, displaced_nl + budget.open_line_nl(rate_nl_h))


def _air(rate_nl_h: int) -> Limit:
    bubble_ms = budget.BUBBLE_NL * 3.6e6 / rate_nl_h
    return ending_within(rate_nl_h, bubble_ms + 2 * TICK_MS)


def _occlusion(rate_nl_h: int) -> Limit:
    most_nl = max(budget.OCCLUDED_NL, budget.elastic_nl(budget.TRIP_PA))
    displaced_nl = most_nl + budget.nl_in(rate_nl_h, 1000)
    time_ms = displaced_nl * 3.6e6 / rate_nl_h
    return Limit(time_ms, displaced_nl, budget.RELEASED_NL)


def _air_total(rate_nl_h: int) -> Limit:
    bubble_nl = BUBBLE_TO_SUM_NL + GAP_NL
    last_ms = (budget.AIR_TOTAL_NL / BUBBLE_TO_SUM_NL + 1) * bubble_nl * 3.6e6 / rate_nl_h
    return ending_within(rate_nl_h, last_ms + 2 * TICK_MS)


def _blind(rate_nl_h: int) -> Limit:
    half_ms = TO_OUTLET_NL / 2 * 3.6e6 / rate_nl_h
    return ending_within(rate_nl_h, half_ms + BLIND_TICKS * TICK_MS + LEASE_MS)


def _upstream(rate_nl_h: int) -> Limit:
    drawn_nl = 1.1 * budget.UPSTREAM_PA / 1000 * UPSTREAM_NL_PER_KPA + ROLLER_DIP_NL
    return ending_within(rate_nl_h, drawn_nl * 3.6e6 / rate_nl_h + UPSTREAM_FILTER_MS)


def _suction(rate_nl_h: int) -> Limit:
    drawn_nl = 1.1 * budget.elastic_nl(budget.SUCTION_PA) + budget.BACKLASH_NL
    return ending_within(rate_nl_h, drawn_nl * 3.6e6 / rate_nl_h + 8 * TICK_MS)


_AT_ONCE = _within(TICK_MS + LEASE_MS)
_SEEN = "one tick to see it, one lease"
_LEASES = "what was leased runs out"
_RAIL = _within(RAIL_TICKS * TICK_MS + LEASE_MS)
_STUCK = _within(STUCK_TICKS * TICK_MS + LEASE_MS)
_RAIL_TEXT = "two conversions, one lease"
_STUCK_TEXT = "2 s without noise, one lease"

CAUSES = (
    Cause("stop_byte", "stop byte", "", _bytes(b"\x03"), _AT_ONCE, _SEEN),
    Cause("stop_command", "STOP on a bare line", "", _bytes(b"STOP\n"), _AT_ONCE, _SEEN),
    Cause(
        "pause", "PAUSe", "", _pause, _within(TICK_MS + QUEUE_MS),
        "one tick to see it; what is queued is finished, not dropped",
    ),
    Cause("estop", "e-stop, both contacts", "ESTOP", _fault("estop", "pressed"), _AT_ONCE, _SEEN),
    Cause(
        "estop_firmware", "e-stop seen by the firmware alone", "ESTOP",
        _fault("estop", "switch_only"), _AT_ONCE, _SEEN,
    ),
    Cause(
        "estop_hardware", "e-stop cuts the enable line, firmware blind", "",
        _fault("estop", "cut_only"), _within(0), "the driver has no enable", pin_goes_on=True,
    ),
    Cause(
        "cassette", "cassette or syringe unseated", "CASSETTE_OUT", _fault("cassette", "out"),
        _AT_ONCE, _SEEN,
    ),
    Cause(
        "occlusion", "line shut", "OCCLUSION_DOWNSTREAM", _fault("downstream", "occluded"),
        _occlusion,
        "max(0.5 mL, compliance x trip) + 1 s displaced; outflow is the bolus on opening",
    ),
    Cause(
        "air", "bubble of 300 uL reaches the detector", "AIR_BUBBLE",
        _fault("air", "bubble", volume_nl=300_000, upstream_nl=0), _air,
        "100 uL of air and two ticks",
    ),
    Cause(
        "host_lost", "host silent, 2 s agreed", "HOST_LOST", _host_lost,
        _within(HOST_TIMEOUT_MS + 2 * TICK_MS + LEASE_MS),
        "time agreed at ARM, two ticks, one lease",
    ),
    Cause(
        "hang", "interpreter hangs for 1.5 s", "DRIVE_STARVED",
        _fault("clock", "hang", duration_ms=1500), _within(QUEUE_MS), _LEASES,
    ),
    Cause(
        "kill", "interpreter dies", "WATCHDOG", _fault("clock", "kill"), _within(QUEUE_MS),
        _LEASES,
    ),
    Cause(
        "watchdog", "interpreter hangs until the watchdog resets the board", "WATCHDOG",
        _fault("clock", "hang"), _within(QUEUE_MS), _LEASES + "; nothing starts after the reset",
    ),
    Cause(
        "power_cut", "supply lost", "POWER_LOST", _fault("supply", "cut"), _within(0),
        "the driver has no supply",
    ),
    Cause(
        "pressure_silent", "pressure sensor does not answer", "PRESSURE_RAIL",
        _fault("pressure_sensor", "off"), _RAIL, _RAIL_TEXT,
    ),
    Cause(
        "pressure_rail", "pressure sensor at ground", "PRESSURE_RAIL",
        _fault("pressure_sensor", "stuck", code=0), _RAIL, _RAIL_TEXT,
    ),
    Cause(
        "pressure_stuck", "pressure sensor stuck at a plausible value", "PRESSURE_STUCK",
        _fault("pressure_sensor", "stuck", code=412), _STUCK, _STUCK_TEXT,
    ),
    Cause(
        "air_silent", "air sensor does not answer", "AIR_RAIL", _fault("air_sensor", "off"),
        _RAIL, _RAIL_TEXT,
    ),
    Cause(
        "air_stuck", "air sensor stuck wet", "AIR_STUCK",
        _fault("air_sensor", "stuck", code=801), _STUCK, _STUCK_TEXT,
        or_alarm="AIR_BLIND",
    ),
    Cause(
        "step_count", "hardware step counter stands still", "STEP_COUNT",
        _fault("drive", "counter_stuck"), _step_count, "next step, two ticks, one lease",
    ),
    Cause(
        "storage_refused", "memory refuses to write", "STORAGE_FAILED", _fault("store", "off"),
        _storage, "what the last record reserved, one tick, what is queued",
    ),
    Cause(
        "storage_silent", "memory does not write and does not say so", "STORAGE_FAILED",
        _fault("store", "stuck"), _storage,
        "what the last record reserved, one tick, what is queued",
    ),
    Cause(
        "drive_stall", "motor stalls, encoder fitted", "DRIVE_STALL", _fault("drive", "stall"),
        _stall, "50 uL of steps at the pin, one tick, one lease; the plunger stands",
        instrumented=True,
    ),
    Cause(
        "encoder_silent", "encoder does not answer", "ENCODER_LOST", _fault("encoder", "off"),
        _RAIL, "two ticks, one lease", instrumented=True,
    ),
    Cause(
        "flow_silent", "flow sensor does not answer", "FLOW_LOST", _fault("flow_sensor", "off"),
        _within(FLOW_TICKS * TICK_MS + LEASE_MS), "two readings, one lease", instrumented=True,
    ),
    Cause(
        "occlusion_slope", "line shut, slope watched", "OCCLUSION_SLOPE",
        _fault("downstream", "occluded"), _occlusion,
        "as by the threshold, which it precedes",
        settings={"occlusion_pa_per_ul": 333}, or_alarm="OCCLUSION_DOWNSTREAM",
    ),
    Cause(
        "air_total", "bubbles of 80 uL, one after another", "AIR_TOTAL",
        _fault(
            "air", "bubble",
            volume_nl=BUBBLE_TO_SUM_NL, upstream_nl=0, count=20, gap_nl=GAP_NL,
        ),
        _air_total, "1 mL of air in bubbles, the fluid between them, two ticks", attended=True,
    ),
    Cause(
        "air_blind", "air sensor blind, with live noise", "AIR_BLIND",
        _fault("air_sensor", "blind"), _blind,
        "half of what lies between detector and outlet, and the test",
    ),
    Cause(
        "pressure_implausible", "pressure reading walks off downwards", "PRESSURE_IMPLAUSIBLE",
        _fault("pressure_sensor", "drift", codes_per_s=-40), _within(IMPLAUSIBLE_MS),
        "until 20 kPa below ambient, the filter, two looks each tenth tick, one lease",
    ),
    Cause(
        "supply_depleted", "supply sags to 9 V", "SUPPLY_DEPLETED",
        _fault("supply", "sag", mv=3000), _within(SUPPLY_TICKS * TICK_MS + LEASE_MS),
        "two looks, one lease",
    ),
    Cause(
        "supply_silent", "supply reading does not answer", "SUPPLY_RAIL",
        _fault("supply", "off"), _within(SUPPLY_TICKS * TICK_MS + LEASE_MS),
        "two looks, one lease",
    ),
    Cause(
        "supply_stuck", "supply reading stuck at a plausible value", "SUPPLY_STUCK",
        _fault("supply", "stuck", code=3000), _within(SLOW_STUCK_TICKS * TICK_MS + LEASE_MS),
        "10 s without noise, one lease",
    ),
    Cause(
        "upstream", "container line shut", "OCCLUSION_UPSTREAM",
        _fault("upstream", "occluded"), _upstream,
        "what tubing and rollers give up to 20 kPa of suction, 1.5 s of filter",
        pump="peristaltic",
    ),
    Cause(
        "upstream_silent", "upstream pressure sensor does not answer", "UPSTREAM_RAIL",
        _fault("upstream_sensor", "off"), _within(SUPPLY_TICKS * TICK_MS + LEASE_MS),
        "two looks, one lease", pump="peristaltic",
    ),
    Cause(
        "upstream_stuck", "upstream pressure sensor stuck at a plausible value", "UPSTREAM_STUCK",
        _fault("upstream_sensor", "stuck", code=2490),
        _within(SLOW_STUCK_TICKS * TICK_MS + LEASE_MS), "10 s without noise, one lease",
        pump="peristaltic",
    ),
    Cause(
        "withdraw_estop", "e-stop while drawing back", "ESTOP", _fault("estop", "pressed"),
        _AT_ONCE, _SEEN, withdrawing=True,
    ),
    Cause(
        "withdraw_stop_byte", "stop byte while drawing back", "", _bytes(b"\x03"), _AT_ONCE,
        _SEEN, withdrawing=True,
    ),
    Cause(
        "withdraw_host", "host silent while drawing back", "HOST_LOST", _host_lost,
        _within(WITHDRAWAL_HOST_MS + 2 * TICK_MS + LEASE_MS), "5 s, two ticks, one lease",
        withdrawing=True,
    ),
    Cause(
        "withdraw_suction", "line shut while drawing back", "SUCTION",
        _fault("downstream", "occluded"), _suction,
        "compliance x 15 kPa, the play of the drive, and the filter", withdrawing=True,
        attended=True,
    ),
    Cause(
        "uncaught", "exception in a tick that nothing catches", "UNCAUGHT", _jumper, _AT_ONCE,
        "what is leased is dropped",
        defect=(
            "pump/app.py", "        self.watch.look(self.reading)\n",
            "        if self.infusing() and self.reading.switches & hal.SWITCH_JUMPER:\n"
            "            raise ValueError\n        self.watch.look(self.reading)\n",
        ),
    ),
    Cause(
        "governor_state", "a bit of the governor's figures flips", "GOVERNOR_STATE", _jumper,
        _AT_ONCE, _SEEN,
        defect=(
            "pump/app.py", "        self.watch.look(self.reading)\n",
            "        if self.infusing() and self.reading.switches & hal.SWITCH_JUMPER:\n"
            "            self.governor._state[0] ^= 1\n        self.watch.look(self.reading)\n",
        ),
    ),
    Cause("cap", "cap of the allotment met", "CAP_REACHED", None, _within(0), "exact, in steps"),
    Cause(
        "container", "syringe empty", "CONTAINER_EMPTY", None, _within(0), "exact, in steps",
        pump="syringe",
    ),
    Cause("window", "rolling window full", "WINDOW_REACHED", None, _within(0), "exact, in steps"),
    Cause(
        "late_tick", "one tick takes 200 ms longer", "DRIVE_STARVED",
        _fault("clock", "slow", extra_ms=LATE_MS, ticks=1),
        _within(LATE_MS + 2 * TICK_MS + LEASE_MS),
        "the late tick, one tick on either side, one lease; most of it the drive stands",
    ),
)  # fmt: skip

BY_NAME = {cause.name: cause for cause in CAUSES}

ELSEWHERE = {
    "LEDGER_FULL": "ARM refuses what would fill it: hil_tests/power/test_ledger_full.py",
    "LIMIT_REFUSED": "ARM leaves no way to it: hil_tests/alarms/test_limit_refused.py",
    "UNCAUGHT_BEFORE": "told by a start, nothing moves: hil_tests/alarms/test_uncaught.py",
    "WITHDRAWAL_SPENT": "exact, in steps: hil_tests/states/test_withdraw.py",
    "FREE_FLOW": "what flows is no step's: hil_tests/alarms/test_free_flow.py",
    "OVER_DELIVERY": "minutes of running, not moments: hil_tests/alarms/test_delivery_error.py",
    "UNDER_DELIVERY": "minutes of running, not moments: hil_tests/alarms/test_delivery_error.py",
    "PRESSURE_UNMOVED": "found at a start only: hil_tests/alarms/test_pressure_doubt.py",
    "CONFIG_INVALID": "found while nothing moves: hil_tests/states/test_configuration.py",
    "LEDGER_INVALID": "found while nothing moves: hil_tests/power/test_generation.py",
    "CODE_CHANGED": "found while nothing moves: hil_tests/power/test_code_check.py",
    "DRIVE_REFUSED": "the drive takes no lease, so nothing moves: firmware/tests/test_gate.py",
}
"""Alarms that stop and are no row above: why, and where they are shown."""
