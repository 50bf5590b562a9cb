"""`benchpump bringup`: a person at the bench does as told; what is wrong is found, and kept."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.provisioning import provisioned_image
from benchpump.cli import connect, main

Run = Callable[..., Result]
Does = dict[str, Callable[[], object]]
Reads = Callable[[Mapping[str, Callable[[], object]]], None]

KEPT = ("--records", "kept", "--rig", "r1", "--operator", "Ada")


def hands(rig: EmulatedRig) -> Does:
    """What each text makes a person do at the bench: each injects or clears one thing."""
    active: dict[str, Any] = {}

    def put(channel: str, kind: str, **figures: float) -> Callable[[], object]:
        def act() -> None:
            active[channel] = rig.inject(channel, kind, **figures)

        return act

    def undo(channel: str) -> Callable[[], object]:
        return lambda: active.pop(channel).clear() if channel in active else None

    return {
        "jumper out, hands off": lambda: rig.set_jumper(False),
        "Press the e-stop": put("estop", "pressed"),
        "Release the e-stop.": undo("estop"),
        "Take the container out": put("cassette", "out"),
        "Seat the container again": undo("cassette"),
        "own button down": put("button", "held"),
        "Let the button go": undo("button"),
        "Fit the service jumper": lambda: rig.set_jumper(True),
        "Take the service jumper out": lambda: rig.set_jumper(False),
        "Take the line out of it": put("air_sensor", "stuck", code=3000),
        "full line into it again": undo("air_sensor"),
    }


def command(*arguments: str, typed: str = "") -> Result:
    """A command line at whose questions that is typed."""
    return CliRunner().invoke(main, [*arguments], input=typed)


def wiring(typed: str = "y\n", *more: str) -> Result:
    """`bringup wiring`; one question, one Enter."""
    return command("bringup", "wiring", *KEPT, "--wait", "3", *more, typed=typed + "\n")


def record(number: int, kind: str) -> dict[str, Any]:
    """One record as it was written."""
    return tomllib.loads(Path(f"kept/r1/{number:04d}-{kind}.toml").read_text("utf-8"))


def failed(content: dict[str, Any]) -> list[str]:
    """Checks that failed."""
    return [one["name"] for one in content["check"] if one["outcome"] == "failed"]


@pytest.mark.requirement("REQ-BRINGUP-1", "REQ-BRINGUP-2")
def test_from_a_blank_board_to_single_steps(rig: EmulatedRig, run: Run, reads: Reads) -> None:
    """Wiring with the motor off, provisioned, allotted, then steps: all in order, on record,
    every step debited, and nothing energised before."""
    reads(hands(rig) | {"Press the button on the pump": rig.press_button})
    done = wiring()
    assert done.exit_code == 0, done.output
    content = record(1, "wiring")
    assert (content["outcome"], content["operator"]) == ("passed", "Ada")
    assert [one["name"] for one in content["check"]] == [
        "at rest", "e-stop pressed", "panel", "e-stop released", "container out",
        "container seated", "button held", "button let go", "jumper fitted", "jumper out",
        "pressure", "air", "supply", "air: liquid", "air: air", "air: liquid again",
    ]  # fmt: skip
    assert rig.truth.forward_steps == 0
    assert not rig.truth.enabled
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    assert run("provision", "--yes").exit_code == 0
    rig.set_jumper(False)
    rig.clock.sleep_ms(1000)
    assert run("ack").exit_code == 0
    assert run("allot", "4", "1 mL", "--confirm-container", "4").exit_code == 0
    rig.truth.allot(9783, 102_212)
    moved = command("bringup", "motion", *KEPT, "--yes", typed="y\ny\ny\ny\ny\n")
    assert moved.exit_code == 0, moved.output
    content = record(2, "motion")
    assert content["previous"] == "0001-wiring.toml"
    assert [one["found"] for one in content["check"][:2]] == [
        "1 at the pin, 1 debited, finished",
        "16 at the pin, 16 debited, finished",
    ]
    assert rig.truth.forward_steps == 1 + 16 + 489
    assert rig.truth.reverse_steps == 196
    assert not rig.truth.enabled
    assert run("status").output.splitlines()[1].startswith("state     idle")
    rig.truth.check()


@pytest.mark.requirement("REQ-BRINGUP-1")
@pytest.mark.parametrize(
    ("does", "typed", "wrong"),
    [
        ({"Press the e-stop": lambda rig: None}, "y\n", ["e-stop pressed"]),
        (
            {"Press the e-stop": lambda rig: rig.inject("cassette", "out")}, "y\n",
            ["e-stop pressed", "e-stop released"],
        ),
        ({}, "n\n", ["panel"]),
        ({"motor supply on": lambda rig: rig.inject("pressure_sensor", "off")}, "y\n",
         ["pressure"]),
        ({"motor supply on": lambda rig: rig.inject("pressure_sensor", "stuck", code=410)}, "y\n",
         ["pressure"]),
        ({"motor supply on": lambda rig: rig.inject("supply", "sag", mv=1500)}, "y\n",
         ["supply"]),
        ({"Take the line out of it": lambda rig: None}, "y\n", ["air: air"]),
        ({"motor supply on": lambda rig: rig.inject("air_sensor", "off"),
          "Take the line out of it": lambda rig: None}, "y\n",
         ["air", "air: liquid", "air: air", "air: liquid again"]),
    ],
    ids=["dead-estop", "crossed-wires", "dark", "no-pressure", "stuck-pressure", "no-motor-supply",
         "blind-air", "no-air-sensor"],
)  # fmt: skip
def test_what_is_wrong_is_named(
    rig: EmulatedRig, run: Run, reads: Reads, does: dict[str, Any], typed: str, wrong: list[str]
) -> None:
    """One thing wrong at the bench: those checks fail and no others, exit code 4, on record."""
    changed = {text: (lambda act=act: act(rig)) for text, act in does.items()}
    reads(hands(rig) | changed)
    done = wiring(typed)
    assert done.exit_code == 4, done.output
    content = record(1, "wiring")
    assert content["outcome"] == "failed"
    assert failed(content) == wrong
    assert "What to do" in done.output
    assert rig.truth.forward_steps == rig.truth.reverse_steps == 0


@pytest.mark.requirement("REQ-BRINGUP-2")
@pytest.mark.parametrize(
    ("typed", "forward", "reverse", "wrong"),
    [
        ("n\n", 17, 0, "motor turns"),
        ("y\nn\n", 506, 0, "direction"),
        ("y\ny\nn\n", 506, 196, "direction back"),
        ("y\ny\ny\nn\n", 506, 196, "holds"),
        ("y\ny\ny\ny\nn\n", 506, 196, "e-stop lets go"),
    ],
)
def test_motion_ends_at_the_first_thing_wrong(
    ready: EmulatedRig, run: Run, reads: Reads, typed: str, forward: int, reverse: int, wrong: str
) -> None:
    """What a person did not see ends it: no further step, the driver cut, on record."""
    reads(hands(ready))
    done = command("bringup", "motion", *KEPT, "--yes", typed=typed)
    assert done.exit_code == 4, done.output
    assert failed(record(1, "motion")) == [wrong]
    assert (ready.truth.forward_steps, ready.truth.reverse_steps) == (forward, reverse)
    ready.clock.sleep_ms(200)
    assert not ready.truth.enabled
    ready.truth.check()


@pytest.mark.requirement("REQ-BRINGUP-2")
def test_broken_off_is_no_pass(ready: EmulatedRig, run: Run, reads: Reads) -> None:
    """A person who leaves in the middle: on record as that, the driver cut."""
    reads(hands(ready))
    assert command("bringup", "motion", *KEPT, "--yes", typed="y\n").exit_code == 1
    content = record(1, "motion")
    assert (content["outcome"], failed(content)) == ("broken off", [])
    ready.clock.sleep_ms(200)
    assert not ready.truth.enabled


@pytest.mark.requirement("REQ-BRINGUP-2")
def test_motion_takes_a_ready_pump_and_a_yes(ready: EmulatedRig, run: Run, reads: Reads) -> None:
    """A no, a pump whose counter stands, a container that was out: refused or found, and not a
    step more than was asked."""
    assert command("bringup", "motion", *KEPT, typed="n\n").exit_code == 4
    assert ready.truth.forward_steps == 0
    out = ready.inject("cassette", "out")
    ready.clock.sleep_ms(200)
    out.clear()
    ready.clock.sleep_ms(200)
    refused = command("bringup", "motion", *KEPT, "--yes")
    assert (refused.exit_code, "the pump is alarm" in refused.stderr) == (4, True)
    assert run("ack").exit_code == 0
    refused = command("bringup", "motion", *KEPT, "--yes")
    assert (refused.exit_code, "benchpump refit" in refused.stderr) == (4, True)
    assert run("refit", "10 mL", "--confirm-container", "4").exit_code == 0
    ready.inject("drive", "counter_stuck")
    done = command("bringup", "motion", *KEPT, "--yes")
    assert done.exit_code == 4, done.output
    assert failed(record(1, "motion")) == ["one step"]
    assert ready.truth.forward_steps <= 1


@pytest.mark.requirement("REQ-BRINGUP-1")
def test_an_encoder_is_turned_by_hand(
    run: Run, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts up, it is in order; down, its phases are crossed."""
    for way, wrong in ((1, []), (-1, ["encoder turns"])):
        with EmulatedRig(Setup(vm="cpython", seed=7, jumper=True, instrumented=True)) as rig:
            monkeypatch.setattr(connect.hub, "connect", lambda url, r=rig: r.transport)
            instruments = rig.plant.instruments
            assert instruments is not None
            turn = {"shaft by hand": lambda i=instruments, w=way: i.advance(100 * w, 0.0, 0.0)}
            reads(hands(rig) | turn)
            done = wiring()
            assert failed(record(1 if way == 1 else 2, "wiring")) == wrong, done.output


@pytest.mark.requirement("REQ-BRINGUP-2")
def test_an_encoder_counts_what_the_steps_are_worth(
    run: Run, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an encoder fitted its count is compared; one of half the lines ends it there."""
    setup = Setup(vm="cpython", seed=7, instrumented=True)
    image = provisioned_image(setup)
    for number, (counts, wrong) in enumerate(((1000, []), (500, ["encoder"])), 1):
        parameters = replace(setup.plant_parameters, encoder_counts_per_1000_steps=counts)
        with EmulatedRig(replace(setup, image=image, parameters=parameters)) as rig:
            monkeypatch.setattr(connect.hub, "connect", lambda url, r=rig: r.transport)
            rig.clock.sleep_ms(2000)
            reads(hands(rig) | {"Press the button on the pump": rig.press_button})
            assert run("allot", "4", "1 mL", "--confirm-container", "4").exit_code == 0
            rig.truth.allot(9783, 102_212)
            done = command("bringup", "motion", *KEPT, "--yes", typed="y\ny\ny\ny\ny\n")
            assert failed(record(number, "motion")) == wrong, done.output
            assert rig.truth.reverse_steps == (0 if wrong else 196)
            rig.truth.check()
