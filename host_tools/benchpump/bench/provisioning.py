"""A pump made ready as in the field: jumper fitted, provisioned over the link, restarted."""

from __future__ import annotations

from dataclasses import replace

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.reference import booted
from benchpump.bench.rig import Rig
from benchpump.link.messages import Flag, State

PROVISION_MAX_S = 60.0


def provision(rig: Rig) -> None:
    """Provision a powered rig through jumper and link; leave it restarted, idle, without jumper.

    The jumper is fitted after the start: there are boards that it keeps from starting. Raises
    link errors, WaitTimeoutError if it takes longer than a minute, RuntimeError if the pump then
    is not idle.
    """
    unready = Flag.UNPROVISIONED | Flag.PREPARING
    pump = booted(rig)
    rig.set_jumper(True)
    pump.wait(lambda status: bool(status.flags & Flag.JUMPER), timeout_s=1)
    pump.service(True)
    pump.provision()
    pump.wait(lambda status: not status.flags & unready, timeout_s=PROVISION_MAX_S)
    rig.set_jumper(False)
    rig.power_cycle()
    status = booted(rig).status()
    if status.state != State.IDLE or status.flags & Flag.UNPROVISIONED:
        raise RuntimeError(f"provisioning left the pump in {status.state.name}, {status.flags!r}")


def provisioned_image(setup: Setup) -> bytes:
    """What the memory holds after `provision` of a pump made as `setup` says. Raises as that."""
    with EmulatedRig(replace(setup, image=None)) as rig:
        provision(rig)
        rig.power_off()
        rig.truth.check()
        return rig.flash.image()
