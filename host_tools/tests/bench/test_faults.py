"""The fault vocabulary is checked, applied to the bench and taken back (design: Faults)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf

import pytest

from benchpump.bench.drive import Drive
from benchpump.bench.fault_appliers import Faults
from benchpump.bench.faults import SENSOR_KINDS, VOCABULARY, validate
from benchpump.bench.flash import TYPICAL, WORST, Flash, PowerCut, StorageRefused
from benchpump.bench.plant import Plant, of_pump
from benchpump.bench.plant.sensor_faults import NO_ANSWER
from benchpump.bench.rig import Unsupported

CHANNELS = {
    "downstream",
    "upstream",
    "air",
    "pressure_sensor",
    "air_sensor",
    "drive",
    "upstream_sensor",
    "encoder",
    "flow_sensor",
    "supply",
    "link",
    "store",
    "clock",
    "host",
    "estop",
    "cassette",
    "button",
}
FIGURES: dict[str, dict[str, float]] = {
    "back_pressure": {"pa": 5000},
    "bubble": {"volume_nl": 1000},
    "drift": {"codes_per_s": 5},
    "slow": {"time_constant_ms": 500},
    "intermittent": {"period_ms": 100, "off_ms": 50},
    "sag": {"mv": 9000},
    "gain": {"ppm": 1000},
    "zero": {"nl_h": 1000},
    "suction": {"pa": 1000},
}
BY_BENCH = [
    *(("downstream", kind) for kind in ("occluded", "back_pressure")),
    *(("upstream", kind) for kind in ("occluded", "empty", "suction")),
    ("cassette", "lets_go"),
    ("air_sensor", "blind"),
    *(("upstream_sensor", kind) for kind in SENSOR_KINDS),
    *(("encoder", kind) for kind in VOCABULARY["encoder"]),
    *(("flow_sensor", kind) for kind in VOCABULARY["flow_sensor"]),
    ("air", "bubble"),
    *((channel, kind) for channel in ("pressure_sensor", "air_sensor") for kind in SENSOR_KINDS),
    *(("supply", kind) for kind in (*SENSOR_KINDS, "sag")),
    *(("drive", kind) for kind in ("counter_stuck", "counter_noise", "stall")),
    *(("store", kind) for kind in ("off", "stuck", "slow", "before", "torn", "after")),
]


class Bench:
    """The three parts that faults act on."""

    def __init__(self, pump: str = "syringe", *, instrumented: bool = False) -> None:
        self.drive = Drive()
        self.flash = Flash(sectors=1)
        self.plant = Plant(of_pump(pump, encoder_fitted=instrumented, flow_fitted=instrumented))


def figures_of(channel: str, kind: str) -> dict[str, float]:
    """Figures that make this fault complete."""
    return {} if channel == "store" else FIGURES.get(kind, {})


def test_every_channel_of_the_design_has_kinds() -> None:
    """The vocabulary covers the channels of the design, each with at least one kind."""
    assert VOCABULARY.keys() == CHANNELS
    assert all(VOCABULARY.values())


@pytest.mark.parametrize(
    ("channel", "kind", "figures", "words"),
    [
        ("downstrean", "occluded", {}, ["downstrean", "downstream", "cassette"]),
        ("downstream", "occlude", {}, ["occlude", "occluded", "back_pressure"]),
        ("downstream", "occluded", {"factor": 2.0}, ["factor", "resistance_factor"]),
        ("estop", "pressed", {"hard": 1.0}, ["hard", "none"]),
        ("air", "bubble", {}, ["needs volume_nl"]),
        ("air", "bubble", {"volume_nl": 0.0}, ["volume_nl 0.0", "1..1e+08"]),
        ("pressure_sensor", "stuck", {"code": 4096.0}, ["code 4096", "0..4095"]),
        ("downstream", "occluded", {"resistance_factor": float("nan")}, ["nan", "1..inf"]),
    ],
)
def test_unknown_words_and_figures_are_named_with_what_there_is(
    channel: str, kind: str, figures: dict[str, float], words: list[str]
) -> None:
    """Bad input: ValueError that names the word at fault and those that exist."""
    with pytest.raises(ValueError) as error:
        validate(channel, kind, figures)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_defaults_are_filled_in_and_optional_figures_left_out() -> None:
    """Limits pass, defaults appear, and an optional figure stays absent."""
    assert validate("downstream", "occluded", {}) == {"resistance_factor": inf}
    assert validate("pressure_sensor", "stuck", {}) == {}
    assert validate("pressure_sensor", "stuck", {"code": 4095}) == {"code": 4095}
    assert validate("clock", "hang", {}) == {"duration_ms": inf}


@pytest.mark.parametrize(("channel", "kind"), BY_BENCH)
def test_the_bench_does_these_itself_and_takes_them_back(channel: str, kind: str) -> None:
    """Each fault of drive, flash and plant can be injected, cleared, cleared twice, and again."""
    faults = Faults(Bench("peristaltic", instrumented=True))
    for _ in range(2):
        fault = faults.inject(channel, kind, figures_of(channel, kind))
        fault.clear()
        fault.clear()


def test_what_nobody_does_is_unsupported_until_a_rig_registers_it() -> None:
    """Design: a fault works on a target or raises Unsupported, never silently nothing."""
    faults = Faults(Bench())
    rig_does = [
        (channel, kind)
        for channel, kinds in VOCABULARY.items()
        for kind in kinds
        if (channel, kind) not in BY_BENCH
    ]
    assert ("estop", "pressed") in rig_does
    for channel, kind in rig_does:
        needed = {
            name: parameter.minimum
            for name, parameter in VOCABULARY[channel][kind].parameters.items()
        }
        with pytest.raises(Unsupported, match=f"{channel} {kind}"):
            faults.inject(channel, kind, needed)
    for channel in ("encoder", "flow_sensor", "upstream_sensor"):
        with pytest.raises(Unsupported, match=f"no {channel} is fitted"):
            faults.inject(channel, "off", {})


def test_a_registered_applier_gets_checked_figures_and_is_undone_once() -> None:
    """The rig's own faults go through the same door as those of the bench."""
    faults = Faults(Bench())
    calls: list[object] = []

    def apply(figures: Mapping[str, float]) -> Callable[[], None]:
        calls.append(figures)
        return lambda: calls.append("undone")

    faults.register("clock", "hang", apply)
    fault = faults.inject("clock", "hang", {"duration_ms": 500})
    fault.clear()
    fault.clear()
    assert calls == [{"duration_ms": 500}, "undone"]
    with pytest.raises(ValueError, match="not in the vocabulary"):
        faults.register("clock", "hung", apply)


