"""What goes wrong with a pump, as an exit code and a message that says what to do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from benchpump.cli.exits import Lost, Refused
from benchpump.link.errors import PortError, ProtocolAnswerError, PumpLost, WaitTimeoutError
from benchpump.link.messages import PumpWrongStateError, State
from benchpump.link.tables import PumpRefused


@contextmanager
def explained() -> Generator[None]:
    """Turn the client's exceptions into the endings of a command."""
    try:
        yield
    except PumpRefused as error:
        happened = f"the pump refused: {error.text} ({error.code} {error.info.name})"
        raise Refused(happened, _with_detail(error)) from error
    except PortError as error:
        happened, _, todo = str(error).partition("; ")
        raise Lost(happened, todo or "see --port in the command's --help") from error
    except PumpLost as error:
        todo = "check cable and supply; the pump stops by itself when its host is lost"
        raise Lost(f"the pump was lost: {error}", todo) from error
    except (ProtocolAnswerError, WaitTimeoutError) as error:
        raise Lost(str(error), "look at the pump, then: benchpump status") from error


def _with_detail(error: PumpRefused) -> str:
    """What to do, and the detail's number where the text speaks of it."""
    if isinstance(error, PumpWrongStateError):
        state = State(error.detail).name.lower() if error.detail < len(State) else "unknown"
        return f"the pump is {state}; benchpump status says more"
    return f"{error.todo} (detail: {error.detail})" if "detail" in error.todo else error.todo
