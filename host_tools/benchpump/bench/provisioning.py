"""A pump made ready as in the field: jumper fitted, provisioned over the link, restarted."""

from __future__ import annotations

from dataclasses import replace

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.reference import booted
from benchpump.bench.rig import Rig
from benchpump.link.messages import Flag, State

PROVISION_MAX_S = 60.0


def provision(rig: EmulatedRig) -> None:
    """Provision a rig through jumper and link and leave it restarted, idle and without jumper.

    Raises link errors, WaitTimeoutError if it takes longer than a minute, RuntimeError if the
    pump then is not idle.
    """
    unready = Flag.UNPROVISIONED | Flag.PREPARING
    rig.set_jumper(True)
    rig.power_cycle()
    pump = booted(rig)
    pump.service(True)
    pump.provision()
    pump.wait(lambda status: not status.flags & unready, timeout_s=PROVISION_MAX_S)
    rig.set_jumper(False)
    rig.power_cycle()
    status = booted(rig).status()
    if status.state != State.IDLE or status.flags & Flag.UNPROVISIONED:
        raise RuntimeError(f"provisioning left the pump in {status.state.name}, {status.flags!r}")


def provision_started(rig: Rig) -> None:
    """The same for a board that does not start with the jumper fitted: it is fitted afterwards.

    Raises as `provision`.
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
