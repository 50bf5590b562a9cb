"""The enable line over time."""

from __future__ import annotations

from benchpump.bench.pico.rig import PicoRig


def watch_enable(rig: PicoRig) -> list[tuple[int, bool]]:
    """Grows by (µs of the rig's time, driver energised) at each change, until the power goes."""
    changes: list[tuple[int, bool]] = []
    board = rig.board
    wiring = board._wiring
    heard = wiring._heard

    def also(name: str, high: bool) -> None:
        if name == "enable":
            changes.append((board.now_us, not high))
        heard(name, high)

    wiring._heard = also
    return changes
