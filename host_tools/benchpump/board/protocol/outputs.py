"""Which files come from `protocol.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchpump.board.protocol import (
    firmware_codes,
    firmware_messages,
    host_messages,
    reference,
    source,
)

if TYPE_CHECKING:
    from pathlib import Path


def outputs(root: Path) -> dict[Path, str]:
    """Every file generated from `protocol.toml` and its text. Raises source.ProtocolError."""
    raw = source.load(root / "host_tools/protocol.toml")
    return {
        root / "firmware/pump/codes.py": firmware_codes.text(raw),
        root / "firmware/link/messages.py": firmware_messages.text(raw),
        root / "host_tools/benchpump/link/messages.py": host_messages.text(raw),
        root / "docs/protocol.md": reference.text(raw),
    }
