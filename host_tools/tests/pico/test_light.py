"""What is seen of the light: bits on the wire, colours, patterns by their course."""

from __future__ import annotations

import pytest

from benchpump.bench.pico.light import LIGHTS, MOTION, LightReader, Ws2812
from benchpump.bench.truth import FORWARD, REVERSE

COLOURS = {
    "dark": (0, 0, 0),
    "green": (0, 40, 0),
    "yellow": (40, 40, 0),
    "red": (40, 0, 0),
    "blue": (0, 0, 40),
    "white": (40, 40, 40),
}
BLINK_MS, TURN_MS = 250, 500


def seen(course: list[tuple[str, int]]) -> str:
    """The light after colours that were shown for so many milliseconds each."""
    reader = LightReader()
    now_us = 5_000_000
    for colour, shown_ms in course:
        reader.show(*COLOURS[colour], now_us)
        now_us += shown_ms * 1000
    return LIGHTS[reader.light(now_us)]


@pytest.mark.parametrize(
    ("zero_ns", "one_ns"), [(400, 800), (250, 610), (590, 950)], ids=["nominal", "short", "long"]
)
def test_frames_are_read_off_the_wire(zero_ns: int, one_ns: int) -> None:
    """Green first, most significant bit first; half a frame before a pause is forgotten."""
    frames: list[tuple[int, int, int]] = []
    wire = Ws2812(lambda red, green, blue: frames.append((red, green, blue)))
    now_ns = 1_000_000

    def send(bits: str) -> None:
        nonlocal now_ns
        for bit in bits:
            wire.edge(True, now_ns)
            wire.edge(False, now_ns + (one_ns if bit == "1" else zero_ns))
            now_ns += 1250

    send("1" * 11)
    now_ns += 60_000
    send(f"{0x12:08b}{0x34:08b}{0x56:08b}")
    now_ns += 60_000
    send(f"{0xFF:08b}{0x00:08b}{0x81:08b}")
    assert frames == [(0x34, 0x12, 0x56), (0x00, 0xFF, 0x81)]


@pytest.mark.parametrize("colour", ["green", "yellow", "red", "blue", "white"])
def test_blinking_is_seen_in_both_halves(colour: str) -> None:
    """Colour and dark in turn: the same light in either half, after the first period."""
    course = [(colour, BLINK_MS), ("dark", BLINK_MS)] * 2
    assert seen(course) == f"blink_{colour}"
    assert seen([*course, (colour, BLINK_MS)]) == f"blink_{colour}"


@pytest.mark.parametrize("colour", ["green", "yellow", "blue"])
def test_what_stays_is_steady(colour: str) -> None:
    """A colour that stays for longer than a blink is steady, also after it has blinked."""
    assert seen([(colour, 700)]) == f"steady_{colour}"
    assert seen([(colour, BLINK_MS), ("dark", BLINK_MS), (colour, 700)]) == f"steady_{colour}"


def test_green_and_yellow_in_turn() -> None:
    """Told from green or yellow alone in both halves, and over when one of them stays."""
    course = [("green", TURN_MS), ("yellow", TURN_MS)] * 2
    assert seen(course) == "green_and_yellow"
    assert seen([*course, ("green", TURN_MS)]) == "green_and_yellow"
    assert seen([*course[:-1], ("yellow", 700)]) == "steady_yellow"
    assert seen([*course, ("green", 700)]) == "steady_green"


def test_dark_is_off() -> None:
    """A light that goes out is off at once if it was steady, within a blink if it was blinking."""
    assert seen([("green", 2000), ("dark", 1)]) == "off"
    assert seen([("green", BLINK_MS), ("dark", 400)]) == "off"


def test_what_is_not_known_yet_allows_what_it_may_be() -> None:
    """Truth blames nobody while a pattern has not shown itself, and no longer than 0.65 s (C9)."""
    assert MOTION[seen([("yellow", 100)])] == REVERSE
    assert MOTION[seen([("green", 3000), ("yellow", 100)])] == FORWARD | REVERSE
    assert seen([("green", 3000), ("yellow", 640)]) == "yellow_after_green"
    assert MOTION.get(seen([("green", 3000), ("yellow", 660)]), 0) == 0
    assert MOTION[seen([("blue", 100)])] == FORWARD
    assert MOTION.get(seen([("red", 100)]), 0) == 0
