"""`benchpump recover`: a board that a bad `main.py` keeps from being flashed."""

from __future__ import annotations

import click

from benchpump.cli import boards
from benchpump.cli.exits import Refused
from benchpump.cli.ports import choose_port, port_option
from benchpump.flashing.recover import recover

NEXT = "Next: take the service jumper out, if you fitted it, then: benchpump flash"


@click.command("recover")
@port_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--wait", "wait_s", default=120.0, show_default=True, metavar="SECONDS",
    help="How long to wait for the service jumper.",
)  # fmt: skip
def recover_command(port: str | None, yes: bool, wait_s: float) -> None:
    """Remove main.py from a board that hangs or starts over and over. Nothing else is touched.

    Interrupts what runs; where that is not heard, says when to fit the service jumper.
    """
    if not yes and not click.confirm("This removes main.py from the board. Go on?"):
        raise Refused("nothing was done", "run it again with --yes, or answer y")
    with boards.on_board():
        removed = recover(boards.board_at(choose_port(port)), wait_s, click.echo)
    click.echo("main.py is removed." if removed else "There was no main.py.")
    click.echo(NEXT)
