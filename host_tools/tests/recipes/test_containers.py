"""The table of containers and its loader."""

import math
from pathlib import Path

import pytest

from benchpump.recipes import RecipeError, find_container, load_containers

ENTRY = """
[[container]]
number = {number}
name = "{name}"
inner_diameter_mm = {diameter}
capacity_ml = 10
compliance_nl_per_kpa = 2400
force_limit_n = 32.7
diameter_source = "a"
compliance_source = "b"
force_source = "c"
"""


def written(tmp_path: Path, text: str) -> Path:
    """A containers file with that text."""
    path = tmp_path / "containers.toml"
    path.write_text(text)
    return path


def test_shipped_table() -> None:
    """Numbers are unique, and each barrel and force limit is one that a syringe can have."""
    containers = load_containers()
    assert len({c.number for c in containers}) == len(containers) >= 20
    for container in containers:
        assert container.pressure_max_pa > 137_900, "the occlusion alarm comes first"
        if container.pump == "peristaltic":
            assert container.inner_diameter_um == 0
            continue
        area_mm2 = math.pi / 4 * (container.inner_diameter_um / 1000) ** 2
        travel_mm = container.capacity_nl / 1000 / area_mm2
        assert 30 < travel_mm < 130, container.name


def test_diameter_of_the_common_10_ml() -> None:
    """The figure of the published table, and the force limit as a pressure."""
    container = find_container("bd plastipak 10ml", load_containers())
    assert container.inner_diameter_um == 14_430
    assert container.pressure_max_pa == pytest.approx(200_000, rel=0.01)


def test_found_by_number_too() -> None:
    """A number names a container as well."""
    assert find_container("4", load_containers()).name == "BD Plastipak 10 mL"


@pytest.mark.parametrize(
    ("diameter", "fits"),
    [(0.09, False), (0.1, True), (0.11, True), (59, True), (60, True), (60.1, False)],
)
def test_diameter_range(tmp_path: Path, diameter: float, fits: bool) -> None:
    """The range of the wire, 0.1 to 60 mm, at its edges."""
    path = written(tmp_path, ENTRY.format(number=1, name="x", diameter=diameter))
    if fits:
        assert load_containers(path)[0].inner_diameter_um == round(diameter * 1000)
    else:
        with pytest.raises(
            RecipeError, match=r"containers.toml:5:21: inner_diameter_mm: .* outside"
        ):
            load_containers(path)


def test_all_faults_of_the_table_at_once(tmp_path: Path) -> None:
    """Missing, unknown, mistyped and doubled fields are all shown, with their places."""
    text = ENTRY.format(number=1, name="x", diameter=10) + ENTRY.format(
        number=1, name="X", diameter='"ten"'
    ).replace("capacity_ml", "capacity")
    with pytest.raises(RecipeError) as caught:
        load_containers(written(tmp_path, text))
    messages = "\n".join(caught.value.lines())
    for part in (
        "needs capacity_ml", "unknown field capacity", "inner_diameter_mm: expected a number",
        "number 1 is used twice", "name X is used twice",
    ):  # fmt: skip
        assert part in messages


def test_empty_table(tmp_path: Path) -> None:
    """A table without containers is refused."""
    with pytest.raises(RecipeError, match="at least one"):
        load_containers(written(tmp_path, ""))


TUBING = """
[[container]]
number = 1
name = "t"
nl_per_revolution = {volume}
capacity_ml = 250
compliance_nl_per_kpa = 1000
pressure_max_pa = 200000
volume_source = "a"
compliance_source = "b"
pressure_source = "c"
"""


@pytest.mark.parametrize(
    ("volume", "fits"),
    [
        ("0", False), ("1", True), ("2", True), ("9_999_999", True), ("10_000_000", True),
        ("10_000_001", False), ("1.5", False),
    ],
)  # fmt: skip
def test_volume_of_a_revolution(tmp_path: Path, volume: str, fits: bool) -> None:
    """The range of the wire, 1 nL to 10 mL a revolution, at its edges; whole numbers only."""
    path = written(tmp_path, TUBING.format(volume=volume))
    if fits:
        tubing = load_containers(path)[0]
        assert tubing.nl_per_revolution == int(volume)
        assert tubing.pump == "peristaltic"
    else:
        with pytest.raises(RecipeError, match="nl_per_revolution: "):
            load_containers(path)


def test_tubing_has_no_bore(tmp_path: Path) -> None:
    """An entry is a syringe or a tubing: figures of both are refused with their place."""
    path = written(tmp_path, TUBING.format(volume=5) + "inner_diameter_mm = 3\n")
    with pytest.raises(RecipeError, match="12:21: inner_diameter_mm: a tubing has none"):
        load_containers(path)


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        ("0.0009", "rate_max_ml_h: 0.0009 is outside"), ("0.001", ""), ("0.002", ""),
        ("499.9", ""), ("500", ""), ("500.1", "rate_max_ml_h: 500.1 is outside"),
    ],
)  # fmt: skip
def test_rate_of_a_container(tmp_path: Path, rate: str, message: str) -> None:
    """The range of the wire at its edges; left out it is 0, and it goes with its source."""
    entry = ENTRY.format(number=1, name="x", diameter=10)
    assert load_containers(written(tmp_path, entry))[0].rate_max_nl_h == 0
    path = written(tmp_path, f'{entry}rate_max_ml_h = {rate}\nrate_source = "d"\n')
    if message:
        with pytest.raises(RecipeError, match=message):
            load_containers(path)
    else:
        assert load_containers(path)[0].rate_max_nl_h == round(float(rate) * 1e6)
    with pytest.raises(RecipeError, match="needs rate_source"):
        load_containers(written(tmp_path, f"{entry}rate_max_ml_h = 1\n"))
    with pytest.raises(RecipeError, match="rate_source: there is no rate_max_ml_h"):
        load_containers(written(tmp_path, f'{entry}rate_source = "d"\n'))
