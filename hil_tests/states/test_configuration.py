"""A configuration that cannot be believed: refused, the field named; widening is on record."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Event, PumpNeedsJumperError, State
from benchpump.link.tables import ConfigField
from benchpump.testing.images import StoredConfiguration, memory_of, with_configuration
from benchpump.testing.procedures import FIELD, allot, latched, until
from benchpump.testing.targets import RigMaker

NO_COPY, UNKNOWN_VERSION = -1, -2
WINDOW = FIELD["window_minutes"]
LAST = list(FIELD.values())[-1]
FORMAT = 1


def refused_with(make_rig: RigMaker, stored: StoredConfiguration) -> int:
    """What CONFIG_INVALID says of a pump with that configuration in its memory."""
    rig = make_rig(image=with_configuration(memory_of(make_rig()), stored))
    with rig.connect() as pump:
        assert until(pump, State.FAULT, State.IDLE, timeout_s=5).state is State.FAULT
        alarm = next(one for one in pump.alarms() if one.info.name == "CONFIG_INVALID")
        return alarm.value


@pytest.mark.requirement("REQ-CONFIG-1")
@pytest.mark.parametrize("value", [WINDOW.min - 1, WINDOW.max + 1])
def test_out_of_range(make_rig: RigMaker, value: int) -> None:
    """Stored one beyond either end: refused, and the field is named."""
    assert refused_with(make_rig, StoredConfiguration({WINDOW.index: value})) == WINDOW.index


@pytest.mark.requirement("REQ-CONFIG-1")
@pytest.mark.parametrize("value", [WINDOW.min, WINDOW.max])
def test_at_the_ends(make_rig: RigMaker, value: int) -> None:
    """Stored at either end: taken."""
    stored = StoredConfiguration({WINDOW.index: value})
    rig = make_rig(image=with_configuration(memory_of(make_rig()), stored))
    with rig.connect() as pump:
        until(pump, State.IDLE, timeout_s=5)
        assert pump.config_get(WINDOW.index) == value
        assert latched(pump) == []


@pytest.mark.requirement("REQ-CONFIG-1")
def test_a_field_missing(make_rig: RigMaker) -> None:
    """As an older firmware left it, without the last field: that field is named."""
    assert refused_with(make_rig, StoredConfiguration({}, fields=LAST.index)) == LAST.index


@pytest.mark.requirement("REQ-CONFIG-1")
@pytest.mark.parametrize(
    ("stored", "says"),
    [
        (StoredConfiguration({}, version=FORMAT + 1), UNKNOWN_VERSION),
        (StoredConfiguration({}, fields=LAST.index + 2), UNKNOWN_VERSION),
        (StoredConfiguration({}, sound=False), NO_COPY),
    ],
    ids=["version", "more_fields", "bad_check"],
)
def test_not_to_be_read(make_rig: RigMaker, stored: StoredConfiguration, says: int) -> None:
    """A version not known, fields not known, or no sound copy: refused, and told apart."""
    assert refused_with(make_rig, stored) == says


def widened(field: ConfigField, value: int) -> int:
    """The least that is wider."""
    return value - 1 if field.widen == "down" else value + 1


@pytest.mark.requirement("REQ-PROVISION-2", "REQ-LOG-1")
@pytest.mark.parametrize("name", ["window_cap_ul", "bolus_lockout_minutes"])
def test_widening_takes_the_jumper_and_is_on_record(rig: Rig, pump: Pump, name: str) -> None:
    """Refused without the jumper; with it, field and value stand in the journal as widened, and
    narrowing as what it is."""
    field = FIELD[name]
    allot(rig, pump)
    before = pump.config_get(field.index)
    wider = widened(field, before)
    with pytest.raises(PumpNeedsJumperError):
        pump.config_set(field.index, wider)
    pump.config_set(field.index, 2 * before - wider)
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.service(True)
    pump.config_set(field.index, wider)
    told = [
        (record.code, record.value, record.limit)
        for record in pump.log()
        if record.code in (Event.CONFIG_SET, Event.LIMIT_WIDENED)
    ]
    assert told == [
        (Event.CONFIG_SET, field.index, 2 * before - wider),
        (Event.LIMIT_WIDENED, field.index, wider),
    ]
