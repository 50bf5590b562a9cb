"""Where the emulated board keeps what in its memory, from its board.toml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchpump import tree_root
from benchpump.board import data

Room = Literal["config", "ledger", "journal"]


@dataclass(frozen=True)
class StoreMap:
    """First sectors and numbers of sectors."""

    config_first_sector: int
    ledger_first_sector: int
    ledger_sectors: int
    journal_first_sector: int

    def room(self, sector: int) -> Room:
        """Whose sector it is: configuration, ledger and journal follow one another."""
        if sector < self.ledger_first_sector:
            return "config"
        return "ledger" if sector < self.journal_first_sector else "journal"


def store_map(board: Path | None = None) -> StoreMap:
    """That of a board's directory, the emulator's own unless given. Raises as `data.load`."""
    directory = board or tree_root() / "boards" / "emulator"
    store = data.load(directory / "board.toml").sections["store"]
    return StoreMap(
        int(store["config_first_sector"]),
        int(store["ledger_first_sector"]),
        int(store["ledger_sectors"]),
        int(store["journal_first_sector"]),
    )
