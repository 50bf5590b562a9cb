"""A rig that has only been started, made over into one with another plant: a start takes long."""

from __future__ import annotations

from dataclasses import replace

from benchpump.bench.flash import TYPICAL
from benchpump.bench.pico.board import SETTLE_US
from benchpump.bench.pico.rig import PicoRig, PicoSetup
from benchpump.bench.plant import Plant, PlantParameters


def made_over(rig: PicoRig, setup: PicoSetup) -> bool:
    """Give the rig plant and flash times of `setup`, as if it had had them from the start.

    False, and nothing is done, where its pump could have known them apart: other files, another
    seed, sensors that read otherwise at rest, or something has moved.
    """
    if _apart_from_bench(rig.setup) != _apart_from_bench(setup):
        return False
    if rig.truth.forward_steps or rig.truth.reverse_steps:
        return False
    plant = _same_at_rest(rig, setup.parameters or PlantParameters())
    if plant is None:
        return False
    rig.exchange_bench(plant, setup)
    return True


def _apart_from_bench(setup: PicoSetup) -> PicoSetup:
    return replace(setup, parameters=None, timing=TYPICAL)


def _same_at_rest(rig: PicoRig, parameters: PlantParameters) -> Plant | None:
    """A plant of those figures as old as the rig's; None if its sensors ever read otherwise."""
    other, same = Plant(parameters), Plant(rig.plant.parameters)
    while other.now_us < rig.plant.now_us:
        duration_us = min(SETTLE_US, rig.plant.now_us - other.now_us)
        other.advance(0, duration_us)
        same.advance(0, duration_us)
        if other.codes() != same.codes():
            return None
    return other
