"""`benchpump doctor`: which boards there are, what is on them and what is wrong."""

from __future__ import annotations

import click

from benchpump.cli import boards
from benchpump.cli.exits import ExitCode, finish
from benchpump.cli.ports import port_option
from benchpump.flashing.doctor import Finding, examine
from benchpump.flashing.find import drives, serial_boards, waiting_for_image
from benchpump.flashing.flash import UF2
from benchpump.hub.place import owner_of, place_of


@click.command()
@click.option("--board", default=boards.BOARD, show_default=True, help="What it is compared with.")
@port_option
def doctor(board: str, port: str | None) -> None:
    """Find boards, say what is on each and what is wrong with it. Stops and changes nothing.

    Exit code 0: a board was found and nothing is wrong; 5: no board was found; 6: see above it.
    """
    files, crc = boards.files_for(board), boards.crc_for(board)
    if port:
        places = [(port, examine(boards.board_at(port), files, crc, hub_of))]
    else:
        places = [(found, [_no_image()]) for found in waiting_for_image(drives())]
        for found in serial_boards():
            other = [] if found.is_micropython else [_other_program(found.product)]
            seen = examine(boards.board_at(found.url), files, crc, hub_of)
            places.append((f"{found.url} {found.description}", other + seen))
    for place, findings in places:
        click.echo(place)
        for finding in findings:
            click.echo(f"  {finding.text}")
            if finding.todo:
                click.echo(f"    What to do: {finding.todo}")
    if not places:
        click.echo(
            "No board was found.\n    What to do: plug one in, with a cable that carries data; a"
            f" new one: {UF2}"
        )
        finish(ExitCode.LOST)
    if any(finding.todo for _, findings in places for finding in findings):
        finish(ExitCode.FAULTY)
    click.echo("Nothing is wrong.")


def hub_of(url: str) -> str:
    """Who holds a port for benchpump's commands; empty if none of them does."""
    process = owner_of(place_of(url))
    return f"benchpump's hub (process {process})" if process else ""


def _no_image() -> Finding:
    return Finding(
        "waits for an image (BOOTSEL): there is no MicroPython to talk to",
        "copy an RPI_PICO .uf2 of MicroPython 1.27 or newer onto the drive, then: benchpump flash",
    )


def _other_program(product: int) -> Finding:
    return Finding(f"USB product {product:04x} is not MicroPython's", UF2)
