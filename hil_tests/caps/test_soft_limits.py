"""Soft limits: what is above one starts after a person named it, and not before (GIP 6.1.4)."""

from collections.abc import Callable
from math import ceil

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Event,
    Flag,
    PumpBadTokenError,
    PumpProfileInvalidError,
    PumpProfileLimitError,
    PumpRateLimitError,
    PumpRefused,
    PumpSoftDiffersError,
    PumpSoftUnconfirmedError,
    Soft,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, start_constant, until

NUMBER = 7
NONE = Soft(0)
HARD, SOFT = 20 * ML_H, 10 * ML_H


def refused(act: Callable[[], object], error: type[PumpRefused]) -> int:
    """Detail of the refusal that must come."""
    with pytest.raises(error) as caught:
        act()
    assert caught.value.detail is not None
    return caught.value.detail


def arm(pump: Pump, *segments: Segment) -> Soft:
    """What ARM says is exceeded."""
    pump.load(segments)
    return pump.arm("FRESH").soft


@pytest.mark.requirement("REQ-PROFILE-2")
def test_above_the_soft_rate_start_takes_a_confirmation(rig: Rig, pump: Pump) -> None:
    """Soft - 1 and soft start as they are; soft + 1 is told, refused, confirmed, and runs; hard
    is still soft, hard + 1 nL/h is refused."""
    allot(rig, pump)
    pump.profile(NUMBER, rate_nl_h=HARD, soft_rate_nl_h=SOFT)
    for rate in (SOFT - 1, SOFT):
        pump.load([Segment.constant(rate, 20)])
        armed = pump.arm("FRESH")
        assert armed.soft == NONE
        pump.start(armed.token)
        until(pump, State.FINISHED)
    before = rig.truth.forward_steps
    for rate in (SOFT + 1, HARD):
        pump.load([Segment.constant(rate, 20)])
        armed = pump.arm("FRESH")
        assert armed.soft == Soft.RATE
        unconfirmed = refused(lambda t=armed.token: pump.start(t), PumpSoftUnconfirmedError)
        assert unconfirmed == Soft.RATE
    rig.clock.sleep_ms(2000)
    assert rig.truth.forward_steps == before
    pump.confirm_soft(armed.token, Soft.RATE)
    pump.start(armed.token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == before + armed.raw.number("steps")
    pump.load([Segment.constant(HARD + 1, 20)])
    assert refused(lambda: pump.arm("FRESH"), PumpRateLimitError) == HARD


@pytest.mark.requirement("REQ-PROFILE-2", "REQ-LOG-1")
def test_the_confirmation_names_them_all_and_no_other(rig: Rig, pump: Pump) -> None:
    """Rate and bolus exceeded: each alone, more, others: refused with the right set, and START is
    still refused; the right set is taken, and only that is in the journal."""
    allot(rig, pump)
    pump.profile(NUMBER, soft_rate_nl_h=SOFT, soft_bolus_nl=2000, soft_volume_ul=1000)
    pump.load([Segment.bolus(2001, SOFT + 1), Segment.constant(ML_H, 20)])
    armed = pump.arm("FRESH")
    both = Soft.RATE | Soft.BOLUS
    assert armed.soft == both
    for wrong in (Soft.RATE, Soft.BOLUS, both | Soft.VOLUME, Soft.VOLUME, Soft.BUBBLE):
        assert (
            refused(lambda w=wrong: pump.confirm_soft(armed.token, w), PumpSoftDiffersError)
            == both
        )
        assert refused(lambda: pump.start(armed.token), PumpSoftUnconfirmedError) == both
    with pytest.raises(PumpBadTokenError):
        pump.confirm_soft(armed.token ^ 1, both)
    pump.confirm_soft(armed.token, both)
    pump.start(armed.token)
    until(pump, State.FINISHED)
    said = [(r.value, r.limit) for r in pump.log() if r.code == Event.SOFT_CONFIRMED]
    assert said == [(int(both), NUMBER)]


@pytest.mark.requirement("REQ-PROFILE-2")
@pytest.mark.parametrize("how", ["armed again", "disarmed", "cassette", "expired", "restarted"])
def test_the_confirmation_dies_with_its_token(rig: Rig, pump: Pump, how: str) -> None:
    """After anything that voids the token the next first step has to be confirmed anew."""
    allot(rig, pump)
    pump.profile(NUMBER, soft_rate_nl_h=SOFT)
    pump.load([Segment.constant(SOFT + 1, 20)])
    armed = pump.arm("FRESH")
    pump.confirm_soft(armed.token, Soft.RATE)
    if how == "disarmed":
        pump.disarm()
    elif how == "cassette":
        fault = rig.inject("cassette", "out")
        until(pump, State.ALARM, timeout_s=1)
        fault.clear()
        rig.clock.sleep_ms(200)
        pump.acknowledge()
        pump.refit_confirm(pump.refit(1000).token)
    elif how == "expired":
        rig.clock.sleep_ms(31_000)
        with pytest.raises(PumpRefused):
            pump.start(armed.token)
    elif how == "restarted":
        rig.power_cycle()
        until(pump, State.IDLE)
        pump.profile(NUMBER, soft_rate_nl_h=SOFT)
        pump.load([Segment.constant(SOFT + 1, 20)])
    again = pump.arm("FRESH")
    assert again.soft == Soft.RATE
    with pytest.raises(PumpBadTokenError):
        pump.start(armed.token)
    with pytest.raises(PumpSoftUnconfirmedError):
        pump.start(again.token)
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-PROFILE-2")
def test_the_soft_volume_is_that_of_the_whole_run(rig: Rig, pump: Pump) -> None:
    """Soft volume to the step; the rest of a run that is over it is over it again, a bolus that
    takes a run over it is told."""
    allotted = allot(rig, pump)
    pump.profile(NUMBER, soft_volume_ul=100)

    def bolus_of(steps: int) -> Segment:
        return Segment.bolus(steps * allotted.pl_per_step // 1000, 40 * ML_H)

    edge = round(100_000_000 / allotted.pl_per_step)
    for more, exceeded in ((-1, NONE), (0, NONE), (1, Soft.VOLUME)):
        assert arm(pump, bolus_of(edge + more)) == exceeded
    armed = pump.arm("FRESH")
    assert armed.raw.number("steps") == edge + 1
    pump.confirm_soft(armed.token, Soft.VOLUME)
    pump.start(armed.token)
    rig.clock.sleep_ms(2000)
    pump.pause()
    until(pump, State.PAUSED)
    rest = pump.arm("REST")
    assert 0 < rest.raw.number("steps") < edge
    assert rest.soft == Soft.VOLUME
    pump.stop()
    pump.load([bolus_of(edge - 60), Segment.constant(ML_H // 10, 2000)])
    planned = pump.arm("FRESH", host_timeout_ms=255_000)
    pump.start(planned.token)
    rig.clock.sleep_ms(20_000)
    left = edge - planned.raw.number("steps")
    for more, exceeded in ((-1, NONE), (0, NONE), (1, Soft.VOLUME)):
        volume_nl = ceil((left + more) * allotted.pl_per_step / 1000)
        assert pump.bolus(volume_nl, ML_H).soft == exceeded


@pytest.mark.requirement("REQ-PROFILE-2")
def test_the_soft_bolus_is_for_loading_dose_and_demand(rig: Rig, pump: Pump) -> None:
    """Soft - 1, soft, soft + 1 nL as a segment and on demand; refused until confirmed; the
    program goes on meanwhile and the bolus is given in full."""
    allot(rig, pump)
    pump.profile(NUMBER, soft_bolus_nl=20_000)
    for volume, exceeded in ((19_999, NONE), (20_000, NONE), (20_001, Soft.BOLUS)):
        assert arm(pump, Segment.constant(ML_H, 20), Segment.bolus(volume, SOFT)) == exceeded
    start_constant(pump, ML_H, 120)
    for volume, exceeded in ((19_999, NONE), (20_000, NONE), (20_001, Soft.BOLUS)):
        offered = pump.bolus(volume, SOFT)
        assert offered.soft == exceeded
    refused(lambda: pump.start(offered.token), PumpSoftUnconfirmedError)
    assert Flag.BOLUS not in pump.status().flags
    assert refused(
        lambda: pump.confirm_soft(offered.token, Soft.RATE), PumpSoftDiffersError
    ) == int(Soft.BOLUS)
    pump.confirm_soft(offered.token, Soft.BOLUS)
    pump.start(offered.token)
    pump.wait(lambda s: Flag.BOLUS not in s.flags, timeout_s=60, poll_s=0.05)
    given = [r for r in pump.log() if r.code == Event.BOLUS_ENDED]
    assert given[-1].value == given[-1].limit == offered.raw.number("steps")
    until(pump, State.FINISHED)


@pytest.mark.requirement("REQ-PROFILE-2")
def test_the_soft_rate_counts_bolus_and_program_together(rig: Rig, pump: Pump) -> None:
    """On top of 4 mL/h a bolus up to the soft rate less 4 is free, one nL/h more is told."""
    allot(rig, pump)
    pump.profile(NUMBER, soft_rate_nl_h=SOFT)
    start_constant(pump, 4 * ML_H, 600)
    for rate, exceeded in ((-1, NONE), (0, NONE), (1, Soft.RATE)):
        assert pump.bolus(2000, SOFT - 4 * ML_H + rate).soft == exceeded


@pytest.mark.requirement("REQ-PROFILE-2", "REQ-TITRATION-2")
def test_titration_above_the_soft_rate(rig: Rig, pump: Pump) -> None:
    """Up to the soft rate a change is free, above it is told and refused until confirmed; from
    there down it is free again."""
    allot(rig, pump)
    base = SOFT * 9 // 10
    pump.profile(NUMBER, soft_rate_nl_h=SOFT, rate_nl_h=HARD)
    start_constant(pump, base, 600)
    for rate, exceeded in ((SOFT - 1, NONE), (SOFT, NONE), (SOFT + 2, Soft.RATE)):
        offered = pump.titrate(rate)
        assert offered.soft == exceeded
    refused(lambda: pump.start(offered.token), PumpSoftUnconfirmedError)
    assert pump.status().rate_nl_h == base
    pump.confirm_soft(offered.token, Soft.RATE)
    pump.start(offered.token)
    assert pump.status().rate_nl_h == SOFT + 2
    assert pump.titrate(SOFT + 1).soft == NONE


@pytest.mark.requirement("REQ-AIR-4", "REQ-PROFILE-2")
def test_a_bubble_limit_above_200_ul_is_confirmed_at_each_start(rig: Rig, pump: Pump) -> None:
    """199.999, 200 and 200.001 uL in the configuration: the last takes a confirmation, without
    any profile, at every start."""
    allot(rig, pump)
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    for bubble_nl, exceeded in ((199_999, NONE), (200_000, NONE), (200_001, Soft.BUBBLE)):
        rig.set_jumper(True)
        rig.clock.sleep_ms(100)
        pump.config_set(FIELD["air_bubble_nl"].index, bubble_nl)
        pump.config_commit()
        until(pump, State.IDLE)
        rig.set_jumper(False)
        rig.clock.sleep_ms(100)
        assert arm(pump, Segment.constant(ML_H, 20)) == exceeded
        pump.disarm()
    for _ in range(2):
        armed = pump.arm("FRESH")
        refused(lambda t=armed.token: pump.start(t), PumpSoftUnconfirmedError)
        pump.confirm_soft(armed.token, Soft.BUBBLE)
        pump.start(armed.token)
        until(pump, State.FINISHED)


@pytest.mark.requirement("REQ-PROFILE-3")
def test_no_profile_is_said(rig: Rig, pump: Pump) -> None:
    """ARM, LIMits? and STATus? say that none is active; with one they say which, and so does the
    journal, when it came and when it went."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 20)])
    assert pump.arm("FRESH").raw.text("profile") == "none"
    assert pump.limits().text("active") == "none"
    assert Flag.PROFILE not in pump.status().flags
    pump.disarm()
    pump.profile(65_535, rate_nl_h=HARD)
    armed = pump.arm("FRESH")
    assert armed.profile == 65_535
    assert pump.limits().number("active") == 65_535
    assert Flag.PROFILE in pump.status().flags
    pump.disarm()
    pump.profile_clear()
    assert pump.arm("FRESH").profile == 0
    changes = [(r.value, r.limit) for r in pump.log() if r.code == Event.PROFILE]
    assert changes == [(65_535, HARD), (0, 0)]


@pytest.mark.requirement("REQ-PROFILE-4")
def test_the_profiles_pressure(rig: Rig, pump: Pump) -> None:
    """An occlusion threshold 1 Pa below the profile's pressure or at it is taken; 1 Pa above it
    nothing can be armed or primed."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 20)])
    threshold = FIELD["occlusion_pa"].default
    for more in (1, 0):
        pump.profile(NUMBER, pressure_pa=threshold + more)
        pump.arm("FRESH")
        pump.disarm()
    pump.profile(NUMBER, pressure_pa=threshold - 1)
    assert refused(lambda: pump.arm("FRESH"), PumpProfileLimitError) == threshold - 1
    refused(lambda: pump.prime(1000, SOFT), PumpProfileLimitError)


@pytest.mark.requirement("REQ-PROFILE-2")
def test_a_soft_rate_above_the_hard_one_is_no_profile(rig: Rig, pump: Pump) -> None:
    """Hard - 1 and hard are taken as a soft rate, hard + 1 is refused and the old one stays."""
    for soft in (HARD - 1, HARD):
        pump.profile(NUMBER, rate_nl_h=HARD, soft_rate_nl_h=soft)
    with pytest.raises(PumpProfileInvalidError):
        pump.profile(8, rate_nl_h=HARD, soft_rate_nl_h=HARD + 1)
    assert pump.limits().number("active") == NUMBER


@pytest.mark.requirement("REQ-PROFILE-1")
def test_every_answer_fits_at_the_largest_figures(rig: Rig, pump: Pump) -> None:
    """LIMits? and ARM with the largest numbers of all: no reply is longer than 64 bytes."""
    allot(rig, pump)
    most = 500 * ML_H
    pump.profile(
        65_535, rate_nl_h=most, soft_rate_nl_h=most, soft_volume_ul=100_000_000,
        soft_bolus_nl=100_000_000, pressure_pa=1_000_000,
    )  # fmt: skip
    answer = pump.limits()
    assert answer.number("soft_volume_ul") == answer.number("soft_bolus_nl") == 100_000_000
    assert (answer.number("soft_nl_h"), answer.number("pressure_pa")) == (most, 1_000_000)
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.config_set(FIELD["air_bubble_nl"].index, FIELD["air_bubble_nl"].max)
    pump.config_commit()
    until(pump, State.IDLE)
    rig.set_jumper(False)
    rig.clock.sleep_ms(100)
    pump.profile(65_535, soft_rate_nl_h=1, soft_volume_ul=1, soft_bolus_nl=1)
    every = Soft.RATE | Soft.VOLUME | Soft.BOLUS | Soft.BUBBLE
    assert arm(pump, Segment.bolus(20_000, 200 * ML_H)) == every


@pytest.mark.requirement("REQ-PROFILE-2")
def test_how_often_is_no_volume(rig: Rig, pump: Pump) -> None:
    """A repeat without a bolus exceeds no soft bolus, however often it runs; with one it is the
    bolus that counts."""
    allot(rig, pump)
    pump.profile(NUMBER, soft_bolus_nl=2000)
    rest = Segment.constant(ML_H // 10, 20)
    assert arm(pump, rest, Segment.repeat(2001, 1)) == NONE
    assert arm(pump, Segment.bolus(2000, ML_H), rest, Segment.repeat(3, 2)) == NONE
    assert arm(pump, Segment.bolus(2001, ML_H), rest, Segment.repeat(3, 2)) == Soft.BOLUS


@pytest.mark.requirement("REQ-PROFILE-2")
def test_priming_above_the_soft_rate_is_confirmed_too(rig: Rig, pump: Pump) -> None:
    """Soft - 1 and soft start as they are; soft + 1 is told, refused, and starts once named."""
    allot(rig, pump)
    pump.profile(NUMBER, soft_rate_nl_h=SOFT)
    for rate in (SOFT - 1, SOFT):
        pump.start(pump.prime(1000, rate).token)
        until(pump, State.IDLE)
    before = rig.truth.forward_steps
    offered = pump.prime(1000, SOFT + 1)
    assert offered.soft == Soft.RATE
    assert refused(lambda: pump.start(offered.token), PumpSoftUnconfirmedError) == Soft.RATE
    rig.clock.sleep_ms(1000)
    assert rig.truth.forward_steps == before
    pump.confirm_soft(offered.token, Soft.RATE)
    pump.start(offered.token)
    until(pump, State.IDLE)
    assert rig.truth.forward_steps > before
