"""Encoder, flow meter and free flow in the plant: what the counts follow and what they do not."""

from __future__ import annotations

import pytest

from benchpump.bench.drive import Drive
from benchpump.bench.fault_appliers import Faults
from benchpump.bench.flash import Flash
from benchpump.bench.plant import Plant, of_pump

EXACT = {"flow_gain_ppm": 0.0, "flow_zero_nl_h": 0.0, "flow_noise_counts": 0.0}
COUNT_MASK = (1 << 30) - 1


class Bench:
    """What faults act on."""

    def __init__(self, plant: Plant) -> None:
        self.drive = Drive()
        self.flash = Flash(sectors=1)
        self.plant = plant


def plant(pump: str = "syringe", **figures: float) -> Plant:
    """An instrumented plant whose flow meter is exact but for these figures."""
    return Plant(of_pump(pump, encoder_fitted=True, flow_fitted=True, **(EXACT | figures)))


def test_the_encoder_follows_the_motor_and_wraps_below_zero() -> None:
    """One count a step on either side of zero, modulo 2**30."""
    made = plant()
    for steps, count in ((7, 7), (-10, COUNT_MASK - 2), (3, 0)):
        made.advance(steps, 50_000)
        assert made.codes()[3] == count


@pytest.mark.parametrize("pump", ["syringe", "peristaltic"])
def test_the_flow_meter_counts_what_leaves_the_line(pump: str) -> None:
    """10 nL a count of the true outflow, copies included; not what is displaced."""
    made = plant(pump)
    for _ in range(200):
        made.advance(10, 50_000)
    twin = made.copy()
    for one in (made, twin):
        one.line.occlude()
        one.advance(10, 50_000)
    assert made.codes() == twin.codes()
    assert made.codes()[4] == int(made.delivered_nl // 10)
    assert made.displaced_nl - made.delivered_nl > 500


def test_gain_zero_and_noise_of_the_flow_meter() -> None:
    """Gain scales what flows, a zero error counts at rest, noise does not add up."""
    scaled = plant(flow_gain_ppm=100_000)
    for _ in range(100):
        scaled.advance(30, 50_000)
    assert scaled.codes()[4] == pytest.approx(scaled.delivered_nl * 1.1 / 10, abs=1)
    drifting = plant(flow_zero_nl_h=1_000_000)
    drifting.advance(0, 3_600_000_000)
    assert drifting.codes()[4] == pytest.approx(100_000, abs=1)
    noisy = plant(flow_noise_counts=3)
    seen: set[int] = set()
    for _ in range(10_000):
        noisy.advance(0, 50_000)
        seen.add((noisy.codes()[4] + 100) & COUNT_MASK)
    assert 60 < min(seen) < 97 < 103 < max(seen) < 140


@pytest.mark.parametrize("pump", ["syringe", "peristaltic"])
def test_a_mechanism_that_lets_go_runs_by_gravity(pump: str) -> None:
    """50 cm of liquid through 0.1 and 0.1 Pa s/nL: 24.5 uL/s, whatever the motor does."""
    made = plant(pump)
    loose = Faults(Bench(made)).inject("cassette", "lets_go", {})
    for _ in range(1000):
        made.advance(0, 5_000)
    before_nl = made.delivered_nl
    for _ in range(2000):
        made.advance(4, 5_000)
    assert made.delivered_nl - before_nl == pytest.approx(4900 / 0.2 * 10, rel=0.02)
    assert made.displaced_nl == pytest.approx(made.delivered_nl + made.stored_nl)
    loose.clear()
    made.advance(0, 10_000_000)
    before_nl = made.delivered_nl
    made.advance(0, 10_000_000)
    assert made.delivered_nl == pytest.approx(before_nl, abs=1)


@pytest.mark.parametrize("pump", ["syringe", "peristaltic"])
def test_a_mechanism_that_holds_gives_no_free_flow(pump: str) -> None:
    """The outlet 50 cm lower: what the line held elastically comes out, and then nothing."""
    made = plant(pump)
    Faults(Bench(made)).inject("downstream", "back_pressure", {"pa": -4900})
    for _ in range(2000):
        made.advance(0, 50_000)
    held_nl = 4.9 * made.parameters.compliance_nl_per_kpa
    assert made.delivered_nl == pytest.approx(held_nl, rel=0.001)
