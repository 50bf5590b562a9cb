"""`benchpump as-run`: what was run, shown and written as a recipe."""

from pathlib import Path

import pytest

from benchpump.bench.emulated import EmulatedRig
from benchpump.recipes import load_recipe

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
    recipe = load_recipe("next.toml")
    assert recipe.name == "Next"
    first, second = load_recipe("r.toml").program, recipe.program
    assert list(second.segments) == list(first.segments)
    ran = run("run", "next.toml", "--container", "BD Plastipak 10 mL",
              "--confirm-container", "BD Plastipak 10 mL")  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert ready.truth.forward_steps == pytest.approx(2 * given, abs=1)


def test_nothing_was_run(ready: EmulatedRig, run) -> None:
    """No recipe is made of nothing (exit code 2)."""
    shown = run("as-run", "--recipe", "next.toml")
    assert shown.exit_code == 2
    assert "nothing was run" in shown.stderr
    assert not Path("next.toml").exists()
