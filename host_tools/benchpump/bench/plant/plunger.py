"""Plunger: travel of the pusher becomes travel of the stopper, as displaced volume."""

from __future__ import annotations

from benchpump.bench.plant.parameters import PlantParameters


class Plunger:
    """Start-up slack, sliding friction as hysteresis of the wound-up train, and stick-slip.

    The train between pusher and stopper winds up until the force overcomes friction: as volume,
    the stopper follows the pusher within ±`friction_nl`. From rest it holds `stiction_nl` longer
    and then jumps. The first `startup_slack_nl` forward move nothing at all, as the pusher meets
    the plunger.
    """

    __slots__ = ("_breakaway_nl", "_friction_nl", "slack_nl", "windup_nl")

    def __init__(self, parameters: PlantParameters) -> None:
        self._friction_nl = parameters.friction_nl
        self._breakaway_nl = parameters.friction_nl + parameters.stiction_nl
        self.slack_nl = parameters.startup_slack_nl
        self.windup_nl = 0.0

    def push(self, pusher_nl: float) -> float:
        """Move the pusher by a signed volume; return what the stopper displaced."""
        if self.slack_nl > 0.0:
            self.slack_nl -= pusher_nl
            if self.slack_nl >= 0.0:
                return 0.0
            pusher_nl = -self.slack_nl
            self.slack_nl = 0.0
        self.windup_nl = windup_nl = self.windup_nl + pusher_nl
        if windup_nl > self._breakaway_nl:
            self.windup_nl = self._friction_nl
            return windup_nl - self._friction_nl
        if windup_nl < -self._breakaway_nl:
            self.windup_nl = -self._friction_nl
            return windup_nl + self._friction_nl
        return 0.0
