"""Delivering an exact number of steps, counted in hardware: through gate, cap and window."""

from __future__ import annotations

from dataclasses import dataclass

from benchpump.link.attended import attended
from benchpump.link.client import Pump
from benchpump.link.messages import ALARMS, Soft, State
from benchpump.link.sensed import COUNT_MODULUS

_POLL_S = 0.25
_SPARE_S = 10.0


class DeliveryError(Exception):
    """A delivery that did not come out as asked; the message says how."""


@dataclass(frozen=True)
class Delivered:
    """Steps as counted at the pin, and how long it took."""

    steps: int
    seconds: float


def deliver(pump: Pump, steps: int, pl_per_step: int, rate_nl_h: int) -> Delivered:
    """Prime by so many steps of the allotment in force, and compare three counts of them.

    Asked for, debited, counted at the pin: any two that differ raise DeliveryError, as does an
    alarm, and a rate above a soft limit. Raises as Pump.prime and Pump.start do.
    """
    before, debited = pump.sensors().steps, pump.status().debited_steps
    began_s = pump.clock.now_s()
    armed = pump.prime(round(steps * pl_per_step / 1000), rate_nl_h)
    if armed.soft != Soft(0):
        pump.disarm()
        raise DeliveryError("the rate is above a soft limit of the active profile: clear it first")
    takes_s = steps * pl_per_step / 1000 / rate_nl_h * 3600
    with attended(pump):
        pump.start(armed.token)
        status = pump.wait(
            lambda status: status.state is not State.PRIMING,
            timeout_s=2 * takes_s + _SPARE_S,
            poll_s=_POLL_S,
        )
    if status.state is not State.IDLE:
        alarm = ALARMS[status.alarm]
        raise DeliveryError(f"{alarm.name} stopped it: {alarm.cause}; {alarm.todo}")
    counted = (pump.sensors().steps - before) % COUNT_MODULUS
    owed = status.debited_steps - debited
    if not counted == owed == steps:
        raise DeliveryError(f"asked for {steps} steps, debited {owed}, counted {counted}")
    return Delivered(counted, pump.clock.now_s() - began_s)
