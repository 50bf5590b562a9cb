"""The commands on a pump: what they do, what they say, and the exit codes that tell it apart."""

import json
from pathlib import Path

import pytest

from benchpump.bench.emulated import EmulatedRig
from benchpump.cli import connect
from benchpump.link.errors import PumpLost
from benchpump.record import read_run

RECIPE = """
container = "BD Plastipak 10 mL"
then = "stop"
[[step]]
kind = "bolus"
volume = "50 uL"
rate = "20 mL/h"
[[step]]
kind = "constant"
rate = "5 mL/h"
duration = "{minutes} min"
"""


def recipe(minutes: float) -> str:
    """Name of a recipe in the test's folder: 50 uL, then 5 mL/h for some minutes."""
    Path("r.toml").write_text(RECIPE.format(minutes=minutes))
    return "r.toml"


def test_blank_board_is_refused_with_what_to_do(run) -> None:
    """A board that was never provisioned runs nothing (exit code 4)."""
    result = run("run", recipe(1), "--confirm-container", "4")
    assert result.exit_code == 4
    assert "never provisioned" in result.stderr
    assert "benchpump provision" in result.stderr


def test_allotment_takes_the_button(rig: EmulatedRig, run) -> None:
    """Without the button an allotment is refused after the token's time; no motion (C2)."""
    assert run("provision", "--yes").exit_code == 0
    rig.set_jumper(False)
    result = run("allot", "BD Plastipak 10 mL", "1 mL", "--confirm-container", "4")
    assert result.exit_code == 4
    assert "the button was not pressed" in result.stderr
    assert rig.truth.forward_steps == 0


def test_run_delivers_records_and_reports(ready: EmulatedRig, run) -> None:
    """A recipe runs to its end: exit code 0, record and report written, truth content (C9)."""
    result = run("run", recipe(2), "--confirm-container", "BD Plastipak 10 mL",
                 "--record", "a.jsonl", "--report", "a.html")  # fmt: skip
    assert result.exit_code == 0, result.output
    record = read_run(Path("a.jsonl"))
    assert record.end is not None
    assert record.end.outcome == "done"
    steps = round((50_000 + 5e6 * 2 / 60) / 102.212)
    assert ready.truth.forward_steps == pytest.approx(steps, abs=1)
    assert record.samples[-1].volume_nl == pytest.approx(steps * 102.212, abs=110)
    assert "Plotly" not in Path("a.html").read_text("utf-8")[:2000]
    ready.truth.check()


def test_container_must_be_confirmed(ready: EmulatedRig, run) -> None:
    """Nobody to ask, or another container named: refused (exit code 4), and nothing moves."""
    unasked = run("run", recipe(1))
    wrong = run("run", recipe(1), "--confirm-container", "Terumo 10 mL")
    assert (unasked.exit_code, wrong.exit_code) == (4, 4)
    assert '--confirm-container "BD Plastipak 10 mL"' in unasked.stderr
    assert ready.truth.forward_steps == 0


def test_over_the_allotment_is_refused(ready: EmulatedRig, run) -> None:
    """A recipe above the allotment's cap is refused before anything is sent."""
    result = run("run", recipe(12), "--confirm-container", "4")
    assert result.exit_code == 4
    assert "the recipe needs 1.05 mL, the allotment's cap is 0.999" in result.stderr
    assert ready.truth.forward_steps == 0


def test_alarm_ends_with_3_and_the_rest_can_be_run(ready: EmulatedRig, run) -> None:
    """Cassette out: exit code 3, recorded; ack, then --rest delivers what was left, no more."""
    board = ready.board
    fault = []
    board.call_at(board.now_us + 30_000_000, lambda: fault.append(ready.inject("cassette", "out")))
    stopped = run("run", recipe(2), "--confirm-container", "4", "--record", "a.jsonl")
    assert stopped.exit_code == 3, stopped.output
    assert [a.name for a in read_run(Path("a.jsonl")).alarms] == ["CASSETTE_OUT"]
    persists = run("ack")
    assert persists.exit_code == 3
    assert "the cause is still there" in persists.stderr
    fault[0].clear()
    ready.clock.sleep_ms(200)
    assert run("ack").exit_code == 0
    unconfirmed = run("run", recipe(2), "--confirm-container", "4", "--rest")
    assert unconfirmed.exit_code == 4
    assert "benchpump refit" in unconfirmed.stderr
    assert run("refit", "9 mL", "--confirm-container", "4").exit_code == 0
    rest = run("run", recipe(2), "--confirm-container", "4", "--rest", "--record", "b.jsonl")
    assert rest.exit_code == 0, rest.output
    assert ready.truth.forward_steps == pytest.approx(2120, abs=2)
    ready.truth.check()


