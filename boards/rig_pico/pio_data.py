"""PIO programs of this board. Generated from *.pio: edit those."""

from array import array

# As rp2.asm_pio gives them: words, offsets, EXECCTRL, SHIFTCTRL, out, set, side-set.
STEP_COUNTER_PROGRAM = [
    array(
        "H",
        [
            0xE020,
            0xE040,
            0x2020,
            0x20A0,
            0x00C7,
            0x0042,
            0x0002,
            0x0082,
        ],
    ),
    -1,
    -1,
    -1,
    28928,
    524288,
    None,
    None,
    None,
]
LIGHT_READER_PROGRAM = [
    array(
        "H",
        [
            0xA0C3,
            0x20A0,
            0xA342,
            0x4001,
            0x2020,
            0xE03F,
            0x00C2,
            0x0046,
        ],
    ),
    -1,
    -1,
    -1,
    28672,
    2173239296,
    None,
    None,
    None,
]

# Single instructions for StateMachine.exec: see readout.pio.
READ_X = 0xA0C1
READ_Y = 0xA0C2
PUSH = 0x8000
