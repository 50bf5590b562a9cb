"""PIO programs of this board. Generated from *.pio: edit those."""

from array import array

# As rp2.asm_pio gives them: words, offsets, EXECCTRL, SHIFTCTRL, out, set, side-set.
LEASE_PROGRAM = [
    array(
        "H",
        [
            0xE05F,
            0xE020,
            0xA0E3,
            0x80A0,
            0x6025,
            0x00A7,
            0x0013,
            0xE05D,
            0x002B,
            0x1E4A,
            0x0E0D,
            0xAF42,
            0xAD42,
            0x0088,
            0xEF5F,
            0x0FF1,
            0x0113,
            0x6025,
            0x00B5,
            0xA0E3,
            0xE020,
            0x0407,
        ],
    ),
    -1,
    -1,
    -1,
    82304,
    1007157248,
    None,
    None,
    2,
]
STEP_COUNTER_PROGRAM = [
    array(
        "H",
        [
            0xE020,
            0x2020,
            0x20A0,
            0x0041,
        ],
    ),
    -1,
    -1,
    -1,
    12416,
    524288,
    None,
    None,
    None,
]
HX711_PROGRAM = [
    array(
        "H",
        [
            0xE037,
            0x2020,
            0xB042,
            0x4001,
            0x0042,
            0xB042,
            0x8000,
        ],
    ),
    -1,
    -1,
    -1,
    24576,
    524288,
    None,
    None,
    2,
]

# Single instructions for StateMachine.exec: see lease_readout.pio.
READ_X = 0xA0C1
READ_OSR = 0xA0C7
PUSH = 0x8000
PULL = 0x8080
