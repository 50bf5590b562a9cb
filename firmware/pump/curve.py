"""N steps in T ticks, exactly (C4): a line or a parabola, advanced by second differences.

Steps due after t of the ticks are the floor of a quadratic in t. Its fractions are kept as digits:
whole steps, 1/T and 1/(2*T*T). A constant rate is the ramp whose second difference is zero. After
T ticks the fraction is exactly zero, so nothing is carried and nothing is lost. Every accumulator
stays below 2**30; products above that occur only where a curve is begun or changed.
"""


class Curve:
    """Attributes: ``length`` (T), ``tick`` (t), both 0 where there is none."""

    def __init__(self):
        self.clear()

    def clear(self):
        """Nothing to advance."""
        self.tick = 0
        self.length = 0

    def begin(self, length, start_steps, doubled_steps):
        """Digits of both differences for rates start -> doubled - start per T ticks."""
        change = doubled_steps - 2 * start_steps
        self.tick = 0
        self.length = length
        self._at_fraction = 0
        self._at_rest = 0
        fraction = start_steps % length + change // (2 * length)
        self._rest = change % (2 * length)
        self._whole = start_steps // length + fraction // length
        self._fraction = fraction % length
        second = 2 * change
        fraction = second // (2 * length)
        self._second_rest = second % (2 * length)
        self._second_whole = fraction // length
        self._second_fraction = fraction % length
        self._ramping = change != 0

    def bend(self, length, steps):
        """From here on so many steps, evenly, in so many ticks.

        What is begun of a step stays begun, or each change would cost part of one.
        """
        begun = self._at_fraction * length // self.length
        self.begin(length, steps, 2 * steps)
        unit = 2 * length * length
        each_tick = 2 * (steps * length - begun)
        self._at_fraction = begun
        self._whole = each_tick // unit
        self._fraction = each_tick % unit // (2 * length)
        self._rest = each_tick % unit % (2 * length)

    def advance(self):
        """One tick, while ``tick`` is below ``length``: the steps that fall due in it (>= 0)."""
        self.tick += 1
        steps = self._whole
        fraction = self._at_fraction + self._fraction
        rest = self._at_rest + self._rest
        length = self.length
        if rest >= 2 * length:
            rest -= 2 * length
            fraction += 1
        if fraction >= length:
            fraction -= length
            steps += 1
        self._at_rest = rest
        self._at_fraction = fraction
        if self._ramping:
            self._steepen()
        return steps

    def _steepen(self):
        length = self.length
        rest = self._rest + self._second_rest
        fraction = self._fraction + self._second_fraction
        whole = self._whole + self._second_whole
        if rest >= 2 * length:
            rest -= 2 * length
            fraction += 1
        if fraction >= length:
            fraction -= length
            whole += 1
        self._rest = rest
        self._fraction = fraction
        self._whole = whole