def test_prime_is_counted(ready: EmulatedRig, run) -> None:
    """Priming takes a second step and is debited from the cap."""
    refused = run("prime", "20 uL", "20 mL/h")
    assert refused.exit_code != 0
    assert ready.truth.forward_steps == 0
    done = run("prime", "20 uL", "20 mL/h", "--yes")
    assert done.exit_code == 0, done.output
    assert ready.truth.forward_steps == pytest.approx(196, abs=1)
    status = json.loads(run("status", "--json").output)
    assert status["debited_steps"] == ready.truth.forward_steps


def test_withdraw_and_refit_say_what_they_did(ready: EmulatedRig, run) -> None:
    """Drawing back takes a second step and no more than there is room for; a container is
    confirmed only after it was out, and with no more than it can hold."""
    assert run("prime", "50 uL", "20 mL/h", "--yes").exit_code == 0
    over = run("withdraw", "60 uL", "20 mL/h", "--yes")
    assert over.exit_code == 4
    assert "OVER_WITHDRAWAL" in over.stderr
    done = run("withdraw", "20 uL", "20 mL/h", "--yes")
    assert done.exit_code == 0, done.output
    assert "Draws back 0.0200 mL at 20 mL/h" in done.output
    assert ready.truth.reverse_steps == pytest.approx(196, abs=1)
    too_early = run("refit", "--confirm-container", "4")
    assert too_early.exit_code == 4
    assert "NOT_REFITTED" in too_early.stderr
    assert run("refit", "10.1 mL", "--confirm-container", "4").exit_code == 2
    ready.truth.check()


def test_readings(ready: EmulatedRig, run) -> None:
    """Status, limits, log and config are read without changing anything."""
    assert "of 0.9999 mL from BD Plastipak 10 mL" in run("status").output
    assert "at most 300 mL/h, bound by config" in run("limits").output
    assert "state selftest → idle" in run("log").output
    assert "occlusion_pa         68950 Pa" in run("config", "get", "occlusion_pa").output
    assert ready.truth.forward_steps == 0


def test_config_narrows_but_does_not_widen(ready: EmulatedRig, run) -> None:
    """A lower limit is taken; raising it again needs the service jumper (exit code 4) (C2)."""
    assert run("config", "set", "max_rate_nl_h", "200000000").exit_code == 0
    assert "200000000 nL/h (default 300000000)" in run("config", "diff").output
    ready.clock.sleep_ms(3000)
    widened = run("config", "set", "max_rate_nl_h", "200000001")
    assert widened.exit_code == 4
    assert "jumper" in widened.stderr


PROFILES = """
[[profile]]
number = 9
name = "Dye"
max_rate = "20 mL/h"
soft_rate = "{soft_rate}"
soft_bolus = "10 uL"
source = "own"
"""


def profiled(soft_rate: str) -> str:
    """Name of a recipe of 50 uL at 20 mL/h, then 5 mL/h, with the profile above beside it."""
    Path("profiles.toml").write_text(PROFILES.format(soft_rate=soft_rate))
    Path("p.toml").write_text('profile = "Dye"\n' + RECIPE.format(minutes=1))
    return "p.toml"


def test_soft_limits_take_a_person(ready: EmulatedRig, run) -> None:
    """Nobody to ask: refused (exit code 4), disarmed, and what was exceeded is said."""
    result = run("run", profiled("19 mL/h"), "--confirm-container", "4")
    assert result.exit_code == 4
    assert "soft limits are exceeded: rate,bolus, and there is nobody to ask" in result.stderr
    assert "--confirm rate,bolus" in result.stderr
    assert "state     idle" in run("status").output
    assert ready.truth.forward_steps == 0


