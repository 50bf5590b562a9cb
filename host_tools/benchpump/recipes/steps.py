"""The kinds of step that a recipe may have, each turned into segments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from benchpump.recipes.fields import Fields
from benchpump.recipes.program import (
    DURATION_MAX_TICKS,
    SEGMENTS_MAX,
    TICKS_PER_HOUR,
    TIMES_MAX,
    Segment,
)


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


def periodic(fields: Fields) -> list[Segment]:
    """Doses: `volume` at `rate`, one `every` so often, so many `times` in all; nothing between."""
    dose = bolus(fields)
    period_ticks = fields.duration_ticks("every")
    times = fields.count("times", 1, TIMES_MAX)
    every = fields.get("every")
    if not dose or period_ticks is None or times is None or every is None:
        return []
    wait_ticks = period_ticks - dose[0].planned_ticks
    if wait_ticks < 1:
        minutes = dose[0].planned_ticks / 1200
        fields.add(every, f"every: a dose takes {minutes:g} min at that rate; give it longer")
        return []
    return [*dose, Segment("HOLD", 0, 0, 0, wait_ticks), _repeat(times, 2)]


def repeat(fields: Fields) -> list[Segment]:
    """Its own steps, so many `times` in all."""
    times = fields.count("times", 1, TIMES_MAX)
    block = segments_of(fields, ONCE)
    return [*block, _repeat(times, len(block))] if times is not None and block else []


def _repeat(times: int, segments: int) -> Segment:
    return Segment("REPEAT", 0, 0, times, segments)


def segments_of(
    fields: Fields, kinds: dict[str, Callable[[Fields], list[Segment]]]
) -> list[Segment]:
    """Segments of all the steps in a table, each with the number of the step that made it."""
    segments: list[Segment] = []
    tables = fields.tables("step", 'at least one [[step]] with kind = "constant"')
    outermost = kinds is KINDS
    for number, table in enumerate(tables, start=1):
        where = f"step {number}" if outermost else f"{fields.where}.{number}"
        step = Fields(table, where, fields.problems)
        step.dosing = fields.dosing
        named = step.get("kind")
        if named is not None and named.value in KINDS and named.value not in kinds:
            step.add(named, f'kind: "{named.value}" is not possible in a repeat: no nesting')
            continue
        kind = step.word("kind", kinds)
        if kind is None:
            continue
        made = kinds[kind](step)
        segments += [replace(segment, step=number) for segment in made]
        step.reject_unknown()
        if len(segments) > SEGMENTS_MAX:
            step.add(table, f"{where} makes more than {SEGMENTS_MAX} segments; split the recipe")
            break
    return segments


ONCE: dict[str, Callable[[Fields], list[Segment]]] = {
    "bolus": bolus,
    "constant": constant,
    "ramp": ramp,
    "taper": ramp,
    "hold": hold,
    "titration": titration,
}
"""What may stand in a repeat, too."""

KINDS: dict[str, Callable[[Fields], list[Segment]]] = {
    **ONCE,
    "periodic": periodic,
    "repeat": repeat,
}
