"""A deployment onto one board, from asking who is there to its reset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing

from benchpump.flashing.deploy import deploy
from benchpump.flashing.files import Guarded
from benchpump.flashing.plan import Plan, plan
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import BoardGone, InUse, WrongBoard
from benchpump.flashing.prompt import BoardAtPrompt
from benchpump.flashing.who import Firmware, Found
from benchpump.link.client import Pump
from benchpump.link.errors import PumpLost, WaitTimeoutError
from benchpump.link.messages import Flag, State
from benchpump.link.status import Status
from benchpump.link.tables import PumpError

OLDEST = (1, 27)
"""MicroPython that the Pico's board code was written for (boards/rpi_pico/README.md)."""
UF2 = (
    "hold BOOTSEL while plugging the board in, copy an RPI_PICO .uf2 of MicroPython"
    f" {OLDEST[0]}.{OLDEST[1]} or newer onto the drive that appears, run the command again"
)
CHIPS = {"rpi_pico": "RP2040", "rig_pico": "RP2040", "esp32_s3": "ESP32S3"}
"""What MicroPython calls the machine that a board's files are for."""
SELFTEST_S = 70.0  # the longest self-test at power-on (GIP 3.4.3)
SILENT_S = 15.0
"""How long a sound board may say nothing: its first start of all makes its memory's files."""

_AT_REST = {State.IDLE, State.FINISHED, State.ALARM, State.FAULT, State.SERVICE}
_AT_WORK = Flag.KEEP_OPEN | Flag.BOLUS | Flag.HELD


def flash(
    port: BoardPort, board: str, wanted: Mapping[str, bytes], say: Callable[[str], None]
) -> Plan:
    """Make that board hold those files, and reset it. Repeat it after whatever cut it short.

    Raises InUse before anything is touched, WrongBoard, NoPrompt, BoardGone, NotAsWritten,
    link.errors.PortError.
    """
    with _at_prompt(port, board) as prompt:
        done = deploy(wanted, prompt, say)
        prompt.reset()
    return done


def compare(port: BoardPort, board: str, wanted: Mapping[str, bytes]) -> Plan:
    """What `flash` would do; nothing is written, but the board starts anew. Raises as `flash`."""
    with _at_prompt(port, board) as prompt:
        todo = plan(wanted, Guarded(prompt).listing())
        prompt.reset()
    return todo


def _at_prompt(port: BoardPort, board: str) -> BoardAtPrompt:
    try:
        found = port.ask(SILENT_S)
    except PumpLost as error:
        raise BoardGone(f"the board has left the cable ({error})", "check the cable") from error
    if isinstance(found, Firmware):
        said = found.identity.split(",")[1]
        if said != board:
            todo = "name the port of the one that is meant (--port), or what is there (--board)"
            raise WrongBoard(f"the board there is {said}, not {board}", todo)
        wait_until_at_rest(port)
    return _checked(port, board, found)


def _checked(port: BoardPort, board: str, found: Found) -> BoardAtPrompt:
    prompt = port.prompt()
    facts = prompt.facts()
    if facts.version < OLDEST:
        prompt.close()
        version = ".".join(map(str, facts.version))
        raise WrongBoard(f"the board has MicroPython {version}, too old for the pump", UF2)
    if CHIPS.get(board, "") not in facts.machine:
        prompt.close()
        raise WrongBoard(f"{facts.machine}: no {board}", "choose the files with --board")
    return prompt


def wait_until_at_rest(port: BoardPort) -> None:
    """Let a start or an erase under way come to its end. Raises InUse when the pump is at work."""
    with closing(Pump(port.link())) as pump:
        try:
            now = pump.wait(_settled, timeout_s=SELFTEST_S)
        except WaitTimeoutError as error:
            raise InUse(f"the pump is busy: {error}", "try again later") from error
        except PumpError as error:
            raise InUse(
                f"the pump's state cannot be read, so it may be pumping: {error}",
                "take its supply away, fit the service jumper, power it, run the command again",
            ) from error
    if now.state not in _AT_REST or now.flags & _AT_WORK:
        raise InUse(
            f"the pump is at work ({now.state.name.lower()}); nothing was done",
            "let it come to its end, or stop it: benchpump stop",
        )


def _settled(status: Status) -> bool:
    starting = status.state in (State.BOOT, State.SELFTEST)
    at_work = status.state not in _AT_REST or bool(status.flags & _AT_WORK)
    return not starting and (at_work or not status.flags & Flag.PREPARING)
