"""Where the emulated board keeps what in its memory, from its board.toml."""

from __future__ import annotations

from dataclasses import dataclass

from benchpump import tree_root
from benchpump.board import data


@dataclass(frozen=True)
class StoreMap:
    """First sectors and numbers of sectors."""

    config_first_sector: int
    ledger_first_sector: int
    ledger_sectors: int


def store_map() -> StoreMap:
    """Read it. Raises what `board.data.load` raises."""
    store = data.load(tree_root() / "boards" / "emulator" / "board.toml").sections["store"]
    return StoreMap(
        int(store["config_first_sector"]),
        int(store["ledger_first_sector"]),
        int(store["ledger_sectors"]),
    )
