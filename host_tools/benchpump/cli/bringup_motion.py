"""`benchpump bringup motion`: single steps, direction, drawing back, and what the e-stop does."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import click

from benchpump.board.data import BoardData
from benchpump.cli import allotment
from benchpump.cli.bringup_wiring import (
    TRIALS,
    WAIT_S,
    await_switches,
    board_of,
    conclude_checks,
)
from benchpump.cli.connect import connected
from benchpump.cli.exits import Refused
from benchpump.cli.ports import port_option
from benchpump.cli.rig_record import Keeping, record_options, told
from benchpump.commissioning import records
from benchpump.commissioning.checklist import Checklist, Outcome
from benchpump.commissioning.delivering import DeliveryError, deliver
from benchpump.link.attended import attended
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
from benchpump.link.segments import Segment
from benchpump.link.sensed import COUNT_MODULUS
from benchpump.link.tables import PumpError, PumpRefused

STEPS = 16  # of the single steps, half a second apart (own)
STEP_RATE_NL_H = 2_000_000
PUSHED_NL = 50_000
DRAWN_NL = 20_000
RATE_NL_H = 20_000_000
_PAUSE_TICKS = 10
_ENCODER_SHARE = 0.02  # own: of what the steps are worth, and two counts
_PRESSED, _RELEASED = TRIALS[1], TRIALS[2]


@click.command()
@port_option
@record_options
@click.option("--yes", is_flag=True, help="Starts without asking; what is seen is still asked.")
def motion(port: str | None, yes: bool, **keeping: Any) -> None:
    """Move by a step, by 16 single steps, by 50 uL, and back by 20 uL, and ask what was seen.

    Takes a provisioned pump, an allotment and a container with liquid; every step is debited.
    Stops at the first thing that is wrong. Ends with a record.
    """
    keep = Keeping(**keeping)
    with connected(port) as pump:
        identity = pump.idn()
        folder = keep.usable_folder(port, identity)
        board = board_of(identity)
        pl_per_step = _ready(pump)
        click.echo("Outlet into a beaker; nothing connected that must not get the volume.")
        if not yes and not click.confirm("Start with a single step?"):
            raise Refused("nothing was moved", "run it again and answer y, or add --yes")
        content = keep.head(pump, port)
        checks = Checklist(click.echo)
        try:
            _all(pump, checks, board, pl_per_step)
        except (DeliveryError, PumpRefused) as error:
            checks.add(Outcome("pump", False, str(error), "benchpump status says more"))
        finally:
            with suppress(PumpError):
                if pump.status().state is State.ARMED:
                    pump.disarm()
            path = records.write(folder, "motion", {**content, **checks.content()})
    conclude_checks(checks, path.name)
    click.echo(f"Record: {told(path)}. Next: benchpump calibrate volume")


def _ready(pump: Pump) -> int:
    made = allotment.in_force(pump)
    status = pump.status()
    if made is None:
        raise Refused("there is no allotment to move in", "make one: benchpump allot")
    if status.state not in (State.IDLE, State.FINISHED):
        raise Refused(f"the pump is {status.state.name.lower()}", "benchpump status says more")
    if not status.flags & Flag.CONFIRMED:
        raise Refused("the container is not confirmed", "tell what it holds: benchpump refit")
    return made.pl_per_step


def _all(pump: Pump, checks: Checklist, board: BoardData, pl_per_step: int) -> None:
    """Each only when the one before it was right."""
    passed = _single(pump, checks, pl_per_step, 1) and _single(pump, checks, pl_per_step, STEPS)
    passed = passed and _asked(
        checks, "motor turns", f"Did the motor turn by a hair, {STEPS} times?",
        "coil wires, motor current, and that the driver is energised (ENN low)",
    )  # fmt: skip
    passed = passed and _push(pump, checks, board, pl_per_step)
    passed = passed and _draw(pump, checks, pl_per_step)
    if passed:
        _cut(pump, checks, pl_per_step)


def _asked(checks: Checklist, name: str, question: str, todo: str) -> bool:
    yes = click.confirm(question)
    return checks.add(Outcome(name, yes, "seen" if yes else "not so", todo))


def _single(pump: Pump, checks: Checklist, pl_per_step: int, count: int) -> bool:
    """A program of single steps, counted at the pin and debited."""
    step = Segment.bolus(round(pl_per_step / 1000), STEP_RATE_NL_H)
    program = [step, Segment.hold(_PAUSE_TICKS)]
    if count > 1:
        program.append(Segment.repeat(count, 2))
    before, debited = pump.sensors().steps, pump.status().debited_steps
    pump.load(program)
    with attended(pump):
        pump.start(pump.arm().token)
        pump.wait(lambda status: status.state is not State.RUNNING, timeout_s=60 + count)
    status = pump.status()
    counted = (pump.sensors().steps - before) % COUNT_MODULUS
    owed = status.debited_steps - debited
    right = counted == owed == count and status.state is State.FINISHED
    if status.state is State.FINISHED:
        pump.acknowledge()
    found = f"{counted} at the pin, {owed} debited, {status.state.name.lower()}"
    todo = "benchpump status and log; is the step pin that of board.toml?"
    name = "one step" if count == 1 else f"{count} single steps"
    return checks.add(Outcome(name, right, found, todo))


def _push(pump: Pump, checks: Checklist, board: BoardData, pl_per_step: int) -> bool:
    before = pump.sensors().encoder
    steps = max(1, PUSHED_NL * 1000 // pl_per_step)
    deliver(pump, steps, pl_per_step, RATE_NL_H)
    after = pump.sensors().encoder
    if not _asked(
        checks, "direction", "Did it push towards the outlet?",
        "motor supply off, then exchange the two wires of ONE motor coil",
    ):  # fmt: skip
        return False
    facts = board.sensors["encoder"]
    if facts is None or before is None or after is None:
        return True
    gained = (after - before) % COUNT_MODULUS
    worth = steps * facts["counts_per_1000_steps"] / 1000
    right = abs(gained - worth) <= worth * _ENCODER_SHARE + 2
    todo = "counts_per_1000_steps of board.toml; its phases; does the motor stall?"
    found = f"{gained} counts, {worth:.0f} expected"
    return checks.add(Outcome("encoder", right, found, todo))


def _draw(pump: Pump, checks: Checklist, pl_per_step: int) -> bool:
    before = pump.sensors().steps
    offered = pump.withdraw(DRAWN_NL, RATE_NL_H)
    with attended(pump):
        pump.start(offered.token)
        pump.wait(lambda status: status.state is not State.WITHDRAWING, timeout_s=60)
    counted = (pump.sensors().steps - before) % COUNT_MODULUS
    wanted = offered.steps
    found = f"{counted} at the pin of {wanted}"
    todo = "benchpump status and log say what ended it"
    if not checks.add(Outcome("drawing back", counted == wanted, found, todo)):
        return False
    todo = "the direction wire does not reach the driver"
    return _asked(checks, "direction back", "Did it draw back from the outlet?", todo)


def _cut(pump: Pump, checks: Checklist, pl_per_step: int) -> None:
    """Energised, then the e-stop: the shaft holds, and lets go."""
    pump.load([Segment.bolus(round(pl_per_step / 1000), STEP_RATE_NL_H)])
    pump.arm()
    if not _asked(
        checks, "holds", "The driver is energised. Does the shaft resist your fingers?",
        "the enable wire, or the driver's own current setting",
    ):  # fmt: skip
        return
    await_switches(pump, checks, _PRESSED, WAIT_S)
    _asked(
        checks, "e-stop lets go", "Does the shaft give way now?",
        "the e-stop must cut enable or motor supply by its own contact: do not go on without",
    )  # fmt: skip
    if await_switches(pump, checks, _RELEASED, WAIT_S) and pump.status().state is State.ALARM:
        pump.acknowledge()
    checks.complete = True
