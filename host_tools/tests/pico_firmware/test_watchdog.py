"""A processor that hangs while the pump runs: the watchdog, and what is known afterwards."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from benchpump.bench.pico.forks import forked
from benchpump.bench.pico.rig import PicoRig
from benchpump.bench.pico.serial_bridge import serving
from benchpump.bench.reference import booted
from benchpump.link.messages import Event, State
from benchpump.testing.powerloss.reference import reservation_steps
from benchpump.testing.procedures import ML_H, latched, start_constant, until

from .lines import watch_enable

WATCHDOG, SOFT = 2, 3  # numbers of firmware/pump/hal.py, as the self-test says them
BITES_WITHIN_US = (1_900_000, 2_050_000)
SELF_TEST_AT_LEAST_US = 1_000_000


def _hang(rig: PicoRig) -> None:
    pump = rig.connect()
    start_constant(pump, 300 * ML_H, 60)
    reservation = reservation_steps(pump)
    rig.clock.sleep_ms(1013)
    enable = watch_enable(rig)
    hung_us = rig.board.now_us
    rig.inject("clock", "hang")
    rig.truth.expect_stop("hang", hung_us, 120)
    rig.clock.sleep_ms(2500)
    ((bitten_us, energised),) = enable
    assert not energised
    assert BITES_WITHIN_US[0] <= bitten_us - hung_us <= BITES_WITHIN_US[1]
    done = rig.truth.forward_steps
    pump = booted(rig)
    status = until(pump, State.ALARM, timeout_s=5)
    # Held again from the state ALARM on, and not while nothing is known yet.
    assert [on for _, on in enable] == [False, True]
    assert enable[1][0] - bitten_us > SELF_TEST_AT_LEAST_US
    assert pump.selftest().number("reset") == WATCHDOG
    assert latched(pump) == ["WATCHDOG"]
    assert done <= status.debited_steps <= done + reservation
    print(
        f"bite after {bitten_us - hung_us} us; debit {status.debited_steps - done} above the"
        f" pin, reservation {reservation}"
    )
    rig.clock.sleep_ms(3000)
    assert rig.truth.forward_steps == done > 0
    pump.acknowledge()
    _reset_softly(rig)
    pump = booted(rig)
    assert pump.status().state is State.IDLE
    assert pump.selftest().number("reset") == SOFT
    assert latched(pump) == []
    assert [record.value for record in pump.log() if record.code == Event.BOOT][-2:] == [
        WATCHDOG,
        SOFT,
    ]
    rig.truth.check()


def _reset_softly(rig: PicoRig) -> None:
    """As a person does it with mpremote: to the REPL, and Ctrl-D there."""
    with serving(rig.board) as port:
        transport: Any = importlib.import_module("mpremote.transport_serial")
        attached = transport.SerialTransport(port.url)
        attached.enter_raw_repl()
        attached.exit_raw_repl()
        attached.serial.write(b"\x04")
        attached.read_until(1, b"soft reboot\r\n")


@pytest.mark.requirement("REQ-BITE-1")
def test_a_hang_ends_in_a_bite_that_is_told_once(idle: PicoRig) -> None:
    """No step later than 120 ms after it, the driver cut by the bite and through the whole start,
    WATCHDOG latched, nothing lost from the ledger; a soft reset later on is told as what it is,
    although the chip goes on saying that a watchdog reset it (C1, C3)."""
    forked(lambda: _hang(idle))
