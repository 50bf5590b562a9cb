"""Host tools of a research bench pump (not for patient use)."""

from __future__ import annotations

from pathlib import Path

__all__ = ["tree_root"]


def tree_root() -> Path:
    """Folder that holds `firmware/`, `boards/` and `host_tools/*.toml`.

    In a checkout that is the repository, in an installed wheel the copy that the wheel carries.
    Raises FileNotFoundError where neither is there.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "_tree", package.parent.parent):
        if (root / "firmware").is_dir():
            return root
    raise FileNotFoundError("no firmware/ with benchpump: install its wheel or checkout again")
