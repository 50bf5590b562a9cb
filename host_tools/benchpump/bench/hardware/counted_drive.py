"""The drive as the rig board's counts show it."""

from __future__ import annotations

from benchpump.bench.rig import Unsupported


class CountedDrive:
    """What truth and the faults need of a drive; counts are those at the step pin."""

    def __init__(self) -> None:
        self.enabled = False
        self.forward_steps = 0
        self.reverse_steps = 0
        self.last_step_us = -1
        self.counter_stuck = False  # never: out of reach
        self.stalled = False  # fault: pulses at the pin, but the motor does not turn
        self.cut = False  # the e-stop's contact behind the chip's enable line: the same

    def count_noise(self, edges: int) -> None:
        """Raises Unsupported."""
        raise Unsupported(f"{edges} edges cannot be brought to a pad that the pump itself drives")

    def motor_steps(self, forward: int, reverse: int) -> int:
        """Take over what was counted; how far the motor went for it."""
        self.forward_steps += forward
        self.reverse_steps += reverse
        turns = self.enabled and not self.stalled and not self.cut
        return forward - reverse if turns else 0
