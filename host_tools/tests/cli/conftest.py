"""An emulated pump in virtual time behind the command line, in this process."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.exchange import SWITCH_BUTTON
from benchpump.cli import connect, main

Run = Callable[..., Result]
Reads = Callable[[Mapping[str, Callable[[], object]]], None]


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedRig]:
    """A blank board with the service jumper fitted; every command of the test talks to it."""
    with EmulatedRig(Setup(vm="cpython", seed=7, jumper=True)) as made:
        monkeypatch.setattr(connect.hub, "connect", lambda url: made.transport)
        monkeypatch.setenv("BENCHPUMP_PORT", "emulated")
        yield made


@pytest.fixture
def run(rig: EmulatedRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line; files go to a folder of the test's own."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return invoke


@pytest.fixture
def ready(rig: EmulatedRig, run: Run) -> EmulatedRig:
    """Provisioned, and 1 mL allotted from a 10 mL syringe, through the command line itself."""
    assert run("provision", "--yes").exit_code == 0
    rig.set_jumper(False)
    press_button_in(rig, 2.0)
    allotted = run("allot", "BD Plastipak 10 mL", "1 mL", "--confirm-container", "4")
    assert allotted.exit_code == 0, allotted.output
    assert "taken to be full, 10 mL" in allotted.output
    rig.truth.allot(9783, 102_212)
    return rig


def press_button_in(rig: EmulatedRig, delay_s: float) -> None:
    """Press the pump's button for 0.3 s, some virtual time from now."""
    board = rig.board
    at_us = board.now_us + round(delay_s * 1e6)
    board.call_at(at_us, lambda: board.set_switch(SWITCH_BUTTON, True))
    board.call_at(at_us + 300_000, lambda: board.set_switch(SWITCH_BUTTON, False))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """A person at the bench: does what belongs to a text whenever a command prints that."""

    def prepare(does: Mapping[str, Callable[[], object]]) -> None:
        said = click.echo

        def echo(message: Any = None, *arguments: Any, **options: Any) -> None:
            said(message, *arguments, **options)
            for text, act in does.items():
                if text in str(message):
                    act()

        monkeypatch.setattr(click, "echo", echo)

    return prepare
