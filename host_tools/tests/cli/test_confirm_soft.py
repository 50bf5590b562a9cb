"""Asking a person about soft limits."""

import io
import sys

import pytest

from benchpump.cli.confirm_soft import confirm_soft, named_soft
from benchpump.cli.exits import Refused, Unusable
from benchpump.link.messages import Soft

BOTH = Soft.RATE | Soft.BUBBLE


class Terminal(io.StringIO):
    """A person who answers with these lines."""

    def isatty(self) -> bool:
        return True


def test_each_is_asked_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two limits, two questions; yes to both is needed (GIP 6.1.4)."""
    monkeypatch.setattr(sys, "stdin", Terminal("y\ny\n"))
    confirm_soft(BOTH, None)
    said = capsys.readouterr().out
    assert said.count("Soft limit:") == 2
    assert "200 uL" in said


@pytest.mark.parametrize("answers", ["n\n", "y\nn\n", "\n", "y\n\n"])
def test_anything_but_yes_is_no(monkeypatch: pytest.MonkeyPatch, answers: str) -> None:
    """No, or nothing at all, to either of them refuses."""
    monkeypatch.setattr(sys, "stdin", Terminal(answers))
    with pytest.raises(Refused, match="was not confirmed"):
        confirm_soft(BOTH, None)


def test_nothing_exceeded_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No question where there is no soft limit to ask about, terminal or not."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    confirm_soft(Soft(0), None)


def test_names_are_read_in_any_case_and_order() -> None:
    """As given on the command line; what is no soft limit is refused with those that are."""
    assert named_soft(None) is None
    assert named_soft(" Bubble,RATE") == BOTH
    for wrong in ("", "rate,", "rates"):
        with pytest.raises(Unusable) as refused:
            named_soft(wrong)
        assert refused.value.todo == "they are: rate, volume, bolus, bubble"