@pytest.mark.parametrize("named", ["rate", "bolus", "rate,bolus,volume", "bubble"])
def test_other_soft_limits_than_those_are_refused(ready: EmulatedRig, run, named: str) -> None:
    """One of two, one more, another: refused (exit code 4), and nothing moves."""
    path = profiled("19 mL/h")
    result = run("run", path, "--confirm-container", "4", "--confirm", named)
    assert result.exit_code == 4
    assert f"soft limits {named}, exceeded are: rate,bolus" in result.stderr.replace(
        "rate,volume,bolus", "rate,bolus,volume"
    )
    assert ready.truth.forward_steps == 0


def test_exactly_those_soft_limits_are_taken(ready: EmulatedRig, run) -> None:
    """Named all, it runs; record and report hold profile, limit and confirmation."""
    result = run("run", profiled("19 mL/h"), "--confirm-container", "4", "--confirm",
                 "bolus, rate", "--record", "a.jsonl", "--report", "a.html")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert ready.truth.forward_steps > 0
    record = read_run(Path("a.jsonl"))
    assert record.header is not None
    assert (record.header.profile, record.header.limit_binds) == ("Dye (9)", "profile")
    assert "confirm soft limits rate,bolus" in [command.name for command in record.commands]
    assert "20 mL/h, bound by profile" in Path("a.html").read_text("utf-8")
    assert "Dye (9)" in Path("a.html").read_text("utf-8")


def test_a_confirmation_that_nothing_needs_is_refused(ready: EmulatedRig, run) -> None:
    """Within the soft limits nothing is to be confirmed: a slip that is not passed over."""
    result = run("run", recipe(1), "--confirm-container", "4", "--confirm", "rate")
    assert result.exit_code == 4
    assert "exceeded are: none" in result.stderr
    assert run("run", recipe(1), "--confirm", "rat").exit_code == 2


def test_profiles_by_hand(ready: EmulatedRig, run) -> None:
    """Listed, set, shown by status and limits, cleared; a run without one says so."""
    assert "Water, bench" in run("profile", "list").output
    assert run("profile", "set", "watr").exit_code == 2
    shown = run("profile", "set", "tracer, small animal").output
    assert "Rate at most 10 mL/h, bound by profile" in shown
    assert "profile   number 2" in run("status").output
    limits = run("limits").output
    assert "profile 2, soft rate 2 mL/h, soft volume 2 mL, soft bolus 0.2 mL" in limits
    assert "container" not in limits
    assert "bound by config" in run("profile", "clear").output
    ran = run("run", recipe(1), "--confirm-container", "4", "--report", "b.html")
    assert "No profile active" in ran.output
    assert "none active" in Path("b.html").read_text("utf-8")


def test_stop(ready: EmulatedRig, run) -> None:
    """Stop is taken in any state."""
    assert run("stop").exit_code == 0


def test_lost_pump(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pump that is not there ends with exit code 5 and what to do."""

    def lost(url: str) -> None:
        raise PumpLost("no answer")

    monkeypatch.setattr(connect.hub, "connect", lost)
    result = run("status")
    assert result.exit_code == 5
    assert "What to do: check cable" in result.stderr


def test_bad_arguments_are_usage(run) -> None:
    """Wrong units, unknown fields and containers: exit code 2, nothing sent."""
    for arguments in (
        ("prime", "5 mL/h"), ("config", "get", "nonsense"), ("allot", "no such", "1 mL"),
        ("allot", "4", "11 mL", "--confirm-container", "4"), ("run", "missing.toml"),
    ):  # fmt: skip
        assert run(*arguments).exit_code == 2, arguments


def test_pump_lost_in_mid_run_keeps_the_record(ready: EmulatedRig, run) -> None:
    """The board dies while it runs: exit code 5, and what was recorded has its end and report."""
    board = ready.board
    board.call_at(board.now_us + 20_000_000, ready.power_off)
    result = run("run", recipe(2), "--confirm-container", "4", "--record", "a.jsonl")
    assert result.exit_code == 5, result.output
    record = read_run(Path("a.jsonl"))
    assert record.end is not None
    assert record.end.outcome == "lost"
    assert len(record.samples) > 20
    assert Path("a.html").exists()
