"""What may take the place of converter and flash, by board data: HX711, I2C sensor, I2C FRAM.

The parts are models of their data sheets; the board's own files run on the chip's own image.
"""

from __future__ import annotations

from typing import Any

import pytest

from benchpump import tree_root
from benchpump.bench.pico.board import PicoBoard

from .conftest import BoardMaker, heard

BOARD = tree_root() / "boards" / "rpi_pico"
DATA, CLOCK = 12, 13
CONVERSION_NS = 12_500_000
FRAM_BYTES = 1 << 17


def files(*modules: str, **facts: int) -> dict[str, bytes]:
    """Those modules of the board, and board data with these facts."""
    found = {f"{name}.py": (BOARD / f"{name}.py").read_bytes() for name in modules}
    found["pump/hal.py"] = (tree_root() / "firmware/pump/hal.py").read_bytes()
    found["board_data.py"] = "".join(f"{k} = {v}\n" for k, v in facts.items()).encode()
    return found


class Amplifier:
    """An HX711: a conversion every 12.5 ms, shifted out by rising edges of its clock."""

    def __init__(self, chip: Any, values: list[int]) -> None:
        self._data = chip.mcu.gpio[DATA]
        self._values = values
        self.pulses = 0
        self.taken: list[int] = []
        self._alarm = chip.alarm(self._convert)
        chip.mcu.gpio[CLOCK].add_listener(self._clocked)
        self._data.set_input_value(True)
        self._alarm.schedule(CONVERSION_NS)

    def _convert(self) -> None:
        if self._values:
            self.taken.append(self.pulses)
            self._value = self._values.pop(0) & 0xFFFFFF
            self.pulses = 0
            self._data.set_input_value(False)
            self._alarm.schedule(CONVERSION_NS)

    def _clocked(self, state: int, _before: int) -> None:
        if state == 1:
            self.pulses += 1
            bit = self._value >> (24 - self.pulses) & 1 if self.pulses <= 24 else 1
            self._data.set_input_value(bool(bit))


class I2cDevice:
    """Answers at some addresses of a bus: bytes go to `written` and come from `read`."""

    def __init__(self, bus: Any, addresses: tuple[int, ...]) -> None:
        self._bus, self._addresses = bus, addresses
        self.address = 0
        self.away = False
        bus.on_connect = self._connect
        bus.on_write_byte = self._write
        bus.on_read_byte = lambda _ack: bus.complete_read(self.read())

    def _connect(self, address: int, _mode: Any) -> None:
        self.address = address
        self.addressed()
        self._bus.complete_connect(address in self._addresses and not self.away)

    def _write(self, value: int) -> None:
        self.written(value)
        self._bus.complete_write(True)

    def addressed(self) -> None:
        """A start, with its address."""

    def written(self, value: int) -> None:
        """A byte from the chip."""

    def read(self) -> int:
        """A byte for the chip."""
        return 0


class Pressure(I2cDevice):
    """An MPR sensor; `answers` are what it has after each command."""

    def __init__(self, bus: Any, answers: list[bytes]) -> None:
        super().__init__(bus, (0x18,))
        self._answers = answers
        self._command = b""
        self._answer = bytes(4)
        self._at = 0

    def addressed(self) -> None:
        self._at = 0
        self._command = b""

    def written(self, value: int) -> None:
        self._command += bytes([value])
        if self._command == b"\xaa\0\0" and self._answers:
            self._answer = self._answers.pop(0)

    def read(self) -> int:
        self._at += 1
        return self._answer[self._at - 1]


class Fram(I2cDevice):
    """MB85RC1MT: the highest bit of its address is in that of the device."""

    def __init__(self, bus: Any) -> None:
        super().__init__(bus, (0x50, 0x51))
        self.memory = bytearray(FRAM_BYTES)
        self._at = 0
        self._head = 0

    def addressed(self) -> None:
        self._head = 0

    def written(self, value: int) -> None:
        if self._head < 2:
            self._at = (self._at << 8 | value) & 0xFFFF | (self.address & 1) << 16
            self._head += 1
        else:
            self.memory[self._at] = value
            self._at += 1

    def read(self) -> int:
        self._at += 1
        return self.memory[self._at - 1]


def chip_of(board: PicoBoard) -> Any:
    assert board.chip is not None
    return board.chip


