"""The emulated rig with the project's own firmware: provisioning, faults, power, equal traces."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.faults import VOCABULARY, Parameter
from benchpump.bench.reference import booted, start_infusion
from benchpump.bench.rig import Unsupported
from benchpump.link.errors import PumpLost
from benchpump.link.messages import Flag, State
from benchpump.testing.targets import RigMaker, Target

from .conftest import available_vms

MINUTE_MS = 60_000


@pytest.fixture
def maker() -> RigMaker:
    """Rigs under CPython, whatever the command line says; closed by the tests that use them."""
    return RigMaker(Target("emulator", "cpython", 0, None))


def test_blank_memory_refuses_and_provisioned_memory_idles(maker: RigMaker) -> None:
    """C3: what the provisioning of the suite changes is what makes the pump usable."""
    try:
        blank = booted(maker(provisioned=False)).status()
        ready = booted(maker()).status()
        assert blank.flags & Flag.UNPROVISIONED
        assert ready.state == State.IDLE
        assert not ready.flags & Flag.UNPROVISIONED
    finally:
        maker.end_test()


def _infusion_with_faults(vm: str, seed: int) -> tuple[str, int, int]:
    maker = RigMaker(Target("emulator", vm, seed, None))
    try:
        rig = maker(start_ticks_ms=2**30 - 30_000)
        start_infusion(rig, hours=1, rate_nl_h=5_000_000)
        rig.clock.sleep_ms(MINUTE_MS)
        noise = rig.inject("link", "corrupted", every=37)
        rig.link.write(b"STATus?\n" * 30)
        rig.clock.sleep_ms(2000)
        assert b"ERR" in rig.link.read(0)
        noise.clear()
        rig.inject("clock", "slow", extra_ms=20, ticks=3)
        rig.clock.sleep_ms(MINUTE_MS)
        rig.inject("estop", "pressed")
        rig.clock.sleep_ms(1000)
        rig.power_cycle()
        rig.clock.sleep_ms(5000)
        return rig.trace.digest(), rig.board.exchanges, rig.drive.forward_steps
    finally:
        maker.end_test()


@pytest.mark.parametrize("vm", [vm for vm in available_vms() if vm != "cpython"])
def test_same_seed_gives_the_same_trace_on_every_vm(vm: str) -> None:
    """C6: provisioning, an infusion, line noise, slow ticks, e-stop and restart, byte for byte."""
    measure = _infusion_with_faults("cpython", seed=3)
    assert measure[2] > 1000
    assert _infusion_with_faults(vm, seed=3) == measure


def test_another_seed_gives_another_trace() -> None:
    """C6: the comparison is not of constants."""
    assert _infusion_with_faults("cpython", 3)[0] != _infusion_with_faults("cpython", 4)[0]


def test_fork_in_mid_infusion_continues_like_the_original(maker: RigMaker) -> None:
    """C7: two branches of a running infusion give equal traces, and one can be broken alone."""
    try:
        rig = maker()
        start_infusion(rig, hours=1, rate_nl_h=5_000_000)
        rig.clock.sleep_ms(MINUTE_MS)
        twin = maker.adopt(rig.fork())
        other = maker.adopt(rig.fork())
        other.inject("estop", "pressed")
        for each in (rig, twin, other):
            each.clock.sleep_ms(MINUTE_MS)
        assert twin.trace.digest() == rig.trace.digest() != other.trace.digest()
        assert twin.plant.delivered_nl == rig.plant.delivered_nl
        assert other.drive.forward_steps < rig.drive.forward_steps
    finally:
        maker.end_test()


Break = Callable[[EmulatedRig], object]


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(lambda rig: rig.inject("clock", "hang"), id="hang"),
        pytest.param(lambda rig: rig.inject("clock", "kill"), id="kill"),
        pytest.param(lambda rig: rig.inject("supply", "cut"), id="cut"),
        pytest.param(lambda rig: rig.inject("estop", "switch_only"), id="estop-switch-only"),
    ],
)
def test_motion_ends_within_120_ms(maker: RigMaker, stop: Break) -> None:
    """C1: whatever stops the firmware or its drive, no step comes later than 120 ms after it."""
    try:
        rig = maker()
        start_infusion(rig, hours=0.1, rate_nl_h=50_000_000)
        rig.clock.sleep_ms(MINUTE_MS)
        assert rig.drive.last_step_us > rig.board.now_us - 100_000
        at_us = rig.board.now_us
        stop(rig)
        rig.clock.sleep_ms(10_000)
        assert at_us - 100_000 < rig.drive.last_step_us <= at_us + 120_000
        rig.truth.check()
    finally:
        maker.end_test()


def test_hang_ends_in_a_watchdog_reset_and_the_pump_stays_stopped(maker: RigMaker) -> None:
    """Watchdog: after at most 2 s the board restarts with its own cause and does not resume."""
    try:
        rig = maker()
        pump = start_infusion(rig, hours=1, rate_nl_h=5_000_000)
        rig.clock.sleep_ms(MINUTE_MS)
        exchanges = rig.board.exchanges
        rig.inject("clock", "hang")
        rig.clock.sleep_ms(1900)
        assert rig.board.exchanges == exchanges
        steps = rig.drive.forward_steps
        rig.clock.sleep_ms(10_000)
        assert rig.board.exchanges > exchanges
        assert pump.status().state not in (State.RUNNING, State.ARMED)
        assert rig.drive.forward_steps == steps
    finally:
        maker.end_test()


def test_power_cut_inside_a_storage_operation_takes_the_board_down(maker: RigMaker) -> None:
    """C3: a torn program leaves no running VM; the board stays off until powered."""
    try:
        rig = maker()
        rig.inject("store", "torn")
        start = rig.board.now_us
        with pytest.raises(PumpLost):
            start_infusion(rig, hours=1)
        assert not rig.board.powered
        assert rig.board.now_us > start
        rig.power_on()
        assert booted(rig).status().state != State.RUNNING
    finally:
        maker.end_test()


def test_every_word_of_the_vocabulary_works_or_says_that_it_cannot(maker: RigMaker) -> None:
    """Faults: each kind of each channel starts and clears, or raises Unsupported."""
    unsupported: list[str] = []
    try:
        for channel, kinds in VOCABULARY.items():
            for kind, what in kinds.items():
                rig = maker(provisioned=False)
                figures = {name: _value(one) for name, one in what.parameters.items()}
                try:
                    fault = rig.inject(channel, kind, **figures)
                except Unsupported:
                    unsupported.append(f"{channel} {kind}")
                else:
                    rig.clock.sleep_ms(200)
                    fault.clear()
                    fault.clear()
                    rig.clock.sleep_ms(200)
                maker.end_test()
    finally:
        maker.end_test()
    not_fitted = ("upstream_sensor", "encoder", "flow_sensor")
    assert unsupported == [
        "upstream suction",
        *(f"{channel} {kind}" for channel in not_fitted for kind in VOCABULARY[channel]),
    ]


def _value(parameter: Parameter) -> float:
    return parameter.default if parameter.default is not None else max(parameter.minimum, 10)


def test_a_word_that_is_no_fault_is_refused(maker: RigMaker) -> None:
    """Faults: a misspelt fault is an error, never a test of nothing."""
    try:
        with pytest.raises(ValueError, match="no fault"):
            maker(provisioned=False).inject("clock", "hnag")
    finally:
        maker.end_test()
