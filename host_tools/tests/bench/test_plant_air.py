"""Bubbles travel with the displaced volume past the detector (C7)."""

from __future__ import annotations

import pytest

from benchpump.bench.plant import Plant, PlantParameters
from benchpump.bench.plant.bubbles import KEPT_BEHIND_NL, Bubbles

DRY_ABOVE = 2200  # boards/emulator/board.toml
WET_BELOW = 1400


def test_a_bubble_passes_by_displaced_volume_alone() -> None:
    """Air from 5000 to 25000 nL of displacement, neither before nor after, and counted."""
    bubbles = Bubbles(detector_nl=150_000)
    bubbles.inject(20_000, displaced_nl=1000, upstream_nl=4000)
    for displaced, air, passed in [
        (5000, False, 0),
        (5001, True, 1),
        (15_000, True, 10_000),
        (25_000, True, 20_000),
        (25_001, False, 20_000),
    ]:
        bubbles.move(displaced)
        assert (bubbles.at_detector, bubbles.passed_nl(displaced)) == (air, passed)


def test_drawn_back_a_bubble_passes_again() -> None:
    """Reverse motion brings the air back in front of the detector and takes it off the sum."""
    bubbles = Bubbles(150_000)
    bubbles.inject(1000, 0, 0)
    bubbles.move(1200)
    assert not bubbles.at_detector
    bubbles.move(600)
    assert bubbles.at_detector
    assert bubbles.passed_nl(600) == 600


def test_a_bubble_enters_at_the_outlet_unless_placed() -> None:
    """Without a place the line volume up to the detector lies before it."""
    bubbles = Bubbles(150_000)
    bubbles.inject(1000, 0)
    bubbles.move(150_000)
    assert not bubbles.at_detector
    bubbles.move(150_001)
    assert bubbles.at_detector


def test_overlapping_bubbles_follow_one_another() -> None:
    """Two bubbles at one place are one of their joint volume; no air is lost."""
    bubbles = Bubbles(150_000)
    bubbles.inject(1000, 0, 100)
    bubbles.inject(500, 0, 100)
    bubbles.move(1600)
    assert bubbles.at_detector
    assert bubbles.passed_nl(1600) == 1500


def test_what_has_long_passed_is_kept_as_a_sum_only() -> None:
    """Forgetting a bubble far downstream leaves the total as it was."""
    bubbles = Bubbles(150_000)
    bubbles.inject(1000, 0, 0)
    far = 1000 + KEPT_BEHIND_NL + 1
    bubbles.move(far)
    assert not bubbles.pending
    assert bubbles.passed_nl(far) == 1000


def test_purging_takes_out_what_has_not_passed() -> None:
    """Half a bubble that passed stays counted, the other half and all behind it are gone."""
    bubbles = Bubbles(150_000)
    bubbles.inject(1000, 0, 0)
    bubbles.inject(1000, 0, 5000)
    bubbles.move(400)
    bubbles.purge(400)
    assert not bubbles.at_detector
    bubbles.move(10_000)
    assert bubbles.passed_nl(10_000) == 400


def test_a_copied_line_has_its_own_bubbles() -> None:
    """C7: air injected after a fork is in one line only."""
    bubbles = Bubbles(150_000)
    twin = bubbles.copy()
    bubbles.inject(1000, 0, 0)
    assert bubbles.pending
    assert not twin.pending


@pytest.mark.parametrize(("volume", "upstream"), [(0, 0), (-1, 0), (float("nan"), 0), (1, -1)])
def test_impossible_bubbles_are_refused(volume: float, upstream: float) -> None:
    """Bad input: no volume, or a place behind the detector."""
    with pytest.raises(ValueError, match=r"must be above 0|behind the detector"):
        Bubbles(150_000).inject(volume, 0, upstream)


def test_the_detector_shows_air_while_it_passes() -> None:
    """A 30 uL bubble at 0.5 uL a tick reads dry for its volume, to one tick's displacement."""
    parameters = PlantParameters(startup_slack_nl=0, friction_nl=0, stiction_nl=0)
    plant = Plant(parameters)
    plant.inject_air(30_000, upstream_nl=10_000)
    first = last = None
    for _ in range(200):
        plant.advance(5, 50_000)
        code = plant.codes()[1]
        assert code < WET_BELOW or code > DRY_ABOVE
        if code > DRY_ABOVE:
            first = first if first is not None else plant.displaced_nl
            last = plant.displaced_nl
    assert first is not None
    assert last is not None
    per_tick = 5 * parameters.nominal_nl_per_step * 1.02
    assert 10_000 < first <= 10_000 + per_tick
    assert 40_000 - per_tick <= last <= 40_000
    assert plant.air_passed_nl == pytest.approx(30_000)
