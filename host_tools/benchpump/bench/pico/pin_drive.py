"""What is seen at the step, direction and enable pins, as a drive for truth and for faults."""

from __future__ import annotations

from benchpump.bench.rig import Unsupported


class PinDrive:
    """Counts at the pins. `motor_steps` are those that the motor made and nobody took yet.

    The enable line is cut unless the chip pulls it low: an external resistor sees to that.
    """

    def __init__(self) -> None:
        self.enabled = False
        self.reverse = False
        self.forward_steps = 0
        self.reverse_steps = 0
        self.last_step_us = -1
        self.widest_us = 0  # between two steps; whoever looks sets it back to 0
        self.counter_stuck = False  # fault: the chip does not see its own step pin
        self.stalled = False  # fault: pulses at the pin, but the motor does not turn
        self.cut = False  # the e-stop's contact behind the chip's enable line: the same
        self._motor_steps = 0

    def step(self, now_us: int) -> None:
        """A rising edge at the step pin."""
        self.widest_us = max(self.widest_us, now_us - self.last_step_us)
        self.last_step_us = now_us
        if self.reverse:
            self.reverse_steps += 1
        else:
            self.forward_steps += 1
        if self.enabled and not self.stalled and not self.cut:
            self._motor_steps += -1 if self.reverse else 1

    def take_motor_steps(self) -> int:
        """Signed steps that the motor has made since the last call."""
        steps, self._motor_steps = self._motor_steps, 0
        return steps

    def count_noise(self, edges: int) -> None:
        """Raises Unsupported: the chip's counter hears its own pad, where nothing can be added."""
        raise Unsupported(f"{edges} edges cannot be brought to a pad that the chip itself drives")
