"""Density of water and air, buoyancy: against figures published elsewhere."""

import pytest

from benchpump.commissioning.water import RANGE_C, air_kg_m3, water_kg_m3, z_ul_per_mg


@pytest.mark.parametrize(
    ("temperature_c", "kg_m3"),
    [(0, 999.8428), (4, 999.9749), (20, 998.2067), (25, 997.0470), (40, 992.2152)],
)
def test_water(temperature_c: float, kg_m3: float) -> None:
    """The recommended table of Tanaka et al. 2001, within its own 0.001 kg/m3."""
    assert water_kg_m3(temperature_c) == pytest.approx(kg_m3, abs=1e-3)


@pytest.mark.parametrize("outside", [RANGE_C[0] - 0.1, RANGE_C[1] + 0.1])
def test_water_that_is_not_in_the_table(outside: float) -> None:
    """Ice and hot water are refused, the ends of the range are taken."""
    with pytest.raises(ValueError, match="its density is known"):
        water_kg_m3(outside)
    for end in RANGE_C:
        water_kg_m3(end)


def test_air() -> None:
    """About 1.2 kg/m3 at 20 °C, 1013.25 hPa and 50 %: 1.1993 by the full CIPM formula."""
    assert air_kg_m3(20, 1013.25, 50) == pytest.approx(1.1993, rel=2e-4)
    assert air_kg_m3(20, 1013.25, 80) < air_kg_m3(20, 1013.25, 20)


@pytest.mark.parametrize(
    ("temperature_c", "z"), [(15, 1.0020), (20, 1.0029), (25, 1.0040), (30, 1.0054)]
)
def test_z(temperature_c: float, z: float) -> None:
    """The factor Z at 1013 hPa, to the four places in which ISO 8655-6 has it."""
    air = air_kg_m3(temperature_c, 1013, 50)
    assert z_ul_per_mg(water_kg_m3(temperature_c), air) == pytest.approx(z, abs=6e-5)
