"""The container: a finite volume, and for a syringe the end stops of the plunger."""

from __future__ import annotations

from benchpump.bench.plant.parameters import PlantParameters


class Reservoir:
    """What is left to give. An empty one gives nothing; a full one takes nothing back.

    `shut` is an upstream occlusion: nothing passes either way.
    """

    __slots__ = ("capacity_nl", "left_nl", "shut")

    def __init__(self, parameters: PlantParameters) -> None:
        self.capacity_nl = parameters.capacity_nl
        self.left_nl = parameters.fill_nl
        self.shut = False

    def take(self, volume_nl: float) -> float:
        """Draw a signed volume; return what really came (negative: went back in)."""
        if self.shut:
            return 0.0
        left_nl = self.left_nl - volume_nl
        if left_nl < 0.0:
            volume_nl = self.left_nl
            left_nl = 0.0
        elif left_nl > self.capacity_nl:
            volume_nl = self.left_nl - self.capacity_nl
            left_nl = self.capacity_nl
        self.left_nl = left_nl
        return volume_nl
