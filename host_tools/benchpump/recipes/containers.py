"""The containers that a pump may be fitted with: `containers.toml` and its loader."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from benchpump import tree_root
from benchpump.recipes.catalogue import find, read_catalogue
from benchpump.recipes.document import Located
from benchpump.recipes.problems import Problem

# Ranges of the wire, from host_tools/protocol.toml [[command]] ALLOTMENT_NEW, in the file's units.
_SHARED: dict[str, tuple[float, float]] = {
    "number": (1, 65_535),
    "capacity_ml": (0.01, 100_000),
    "compliance_nl_per_kpa": (0, 1_000_000),
}
_SYRINGE: dict[str, tuple[float, float]] = {
    "inner_diameter_mm": (0.1, 60),
    "force_limit_n": (0.01, 1_000),
}
_TUBING: dict[str, tuple[float, float]] = {
    "nl_per_revolution": (1, 10_000_000),
    "pressure_max_pa": (1_000, 1_000_000),
}
_RATE = "rate_max_ml_h"  # may be left out; with it goes its source
_OPTIONAL: dict[str, tuple[float, float]] = {_RATE: (0.001, 500)}
_OPTIONAL_TEXTS = ("rate_source",)
_SHARED_TEXTS = ("name", "compliance_source")
_SYRINGE_TEXTS = ("diameter_source", "force_source")
_TUBING_TEXTS = ("volume_source", "pressure_source")
_NUMBERS = _SHARED | _SYRINGE | _TUBING | _OPTIONAL
_TEXTS = (*_SHARED_TEXTS, *_SYRINGE_TEXTS, *_TUBING_TEXTS, *_OPTIONAL_TEXTS)
_WHOLE = ("number", "nl_per_revolution", "pressure_max_pa")


@dataclass(frozen=True)
class Container:
    """A syringe or a pump tubing, as an allotment takes it.

    Capacity in nL, compliance in nL/kPa, pressure in Pa (1,000..1,000,000). A syringe has its bore
    in um and no volume per revolution, tubing nL per revolution of the head and no bore.
    `volume_source` says where the figure comes from that makes steps into volume. `rate_max_nl_h`
    is the highest rate (1,000..500,000,000 nL/h), 0 where the container names none.
    """

    number: int
    name: str
    inner_diameter_um: int
    nl_per_revolution: int
    capacity_nl: int
    compliance_nl_per_kpa: int
    pressure_max_pa: int
    volume_source: str
    rate_max_nl_h: int = 0

    @property
    def pump(self) -> str:
        """The pump that takes it: `syringe` or `peristaltic`."""
        return "peristaltic" if self.nl_per_revolution else "syringe"


def plunger_pressure_pa(force_limit_n: float, inner_diameter_um: int) -> int:
    """Pressure at which a plunger carries its force limit, Pa (1,000..1,000,000)."""
    area_m2 = math.pi / 4 * (inner_diameter_um * 1e-6) ** 2
    return int(min(max(force_limit_n / area_m2, 1_000), 1_000_000))


def containers_file() -> Path:
    """Where `containers.toml` is, in a checkout and in an installed package."""
    return tree_root() / "host_tools" / "containers.toml"


def load_containers(path: Path | None = None) -> list[Container]:
    """Read the table of containers.

    Raises RecipeError with every problem and its place, OSError if the file cannot be read.
    """
    return read_catalogue(path or containers_file(), "container", _container)


def find_container(name: str, containers: list[Container]) -> Container:
    """Return the container of that name; case and spaces do not matter, a number will do.

    Raises LookupError whose text suggests the nearest names.
    """
    return find(name, containers, "containers.toml", "benchpump recipe containers lists them")


def _container(entry: Located, problems: list[Problem]) -> Container | None:
    table = entry.table()
    before = len(problems)
    tubing = "nl_per_revolution" in table
    own = (*_TUBING, *_TUBING_TEXTS) if tubing else (*_SYRINGE, *_SYRINGE_TEXTS)
    rated = (*_OPTIONAL, *_OPTIONAL_TEXTS) if _RATE in table else ()
    fields = (*_SHARED, *_SHARED_TEXTS, *own, *rated)
    for name in fields:
        if name not in table:
            problems.append(Problem(entry.line, entry.column, f"this container needs {name}"))
    for name, value in table.items():
        message = _fault(name, value.value)
        if not message and name in _OPTIONAL_TEXTS and not rated:
            message = f"{name}: there is no {_RATE}"
        elif not message and name not in fields:
            message = f"{name}: a {'tubing' if tubing else 'syringe'} has none"
        if message:
            problems.append(Problem(value.line, value.column, message))
    if len(problems) > before:
        return None
    numbers = {name: float(table[name].value) for name in fields if name in _NUMBERS}
    bore_um = 0 if tubing else round(numbers["inner_diameter_mm"] * 1e3)
    return Container(
        number=round(numbers["number"]),
        name=str(table["name"].value),
        inner_diameter_um=bore_um,
        nl_per_revolution=round(numbers.get("nl_per_revolution", 0)),
        capacity_nl=round(numbers["capacity_ml"] * 1e6),
        compliance_nl_per_kpa=round(numbers["compliance_nl_per_kpa"]),
        pressure_max_pa=round(numbers["pressure_max_pa"])
        if tubing
        else plunger_pressure_pa(numbers["force_limit_n"], bore_um),
        volume_source=str(table["volume_source" if tubing else "diameter_source"].value),
        rate_max_nl_h=round(numbers.get(_RATE, 0) * 1e6),
    )


def _fault(name: str, value: object) -> str:
    if name in _TEXTS:
        return "" if isinstance(value, str) and value.strip() else f"{name}: expected a text"
    if name not in _NUMBERS:
        return f"unknown field {name}"
    low, high = _NUMBERS[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{name}: expected a number"
    if not low <= value <= high:
        return f"{name}: {value} is outside {low:g}..{high:g}"
    if name in _WHOLE and not isinstance(value, int):
        return f"{name}: expected a whole number"
    return ""
