"""The rate limit in force: the smallest of everything that has a say, and the name of what binds.

The ceiling is a build-time constant: no command, setting or mode is above it (C2). Everything
below can only narrow it, because the answer is a minimum.
"""

from array import array

from pump import scale

# GIP 1.4.3 asks for a ceiling that nothing can raise; 500 mL/h is our own figure for a bench pump.
CEILING_NL_H = 500_000_000

BINDING_CEILING = 0
BINDING_BOARD = 1
BINDING_DRIVE = 2
BINDING_CONFIG = 3
BINDING_CONTAINER = 4
BINDING_PROFILE = 5
BINDING_NAMES = (b"ceiling", b"board", b"drive", b"config", b"container", b"profile")

_NL_H_MAX = (1 << 30) - 1


class Limits:
    """Effective limit; recomputed whenever one of its sources changes.

    Attributes: ``rate_nl_h``, ``steps_per_hour`` (rounded down), ``binding`` (BINDING_*) and
    ``sources``, what each of them says in nL/h; a container or profile of 0 has no say.
    """

    def __init__(self, board_nl_h, drive_steps_per_s):
        self._drive_steps_per_hour = drive_steps_per_s * 3600
        self.sources = array("i", [0] * len(BINDING_NAMES))
        self.sources[BINDING_CEILING] = CEILING_NL_H
        self.sources[BINDING_BOARD] = board_nl_h
        self.rate_nl_h = 0
        self.steps_per_hour = 0
        self.binding = BINDING_CEILING

    def recompute(self, config_nl_h, pl_per_step, container_nl_h, profile_nl_h):
        """Take the minimum for a calibration in pL/step; without one (0) nothing may move."""
        sources = self.sources
        drive_nl_h = scale.rate_nl_h(self._drive_steps_per_hour, pl_per_step)
        sources[BINDING_DRIVE] = drive_nl_h if drive_nl_h < _NL_H_MAX else _NL_H_MAX
        sources[BINDING_CONFIG] = config_nl_h
        sources[BINDING_CONTAINER] = container_nl_h
        sources[BINDING_PROFILE] = profile_nl_h
        if pl_per_step <= 0:
            self.rate_nl_h = 0
            self.steps_per_hour = 0
            self.binding = BINDING_CONFIG
            return
        self.rate_nl_h = CEILING_NL_H
        self.binding = BINDING_CEILING
        self._narrow(BINDING_BOARD)
        self._narrow(BINDING_DRIVE)
        self._narrow(BINDING_CONFIG)
        if container_nl_h:
            self._narrow(BINDING_CONTAINER)
        if profile_nl_h:
            self._narrow(BINDING_PROFILE)
        self.steps_per_hour = scale.steps_per_hour(self.rate_nl_h, pl_per_step)

    def _narrow(self, binding):
        if self.sources[binding] < self.rate_nl_h:
            self.rate_nl_h = self.sources[binding]
            self.binding = binding
