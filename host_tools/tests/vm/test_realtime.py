"""The emulated rig behind a port that any serial program can open."""

from __future__ import annotations

import os
import queue
import threading

import pytest
import serial

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.exchange import SWITCH_ESTOP, SWITCH_JUMPER
from benchpump.bench.ports import TcpPort, open_port
from benchpump.bench.realtime import Panel, serve


@pytest.mark.parametrize("spec", ["pty", "tcp"])
def test_a_serial_program_talks_to_the_pump(spec: str) -> None:
    """A line sent through pyserial is answered by the firmware; `q` ends the service."""
    told: queue.Queue[str] = queue.Queue()
    keys, press = os.pipe()
    with EmulatedRig(Setup(vm="cpython")) as rig:
        service = threading.Thread(target=serve, args=(rig, spec, keys, told.put), daemon=True)
        service.start()
        with serial.serial_for_url(told.get(timeout=30), timeout=30) as port:
            port.write(b"*IDN?\n")
            assert port.readline().startswith(b"OK benchpump,emulator,")
        os.write(press, b"jq")
        service.join(timeout=30)
        assert not service.is_alive()
        assert rig.board.switches & SWITCH_JUMPER
        assert told.get(timeout=1) == "service jumper fitted"
    os.close(keys)
    os.close(press)


def test_a_second_tcp_client_is_turned_away() -> None:
    """Bad input: the one who came first keeps the pump, the other sees the connection end."""
    port = TcpPort()
    try:
        with serial.serial_for_url(port.name, timeout=30) as first:
            first.write(b"a")
            received = b""
            while not received:
                received = port.read()
            with serial.serial_for_url(port.name, timeout=30) as second:
                while port.descriptors() and not _closed(second):
                    port.read()
            port.write(b"b")
            assert first.read(1) == b"b"
    finally:
        port.close()


def _closed(client: serial.SerialBase) -> bool:
    try:
        client.timeout = 0.01
        client.read(1)
    except serial.SerialException:
        return True
    return False


def test_keys_toggle_what_they_say() -> None:
    """`e` presses and releases the e-stop; an unknown key lists those that there are."""
    told: list[str] = []
    with EmulatedRig(Setup(vm="cpython")) as rig:
        panel = Panel(rig, told.append)
        panel.press("e")
        assert rig.board.switches & SWITCH_ESTOP
        panel.press("e")
        assert not rig.board.switches & SWITCH_ESTOP
        panel.press("?")
    assert told[:2] == ["e-stop pressed", "e-stop released"]
    assert "b: press the button" in told[2]


@pytest.mark.parametrize("spec", ["com1", "tcp:x", "tcp:70000", "tcp:1:2:x"])
def test_a_port_that_cannot_be_is_refused(spec: str) -> None:
    """Bad input: the message says which forms there are."""
    with pytest.raises(ValueError, match="expected pty, tcp"):
        open_port(spec)
