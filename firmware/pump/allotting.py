"""A new allotment: two steps over the link and the local button (C2)."""

from pump import codes, scale, token
from pump.allotment import Allotment

_PPM = 1_000_000
# Own: a calibration further than this from the container's geometry is a mistake.
_GEOMETRY_TOLERANCE_PPM = 100_000
_PARTS = 6


def _nominal_pl_per_step(data, diameter_um, tubing_nl):
    """Volume per step by geometry; 0 for a container that does not go with this board's pump."""
    if data.BOARD_PUMP == "syringe":
        if tubing_nl:
            return 0
        return scale.syringe_pl_per_step(diameter_um, data.DRIVE_NM_PER_STEP)
    if diameter_um:
        return 0
    return scale.tubing_pl_per_step(tubing_nl, data.DRIVE_STEPS_PER_REVOLUTION)


class Allotting:
    """Holds what the first step proposed. Attribute: ``parts``."""

    def __init__(self, app):
        self._app = app
        self._proposed = None
        self.parts = _PARTS

    def propose(self, args, reply):
        """First step; arguments as in protocol.toml. Error code, detail in ``reply``."""
        app = self._app
        error = app.arming.latched(reply)
        if error:
            return error
        container, diameter_um, tubing_nl, capacity_ul, compliance, pressure_pa, cap_ul = args[:7]
        rate_max_nl_h = args[7]
        nominal = _nominal_pl_per_step(app.data, diameter_um, tubing_nl)
        if nominal < 1:
            return codes.ERROR_GEOMETRY
        calibration_ppm = app.settings[codes.CONFIG_CALIBRATION_PPM]
        if abs(calibration_ppm - _PPM) > _GEOMETRY_TOLERANCE_PPM:
            return codes.ERROR_GEOMETRY
        pl_per_step = (nominal * calibration_ppm + _PPM // 2) // _PPM
        if pl_per_step < 1:
            return codes.ERROR_GEOMETRY
        # A syringe can be changed in mid-run, for the end of its travel stops the pump; what a
        # tube draws from cannot be known to be empty.
        if cap_ul > capacity_ul and not app.travel.limited():
            reply.detail = capacity_ul * 1000 if capacity_ul < 1 << 20 else scale.STEPS_MAX
            return codes.ERROR_CONTAINER_LIMIT
        cap_steps = scale.steps_within_ul(cap_ul, pl_per_step)
        if cap_steps < 1:
            return codes.ERROR_GEOMETRY
        old = app.ledger.allotment
        identity = old.identity + 1 if old else 1
        self._proposed = Allotment(
            identity,
            container,
            cap_steps,
            pl_per_step,
            capacity_ul,
            compliance,
            pressure_pa,
            1,
            rate_max_nl_h,
        )
        app.button_pressed = False
        app.token.issue(token.ALLOT, app.reading.now_ms, app.tick_count)
        return 0

    def part(self, index, reply):
        """One part of the answer to the first step, the token last."""
        proposed = self._proposed
        if index >= _PARTS or proposed is None:
            return codes.ERROR_NO_PART
        if index == 0:
            reply.pair(b"container=", proposed.container)
            reply.pair(b" id=", proposed.identity)
        elif index == 1:
            reply.pair(b"cap_steps=", proposed.cap_steps)
        elif index == 2:
            reply.pair(b"pl_per_step=", proposed.pl_per_step)
        elif index == 3:
            reply.pair(b"capacity_ul=", proposed.capacity_ul)
        elif index == 4:
            reply.pair(b"rate_max_nl_h=", proposed.rate_max_nl_h)
        else:
            reply.pair(b"token=", self._app.token.number)
        return 0

    def confirm(self, number):
        """Second step; refused until the button was pressed after the first. Error code."""
        app = self._app
        error = app.token.check(number, token.ALLOT, app.tick_count)
        if error:
            return error
        if not app.button_pressed:
            return codes.ERROR_NEEDS_BUTTON
        app.token.take(number, token.ALLOT, app.tick_count)
        if not app.gate.drained() or not app.upkeep.exact():
            return codes.ERROR_STORAGE
        proposed = self._proposed
        assert proposed is not None  # what the token stood for
        end = app.travel.end_with(proposed.capacity_ul, proposed.pl_per_step, 0)
        if not app.ledger.allot(proposed, 0, end):
            return codes.ERROR_STORAGE
        app.program.clear()
        app.infusion.restart()
        app.reload()
        app.note(codes.EVENT_ALLOTMENT, proposed.identity, proposed.cap_steps)
        return 0
