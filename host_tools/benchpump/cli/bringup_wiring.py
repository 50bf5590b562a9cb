"""`benchpump bringup wiring`: every sensor and switch, with the motor off."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import click

from benchpump.board.data import BoardData, BoardDataError
from benchpump.cli.at_bench import enter_when
from benchpump.cli.connect import connected
from benchpump.cli.exits import Refused
from benchpump.cli.ports import port_option
from benchpump.cli.provision import SELFTEST_S, past_selftest
from benchpump.cli.rig_record import Keeping, record_options, told
from benchpump.commissioning import nominal, records
from benchpump.commissioning.at_rest import at_rest
from benchpump.commissioning.checklist import Checklist, Outcome
from benchpump.commissioning.reading import await_reading, sample
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.sensed import COUNT_MODULUS, Sensed, Switch
from benchpump.link.tables import PumpRefused

READINGS = 40
WAIT_S = 60.0
TURN_COUNTS = 20  # of an encoder, by hand (own)
ENERGISED = (State.ARMED, State.RUNNING, State.PAUSED, State.PRIMING, State.WITHDRAWING)


@dataclass(frozen=True)
class Trial:
    """What a person is asked to do, and the switches that must be seen then, no others."""

    name: str
    do: str
    switches: Switch
    todo: str


_CLOSED = "check its two wires; an open wire reads so"
TRIALS = (
    Trial("at rest", "Release the e-stop, seat the container, jumper out, hands off the button.",
          Switch(0), "what is still seen has an open or a shorted wire"),
    Trial("e-stop pressed", "Press the e-stop.", Switch.ESTOP,
          "its contact must open; is it wired normally closed, and to the pin of board.toml?"),
    Trial("e-stop released", "Release the e-stop.", Switch(0), _CLOSED),
    Trial("container out", "Take the container out (or open the door).", Switch.CASSETTE_OUT,
          "its contact must open when nothing is seated"),
    Trial("container seated", "Seat the container again.", Switch(0), _CLOSED),
    Trial("button held", "Hold the pump's own button down.", Switch.BUTTON,
          "its contact must close to ground"),
    Trial("button let go", "Let the button go.", Switch(0), "it sticks, or is shorted to ground"),
    Trial("jumper fitted", "Fit the service jumper.", Switch.JUMPER,
          "it must close its pin to ground"),
    Trial("jumper out", "Take the service jumper out.", Switch(0), "its pin is shorted to ground"),
)  # fmt: skip


@click.command()
@port_option
@record_options
@click.option("--wait", type=float, default=WAIT_S, show_default=True, help="Seconds for each.")
def wiring(port: str | None, wait: float, **keeping: Any) -> None:
    """Tell what to do, and watch by live readings that it is seen. Nothing moves.

    A blank board will do, and is best. Ends with a record; exit code 4 where something is wrong.
    """
    keep = Keeping(**keeping)
    with connected(port) as pump:
        identity = pump.idn()
        folder = keep.usable_folder(port, identity)
        board = board_of(identity)
        status = pump.wait(past_selftest, timeout_s=SELFTEST_S)
        if status.state in ENERGISED:
            todo = "benchpump stop, then again"
            raise Refused(f"the pump is {status.state.name.lower()}: the motor is not off", todo)
        content = keep.head(pump, port)
        checks = Checklist(click.echo)
        _switches(pump, checks, wait)
        enter_when("Open the line, motor supply on; then leave it alone for some seconds.")
        for outcome in at_rest(sample(pump, READINGS), board):
            checks.add(outcome)
        _air(pump, checks, board, wait)
        if board.sensors["encoder"] is not None:
            _encoder(pump, checks, wait)
        with suppress(PumpRefused):  # a blank board stays in its fault
            pump.acknowledge()
        checks.complete = True
    conclude_checks(checks, records.write(folder, "wiring", {**content, **checks.content()}).name)
    click.echo(f"Record: {told(folder)}. Next: benchpump provision, ack, allot")


def board_of(identity: str) -> BoardData:
    """Facts of the board that answered so. Raises Refused."""
    try:
        return nominal.board_of(identity)
    except (LookupError, BoardDataError) as error:
        todo = "use the host tools that the board was flashed with"
        raise Refused(str(error.args[0]), todo) from None


def conclude_checks(checks: Checklist, record: str) -> None:
    """Raises Refused where anything failed."""
    if checks.failed:
        what = ", ".join(checks.failed)
        raise Refused(f"not in order: {what} (record {record})", "put it right, and check again")


def await_switches(pump: Pump, checks: Checklist, trial: Trial, wait_s: float) -> bool:
    """Ask for it, wait for it, note it; whether it was seen."""
    click.echo(trial.do)
    seen = await_reading(pump, lambda sensed: sensed.switches == trial.switches, wait_s)
    shown = _named(seen.switches if seen else pump.sensors().switches)
    return checks.add(Outcome(trial.name, seen is not None, f"seen: {shown}", trial.todo))


def _named(switches: Switch) -> str:
    names = [s.name.lower().replace("_", " ") for s in Switch if s in switches and s.name]
    return ", ".join(names) or "nothing open, held or fitted"


def _switches(pump: Pump, checks: Checklist, wait_s: float) -> None:
    for trial in TRIALS:
        await_switches(pump, checks, trial, wait_s)
        if trial.switches == Switch.ESTOP:
            yes = click.confirm("Does the light blink red and the sounder sound?")
            todo = "light: its pin, 5 V level, colour order GRB; sounder: an active one, its pin"
            checks.add(Outcome("panel", yes, "seen and heard" if yes else "not so", todo))


def _air(pump: Pump, checks: Checklist, board: BoardData, wait_s: float) -> None:
    facts = board.sensors["air"]
    if facts is None:
        return
    wet, dry = facts["wet_below_code"], facts["dry_above_code"]

    def code(sensed: Sensed) -> int:
        return sensed.air if sensed.air is not None else Sensed.NO_ANSWER

    for name, do, dry_wanted in (
        ("air: liquid", "Lay a line full of liquid into the air detector.", False),
        ("air: air", "Take the line out of it (or let a bubble of air lie in it).", True),
        ("air: liquid again", "Lay the full line into it again.", False),
    ):
        click.echo(do)
        seen = await_reading(
            pump, lambda s, d=dry_wanted: code(s) > dry if d else 0 <= code(s) < wet, wait_s
        )
        shown = f"code {code(seen or pump.sensors())} (wet below {wet}, dry above {dry})"
        todo = "check its wires and transmitter; set both codes of board.toml between these"
        checks.add(Outcome(name, seen is not None, shown, todo))


def _encoder(pump: Pump, checks: Checklist, wait_s: float) -> None:
    first = pump.sensors().encoder or 0
    click.echo("Turn the motor's shaft by hand, the way that pushes.")

    def gained(sensed: Sensed) -> int:
        turned = ((sensed.encoder or 0) - first) % COUNT_MODULUS
        return turned - COUNT_MODULUS if turned > COUNT_MODULUS // 2 else turned

    seen = await_reading(pump, lambda sensed: abs(gained(sensed)) >= TURN_COUNTS, wait_s)
    counts = gained(seen) if seen else 0
    todo = "backwards: exchange its two phases; none: its supply and wires"
    checks.add(Outcome("encoder turns", counts > 0, f"{counts} counts", todo))
