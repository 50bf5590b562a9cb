"""What the doctor finds, one illness at a time; a healthy board gives nothing to do."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from benchpump.flashing import doctor
from benchpump.flashing.doctor import Finding, at_prompt, examine, firmware, unknown
from benchpump.flashing.files import Listing, sha256
from benchpump.flashing.find import waiting_for_image
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import RECOVER, NoPrompt
from benchpump.flashing.prompt import BoardAtPrompt, Facts
from benchpump.flashing.who import Firmware, Found, Prompt
from benchpump.link.answers import ActiveAlarm, Parts
from benchpump.link.client import Pump
from benchpump.link.errors import PortBusyError, PortDeniedError, PortMissingError, PumpLost
from benchpump.link.messages import ALARMS, PROTOCOL_HASH, Alarm, Flag, State
from benchpump.link.serial_transport import SerialTransport
from benchpump.link.status import Status

pytestmark = pytest.mark.requirement("REQ-FLASH-4")
NO_FLAGS = Flag(0)
WANTED = {"boot.py": b"b", "firmware.pack": b"f", "main.py": b"m", "packed.mpy": b"p"}
PICO = Facts((1, 28), "Raspberry Pi Pico with RP2040")


def holds(files: dict[str, bytes]) -> Listing:
    """A board with those files."""
    folders = frozenset(path.split("/")[0] for path in files if "/" in path)
    return Listing({path: sha256(files[path]) for path in files}, folders)


def without(*paths: str) -> dict[str, bytes]:
    """The deployment, some files missing."""
    return {path: content for path, content in WANTED.items() if path not in paths}


def last(findings: list[Finding]) -> Finding:
    """What is wrong: the last one, and the only one with something to do."""
    assert [finding for finding in findings if finding.todo] == findings[-1:]
    return findings[-1]


@pytest.mark.parametrize(
    ("files", "text", "todo"),
    [
        ({}, "the pump's firmware is not on the board", "benchpump flash"),
        ({"notes.txt": b"", "boot.py": b"own"}, "is not on the board", "benchpump flash"),
        (without("main.py"), "main.py is missing", "benchpump flash"),
        (without("main.py", "boot.py"), "half-flashed: 2 of 4", "goes on where it ended"),
        ({"boot.py": b"b"}, "half-flashed: 1 of 4", "goes on"),
        ({"boot.py": b"own", "boot.py.new": b""}, "half-flashed: 0 of 4", "goes on"),
        ({"firmware.pack": b"other"}, "half-flashed: 0 of 4", "goes on"),
        (without("main.py") | {"main.py.new": b""}, "half-flashed: 3 of 4", "goes on"),
        ({"main.py": b"own"}, "other files than this version's", "flash"),
        (WANTED | {"firmware.pack": b"other"}, "other files than this version's", "flash"),
        (WANTED | {"firmware/main.py": b"shadows"}, "other files than this version's", "flash"),
        (WANTED, "all there but does not run", "take the service jumper out"),
    ],
)
def test_files_of_a_board_at_its_prompt(files: dict[str, bytes], text: str, todo: str) -> None:
    """Blank, half-flashed, without main.py, of another version, and not started."""
    found = last(at_prompt(PICO, holds(files), WANTED))
    assert text in found.text
    assert todo in found.todo


def test_a_micropython_that_is_too_old() -> None:
    """1.26 is told to get an image; 1.27 is not."""
    old = last(at_prompt(Facts((1, 26), PICO.machine), holds(WANTED), WANTED))
    assert "1.26 is too old" in old.text
    assert "BOOTSEL" in old.todo
    new = last(at_prompt(Facts((1, 27), PICO.machine), holds(WANTED), WANTED))
    assert "too old" not in new.text


def status(state: State = State.IDLE, flags: Flag = NO_FLAGS) -> Status:
    """A pump that stands."""
    return Status(state, 0, flags, 0, 0, 0, None, None, 0)


def selftest(failed: int = 0, code: str = "verified") -> Parts:
    """The answer to SELFtest?."""
    return Parts(({"failed": str(failed)}, {"notfitted": "encoder"}, {"code": code}))


def test_a_healthy_pump() -> None:
    """State and what is not fitted are said, nothing has to be done."""
    findings = firmware(status(), selftest(), [])
    assert [finding.text for finding in findings] == ["it is idle", "not fitted: encoder"]
    assert not any(finding.todo for finding in findings)


@pytest.mark.parametrize(
    ("now", "parts", "alarms", "text", "todo"),
    [
        (status(), selftest(int(Alarm.PRESSURE_RAIL)), [], "self-test failed: PRESSURE_RAIL", ""),
        (status(), selftest(code="changed"), [], "files are changed", "benchpump flash"),
        (status(), selftest(code="unverified"), [], "files are unverified", "benchpump flash"),
        (status(State.ALARM), selftest(), [Alarm.WATCHDOG], "WATCHDOG", ""),
        (status(flags=Flag.UNPROVISIONED), selftest(), [], "not provisioned", "provision"),
        (
            status(State.FAULT, Flag.UNPROVISIONED),
            selftest(int(Alarm.CONFIG_INVALID)),
            [Alarm.CONFIG_INVALID, Alarm.LEDGER_INVALID],
            "not provisioned",
            "provision",
        ),
        (
            status(State.FAULT),
            selftest(int(Alarm.CONFIG_INVALID)),
            [Alarm.CONFIG_INVALID],
            "self-test failed: CONFIG_INVALID",
            "",
        ),
        (status(flags=Flag.JUMPER), selftest(), [], "service jumper is fitted", "take it out"),
    ],
)
def test_ills_of_a_running_firmware(
    now: Status, parts: Parts, alarms: list[Alarm], text: str, todo: str
) -> None:
    """Each alone, said once, with what to do."""
    latched = [ActiveAlarm(ALARMS[int(alarm)], 0, 0) for alarm in alarms]
    wrong = [finding for finding in firmware(now, parts, latched) if finding.todo]
    assert len(wrong) == 1
    assert text in wrong[0].text
    assert todo in wrong[0].todo


def test_what_nobody_has_to_provision_away_is_told_of_a_blank_board_too() -> None:
    """A missing configuration is no ill of its own, a dead sensor is, and so is a bite."""
    blank = status(State.FAULT, Flag.UNPROVISIONED)
    latched = [ActiveAlarm(ALARMS[int(Alarm.WATCHDOG)], 0, 0)]
    wrong = [
        finding.text.partition(": ")[2] or finding.text.partition(":")[0]
        for finding in firmware(blank, selftest(int(Alarm.PRESSURE_RAIL)), latched)
        if finding.todo
    ]
    assert wrong == ["PRESSURE_RAIL", ALARMS[int(Alarm.WATCHDOG)].cause, "not provisioned"]


def test_a_firmware_of_another_version() -> None:
    """Told by the CRC of its manifest, which the board gives; an older one gives none."""
    runs = Parts((*selftest().parts, {"crc": "0123abcd"}))
    assert not any(finding.todo for finding in firmware(status(), runs, [], "0123abcd"))
    for parts, said in ((runs, "0123abcd, this program's ffffffff"), (selftest(), "none, this")):
        wrong = [found for found in firmware(status(), parts, [], "ffffffff") if found.todo]
        assert len(wrong) == 1
        assert said in wrong[0].text
        assert wrong[0].todo == "benchpump flash"


class BrokenPort(BoardPort):
    """A port that cannot be used."""

    def __init__(self, error: Exception) -> None:
        super().__init__("/dev/ttyACM0")
        self._error = error

    def link(self) -> SerialTransport:
        raise self._error


class Answering(BoardPort):
    """A port behind which that is found, and no prompt."""

    def __init__(self, found: Found) -> None:
        super().__init__("/dev/ttyACM0")
        self._found = found

    def ask(self, patience_s: float) -> Found:
        return self._found

    def link(self) -> SerialTransport:
        return Mock(spec=SerialTransport)

    def prompt(self, *, soft_reset: bool = True) -> BoardAtPrompt:
        assert not soft_reset  # it would end what a person left there
        raise NoPrompt("the board comes to no prompt", RECOVER)


def running(protocol_hash: str) -> Answering:
    """A board that gives that protocol's hash."""
    return Answering(Firmware(f"benchpump,rpi_pico,1.0.0,{protocol_hash}"))


