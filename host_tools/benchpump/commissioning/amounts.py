"""Masses and pressures as people read them off an instrument."""

from __future__ import annotations

import re

# To mg and to Pa; a column of water at 4 °C and standard gravity, mercury at 0 °C.
_MASS_MG = {"mg": 1.0, "g": 1000.0}
_PRESSURE_PA = {
    "Pa": 1.0, "hPa": 100.0, "kPa": 1000.0, "mbar": 100.0, "bar": 100_000.0, "psi": 6894.757,
    "mmHg": 133.3224, "mmH2O": 9.80665, "cmH2O": 98.0665, "mH2O": 9806.65,
}  # fmt: skip
_AMOUNT = re.compile(r"\s*([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)\s*([A-Za-z0-9]*)\s*")


def mass_mg(text: str) -> float:
    """ "1.0234 g" or "1023.4" (mg). Raises ValueError."""
    return _amount(text, _MASS_MG, "mg")


def pressure_pa(text: str) -> float:
    """ "50 kPa", "375 mmHg", "5.1 mH2O"; a number alone is in kPa. Raises ValueError."""
    return _amount(text, _PRESSURE_PA, "kPa")


def _amount(text: str, units: dict[str, float], default: str) -> float:
    found = _AMOUNT.fullmatch(text)
    unit = (found[2] or default) if found else ""
    if found is None or unit not in units:
        raise ValueError(f"{text!r}: a number and one of {', '.join(units)}")
    return float(found[1]) * units[unit]
