"""Masses and pressures as typed."""

import pytest

from benchpump.commissioning.amounts import mass_mg, pressure_pa


@pytest.mark.parametrize(
    ("text", "mg"), [("1023.4", 1023.4), ("1.0234 g", 1023.4), (" 12mg ", 12), ("-.5 g", -500)]
)
def test_mass(text: str, mg: float) -> None:
    """A number alone is in mg."""
    assert mass_mg(text) == pytest.approx(mg)


@pytest.mark.parametrize(
    ("text", "pa"),
    [("50", 50_000), ("50 kPa", 50_000), ("375 mmHg", 49_995.9), ("5 mH2O", 49_033.25),
     ("7.25 psi", 49_987), ("0.5 bar", 50_000)],
)  # fmt: skip
def test_pressure(text: str, pa: float) -> None:
    """A number alone is in kPa."""
    assert pressure_pa(text) == pytest.approx(pa, rel=1e-5)


@pytest.mark.parametrize("text", ["", "g", "1,5 g", "1 kg", "1e3", "1 2", "nan"])
def test_neither(text: str) -> None:
    """Whatever could be misread is asked for again."""
    with pytest.raises(ValueError, match="a number and one of"):
        mass_mg(text)
