"""mpremote's own serial transport on the emulated board, in the board's time."""

from __future__ import annotations

import importlib
import time
from typing import Any

import pytest
import serial

from benchpump.bench.pico.serial_bridge import Port, serving

from .conftest import BoardMaker, heard

ENDS = "print('ended')\n"
SLEEPS = "import time\nwhile True:\n    time.sleep(1)\n"


def attach(port: Port) -> Any:
    """Open the port with mpremote and enter the raw REPL as its commands do."""
    transport: Any = importlib.import_module("mpremote.transport_serial").SerialTransport(port.url)
    transport.enter_raw_repl()
    return transport


def test_mpremote_writes_reads_and_hashes_files(make_board: BoardMaker) -> None:
    """Its handshake interrupts a program; files pass both ways whole, of any byte; what goes wrong
    on the board is an exception here."""
    board = make_board(SLEEPS)
    board.run_until(1_000_000)
    with serving(board) as port:
        transport = attach(port)
        content = bytes(range(256)) * 5
        transport.fs_writefile("/any", content)
        assert bytes(transport.fs_readfile("/any")) == content
        assert [found.name for found in transport.fs_listdir("/")] == ["any", "main.py"]
        with pytest.raises(FileNotFoundError):
            transport.fs_stat("/none")


def test_waiting_takes_the_boards_time_and_no_other(make_board: BoardMaker) -> None:
    """A program of 100 s of the chip, far above mpremote's patience of 10 s, is given up by the
    chip's clock; afterwards mpremote has its own clock back."""
    board = make_board(ENDS)
    heard(board, b">>> ")
    modules = importlib.import_module("mpremote.transport_serial")
    with serving(board) as port:
        transport = attach(port)
        began_us = board.now_us
        with pytest.raises(importlib.import_module("mpremote.transport").TransportError):
            transport.exec("import time; time.sleep(100)")
        assert 10_000_000 <= board.now_us - began_us < 11_000_000
    assert modules.time is time


def test_a_reset_and_a_pulled_cable_end_the_opening(make_board: BoardMaker) -> None:
    """As with a real port: that opening is dead for good, a new one works once the board is back;
    while there is no port there is nothing to open."""
    board = make_board(ENDS)
    heard(board, b">>> ")
    with serving(board) as port:
        transport = attach(port)
        with pytest.raises(serial.SerialException, match="disconnected"):
            transport.exec("import machine; machine.reset()")
        heard(board, b">>> ")
        with pytest.raises(serial.SerialException):
            transport.serial.write(b"x")
        transport = attach(port)
        assert transport.exec("print(1 + 1)") == b"2\r\n"
        port.pull()
        with pytest.raises(serial.SerialException):
            transport.exec("print(1 + 1)")
        with pytest.raises(serial.SerialException):
            serial.serial_for_url(port.url)
        port.plug()
        with pytest.raises(serial.SerialException):
            transport.serial.in_waiting  # noqa: B018
        assert attach(port).exec("print(2 + 2)") == b"4\r\n"
        board.stop_chip()
        with pytest.raises(serial.SerialException):
            serial.serial_for_url(port.url)


def test_one_board_at_a_time(make_board: BoardMaker) -> None:
    """mpremote has one clock."""
    board = make_board(ENDS)
    with serving(board), pytest.raises(RuntimeError), serving(board):
        pass
