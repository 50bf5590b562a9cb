"""What the sensors of a rig must read while nothing moves and the line is open."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, pstdev

from benchpump.board.data import BoardData
from benchpump.commissioning.checklist import Outcome
from benchpump.commissioning.two_points import NOISE_CODES, ZERO_CODES
from benchpump.link.sensed import Sensed

# firmware/pump/detectors/health.py: nothing that works settles within 20 codes of a rail.
RAIL_CODES = 20
FULL_SCALE = 4095
# Own: an open line further from board.toml's zero than this is another sensor, or a wrong divider.
ZERO_OFF_PA = 5000
# An air detector is rougher than a strain gauge: only that it lives is asked of it.
AIR_NOISE_CODES = (NOISE_CODES[0], 200.0)
_WIRES = "check its supply, ground and signal wire, and the pin in board.toml"


def at_rest(samples: Sequence[Sensed], board: BoardData) -> list[Outcome]:
    """Each analogue sensor judged by readings of at least a second."""
    found = [
        _analogue("pressure", [s.pressure for s in samples], board, NOISE_CODES),
        _analogue("air", [s.air for s in samples], board, AIR_NOISE_CODES),
        _analogue("supply", [s.supply for s in samples], board, (0.0, NOISE_CODES[1])),
        _analogue("upstream", [s.upstream for s in samples], board, NOISE_CODES),
    ]
    outcomes = [outcome for outcome in found if outcome is not None]
    for name in ("encoder", "flow"):
        silent = getattr(samples[-1], name) == Sensed.NO_ANSWER
        if board.sensors[name] is not None:
            outcomes.append(Outcome(name, not silent, "silent" if silent else "answers", _WIRES))
    return outcomes


def _analogue(
    name: str, codes: Sequence[int | None], board: BoardData, noise: tuple[float, float]
) -> Outcome | None:
    """None where board.toml has no such sensor."""
    facts = board.sensors[name]
    if facts is None:
        return None
    known = [code for code in codes if code is not None]
    if len(known) < len(codes) or Sensed.NO_ANSWER in known:
        return Outcome(name, False, "fitted in board.toml, yet it does not answer", _WIRES)
    code, noise_codes = mean(known), pstdev(known)
    found = f"code {code:.0f} ± {noise_codes:.1f}"
    if not RAIL_CODES <= code <= FULL_SCALE - RAIL_CODES:
        return Outcome(name, False, f"{found}: at a rail", _WIRES)
    low, high = noise
    if not low <= noise_codes <= high:
        todo = "no noise: the input is not driven; much: shield it, separate it from the motor"
        return Outcome(name, False, f"{found}: noise outside {low:g}..{high:g}", todo)
    return _value(name, code, found, facts)


def _value(name: str, code: float, found: str, facts: dict[str, int]) -> Outcome:
    if name in ("pressure", "upstream"):
        pa = (code - facts["zero_code"]) * facts["pa_per_1000_codes"] / 1000
        near = abs(pa) <= ZERO_OFF_PA
        low, high = ZERO_CODES
        settable = name == "upstream" or low <= code <= high
        todo = "is the line open? then: benchpump calibrate pressure; else sensor and divider"
        return Outcome(name, near and settable, f"{found}, {pa / 1000:.2f} kPa", todo)
    if name == "supply":
        volts = code * facts["mv_per_1000_codes"] / 1e6
        enough = volts * 1000 >= facts["warn_below_mv"]
        todo = "switch the motor supply on; check its divider against mv_per_1000_codes"
        return Outcome(name, enough, f"{found}, {volts:.2f} V", todo)
    between = facts["wet_below_code"] < code < facts["dry_above_code"]
    todo = "neither liquid nor air: set wet_below_code and dry_above_code of board.toml"
    return Outcome(name, not between, found, todo)
