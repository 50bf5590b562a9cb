"""What is heard of the sounder, by its pulses."""

from __future__ import annotations

import pytest

from benchpump.bench.pico.sounder import Sounder
from benchpump.link.messages import Sound


@pytest.mark.parametrize(
    ("pulses", "sound"), [(0, Sound.OFF), (1, Sound.LOW), (3, Sound.MEDIUM), (10, Sound.HIGH)]
)
def test_pulses_are_counted_by_the_burst(pulses: int, sound: Sound) -> None:
    """The same in the second burst as in the first: a pause ends one."""
    sounder = Sounder()
    for burst in range(2):
        for pulse in range(pulses):
            sounder.pulse(burst * 16_000_000 + pulse * 400_000)
        assert sounder.last == sound
        assert sounder.bursts == (burst + 1 if pulses else 0)


def test_a_burst_is_over_half_a_second_after_its_last_pulse() -> None:
    """Before that there may be more to come."""
    sounder = Sounder()
    assert not sounder.in_burst(0)
    sounder.pulse(1_000_000)
    assert sounder.in_burst(1_500_000)
    assert not sounder.in_burst(1_500_001)
