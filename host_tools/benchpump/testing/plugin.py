"""The pytest plugin of the HIL suite (entry point `benchpump`).

Fixtures: `rig` (provisioned), `blank_rig`, `pump` (the public client on `rig`), `make_rig` (more
than one, or with other figures). Whatever rigs a test made, `truth` judges them when the test's
own body has passed, as part of the test.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.reference import booted
from benchpump.bench.rig import DeviceMissing, Rig, Unsupported
from benchpump.testing import chosen, copies
from benchpump.testing.deselection import deselect_long
from benchpump.testing.pump_kinds import deselect_other_pumps
from benchpump.testing.targets import RigMaker, Target
from benchpump.testing.verdict import NO_DEVICE, UNSUPPORTED, Verdict, properties

if TYPE_CHECKING:
    from benchpump.link.client import Pump

_MAKER = pytest.StashKey[RigMaker]()
MARKERS = (
    "requirement(*ids): the rows of docs/requirements.toml that this test verifies",
    "long: takes long; run by make hil-long, not by make test",
    "powerloss: the campaign of power cuts; run by make powerloss",
    "pump(kind, reason=...): makes sense with that pump only; with another it is deselected and"
    " counted",
    "bench(**figures): what differs on the bench of this test's `rig`: fields of emulated.Setup or"
    " PlantParameters, worst_flash=True",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The command line of the suite."""
    group = parser.getgroup("benchpump")
    group.addoption("--target", default="emulator", help="emulator (default), pico, serial URL")
    group.addoption(
        "--pump",
        default="syringe",
        choices=("syringe", "peristaltic"),
        help="the pump that is tested (default: syringe)",
    )
    group.addoption(
        "--vm",
        default="auto",
        choices=("auto", "micropython", "wasm", "cpython"),
        help="what runs the firmware on the emulator",
    )
    group.addoption(
        "--all-tests", action="store_true", help="also tests not chosen for this target"
    )
    group.addoption(
        "--rig", default="", help="serial URL of the rig board, where the target is a serial URL"
    )
    group.addoption("--rig-seed", type=int, default=0, help="seed of noise, flash and faults")
    group.addoption("--firmware", type=Path, help="another firmware tree than the project's")


def pytest_configure(config: pytest.Config) -> None:
    """Markers, the maker of rigs, and the verdict at the end."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    option = config.getoption
    firmware: Path | None = option("--firmware")
    target = Target(
        str(option("--target")),
        str(option("--vm")),
        int(str(option("--rig-seed"))),
        firmware.resolve() if firmware else None,
        str(option("--pump")),
        str(option("--rig")),
    )
    maker = config.stash[_MAKER] = _maker(target)
    if maker.starts_long and copies.POSSIBLE:
        config.pluginmanager.register(copies.EachTestInACopy(maker.make_ready), "benchpump-copies")
    if not hasattr(config, "workerinput"):  # with pytest-xdist the verdict is the controller's
        config.pluginmanager.register(
            Verdict(target, chosen.load(config.rootpath, target.name)), "benchpump-verdict"
        )


def _maker(target: Target) -> RigMaker:
    if target.name == "emulator":
        return RigMaker(target)
    if target.name != "pico":
        if not target.rig_url:
            raise pytest.UsageError(
                f"target {target.name}: a real board needs a rig board: --rig=<its serial URL>"
            )
        from benchpump.testing.hardware_target import HardwareRigMaker

        return HardwareRigMaker(target, target.rig_url)
    try:  # a chip's emulator is no part of an installed benchpump
        from benchpump.testing.pico_target import PicoRigMaker
    except ImportError as error:
        raise pytest.UsageError(f"target pico: {error}; run `make setup`") from error
    return PicoRigMaker(target)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is for another pump or target; a mark that says too little is a mistake."""
    deselect_other_pumps(config, items)
    choice = chosen.load(config.rootpath, str(config.getoption("--target")))
    if choice is not None and not config.getoption("--all-tests"):
        chosen.deselect_not_chosen(config, items, choice)
    deselect_long(config, items)
    for item in items:
        for mark in item.iter_markers("requirement"):
            if not mark.args or not all(isinstance(one, str) for one in mark.args):
                raise pytest.UsageError(f"{item.nodeid}: requirement() needs identifiers as text")


@pytest.fixture
def make_rig(request: pytest.FixtureRequest) -> Iterator[RigMaker]:
    """Makes rigs for this test; see `targets.RigMaker`."""
    maker = request.config.stash[_MAKER]
    yield maker
    maker.end_test()


@pytest.fixture
def rig(request: pytest.FixtureRequest, make_rig: RigMaker) -> EmulatedRig:
    """A fresh, provisioned, idle pump without an allotment."""
    made = make_rig(**_figures(request))
    booted(made)
    return made


@pytest.fixture
def blank_rig(request: pytest.FixtureRequest, make_rig: RigMaker) -> EmulatedRig:
    """A pump whose memory was never written."""
    return make_rig(provisioned=False, **_figures(request))


@pytest.fixture
def pump(rig: Rig) -> Iterator[Pump]:
    """The public client on `rig`."""
    with rig.connect() as client:
        yield client


def _figures(request: pytest.FixtureRequest) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("bench"))):
        figures |= mark.kwargs
    return figures


def _why(reason: Unsupported) -> str:
    return f"{NO_DEVICE if isinstance(reason, DeviceMissing) else UNSUPPORTED}: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """What a target cannot do is a skip with its reason, never a pass."""
    try:
        return (yield)
    except Unsupported as reason:
        pytest.skip(_why(reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """The test, and then truth's judgement on every rig that it made."""
    maker = item.config.stash[_MAKER]
    try:
        result = yield
    except Unsupported as reason:
        pytest.skip(_why(reason))
    finally:
        item.user_properties.extend(properties(maker.rigs))
    for made in maker.rigs:
        made.truth.check()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failing test says where its rigs stood and how to run it again."""
    report = yield
    if report.failed and "make_rig" in getattr(item, "fixturenames", ()):
        maker = item.config.stash[_MAKER]
        lines = [f"replay: python -m pytest '{item.nodeid}' {maker.target.replay_options()}"]
        for number, made in enumerate(maker.rigs):
            lines.append(f"rig {number}: {made.standing()}")
        report.sections.append(("benchpump", "\n".join(lines)))
    return report
