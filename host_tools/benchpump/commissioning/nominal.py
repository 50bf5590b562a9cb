"""What a step is worth by geometry, as the firmware computes it before calibration."""

from __future__ import annotations

from benchpump import tree_root
from benchpump.board.data import BoardData, load
from benchpump.recipes.containers import Container

# pi / 4 as firmware/pump/scale.py has it.
_PI_QUARTER = (355, 452)


def board_of(identity: str) -> BoardData:
    """Facts of the board that answered `*IDN?` so. Raises LookupError, BoardDataError."""
    fields = identity.split(",")
    name = fields[1] if len(fields) > 1 else ""
    for path in sorted((tree_root() / "boards").glob("*/board.toml")):
        if path.parent.name == "rig_pico":  # no pump
            continue
        board = load(path)
        if board.sections["board"]["name"] == name:
            return board
    raise LookupError(f"no board.toml of a board named {name!r}")


def pl_per_step(board: BoardData, container: Container) -> int:
    """Geometric volume per step in pL, the whole number that firmware/pump/scale.py gets.

    Raises LookupError for a container that does not go with the board's pump.
    """
    drive = board.sections["drive"]
    if board.sections["board"]["pump"] != container.pump:
        raise LookupError(f"{container.name} does not go with a {board.sections['board']['pump']}")
    if container.nl_per_revolution:
        steps = int(drive["steps_per_revolution"])
        return (container.nl_per_revolution * 1000 + steps // 2) // steps
    numerator, denominator = _PI_QUARTER
    area = container.inner_diameter_um**2 * numerator
    return area * int(drive["nm_per_step"]) // (denominator * 1_000_000)


def whole_steps(board: BoardData, steps: int) -> int:
    """At least so many steps, of a peristaltic head whole turns: how it stands is no matter."""
    per_turn = board.sections["drive"].get("steps_per_revolution")
    return steps if per_turn is None else -(-steps // int(per_turn)) * int(per_turn)
