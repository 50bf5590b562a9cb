"""The import check goes red for each direction that is not allowed, and only for those."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checks import imports

Write = Callable[[str, str], None]

WRONG = [
    ("firmware/pump/app.py", "from link import server"),
    ("firmware/pump/app.py", "import hal"),
    ("firmware/pump/app.py", "import random"),
    ("firmware/pump/app.py", "def late():\n    import machine"),
    ("firmware/link/server.py", "import main"),
    ("boards/pico/hal.py", "from pump import governor"),
    ("boards/pico/hal.py", "from pump.ledger import Ledger"),
    ("boards/pico/hal.py", "import link"),
    ("host_tools/benchpump/link/client.py", "from benchpump.bench import clock"),
    ("host_tools/benchpump/recipes/units.py", "import benchpump.link"),
    ("host_tools/benchpump/bench/rig.py", "from pump.lease import encode"),
    ("host_tools/benchpump/bench/rig.py", "from benchpump import report"),
    ("host_tools/benchpump/__init__.py", "from benchpump.cli import main"),
    ("host_tools/benchpump/hub/port.py", "from . import serve"),
    ("hil_tests/caps/test_cap.py", "from benchpump.bench.plant import Plant"),
    ("hil_tests/caps/test_cap.py", "from benchpump.bench.emulated import EmulatedRig"),
    ("hil_tests/caps/test_cap.py", "from pump import codes"),
]
RIGHT = [
    ("firmware/pump/app.py", "from array import array\nfrom pump import codes"),
    ("firmware/link/server.py", "from pump import codes\nfrom link import frame"),
    ("firmware/main.py", "import hal\nfrom link import server\nfrom pump import app"),
    (
        "boards/pico/hal.py",
        "import machine\nfrom pump import hal as ports\nfrom pump import lease",
    ),
    ("host_tools/benchpump/hub/serve.py", "from benchpump.link import client\nimport benchpump"),
    ("host_tools/benchpump/__main__.py", "from benchpump.cli import main"),
    ("hil_tests/caps/test_cap.py", "from benchpump.bench.rig import Rig\nimport pytest"),
]


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_wrong_direction_is_red(tmp_path: Path, write: Write, name: str, text: str) -> None:
    """One finding that names file, line and what may be imported (docs/architecture.md)."""
    write(name, text + "\n")
    (finding,) = imports.check(tmp_path)
    assert finding.startswith(f"{name}:{len(text.splitlines())}: ")


@pytest.mark.parametrize(("name", "text"), RIGHT)
def test_right_direction_is_clean(tmp_path: Path, write: Write, name: str, text: str) -> None:
    """What the table of rooms allows is not reported."""
    write(name, text + "\n")
    assert imports.check(tmp_path) == []
