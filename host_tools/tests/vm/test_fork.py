"""Forking the CPython VM with the bench (C7)."""

from __future__ import annotations

import pytest

from .conftest import Moments, Start

SECOND_US = 1_000_000


def test_both_branches_go_on_as_one_would_have(start: Start) -> None:
    """C7: after a fork both give the trace of a run that was never forked."""
    whole = start()
    whole.run_until(20 * SECOND_US)
    board = start()
    board.run_until(10 * SECOND_US + 12_345)
    twin = board.fork(Moments())
    try:
        board.run_until(20 * SECOND_US)
        twin.run_until(20 * SECOND_US)
        assert board.trace.digest() == twin.trace.digest()
        assert twin.plant.delivered_nl == board.plant.delivered_nl
        assert twin.drive.forward_steps == whole.drive.forward_steps
        assert twin.exchanges == whole.exchanges
    finally:
        twin.kill()


def test_branches_are_independent(start: Start) -> None:
    """C7: what happens to one branch is not seen in the other; a branch can be forked again."""
    board = start()
    board.run_until(SECOND_US)
    twin = board.fork(Moments())
    grandchild = twin.fork(Moments())
    try:
        twin.kill()
        board.send(b"hello")
        board.run_until(2 * SECOND_US)
        grandchild.run_until(2 * SECOND_US)
        assert board.receive() == b"hello"
        assert grandchild.receive() == b""
        assert grandchild.exchanges == board.exchanges
    finally:
        grandchild.kill()


def test_forked_flash_and_plant_are_copies(start: Start) -> None:
    """C7: programming one branch's memory leaves the other's as it was."""
    board = start()
    twin = board.fork(Moments())
    try:
        board.flash.program(0, bytes(256))
        assert twin.flash.read(0) == b"\xff" * 256
    finally:
        twin.kill()


def test_other_vms_say_that_they_cannot(start: Start) -> None:
    """C7 speaks of CPython only: wasm refuses with a reason instead of giving half a copy."""
    board = start("wasm")
    with pytest.raises(ValueError, match="cannot be forked"):
        board.fork(Moments())
