"""The matrix check goes red for rows without proof and for proof without a row."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from checks import requirements

Write = Callable[[str, str], None]

ROW = """
[[requirement]]
id = "REQ-CAP-1"
text = "never more than the cap"
source = "own"
figure = "0 steps"
hazard = "operational"
evidence = "model"
"""
TEST = 'import pytest\n\n@pytest.mark.requirement("REQ-CAP-1")\ndef test_cap():\n    assert True\n'
PROCEDURE = """
[requirement.procedure]
connect = "balance under the outlet"
do = "run for a day"
times = "3"
passes = "within 5 %"
"""
OPEN = 'open = "on a balance, with the pump running for a day, three times"\n'


@pytest.fixture(name="findings")
def _findings(tmp_path: Path, write: Write) -> Callable[..., list[str]]:
    def check(
        matrix: str, test: str = TEST, name: str = "hil_tests/caps/test_cap.py"
    ) -> list[str]:
        write("docs/requirements.toml", matrix)
        write(name, test)
        return requirements.check(tmp_path)

    return check


Findings = Callable[..., list[str]]


def test_marked_row_is_clean(findings: Findings) -> None:
    """A row with a marked test is verified."""
    assert findings(ROW) == []


@pytest.mark.parametrize(
    "test",
    [
        "",
        TEST.replace("REQ-CAP-1", "REQ-CAP-2"),
        TEST.replace("def test_cap", "def cap"),
        "pytestmark = pytest.mark.requirement('REQ-CAP-1')\n",
    ],
)
def test_row_without_a_test_is_red(findings: Findings, test: str) -> None:
    """No marker, another row's, or one that sits on nothing that runs: the row is not verified."""
    assert any("REQ-CAP-1: no test verifies it" in finding for finding in findings(ROW, test))


@pytest.mark.parametrize(
    "test",
    [
        "import pytest\npytestmark = pytest.mark.requirement('REQ-CAP-1')\ndef test_a(): pass\n",
        "import pytest\npytestmark = [pytest.mark.requirement('REQ-CAP-1')]\n"
        "class TestA:\n    def test_a(self): pass\n",
        "import pytest\n@pytest.mark.requirement('REQ-CAP-1')\n"
        "class TestA:\n    def test_a(self): pass\n",
    ],
)
def test_marks_of_module_and_class_count(findings: Findings, test: str) -> None:
    """A marker of a module or class applies to the tests in it."""
    assert findings(ROW, test) == []


def test_unknown_row_is_red(findings: Findings) -> None:
    """A marker that names no row is reported with its place."""
    more = TEST + '\n@pytest.mark.requirement("REQ-AIR-9")\ndef test_air():\n    pass\n'
    (finding,) = findings(ROW, more)
    assert finding.startswith("hil_tests/caps/test_cap.py:7: marks REQ-AIR-9")


@pytest.mark.parametrize("text", ["REQ-AIR-9", "REQ-CAP-10", "REQ-CAP", "REQ-CAP-1a"])
@pytest.mark.parametrize("name", ["firmware/tests/test_gate.py", "hil_tests/caps/test_more.py"])
def test_text_that_names_an_unknown_row_is_red(
    findings: Findings, write: Write, name: str, text: str
) -> None:
    """Unittest files carry no markers: what their docstrings name has to be there all the same."""
    body = 'class TestGate:\n    def test_cap(self):\n        """{}: the cap."""\n'
    write(name, body.format("REQ-CAP-1"))
    assert findings(ROW) == []
    write(name, body.format(text))
    (finding,) = findings(ROW)
    assert finding.startswith(f"{name}:3: names {text}: ")


def test_open_needs_a_procedure(findings: Findings) -> None:
    """`open` stands for a test only with a written procedure."""
    assert findings(ROW + OPEN, "") == []
    (finding,) = findings(ROW + 'open = "later"\n', "")
    assert "open without a procedure" in finding


