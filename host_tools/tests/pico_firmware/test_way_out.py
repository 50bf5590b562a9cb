"""A maintenance tool attaches to a pump that is stepping: mpremote itself."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from benchpump.bench.pico.forks import forked
from benchpump.bench.pico.rig import PicoRig
from benchpump.bench.pico.serial_bridge import serving
from benchpump.bench.reference import booted
from benchpump.link.messages import State
from benchpump.testing.procedures import ML_H, latched, start_constant

from .lines import watch_enable

STOPPED_WITHIN_MS = 110
WATCHDOG_MS = 2000
TICK_MS = 50
WATCHDOG_RUNS = "from machine import mem32\nprint(mem32[0x40058000] >> 30 & 1)"
"""CTRL of the watchdog, RP2040 datasheet 4.7: its enable bit."""
LEFT_RUNNING_MS = 5000  # longer than a start
WATCHDOG_LEFT = f"from machine import WDT\nWDT(timeout={LEFT_RUNNING_MS})"
STARTED = "import sys\nprint('pump.app' in sys.modules)"
ENABLE, STEP = 4, 2


def _cut_and_quiet(rig: PicoRig) -> bool:
    """Whether the chip itself drives the enable line high, and the step pin is low."""
    assert rig.board.chip is not None
    gpio = rig.board.chip.mcu.gpio
    enable, step = gpio[ENABLE], gpio[STEP]
    return enable.output_enable and enable.output_value and not step.output_value


def _attach(rig: PicoRig) -> None:
    start_constant(rig.connect(), 300 * ML_H, 60)
    rig.clock.sleep_ms(1013)
    enable = watch_enable(rig)
    before = rig.truth.forward_steps
    rig.truth.expect_stop("Ctrl-C", rig.board.now_us, STOPPED_WITHIN_MS)
    with serving(rig.board) as port:
        transport: Any = importlib.import_module("mpremote.transport_serial")
        attached = transport.SerialTransport(port.url)
        # Without its soft reset first: the interpreter that ran the pump answers.
        attached.enter_raw_repl(soft_reset=False)
        assert attached.exec(STARTED) == b"True\r\n"
        assert attached.exec(WATCHDOG_RUNS) == b"0\r\n"
        assert [on for _, on in enable] == [False]
        done = rig.truth.forward_steps
        assert done >= before > 0
        rig.clock.sleep_ms(2 * WATCHDOG_MS)
        assert _cut_and_quiet(rig)
        # With it, as its commands do: boot.py and not main.py.
        attached.enter_raw_repl()
        assert attached.exec(STARTED) == b"False\r\n"
        assert _cut_and_quiet(rig)
        # What a program that failed leaves behind: a start ends it, or it would bite afterwards.
        attached.exec(WATCHDOG_LEFT)
        assert attached.exec(WATCHDOG_RUNS) == b"1\r\n"
        attached.exit_raw_repl()
        attached.serial.write(b"\x04")
        attached.read_until(1, b"soft reboot\r\n")
    pump = booted(rig)
    rig.clock.sleep_ms(LEFT_RUNNING_MS)
    status = pump.status()
    assert status.tick >= LEFT_RUNNING_MS // TICK_MS
    assert status.state is State.IDLE
    assert latched(pump) == []
    assert status.debited_steps == rig.truth.forward_steps == done
    assert [on for _, on in enable] == [False]
    rig.truth.check()


@pytest.mark.requirement("REQ-REPL-1")
def test_mpremote_stops_the_pump_and_gets_its_repl(idle: PicoRig) -> None:
    """Its handshake while the pump runs at 300 mL/h: stopped in order within two ticks and what is
    leased, driver cut and cut it stays, watchdog ended, code runs; its soft reset runs boot.py
    only; Ctrl-D at the friendly prompt starts the firmware again, which stands, and ends a
    watchdog that it finds running (C1, C3)."""
    forked(lambda: _attach(idle))
