"""`benchpump provision`: make a board's memory ready to pump."""

from __future__ import annotations

from collections.abc import Callable

import click

from benchpump.cli.connect import connected
from benchpump.cli.exits import Refused
from benchpump.cli.ports import port_option
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
from benchpump.link.status import Status

SELFTEST_S = 70.0  # longest self-test at power-on (GIP 3.4.3)
ERASE_S = 60.0


def provision_pump(pump: Pump, say: Callable[[str], None]) -> None:
    """Make a blank ledger and a valid configuration. Raises Refused without the service jumper."""
    status = pump.wait(past_selftest, timeout_s=SELFTEST_S)
    if not status.flags & Flag.JUMPER:
        todo = "fit the service jumper, then run the command again"
        raise Refused("the service jumper is not fitted", todo)
    if status.state is not State.SERVICE:
        pump.service(True)
    pump.provision()
    ready = Flag.PREPARING | Flag.UNPROVISIONED
    pump.wait(lambda s: past_selftest(s) and not s.flags & ready, timeout_s=ERASE_S)
    say("Provisioned. Next: remove the service jumper, then make an allotment: benchpump allot")


def past_selftest(status: Status) -> bool:
    """Whether the board has done its self-test."""
    return status.state not in (State.BOOT, State.SELFTEST)


@click.command()
@port_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def provision(port: str | None, yes: bool) -> None:
    """Make a new, blank ledger; the allotment in force ends. Needs the service jumper."""
    with connected(port) as pump:
        if not yes and not click.confirm("This ends the allotment in force. Provision?"):
            raise Refused("not provisioned", "run it again with --yes, or answer y")
        provision_pump(pump, click.echo)
