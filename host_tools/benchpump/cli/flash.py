"""`benchpump flash`: the firmware onto a board."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from benchpump.board import rig
from benchpump.cli import boards, config_file
from benchpump.cli.exits import Refused, Unusable
from benchpump.cli.flashed import report, report_rig_board
from benchpump.cli.ports import choose_port, port_option
from benchpump.flashing.flash import SILENT_S, compare, flash
from benchpump.flashing.plan import Plan
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import AGAIN
from benchpump.flashing.who import Firmware, Found
from benchpump.link.client import Pump
from benchpump.link.messages import PROTOCOL_HASH


@click.command("flash")
@click.option("--board", default=boards.BOARD, show_default=True, help="What the files are for.")
@port_option
@click.option(
    "--config", "config", type=click.Path(path_type=Path), metavar="FILE",
    help="Then write the fields that FILE names (as: benchpump config apply).",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be done; the board restarts.")
def flash_command(board: str, port: str | None, config: Path | None, dry_run: bool) -> None:
    """Put the firmware on a board, restart it and say how it is.

    Copies what differs. Ledger, window, allotment and configuration stay. Refuses while the pump
    is at work. Cut short, it can be repeated; until then the board does not pump.
    """
    values = config_file.read(config) if config else {}
    if values and board == rig.NAME:
        raise Unusable("a rig board has no configuration", "leave --config out")
    files = boards.files_for(board)
    with boards.on_board():
        at = boards.board_at(choose_port(port))
        if dry_run:
            lines = told(compare(at, board, files))
            found = at.ask_after_reset(SILENT_S * 2)  # so that the next command finds it
            for line in lines + (would_write(at, found, values) if values else []):
                click.echo(line)
            return
        try:
            done = flash(at, board, files, click.echo)
        except KeyboardInterrupt:
            raise Refused("interrupted; the board may be half-flashed", AGAIN) from None
        copied = f"{len(done.copies)} files copied" if done.copies else "nothing to copy"
        click.echo(f"{copied}; firmware {boards.hash_of(files)}, {len(files)} files. Starting it.")
        if board == rig.NAME:
            report_rig_board(at)
            return
        report(at, boards.crc_for(board))
        if config:
            configure(at, config, values)


def would_write(port: BoardPort, found: Found, values: config_file.Values) -> list[str]:
    """What `configure` would do, in lines: compared with a pump that runs and can be asked."""
    if not isinstance(found, Firmware) or found.protocol_hash != f"{PROTOCOL_HASH:06X}":
        return [f"would set     {field.name} = {values[field]} {field.unit}" for field in values]
    with closing(Pump(port.link())) as pump:
        changes = config_file.changes(pump, values)
        why = config_file.obstacle(pump.status(), changes)
    lines = [f"would set     {change}" for change in changes]
    if why:
        lines.append(f"by hand       the service jumper: {why}")
    return lines or ["nothing to set"]


def configure(port: BoardPort, file: Path, values: config_file.Values) -> None:
    """Write the configuration into a board that runs. Raises as `config_file.write`."""
    with closing(Pump(port.link())) as pump:
        done = config_file.write(pump, values, f"benchpump config apply {file}")
    for change in done:
        click.echo(f"config    {change}")
    if not done:
        click.echo(f"config    as in {file} already")


def told(todo: Plan) -> list[str]:
    """A plan in lines."""
    lines = [f"would remove  {path}" for path in (*todo.removals, *todo.folders)]
    lines += [f"would copy    {path}" for path in todo.copies]
    lines += [f"left alone    {path}" for path in todo.left_alone]
    return lines or ["nothing to copy"]
