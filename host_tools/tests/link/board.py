"""The real firmware server behind an in-memory transport in virtual time, and a tiny operator."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

FIRMWARE = Path(__file__).parents[3] / "firmware"
if str(FIRMWARE) not in sys.path:
    sys.path.insert(0, str(FIRMWARE))

from link.server import Server  # noqa: E402
from pump import codes  # noqa: E402

TICK_S = 0.05
Damage = Callable[[bytes], bytes]


class TinyOperator:
    """A pump of a few lines: arms, starts, stops; counts what was carried out."""

    def __init__(self) -> None:
        self.current = codes.STATE_IDLE
        self.executed: list[int] = []
        self.arguments: list[list[int]] = []
        self.heard = 0
        self.stop_bytes = 0
        self.left = False
        self.token = 0
        self.busy_parts = 0
        self.refuse: dict[int, tuple[int, int]] = {}
        self.parts = [b"container=7 id=3", b"volume_nl=1000000", b"peak_nl_h=5000000"]
        self.parts += [b"duration_ticks=72000", b"cap_left_steps=4000 pl_per_step=2500"]
        self.parts += [b"hash=BEEF", b"notfitted=encoder,flow", b"disabled=none"]
        self.parts += [b"profile=none soft=none"]

    def state(self) -> int:
        return self.current

    def execute(self, command: int, args: list[int], reply) -> int:
        self.executed.append(command)
        self.arguments.append(list(args))
        if command in self.refuse:
            code, reply.detail = self.refuse[command]
            return code
        if command == codes.COMMAND_STATUS:
            self._status(reply)
        elif command == codes.COMMAND_IDN:
            reply.text(b"benchpump,test,0.0.0,000000")
        elif command == codes.COMMAND_STOP:
            self.current = codes.STATE_IDLE
        elif command == codes.COMMAND_ARM:
            self.token = 4711
            self.current = codes.STATE_ARMED
            reply.text(b"PARTS 9")
        elif command == codes.COMMAND_START:
            if args[0] != self.token:
                return codes.ERROR_BAD_TOKEN
            self.token = 0
            self.current = codes.STATE_RUNNING
        elif command == codes.COMMAND_ALARMS:
            reply.text(b"PARTS 0")
        elif command == codes.COMMAND_LOG:
            if args[0] > 2:
                return codes.ERROR_NO_PART
            for value in (args[0], 1, 2, 130, 14, 0, 99):
                reply.number(value)
                reply.text(b" ")
            reply.number(2)
        return 0

    def _status(self, reply) -> None:
        reply.hexadecimal(self.current, 1)
        reply.hexadecimal(codes.ALARM_AIR_BUBBLE, 2)
        reply.hexadecimal(codes.FLAG_PROGRAM | codes.FLAG_ALLOTTED, 4)
        for value in (1234, 4000, 5_000_000):
            reply.hexadecimal(value, 8)
        reply.hexadecimal(99_000, 5)
        reply.hexadecimal(2, 2)
        reply.hexadecimal(len(self.executed), 8)

    def part(self, index: int, reply) -> int:
        if index == 8:
            if self.busy_parts:
                self.busy_parts -= 1
                return codes.ERROR_BUSY
            reply.text(b"token=")
            reply.number(self.token)
            return 0
        if index > 8:
            return codes.ERROR_NO_PART
        reply.text(self.parts[index])
        return 0

    def stop_byte(self) -> None:
        self.stop_bytes += 1
        self.current = codes.STATE_IDLE

    def leave(self) -> None:
        self.left = True

    def host_heard(self, link: int) -> None:
        self.heard += 1

    def link_opened(self, link: int, matches: bool) -> None:
        self.token = 0


class MemoryTransport:
    """A board that ticks when its transport is waited on; either direction can be damaged."""

    def __init__(self) -> None:
        self.operator = TinyOperator()
        self.server = Server(self, self.operator, self)
        self.clock = self
        self.now_ticks = 0
        self.to_board = b""
        self.to_host = b""
        self.silent = False
        self.damage_request: Damage = bytes
        self.damage_reply: Damage = bytes
        self.frames = 0

    # the board's side

    def ticks_ms(self) -> int:
        return 50 * self.now_ticks

    def receive(self, buffer: bytearray) -> int:
        count = min(len(buffer), len(self.to_board))
        buffer[:count] = self.to_board[:count]
        self.to_board = self.to_board[count:]
        return count

    def send(self, buffer: bytearray, count: int) -> bool:
        assert count <= codes.REPLY_BYTES
        self.to_host += self.damage_reply(bytes(buffer[:count]))
        return True

    def restart(self) -> None:
        self.server = Server(self, self.operator, self)

    def _tick(self) -> None:
        self.now_ticks += 1
        if self.silent:
            self.to_board = b""
        else:
            self.server.poll()

    # the host's side: a Transport and its Clock

    def write(self, data: bytes) -> None:
        self.frames += data.count(b"\n")
        self.to_board += self.damage_request(data)

    def read(self, timeout_s: float) -> bytes:
        end_s = self.now_s() + timeout_s
        while not self.to_host and self.now_s() < end_s:
            self._tick()
        data, self.to_host = self.to_host, b""
        return data

    def now_s(self) -> float:
        return self.now_ticks * TICK_S

    def sleep_s(self, duration_s: float) -> None:
        for _ in range(round(duration_s / TICK_S)):
            self._tick()

    def close(self) -> None:
        self.silent = True