def test_occlusion_shuts_and_opens_the_line() -> None:
    """Downstream: nothing flows while occluded, and what was stored comes out when cleared."""
    bench = Bench()
    fault = Faults(bench).inject("downstream", "occluded", {})
    bench.plant.advance(100, 50_000)
    assert bench.plant.delivered_nl == 0
    fault.clear()
    bench.plant.advance(0, 10_000_000)
    assert bench.plant.delivered_nl == pytest.approx(bench.plant.displaced_nl)
    assert bench.plant.delivered_nl > 5000


def test_back_pressure_moves_the_outlet_and_returns_it() -> None:
    """Downstream: pressure settles at the outlet's and goes back to the parameters' value."""
    bench = Bench()
    fault = Faults(bench).inject("downstream", "back_pressure", {"pa": -5000})
    bench.plant.advance(0, 60_000_000)
    assert bench.plant.pressure_pa == pytest.approx(-5000)
    fault.clear()
    bench.plant.advance(0, 60_000_000)
    assert bench.plant.pressure_pa == pytest.approx(0, abs=1e-6)


def test_upstream_faults_stop_the_flow() -> None:
    """Upstream: occluded gives nothing; empty gives what is left and refilling restores it."""
    bench = Bench()
    faults = Faults(bench)
    shut = faults.inject("upstream", "occluded", {})
    bench.plant.advance(100, 50_000)
    assert bench.plant.displaced_nl == 0
    shut.clear()
    empty = faults.inject("upstream", "empty", {"left_nl": 500})
    bench.plant.advance(100, 50_000)
    assert bench.plant.displaced_nl == 500
    empty.clear()
    assert bench.plant.train.reservoir.left_nl == 10_000_000 - 500