READS = """
from {module} import {name}
import time
sensor = {made}
print("ready")
for _ in range({reads}):
    time.sleep_ms(50)
    print(sensor.read())
print("end")
"""


@pytest.mark.requirement("REQ-INPUTS-1")
def test_an_hx711_is_read_and_missed(make_board: BoardMaker) -> None:
    """Both ends, the middle and the lowest bit, 25 pulses each; silent for more than 200 ms it has
    no answer, and until its first conversion neither."""
    modules = files("hx711", "digital_code", "pio_data")
    board = make_board(
        READS.format(module="hx711", name="Hx711", made="Hx711(12, 13)", reads=22), modules
    )
    heard(board, b"ready\r\n")
    board.run_until(board.now_us + 120_000)
    levels = [-(1 << 23), -1, 0, 1, 0x123456, (1 << 23) - 1]
    amplifier = Amplifier(chip_of(board), [value for value in levels for _ in range(8)])
    said = board.receive() + heard(board, b"end\r\n")
    codes = [int(word) for word in said.split()[:-1]]
    assert codes[:2] == [-2, -2]
    expected = [0, 2047, 2048, 2049, 0x922, 4095]
    assert [code for code in dict.fromkeys(codes) if code >= 0] == expected
    # Whole or not at all: while the processor sleeps the model does not always look at the pin.
    assert set(amplifier.taken) == {0, 25}
    assert codes[-1] == -2


@pytest.mark.requirement("REQ-INPUTS-1")
def test_an_i2c_pressure_sensor_is_read_and_missed(make_board: BoardMaker) -> None:
    """The conversion asked for a tick before; busy, failed, saturated, unpowered or gone is no
    answer and never 0."""
    modules = files("mpr_sensor", "digital_code")
    board = make_board(
        READS.format(module="mpr_sensor", name="MprSensor", made="MprSensor(16, 17)", reads=9),
        modules,
    )
    level = bytes([0x19, 0x99, 0x9B])
    odd = [bytes([status]) + level for status in (0x60, 0x44, 0x41, 0x00)]
    sensor = Pressure(
        chip_of(board).mcu.i2c[0], [b"\x40" + level, *odd, b"\x40" + bytes(3), b"\x40" + level]
    )
    heard(board, b"ready\r\n")
    board.run_until(board.now_us + 375_000)
    sensor.away = True
    said = board.receive() + heard(board, b"end\r\n")
    assert [int(word) for word in said.split()[:-1]] == [-2, 0x199, -2, -2, -2, -2, 0, -2, -2]


@pytest.mark.requirement("REQ-INPUTS-1")
def test_a_fram_is_nor_memory(make_board: BoardMaker) -> None:
    """Bits only clear until an erase of the sector; first and last page in both halves of the
    device; nothing outside; without the device every call fails."""
    modules = files("fram_store", STORE_SECTORS=32)
    board = make_board(
        """
from fram_store import FramStore
import sys, time
store = FramStore(16, 17)
page = bytearray(256)
def told(address):
    return store.read(address, page) and bytes(page[:2])
print("ready")
print(store.erase(0), store.erase(31), told(0), told(131072 - 256))
for value in (0xF0, 0x3C):
    store.program(131072 - 256, bytes([value] * 256))
print(told(131072 - 256), told(131072 - 512), told(65536))
print(store.program(131072, page), store.read(-256, page), store.program(1, page), store.erase(32))
began = time.ticks_us()
store.erase(31)
erased = time.ticks_us()
print(told(131072 - 256), time.ticks_diff(erased, began), "done")
sys.stdin.read(1)
print(store.read(0, page), store.program(0, page), store.erase(0), "end")
""",
        modules,
    )
    fram = Fram(chip_of(board).mcu.i2c[0])
    said = heard(board, b"done\r\n", 10_000).split(b"ready\r\n")[1].splitlines()
    blank = b"b'\\xff\\xff'"
    assert said[0] == b"True True " + blank + b" " + blank
    assert said[1] == b"b'00' " + blank + b" b'\\x00\\x00'"
    assert said[2] == b"False False False False"
    assert said[3].startswith(blank)
    assert bytes(fram.memory[4096:8192]) == bytes(4096)
    fram.away = True
    board.send(b"x")
    assert b"False False False end" in heard(board, b"end\r\n")
