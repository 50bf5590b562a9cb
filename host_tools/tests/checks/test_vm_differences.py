"""Each difference between the VMs (contract C6) turns the checker red; sound code does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checks import vm_differences

Write = Callable[[str, str], None]

WRONG = [
    "x = 1.5",
    "x = 2j",
    "x = a / b",
    "x = 7\nx /= 2",
    "x = round(a)",
    "x = hash(a)",
    "x = id(a)",
    "x = float(a)",
    "x = repr(a)",
    "for k in {1: 2}:\n    pass",
    "for k in {1, 2}:\n    pass",
    "t = {}\nfor k in t:\n    pass",
    "t = set()\nx = [k for k in t]",
    "class A:\n    t = dict()\n    x = list(t)",
    "self.t = {1: 2}\nx = sorted(self.t)",
    "x = (*{1, 2},)",
    "for k in t.items():\n    pass",
    "x = t.keys()",
    "x = t.values()",
    "try:\n    pass\nexcept OSError as e:\n    x = str(e)",
    "try:\n    pass\nexcept OSError as e:\n    log(e)",
    "try:\n    pass\nexcept OSError as e:\n    x = e.args",
    "from array import array\nx = array('l', b)",
    "from array import array\nx = array('L', b)",
    "from array import array\nx = array('f', b)",
    "from array import array\nx = array('d', b)",
    "import array\nx = array.array('q', b)",
    "import struct\nx = struct.unpack('i', b)",
    "import struct\nx = struct.pack_into('@H', b, 0, 1)",
    "x = int(a)",
    "x = int(a)  # int:",
    "x = int(a, 16)  # a number",
    "x = f'{a}'",
    "x = '%d' % a",
    "x = b'%d' % a",
    "x = '{}'.format(a)",
    "import typing",
    "from typing import Any",
    "import math",
    "import time",
    "from __future__ import annotations",
]
RIGHT = [
    "x = a // b\ny = a % b\nz = -3",
    "x = int('12')",
    "x = int(flag)  # int: a bool of ours, never text",
    "t = {1: 2}\nx = t[1]\ny = 1 in t",
    "from array import array\nx = array('i', b)\ny = array('H', b)",
    "import struct\nx = struct.unpack('<i', b)",
    "try:\n    pass\nexcept OSError as e:\n    raise",
    "try:\n    pass\nexcept OSError as e:\n    x = isinstance(e, OSError)",
    "for k in (1, 2):\n    pass",
    '"""A docstring with 1.5 mL / h."""',
]


@pytest.mark.parametrize("text", WRONG)
def test_difference_is_red(tmp_path: Path, write: Write, text: str) -> None:
    """At least one finding, in the last line or the one where it begins, with what to do (C6)."""
    write("firmware/pump/sample.py", text + "\n")
    findings = vm_differences.check(tmp_path)
    assert findings
    assert all(finding.startswith("firmware/pump/sample.py:") for finding in findings)


@pytest.mark.parametrize("text", RIGHT)
def test_sound_code_is_clean(tmp_path: Path, write: Write, text: str) -> None:
    """What every VM does alike is not reported (C6)."""
    write("firmware/pump/sample.py", text + "\n")
    assert vm_differences.check(tmp_path) == []


def test_finding_names_line_and_remedy(tmp_path: Path, write: Write) -> None:
    """The line is exact and the remedy is said."""
    write("firmware/pump/sample.py", "a = 1\nb = 2\nc = a / b\n")
    assert vm_differences.check(tmp_path) == [
        "firmware/pump/sample.py:3: / makes a float: use //",
    ]


def test_boards_are_checked_and_may_ask_the_time(tmp_path: Path, write: Write) -> None:
    """hal.py of a board is looked at; time belongs to it."""
    write("boards/pico/hal.py", "import time\nx = 1.0\n")
    (finding,) = vm_differences.check(tmp_path)
    assert finding.startswith("boards/pico/hal.py:2: float")
