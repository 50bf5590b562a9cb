"""The lines between host and rig board: both ends as they are, byte by byte."""

from __future__ import annotations

from typing import Any

import pytest

from benchpump.bench.hardware import lines
from benchpump.bench.hardware.rig_board import RigBoard, RigBoardLost
from benchpump.bench.rig import DeviceMissing
from benchpump.board import rig

pytestmark = pytest.mark.requirement("REQ-RIG-2")
HELD = lines.Held(lines.CONTACT_ESTOP | lines.CONTACT_JUMPER, 0, 4095, 1234)


def test_what_the_host_wants_is_held_and_what_was_seen_comes_back(board: Any) -> None:
    """One exchange sets every output and reads every input; figures at the ends of their range."""
    link = RigBoard(board)
    board.steps = [0xFFFFFFFF, 3]
    board.frames, board.colour, board.shown_us = 300, 0x123456, 77
    seen = link.exchange(HELD)
    assert (board.closed, board.codes) == (HELD.closed, (0, 4095, 1234))
    assert (seen.forward_steps, seen.reverse_steps) == (0xFFFFFFFF, 3)
    assert (seen.frames, seen.colour, seen.shown_us) == (300 & 0xFF, 0x123456, 77)
    assert seen.inputs == seen.were_high == lines.INPUT_ENABLE
    assert not seen.were_low & lines.INPUT_ENABLE


def test_an_input_that_changed_between_two_looks_is_told_once(board: Any) -> None:
    """A pulse shorter than the loop's period is not lost, and not told twice."""
    link = RigBoard(board)
    link.exchange(HELD)
    board.levels_now = 0
    board.run()
    board.levels_now = 1 << 26
    assert link.exchange(HELD).were_low & lines.INPUT_ENABLE
    assert not link.exchange(HELD).were_low & lines.INPUT_ENABLE


def test_the_names_of_bits_are_the_boards(board: Any) -> None:
    """Both ends number contacts, inputs and the switch alike, and speak the same records."""
    for name, value in vars(lines).items():
        if name.startswith(("CONTACT_", "INPUT_", "SWITCH_")):
            assert getattr(board.board_data, name) == value, name
    assert board.frames_module.NAME.decode() == f"{lines.NAME}\n"
    assert lines.NAME.startswith(rig.NAME)


@pytest.mark.parametrize("at", range(26))
def test_a_spoiled_request_sets_nothing(board: Any, at: int) -> None:
    """Each byte of the line in turn: the outputs stay, and the host is told of the silence."""
    link = RigBoard(board)
    link.exchange(HELD)

    def spoil(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[at] ^= 1
        return bytes(changed) if data[:1] == b">" else data

    board.spoil = spoil
    with pytest.raises(RigBoardLost, match="did not answer within 100 ms"):
        link.exchange(lines.Held(0, 1, 1, 1))
    assert board.codes == (0, 4095, 1234)


@pytest.mark.parametrize("at", range(0, 66, 5))
def test_a_spoiled_reply_is_not_believed(board: Any, at: int) -> None:
    """Nothing of it reaches the plant."""
    link = RigBoard(board)

    def spoil(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[min(at, len(data) - 1)] ^= 1
        return bytes(changed) if data[:1] == b"<" else data

    board.spoil = spoil
    with pytest.raises(RigBoardLost):
        link.exchange(HELD)


def test_a_late_reply_is_not_taken_for_another(board: Any) -> None:
    """The number tells them apart."""
    link = RigBoard(board)
    board.write(lines.request(200, HELD))
    board.run()
    board.steps = [5, 0]
    assert link.exchange(HELD).forward_steps == 5


@pytest.mark.parametrize(("silent_ms", "lets_go"), [(299, False), (302, True)])
def test_a_silent_host_is_let_go_of(board: Any, silent_ms: int, lets_go: bool) -> None:
    """After 300 ms every contact opens, which is the e-stop pressed, and the host is told."""
    link = RigBoard(board)
    link.exchange(HELD)
    releases = board.releases
    for _ in range(silent_ms):
        board.run()
    assert (board.releases - releases, board.closed == 0) == (int(lets_go), lets_go)
    assert bool(link.exchange(HELD).flags & lines.FLAG_LET_GO) == lets_go
    assert not link.exchange(HELD).flags & lines.FLAG_LET_GO


def test_a_board_that_starts_holds_nothing(board: Any) -> None:
    """Before the first exchange everything is released, and the first one says so."""
    assert (board.closed, board.codes, board.releases) == (0, (0, 0, 0), 1)
    link = RigBoard(board)
    assert link.exchange(HELD).flags & lines.FLAG_STARTED
    assert not link.exchange(HELD).flags & lines.FLAG_STARTED


def test_no_rig_board_there(board: Any) -> None:
    """Said with what to do, when the rig is made."""
    board.alive = False
    with pytest.raises(DeviceMissing, match="flash boards/rig_pico"):
        RigBoard(board)


@pytest.mark.parametrize("mask", [lines.TIME_MASK, lines.COUNT_MASK])
def test_figures_that_wrap(mask: int) -> None:
    """Across the wrap the difference is what passed."""
    figure = lines.Unwrapped(mask)
    assert [figure.take(raw) for raw in (mask - 1, mask, 4)] == [0, 1, 5]
    assert figure.value == 6
    assert [figure.ago(raw) for raw in (4, 3, mask, 5)] == [0, 1, 5, 0]
