"""PIO programs of `boards/rpi_pico` assembled into `pio_data.py`.

`python -m benchpump.board.pio [--check]` writes the file (or says that it is out of date).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adafruit_pioasm import Program  # pyright: ignore[reportMissingTypeStubs]

PULL_THRESHOLD_BITS = 30  # six slots of five bits: pump.lease
INSTRUCTION_MEMORY = 32  # words of one PIO block, RP2040 datasheet 3.1
PIO_BLOCKS = 3  # an offset for each in what rp2.asm_pio gives, on the RP2040 too
OUT_LOW = 2  # rp2.PIO.OUT_LOW: the side-set pin starts as an output at 0
READOUT = ("READ_X", "READ_OSR", "PUSH", "PULL")


@dataclass(frozen=True)
class Assembled:
    """One program: its words, and the register values that `rp2.StateMachine` takes."""

    words: list[int]
    execctrl: int
    shiftctrl: int
    sideset: int | None


def assemble(path: Path, pull_threshold_bits: int = 0) -> Assembled:
    """Assemble one `.pio` file. Raises RuntimeError that names the instruction at fault."""
    program: Any = Program(path.read_text(encoding="utf-8"))
    options: dict[str, int] = program.pio_kwargs
    words: list[int] = program.assembled.tolist()
    execctrl = options.get("wrap", len(words) - 1) << 12 | options.get("wrap_target", 0) << 7
    shiftctrl = pull_threshold_bits << 25 | 1 << 19  # SHIFTCTRL_OUT_SHIFTDIR: right
    sideset = OUT_LOW if options.get("sideset_pin_count") else None
    return Assembled(words, execctrl, shiftctrl, sideset)


def data_text(board: Path) -> str:
    """`pio_data.py` of the board in that folder.

    Raises ValueError when the programs together do not fit the instruction memory of one block.
    """
    lease = assemble(board / "lease.pio", PULL_THRESHOLD_BITS)
    counter = assemble(board / "step_counter.pio")
    readout = assemble(board / "lease_readout.pio")
    used = len(lease.words) + len(counter.words)
    if used > INSTRUCTION_MEMORY:
        raise ValueError(f"{board}: {used} PIO instructions, {INSTRUCTION_MEMORY} fit")
    lines = [
        '"""PIO programs of this board. Generated from *.pio: edit those."""',
        "",
        "from array import array",
        "",
        "# As rp2.asm_pio gives them: words, offsets, EXECCTRL, SHIFTCTRL, out, set, side-set.",
    ]
    # In the other block: an amplifier instead of the converter is a choice of board.toml.
    hx711 = assemble(board / "hx711.pio")
    for name, program in (("LEASE", lease), ("STEP_COUNTER", counter), ("HX711", hx711)):
        lines += [f"{name}_PROGRAM = [", "    array(", '        "H",', "        ["]
        lines += [f"            0x{word:04X}," for word in program.words]
        lines += ["        ],", "    ),", *["    -1,"] * PIO_BLOCKS]
        fields = (program.execctrl, program.shiftctrl, None, None, program.sideset)
        lines += [f"    {field}," for field in fields] + ["]"]
    lines += ["", "# Single instructions for StateMachine.exec: see lease_readout.pio."]
    lines += [f"{n} = 0x{w:04X}" for n, w in zip(READOUT, readout.words, strict=True)]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or with --check only compare; 0 when it is (now) as it should be."""
    board = Path(__file__).parents[3] / "boards/rpi_pico"
    target, text = board / "pio_data.py", data_text(board)
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return 0
    if "--check" in arguments:
        print("boards/rpi_pico/pio_data.py: out of date; run `make generate`", file=sys.stderr)
        return 1
    target.write_text(text, encoding="utf-8")
    print("wrote boards/rpi_pico/pio_data.py")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
