"""The most that a program takes in any window: an upper bound, reckoned at ARM while stopped.

A stretch as long as the window is moved along the program from border to border. Between two of
them its volume is a parabola whose highest point is known. Where a pass through what is repeated
only repeats the change of the pass before, passes are skipped.
"""

from pump import codes
from pump.borders import FINE
from pump.place import Place

# So many borders take well under the watchdog's time (own); only two repeats of short passes, one
# as long as the other is far away, come near. A program that takes more is charged whole.
LOOKS_MAX = 2000
# Steps that fall due between two ticks may be so many above the volume: each end half a step by
# its border, one by rounding down, a fraction by the rounding of a ramp's first rate.
_ROUNDED_STEPS = 3


class _End:
    """One end of the stretch. Attributes: ``left_ticks`` of its segment, ``over``."""

    def __init__(self, segments, wait_ticks):
        self._segments = segments
        self.place = Place(segments)
        self._passed = 0  # doubled nL/h x ticks of the segments before
        self._at = 0  # tick of the segment
        self._waiting = wait_ticks > 0
        self.left_ticks = wait_ticks
        self.entered = 0  # segments so far
        self.looked = -1  # beside which of the other end's segments a pass was looked at
        self.over = False
        if not self._waiting:
            self._enter()

    def rate_nl_h(self, ticks):
        """Rate so many ticks further on in the segment, rounded down."""
        if self._waiting:
            return 0
        segments = self._segments
        index = self.place.index
        if segments.kind[index] == codes.SEGMENT_BOLUS:  # its ticks were rounded up
            return segments.doubled_volume(index) // (2 * segments.ticks[index])
        start = segments.rate_nl_h[index]
        change = segments.end_rate_nl_h[index] - start
        return start + change * (self._at + ticks) // segments.ticks[index]

    def volume(self):
        """Doubled nL/h x ticks up to here, rounded down."""
        if self._waiting or self.over or self._at == 0:
            return self._passed
        segments = self._segments
        index = self.place.index
        if segments.kind[index] == codes.SEGMENT_BOLUS:
            whole = segments.doubled_volume(index)
            return self._passed + whole * self._at // segments.ticks[index]
        start = segments.rate_nl_h[index]
        change = segments.end_rate_nl_h[index] - start
        of_ramp = change * self._at * self._at // segments.ticks[index]
        return self._passed + 2 * start * self._at + of_ramp

    def move(self, ticks):
        """Further on, at most to the end of the segment."""
        self._at += ticks
        self.left_ticks -= ticks
        if self.left_ticks:
            return
        if self._waiting:
            self._waiting = False
            self._enter()
            return
        self._passed += self._segments.doubled_volume(self.place.index)
        if self.place.go_on():
            self._enter()
        else:
            self.over = True
            self._at = 0

    def even(self):
        """Whether its rate stays as it is to the end of its segment."""
        segments = self._segments
        index = self.place.index
        return self._waiting or segments.rate_nl_h[index] == segments.end_rate_nl_h[index]

    def repeat(self):
        """The repeat of a pass that begins here; -1: none does."""
        if self._at or self._waiting:
            return -1
        repeat = self._segments.repeat_of(self.place.index)
        if repeat < 0 or self._segments.first_of(repeat) != self.place.index:
            return -1
        return repeat

    def within(self, repeat):
        """Whether it lies in what is repeated there."""
        first = self._segments.first_of(repeat)
        return not self._waiting and first <= self.place.index < repeat

    def skip(self, passes, volume):
        """So many passes further on in what is repeated."""
        self.place.repetition += passes
        self._passed += passes * volume

    def _enter(self):
        self._at = 0
        self.entered += 1
        self.left_ticks = self._segments.ticks[self.place.index]


def most_steps(segments, window_ticks, total_steps, pl_per_step):
    """An upper bound of the steps that fall due in any stretch of that many ticks."""
    volume = _most_volume(segments, window_ticks)
    if volume < 0:
        return total_steps
    steps = volume // (FINE * pl_per_step) + _ROUNDED_STEPS
    return steps if steps < total_steps else total_steps


def _most_volume(segments, window_ticks):
    """In doubled nL/h x ticks; -1: too many borders to look at."""
    head = _End(segments, 0)
    tail = _End(segments, window_ticks)
    most = 0
    looks = 0
    while not head.over:
        looks += 1
        if looks > LOOKS_MAX:
            return -1
        _skip(segments, head, tail)
        ticks = head.left_ticks if head.left_ticks < tail.left_ticks else tail.left_ticks
        before = head.volume() - tail.volume()
        if not (head.even() and tail.even()):
            top = before + _rise(head, tail, ticks)
            most = top if top > most else most
        head.move(ticks)
        tail.move(ticks)
        after = head.volume() - tail.volume()
        most = after if after > most else most
    return most + 2  # what rounding down took


def _rise(head, tail, ticks):
    """By how much the volume between the ends is at most above what it was, within a look."""
    rise = head.rate_nl_h(0) - tail.rate_nl_h(0) + 1  # rates are rounded down
    fall = tail.rate_nl_h(ticks) - head.rate_nl_h(ticks)
    if rise <= 0 or fall < 0:
        return 0
    fall = fall - 1 if fall else 0
    return rise * rise * ticks // (rise + fall) + 1


def _skip(segments, head, tail):
    """Leave out passes that only repeat how the pass before changed the stretch, but the last."""
    repeat = head.repeat()
    if repeat >= 0 and tail.within(repeat):
        passes = segments.times(repeat) - head.place.repetition - 2
        if passes > 0:
            volume = _pass_volume(segments, repeat)
            head.skip(passes, volume)
            tail.skip(passes, volume)
    elif repeat >= 0 and tail.even():
        _skip_beside(segments, head, repeat, tail)
    else:
        repeat = tail.repeat()
        if repeat >= 0 and not head.within(repeat) and head.even():
            _skip_beside(segments, tail, repeat, head)


def _skip_beside(segments, end, repeat, other):
    """The same where the other end has an even rate for so long.

    From pass to pass the volume changes by as much each time: one is looked at, and the last.
    """
    if end.looked != other.entered:
        end.looked = other.entered
        return
    ticks = segments.pass_ticks(repeat)
    passes = segments.times(repeat) - end.place.repetition - 2
    room = other.left_ticks // ticks - 1
    passes = room if room < passes else passes
    if passes > 0:
        end.skip(passes, _pass_volume(segments, repeat))
        other.move(passes * ticks)


def _pass_volume(segments, repeat):
    volume = 0
    for index in range(segments.first_of(repeat), repeat):
        volume += segments.doubled_volume(index)
    return volume
