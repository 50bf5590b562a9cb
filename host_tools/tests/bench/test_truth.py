"""Truth finds each thing that must not be, and only that (C9)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from benchpump.bench.drive import Drive
from benchpump.bench.plant import Plant, PlantParameters
from benchpump.bench.truth import FORWARD, MOTION_BY_LIGHT, REVERSE, Truth

ROOT = Path(__file__).parents[3]
PROTOCOL = tomllib.loads((ROOT / "host_tools/protocol.toml").read_text(encoding="utf-8"))
LIGHTS: list[str] = PROTOCOL["panel"]["lights"]
OFF, RUNNING, READY, RELIEVING, ALARM, PRIMING, WITHDRAWING = (
    LIGHTS.index(name)
    for name in (
        "off",
        "steady_green",
        "blink_green",
        "blink_yellow",
        "blink_red",
        "blink_blue",
        "blink_white",
    )
)
NL_PER_STEP = 100.0


class Scene:
    """An observer and the figures of a bench that a test moves by hand, tick by tick."""

    def __init__(self, cap_steps: int | None = 1_000_000) -> None:
        self.truth = Truth(LIGHTS)
        if cap_steps is not None:
            self.truth.allot(cap_steps, NL_PER_STEP * 1000)
        self.now_us = self.forward = self.reverse = 0
        self.last_step_us = -1
        self.delivered_nl = 0.0
        self.stored_nl = 0.0

    def tick(
        self,
        light: int = RUNNING,
        *,
        forward: int = 0,
        reverse: int = 0,
        step_at_us: int | None = None,
        enabled: bool = True,
        busy_us: int = 0,
        dt_us: int = 50_000,
        outflow_nl: float | None = None,
    ) -> None:
        """One interval under a light; the last step is at its end unless said otherwise."""
        self.now_us += dt_us
        self.forward += forward
        self.reverse += reverse
        if forward or reverse:
            self.last_step_us = self.now_us if step_at_us is None else step_at_us
        self.delivered_nl += forward * NL_PER_STEP if outflow_nl is None else outflow_nl
        self.truth.observe(
            self.now_us,
            self.forward,
            self.reverse,
            light,
            enabled,
            busy_us,
            self.last_step_us,
            self.delivered_nl,
            self.stored_nl,
            self.delivered_nl + self.stored_nl,
        )

    def only(self, *words: str) -> None:
        """Exactly one violation was found, and it says these words."""
        assert len(self.truth.violations) == 1, self.truth.violations
        assert all(word in self.truth.violations[0] for word in words), self.truth.violations
        with pytest.raises(AssertionError, match="the bench saw what must not be"):
            self.truth.check()


def test_the_lights_are_those_of_the_protocol() -> None:
    """The motion that each light allows is what protocol.toml says of the states that show it."""
    panel = PROTOCOL["panel"]
    shown = [
        pair
        for lights in ("state_lights", "flagged_lights")
        for pair in zip(PROTOCOL["state"]["names"], panel[lights], strict=True)
    ]
    moving = {"running": FORWARD, "priming": FORWARD, "relieving": REVERSE, "withdrawing": REVERSE}
    of_moving = {light: moving[state] for state, light in shown if state in moving}
    assert of_moving == MOTION_BY_LIGHT
    others = {light for state, light in shown if state not in moving} | {*panel["alarm_lights"]}
    assert not others & MOTION_BY_LIGHT.keys()
    with pytest.raises(ValueError, match="blink_blue"):
        Truth([light for light in LIGHTS if light != "blink_blue"])


@pytest.mark.parametrize(("steps", "allowed"), [(99, True), (100, True), (101, False)])
def test_forward_steps_against_the_cap_exactly(steps: int, allowed: bool) -> None:
    """C9a: cap-1 and cap pass, one step more does not."""
    scene = Scene(cap_steps=100)
    for _ in range(steps):
        scene.tick(forward=1)
    if allowed:
        scene.truth.check()
    else:
        scene.only("101 forward steps in an allotment of 100")


def test_reverse_steps_credit_nothing() -> None:
    """C2, C9a: 60 forward, 50 back and 41 forward are 101 of 100."""
    scene = Scene(cap_steps=100)
    scene.tick(forward=60)
    scene.tick(RELIEVING, reverse=50)
    scene.tick(RELIEVING)
    scene.tick(forward=41, outflow_nl=0)
    scene.only("101 forward steps")


def test_a_new_allotment_starts_from_what_was_done() -> None:
    """C9a: after `allot` the same number of steps is allowed again, and not one more."""
    scene = Scene(cap_steps=100)
    scene.tick(forward=100)
    scene.truth.allot(50, NL_PER_STEP * 1000)
    scene.tick(forward=50)
    scene.truth.check()
    scene.tick(forward=1)
    scene.only("51 forward steps in an allotment of 50")


def test_no_forward_step_without_an_allotment() -> None:
    """C2: before any allotment the first forward step is found."""
    scene = Scene(cap_steps=None)
    scene.tick()
    scene.truth.check()
    scene.tick(forward=1, outflow_nl=0)
    scene.only("1 forward steps without an allotment")


@pytest.mark.parametrize(("excess_nl", "allowed"), [(-1, True), (1, False)])
def test_outflow_against_steps_and_tolerance(excess_nl: float, allowed: bool) -> None:
    """C9b: 1000 steps of 100 nL allow 105000 nL and the mechanism's 1000, not 1 nL more."""
    scene = Scene()
    scene.tick(forward=1000, outflow_nl=106_000 + excess_nl)
    if allowed:
        scene.truth.check()
    else:
        scene.only("106001 nL flowed out", "1000 steps give 100000 nL", "5.0 %")


