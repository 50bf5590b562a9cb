"""Air in the line: bubbles travel with the displaced volume past the detector.

Their own compressibility is not modelled (own): the detector sits close to the pump, and the
volumes that limits are set for are those at the detector.
"""

from __future__ import annotations

import copy

KEPT_BEHIND_NL = 1_000_000.0  # a bubble this far past can no longer be drawn back by any back-off


class Bubbles:
    """Positions as displaced volume at which a bubble begins and ends to pass the detector."""

    __slots__ = ("_detector_nl", "_gone_nl", "_spans", "at_detector")

    def __init__(self, detector_nl: float) -> None:
        self._detector_nl = detector_nl
        self._spans: list[tuple[float, float]] = []
        self._gone_nl = 0.0
        self.at_detector = False

    def inject(
        self, volume_nl: float, displaced_nl: float, upstream_nl: float | None = None
    ) -> None:
        """Put a bubble into the line, its front `upstream_nl` before the detector.

        Without `upstream_nl` it enters at the pump's outlet. One that would overlap another
        follows it. Raises ValueError for a volume that is not above 0 or a place behind the
        detector.
        """
        if not volume_nl > 0:
            raise ValueError(f"bubble volume {volume_nl} nL must be above 0")
        if upstream_nl is None:
            upstream_nl = self._detector_nl
        if not upstream_nl >= 0:
            raise ValueError(f"upstream_nl {upstream_nl} is behind the detector")
        front_nl = displaced_nl + upstream_nl
        if self._spans:
            front_nl = max(front_nl, self._spans[-1][1])
        self._spans.append((front_nl, front_nl + volume_nl))

    def move(self, displaced_nl: float) -> None:
        """Take the line's position; call it only when `pending` says that there is a bubble."""
        self.at_detector = any(front < displaced_nl <= end for front, end in self._spans)
        front, end = self._spans[0]
        if displaced_nl > end + KEPT_BEHIND_NL:
            self._gone_nl += end - front
            del self._spans[0]

    def purge(self, displaced_nl: float) -> None:
        """Take out what has not passed the detector at this position of the line."""
        self._spans = [
            (front, min(end, displaced_nl)) for front, end in self._spans if front < displaced_nl
        ]
        self.at_detector = False

    @property
    def pending(self) -> bool:
        """True while a bubble is in the line or may still come back."""
        return bool(self._spans)

    def passed_nl(self, displaced_nl: float) -> float:
        """Air that has passed the detector and not come back."""
        return self._gone_nl + sum(
            min(max(displaced_nl - front, 0.0), end - front) for front, end in self._spans
        )

    def copy(self) -> Bubbles:
        """An independent line with the same bubbles."""
        twin = copy.copy(self)
        twin._spans = self._spans.copy()
        return twin
