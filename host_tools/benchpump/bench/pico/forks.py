"""Copies of a running rig: the emulated chip is in this process, and a fork copies that whole."""

from __future__ import annotations

import os
import pickle
import traceback
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def forked(action: Callable[[], Result]) -> Result:
    """What the action returns; all that it did to rigs is gone afterwards.

    Raises AssertionError, with its traceback, where the action raised anything.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(action, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    assert answer, "the copy ended without a word"
    failure, result = pickle.loads(answer)
    assert failure is None, f"in the copy:\n{failure}"
    return result


def _answer(action: Callable[[], object], writing: int) -> None:
    """Ends the process: nothing of the test runner's may run twice."""
    try:
        try:
            answer = (None, action())
        except BaseException:
            answer = (traceback.format_exc(), None)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
    finally:
        os._exit(0)