@pytest.mark.parametrize(("excess_nl", "allowed"), [(-1, True), (1, False)])
def test_stored_volume_may_come_out_once(excess_nl: float, allowed: bool) -> None:
    """C9b: elastic volume stored before the allotment counts for what was really released."""
    scene = Scene()
    scene.stored_nl = 50_000
    scene.tick()
    scene.truth.allot(10, NL_PER_STEP * 1000)
    scene.stored_nl = 20_000
    scene.tick(outflow_nl=31_000 + excess_nl)
    if allowed:
        scene.truth.check()
    else:
        scene.only("31001 nL flowed out", "30000 nL were released")


@pytest.mark.parametrize("light", range(len(LIGHTS)))
@pytest.mark.parametrize("direction", [FORWARD, REVERSE])
def test_each_light_allows_its_motion_only(light: int, direction: int) -> None:
    """C9c: forward under green and priming blue, reverse while relieving, nothing else."""
    scene = Scene()
    scene.tick(light)
    scene.tick(light, forward=direction == FORWARD, reverse=direction == REVERSE)
    if MOTION_BY_LIGHT.get(LIGHTS[light], 0) & direction:
        scene.truth.check()
    else:
        scene.only("step at 100.0 ms under light", LIGHTS[light])


def test_an_unknown_light_allows_nothing() -> None:
    """C9c: a light number that the protocol does not have is no licence to move."""
    scene = Scene()
    scene.tick(99, forward=1)
    scene.only("unknown (99)")


@pytest.mark.parametrize(
    ("after_us", "allowed"), [(119_999, True), (120_000, True), (120_001, False)]
)
def test_queued_leases_may_end_after_the_light_changed(after_us: int, allowed: bool) -> None:
    """C9c, C1: 120 ms of grace from the moment at which the light changed, to the microsecond."""
    scene = Scene()
    scene.tick(forward=5, busy_us=50_000)
    changed_us = scene.now_us
    scene.tick(ALARM, forward=1, dt_us=100_000, busy_us=20_000)
    scene.tick(ALARM, forward=1, dt_us=100_000, step_at_us=changed_us + after_us)
    if allowed:
        scene.truth.check()
    else:
        scene.only("forward step at 170.0 ms under light blink_red")


