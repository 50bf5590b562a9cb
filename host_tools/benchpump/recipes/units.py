"""Quantities as text: "5 mL/h", "2 mg/h", "90 min", "0.5 mL"; read through one pint registry.

Everything comes out in the unit of the wire, not yet rounded: nL/h, nL, and ticks of 50 ms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import pint

TICK_S = 0.05

# A number and a unit, nothing else: the registry itself also takes sums and names of constants.
_QUANTITY = re.compile(
    r"^\s*(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"\s*(?P<unit>[A-Za-z\u00b5\u03bc%][^+\-]*)$"
)


class UnitError(ValueError):
    """A text is not the quantity that was asked for; the message says what is expected."""


@dataclass(frozen=True)
class Dosing:
    """What turns an amount of drug into a volume: concentration and body weight, where given."""

    concentration: Any = None
    weight: Any = None


@cache
def registry() -> Any:
    """Return the one unit registry: pint's, and the international unit IU."""
    units = cast("Any", pint.UnitRegistry())
    units.define("international_unit = [activity] = IU")
    return units


def parse_rate_nl_h(text: str, dosing: Dosing) -> float:
    """Turn "5 mL/h", "50 uL/min", "2 mg/h" or "2 mg/kg/h" into nL/h.

    Raises UnitError for another unit, or where concentration or weight is needed and missing.
    """
    quantity = _as_volume(text, dosing, "mL/h", 'a flow rate such as "5 mL/h" or "2 mg/h"')
    return quantity.to("nL/h").magnitude


def parse_volume_nl(text: str, dosing: Dosing) -> float:
    """Turn "0.5 mL" or "0.5 mg" into nL.

    Raises UnitError as `parse_rate_nl_h` does.
    """
    quantity = _as_volume(text, dosing, "mL", 'a volume such as "0.5 mL" or a dose such as "2 mg"')
    return quantity.to("nL").magnitude


def parse_duration_ticks(text: str) -> float:
    """Turn "90 min" or "2 h" into ticks of 50 ms.

    Raises UnitError for another unit.
    """
    expected = 'a time such as "90 min"'
    quantity = _quantity(text, expected)
    if not quantity.check("[time]"):
        raise UnitError(_mismatch(text, quantity, expected))
    return quantity.to("s").magnitude / TICK_S


def parse_pressure_pa(text: str) -> float:
    """Turn "70 kPa" or "10 psi" into Pa.

    Raises UnitError for another unit.
    """
    expected = 'a pressure such as "70 kPa"'
    quantity = _quantity(text, expected)
    if not quantity.check("[pressure]"):
        raise UnitError(_mismatch(text, quantity, expected))
    return quantity.to("Pa").magnitude


def parse_concentration(text: str) -> Any:
    """Turn "1 mg/mL" into a quantity of drug in a volume.

    Raises UnitError for another unit or a concentration that is not above zero.
    """
    expected = 'a concentration such as "1 mg/mL"'
    quantity = _quantity(text, expected)
    drug = quantity * registry()("1 mL")
    if not any(drug.check(kind) for kind in ("[mass]", "[substance]", "[activity]")):
        raise UnitError(_mismatch(text, quantity, expected))
    if quantity.magnitude <= 0:
        raise UnitError(f'"{text}" is not above zero; expected {expected}')
    return quantity


def parse_weight(text: str) -> Any:
    """Turn "300 g" into a mass.

    Raises UnitError for another unit or a weight that is not above zero.
    """
    expected = 'a body weight such as "300 g"'
    quantity = _quantity(text, expected)
    if not quantity.check("[mass]"):
        raise UnitError(_mismatch(text, quantity, expected))
    if quantity.magnitude <= 0:
        raise UnitError(f'"{text}" is not above zero; expected {expected}')
    return quantity


def _quantity(text: str, expected: str) -> Any:
    match = _QUANTITY.match(text)
    if match is None:
        hint = "; write a point, not a comma" if re.search(r"\d,\d", text) else ""
        raise UnitError(f'"{text}" is not a number with a unit; expected {expected}{hint}')
    units = registry()
    try:
        unit = units.parse_units(match["unit"].strip())
    except Exception:  # pint raises many kinds of error for a text that is no unit
        raise UnitError(f'"{text}" has an unknown unit; expected {expected}') from None
    return units.Quantity(float(match["number"]), unit)


def _as_volume(text: str, dosing: Dosing, unit: str, expected: str) -> Any:
    quantity = _quantity(text, expected)
    wanted = registry()(unit).dimensionality
    for weight in (None, dosing.weight):
        for concentration in (None, dosing.concentration):
            result = quantity if weight is None else quantity * weight
            result = result if concentration is None else result / concentration
            if result.dimensionality == wanted:
                return result
    raise UnitError(_mismatch(text, quantity, expected) + _missing(quantity, unit, dosing))


def _missing(quantity: Any, unit: str, dosing: Dosing) -> str:
    """Say which of concentration and weight would have helped."""
    units = registry()
    per_time = quantity * units("1 mL") / units(unit)
    drugs = ("[mass]", "[substance]", "[activity]")
    if any(per_time.check(drug) for drug in drugs) and dosing.concentration is None:
        return '; an amount of drug needs a line such as concentration = "1 mg/mL"'
    per_weight = per_time * units("1 kg")
    if any(per_weight.check(drug) for drug in (*drugs, "[volume]")) and dosing.weight is None:
        return '; an amount per body weight needs a line such as weight = "300 g"'
    if any(per_weight.check(drug) for drug in drugs) and dosing.concentration is None:
        return '; an amount of drug needs a line such as concentration = "1 mg/mL"'
    return ""


_KINDS = {
    "[volume]": "a volume",
    "[volume] / [time]": "a flow rate",
    "[time]": "a time",
    "[length]": "a length",
    "[mass]": "a mass",
    "[mass] / [time]": "an amount of drug per time",
    "[mass] / [volume]": "a concentration",
    "[length] / [time]": "a speed",
    "[pressure]": "a pressure",
}


def _mismatch(text: str, quantity: Any, expected: str) -> str:
    for dimension, kind in _KINDS.items():
        if quantity.check(dimension):
            return f'"{text}" is {kind}; expected {expected}'
    return f'"{text}" has the wrong unit; expected {expected}'
