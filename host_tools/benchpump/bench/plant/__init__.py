"""One CPython model of everything physical, for every emulated target and the rig board (C7)."""

from benchpump.bench.plant.parameters import PlantParameters, of_pump
from benchpump.bench.plant.plant import Plant

__all__ = ["Plant", "PlantParameters", "of_pump"]