def test_a_halted_drive_has_no_grace() -> None:
    """C9c: once seen drained under the new light, a step inside the 120 ms is found."""
    scene = Scene()
    scene.tick(forward=5, busy_us=50_000)
    scene.tick(ALARM, dt_us=0, busy_us=0)
    scene.tick(ALARM, forward=1)
    scene.only("forward step", "blink_red")


def test_the_relief_budget_is_exact_and_renewed_by_forward_motion_only() -> None:
    """C9c, GIP 1.8.1: 2000 steps of 100 nL are 0.2 mL; flashing the light renews nothing."""
    scene = Scene()
    scene.tick(forward=5)
    scene.tick(RELIEVING, reverse=1500)
    scene.tick(ALARM)
    scene.tick(RELIEVING, reverse=500)
    scene.truth.check()
    scene.tick(RUNNING, forward=1)
    scene.tick(RELIEVING, reverse=2000)
    scene.truth.check()
    scene.tick(RELIEVING, reverse=1)
    scene.only("200100 nL reversed", "200000 nL")


@pytest.mark.parametrize(("more", "allowed"), [(-1, True), (0, True), (1, False)])
def test_the_withdrawal_budget_is_exact_and_of_the_allotment(more: int, allowed: bool) -> None:
    """C9c: 200000 steps of 100 nL are 20 mL in all; forward motion and relief renew nothing, and
    a withdrawal takes nothing of a relief's budget."""
    scene = Scene()
    scene.tick(WITHDRAWING, reverse=150_000)
    scene.tick(RUNNING, forward=5)
    scene.tick(RELIEVING, reverse=2000)
    scene.tick(WITHDRAWING, reverse=50_000 + more)
    if allowed:
        scene.truth.check()
    else:
        scene.only("20000100 nL withdrawn", "20000000 nL")
    scene.truth.allot(1000, 100_000)
    assert scene.truth.withdrawn_steps == 0


@pytest.mark.parametrize("more", [-1, 0, 1])
@pytest.mark.parametrize("end", ["forward", "back"])
def test_both_ends_of_travel_are_exact(end: str, more: int) -> None:
    """C9c, IEC 54.101: net steps from a container of 100 with 60 in it: 60 on, 40 back."""
    scene = Scene()
    scene.truth.fit(60, 100)
    if end == "forward":
        scene.tick(RELIEVING, reverse=30)
        scene.tick(RUNNING, forward=90 + more)
    else:
        scene.tick(RUNNING, forward=50)
        scene.tick(WITHDRAWING, reverse=90 + more)
    if more <= 0:
        scene.truth.check()
    elif end == "forward":
        scene.only("61 steps from a container of 60")
    else:
        scene.only("41 steps back", "room for 40")


def test_a_container_holds_no_more_than_it_can() -> None:
    """What is in it lies within its capacity."""
    for content in (-1, 101):
        with pytest.raises(ValueError, match="container of 100"):
            Scene().truth.fit(content, 100)


def test_a_withdrawal_ends_in_time_after_a_cause() -> None:
    """C9d: unlike relief, which follows an alarm, a withdrawal is to end with its cause."""
    scene = Scene()
    scene.tick(WITHDRAWING, reverse=10)
    scene.truth.expect_stop("stop byte", scene.now_us, 50)
    scene.tick(WITHDRAWING, reverse=10)
    scene.tick(WITHDRAWING, reverse=10)
    scene.only("stop byte")


@pytest.mark.parametrize(("after_us", "allowed"), [(0, True), (1, False)])
def test_motion_ends_in_time_after_a_cause(after_us: int, allowed: bool) -> None:
    """C9d: a step at the deadline passes, 1 us later does not."""
    scene = Scene()
    scene.tick(forward=1)
    scene.truth.expect_stop("occlusion", scene.now_us, within_ms=70)
    scene.tick(forward=1, dt_us=100_000, step_at_us=120_000 + after_us)
    scene.tick(ALARM)
    if allowed:
        scene.truth.check()
    else:
        scene.only("after occlusion at 50.0 ms", "120.0 ms")


