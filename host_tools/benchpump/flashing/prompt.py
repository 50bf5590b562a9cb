"""A board at MicroPython's raw prompt, by mpremote's own library: files, facts, a reset."""

from __future__ import annotations

import ast
import importlib
import io
import struct
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Self

from serial import SerialException

from benchpump.flashing.files import MEMORY, Listing
from benchpump.flashing.problems import AGAIN, RECOVER, BoardGone, BoardProblem, NoPrompt

ANSWER_S = 10.0
CHUNK_BYTES = 1536

# On the RP2040 a watchdog that is on would end a copy. Datasheet 4.7: CTRL, and the alias that
# clears the bits written to it.
_STOP_WATCHDOG = """
import sys
if 'RP2040' in sys.implementation._machine:
    import machine
    machine.mem32[0x4005B000] = 1 << 30
"""
_FACTS = "(sys.implementation.version[:2], sys.implementation._machine, globals().get('fault'))"
_LIST = f"""
import os, hashlib
from binascii import a2b_base64
try:  # what main.py mounted lies in none of the memory's folders
    import vfs
    _mounted = [place for _, place in vfs.mount() if place != '/']
except (ImportError, TypeError):
    _mounted = []
def _look(folder):
    for found in os.ilistdir(folder + '/'):
        path = folder + '/' + found[0]
        if found[1] & 0x4000:
            if path != '/{MEMORY}' and path not in _mounted:
                print(repr((path[1:], None)))
                _look(path)
        else:
            print(repr((path[1:], _digest(path))))
def _digest(path):
    hash = hashlib.sha256()
    block = bytearray(1024)
    with open(path, 'rb') as file:
        while count := file.readinto(block):
            hash.update(memoryview(block)[:count])
    return hash.digest()
"""


@dataclass(frozen=True)
class Facts:
    """What MicroPython says of itself."""

    version: tuple[int, int]
    machine: str
    fault: str = ""
    """Why main.py ended, in its own words (boards/common/root/main.py)."""


class BoardAtPrompt:
    """One opening of the port; a context manager. Nothing of the board's own runs meanwhile.

    It is a `files.BoardFiles`. Each call may raise BoardGone.
    """

    def __init__(self, url: str, *, soft_reset: bool = True) -> None:
        """Interrupt what runs. Raises NoPrompt, BoardGone.

        The first bytes are 0x03 and Ctrl-A, at which the pump's firmware stops, cuts the driver
        and ends; `soft_reset` then makes room: boot.py runs again, main.py does not.
        """
        library: Any = importlib.import_module("mpremote.transport_serial")  # comes without types
        self._left = False
        self._folders: set[PurePosixPath] = set()
        self._errors: Any = importlib.import_module("mpremote.transport")
        with self._lost():
            self._transport = library.SerialTransport(url, timeout=ANSWER_S)
        try:
            # mpremote prints what it could not make sense of.
            with self._lost(), redirect_stdout(io.StringIO()):
                self._transport.enter_raw_repl(soft_reset=soft_reset)
                self._transport.exec(_STOP_WATCHDOG)
                self._transport.exec(_LIST)
        except BoardProblem as problem:
            self.close()
            if self._left:
                raise
            raise NoPrompt(f"the board comes to no prompt: {problem}", RECOVER) from problem

    def close(self) -> None:
        """Give the port back; harmless when the board has gone."""
        with suppress(OSError):
            self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _lost(self) -> Generator[None]:
        """mpremote's exceptions as ours; those of the board's file system pass as OSError."""
        try:
            yield
        except SerialException as error:
            self._left = True
            raise BoardGone(f"the board has left the cable ({error})", AGAIN) from error
        except self._errors.TransportExecError as error:
            said = str(error).strip().rpartition("\n")[2]
            raise BoardProblem(f"the board refused: {said}", AGAIN) from error
        except (self._errors.TransportError, struct.error) as error:
            raise BoardGone(f"the board does not answer any more ({error})", AGAIN) from error

    def facts(self) -> Facts:
        """Version and machine."""
        with self._lost():
            version, machine, fault = self._transport.eval(_FACTS)
        return Facts(tuple(version), machine, str(fault or ""))

    def listing(self) -> Listing:
        """Every file and folder, the pump's memory left out."""
        with self._lost():
            said = self._transport.exec("_look('')").decode("utf-8")
        found = [ast.literal_eval(line) for line in said.splitlines()]
        return Listing(
            {path: digest for path, digest in found if digest is not None},
            frozenset(path for path, digest in found if digest is None),
        )

    def write(self, path: str, content: bytes) -> None:
        """Make that file, and the folders it needs."""
        execute = self._transport.exec
        with self._lost():
            for folder in reversed(PurePosixPath(path).parents[:-1]):
                if folder not in self._folders:
                    with suppress(FileExistsError):
                        self._transport.fs_mkdir(f"/{folder}")
                    self._folders.add(folder)
            # Half of what mpremote's fs_writefile sends, whose chunks are Python's byte literals.
            execute(f"file = open({'/' + path!r}, 'wb')")
            for at in range(0, len(content), CHUNK_BYTES):
                text = b64encode(content[at : at + CHUNK_BYTES]).decode("ascii")
                execute(f"file.write(a2b_base64('{text}'))")
            execute("file.close()")

    def digest(self, path: str) -> bytes:
        """SHA-256 of a file as the board reads it."""
        with self._lost():
            return bytes(self._transport.eval(f"_digest({'/' + path!r})"))

    def rename(self, path: str, to: str) -> None:
        """littlefs does this whole or not at all, and what was at `to` is gone with it."""
        with self._lost():
            self._transport.exec(f"os.rename({'/' + path!r}, {'/' + to!r})")

    def remove(self, path: str) -> None:
        """Remove a file."""
        with self._lost():
            self._transport.fs_rmfile(f"/{path}")

    def remove_folder(self, path: str) -> None:
        """Remove an empty folder."""
        with self._lost():
            self._transport.fs_rmdir(f"/{path}")

    def remove_if_there(self, path: str) -> bool:
        """Remove a file; False: there is none."""
        try:
            self.remove(path)
        except FileNotFoundError:
            return False
        return True

    def leave(self) -> None:
        """Go back to the friendly prompt, and stay there."""
        with self._lost():
            self._transport.exit_raw_repl()

    def reset(self) -> None:
        """Reset the chip, as at power-on; the port is closed by that."""
        with suppress(BoardGone), self._lost():
            self._transport.exec_raw_no_follow("import machine\nmachine.reset()")
        self.close()
