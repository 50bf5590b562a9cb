"""The board's own files, imported anew for each test with that chip's modules around them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchpump import tree_root

HERE = Path(__file__).parent
BOARD = tree_root() / "boards/esp32_s3"
OURS = (
    "board_data",
    "clock",
    "drive",
    "idle_clock",
    "pulses",
    "sector_files",
    "step_counter",
    "pump",
    "pump.hal",
    "pump.lease",
    "vfs",
)


def _double(file: str) -> Any:
    name = f"esp32_s3_{file}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{file}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture
def double() -> Callable[[str], Any]:
    """A file beside this one, by its name."""
    return _double


@pytest.fixture
def chip() -> Any:
    """A chip that was just powered."""
    return _double("chip").Chip()


@pytest.fixture
def load(chip: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Import one of the board's modules on that chip."""
    with monkeypatch.context() as patch:
        patch.syspath_prepend(str(tree_root() / "firmware"))
        patch.syspath_prepend(str(BOARD.parent / "common"))
        patch.syspath_prepend(str(BOARD))
        for name in OURS:
            patch.delitem(sys.modules, name, raising=False)
        for name, module in chip.modules().items():
            patch.setitem(sys.modules, name, module)
        yield importlib.import_module
        for name in OURS:  # nothing of this chip is left behind
            sys.modules.pop(name, None)


@pytest.fixture
def drive(load: Callable[[str], Any]) -> Any:
    """The drive, enabled."""
    made = load("drive").RmtDrive()
    made.enable(True)
    return made
