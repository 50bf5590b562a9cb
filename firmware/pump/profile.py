"""The limits of a fluid: optional, set before ARM, and only ever narrowing (GIP 6.1.3, 6.1.7).

Kept in memory that a restart forgets, like the program that it was set for: after a restart both
have to be sent again, and ARM says that no profile is active.
"""

from pump import codes
from pump.scale import PL_PER_NL, STEPS_MAX, clipped, steps_nearest

_RATE = 1  # places of the arguments of PROFile
_SOFT_RATE = 2


class Profile:
    """Attributes: ``number`` (0: none is active), the hard limits ``rate_nl_h`` and
    ``pressure_pa``, the soft ones ``soft_rate_nl_h``, ``soft_volume_ul``, ``soft_bolus_nl``; 0
    where it names none. ``soft_steps``: the soft volume by the calibration in force.
    """

    def __init__(self):
        self.clear()

    def clear(self):
        """No profile is active."""
        self.number = 0
        self.rate_nl_h = 0
        self.soft_rate_nl_h = 0
        self.soft_volume_ul = 0
        self.soft_bolus_nl = 0
        self.pressure_pa = 0
        self.soft_steps = 0

    def take(self, args, reply):
        """Arguments as in protocol.toml, their ranges checked; error code (0: it is active)."""
        if args[_RATE] and args[_SOFT_RATE] > args[_RATE]:
            reply.detail = _SOFT_RATE
            return codes.ERROR_PROFILE_INVALID
        self.number = args[0]
        self.rate_nl_h = args[_RATE]
        self.soft_rate_nl_h = args[_SOFT_RATE]
        self.soft_volume_ul = args[3]
        self.soft_bolus_nl = args[4]
        self.pressure_pa = args[5]
        return 0

    def scale(self, pl_per_step):
        """Take a calibration over; only while stopped, the products are no small integers."""
        steps = STEPS_MAX
        if pl_per_step > 0:
            steps = steps_nearest(self.soft_volume_ul * PL_PER_NL, pl_per_step)
        self.soft_steps = clipped(steps)

    def write(self, reply):
        """Its number, or `none`."""
        if self.number:
            reply.number(self.number)
        else:
            reply.text(b"none")
