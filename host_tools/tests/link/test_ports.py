"""Ports that cannot be opened: each says what is wrong and what to do."""

from __future__ import annotations

import os
import pty
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from benchpump import hub
from benchpump.link import PortBusyError, PortMissingError, Pump
from benchpump.link.errors import PortDeniedError, PortError
from benchpump.link.serial_transport import SerialTransport, _port_error


@pytest.mark.parametrize("open_port", [Pump.open, hub.connect])
def test_missing(
    open_port: Callable[[str], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A port that does not exist is named, directly and through the hub (C8)."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(PortMissingError, match="there is no such port"):
        open_port("/dev/no-such-port")


def test_busy() -> None:
    """A port that is held is not shared by accident (C8)."""
    master, slave = pty.openpty()
    first = SerialTransport(os.ttyname(slave))
    with pytest.raises(PortBusyError, match="another program holds the port"):
        SerialTransport(os.ttyname(slave))
    first.close()
    SerialTransport(os.ttyname(slave)).close()
    os.close(master)
    os.close(slave)


def test_no_serial_port(tmp_path: Path) -> None:
    """A file that is there, and is no port, is told as that."""
    (tmp_path / "file").touch()
    with pytest.raises(PortError, match="no serial port"):
        SerialTransport(str(tmp_path / "file"))


def test_nobody_listens() -> None:
    """A TCP port without a listener says so (C8)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    with pytest.raises(PortError, match=str(number)):
        SerialTransport(f"socket://127.0.0.1:{number}")


def test_denied() -> None:
    """Missing permission says which group to join (C8)."""
    error = _port_error("/dev/ttyACM0", PermissionError(13, "Permission denied"))
    assert isinstance(error, PortDeniedError)
    assert "dialout" in str(error)
