"""A second alarm on top of the first: both are kept, each goes when its own cause is gone."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Alarm, PumpAlarmLatchedError, State
from benchpump.testing.procedures import FIELD, ML_H, allot, latched, start_constant, until

CAUSES = {Alarm.ESTOP: ("estop", "pressed"), Alarm.CASSETTE_OUT: ("cassette", "out")}
PAIRS = [tuple(CAUSES), tuple(reversed(CAUSES))]


@pytest.mark.requirement("REQ-ALARM-1", "REQ-START-2")
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_acknowledging_leaves_the_one_that_persists(
    rig: Rig, pump: Pump, first: Alarm, second: Alarm
) -> None:
    """With the first cause gone and the second there, acknowledging is refused and names the
    second, which then leads; nothing starts until that one is acknowledged too."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60)
    rig.clock.sleep_ms(1000)
    causes = [rig.inject(*CAUSES[alarm]) for alarm in (first,)]
    until(pump, State.ALARM, timeout_s=1)
    done = rig.truth.forward_steps
    causes.append(rig.inject(*CAUSES[second]))
    rig.clock.sleep_ms(200)
    assert latched(pump) == [first.name, second.name]
    causes[0].clear()
    rig.clock.sleep_ms(200)
    with pytest.raises(PumpAlarmLatchedError) as refused:
        pump.acknowledge()
    assert refused.value.detail == second
    assert latched(pump) == [second.name]
    causes[1].clear()
    rig.clock.sleep_ms(200)
    assert pump.status().state is State.ALARM
    assert latched(pump) == [second.name]
    pump.acknowledge()
    assert pump.status().state is State.IDLE
    assert latched(pump) == []
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-ALARM-1")
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_cause_that_came_back_is_latched_again(
    rig: Rig, pump: Pump, first: Alarm, second: Alarm
) -> None:
    """The second cause comes and goes unacknowledged while the first persists: it stays latched
    beside it, and comes back once more after it was acknowledged away."""
    pump.status()
    persists = rig.inject(*CAUSES[first])
    until(pump, State.ALARM, timeout_s=1)
    rig.inject(*CAUSES[second]).clear()
    passing = rig.inject(*CAUSES[second])
    rig.clock.sleep_ms(200)
    passing.clear()
    rig.clock.sleep_ms(200)
    assert latched(pump) == [first.name, second.name]
    with pytest.raises(PumpAlarmLatchedError) as refused:
        pump.acknowledge()
    assert refused.value.detail == first
    assert latched(pump) == [first.name]
    rig.inject(*CAUSES[second])
    rig.clock.sleep_ms(200)
    assert latched(pump) == [first.name, second.name]
    persists.clear()


@pytest.mark.requirement("REQ-ALARM-1", "REQ-OCCLUSION-1")
def test_the_first_keeps_its_figures(rig: Rig, pump: Pump) -> None:
    """An occlusion keeps its pressure and threshold while other alarms come on top."""
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 300)
    rig.inject("downstream", "occluded")
    until(pump, State.ALARM)
    before = pump.alarms()[0]
    assert before.info.name == "OCCLUSION_DOWNSTREAM"
    for channel, kind in CAUSES.values():
        rig.inject(channel, kind)
        rig.clock.sleep_ms(200)
    after = pump.alarms()
    assert after[0] == before
    assert {alarm.info.name for alarm in after[1:]} == {alarm.name for alarm in CAUSES}


@pytest.mark.pump("syringe", reason="about two occlusion alarms at once; rollers keep them apart")
@pytest.mark.requirement("REQ-OCCLUSION-3", "REQ-OCCLUSION-4")
def test_one_line_shut_is_one_back_off(rig: Rig, pump: Pump) -> None:
    """At the highest rate slope and threshold trip almost together: whichever comes second leaves
    the back-off of the first going, and what is freed on opening stays far below the goal."""
    pump.config_set(FIELD["occlusion_pa_per_ul"].index, 333)
    pump.config_commit()
    until(pump, State.IDLE)
    allot(rig, pump)
    start_constant(pump, 300 * ML_H, 30)
    rig.clock.sleep_ms(4000)
    line = rig.inject("downstream", "occluded")
    until(pump, State.ALARM)
    rig.clock.sleep_ms(500)
    assert set(latched(pump)) == {"OCCLUSION_SLOPE", "OCCLUSION_DOWNSTREAM"}
    assert rig.truth.reverse_steps > 0
    delivered_nl = rig.truth.delivered_nl
    line.clear()
    rig.clock.sleep_ms(3000)
    assert rig.truth.delivered_nl - delivered_nl < 30_000
