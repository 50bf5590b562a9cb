"""Ctrl-C while the pump moves for a command of a person at the bench: it stops."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from benchpump.bench.emulated import EmulatedRig
from benchpump.cli import main
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.status import Status

Run = Callable[..., Result]
KEPT = ("--records", "kept", "--rig", "r1")


@pytest.mark.requirement("REQ-BRINGUP-2")
@pytest.mark.parametrize(
    ("command", "at", "typed"),
    [
        (("prime", "0.5 mL", "20 mL/h", "--yes"), State.PRIMING, ""),
        (("withdraw", "0.05 mL", "20 mL/h", "--yes"), State.WITHDRAWING, ""),
        (("bringup", "motion", *KEPT, "--yes"), State.PRIMING, "y\n"),
        (("bringup", "motion", *KEPT, "--yes"), State.WITHDRAWING, "y\ny\n"),
        (
            ("calibrate", "volume", "0.1 mL", "20 mL/h", "--temperature", "20", "--resolution",
             "0.1 mg", *KEPT, "--yes"), State.PRIMING, "10\n",
        ),
    ],
    ids=["prime", "withdraw", "push", "draw", "calibrate"],
)  # fmt: skip
def test_it_stops(
    ready: EmulatedRig,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    at: State,
    typed: str,
) -> None:
    """Within 120 ms, long before the pump would miss its host."""
    asked = Pump.status
    caught: list[Status] = []

    def status(pump: Pump) -> Status:
        found = asked(pump)
        if found.state is at and not caught:
            caught.append(found)
            raise KeyboardInterrupt
        return found

    if command[0] == "withdraw":  # there has to be room in the syringe
        assert run("prime", "0.1 mL", "--yes").exit_code == 0
    monkeypatch.setattr(Pump, "status", status)
    assert CliRunner().invoke(main, list(command), input=typed).exit_code == 1
    assert caught
    ready.clock.sleep_ms(120)
    moved = ready.truth.forward_steps, ready.truth.reverse_steps
    ready.clock.sleep_ms(1000)
    assert (ready.truth.forward_steps, ready.truth.reverse_steps) == moved
    ready.truth.check()
