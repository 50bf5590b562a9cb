"""What has to be done to a board so that it holds a deployment, and nothing else of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from benchpump.flashing.files import Listing, outside_memory, sha256

MAIN = "main.py"
NEW = ".new"
"""Behind the name of a file that is being copied."""
COMPILED = ".mpy"
OWN_FOLDERS = frozenset({"firmware"})
"""Whatever is in there is ours; anything else beside the deployment's own files stays."""
OWN_FILES = frozenset({MAIN, "boot.py", "packed.mpy", "firmware.pack"})


@dataclass(frozen=True)
class Plan:
    """Of one deployment onto one board, in the order in which it is done.

    `main.py` is away while anything else is not as it should be.
    """

    removals: tuple[str, ...]
    """Files; `main.py` first, if it is there and anything is to be done at all."""
    folders: tuple[str, ...]
    """To be removed once they are empty."""
    copies: tuple[str, ...]
    """`main.py` last."""
    unchanged: tuple[str, ...]
    left_alone: tuple[str, ...]
    """Somebody else's files."""

    @property
    def nothing(self) -> bool:
        """True when the board holds just what it should."""
        return not (self.removals or self.folders or self.copies)


def plan(wanted: Mapping[str, bytes], present: Listing) -> Plan:
    """Compare. Raises ValueError for a deployment without `main.py`, or into the memory."""
    if MAIN not in wanted:
        raise ValueError(f"a deployment without {MAIN} would start nothing")
    for path in wanted:
        outside_memory(path)
    same = {path for path in wanted if present.digests.get(path) == sha256(wanted[path])}
    odd = sorted(set(present.digests) - set(wanted))
    stale = [path for path in odd if _ours(path, wanted)]
    needed = {str(folder) for path in wanted for folder in PurePosixPath(path).parents}
    folders = sorted(
        (path for path in present.folders - needed if _in_our_place(path, wanted)), reverse=True
    )
    changed = sorted(set(wanted) - same - {MAIN}, key=_boot_first)
    if not (stale or folders or changed) and MAIN in same:
        return Plan((), (), (), tuple(sorted(same)), tuple(odd))
    return Plan(
        removals=(*([MAIN] if MAIN in present.digests else []), *stale),
        folders=tuple(folders),
        copies=(*changed, MAIN),
        unchanged=tuple(sorted(same - {MAIN})),
        left_alone=tuple(path for path in odd if path not in stale),
    )


def _ours(path: str, wanted: Mapping[str, bytes]) -> bool:
    own_files = OWN_FILES | {name for name in wanted if "/" not in name}
    return path.removesuffix(NEW) in own_files or _in_our_place(path, wanted)


def _in_our_place(path: str, wanted: Mapping[str, bytes]) -> bool:
    """In a folder of ours, or what an import takes before a module of ours: NAME.py, NAME/."""
    modules = {name.removesuffix(COMPILED) for name in wanted if name.endswith(COMPILED)}
    first = PurePosixPath(path).parts[0]
    return first in OWN_FOLDERS or first.removesuffix(".py") in modules


def _boot_first(path: str) -> tuple[bool, str]:
    return path != "boot.py", path
