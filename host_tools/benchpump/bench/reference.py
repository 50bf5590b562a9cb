"""The reference infusion: what benchmarks and long campaigns run, by the public client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.errors import PumpLost
from benchpump.link.messages import ArmOnHostLoss, State
from benchpump.link.segments import Segment

if TYPE_CHECKING:
    from benchpump.bench.pico.rig import PicoRig

TICKS_PER_HOUR = 72_000


BOOT_MAX_S = 70.0  # self-test at power-on (GIP 3.4.3); ours is far shorter


def booted(rig: Rig) -> Pump:
    """The client on a rig whose self-test is over; asked by bare lines, no link is opened.

    Raises link.errors.WaitTimeoutError, PumpLost where it stays silent for too long.
    """
    began_ms = rig.clock.now_ms()
    pump = rig.connect()
    while True:
        try:
            pump.wait(
                lambda at: at.state not in (State.BOOT, State.SELFTEST), timeout_s=BOOT_MAX_S
            )
        except PumpLost:
            if rig.clock.now_ms() - began_ms >= rig.silent_at_start_s * 1000:
                raise
        else:
            return pump


def allot_fitted(rig: EmulatedRig | PicoRig, pump: Pump, cap_ul: int = 9_900) -> None:
    """A new allotment for what the plant is fitted with, button and all. Raises as `Pump`."""
    plant = rig.plant.parameters
    head = plant.head
    proposed = pump.new_allotment(
        container=1,
        inner_diameter_um=0 if head else round(plant.inner_diameter_mm * 1000),
        tubing_nl_per_revolution=round(head.nl_per_revolution) if head else 0,
        cap_ul=cap_ul,
        capacity_ul=round(plant.capacity_nl / 1000),
        compliance_nl_per_kpa=round(plant.compliance_nl_per_kpa),
        pressure_max_pa=137_900,
    )
    rig.press_button()
    pump.confirm(proposed.token)
    rig.truth.allot(proposed.cap_steps, proposed.pl_per_step)


def start_infusion(rig: EmulatedRig, hours: float = 24, rate_nl_h: int = 400_000) -> Pump:
    """Allot, load, arm without need of a host, and start: after it nothing has to be sent.

    The defaults give 9.6 mL in a day. Raises as `Pump`.
    """
    pump = booted(rig)
    allot_fitted(rig, pump)
    pump.load([Segment.constant(rate_nl_h, round(hours * TICKS_PER_HOUR))])
    armed = pump.arm(on_host_loss=ArmOnHostLoss.STANDALONE)
    pump.start(armed.token)
    return pump
