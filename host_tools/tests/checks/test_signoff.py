"""What only silicon shows: no row without its procedure, none met without a result."""

from pathlib import Path

import pytest

from checks import signoff

ROW = """
[[requirement]]
id = "REQ-ESTOP-2"
evidence = "silicon"
{open}
"""
SECTION = """### REQ-ESTOP-2

<!-- made: REQ-ESTOP-2 -->
<!-- end -->

| date | board, firmware | who | measured | verdict | note, files |
| --- | --- | --- | --- | --- | --- |
| {result} |
"""
EMPTY = "  |  |  |  |  |  "
PASSED = "2030-01-02 | E66, 0.1.0 | Ada | 12 ms | pass | "


def findings(root: Path, section: str, is_open: bool = True) -> list[str]:
    """Of a tree with that row and that section."""
    (root / "docs").mkdir(exist_ok=True)
    opened = 'open = "not built"' if is_open else ""
    (root / "docs/requirements.toml").write_text(ROW.format(open=opened))
    (root / "docs/silicon-signoff.md").write_text("# Sign-off\n\n" + section)
    return signoff.check(root)


def test_a_form_that_waits(tmp_path: Path) -> None:
    """Open, with its procedure and an empty table: nothing to find."""
    assert findings(tmp_path, SECTION.format(result=EMPTY)) == []


def test_a_result(tmp_path: Path) -> None:
    """A line that passes closes the row; a failed one does not, nor an empty one."""
    assert findings(tmp_path, SECTION.format(result=PASSED), is_open=False) == []
    for result in (EMPTY, PASSED.replace("pass", "fail")):
        (found,) = findings(tmp_path, SECTION.format(result=result), is_open=False)
        assert "REQ-ESTOP-2 is not open, yet" in found


@pytest.mark.parametrize(
    ("section", "found"),
    [
        ("", "has no procedure here"),
        (SECTION.replace("made: REQ-ESTOP-2", "made: REQ-ESTOP-1"), "the procedure is not here"),
        (SECTION.replace("| who ", ""), "no table of results"),
        (SECTION.replace("{result}", PASSED.replace("pass", "fine")), "verdict 'fine'"),
        (SECTION.replace("{result}", PASSED.replace("Ada", "")), "a result without who"),
        (SECTION + SECTION.replace("ESTOP-2", "ESTOP-9"), "REQ-ESTOP-9: no row of the matrix"),
        (SECTION + "### Notes\n", "Notes: no row of the matrix"),
    ],
)
def test_what_is_found(tmp_path: Path, section: str, found: str) -> None:
    """No section, another procedure, no table, a verdict that is none, nobody's result."""
    told = findings(tmp_path, section.replace("{result}", EMPTY))
    assert len([line for line in told if found in line]) == 1, told


def test_the_project() -> None:
    """Every silicon row of the project has its procedure and its table."""
    assert signoff.check(Path(__file__).parents[3]) == []
