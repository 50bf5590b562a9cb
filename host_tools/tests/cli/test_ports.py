"""Which port a command uses."""

from collections.abc import Iterable
from types import SimpleNamespace

import pytest

from benchpump.cli import ports
from benchpump.cli.exits import Unusable
from benchpump.link import discovery


def plug_in(monkeypatch: pytest.MonkeyPatch, boards: Iterable[tuple[str, int | None]]) -> None:
    """Let these ports be on the machine."""
    found = [SimpleNamespace(device=device, vid=vid, description="") for device, vid in boards]
    monkeypatch.setattr(discovery.list_ports, "comports", lambda: found)


def test_named_port_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was named is used, whatever is plugged in."""
    plug_in(monkeypatch, [("/dev/ttyACM0", 0x2E8A)])
    assert ports.choose_port("socket://bench:4000") == "socket://bench:4000"


def test_the_one_board_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """One board among other serial ports is it."""
    plug_in(
        monkeypatch, [("/dev/ttyS0", None), ("/dev/ttyACM0", 0x2E8A), ("/dev/ttyUSB0", 0x0403)]
    )
    assert ports.choose_port(None) == "/dev/ttyACM0"


@pytest.mark.parametrize(
    ("boards", "message"),
    [([], "no board is plugged in"), ([("b", 0x2E8A), ("a", 0x2E8A)], "several boards .*: a, b")],
)
def test_no_guessing(
    monkeypatch: pytest.MonkeyPatch, boards: list[tuple[str, int | None]], message: str
) -> None:
    """With none or several the command ends as wrong usage and says what to do."""
    plug_in(monkeypatch, boards)
    with pytest.raises(Unusable, match=message) as caught:
        ports.choose_port(None)
    assert "--port" in caught.value.todo
    assert caught.value.exit_code == 2
