"""Soft limits: what is above one starts only after a person confirmed it (GIP 6.1.4)."""

from pump import codes

# The largest single bubble that an alarm may let pass by IEC 60601-2-24, 51.104.
BUBBLE_NL = 200_000


class Soft:
    """Which soft limits something exceeds, as a bit set of codes.SOFT_*."""

    def __init__(self, app):
        self._app = app
        self._began_steps = 0

    def begin(self):
        """A program starts anew: the volume of its run counts from here."""
        self._began_steps = self._app.governor.debited()

    def done_steps(self):
        """Forward steps since then, boluses and priming in between included."""
        return self._app.governor.debited() - self._began_steps

    def exceeded(self, rate_nl_h, run_steps, bolus_nl):
        """By a rate, the steps of a whole run and a bolus; 0 for what is not in question."""
        profile = self._app.profile
        bits = 0
        if profile.soft_rate_nl_h and rate_nl_h > profile.soft_rate_nl_h:
            bits |= codes.SOFT_RATE
        if profile.soft_volume_ul and run_steps > profile.soft_steps:
            bits |= codes.SOFT_VOLUME
        if profile.soft_bolus_nl and bolus_nl > profile.soft_bolus_nl:
            bits |= codes.SOFT_BOLUS
        return bits

    def configured(self):
        """By the configuration, whatever is to run."""
        bubble_nl = self._app.settings[codes.CONFIG_AIR_BUBBLE_NL]
        return codes.SOFT_BUBBLE if bubble_nl > BUBBLE_NL else 0


def write(bits, reply):
    """The names of a bit set, with commas between, or `none`."""
    if not bits:
        reply.text(b"none")
    comma = False
    for index in range(len(codes.SOFT_NAMES)):
        if bits >> index & 1:
            if comma:
                reply.text(b",")
            reply.text(codes.SOFT_NAMES[index])
            comma = True