def test_open_and_verified_is_red(findings: Findings) -> None:
    """A row that a test verifies is not open any more; silicon stays open beside a model."""
    (finding,) = findings(ROW + OPEN)
    assert "take `open` away" in finding
    for evidence in ("silicon", "image"):
        assert findings(ROW.replace('"model"', f'"{evidence}"') + OPEN + PROCEDURE) == []


@pytest.mark.parametrize("evidence", ["silicon", "image"])
@pytest.mark.parametrize("key", ["connect", "do", "times", "passes"])
@pytest.mark.parametrize("how", ["absent", "blank"])
def test_chip_needs_a_whole_procedure(
    findings: Findings, evidence: str, key: str, how: str
) -> None:
    """What only the chip shows says what to connect, what to do, how often, and what passes."""
    row = ROW.replace('"model"', f'"{evidence}"') + OPEN
    assert findings(row + PROCEDURE) == []
    wanting = re.sub(rf'{key} = "[^"]*"', f'{key} = " "' if how == "blank" else "", PROCEDURE)
    said = findings(row + wanting)
    assert any(f"without a procedure: {key} is missing" in finding for finding in said)


def test_procedure_has_no_other_fields(findings: Findings) -> None:
    """A misspelt field of a procedure is told; with evidence of a model it has no place."""
    row = ROW.replace('"model"', '"silicon"') + OPEN + PROCEDURE + 'note = "x"\n'
    assert any("note is not a field of a procedure" in finding for finding in findings(row))
    (finding,) = findings(ROW + PROCEDURE)
    assert "belongs to image or silicon" in finding


def test_analysis_needs_its_document(findings: Findings, write: Write) -> None:
    """An analysis is a document that is there; other evidence has none."""
    row = ROW.replace('"model"', '"analysis"')
    document = 'document = "docs/safety/budget.md"\n'
    for text in (row, row + document):
        (finding,) = findings(text)
        assert "without its document" in finding
    write("docs/safety/budget.md", "# Budget")
    assert findings(row + document) == []
    (finding,) = findings(ROW + document)
    assert "belongs to an analysis" in finding


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("tests = []", "tests"),
        ('tests = [" "]', "tests"),
        ('open = ""', "open"),
        ('document = ""', "document"),
        ("procedure = {}", "procedure"),
        ('procedure = { connect = "" }', "procedure"),
    ],
)
def test_empty_cell_is_red(findings: Findings, cell: str, key: str) -> None:
    """A cell that is there is filled."""
    assert any(f"{key} is empty" in finding for finding in findings(ROW + cell + "\n"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"model"', '"belief"', "evidence is one of"),
        ('"operational"', '"bad luck"', "hazard is one of"),
        ('figure = "0 steps"', "", "figure is missing"),
        *((f'{key} = "', f'{key} = "" #', f"{key} is missing") for key in requirements.TEXTS),
        ('source = "own"', 'source = " "', "source is missing"),
        ('source = "own"', 'source = "own"\nnote = "x"', "note is not a field"),
    ],
)
def test_bad_row_is_red(findings: Findings, old: str, new: str, said: str) -> None:
    """A row with a field missing, unknown or of no known value is reported."""
    assert any(said in finding for finding in findings(ROW.replace(old, new)))


def test_row_there_twice_is_red(findings: Findings) -> None:
    """An identifier belongs to one row."""
    assert any("is there twice" in finding for finding in findings(ROW + ROW))


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ("firmware/tests/test_gate.py::TestGate::test_cap", True),
        ("firmware/tests/test_gate.py::TestGate::test_other", False),
        ("firmware/tests/test_gone.py::TestGate::test_cap", False),
        ("firmware/tests/test_gate.py", False),
    ],
)
def test_listed_test_must_exist(findings: Findings, write: Write, place: str, there: bool) -> None:
    """A test named in the row (for unittest files, which have no markers) has to be there."""
    write("firmware/tests/test_gate.py", "class TestGate:\n    def test_cap(self): pass\n")
    said = findings(ROW + f'tests = ["{place}"]\n', "")
    assert said == (
        [] if there else [f"docs/requirements.toml: REQ-CAP-1: test {place} does not exist"]
    )
