"""One precomputed table of Gaussian noise, shared by every sensor of every bench.

Drawing a fresh sample each tick would cost more than the whole plant; an index into a table costs
next to nothing, is copied as one integer, and gives the same values in every process.
"""

from __future__ import annotations

from random import Random

NOISE_LENGTH = 1 << 14  # 13.6 min of ticks
NOISE_MASK = NOISE_LENGTH - 1


def _gaussian_table() -> tuple[float, ...]:
    dice = Random("benchpump noise table")
    return tuple(dice.gauss(0.0, 1.0) for _ in range(NOISE_LENGTH))


NOISE: tuple[float, ...] = _gaussian_table()
"""Unit normal samples."""


def start_index(seed: int) -> int:
    """Where in the table a bench with this seed starts."""
    return Random(f"noise start {seed}").randrange(NOISE_LENGTH)
