"""Truth (contract C9): what the pump really did, judged from the bench alone."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Mapping, Sequence

FORWARD = 1
REVERSE = 2

RELIEVING, WITHDRAWING = "blink_yellow", "blink_white"
MOTION_BY_LIGHT = {
    "steady_green": FORWARD,
    "green_and_yellow": FORWARD,
    "blink_blue": FORWARD,
    RELIEVING: REVERSE,
    WITHDRAWING: REVERSE,
}
"""What motion a light allows, by its name in protocol.toml [panel]; none under any other."""

GRACE_US = 120_000  # leases handed over before the light changed may be queued for so long (C1)
RATE_WINDOW_US = 1_000_000
HISTORY = 16_384  # intervals with motion that are kept for `steps_after`
VIOLATIONS_MAX = 100


class Truth:
    """An observer at the step pin, at the end of the line and before the panel.

    `observe` is called after every advance of drive and plant, and again after a halt or a cut of
    the enable line: whatever light and enable line it is given held over the interval that ends
    there.
    """

    def __init__(
        self,
        lights: Sequence[str],
        *,
        calibration_tolerance: float = 0.05,
        mechanism_nl: float = 1000.0,
        relief_nl: float = 200_000.0,
        withdraw_nl: float = 20_000_000.0,
        motion: Mapping[str, int] = MOTION_BY_LIGHT,
    ) -> None:
        """Take the light names in the order of protocol.toml and what the bench declares.

        `calibration_tolerance` is the declared share by which true volume per step may stand above
        the allotment's (0.05: GIP 1.2.1); `mechanism_nl` what periodic error and stick-slip may
        add at any one moment (own); `relief_nl` the most that one relief may reverse (0.2 mL,
        own); `withdraw_nl` the most that all withdrawals of an allotment may (own); `motion` what
        each light allows, where there are more than those of `MOTION_BY_LIGHT`. Raises
        ValueError if a light that allows motion is missing from `lights`.
        """
        missing = sorted(motion.keys() - set(lights))
        if missing:
            raise ValueError(f"lights that allow motion are missing: {', '.join(missing)}")
        self.violations: list[str] = []
        self.forward_steps = 0
        self.reverse_steps = 0
        self.allotment_steps = 0  # forward steps since the last `allot`
        self.relief_steps = 0  # reverse steps of relief since the last forward one
        self.withdrawn_steps = 0  # reverse steps of withdrawals since the last `allot`
        self.withdraw_nl = withdraw_nl
        self.delivered_nl = 0.0
        self.displaced_nl = 0.0
        self.last_step_us = -1
        self.max_rate_steps_per_s = 0
        self.now_us = 0
        self.enabled = False  # the driver's enable line as last observed
        self._lights = tuple(lights)
        self._allowed = tuple(motion.get(light, 0) for light in lights)
        self._withdrawing_light = self._lights.index(WITHDRAWING)
        self._withdrawing = False  # the newest light under which motion may be backwards was that
        self._travel: tuple[int, int] | None = None  # steps from the ends, at `_travel_net`
        self._travel_net = 0
        self._volume_factor = 1 + calibration_tolerance
        self._mechanism_nl = mechanism_nl
        self._relief_nl = relief_nl
        self._cap_steps = 0
        self._pl_per_step = 0.0
        self._base_steps = 0
        self._base_delivered_nl = 0.0
        self._base_stored_nl = 0.0
        self._free_nl = 0.0
        self._stored_nl = 0.0
        self._light = 0
        self._grace_forward_us = -1
        self._grace_reverse_us = -1
        self._drained = True  # seen drained since the last step
        self._last_direction = 0
        self._stops: list[tuple[str, int, int]] = []  # cause, when it came, deadline
        self._history: deque[tuple[int, int]] = deque(maxlen=HISTORY)  # last step, total before
        self._window: deque[tuple[int, int]] = deque()  # interval start, forward steps before
        self._episode = 0
        self._reported: set[tuple[str, int]] = set()

    @property
    def last_step_ms(self) -> float:
        """When the last step at the pin was, in ms of the bench's clock; below 0: none yet."""
        return self.last_step_us / 1000

    def allot(self, cap_steps: int, pl_per_step: float) -> None:
        """Hold the pump to a new allotment from now on; without one no forward step is allowed.

        `pl_per_step` is the volume per step in picolitres that the allotment froze. Raises
        ValueError for a negative cap or a volume per step that is not above 0.
        """
        if cap_steps < 0 or not pl_per_step > 0:
            raise ValueError(f"cap of {cap_steps} steps of {pl_per_step} pL cannot be")
        self._cap_steps = cap_steps
        self._pl_per_step = float(pl_per_step)
        self._base_steps = self.forward_steps
        self._base_delivered_nl = self.delivered_nl
        self._base_stored_nl = self._stored_nl
        self._free_nl = 0.0
        self.allotment_steps = 0
        self.withdrawn_steps = 0
        self._travel = None
        self._episode += 1

    def fit(self, content_steps: int, capacity_steps: int) -> None:
        """A container with so much in it has been fitted; its ends of travel bind from now on.

        Net steps may not go further forward than its content, nor further back than its capacity.
        A new allotment ends that. Raises ValueError for a content outside the capacity.
        """
        if not 0 <= content_steps <= capacity_steps:
            raise ValueError(f"{content_steps} steps in a container of {capacity_steps}")
        self._travel = (content_steps, capacity_steps - content_steps)
        self._travel_net = self.forward_steps - self.reverse_steps
        self._episode += 1

    def allow_outflow(self, volume_nl: float) -> None:
        """Let so much more flow out than steps account for: free flow that a test brings about.

        Until the next `allot`. Raises ValueError for a negative volume.
        """
        if not volume_nl >= 0:
            raise ValueError(f"outflow of {volume_nl} nL cannot be allowed")
        self._free_nl = volume_nl

    def observe(
        self,
        now_us: int,
        forward_steps: int,
        reverse_steps: int,
        light: int,
        enabled: bool,
        busy_us: int,
        last_step_us: int,
        delivered_nl: float,
        stored_nl: float,
        displaced_nl: float,
    ) -> None:
        """Judge the interval since the last observation.

        Counts, `last_step_us` and `busy_us` (before any lease that is given at `now_us`) are the
        drive's, volumes the plant's.
        """
        start_us = self.now_us
        self.now_us = now_us
        self.enabled = enabled
        if light != self._light:
            self._change_light(light, start_us)
        if forward_steps != self.forward_steps or reverse_steps != self.reverse_steps:
            self._move(start_us, forward_steps, reverse_steps, enabled, last_step_us)
        self.delivered_nl = delivered_nl
        self.displaced_nl = displaced_nl
        self._stored_nl = stored_nl
        released_nl = self._base_stored_nl - stored_nl
        if (
            delivered_nl
            - self._base_delivered_nl
            - self.allotment_steps * self._pl_per_step * 0.001 * self._volume_factor
            - (released_nl if released_nl > 0.0 else 0.0)
            > self._mechanism_nl + self._free_nl
        ):
            self._report_outflow(released_nl)
        if busy_us == 0:
            self._drained = True
            self._grace_forward_us = -1
            self._grace_reverse_us = -1
        if self._stops:
            self._settle_stops()

    def expect_stop(self, cause: str, at_us: int, within_ms: float) -> None:
        """Motion, but for relief, must have ended `within_ms` after `at_us`.

        In force until the deadline has passed and the panel shows neither forward motion nor a
        withdrawal. Raises ValueError for a negative time.
        """
        if at_us < 0 or within_ms < 0:
            raise ValueError(f"stop expected at {at_us} us within {within_ms} ms")
        deadline_us = at_us + int(within_ms * 1000)
        self._stops.append((cause, at_us, deadline_us))
        if self.last_step_us > deadline_us:
            self._judge_stops(self.last_step_us)

    def steps_after(self, us: int) -> int:
        """Steps in either direction later than `us`; an interval that straddles it counts whole.

        Observe at `us` itself to make it exact. Raises ValueError if that lies before what is
        kept.
        """
        total = self.forward_steps + self.reverse_steps
        before = total
        for last_step_us, total_before in reversed(self._history):
            if last_step_us <= us:
                return total - before
            before = total_before
        if before:
            raise ValueError(f"steps before {self._history[0][0] / 1000:.1f} ms are not kept")
        return total

    def check(self) -> None:
        """Raise AssertionError listing every violation, stops that were never judged included."""
        found = self.violations.copy()
        for cause, at_us, deadline_us in self._stops:
            if self.now_us < deadline_us:
                found.append(
                    f"{_ms(self.now_us)}: the observation ended before the stop after {cause} at"
                    f" {_ms(at_us)} was due at {_ms(deadline_us)}"
                )
        if found:
            raise AssertionError("the bench saw what must not be:\n  " + "\n  ".join(found))

    def copy(self) -> Truth:
        """An independent observer that has seen the same."""
        twin = copy.copy(self)
        twin.violations = self.violations.copy()
        twin._stops = self._stops.copy()
        twin._history = self._history.copy()
        twin._window = self._window.copy()
        twin._reported = self._reported.copy()
        return twin

    @property
    def stored_nl(self) -> float:
        """Elastic volume that the line holds above what it holds at ambient pressure."""
        return self._stored_nl

    def _change_light(self, light: int, at_us: int) -> None:
        was = self._allowed_under(self._light)
        allowed = self._allowed_under(light)
        if was & FORWARD and not allowed & FORWARD:
            self._grace_forward_us = at_us + GRACE_US
        if was & REVERSE and not allowed & REVERSE:
            self._grace_reverse_us = at_us + GRACE_US
        if allowed & REVERSE:
            self._withdrawing = light == self._withdrawing_light
        self._light = light
        self._episode += 1

    def _allowed_under(self, light: int) -> int:
        return self._allowed[light] if 0 <= light < len(self._allowed) else 0

    def _light_name(self) -> str:
        known = 0 <= self._light < len(self._lights)
        return self._lights[self._light] if known else f"unknown ({self._light})"

    def _move(
        self,
        start_us: int,
        forward_steps: int,
        reverse_steps: int,
        enabled: bool,
        last_step_us: int,
    ) -> None:
        forward = forward_steps - self.forward_steps
        reverse = reverse_steps - self.reverse_steps
        self._history.append((last_step_us, self.forward_steps + self.reverse_steps))
        if not enabled:
            self._report(
                "enable", f"{forward} forward and {reverse} reverse steps while not enabled"
            )
        direction = FORWARD if forward else REVERSE
        if (forward and reverse) or (
            self._last_direction not in (0, direction) and not self._drained
        ):
            self._report("turn", f"direction changed by {_ms(last_step_us)} while not drained")
        self._last_direction = direction
        self._drained = False
        allowed = self._allowed_under(self._light)
        if forward:
            self._move_forward(start_us, forward_steps, allowed, last_step_us)
        if reverse:
            self._move_reverse(reverse, allowed, last_step_us)
        self.forward_steps = forward_steps
        self.reverse_steps = reverse_steps
        self.last_step_us = last_step_us
        if self._travel is not None:
            self._judge_travel(self._travel)
        if self._stops and (forward or not allowed & REVERSE or self._withdrawing):
            self._judge_stops(last_step_us)

    def _move_forward(
        self, start_us: int, forward_steps: int, allowed: int, last_step_us: int
    ) -> None:
        self.relief_steps = 0
        window = self._window
        window.append((start_us, self.forward_steps))
        oldest_us = self.now_us - RATE_WINDOW_US
        while window[0][0] < oldest_us and len(window) > 1:
            window.popleft()
        rate = forward_steps - window[0][1]
        if rate > self.max_rate_steps_per_s:
            self.max_rate_steps_per_s = rate
        if not allowed & FORWARD and last_step_us > self._grace_forward_us:
            self._report(
                "forward light",
                f"forward step at {_ms(last_step_us)} under light {self._light_name()}",
            )
        self.allotment_steps = forward_steps - self._base_steps
        if self.allotment_steps > self._cap_steps:
            if self._pl_per_step:
                told = f"{self.allotment_steps} forward steps in an allotment of {self._cap_steps}"
            else:
                told = f"{self.allotment_steps} forward steps without an allotment"
            self._report("cap", told)

    def _judge_travel(self, travel: tuple[int, int]) -> None:
        net = self.forward_steps - self.reverse_steps - self._travel_net
        if net > travel[0]:
            self._report("end of travel", f"{net} steps from a container of {travel[0]}")
        elif -net > travel[1]:
            self._report(
                "full travel", f"{-net} steps back into a container with room for {travel[1]}"
            )

    def _move_reverse(self, reverse: int, allowed: int, last_step_us: int) -> None:
        if not allowed & REVERSE and last_step_us > self._grace_reverse_us:
            self._report(
                "reverse light",
                f"reverse step at {_ms(last_step_us)} under light {self._light_name()}",
            )
        if self._withdrawing:
            self._judge_withdrawal(reverse)
            return
        self.relief_steps += reverse
        relieved_nl = self.relief_steps * self._pl_per_step / 1000
        if relieved_nl > self._relief_nl:
            self._report(
                "relief", f"{relieved_nl:.0f} nL reversed, the budget is {self._relief_nl:.0f} nL"
            )

    def _judge_withdrawal(self, reverse: int) -> None:
        self.withdrawn_steps += reverse
        withdrawn_nl = self.withdrawn_steps * self._pl_per_step / 1000
        if withdrawn_nl > self.withdraw_nl:
            told = f"{withdrawn_nl:.0f} nL withdrawn, the budget is {self.withdraw_nl:.0f} nL"
            self._report("withdrawal", told)

    def _judge_stops(self, step_us: int) -> None:
        for stop in self._stops.copy():
            cause, at_us, deadline_us = stop
            if step_us > deadline_us:
                self._stops.remove(stop)
                self._report(
                    f"stop {cause} {at_us}",
                    f"step at {_ms(step_us)}, but motion was to end by {_ms(deadline_us)}"
                    f" after {cause} at {_ms(at_us)}",
                )

    def _settle_stops(self) -> None:
        if self._light != self._withdrawing_light and not (
            self._allowed_under(self._light) & FORWARD
        ):
            self._stops = [stop for stop in self._stops if self.now_us < stop[2]]

    def _report_outflow(self, released_nl: float) -> None:
        steps_nl = self.allotment_steps * self._pl_per_step / 1000
        self._report(
            "outflow",
            f"{self.delivered_nl - self._base_delivered_nl:.0f} nL flowed out, but"
            f" {self.allotment_steps} steps give {steps_nl:.0f} nL (tolerance"
            f" {(self._volume_factor - 1) * 100:.1f} %) and {max(0.0, released_nl):.0f} nL were"
            " released from storage",
        )

    def _report(self, rule: str, text: str) -> None:
        """Note a violation once for each light and allotment, so that a runaway stays readable."""
        key = (rule, self._episode)
        if key in self._reported or len(self.violations) >= VIOLATIONS_MAX:
            return
        self._reported.add(key)
        self.violations.append(f"{_ms(self.now_us)}: {text}")


def _ms(us: int) -> str:
    return f"{us / 1000:.1f} ms"
