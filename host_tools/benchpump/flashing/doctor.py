"""What is on a board, what is wrong, and what to do about it. Stops nothing, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

from benchpump.flashing.files import Guarded, Listing
from benchpump.flashing.flash import OLDEST, SELFTEST_S, UF2
from benchpump.flashing.plan import MAIN, NEW, OWN_FILES, plan
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import RECOVER, BoardProblem
from benchpump.flashing.prompt import Facts
from benchpump.flashing.who import Firmware, Nobody
from benchpump.link.answers import ActiveAlarm, Parts
from benchpump.link.client import Pump
from benchpump.link.errors import PortBusyError, PortError, PumpLost
from benchpump.link.messages import ALARMS, PROTOCOL_HASH, Alarm, Flag, State
from benchpump.link.status import Status
from benchpump.link.tables import PumpError

FLASH = "benchpump flash"
ASK_S = 15.0
SHOWN_BYTES = 60
STARTING = (State.BOOT, State.SELFTEST)
_NOBODYS_ELSE = OWN_FILES - {MAIN, "boot.py"}
_BLANK = (Alarm.CONFIG_INVALID, Alarm.LEDGER_INVALID)


@dataclass(frozen=True)
class Finding:
    """Something seen. Nothing is wrong where there is nothing `todo`."""

    text: str
    todo: str = ""


def examine(
    port: BoardPort,
    wanted: Mapping[str, bytes],
    crc: str = "",
    holder: Callable[[str], str] = lambda _url: "",
) -> list[Finding]:
    """Look at the board on that port: does it hold those files, or run those of that `crc`?

    `holder` says who has a port that is taken.
    """
    try:
        found = port.ask(ASK_S)
        if isinstance(found, Firmware):
            return [Finding(f"firmware runs: {found.identity}"), *_running(port, found, crc)]
        if isinstance(found, Nobody):
            return [unknown(found.heard)]
        with port.prompt(soft_reset=False) as prompt:
            facts, listing = prompt.facts(), Guarded(prompt).listing()
            prompt.leave()
        return at_prompt(facts, listing, wanted)
    except PortBusyError:
        who = holder(port.url) or "another program"
        return [Finding(f"in use by {who}", "end that program, or look again later")]
    except PortError as error:  # its message says what to do: dialout, cable, name
        text, _, todo = str(error).partition("; ")
        return [Finding(text, todo or "check cable and port")]
    except PumpLost as error:
        return [Finding(f"the board left the cable: {error}", f"if it does again: {RECOVER}")]
    except BoardProblem as problem:
        return [Finding(str(problem), problem.todo)]


def unknown(heard: bytes) -> Finding:
    """Of a board that gives no answer that could be understood."""
    if heard:
        shown = heard[-SHOWN_BYTES:].decode("ascii", "backslashreplace").strip()
        return Finding(f"something else runs on the board; it says {shown!r}", RECOVER)
    return Finding("no answer: the board's program hangs, or starts over and over", RECOVER)


def at_prompt(facts: Facts, listing: Listing, wanted: Mapping[str, bytes]) -> list[Finding]:
    """Of a board with MicroPython on which nothing runs."""
    version = ".".join(map(str, facts.version))
    seen = [Finding(f"MicroPython {version} on {facts.machine}, at its prompt")]
    if facts.fault:
        seen.append(Finding(f"main.py said: {facts.fault}"))
    if facts.version < OLDEST:
        return [*seen, Finding(f"MicroPython {version} is too old for the pump", UF2)]
    has_main = MAIN in listing.digests
    todo = plan(wanted, listing)
    others = _NOBODYS_ELSE.intersection(listing.digests)  # of another version
    if not (todo.unchanged or todo.removals or others):
        return [*seen, Finding("the pump's firmware is not on the board", FLASH)]
    half = any(path.endswith(NEW) for path in listing.digests)
    if not has_main and (half or len(todo.copies) > 1):
        text = f"half-flashed: {len(todo.unchanged)} of {len(wanted)} files are as they should be"
        return [*seen, Finding(text, f"{FLASH}, which goes on where it ended")]
    if not has_main:
        return [*seen, Finding("main.py is missing, all else is there", FLASH)]
    if not todo.nothing:
        text = f"other files than this version's: {len(todo.copies)} to copy"
        return [*seen, Finding(text, FLASH)]
    text = "the firmware is all there but does not run"
    jumper = "take the service jumper out, plug the board in again; if that changes nothing, "
    return [*seen, Finding(text, f"{jumper}{FLASH}")]


def _running(port: BoardPort, found: Firmware, crc: str) -> Iterable[Finding]:
    own = f"{PROTOCOL_HASH:06X}"
    if found.protocol_hash != own:
        text = f"its protocol is {found.protocol_hash}, that of this program {own}"
        return [Finding(text, f"{FLASH}, or the host tools that belong to it")]
    with closing(Pump(port.link())) as pump:
        try:
            now = pump.wait(lambda at: at.state not in STARTING, timeout_s=SELFTEST_S)
            return firmware(now, pump.selftest(), pump.alarms(), crc)
        except PumpError as error:
            return [Finding(f"it does not say how it is: {error}", f"{FLASH}, or {RECOVER}")]


def unprovisioned(status: Status, alarm: int) -> bool:
    """Whether an alarm only says that nobody has provisioned the board yet."""
    return bool(status.flags & Flag.UNPROVISIONED) and alarm in _BLANK


def firmware(
    status: Status, selftest: Parts, alarms: Iterable[ActiveAlarm], crc: str = ""
) -> list[Finding]:
    """Of a pump whose firmware runs; `crc` of the firmware that it should be, empty: any."""
    said = [Finding(f"it is {status.state.name.lower()}")]
    failed = selftest.number("failed")
    if failed and not unprovisioned(status, failed):
        info = ALARMS.get(failed)
        name, todo = (info.name, info.todo) if info else (f"alarm {failed}", FLASH)
        said.append(Finding(f"self-test failed: {name}", todo))
    if selftest.text("code") != "verified":
        files = f"the firmware's files are {selftest.text('code')}"
        said.append(Finding(f"{files}: not those that were deployed", FLASH))
    elif crc and selftest.text("crc", "") != crc:
        text = f"another version's files: {selftest.text('crc', 'none')}, this program's {crc}"
        said.append(Finding(text, FLASH))
    for alarm in alarms:
        if alarm.info.code != failed and not unprovisioned(status, alarm.info.code):
            said.append(Finding(f"{alarm.info.name}: {alarm.info.cause}", alarm.info.todo))
    if status.flags & Flag.UNPROVISIONED:
        todo = "fit the service jumper, then: benchpump provision"
        said.append(Finding("not provisioned", todo))
    if status.flags & Flag.JUMPER:
        said.append(Finding("the service jumper is fitted", "take it out before pumping"))
    missing = selftest.names("notfitted")
    if missing:
        said.append(Finding(f"not fitted: {', '.join(missing)}"))
    return said
