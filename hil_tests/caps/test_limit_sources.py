"""The effective rate limit: the least of what has a say, whichever it is, to the nL/h (C2)."""

from dataclasses import dataclass, replace

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Flag,
    PumpOutOfRangeError,
    PumpRateLimitError,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, fitted_to, until

CEILING = 500 * ML_H
NUMBER = 7  # of the profile


@dataclass(frozen=True)
class Case:
    """What each source says in nL/h, 0: nothing; and which is the least."""

    binds: str
    config: int = CEILING
    container: int = 0
    profile: int = 0
    bore_um: int = 16_000
    tubing_nl: int = 250_000

    def least(self, pl_per_step: int) -> int:
        """The limit that must be in force: 2000 steps a second are the drive's most."""
        drive = 2000 * 3600 * pl_per_step // 1000
        return min(rate for rate in (CEILING, drive, self.config, self.container, self.profile)
                   if rate)  # fmt: skip


CASES = [
    Case("ceiling"),
    Case("ceiling", container=CEILING, profile=CEILING),
    Case("drive", bore_um=4000, tubing_nl=50_000),
    Case("config", config=40 * ML_H, container=40 * ML_H + 1, profile=40 * ML_H + 1),
    Case("container", config=40 * ML_H, container=40 * ML_H - 1),
    Case("container", config=40 * ML_H, container=20 * ML_H, profile=20 * ML_H + 1),
    Case("profile", config=40 * ML_H, container=20 * ML_H, profile=20 * ML_H - 1),
    Case("profile", profile=1_000_000),
]


def configure(rig: Rig, pump: Pump, rate_nl_h: int) -> None:
    """Set the configured limit, with the jumper: that may be wider."""
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.config_set(FIELD["max_rate_nl_h"].index, rate_nl_h)
    pump.config_commit()
    until(pump, State.IDLE)
    rig.set_jumper(False)
    rig.clock.sleep_ms(100)


def set_up(rig: Rig, pump: Pump, case: Case) -> int:
    """Bring every source about; the limit that must follow."""
    configure(rig, pump, case.config)
    syringe = rig.pump == "syringe"
    fitted = replace(
        fitted_to(rig),
        inner_diameter_um=case.bore_um if syringe else 0,
        tubing_nl_per_revolution=0 if syringe else case.tubing_nl,
        rate_max_nl_h=case.container,
    )
    allotted = allot(rig, pump, fitted=fitted)
    assert allotted.rate_max_nl_h == case.container
    if case.profile:
        pump.profile(NUMBER, rate_nl_h=case.profile)
    return case.least(allotted.pl_per_step)


def takes(pump: Pump, rate_nl_h: int) -> None:
    """ARM takes that rate."""
    pump.load([Segment.constant(rate_nl_h, 20)])
    pump.arm("FRESH")
    pump.disarm()


def refuses(pump: Pump, rate_nl_h: int) -> int | None:
    """ARM refuses that rate; the limit that it names."""
    pump.load([Segment.constant(rate_nl_h, 20)])
    with pytest.raises(PumpRateLimitError) as refused:
        pump.arm("FRESH")
    return refused.value.detail


@pytest.mark.requirement("REQ-RATE-1", "REQ-PROFILE-1")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.binds}-{case.container}")
def test_the_least_binds_and_is_named(rig: Rig, pump: Pump, case: Case) -> None:
    """Limit - 1 and limit are taken, limit + 1 nL/h is refused, and LIMits? names what binds."""
    limit = set_up(rig, pump, case)
    answer = pump.limits()
    assert (answer.number("rate_nl_h"), answer.text("binds")) == (limit, case.binds)
    for name, said in (("config", case.config), ("container", case.container),
                       ("profile", case.profile), ("ceiling", CEILING)):  # fmt: skip
        assert answer.number(name) == said
    takes(pump, limit - 1)
    takes(pump, limit)
    assert refuses(pump, limit + 1) == limit
    with pytest.raises((PumpRateLimitError, PumpOutOfRangeError)):  # the ceiling is PRIMe's range
        pump.prime(1000, limit + 1)


