"""The rate limit in force: the smallest of everything that has a say, and the name of what binds.

The ceiling is a build-time constant: no command, setting or mode is above it (C2). Everything
below can only narrow it, because the answer is a minimum.
"""

from pump import scale

# GIP 1.4.3 asks for a ceiling that nothing can raise; 500 mL/h is our own figure for a bench pump.
CEILING_NL_H = 500_000_000

BINDING_CEILING = 0
BINDING_BOARD = 1
BINDING_DRIVE = 2
BINDING_CONFIG = 3
BINDING_NAMES = (b"ceiling", b"board", b"drive", b"config")


class Limits:
    """Effective limit; recomputed whenever one of its sources changes.

    Attributes: ``rate_nl_h``, ``steps_per_hour`` (rounded down) and ``binding`` (BINDING_*).
    """

    def __init__(self, board_nl_h, drive_steps_per_s):
        self._board_nl_h = board_nl_h
        self._drive_steps_per_hour = drive_steps_per_s * 3600
        self.rate_nl_h = 0
        self.steps_per_hour = 0
        self.binding = BINDING_CEILING

    def recompute(self, config_nl_h, pl_per_step):
        """Take the minimum for a calibration in pL/step; without one (0) nothing may move."""
        if pl_per_step <= 0:
            self.rate_nl_h = 0
            self.steps_per_hour = 0
            self.binding = BINDING_CONFIG
            return
        self.rate_nl_h = CEILING_NL_H
        self.binding = BINDING_CEILING
        self._narrow(self._board_nl_h, BINDING_BOARD)
        self._narrow(scale.rate_nl_h(self._drive_steps_per_hour, pl_per_step), BINDING_DRIVE)
        self._narrow(config_nl_h, BINDING_CONFIG)
        self.steps_per_hour = scale.steps_per_hour(self.rate_nl_h, pl_per_step)

    def _narrow(self, limit_nl_h, binding):
        if limit_nl_h < self.rate_nl_h:
            self.rate_nl_h = limit_nl_h
            self.binding = binding
