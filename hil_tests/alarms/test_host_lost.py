"""Host lost: the policy chosen at ARM applies, at the time agreed (C8)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
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
    assert any(record.code == 5 for record in pump.log())