def test_bubbles_come_in_number_and_can_be_purged() -> None:
    """Air: three bubbles of 100 nL, 1000 nL apart; purged after the first has passed."""
    bench = Bench()
    figures = {"volume_nl": 100.0, "upstream_nl": 2000.0, "count": 3.0, "gap_nl": 1000.0}
    fault = Faults(bench).inject("air", "bubble", figures)
    while bench.plant.displaced_nl < 2500:
        bench.plant.advance(1, 50_000)
    assert bench.plant.air_passed_nl == pytest.approx(100)
    twin = bench.plant.copy()
    fault.clear()
    for plant in (bench.plant, twin):
        for _ in range(100):
            plant.advance(1, 50_000)
    assert bench.plant.air_passed_nl == pytest.approx(100)
    assert twin.air_passed_nl == pytest.approx(300)


def test_sensor_faults_reach_the_codes_and_one_channel_has_one() -> None:
    """Sensors: off is no answer, a second fault on the channel is refused, another is not."""
    bench = Bench()
    faults = Faults(bench)
    off = faults.inject("pressure_sensor", "off", {})
    assert bench.plant.codes()[0] == NO_ANSWER
    with pytest.raises(ValueError, match="clear it first"):
        faults.inject("pressure_sensor", "drift", {"codes_per_s": 1})
    faults.inject("air_sensor", "stuck", {"code": 800})
    assert bench.plant.codes()[1] == 800
    off.clear()
    assert bench.plant.codes()[0] > 300
    assert bench.plant.codes()[1] == 800


def test_drive_and_supply_faults() -> None:
    """Drive: counter stuck and stall act and end; supply sags and recovers."""
    bench = Bench()
    faults = Faults(bench)
    bench.drive.enable(True)
    stuck = faults.inject("drive", "counter_stuck", {})
    stall = faults.inject("drive", "stall", {})
    bench.drive.lease(3 | sum(31 << 5 * slot for slot in range(1, 6)), False, 0)
    assert bench.drive.advance(10_000) == 0
    assert (bench.drive.edges, bench.drive.forward_steps) == (0, 3)
    faults.inject("drive", "counter_noise", {"edges": 5})
    assert (bench.drive.edges, bench.drive.forward_steps) == (5, 3)
    stuck.clear()
    stall.clear()
    bench.drive.lease(4 | sum(31 << 5 * slot for slot in range(1, 6)), False, 10_000)
    assert bench.drive.advance(20_000) == 4
    assert bench.drive.edges == 9
    sag = faults.inject("supply", "sag", {"mv": 9000})
    assert bench.plant.codes()[2] == pytest.approx(2250, abs=12)
    sag.clear()
    assert bench.plant.codes()[2] == pytest.approx(3000, abs=12)


def test_store_faults() -> None:
    """Store: refused, silent, slow and cut operations, each gone when cleared."""
    bench = Bench()
    faults = Faults(bench)
    off = faults.inject("store", "off", {})
    with pytest.raises(StorageRefused):
        bench.flash.erase(0)
    off.clear()
    stuck = faults.inject("store", "stuck", {})
    bench.flash.program(0, bytes(256))
    assert bench.flash.image()[0] == 0xFF
    stuck.clear()
    slow = faults.inject("store", "slow", {})
    assert bench.flash.erase(0) == WORST.erase_us
    slow.clear()
    assert bench.flash.erase(0) == TYPICAL.erase_us
    faults.inject("store", "before", {"nth": 2}).clear()
    faults.inject("store", "after", {"nth": 2})
    bench.flash.program(0, bytes(256))
    with pytest.raises(PowerCut, match="after"):
        bench.flash.program(256, bytes(256))
    assert bench.flash.image()[:512] == bytes(512)


def test_faults_follow_a_plant_that_was_replaced_by_its_copy() -> None:
    """C7: a rig that restores a copy can still clear what was injected before."""
    bench = Bench()
    fault = Faults(bench).inject("pressure_sensor", "off", {})
    bench.plant = bench.plant.copy()
    assert bench.plant.codes()[0] == NO_ANSWER
    fault.clear()
    assert bench.plant.codes()[0] != NO_ANSWER
