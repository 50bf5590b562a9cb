"""What the commands about boards say where there is no board, or not the right one."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from benchpump.cli import boards, main
from benchpump.cli.exits import Faulty, Lost, Refused
from benchpump.flashing import find
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import BoardGone, BoardProblem, InUse, NoPrompt, NotAsWritten
from benchpump.link.errors import PortDeniedError

pytestmark = pytest.mark.requirement("REQ-FLASH-4")


@pytest.fixture(autouse=True)
def no_boards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is plugged in, whatever this machine has."""
    monkeypatch.setattr(find.list_ports, "comports", list)
    monkeypatch.delenv("BENCHPUMP_PORT", raising=False)


def test_no_board() -> None:
    """The doctor says how to get one to be seen, and ends as lost; the others as wrong usage."""
    looked = CliRunner().invoke(main, ["doctor"])
    assert looked.exit_code == 5
    assert "cable that carries data" in looked.output
    assert CliRunner().invoke(main, ["flash"]).exit_code == 2
    assert CliRunner().invoke(main, ["recover", "--yes"]).exit_code == 2


def test_a_port_that_is_not_there() -> None:
    """Named, and missing: told with what to do, by each of them."""
    for command, code in (("doctor", 6), ("flash", 5)):
        done = CliRunner().invoke(main, [command, "--port", "/dev/no-such-port"])
        assert done.exit_code == code
        assert "there is no such port" in done.output
        assert "check the cable" in done.output


def test_a_deployment_that_a_person_interrupts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told that the board does not pump until it is repeated; as stopped by a person."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(boards, "files_for", lambda _: {})
    monkeypatch.setattr("benchpump.cli.flash.flash", interrupted)
    done = CliRunner().invoke(main, ["flash", "--port", "x"])
    assert done.exit_code == 4
    assert "run the same command again" in done.output


def test_recover_asks_first() -> None:
    """main.py may be somebody's own."""
    done = CliRunner().invoke(main, ["recover", "--port", "/dev/no-such-port"], input="n\n")
    assert done.exit_code == 4
    assert "nothing was done" in done.output


def test_files_of_boards() -> None:
    """Those that have files of their own for the root; another name is told the names."""
    assert boards.BOARD in boards.names()
    assert "common" not in boards.names()
    done = CliRunner().invoke(main, ["flash", "--board", "common", "--port", "x"])
    assert done.exit_code == 2
    assert "one of:" in done.output
    assert "rpi_pico" in done.output


def test_a_deployment_has_a_hash_of_its_own() -> None:
    """Any change of a name or a byte gives another."""
    several = [{"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"bd"}, {}]
    assert len({boards.hash_of(files) for files in several}) == len(several)
    assert boards.hash_of({"a": b"1", "b": b"2"}) == boards.hash_of({"b": b"2", "a": b"1"})


@pytest.mark.parametrize(
    ("problem", "ending"),
    [
        (InUse("at work", "stop it"), Refused),
        (NotAsWritten("odd", "again"), Faulty),
        (BoardGone("gone", "again"), Lost),
        (NoPrompt("deaf", "recover"), Lost),
        (BoardProblem("else", "again"), Lost),
        (PortDeniedError("no permission"), Lost),
    ],
)
def test_endings(problem: Exception, ending: type[Exception]) -> None:
    """Each problem ends a command with its own exit code, and says what to do."""
    with pytest.raises(ending) as caught, boards.on_board():
        raise problem
    assert str(problem) in str(caught.value)


def test_a_board_is_known_again_by_its_serial_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a reset a system may give its port another name."""

    class Plugged:
        device, serial_number, vid = "/dev/ttyACM0", "E660", 0x2E8A

    monkeypatch.setattr(find.list_ports, "comports", lambda: [Plugged])
    port = BoardPort("/dev/ttyACM0")
    monkeypatch.setattr(Plugged, "device", "/dev/ttyACM1")
    assert port.url == "/dev/ttyACM1"
    monkeypatch.setattr(find.list_ports, "comports", list)
    assert port.url == "/dev/ttyACM0"