def test_running_on_slowly_is_found_at_its_first_late_step() -> None:
    """C9d: a pump with a step in minutes that never stopped is found at the next step."""
    scene = Scene()
    scene.truth.expect_stop("host lost", 0, within_ms=1000)
    for _ in range(100):
        scene.tick()
    scene.truth.check()
    scene.tick(forward=1)
    scene.only("after host lost")


def test_a_stop_that_was_kept_does_not_forbid_the_next_run() -> None:
    """C9d: when the light has left forward motion and the deadline passed, running is free."""
    scene = Scene()
    scene.tick(forward=1)
    scene.truth.expect_stop("occlusion", scene.now_us, within_ms=100)
    scene.tick(ALARM)
    scene.tick(RELIEVING, reverse=3)
    scene.tick(READY)
    scene.tick(RUNNING, forward=1)
    scene.truth.check()


def test_a_stop_expected_too_late_is_judged_at_once() -> None:
    """C9d: told of a cause in the past, truth knows the steps that came after its deadline."""
    scene = Scene()
    for _ in range(10):
        scene.tick(forward=1)
    scene.truth.expect_stop("estop", 100_000, within_ms=120)
    scene.only("step at 500.0 ms", "estop at 100.0 ms")


def test_a_stop_that_was_never_judged_is_no_success() -> None:
    """C9d: a test that ends before the deadline has shown nothing and fails."""
    scene = Scene()
    scene.tick()
    scene.truth.expect_stop("kill", scene.now_us, within_ms=120)
    with pytest.raises(AssertionError, match="ended before the stop after kill"):
        scene.truth.check()
    scene.tick(ALARM)
    with pytest.raises(AssertionError, match="ended before the stop after kill"):
        scene.truth.check()
    scene.tick(ALARM)
    scene.tick(ALARM)
    scene.truth.check()
    assert scene.truth.violations == []


def test_relief_may_go_on_after_a_stop_and_reverse_otherwise_may_not() -> None:
    """C9d: the back-off after an occlusion is no late motion; reverse in running is."""
    for light, found in ((RELIEVING, 0), (RUNNING, 2)):
        scene = Scene()
        scene.tick(forward=1)
        scene.truth.expect_stop("occlusion", scene.now_us, within_ms=70)
        scene.tick(light, reverse=1, dt_us=100_000, step_at_us=140_000)
        assert len(scene.truth.violations) == found
        assert any("after occlusion" in text for text in scene.truth.violations) == (found > 0)


def test_turning_round_while_not_drained() -> None:
    """C1: reverse right after forward with a lease still queued is found."""
    scene = Scene()
    scene.tick(forward=5, busy_us=10_000)
    scene.tick(RELIEVING, reverse=1)
    scene.only("direction changed by 100.0 ms while not drained")


def test_both_directions_in_one_interval() -> None:
    """C1: leases are given between intervals only, so one interval cannot hold both."""
    scene = Scene()
    scene.tick(RELIEVING)
    scene.tick(RUNNING, forward=5, busy_us=10_000)
    scene.tick(RELIEVING, forward=1, reverse=1, step_at_us=scene.now_us + 1)
    scene.only("while not drained")


def test_turning_round_when_drained_is_allowed() -> None:
    """C1: forward, seen drained, then reverse with its first step an interval later."""
    scene = Scene()
    scene.tick(forward=5)
    scene.tick(RELIEVING, busy_us=10_000)
    scene.tick(RELIEVING, reverse=1)
    scene.truth.check()


def test_steps_while_not_enabled() -> None:
    """C1: a pulse at the pin with the enable line off is found under whatever light."""
    scene = Scene()
    scene.tick(forward=1, enabled=False)
    scene.only("1 forward and 0 reverse steps while not enabled")


def test_a_runaway_is_reported_once_for_each_light() -> None:
    """A report stays readable: a thousand bad ticks are one line, a new light is another."""
    scene = Scene()
    for _ in range(1000):
        scene.tick(OFF, forward=1)
    assert len(scene.truth.violations) == 1
    scene.tick(ALARM)
    scene.tick(ALARM, forward=1)
    assert len(scene.truth.violations) == 2


