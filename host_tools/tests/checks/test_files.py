"""Lock files, machine paths, generated files, ignores and tools: each check can go red."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checks import generated, lock_files, machine_paths, pyright, ruff, spelling
from checks.__main__ import main

Write = Callable[[str, str], None]
SLASH = "/"
PINNED = "click==8.5.1 \\\n    --hash=sha256:00\n"
LOCKED = '{"packages": {"": {}, "node_modules/a": {"integrity": "sha512-00"}}}'


@pytest.mark.parametrize(
    ("lock", "packages", "npmrc", "said"),
    [
        (PINNED, LOCKED, "audit=false\n", None),
        (f"--index-url https:{SLASH}/example.org\n", LOCKED, "", "holds an address"),
        ("click==8.5.1\n", LOCKED, "", "not pinned by hash"),
        ("click>=8 --hash=sha256:00\n", LOCKED, "", "not pinned by hash"),
        (PINNED, LOCKED.replace("integrity", "version"), "", "no integrity hash"),
        (PINNED, LOCKED, f"registry=http:{SLASH}/example.org\n", "holds an address"),
    ],
)
def test_lock_files(
    tmp_path: Path, write: Write, lock: str, packages: str, npmrc: str, said: str | None
) -> None:
    """Every entry pinned by hash, and no address anywhere."""
    write("requirements.lock", lock)
    write("package-lock.json", packages)
    write(".npmrc", npmrc)
    findings = lock_files.check(tmp_path)
    assert (findings == []) if said is None else any(said in finding for finding in findings)


@pytest.mark.parametrize(
    "place", ["home/ada", "root/x", "Users/ada", "work/main", "tmp/probe", "opt/a"]
)
def test_machine_path_is_red(place: str) -> None:
    """A folder of somebody's machine is found wherever it stands in a line."""
    (finding,) = machine_paths.machine_paths("a.md", f"see\n`{SLASH}{place}`\n")
    assert finding.startswith(f"a.md:2: {SLASH}{place}")


@pytest.mark.parametrize("text", ["host_tools/work/x", "a/tmp/b", "~/work/x", "/dev/ttyACM0"])
def test_relative_path_is_clean(text: str) -> None:
    """Paths inside the repository, of a home by ~, and of devices are fine."""
    assert machine_paths.machine_paths("a.md", text) == []


def test_generated_file_out_of_date_is_red(tmp_path: Path, write: Write) -> None:
    """What a generator says under --check is a finding; silence with status 0 is none."""
    write("stale.py", "import sys; print('x.py: out of date'); sys.exit('--check' in sys.argv)\n")
    write("fresh.py", "import sys; sys.exit('--check' not in sys.argv)\n")
    assert generated.check(tmp_path, ("stale", "fresh")) == ["x.py: out of date"]


@pytest.mark.parametrize(("count", "findings"), [(1, 1), (2, 0), (3, 1)])
def test_ignores_are_counted(tmp_path: Path, write: Write, count: int, findings: int) -> None:
    """One ignore more, or less, than the committed number is a finding."""
    hush = "# pyright" + ": ignore"
    write("pyproject.toml", f"[tool.benchpump]\npyright_ignores = {count}\n")
    write("firmware/a.py", f"x = 1  {hush}[reportGeneralTypeIssues]\n")
    write("host_tools/b.py", "x = 1  # type" + ": ignore\n")
    assert len(pyright.ignores(tmp_path)) == findings


def test_tools_find_what_they_are_for(tmp_path: Path, write: Write) -> None:
    """ruff and codespell are really run: an unused import and a misspelt word are found."""
    write("host_tools/a.py", "import os\n")
    write("docs/a.md", "rec" + "ieve\n")
    assert any("F401" in finding for finding in ruff.check(tmp_path))
    assert any("receive" in finding for finding in spelling.check(tmp_path))


def test_runner_counts_red_checks(
    tmp_path: Path, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each check, the findings under it, and the number of red ones as result."""
    write("firmware/pump/a.py", "import random\n")
    assert main(tmp_path, ["imports", "vm_differences"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines if not line.startswith(" ")] == [
        ["RED", "imports", "1"],
        ["RED", "vm_differences", "1"],
    ]
    write("firmware/pump/a.py", "x = 1\n")
    assert main(tmp_path, ["imports"]) == 0
