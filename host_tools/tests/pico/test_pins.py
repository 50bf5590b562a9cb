"""The plant at the pins of the chip's own image: edges with their time, codes, contacts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from benchpump import tree_root
from benchpump.bench.exchange import (
    SWITCH_BUTTON,
    SWITCH_CASSETTE_OUT,
    SWITCH_ESTOP,
    SWITCH_JUMPER,
)
from benchpump.bench.pico.board import PicoBoard
from benchpump.bench.pico.light import LIGHTS

from .conftest import BoardMaker, heard

STEPS = 20  # in each slot of 10 ms
SLOTS = 6
LEASES_20 = f"""
import rp2, sys, time, pio_data
from machine import Pin
enable, direction = Pin(4, Pin.OUT, value=1), Pin(3, Pin.OUT, value=0)
lease = rp2.StateMachine(0, pio_data.LEASE_PROGRAM, freq=100_000, sideset_base=Pin(2))
counter = rp2.StateMachine(1, pio_data.STEP_COUNTER_PROGRAM, freq=100_000, in_base=Pin(2))
lease.active(1)
counter.active(1)
enable.value(0)
word = 0
for slot in range({SLOTS}):
    word |= {STEPS} << 5 * slot
print("ready")
for _ in range(20):
    lease.put(word)
    time.sleep_ms(60)
time.sleep_ms(80)
counter.exec(pio_data.READ_X)
counter.exec(pio_data.PUSH)
print("counted", -counter.get() & 0xFFFFFFFF)
"""
PIO_DATA = {"pio_data.py": (tree_root() / "boards" / "rpi_pico" / "pio_data.py").read_bytes()}


def times_of_steps(board: PicoBoard) -> list[int]:
    """Grows by the chip's time of each step, in ns."""
    times: list[int] = []
    step = board.drive.step

    def noted(now_us: int) -> None:
        assert board.chip is not None
        times.append(board.chip.now_ns)
        step(now_us)

    board.drive.step = noted
    return times


def test_leases_are_stepped_to_the_microsecond(make_board: BoardMaker) -> None:
    """Twenty leases of 120 steps while the processor sleeps: each step there, 320 us after the one
    before or 10 ms after the first of the slot before; the chip's own counter agrees (C1)."""
    board = make_board(LEASES_20, PIO_DATA)
    times = times_of_steps(board)
    said = heard(board, b">>> ")
    assert b"counted 2400\r\n" in said
    assert board.drive.forward_steps == len(times) == 2400
    assert board.drive.reverse_steps == 0
    for number, (earlier, later) in enumerate(pairwise(times), 1):
        expected_ns = 320_000 if number % STEPS else 10_000_000 - (STEPS - 1) * 320_000
        assert abs(later - earlier - expected_ns) <= 1000, f"step {number}"


def test_leases_are_stepped_on_while_the_flash_stalls_the_processor(
    make_board: BoardMaker,
) -> None:
    """An erase of 45 ms within a lease of 60: each step is there at its own microsecond (C1)."""
    stalls = LEASES_20.replace("time.sleep_ms(60)", "flash.ioctl(6, 300); time.sleep_ms(12)")
    board = make_board("import rp2\nflash = rp2.Flash()\n" + stalls, PIO_DATA)
    times = times_of_steps(board)
    said = heard(board, b">>> ")
    assert b"counted 2400\r\n" in said
    assert len(times) == 2400
    for number, (earlier, later) in enumerate(pairwise(times), 1):
        if number % STEPS:
            assert abs(later - earlier - 320_000) <= 1000, f"step {number}"


def test_a_stuck_counter_counts_nothing(make_board: BoardMaker) -> None:
    """The fault at the pad: the steps happen, the chip's counter does not see them."""
    board = make_board(LEASES_20, PIO_DATA)
    board.drive.counter_stuck = True
    assert b"counted 0\r\n" in heard(board, b">>> ")
    assert board.drive.forward_steps == 2400


def test_steps_move_the_plant_unless_cut(make_board: BoardMaker) -> None:
    """Forward steps displace fluid; with the e-stop's contact open the pin's steps do not."""
    board = make_board(LEASES_20, PIO_DATA)
    heard(board, b"ready\r\n")
    board.run_until(board.now_us + 600_000)
    displaced_nl = board.plant.displaced_nl
    assert displaced_nl > 0
    board.cut_enable(True)
    before = board.drive.forward_steps
    heard(board, b">>> ")
    assert board.drive.forward_steps > before
    assert board.plant.displaced_nl == pytest.approx(displaced_nl)


def test_a_dead_processor_stops_the_pin(make_board: BoardMaker) -> None:
    """Killed while it steps: what was leased runs out within 60 ms, nothing comes after (C1)."""
    board = make_board(LEASES_20, PIO_DATA)
    times = times_of_steps(board)
    heard(board, b"ready\r\n")
    board.run_until(board.now_us + 300_000)
    board.kill()
    assert board.chip is not None
    killed_ns = board.chip.now_ns
    board.run_until(board.now_us + 500_000)
    assert 0 < times[-1] - killed_ns <= 60_000_000
    assert board.drive.forward_steps % (STEPS * SLOTS) == 0


def test_codes_and_contacts_are_read(make_board: BoardMaker) -> None:
    """Converters read the plant's codes, contacts what the wiring makes of each switch."""
    board = make_board("""
import sys
from machine import ADC, Pin
adcs = [ADC(pin) for pin in (26, 27, 28)]
pins = [Pin(pin, Pin.IN, Pin.PULL_UP) for pin in (5, 6, 7, 8)]
while True:
    print(*[adc.read_u16() >> 4 for adc in adcs], *[pin.value() for pin in pins])
    sys.stdin.read(1)
""")
    parameters = board.plant.parameters
    said = heard(board, b"\r\n").split()
    pressure, air, supply = (int(word) for word in said[:3])
    assert abs(pressure - parameters.pressure_zero_code) < 20
    assert abs(air - parameters.air_wet_code) < 60
    assert abs(supply - parameters.supply_mv * 1000 / parameters.supply_mv_per_1000_codes) < 20
    assert said[3:] == [b"0", b"0", b"1", b"1"]
    for bit, levels in (
        (SWITCH_ESTOP, b"1 0 1 1"),
        (SWITCH_CASSETTE_OUT, b"0 1 1 1"),
        (SWITCH_BUTTON, b"0 0 0 1"),
        (SWITCH_JUMPER, b"0 0 1 0"),
    ):
        board.set_switch(bit, True)
        board.send(b"x")
        assert levels + b"\r\n" in heard(board, b"\r\n")
        board.set_switch(bit, False)


def test_a_reset_lets_go_of_the_enable_line(make_board: BoardMaker) -> None:
    """The chip in reset drives nothing: the resistor cuts the driver before any code runs (C1)."""
    board = make_board("""
import machine, time
if machine.reset_cause() == machine.PWRON_RESET:
    machine.Pin(4, machine.Pin.OUT, value=0)
    print("ready")
    time.sleep_ms(100)
    machine.reset()
print("again")
""")
    heard(board, b"ready\r\n")
    assert board.drive.enabled
    heard(board, b"again\r\n")
    assert not board.drive.enabled


def test_the_lamp_is_read(make_board: BoardMaker) -> None:
    """Frames that the image sends to a WS2812: a colour that stays is seen for what it is."""
    board = make_board("""
from machine import Pin, bitstream
bitstream(Pin(9, Pin.OUT, value=0), 0, (400, 850, 800, 450), bytes([40, 0, 0]))
print("ready")
""")
    heard(board, b"ready\r\n")
    assert LIGHTS[board.light] == "steady_green"