def test_a_firmware_of_another_protocol() -> None:
    """It is asked nothing more: its answers may mean something else."""
    found = last(examine(running("000001"), WANTED))
    assert "its protocol is 000001" in found.text
    assert "benchpump flash" in found.todo


def test_a_firmware_that_does_not_say_how_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """It answered once, and then no more, or refuses."""
    silent = Mock(spec=Pump)
    silent.wait.side_effect = PumpLost("no answer")
    monkeypatch.setattr(doctor, "Pump", lambda _: silent)
    found = last(examine(running(f"{PROTOCOL_HASH:06X}"), WANTED))
    assert "does not say how it is" in found.text
    assert "benchpump recover" in found.todo


def test_a_board_that_comes_to_no_prompt() -> None:
    """It said that it is at one."""
    found = last(examine(Answering(Prompt((1, 28))), WANTED))
    assert (found.text, found.todo) == ("the board comes to no prompt", RECOVER)


@pytest.mark.parametrize(
    ("error", "text", "todo"),
    [
        (PortMissingError("x: there is no such port; check the cable"), "no such port", "cable"),
        (PortDeniedError("x: no permission; join `dialout`"), "no permission", "dialout"),
        (PortBusyError("x: another program holds the port"), "in use by the hub of 42", "end"),
        (PumpLost("x: connection lost"), "left the cable", "benchpump recover"),
    ],
)
def test_ports_that_cannot_be_used(error: Exception, text: str, todo: str) -> None:
    """No such port, no permission, taken by the hub, gone in the middle."""
    found = last(examine(BrokenPort(error), WANTED, "", lambda _url: "the hub of 42"))
    assert text in found.text
    assert todo in found.todo


def test_a_board_that_gives_no_answer() -> None:
    """Silent, or talking of something else."""
    assert "hangs" in unknown(b"").text
    assert "temperature" in unknown(b"temperature 21\r\n").text
    assert unknown(b"").todo == "benchpump recover"


def test_boards_that_wait_for_an_image(tmp_path: Path) -> None:
    """By their drive, or by their USB numbers where nobody mounted it; other drives are not."""
    drive, other = tmp_path / "RPI-RP2", tmp_path / "photos"
    drive.mkdir()
    other.mkdir()
    info = "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n"
    sysfs = tmp_path / "sysfs"
    for name, vendor, product in (
        ("1-1", "2e8a", "0003"),
        ("1-2", "2e8a", "0005"),
        ("usb1", "1d6b", "2"),
    ):
        (sysfs / name).mkdir(parents=True)
        (sysfs / name / "idVendor").write_text(vendor + "\n", encoding="ascii")
        (sysfs / name / "idProduct").write_text(product + "\n", encoding="ascii")
    assert waiting_for_image([drive, other], sysfs) == ["USB 1-1, its drive is not mounted"]
    (drive / "INFO_UF2.TXT").write_text(info, encoding="ascii")
    assert waiting_for_image([drive, other], sysfs) == [str(drive)]
    assert waiting_for_image([other], tmp_path / "none") == []
