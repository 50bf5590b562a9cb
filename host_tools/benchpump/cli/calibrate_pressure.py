"""`benchpump calibrate pressure`: the sensor's zero, and its gain, by two known pressures."""

from __future__ import annotations

from typing import Any

import click

from benchpump.board.data import BoardDataError
from benchpump.cli.at_bench import enter_when
from benchpump.cli.conclude import conclude, refuse
from benchpump.cli.config_file import field_named
from benchpump.cli.connect import connected
from benchpump.cli.exits import Refused, Unusable
from benchpump.cli.ports import port_option
from benchpump.cli.rig_record import Keeping, record_options, told
from benchpump.commissioning import nominal, two_points
from benchpump.commissioning.amounts import pressure_pa
from benchpump.commissioning.implausible import ImplausibleError
from benchpump.commissioning.reading import sample
from benchpump.commissioning.two_points import Point, PressureResult
from benchpump.link.client import Pump

FIELD = "pressure_zero_code"
READINGS = 40


@click.command()
@click.argument("known")
@port_option
@record_options
@click.option(
    "--known-error",
    metavar="PRESSURE",
    default="0.5 kPa",
    show_default=True,
    help="The most that KNOWN may be off.",
)
@click.option(
    "--level-error",
    metavar="PRESSURE",
    default="20 mmH2O",
    show_default=True,
    help="The most by which the open line may lie above or below the sensor.",
)
@click.option("--yes", is_flag=True, help="Writes without asking.")
def pressure(
    known: str, port: str | None, known_error: str, level_error: str, yes: bool, **keeping: Any
) -> None:
    """Read the sensor with the line open, then at KNOWN ("50 kPa", "5 mH2O"), motor off.

    A column of water or a gauge gives it; at least 20 kPa, below the occlusion threshold. The
    zero is written to the pump. Its gain is that of board.toml: a deviation is told and kept on
    record, and refused from 10 % on.
    """
    known_pa = _pressure("KNOWN", known)
    error_pa = _pressure("--known-error", known_error)
    level_pa = _pressure("--level-error", level_error)
    keep = Keeping(**keeping)
    with connected(port) as pump:
        identity = pump.idn()
        board_gain = _gain_of(identity)
        folder = keep.usable_folder(port, identity)
        content = keep.head(pump, port) | {
            "board_pa_per_1000_codes": board_gain,
            "before_code": pump.config_get(field_named(FIELD).index),
        }
        zero = _read(pump, "Open the line, level with the sensor, container off.", 0.0, level_pa)
        said = f"Put {known_pa / 1e3:g} kPa on the line and keep it there."
        other = _read(pump, said, known_pa, error_pa)
        content |= {"point": [_told_point(zero), _told_point(other)]}
        try:
            result = two_points.calibrate(zero, other, board_gain)
        except ImplausibleError as error:
            refuse(folder, "pressure", content, error)
        _show(result, board_gain)
        content |= _told(result)
        path = conclude(pump, folder, "pressure", content, FIELD, result.zero_code, yes)
    click.echo(f"Record: {told(path)}.")


def _pressure(name: str, text: str) -> float:
    try:
        return pressure_pa(text)
    except ValueError as error:
        raise Unusable(f"{name}: {error}", 'for instance: "50 kPa"') from None


def _gain_of(identity: str) -> int:
    todo = "use the host tools and board.toml that the board was flashed with"
    try:
        facts = nominal.board_of(identity).sensors["pressure"]
    except (LookupError, BoardDataError) as error:
        raise Refused(str(error.args[0]), todo) from None
    if facts is None:
        raise Refused("this board has no pressure sensor", "say so in board.toml if it has")
    return facts["pa_per_1000_codes"]


def _read(pump: Pump, said: str, known_pa: float, error_pa: float) -> Point:
    enter_when(said)
    codes = tuple(s.pressure for s in sample(pump, READINGS) if s.pressure is not None)
    return Point(codes, known_pa, error_pa)


def _show(result: PressureResult, board_gain: int) -> None:
    click.echo(
        f"ambient: code {result.zero_code}, ± {result.zero.expanded:.0f} Pa"
        f" (k = {result.zero.factor:g}, 95.45 %)\n"
        f"gain: {result.pa_per_1000_codes} Pa for 1000 codes, {result.gain_ppm} ppm of"
        f" board.toml's, ± {result.gain.expanded:.0f} ppm"
    )
    if result.board_is_off:
        click.echo(
            f"The pump reckons with board.toml's {board_gain}. To take this gain over, write"
            f" pa_per_1000_codes = {result.pa_per_1000_codes} there and flash the board."
        )


def _told_point(point: Point) -> dict[str, Any]:
    return {
        "pressure_pa": point.pressure_pa,
        "error_pa": point.error_pa,
        "readings": len(point.codes),
        "code": round(point.code, 3) if point.codes else -1,
        "noise_codes": round(point.noise_codes, 3) if len(point.codes) > 1 else -1,
    }


def _told(result: PressureResult) -> dict[str, Any]:
    return {
        "result": {
            "pressure_zero_code": result.zero_code,
            "pa_per_1000_codes": result.pa_per_1000_codes,
            "gain_ppm": result.gain_ppm,
            "zero_expanded_pa": round(result.zero.expanded, 1),
            "zero_coverage_factor": result.zero.factor,
            "gain_expanded_ppm": round(result.gain.expanded),
            "gain_coverage_factor": result.gain.factor,
        }
    }
