"""A volume moved by hand, outside any program: asked for, offered, confirmed, watched to its end.

`benchpump prime` gives it off, `benchpump withdraw` draws it back.
"""

from __future__ import annotations

from dataclasses import dataclass

import click

from benchpump.cli.exits import Alarmed, Refused, Unusable
from benchpump.cli.infusion import describe
from benchpump.link.attended import attended
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.recipes.units import Dosing, UnitError, parse_rate_nl_h, parse_volume_nl

POLL_S = 0.25
# Ranges of the wire, from host_tools/protocol.toml [[command]] PRIME and WITHDRAW.
VOLUME_MIN_NL = 1_000
RATE_NL_H = (100_000, 500_000_000)


@dataclass(frozen=True)
class Stroke:
    """So much at that rate."""

    volume_nl: int
    rate_nl_h: int

    @property
    def takes_s(self) -> float:
        """How long it takes, without a stop."""
        return self.volume_nl / self.rate_nl_h * 3600


def parse_stroke(volume: str, rate: str, most_nl: int, range_text: str, example: str) -> Stroke:
    """A volume of 1 uL..`most_nl` at 0.1..500 mL/h; `range_text` says so to people.

    Raises Unusable, which shows `example`.
    """
    todo = f"for instance: {example}"
    try:
        stroke = Stroke(
            round(parse_volume_nl(volume, Dosing())), round(parse_rate_nl_h(rate, Dosing()))
        )
    except UnitError as error:
        raise Unusable(str(error), todo) from None
    low, high = RATE_NL_H
    if not (VOLUME_MIN_NL <= stroke.volume_nl <= most_nl and low <= stroke.rate_nl_h <= high):
        raise Unusable(range_text, todo)
    return stroke


def confirm_stroke(pump: Pump, question: str, yes: bool, refusal: str) -> None:
    """Ask, unless `yes` was said beforehand. Raises Refused, disarmed, where it is not meant."""
    if not yes and not click.confirm(question):
        pump.disarm()
        raise Refused(refusal, "run it again and answer y, or add --yes")


def carry_out(pump: Pump, token: int, stroke: Stroke, under_way: State, stopped: str) -> None:
    """Start it, and poll until the pump has left that state; Ctrl-C stops it.

    Raises Alarmed, which begins with `stopped`, where an alarm ended it; the alarms are shown.
    """
    with attended(pump):
        pump.start(token)
        status = pump.wait(
            lambda status: status.state is not under_way,
            timeout_s=2 * stroke.takes_s + 10,
            poll_s=POLL_S,
        )
    if status.state in (State.ALARM, State.FAULT, State.RELIEVING):
        for alarm in pump.alarms():
            click.echo(describe(alarm), err=True)
        raise Alarmed(stopped, "clear its cause, then benchpump ack")
