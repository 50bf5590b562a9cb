"""A new allotment: container and cap, two steps over the link and the pump's local button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchpump.cli.exits import Refused
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import PumpNeedsButtonError
from benchpump.recipes import Container

BUTTON_POLL_S = 0.25
# The token of the first step expires after 30 s (protocol.toml).
BUTTON_WAIT_S = 29.0


@dataclass(frozen=True)
class InForce:
    """The allotment that the pump draws from."""

    identity: int
    container: int
    cap_steps: int
    debited_steps: int
    pl_per_step: int

    @property
    def nl_per_step(self) -> float:
        """Volume of a step by the frozen calibration, nL."""
        return self.pl_per_step / 1000

    @property
    def cap_nl(self) -> float:
        """The cap, nL."""
        return self.cap_steps * self.nl_per_step

    @property
    def left_nl(self) -> float:
        """What is left of it, nL."""
        return (self.cap_steps - self.debited_steps) * self.nl_per_step


def in_force(pump: Pump) -> InForce | None:
    """The allotment in force, None where there is none."""
    parts = pump.allotment()
    if parts.number("none", 0):
        return None
    names = ("id", "container", "cap_steps", "debited_steps", "pl_per_step")
    return InForce(*(parts.number(name) for name in names))


def propose(pump: Pump, container: Container, cap_nl: int) -> Proposed:
    """First step. Raises Refused where the cap is below one microlitre."""
    cap_ul = cap_nl // 1000
    if cap_ul < 1:
        raise Refused("a cap below 1 uL cannot be allotted", "give a larger cap")
    return pump.new_allotment(
        container=container.number,
        cap_ul=cap_ul,
        capacity_ul=container.capacity_nl // 1000,
        compliance_nl_per_kpa=container.compliance_nl_per_kpa,
        pressure_max_pa=container.pressure_max_pa,
        inner_diameter_um=container.inner_diameter_um,
        tubing_nl_per_revolution=container.nl_per_revolution,
        rate_max_nl_h=container.rate_max_nl_h,
    )


def confirm(pump: Pump, proposed: Proposed, say: Callable[[str], None]) -> InForce:
    """Second step: wait until the button was pressed. Raises Refused after 29 s without it."""
    say("Press the button on the pump within 30 s to put this allotment in force.")
    end_s = pump.clock.now_s() + BUTTON_WAIT_S
    while True:
        try:
            pump.confirm(proposed.token)
            break
        except PumpNeedsButtonError:
            if pump.clock.now_s() >= end_s:
                todo = "run the command again and press the button on the pump itself"
                raise Refused("the button was not pressed", todo) from None
        pump.clock.sleep_s(BUTTON_POLL_S)
    allotment = in_force(pump)
    if allotment is None:
        raise Refused("the pump reports no allotment", "run the command again")
    return allotment
