"""What a mass of water on a scale is worth in volume: density, air buoyancy, the factor Z.

Densities in kg/m3, temperatures in degrees Celsius, air pressure in hPa, humidity in % relative.
"""

from __future__ import annotations

from math import exp

RANGE_C = (0.0, 40.0)  # of the water formula
WEIGHTS_KG_M3 = 8000.0  # density to which scales are adjusted (OIML D 28, conventional mass)


def water_kg_m3(temperature_c: float) -> float:
    """Density of air-free water at 101325 Pa, 0..40 °C, to 0.001 kg/m3.

    Tanaka et al. 2001, Metrologia 38, 301-309. Raises ValueError outside its range.
    """
    low, high = RANGE_C
    if not low <= temperature_c <= high:
        raise ValueError(f"water at {temperature_c:g} °C: its density is known {low:g}..{high:g}")
    t = temperature_c
    return 999.974950 * (1 - (t - 3.983035) ** 2 * (t + 301.797) / (522528.9 * (t + 69.34881)))


def air_kg_m3(temperature_c: float, pressure_hpa: float, humidity_percent: float) -> float:
    """Density of air, good to 2e-4 of itself between 900 and 1100 hPa, 10 and 30 °C, below 80 %.

    OIML R 111-1:2004, equation E.3-1, the CIPM formula made simple.
    """
    moist = 0.009 * humidity_percent * exp(0.061 * temperature_c)
    return (0.34848 * pressure_hpa - moist) / (273.15 + temperature_c)


def z_ul_per_mg(liquid_kg_m3: float, air: float) -> float:
    """Volume in uL of a liquid for each mg that a scale shows, buoyancy in air of `air` kg/m3.

    The factor Z of ISO 8655-6: 1.0029 uL/mg for water at 20 °C and 1013 hPa.
    """
    return 1000 * (1 - air / WEIGHTS_KG_M3) / (liquid_kg_m3 - air)
