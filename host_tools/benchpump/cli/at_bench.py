"""What a person at the bench is asked to do and to say when it is done."""

from __future__ import annotations

import click


def enter_when(do: str) -> None:
    """Say what to do and wait for Enter."""
    click.echo(do)
    click.echo("Enter when it is so.")
    click.prompt("", default="", show_default=False, prompt_suffix="")
