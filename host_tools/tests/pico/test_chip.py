"""The chip's own image in this process: files, power, time, processor and memory."""

from __future__ import annotations

import pytest

from benchpump.bench.flash import TYPICAL, WORST, Timing
from benchpump.bench.pico import filesystem, image

from .conftest import BoardMaker, heard

COUNTS_STARTS = """
import machine, os
try:
    with open("/starts") as file: starts = int(file.read())
except OSError:
    starts = 0
with open("/starts", "w") as file: file.write(str(starts + 1))
print(os.listdir("/folder"), starts, machine.reset_cause())
"""
ECHOES = """
import sys, micropython
micropython.kbd_intr(-1)
print("ready")
while True:
    sys.stdout.buffer.write(sys.stdin.buffer.read(1))
"""


def test_files_are_deployed_and_memory_outlives_power(make_board: BoardMaker) -> None:
    """The image mounts what the host built; what it writes itself is there after a power cycle,
    for the chip and for the host (C3)."""
    board = make_board(COUNTS_STARTS, {"folder/a.txt": b"a" * 5000})
    assert b"['a.txt'] 0 1\r\n" in heard(board, b">>> ")
    board.stop_chip()
    board.run_until(board.now_us + 500_000)
    board.boot()
    assert b"['a.txt'] 1 1\r\n" in heard(board, b">>> ")
    files = filesystem.read(board.flash.image()[image.FILESYSTEM_AT :])
    assert files["starts"] == b"2"
    assert files["folder/a.txt"] == b"a" * 5000


def test_bytes_pass_unchanged_both_ways(make_board: BoardMaker) -> None:
    """All 256 values, more than any buffer of the port holds; without power nothing is heard."""
    board = make_board(ECHOES)
    heard(board, b"ready\r\n")
    everything = bytes(range(256)) * 3
    board.send(everything)
    assert heard(board, everything) == everything
    board.stop_chip()
    board.send(b"x")
    board.boot()
    assert heard(board, b"ready\r\n").startswith(b"ready")


def test_a_held_processor_stands_and_goes_on(make_board: BoardMaker) -> None:
    """A hang: time passes, nothing is executed; let go, it answers what came meanwhile."""
    board = make_board(ECHOES)
    heard(board, b"ready\r\n")
    board.hang()
    board.send(b"asked")
    board.run_until(board.now_us + 200_000)
    assert board.receive() == b""
    board.resume()
    assert heard(board, b"asked") == b"asked"


def test_a_killed_processor_is_ended_by_the_watchdog(make_board: BoardMaker) -> None:
    """Held for ever, the watchdog resets it at its time; the next start knows why. A word of the
    watchdog's scratch memory survives that, and no loss of power."""
    board = make_board("""
import machine, time
from machine import mem32
print("cause", machine.reset_cause(), mem32[0x40058008], hex(mem32[0x4005800C]))
mem32[0x4005800C] = 0x1234
wdt = machine.WDT(timeout=300)
print("ready")
for _ in range(50):
    wdt.feed()
    time.sleep_ms(20)
""")
    assert b"cause 1 0 0x0\r\n" in heard(board, b"ready\r\n")
    board.run_until(board.now_us + 100_000)
    board.kill()
    killed_us = board.now_us
    assert b"cause 3 1 0x1234\r\n" in heard(board, b"ready\r\n")
    assert 280_000 < board.now_us - killed_us < 500_000
    board.stop_chip()
    board.boot()
    assert b"cause 1 0 0x0\r\n" in heard(board, b"ready\r\n")


@pytest.mark.parametrize(("timing", "name"), [(TYPICAL, "typical"), (WORST, "worst")])
def test_flash_takes_its_time(make_board: BoardMaker, timing: Timing, name: str) -> None:
    """Erase and program stall the processor for as long as the chip's data sheet says."""
    board = make_board("""
import rp2, time
flash = rp2.Flash()
page = bytearray(256)
began = time.ticks_us()
flash.ioctl(6, 300)
erased = time.ticks_us()
flash.writeblocks(300, page, 0)
done = time.ticks_us()
print("took", time.ticks_diff(erased, began), time.ticks_diff(done, erased), "ready")
""")
    board.flash.timing = timing
    said = heard(board, b"ready\r\n").split()
    erase_us, program_us = int(said[1]), int(said[2])
    assert timing.erase_us <= erase_us < timing.erase_us + 2000
    assert timing.program_us <= program_us < timing.program_us + 2000


def test_a_cut_inside_an_operation_takes_the_power(make_board: BoardMaker) -> None:
    """Torn at the third program from now: no power after it, two pages whole, the rest blank."""
    board = make_board("""
import rp2, sys
flash = rp2.Flash()
print("ready")
sys.stdin.read(1)
for page in range(8):
    flash.writeblocks(300, bytes([page]) * 256, page * 256)
""")
    heard(board, b"ready\r\n")
    board.flash.cut("torn", 3)
    board.send(b"x")
    board.run_until(board.now_us + 300_000)
    assert not board.powered
    at = image.FILESYSTEM_AT + 300 * 4096
    content = board.flash.image()[at : at + 2048]
    assert content[:512] == bytes(256) + b"\x01" * 256
    assert content[512:768] != b"\x02" * 256
    assert content[768:] == b"\xff" * 1280