@pytest.mark.requirement("REQ-PROFILE-1")
def test_it_is_computed_anew_at_every_change(rig: Rig, pump: Pump) -> None:
    """Configuration, allotment and profile in any order: always the least of what is there."""
    said: dict[str, int] = {"config": 300 * ML_H}

    def holds() -> None:
        answer = pump.limits()
        name = min(said, key=lambda source: said[source])
        assert (answer.text("binds"), answer.number("rate_nl_h")) == (name, said[name])

    allot(rig, pump)
    holds()
    pump.profile(NUMBER, rate_nl_h=50 * ML_H)
    said["profile"] = 50 * ML_H
    holds()
    allot(rig, pump, fitted=replace(fitted_to(rig), rate_max_nl_h=30 * ML_H))
    said["container"] = 30 * ML_H
    holds()
    configure(rig, pump, 20 * ML_H)
    said["config"] = 20 * ML_H
    holds()
    pump.profile(NUMBER + 1, rate_nl_h=10 * ML_H)
    said["profile"] = 10 * ML_H
    holds()
    pump.profile(NUMBER + 1)  # one that limits nothing
    del said["profile"]
    holds()
    configure(rig, pump, 40 * ML_H)
    said["config"] = 40 * ML_H
    holds()
    pump.profile(NUMBER, rate_nl_h=1000)
    said["profile"] = 1000
    holds()
    pump.profile_clear()
    del said["profile"]
    holds()
    allot(rig, pump)  # the plain container again: nothing named
    del said["container"]
    holds()


@pytest.mark.requirement("REQ-RATE-1")
def test_the_containers_limit_is_frozen_with_the_allotment(rig: Rig, pump: Pump) -> None:
    """A restart finds the container's limit again, and ALLOTment? tells it; the profile is gone,
    and the program with it."""
    allot(rig, pump, fitted=replace(fitted_to(rig), rate_max_nl_h=30 * ML_H))
    pump.profile(NUMBER, rate_nl_h=10 * ML_H)
    pump.load([Segment.constant(5 * ML_H, 20)])
    rig.power_cycle()
    status = until(pump, State.IDLE)
    assert not status.flags & (Flag.PROFILE | Flag.PROGRAM)
    assert pump.allotment().number("rate_max_nl_h") == 30 * ML_H
    answer = pump.limits()
    assert (answer.text("binds"), answer.number("rate_nl_h")) == ("container", 30 * ML_H)
    assert answer.text("active") == "none"


@pytest.mark.requirement("REQ-PROFILE-1")
def test_a_profile_is_not_changed_under_what_is_armed_or_runs(rig: Rig, pump: Pump) -> None:
    """Neither another profile nor none is taken while armed, running or paused; the limit and
    the token stay as they were (C2)."""
    allot(rig, pump)
    pump.profile(NUMBER, rate_nl_h=10 * ML_H)
    pump.load([Segment.constant(10 * ML_H, 400)])
    armed = pump.arm("FRESH")

    def is_refused() -> None:
        for change in (pump.profile_clear, lambda: pump.profile(8, rate_nl_h=300 * ML_H)):
            with pytest.raises(PumpWrongStateError):
                change()
        assert pump.limits().number("rate_nl_h") == 10 * ML_H

    is_refused()
    pump.start(armed.token)
    is_refused()
    pump.pause()
    until(pump, State.PAUSED)
    is_refused()
    pump.start(pump.arm("REST").token)
    until(pump, State.FINISHED)
    pump.profile_clear()
    assert pump.limits().text("binds") == "config"


@pytest.mark.requirement("REQ-PROFILE-1", "REQ-RATE-2")
def test_the_gate_keeps_a_profiles_limit_too(rig: Rig, pump: Pump) -> None:
    """At the profile's limit the pin sees no more steps in a second than it and a bucket."""
    allotted = allot(rig, pump)
    limit = 20 * ML_H
    pump.profile(NUMBER, rate_nl_h=limit)
    pump.load([Segment.constant(limit, 600)])
    pump.start(pump.arm("FRESH").token)
    until(pump, State.FINISHED)
    per_s = limit * 1000 / allotted.pl_per_step / 3600
    assert rig.truth.forward_steps == pytest.approx(per_s * 30, abs=1)
    assert rig.truth.max_rate_steps_per_s <= per_s * 1.15 + 1
