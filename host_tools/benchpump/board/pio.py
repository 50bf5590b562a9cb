"""PIO programs of the boards assembled into their `pio_data.py`.

`python -m benchpump.board.pio [--check]` writes the files (or says which are out of date).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adafruit_pioasm import Program  # pyright: ignore[reportMissingTypeStubs]

from benchpump.board.generate import bring_up_to_date

PULL_THRESHOLD_BITS = 30  # six slots of five bits: pump.lease
INSTRUCTION_MEMORY = 32  # words of one PIO block, RP2040 datasheet 3.1
PIO_BLOCKS = 3  # an offset for each in what rp2.asm_pio gives, on the RP2040 too
OUT_LOW = 2  # rp2.PIO.OUT_LOW: the side-set pin starts as an output at 0


@dataclass(frozen=True)
class Source:
    """A program of a board: its file, and how its shift registers are used."""

    name: str
    file: str
    pull_threshold_bits: int = 0
    block: int = 0
    autopush_bits: int = 0  # 0: none; else bits come in from the right, all FIFO words for them


@dataclass(frozen=True)
class Board:
    """Programs that share one PIO block, and a file of single instructions with their names."""

    programs: tuple[Source, ...]
    readout_file: str
    readout: tuple[str, ...]


BOARDS = {
    "rpi_pico": Board(
        (
            Source("LEASE", "lease.pio", PULL_THRESHOLD_BITS),
            Source("STEP_COUNTER", "step_counter.pio"),
            # In the other block: an amplifier instead of the converter is a choice of board.toml.
            Source("HX711", "hx711.pio", block=1),
        ),
        "lease_readout.pio",
        ("READ_X", "READ_OSR", "PUSH", "PULL"),
    ),
    "rig_pico": Board(
        (
            Source("STEP_COUNTER", "step_counter.pio"),
            Source("LIGHT_READER", "light_reader.pio", autopush_bits=24),
        ),
        "readout.pio",
        ("READ_X", "READ_Y", "PUSH"),
    ),
}


@dataclass(frozen=True)
class Assembled:
    """One program: its words, and the register values that `rp2.StateMachine` takes."""

    words: list[int]
    execctrl: int
    shiftctrl: int
    sideset: int | None


def assemble(path: Path, pull_threshold_bits: int = 0, autopush_bits: int = 0) -> Assembled:
    """Assemble one `.pio` file. Raises RuntimeError that names the instruction at fault."""
    program: Any = Program(path.read_text(encoding="utf-8"))
    options: dict[str, int] = program.pio_kwargs
    words: list[int] = program.assembled.tolist()
    execctrl = options.get("wrap", len(words) - 1) << 12 | options.get("wrap_target", 0) << 7
    shiftctrl = pull_threshold_bits << 25 | 1 << 19  # SHIFTCTRL_OUT_SHIFTDIR: right
    if autopush_bits:  # FJOIN_RX, PUSH_THRESH, AUTOPUSH
        shiftctrl |= 1 << 31 | autopush_bits << 20 | 1 << 16
    sideset = OUT_LOW if options.get("sideset_pin_count") else None
    return Assembled(words, execctrl, shiftctrl, sideset)


def data_text(board: Path) -> str:
    """`pio_data.py` of the board in that folder.

    Raises ValueError when the programs together do not fit the instruction memory of one block.
    """
    made = BOARDS[board.name]
    programs = {
        one.name: assemble(board / one.file, one.pull_threshold_bits, one.autopush_bits)
        for one in made.programs
    }
    readout = assemble(board / made.readout_file)
    used = sum(len(programs[one.name].words) for one in made.programs if one.block == 0)
    if used > INSTRUCTION_MEMORY:
        raise ValueError(f"{board}: {used} PIO instructions, {INSTRUCTION_MEMORY} fit")
    lines = [
        '"""PIO programs of this board. Generated from *.pio: edit those."""',
        "",
        "from array import array",
        "",
        "# As rp2.asm_pio gives them: words, offsets, EXECCTRL, SHIFTCTRL, out, set, side-set.",
    ]
    for name, program in programs.items():
        lines += [f"{name}_PROGRAM = [", "    array(", '        "H",', "        ["]
        lines += [f"            0x{word:04X}," for word in program.words]
        lines += ["        ],", "    ),", *["    -1,"] * PIO_BLOCKS]
        fields = (program.execctrl, program.shiftctrl, None, None, program.sideset)
        lines += [f"    {field}," for field in fields] + ["]"]
    lines += ["", f"# Single instructions for StateMachine.exec: see {made.readout_file}."]
    lines += [f"{n} = 0x{w:04X}" for n, w in zip(made.readout, readout.words, strict=True)]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """The command line; its exit status."""
    root = Path(__file__).parents[3]
    boards = [root / "boards" / name for name in BOARDS]
    files = {board / "pio_data.py": data_text(board) for board in boards}
    return bring_up_to_date(root, files, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
