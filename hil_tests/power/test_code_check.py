"""What runs is what was deployed: the firmware's files against their manifest at power-on."""

from pathlib import Path

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, PumpFaultLatchedError, State
from benchpump.testing.altered_firmware import altering
from benchpump.testing.procedures import allot, latched, until
from benchpump.testing.targets import RigMaker

SELF_TEST_MAX_S = 2.0
# A line of the file that starts, of one in the midst, and of one of the link.
LINES = [
    ("main.py", "import board_data\n"),
    ("pump/answers.py", "_NO_SEGMENT = 0xFF\n"),
    ("link/command.py", "_SPACE = 32\n"),
]
DEPLOYED, CHANGED = "# as deployed\n", "# as deploxed\n"


@pytest.mark.requirement("REQ-SELFTEST-2")
@pytest.mark.parametrize(
    ("file", "line"),
    [
        pytest.param(*one, id=one[0], marks=pytest.mark.long if one is LINES[1] else ())
        for one in LINES
    ],
)
def test_one_byte_of_a_file(make_rig: RigMaker, tmp_path: Path, file: str, line: str) -> None:
    """Changed after the deployment: a fault within 2 s that names the file by its number in the
    manifest, and nothing is armed. Deployed again as it is then: verified."""
    alter = altering(make_rig, tmp_path)
    firmware = alter(file, line, line + DEPLOYED)
    rig = make_rig(firmware=firmware)
    with rig.connect() as pump:
        until(pump, State.IDLE)
        assert pump.selftest().text("code") == "verified"
        files = pump.selftest().number("files")
        allot(rig, pump)
        alter(file, DEPLOYED, CHANGED)
        rig.power_cycle()
        status = until(pump, State.FAULT, State.IDLE)
        assert status.state is State.FAULT
        assert status.uptime_s <= SELF_TEST_MAX_S
        assert latched(pump) == ["CODE_CHANGED"]
        told = pump.alarms()[0].value
        assert pump.selftest().text("code") == "changed"
        assert pump.selftest().number("failed") == pump.alarms()[0].info.code
        assert pump.selftest().number("files") == told
        assert 0 < told <= files
        with pytest.raises(PumpFaultLatchedError) as refused:
            pump.arm()
        assert refused.value.detail == pump.alarms()[0].info.code
        rig.power_cycle()
        assert until(pump, State.FAULT, State.IDLE).state is State.FAULT
    again = make_rig(firmware=firmware)
    with again.connect() as pump:
        until(pump, State.IDLE)
        assert pump.selftest().text("code") == "verified"


@pytest.mark.requirement("REQ-SELFTEST-2", "REQ-SELFTEST-1")
def test_verified_within_the_self_test(rig: Rig, pump: Pump) -> None:
    """Every file agrees, within the time of the self-test; the answer says how many there are, and
    that the chain of the e-stop cannot be tested."""
    rig.power_cycle()
    status = until(pump, State.IDLE)
    assert status.uptime_s <= SELF_TEST_MAX_S
    said = pump.selftest()
    assert said.text("code") == "verified"
    assert said.number("files") > 50
    assert said.text("estop_chain") == "untestable"


@pytest.mark.requirement("REQ-SELFTEST-2", "REQ-FITTED-1")
def test_without_a_manifest(make_rig: RigMaker) -> None:
    """Files that somebody put there by hand: said, and the pump shows itself degraded."""
    rig = make_rig(manifest=False, instrumented=True)
    with rig.connect() as pump:
        status = until(pump, State.IDLE)
        assert Flag.DEGRADED in status.flags
        said = pump.selftest()
        assert said.text("code") == "unverified"
        assert said.number("files") == 0


@pytest.mark.requirement("REQ-SELFTEST-2", "REQ-ESTOP-1")
def test_when_the_estop_was_last_seen(rig: Rig, pump: Pump) -> None:
    """Not since the start, until it is pressed; then the powered minutes since. Pressed with a
    welded contact it is not seen, and the answer goes on as if nobody had tried."""
    until(pump, State.IDLE)
    rig.clock.sleep_ms(120_000)
    assert pump.selftest().number("estop_min") == -1
    switch = rig.inject("estop", "pressed")
    rig.clock.sleep_ms(90_000)
    assert pump.selftest().number("estop_min") == 0
    switch.clear()
    rig.clock.sleep_ms(180_000)
    assert pump.selftest().number("estop_min") == 3
    welded = rig.inject("estop", "cut_only")
    rig.clock.sleep_ms(60_000)
    assert pump.selftest().number("estop_min") == 4
    welded.clear()
    rig.power_cycle()
    until(pump, State.IDLE)
    assert pump.selftest().number("estop_min") == -1
