"""`benchpump as-run`: what was run, shown and written as a recipe."""

from pathlib import Path

import pytest

from benchpump.bench.emulated import EmulatedRig
from benchpump.cli.as_run import bolus_lines
from benchpump.link.messages import State
from benchpump.link.on_demand import Bolus, OnDemand
from benchpump.recipes import load_recipe
from benchpump.testing.procedures import ML_H, start_constant, until

RECIPE = """
container = "BD Plastipak 10 mL"
then = "stop"
[[step]]
kind = "ramp"
from = "1 mL/h"
to = "6 mL/h"
duration = "20 s"
[[step]]
kind = "repeat"
times = 5
[[step.step]]
kind = "constant"
rate = "6.000001 mL/h"
duration = "6 s"
[[step.step]]
kind = "hold"
duration = "4 s"
"""


def test_a_run_becomes_the_same_recipe(ready: EmulatedRig, run) -> None:
    """What ran to its end as loaded comes back as it was written, and can be checked and run."""
    Path("r.toml").write_text(RECIPE)
    ran = run("run", "r.toml", "--confirm-container", "BD Plastipak 10 mL")
    assert ran.exit_code == 0, ran.output
    given = ready.truth.forward_steps
    shown = run("as-run", "--recipe", "next.toml", "--name", "Next")
    assert shown.exit_code == 0, shown.output
    assert "again as before" in shown.stdout
    assert "1:10 of the program run" in shown.stdout
    assert "on demand" not in shown.stdout
    recipe = load_recipe("next.toml")
    assert recipe.name == "Next"
    first, second = load_recipe("r.toml").program, recipe.program
    assert list(second.segments) == list(first.segments)
    ran = run("run", "next.toml", "--container", "BD Plastipak 10 mL",
              "--confirm-container", "BD Plastipak 10 mL")  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert ready.truth.forward_steps == pytest.approx(2 * given, abs=1)


def test_boluses_on_demand_are_told_beside_it(ready: EmulatedRig, run) -> None:
    """The recipe has the program alone, and says first what else was given, when and how much."""
    with ready.connect() as pump:
        start_constant(pump, 6 * ML_H, 60)
        ready.clock.sleep_ms(10_000)
        pump.start(pump.bolus(50_000, 60 * ML_H).token)
        until(pump, State.FINISHED)
        pump.acknowledge()
    shown = run("as-run", "--recipe", "next.toml")
    assert shown.exit_code == 0, shown.output
    told = [
        "Not all that was delivered: 1 bolus on demand beside it, 0.0500 mL in all",
        "        0:10  0.0500 mL at 60 mL/h",
    ]
    assert "\n".join(told) in shown.stdout
    assert Path("next.toml").read_text().splitlines()[:2] == [f"# {line}" for line in told]
    recipe = load_recipe("next.toml")
    assert recipe.program.total_volume_nl == pytest.approx(100_000, abs=1)
    assert ready.truth.forward_steps * 102.212 == pytest.approx(150_000, rel=0.002)


def test_boluses_are_told_as_far_as_they_are_known() -> None:
    """Whole, cut short, going on; without a beginning, and in steps of unknown worth."""
    whole, cut = Bolus(1200, 6_000_000, 1000, 1000), Bolus(2500, 6_000_000, 1000, 400)
    assert bolus_lines(OnDemand((whole, cut, Bolus(9000, 500_000, 10, None))), 100) == [
        "Not all that was delivered: 3 boluses on demand beside it, 0.1400 mL in all"
        " without what has no end on record",
        "        1:00  0.1000 mL at 6 mL/h",
        "        2:05  0.0400 mL of 0.1000 mL at 6 mL/h; it was cut short",
        "        7:30  0.0010 mL asked for at 0.5 mL/h; it goes on, or its end is not on record",
    ]
    assert bolus_lines(OnDemand((Bolus(None, None, 90, 80),), complete=False), None) == [
        "Not all that was delivered: 1 bolus on demand beside it, 80 steps in all",
        "           ?  80 steps of 90 steps; it was cut short",
        "The journal does not go back to the beginning of the run: there may have been more"
        " boluses on demand",
    ]
    assert bolus_lines(OnDemand(), 100) == []


def test_nothing_was_run(ready: EmulatedRig, run) -> None:
    """No recipe is made of nothing (exit code 2)."""
    shown = run("as-run", "--recipe", "next.toml")
    assert shown.exit_code == 2
    assert "nothing was run" in shown.stderr
    assert not Path("next.toml").exists()
