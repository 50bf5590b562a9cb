"""A board whose `main.py` keeps it from being reached: taken out of its way."""

from __future__ import annotations

from collections.abc import Callable

from benchpump.flashing.flash import wait_until_at_rest
from benchpump.flashing.plan import MAIN
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import BoardGone, BoardProblem, NoPrompt
from benchpump.flashing.prompt import BoardAtPrompt
from benchpump.flashing.who import Firmware, Nobody
from benchpump.link.errors import (
    PortBusyError,
    PortDeniedError,
    PortError,
    PortMissingError,
    PumpLost,
)

ASK_S = 5.0
AGAIN_S = 0.5
TELL_S = 5.0
"""A board that is just starting is reached within that, without anybody's help."""
JUMPER = "fit the service jumper, then take the board's supply (USB) away and plug it in again"


def recover(port: BoardPort, patience_s: float, say: Callable[[str], None]) -> bool:
    """Bring the board to its prompt, remove `main.py`, reset; False: there was none.

    Nothing else on it is touched. Waits for the service jumper to be fitted where it takes that.
    Raises InUse, NoPrompt after `patience_s`, BoardGone, PortDeniedError, PortBusyError where
    somebody else has the port, PortMissingError where there was none in all that time.
    """
    try:
        if isinstance(port.ask(ASK_S), Firmware):
            wait_until_at_rest(port)
    except (PortBusyError, PortDeniedError):
        raise
    except (PumpLost, PortError):
        pass  # a board that starts again and again leaves the cable
    with _reach(port, patience_s, say) as prompt:
        removed = prompt.remove_if_there(MAIN)
        if prompt.remove_if_there(MAIN):
            raise BoardProblem(f"{MAIN} is there again after it was removed", "replace the board")
        prompt.reset()
    found = port.ask_after_reset(ASK_S * 2)
    if isinstance(found, Nobody):
        raise NoPrompt(f"{MAIN} is gone, but the board does not come back", JUMPER)
    return removed


def _reach(port: BoardPort, patience_s: float, say: Callable[[str], None]) -> BoardAtPrompt:
    clock = port.clock
    tell_s = clock.now_s() + TELL_S
    end_s = clock.now_s() + patience_s
    told: set[str] = set()
    found = False
    while True:
        try:
            # What hangs is interrupted, or not. No soft reset, for that would start it again if
            # it came to the friendly prompt by itself.
            return port.prompt(soft_reset=False)
        except PortDeniedError:
            raise
        except (NoPrompt, BoardGone, PortError) as problem:
            found = found or not isinstance(problem, PortMissingError)
            if clock.now_s() >= end_s:
                if not found:
                    raise
                raise NoPrompt(
                    f"the board does not come to its prompt ({problem})", f"{JUMPER}, run it again"
                ) from problem
        text = f"The board cannot be interrupted. Now: {JUMPER}."
        if not found:
            text = f"There is no port {port.url}. Plug the board in, or end this: Ctrl-C."
        if text not in told and clock.now_s() >= tell_s:
            say(text)
            told.add(text)
        clock.sleep_s(AGAIN_S)
