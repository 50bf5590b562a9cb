"""The kinds of step that a recipe may have, each turned into segments."""

from __future__ import annotations

from collections.abc import Callable

from benchpump.recipes.fields import Fields
from benchpump.recipes.program import DURATION_MAX_TICKS, TICKS_PER_HOUR, Segment


def bolus(fields: Fields) -> list[Segment]:
    """A loading dose: `volume` at `rate`."""
    volume_nl = fields.volume_nl("volume")
    rate_nl_h = fields.rate_nl_h("rate")
    if volume_nl is None or rate_nl_h is None:
        return []
    return [Segment("BOLUS", rate_nl_h, rate_nl_h, volume_nl, 0)]


def constant(fields: Fields) -> list[Segment]:
    """A constant rate: `rate` for `duration`, or until `volume` is delivered."""
    rate_nl_h = fields.rate_nl_h("rate")
    by_volume = fields.get("volume")
    by_duration = fields.get("duration")
    if by_volume is not None and by_duration is not None:
        fields.add(by_duration, f"{fields.where} has both duration and volume; give one of them")
        return []
    if by_volume is None:
        ticks = fields.duration_ticks("duration")
    else:
        volume_nl = fields.volume_nl("volume")
        if rate_nl_h is None or volume_nl is None:
            return []
        ticks = round(volume_nl * TICKS_PER_HOUR / rate_nl_h)
        if not 1 <= ticks <= DURATION_MAX_TICKS:
            hours = volume_nl / rate_nl_h
            fields.add(by_volume, f"volume: takes {hours:g} h at that rate; most is 336 h")
            return []
    if rate_nl_h is None or ticks is None:
        return []
    return [Segment("CONST", rate_nl_h, rate_nl_h, 0, ticks)]


def ramp(fields: Fields) -> list[Segment]:
    """A linear change of rate, up or down (taper): `from`, `to`, `duration`."""
    start_nl_h = fields.rate_nl_h("from")
    end_nl_h = fields.rate_nl_h("to")
    ticks = fields.duration_ticks("duration")
    if start_nl_h is None or end_nl_h is None or ticks is None:
        return []
    return [Segment("RAMP", start_nl_h, end_nl_h, 0, ticks)]


def hold(fields: Fields) -> list[Segment]:
    """No flow for `duration`."""
    ticks = fields.duration_ticks("duration")
    return [] if ticks is None else [Segment("HOLD", 0, 0, 0, ticks)]


def titration(fields: Fields) -> list[Segment]:
    """A list of `rates`, each held for `each`."""
    example = '["1 mL/h", "2 mL/h"]'
    rates = fields.require("rates", example)
    ticks = fields.duration_ticks("each")
    if rates is None:
        return []
    if not rates.elements():
        fields.add(rates, f"rates: expected a list such as {example}")
        return []
    values = [fields.rate_nl_h("rates", item) for item in rates.elements()]
    if ticks is None:
        return []
    return [Segment("CONST", rate, rate, 0, ticks) for rate in values if rate is not None]


KINDS: dict[str, Callable[[Fields], list[Segment]]] = {
    "bolus": bolus,
    "constant": constant,
    "ramp": ramp,
    "taper": ramp,
    "hold": hold,
    "titration": titration,
}