def test_steps_after_a_moment() -> None:
    """Steps later than a time, exact at observations; what is no longer kept is said."""
    scene = Scene()
    for _ in range(10):
        scene.tick(forward=3)
    scene.tick(RELIEVING, reverse=2)
    assert scene.truth.steps_after(-1) == 32
    assert scene.truth.steps_after(450_000) == 5
    assert scene.truth.steps_after(500_000) == 2
    assert scene.truth.steps_after(550_000) == 0
    for _ in range(17_000):
        scene.tick(forward=1, outflow_nl=0)
    with pytest.raises(ValueError, match="are not kept"):
        scene.truth.steps_after(100_000)


def test_peak_rate_over_any_second() -> None:
    """20 ticks of 10 steps are 200 steps/s; a burst inside a slower run is seen whole."""
    scene = Scene()
    for _ in range(100):
        scene.tick(forward=10)
    assert scene.truth.max_rate_steps_per_s == 200
    scene.tick(forward=40)
    assert scene.truth.max_rate_steps_per_s == 230


def test_figures_are_accessible() -> None:
    """The report reads steps, volumes and the time of the last step from truth."""
    scene = Scene()
    scene.stored_nl = 10
    scene.tick(forward=2, step_at_us=49_000)
    truth = scene.truth
    assert (truth.forward_steps, truth.reverse_steps, truth.allotment_steps) == (2, 0, 2)
    assert (truth.delivered_nl, truth.displaced_nl, truth.last_step_ms) == (200, 210, 49)


@pytest.mark.parametrize(("cap", "volume"), [(-1, 1.0), (1, 0.0), (1, float("nan"))])
def test_impossible_allotments_are_refused(cap: int, volume: float) -> None:
    """Bad input: a negative cap, no volume per step."""
    with pytest.raises(ValueError, match="cannot be"):
        Truth(LIGHTS).allot(cap, volume)


def test_a_copy_sees_by_itself() -> None:
    """C7: after a fork each observer judges its own future."""
    scene = Scene(cap_steps=5)
    scene.tick(forward=5)
    twin = scene.truth.copy()
    scene.tick(forward=1)
    assert scene.truth.violations
    twin.check()
    assert twin.steps_after(-1) == 5


@pytest.mark.parametrize("ppm", [-50_000.0, 0.0, 50_000.0])
def test_a_faultless_bench_passes_at_either_end_of_calibration(ppm: float) -> None:
    """C9: drive, plant and truth together: an hour with occlusion, relief and a second run."""
    drive = Drive()
    drive.enable(True)
    plant = Plant(PlantParameters(calibration_error_ppm=ppm))
    truth = Truth(LIGHTS)
    truth.allot(200_000, plant.parameters.nominal_nl_per_step * 1000)
    five_slots = sum(2 << (5 * slot) for slot in range(5)) | 31 << 25
    now_us = 0
    for tick in range(72_000):
        phase = tick % 12_000
        light = RUNNING
        if phase == 6000:
            plant.line.occlude(float("inf"))
        if 6100 <= phase < 6140:
            light = RELIEVING
        elif 6140 <= phase < 6200:
            light = ALARM
            plant.line.occlude(1)
        if light != ALARM:
            drive.lease(five_slots, light == RELIEVING, now_us)
        now_us += 50_000
        plant.advance(drive.advance(now_us), 50_000)
        truth.observe(
            now_us,
            drive.forward_steps,
            drive.reverse_steps,
            light,
            drive.enabled,
            drive.busy_us(now_us),
            drive.last_step_us,
            plant.delivered_nl,
            plant.stored_nl,
            plant.displaced_nl,
        )
        if truth.allotment_steps > 90_000:
            truth.allot(200_000, plant.parameters.nominal_nl_per_step * 1000)
            plant.train.reservoir.left_nl = 10_000_000.0
    assert drive.refused == 0
    assert truth.forward_steps > 700_000
    assert truth.max_rate_steps_per_s == 200
    truth.check()
