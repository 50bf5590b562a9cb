"""Halting the lease machine: the pin goes low, and what was not done is known to the step."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import pytest

from benchpump import tree_root

FIRST, SECOND = 0x3DEF7BDE, 0x24924924  # 30 in every slot; 4, 9, 18, 4, 9, 18
pytestmark = pytest.mark.requirement("REQ-LEASE-2")


def slots_of(word: int) -> int:
    """Steps of a word by its format, up to the first 31."""
    total = 0
    for place in range(6):
        count = word >> 5 * place & 31
        if count == 31:
            break
        total += count
    return total


def firmware_answers(questions: list[tuple[int, int, list[int]]]) -> list[int]:
    """`readout.not_done` plus queued words, asked of the board's own file in its own process."""
    root = tree_root()
    program = (
        "import sys, json; sys.path[:0] = sys.argv[1:]; import readout\n"
        "for x, osr, words in json.loads(sys.stdin.read()):\n"
        "    print(readout.not_done(x, osr) + sum(readout.slot_steps(word) for word in words))"
    )
    paths = [str(root / "firmware"), str(root / "boards/rpi_pico")]
    done = subprocess.run(
        [sys.executable, "-c", program, *paths],
        input=str([list(question) for question in questions]),
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(line) for line in done.stdout.split()]


def test_halt_at_any_moment_accounts_for_every_step(chip: Any) -> None:
    """Two words, halted at 400 moments: edges done + steps read out = steps granted (C1, C3)."""
    seeded = random.Random(7)
    moments = [*range(60), *range(985, 1050), *(seeded.randrange(12_100) for _ in range(275))]
    questions: list[tuple[int, int, list[int]]] = []
    done: list[int] = []
    for moment in moments:
        before = len(chip.edges)
        chip.put(FIRST)
        chip.put(SECOND)
        chip.run(moment)
        questions.append(chip.halt())
        assert not chip.pin_is_high()
        chip.run(500)
        done.append(len(chip.edges) - before)
        chip.restart()
        chip.run(10)
    granted = slots_of(FIRST) + slots_of(SECOND)
    answers = firmware_answers(questions)
    assert [d + left for d, left in zip(done, answers, strict=True)] == [granted] * len(moments)
    assert min(answers) == 0
    assert max(answers) == granted


@pytest.mark.parametrize("word", [0x3FFFFFE5, 0x3FFFFC21, 0x1FE5])  # 5 | 1, 1 | 5, 31, 7
def test_halt_around_the_end_of_a_word(chip: Any, word: int) -> None:
    """Halted at each cycle around the 31 that ends a word, nothing behind it is owed (C3)."""
    questions: list[tuple[int, int, list[int]]] = []
    done: list[int] = []
    moments = [*range(12), *range(955, 1050), *range(1955, 2050)]
    for moment in moments:
        before = len(chip.edges)
        chip.put(word)
        chip.run(moment)
        questions.append(chip.halt())
        chip.run(50)
        done.append(len(chip.edges) - before)
        chip.restart()
        chip.run(10)
    answers = firmware_answers(questions)
    totals = [d + left for d, left in zip(done, answers, strict=True)]
    assert totals == [slots_of(word)] * len(moments)


def test_halt_in_a_pulse_drives_the_pin_low(chip: Any) -> None:
    """Stopped while the pin is high, reading it out ends the pulse; its step counts as done."""
    chip.put(FIRST)
    chip.run(10)
    assert chip.pin_is_high()
    x, _, _ = chip.halt()
    assert not chip.pin_is_high()
    assert (x, len(chip.edges)) == (29, 1)


def test_halted_and_restarted_forgets_the_old_word(chip: Any) -> None:
    """After halt and restart the next word alone is executed, from its first slot (C1)."""
    chip.put(FIRST)
    chip.put(FIRST)
    chip.run(2_345)
    chip.halt()
    before = len(chip.edges)
    chip.restart()
    chip.run(5_000)
    assert len(chip.edges) == before
    chip.put(SECOND)
    chip.run_until_starved(6_010)
    assert len(chip.edges) - before == slots_of(SECOND)


def test_halt_as_a_queued_word_begins(chip: Any) -> None:
    """Halted at each cycle around the change from one word to the next, none is lost (C3)."""
    questions: list[tuple[int, int, list[int]]] = []
    done: list[int] = []
    moments = range(960, 1020)
    for moment in moments:
        before = len(chip.edges)
        chip.put(0x3FFFFFE5)
        chip.put(SECOND)
        chip.run(moment)
        questions.append(chip.halt())
        chip.run(50)
        done.append(len(chip.edges) - before)
        chip.restart()
        chip.run(10)
    granted = 5 + slots_of(SECOND)
    answers = firmware_answers(questions)
    assert [d + left for d, left in zip(done, answers, strict=True)] == [granted] * len(moments)


def test_second_halt_owes_nothing(chip: Any) -> None:
    """What a first halt read out is not read out again after a restart (C3: refunded once)."""
    chip.put(FIRST)
    chip.run(2_345)
    chip.halt()
    chip.restart()
    chip.run(10)
    assert chip.halt() == (0, 0, [])
