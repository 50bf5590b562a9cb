"""One pass after another: look at the inputs, answer the host, let go when it is silent."""

from time import ticks_diff, ticks_us

import board_data
import frames


class Exchange:
    """Joins the board's parts. The outputs are released at first, and when the host is lost."""

    def __init__(self, serial, inputs, counter, lamp, outputs):
        self._serial = serial
        self._inputs = inputs
        self._counter = counter
        self._lamp = lamp
        self._outputs = outputs
        self._silent_us = board_data.LINK_SILENT_MS * 1000
        self._heard_us = ticks_us()
        self._held = False  # a host holds the outputs
        self._flags = frames.FLAG_STARTED
        self._low = self._high = 0
        self._forward = self._reverse = 0
        self._step_us = ticks_us()
        outputs.release()

    def once(self):
        """Takes about a millisecond where there is nothing to do."""
        self._look()
        line = self._serial.line()
        if line == b"?":
            self._serial.write(frames.NAME)
        elif line is not None:
            request = frames.parse(line)
            if request is not None:
                self._answer(request)
        if self._held and ticks_diff(ticks_us(), self._heard_us) > self._silent_us:
            self._held = False
            self._flags |= frames.FLAG_LET_GO
            self._outputs.release()

    def _look(self):
        levels = self._inputs.levels()
        self._high |= levels
        self._low |= ~levels
        forward, reverse = self._counter.read()
        if forward != self._forward or reverse != self._reverse:
            self._forward = forward
            self._reverse = reverse
            self._step_us = ticks_us()
        self._lamp.look()

    def _answer(self, request):
        number, closed, pressure, air, supply = request
        self._heard_us = ticks_us()
        self._held = True
        self._outputs.set(closed, pressure, air, supply)
        self._look()
        lamp = self._lamp
        bits = self._inputs.bits
        self._serial.write(
            frames.reply(
                (
                    number,
                    self._flags,
                    bits(self._inputs.levels()),
                    bits(self._low),
                    bits(self._high),
                    lamp.frames & 0xFF,
                    ticks_us(),
                    self._forward,
                    self._reverse,
                    self._step_us,
                    lamp.colour,
                    lamp.shown_us,
                )
            )
        )
        self._flags = 0
        self._low = self._high = 0
