"""Host lost: the policy chosen at ARM applies, at the time agreed (C8)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Alarm, Flag, State
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

TIMEOUT_MS = 2000


@pytest.mark.requirement("REQ-HOST-1")
def test_silence_stops_the_pump_at_the_time_agreed(rig: Rig, pump: Pump) -> None:
    """After the agreed silence, and within two ticks of it, motion has ended."""
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 60, host_timeout_ms=TIMEOUT_MS)
    heard_us = round(rig.clock.now_ms() * 1000)
    host = rig.inject("host", "off")
    rig.clock.sleep_ms(TIMEOUT_MS - 150)
    running = rig.truth.last_step_ms
    assert running > rig.clock.now_ms() - 100
    rig.truth.expect_stop("host silent", heard_us, TIMEOUT_MS + 150)
    rig.clock.sleep_ms(2000)
    host.clear()
    assert latched(pump) == ["HOST_LOST"]
    alarm = pump.alarms()[0]
    assert alarm.limit == TIMEOUT_MS
    assert TIMEOUT_MS < alarm.value <= TIMEOUT_MS + 50


@pytest.mark.requirement("REQ-HOST-1")
def test_polling_keeps_it_running(rig: Rig, pump: Pump) -> None:
    """Status asked for more often than agreed keeps the pump running."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60, host_timeout_ms=TIMEOUT_MS)
    until(pump, State.FINISHED, poll_s=TIMEOUT_MS / 1000 - 0.2)
    assert "HOST_LOST" not in latched(pump)


@pytest.mark.requirement("REQ-HOST-1")
def test_bare_lines_do_not_count(rig: Rig, pump: Pump) -> None:
    """Bare lines keep coming, but only an envelope of the arming link is a sign of life."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60, host_timeout_ms=TIMEOUT_MS)
    for _ in range(30):
        rig.link.write(b"STATus?\n")
        rig.clock.sleep_ms(100)
    rig.link.read(0)
    assert "HOST_LOST" in latched(pump)


@pytest.mark.requirement("REQ-HOST-1")
def test_keep_open_policy(rig: Rig, pump: Pump) -> None:
    """Armed so, silence turns the rate down to the keep-open rate instead of stopping."""
    allotted = allot(rig, pump)
    start_constant(
        pump,
        100 * ML_H,
        100,
        then="KEEPOPEN",
        keep_open_rate_nl_h=ML_H,
        on_host_loss="KEEPOPEN",
        host_timeout_ms=TIMEOUT_MS,
    )
    host = rig.inject("host", "off")
    rig.clock.sleep_ms(TIMEOUT_MS + 1000)
    before = rig.truth.forward_steps
    rig.clock.sleep_ms(60_000)
    hourly = (rig.truth.forward_steps - before) * 60
    assert hourly == pytest.approx(ML_H * 1000 / allotted.pl_per_step, rel=0.02)
    host.clear()
    assert Flag.KEEP_OPEN in pump.status().flags


@pytest.mark.requirement("REQ-HOST-1")
def test_standalone_policy(rig: Rig, pump: Pump) -> None:
    """Armed so, the program runs to its end without a host, and the silence is on record."""
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 10, on_host_loss="STANDALONE", host_timeout_ms=TIMEOUT_MS)
    host = rig.inject("host", "off")
    rig.clock.sleep_ms(15_000)
    host.clear()
    until(pump, State.FINISHED)
    assert [record.code for record in pump.log()].count(Alarm.HOST_LOST) == 1


@pytest.mark.requirement("REQ-HOST-1", "REQ-LOG-3")
@pytest.mark.parametrize("policy", ["STANDALONE", "KEEPOPEN"])
def test_a_host_seldom_heard_does_not_fill_the_journal(
    rig: Rig, pump: Pump, policy: str
) -> None:
    """Lost and heard again twenty times in a run that goes on without it: one record, and one
    more for the run that follows. What is due is given, at the keep-open rate too."""
    allotted = allot(rig, pump)
    rate = ML_H // 50 if policy == "KEEPOPEN" else ML_H
    for run in (1, 2):
        start_constant(
            pump,
            ML_H,
            300,
            then="KEEPOPEN",
            keep_open_rate_nl_h=ML_H // 50,
            on_host_loss=policy,
            host_timeout_ms=TIMEOUT_MS,
        )
        rig.clock.sleep_ms(2 * TIMEOUT_MS)
        before = rig.truth.forward_steps
        for _ in range(20):
            assert pump.status().state is State.RUNNING
            rig.clock.sleep_ms(2 * TIMEOUT_MS)
        due = rate * 20 * 2 * TIMEOUT_MS / 3600 / allotted.pl_per_step
        assert rig.truth.forward_steps - before == pytest.approx(due, rel=0.02, abs=1.5)
        pump.stop()
        assert [record.code for record in pump.log()].count(Alarm.HOST_LOST) == run
