"""Asking who is on a port, with the firmware itself at the other end; nothing may be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from benchpump.bench.clock import VirtualClock
from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.provisioning import provision
from benchpump.bench.reference import start_infusion
from benchpump.flashing.flash import flash, wait_until_at_rest
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import InUse, WrongBoard
from benchpump.flashing.prompt import BoardAtPrompt
from benchpump.flashing.recover import recover
from benchpump.flashing.who import Firmware, Nobody, Prompt, who_is_there
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.serial_transport import SerialTransport

BANNER = b"MicroPython v1.26.1 on 2025-09-11; Raspberry Pi Pico with RP2040\r\n"


class RigPort(BoardPort):
    """The port of an emulated pump: no prompt behind it, so that touching one would be seen."""

    def __init__(self, rig: EmulatedRig) -> None:
        super().__init__("rig", rig.transport.clock)
        self._rig = rig

    def link(self) -> SerialTransport:
        return cast(SerialTransport, self._rig.transport)

    def prompt(self, *, soft_reset: bool = True) -> BoardAtPrompt:
        raise AssertionError("a pump at work was interrupted")


class Terminal:
    """A port at which something else says its piece, whatever it is asked."""

    def __init__(self, *said: bytes) -> None:
        self._said = list(said)
        self._now_us = 0
        self.clock = VirtualClock(lambda: self._now_us, self._go_to)

    def _go_to(self, us: int) -> None:
        self._now_us = us

    def write(self, data: bytes) -> None:
        assert b"\x03" not in data
        assert b"\x01" not in data

    def read(self, timeout_s: float) -> bytes:
        if self._said:
            return self._said.pop(0)
        self.clock.sleep_s(timeout_s)
        return b""

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def running() -> Iterator[tuple[EmulatedRig, Pump]]:
    """A pump in the middle of an infusion."""
    with EmulatedRig(Setup(vm="cpython")) as rig:
        provision(rig)
        yield rig, start_infusion(rig)


@pytest.mark.requirement("REQ-FLASH-3")
def test_a_pump_at_work_is_left_alone(running: tuple[EmulatedRig, Pump]) -> None:
    """It says who it is and goes on; flash and recover refuse, and never come to interrupt it."""
    rig, pump = running
    found = who_is_there(rig.transport, 5)
    assert isinstance(found, Firmware)
    assert found.identity == pump.idn()
    port = RigPort(rig)
    with pytest.raises(InUse, match=r"running.*nothing was done"):
        flash(port, "emulator", {"main.py": b""}, print)
    with pytest.raises(InUse, match="running"):
        recover(port, 5, print)
    with pytest.raises(WrongBoard, match="emulator, not rpi_pico"):
        flash(port, "rpi_pico", {"main.py": b""}, print)
    assert pump.status().state is State.RUNNING
    rig.truth.check()


@pytest.mark.requirement("REQ-FLASH-3")
def test_what_counts_as_at_work(running: tuple[EmulatedRig, Pump]) -> None:
    """An infusion that only waits, and one that was armed; a stopped pump is at rest."""
    rig, pump = running
    pump.pause()
    with pytest.raises(InUse, match="nothing was done"):
        wait_until_at_rest(RigPort(rig))
    pump.stop()
    wait_until_at_rest(RigPort(rig))
    pump.arm()
    with pytest.raises(InUse, match=r"armed.*nothing was done"):
        wait_until_at_rest(RigPort(rig))


def test_answers_to_earlier_questions_are_not_left_lying() -> None:
    """A board that was asked while it started answers all at once; the client then finds a quiet
    line."""
    late = b"ERR 103 2\nOK benchpump,rpi_pico,0.1.0,ABCDEF\n"
    terminal = Terminal(late, late, late)
    assert who_is_there(terminal, 5) == Firmware("benchpump,rpi_pico,0.1.0,ABCDEF")
    assert terminal.read(0) == b""


def test_the_prompt_tells_its_version() -> None:
    """The banner, whole or in pieces; what it printed before does not matter."""
    pieces = (b"noise\r\n", BANNER[:20], BANNER[20:], b'Type "help()"\r\n>>', b"> ")
    assert who_is_there(Terminal(*pieces), 5) == Prompt((1, 26))


def test_something_else_and_silence() -> None:
    """What was heard is kept; the port is given up after the time that was given."""
    other = Terminal(b"temperature 21\r\n")
    assert who_is_there(other, 5) == Nobody(b"temperature 21\r\n")
    assert other.clock.now_s() == 5
    assert who_is_there(Terminal(), 1) == Nobody(b"")
