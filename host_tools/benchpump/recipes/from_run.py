"""A program as it was run, written as a recipe: a first run fixes the parameters of later ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from benchpump.recipes.program import TICKS_PER_SECOND

# Why a stretch began, as firmware/pump/as_run.py tells it.
_PROGRAM, _KEEP_OPEN, _RAMP_END, _REPEAT = 0, 3, 4, 5


class Entry(Protocol):
    """A stretch of a run as the pump tells it; see `benchpump.link.answers.Stretch`."""

    @property
    def segment(self) -> int:
        """Segment of the program."""
        ...

    @property
    def start_tick(self) -> int:
        """Tick of the program in which it began."""
        ...

    @property
    def rate_nl_h(self) -> int:
        """Rate at its start, nL/h."""
        ...

    @property
    def by(self) -> int:
        """Why it began."""
        ...


@dataclass(frozen=True)
class Piece:
    """So many ticks at one rate or on one ramp, nL/h."""

    ticks: int
    rate_nl_h: int
    end_rate_nl_h: int


@dataclass(frozen=True)
class Block:
    """Pieces that ran so many times in all."""

    pieces: tuple[Piece, ...]
    times: int


def recipe_text(
    name: str, entries: Sequence[Entry], ticks: int, remarks: Sequence[str] = ()
) -> str:
    """The TOML of a recipe that runs what was run. `ticks`: how many the program ran.

    `remarks` come first, as comments: what a reader has to know of the run beside it.
    Raises ValueError where nothing was run.
    """
    steps, keep_open_nl_h = steps_of(entries, ticks)
    if not steps:
        raise ValueError("nothing was run")
    lines = [f"# {remark}" for remark in remarks]
    lines.append(f'name = "{name}"')
    if keep_open_nl_h:
        lines += ['then = "keep-open"', f'keep_open_rate = "{_rate(keep_open_nl_h)}"']
    else:
        lines.append('then = "stop"')
    for step in steps:
        if isinstance(step, Piece):
            lines += ["", "[[step]]", *_fields(step)]
            continue
        lines += ["", "[[step]]", 'kind = "repeat"', f"times = {step.times}"]
        for piece in step.pieces:
            lines += ["[[step.step]]", *_fields(piece)]
    return "\n".join(lines) + "\n"


def steps_of(entries: Sequence[Entry], ticks: int) -> tuple[list[Piece | Block], int]:
    """What was run, in order, and the keep-open rate that ended it (nL/h, else 0)."""
    steps: list[Piece | Block] = []
    keep_open_nl_h = 0
    block_at: dict[int, int] = {}  # where in `steps` the latest stretch of a segment lies
    for at, entry in enumerate(entries):
        if entry.by == _RAMP_END:
            continue
        if entry.by == _KEEP_OPEN:
            keep_open_nl_h = entry.rate_nl_h
            break
        after = entries[at + 1] if at + 1 < len(entries) else None
        planned = after if after is not None and after.by == _RAMP_END else None
        later = [one.start_tick for one in entries[at + 1 :] if one.by != _RAMP_END]
        length = (later[0] if later else ticks) - entry.start_tick
        if length <= 0:
            continue
        if entry.by == _REPEAT:
            _again(steps, block_at[entry.segment], length)
            continue
        if entry.by == _PROGRAM:
            block_at[entry.segment] = len(steps)
        steps.append(_piece(entry, planned, length))
    return steps, keep_open_nl_h


def _piece(entry: Entry, planned: Entry | None, ticks: int) -> Piece:
    """A stretch; a ramp that was cut short ends where it had come to."""
    start = entry.rate_nl_h
    if planned is None:
        return Piece(ticks, start, start)
    return _cut(Piece(planned.start_tick - entry.start_tick, start, planned.rate_nl_h), ticks)


def _cut(piece: Piece, ticks: int) -> Piece:
    if ticks >= piece.ticks:
        return piece
    change = piece.end_rate_nl_h - piece.rate_nl_h
    end = piece.rate_nl_h + change * ticks // piece.ticks
    return replace(piece, ticks=ticks, end_rate_nl_h=end)


def _again(steps: list[Piece | Block], first: int, ticks: int) -> None:
    """The pieces from there on ran again for so many ticks, the last pass perhaps in part."""
    pieces = tuple(step for step in steps[first:] if isinstance(step, Piece))
    passes, left = divmod(ticks, sum(piece.ticks for piece in pieces))
    if passes:
        steps[first:] = [Block(pieces, passes + 1)]
    for piece in pieces:
        if left <= 0:
            break
        steps.append(_cut(piece, left))
        left -= piece.ticks


def _fields(piece: Piece) -> list[str]:
    seconds = f"{piece.ticks // TICKS_PER_SECOND}.{piece.ticks % TICKS_PER_SECOND * 5:02d}"
    duration = f'duration = "{seconds} s"'
    if piece.rate_nl_h != piece.end_rate_nl_h:
        ends = [f'from = "{_rate(piece.rate_nl_h)}"', f'to = "{_rate(piece.end_rate_nl_h)}"']
        return ['kind = "ramp"', *ends, duration]
    if piece.rate_nl_h == 0:
        return ['kind = "hold"', duration]
    return ['kind = "constant"', f'rate = "{_rate(piece.rate_nl_h)}"', duration]


def _rate(nl_h: int) -> str:
    whole, rest = divmod(nl_h, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") + " mL/h"
