"""The hub as a process, over a pseudo-terminal, with the real firmware server behind it."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from board import MemoryTransport

from benchpump import hub
from benchpump.hub.place import owner_of, place_of
from benchpump.link import Pump, PumpLost, State, messages
from benchpump.link.messages import Command
from benchpump.link.serial_transport import SerialTransport


class PtyBoard(MemoryTransport):
    """The firmware server behind a pseudo-terminal; polls whenever bytes came or 10 ms passed."""

    def __init__(self) -> None:
        super().__init__()
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.url = os.ttyname(slave)
        self._slave = slave  # held open, so that the master never reads an error between clients
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._ending.is_set():
            if select.select([self.master], [], [], 0.01)[0]:
                self.to_board += os.read(self.master, 4096)
            self._tick()
            if self.to_host:
                os.write(self.master, self.to_host)
                self.to_host = b""

    def vanish(self) -> None:
        """Pull the cable."""
        if not self._ending.is_set():
            self._ending.set()
            self._thread.join()
            os.close(self.master)
            os.close(self._slave)


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PtyBoard]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    board = PtyBoard()
    yield board
    board.vanish()


def test_serial_transport(board: PtyBoard) -> None:
    """The client runs over a terminal device as it does in memory (C8)."""
    with Pump.open(board.url) as pump:
        assert pump.arm(host_timeout_ms=1000).token == 4711


def test_keep_alive_while_the_caller_sleeps(board: PtyBoard) -> None:
    """After arm() valid envelopes arrive although the caller asks nothing (C8)."""
    with Pump.open(board.url) as pump:
        pump.arm(host_timeout_ms=500)
        heard = board.operator.heard
        arrived = threading.Event()
        original = board.operator.host_heard

        def host_heard(link: int) -> None:
            original(link)
            if board.operator.heard >= heard + 3:
                arrived.set()

        board.operator.host_heard = host_heard
        assert arrived.wait(10)


def test_many_read_one_controls_anyone_stops(board: PtyBoard) -> None:
    """Two programs on one hub: the second reads and stops, and is told who controls (C8)."""
    with Pump(hub.connect(board.url)) as first, Pump(hub.connect(board.url)) as second:
        first.start(first.arm(host_timeout_ms=5000).token)
        assert second.status().state is State.RUNNING
        with pytest.raises(messages.PumpControlledError) as refused:
            second.silence(5000)
        assert refused.value.detail == os.getpid()
        second.stop()
        assert first.status().state is State.IDLE
        assert Command.SILENCE not in board.operator.executed


def test_nothing_lost_or_mixed(board: PtyBoard) -> None:
    """Four programs reading different things at once each get their own answers (C8)."""
    problems: list[object] = []

    def read(kind: int) -> None:
        try:
            with Pump(hub.connect(board.url)) as pump:
                for _ in range(15):
                    if kind % 2:
                        assert pump.idn() == "benchpump,test,0.0.0,000000"
                    else:
                        assert pump.status().cap_left_steps == 4000
        except BaseException as error:
            problems.append(error)

    keeper = hub.connect(board.url)
    threads = [threading.Thread(target=read, args=(kind,)) for kind in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keeper.close()
    assert problems == []


def test_second_hub_is_told_who_owns_the_port(board: PtyBoard) -> None:
    """A hub that finds the port held names the process and what to do (C8)."""
    with Pump(hub.connect(board.url)) as pump:
        pump.status()
        done = subprocess.run(
            [sys.executable, "-m", "benchpump.hub", board.url],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(hub.__file__).parents[2])},
        )
        assert done.returncode == 1
        assert f"process {owner_of(place_of(board.url))}" in done.stdout


def test_vanished_device_is_told_to_every_client(board: PtyBoard) -> None:
    """When the cable is pulled both programs learn it, without waiting for a timeout (C8)."""
    first, second = hub.connect(board.url), hub.connect(board.url)
    with Pump(first) as one, Pump(second) as two:
        one.hello()
        two.status()
        board.vanish()
        for transport in (first, second):
            assert transport.read(10).startswith(b"ERR 302 0 ")
        for pump in (one, two):
            with pytest.raises(PumpLost):
                pump.status()


def test_killed_hub_is_lost_and_replaced(board: PtyBoard) -> None:
    """A hub that dies is a lost pump; the next connection starts another (C8)."""
    with Pump(hub.connect(board.url)) as pump:
        pump.status()
        os.kill(owner_of(place_of(board.url)), signal.SIGKILL)
        with pytest.raises(PumpLost):
            while True:
                pump.status()
    with Pump(hub.connect(board.url)) as pump:
        assert pump.status().cap_left_steps == 4000


def test_hub_ends_with_its_last_client(board: PtyBoard) -> None:
    """When the last program left, the hub gives the port back and is not named any more (C8)."""
    transport = hub.connect(board.url)
    process = owner_of(place_of(board.url))
    handle = os.pidfd_open(process)
    transport.close()
    assert select.select([handle], [], [], 10)[0]
    os.close(handle)
    SerialTransport(board.url).close()
    assert owner_of(place_of(board.url)) == 0
