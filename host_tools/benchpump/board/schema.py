"""What a `board.toml` may hold: every key, its kind, its range and its unit."""

from __future__ import annotations

from dataclasses import dataclass

SMALL_INT_END = 1 << 30  # MicroPython's small integers on a 32-bit board end here


@dataclass(frozen=True)
class Integer:
    """A whole number from `low` to `high`, both included, in `unit`."""

    low: int
    high: int
    unit: str


@dataclass(frozen=True)
class Word:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """A short name: lower-case letters, digits and `_`."""


Kind = Integer | Word | Name
Keys = dict[str, Kind]

_CODE = Integer(0, 4095, "12-bit code")
_SECTOR = Integer(0, 1023, "sector")
_SECTORS = Integer(1, 1024, "sectors")
_PER_1000 = SMALL_INT_END // 4096 * 1000 - 1  # code times this over 1000 stays a small integer

_MAX_STEPS_PER_S = Integer(1, 3000, "steps/s")  # the lease word ends at 3000

# [drive] by the pump's kind: what a step is depends on the mechanism.
DRIVES: dict[str, Keys] = {
    "syringe": {
        "nm_per_step": Integer(1, 1_000_000, "nm of plunger travel per step"),
        "max_steps_per_s": _MAX_STEPS_PER_S,
    },
    "peristaltic": {
        "steps_per_revolution": Integer(200, 1_000_000, "steps per revolution of the head"),
        "rollers": Integer(1, 100, "roller passes in a revolution"),
        "max_steps_per_s": _MAX_STEPS_PER_S,
    },
}

SECTIONS: dict[str, Keys] = {
    "board": {"name": Name(), "pump": Word(tuple(DRIVES))},
    "store": {
        "sectors": _SECTORS,
        "config_first_sector": _SECTOR,
        "ledger_first_sector": _SECTOR,
        "ledger_sectors": Integer(2, 1024, "sectors"),
        "journal_first_sector": _SECTOR,
        "journal_sectors": _SECTORS,
    },
    "limits": {"max_rate_nl_h": Integer(1000, 1_000_000_000, "nL/h")},
}

# Fitted sensors must say how their codes become units; the others say only `fitted = false`.
SENSORS: dict[str, Keys] = {
    "pressure": {
        "zero_code": _CODE,
        "pa_per_1000_codes": Integer(1, min(_PER_1000, 10_000_000), "Pa per 1000 codes"),
    },
    "air": {
        "wet_below_code": _CODE,
        "dry_above_code": _CODE,
        "to_outlet_ul": Integer(150, 10_000, "uL between air detector and outlet"),
    },
    "supply": {
        "mv_per_1000_codes": Integer(1, 100_000, "mV per 1000 codes"),
        "warn_below_mv": Integer(1, 100_000, "mV"),
        "stop_below_mv": Integer(1, 100_000, "mV, above brown-out"),
    },
    "encoder": {"counts_per_1000_steps": Integer(1, 10_000, "counts per 1000 steps")},
    # 15 min at the highest rate stay a small integer when they are multiplied by 11.
    "flow": {
        "counts_per_ul": Integer(1, 500, "counts per uL"),
        "least_nl_h": Integer(1000, 100_000_000, "nL/h, below which its zero error is too much"),
    },
    "upstream": {
        "zero_code": _CODE,
        "pa_per_1000_codes": Integer(1, min(_PER_1000, 10_000_000), "Pa per 1000 codes"),
    },
}

CONFIG_SECTORS = 2  # the configuration is kept in two copies, one sector each

# What a board with pins has to name, and what it needs beside that for each fitted sensor. A board
# without [pins] is emulated.
PINS_NEEDED: tuple[str, ...] = (
    "step",
    "direction",
    "enable",
    "estop",
    "cassette",
    "button",
    "jumper",
    "light",
    "sounder",
)
PINS_OF_SENSORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "pressure": (
        ("pressure_adc",),
        ("pressure_hx711_data", "pressure_hx711_clock"),
        ("pressure_i2c_sda", "pressure_i2c_scl"),
    ),
    "air": (("air_adc", "air_test"),),
    "supply": (("supply_adc",),),
}
"""For each sensor the ways to wire it: all pins of one of them."""
PINS_OF_FRAM = ("fram_sda", "fram_scl")
"""Both or none: with them the firmware's memory is an I2C FRAM, else the board's own flash."""
FRAM_SECTORS = 32  # MB85RC1MT: 128 KB
ADC_SUFFIX = "_adc"  # what a name ends in whose pin is an input of the converter
SDA_SUFFIX, SCL_SUFFIX = "_sda", "_scl"  # the two lines of an I2C bus
