"""Resistor and capacitor, one or more stages without amplifiers between them: PWM to voltage."""

from __future__ import annotations

_STEPS_PER_RC = 20  # Euler's rule: a hundredth off on the way at the most, nothing when settled
_SETTLED = 1e-5


class RcFilter:
    """Voltages are shares of the full one. What goes in holds until it is changed."""

    def __init__(self, ohm: int, nf: int, stages: int) -> None:
        """Raises ValueError for less than one stage."""
        if stages < 1:
            raise ValueError(f"a filter of {stages} stages")
        self.rc_ns = ohm * nf
        self._in = 0.0
        self._at_ns = 0
        self._volts = [0.0] * stages

    def drive(self, share: float, now_ns: int) -> None:
        """From now on this goes in."""
        if share != self._in:
            self.out(now_ns)
            self._in = share

    def out(self, now_ns: int) -> float:
        """What comes out now; time never goes back."""
        volts = self._volts
        left_ns = now_ns - self._at_ns
        while left_ns > 0 and any(abs(volt - self._in) > _SETTLED for volt in volts):
            step_ns = min(left_ns, self.rc_ns / _STEPS_PER_RC)
            left_ns -= step_ns
            nodes = [self._in, *volts]
            for at in range(len(volts)):
                current = nodes[at] - volts[at]
                if at + 1 < len(volts):
                    current -= nodes[at + 1] - nodes[at + 2]
                volts[at] += current * step_ns / self.rc_ns
        self._at_ns = max(self._at_ns, now_ns)
        return volts[-1]
