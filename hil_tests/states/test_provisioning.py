"""Boards that must not pump: unprovisioned, in service, without a button pressed (C2, C3)."""

from dataclasses import replace

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Flag,
    PumpBadTokenError,
    PumpContainerLimitError,
    PumpGeometryError,
    PumpJumperFittedError,
    PumpNeedsButtonError,
    PumpNeedsJumperError,
    PumpRefused,
    PumpTokenExpiredError,
    PumpUnprovisionedError,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    SYRINGE,
    TUBING,
    Fitted,
    allot,
    configure_in_service,
    fitted_to,
    latched,
    propose,
    until,
)
from benchpump.testing.targets import RigMaker

# 625 nm a step in a 14.5 mm barrel; 220 uL a revolution of 3200 steps.
NOMINAL_PL_PER_STEP = {"syringe": 103_206, "peristaltic": 68_750}


@pytest.mark.requirement("REQ-PROVISION-1")
def test_a_blank_board_refuses_and_says_why(blank_rig: Rig) -> None:
    """A board that was never provisioned comes up in fault, names it, and takes no motion."""
    with blank_rig.connect() as pump:
        status = until(pump, State.FAULT)
        assert Flag.UNPROVISIONED in status.flags
        assert latched(pump) == ["CONFIG_INVALID", "LEDGER_INVALID"]
        for command in (
            lambda: pump.load([Segment.constant(ML_H, 100)]),
            lambda: pump.arm("FRESH"),
            lambda: pump.prime(10_000, ML_H),
            lambda: propose(pump, 1000, fitted_to(blank_rig)),
        ):
            with pytest.raises((PumpWrongStateError, PumpUnprovisionedError)):
                command()
    assert blank_rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-PROVISION-2")
def test_provisioning_takes_the_jumper(blank_rig: Rig) -> None:
    """Without the service jumper neither service nor provisioning can be entered."""
    with blank_rig.connect() as pump:
        until(pump, State.FAULT)
        with pytest.raises(PumpNeedsJumperError):
            pump.service(True)
        with pytest.raises(PumpWrongStateError):
            pump.provision()
        blank_rig.set_jumper(True)
        blank_rig.clock.sleep_ms(100)
        pump.service(True)
        blank_rig.set_jumper(False)
        blank_rig.clock.sleep_ms(100)
        with pytest.raises(PumpNeedsJumperError):
            pump.provision()


@pytest.mark.requirement("REQ-PROVISION-2")
def test_the_jumper_keeps_it_from_pumping(rig: Rig, pump: Pump) -> None:
    """With the jumper fitted ARM and PRIMe are refused, and START too when it came later."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 100)])
    armed = pump.arm("FRESH")
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    with pytest.raises((PumpJumperFittedError, PumpBadTokenError)):  # refused, and void as well
        pump.start(armed.token)
    with pytest.raises(PumpJumperFittedError):
        pump.arm("FRESH")
    with pytest.raises(PumpJumperFittedError):
        pump.prime(10_000, ML_H)
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-PROVISION-2", "REQ-CAL-3")
@pytest.mark.parametrize(
    ("name", "wider", "narrower"),
    [
        ("max_rate_nl_h", 300_000_001, 299_999_999),
        ("window_cap_ul", 50_001, 49_999),
        ("occlusion_pa", 68_951, 68_949),
        ("air_bubble_nl", 100_001, 99_999),
        ("calibration_ppm", 999_999, 1_000_001),
        ("pressure_zero_code", 411, 409),
    ],
)
def test_widening_takes_the_jumper(
    rig: Rig, pump: Pump, name: str, wider: int, narrower: int
) -> None:
    """One unit wider than in force is refused without the jumper; one narrower is taken."""
    with pytest.raises(PumpNeedsJumperError):
        pump.config_set(FIELD[name].index, wider)
    pump.config_set(FIELD[name].index, narrower)
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.config_set(FIELD[name].index, wider)
    assert pump.config_get(FIELD[name].index) == wider


@pytest.mark.requirement("REQ-ALLOT-1")
def test_an_allotment_takes_the_button(rig: Rig, pump: Pump) -> None:
    """The second step is refused until the button is pressed after the first step."""
    rig.press_button()  # before the first step: does not count
    proposed = propose(pump, 1000, fitted_to(rig))
    with pytest.raises(PumpNeedsButtonError):
        pump.confirm(proposed.token)
    assert Flag.ALLOTTED not in pump.status().flags
    rig.press_button()
    pump.confirm(proposed.token)
    assert Flag.ALLOTTED in pump.status().flags


@pytest.mark.requirement("REQ-ALLOT-1")
def test_the_first_step_of_an_allotment_expires(rig: Rig, pump: Pump) -> None:
    """A button pressed half a minute later confirms nothing."""
    proposed = propose(pump, 1000, fitted_to(rig))
    rig.clock.sleep_ms(31_000)
    rig.press_button()
    with pytest.raises(PumpTokenExpiredError):
        pump.confirm(proposed.token)


@pytest.mark.requirement("REQ-ALLOT-1")
def test_no_allotment_while_running_or_in_alarm(rig: Rig, pump: Pump) -> None:
    """A new allotment is refused unless the pump stands without a latched alarm."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 10_000)])
    pump.start(pump.arm("FRESH").token)
    with pytest.raises(PumpRefused):
        propose(pump, 1000, fitted_to(rig))
    rig.inject("cassette", "out")
    until(pump, State.ALARM)
    with pytest.raises(PumpRefused):
        propose(pump, 1000, fitted_to(rig))


@pytest.mark.requirement("REQ-CAL-1")
def test_geometry_that_cannot_be(rig: Rig, pump: Pump) -> None:
    """No bore and no tubing: refused, nothing changed."""
    fits = fitted_to(rig)
    with pytest.raises(PumpGeometryError):
        propose(pump, 1000, replace(fits, inner_diameter_um=0, tubing_nl_per_revolution=0))


@pytest.mark.requirement("REQ-CAP-1", "REQ-TRAVEL-1")
def test_more_than_a_tube_draws_from(make_rig: RigMaker) -> None:
    """Nothing tells when it is empty, so a cap above its content is refused; of a syringe, which
    is changed in mid-run, it is taken."""
    for kind, refused in (("peristaltic", True), ("syringe", False)):
        rig = make_rig(pump=kind)
        with rig.connect() as pump:
            until(pump, State.IDLE)
            fits = fitted_to(rig)
            for over_ul in (-1, 0):
                propose(pump, fits.capacity_ul + over_ul, fits)
            if refused:
                with pytest.raises(PumpContainerLimitError):
                    propose(pump, fits.capacity_ul + 1, fits)
            else:
                propose(pump, fits.capacity_ul + 1, fits)


@pytest.mark.requirement("REQ-CONTAINER-1")
@pytest.mark.parametrize(
    ("kind", "other"), [("syringe", TUBING), ("peristaltic", SYRINGE)], ids=["syringe", "tubing"]
)
def test_a_container_of_the_other_pump_is_refused(
    make_rig: RigMaker, kind: str, other: Fitted
) -> None:
    """Tubing in a syringe pump, a syringe in a peristaltic one, or both at once: refused."""
    rig = make_rig(pump=kind)
    with rig.connect() as pump:
        until(pump, State.IDLE)
        fits = fitted_to(rig)
        both = replace(
            fits,
            inner_diameter_um=SYRINGE.inner_diameter_um,
            tubing_nl_per_revolution=TUBING.tubing_nl_per_revolution,
        )
        for wrong in (other, both):
            with pytest.raises(PumpGeometryError):
                propose(pump, 1000, wrong)
        assert propose(pump, 1000, fits).pl_per_step == NOMINAL_PL_PER_STEP[kind]


@pytest.mark.requirement("REQ-CAL-1")
@pytest.mark.parametrize(
    ("ppm", "fits"),
    [
        (899_999, False),
        (900_000, True),
        (900_001, True),
        (1_099_999, True),
        (1_100_000, True),
        (1_100_001, False),
    ],
)
def test_calibration_within_ten_per_cent(rig: Rig, pump: Pump, ppm: int, fits: bool) -> None:
    """A calibration is taken within ±10 % of the geometry and refused beyond, to the ppm."""
    if not fits:
        with pytest.raises(PumpRefused):
            pump.config_set(FIELD["calibration_ppm"].index, ppm)
        return
    configure_in_service(rig, pump, calibration_ppm=ppm)
    proposed = propose(pump, 1000, fitted_to(rig))
    assert proposed.pl_per_step == pytest.approx(NOMINAL_PL_PER_STEP[rig.pump] * ppm / 1e6, abs=1)


@pytest.mark.requirement("REQ-PROVISION-1")
def test_restart_keeps_configuration_and_allotment(rig: Rig, pump: Pump) -> None:
    """What was committed and allotted is there after a power cycle; what was only set is not."""
    allotted = allot(rig, pump)
    pump.config_set(FIELD["occlusion_pa"].index, 50_000)
    pump.config_commit()
    until(pump, State.IDLE)
    pump.config_set(FIELD["occlusion_pa"].index, 40_000)
    rig.power_cycle()
    until(pump, State.IDLE)
    assert pump.config_get(FIELD["occlusion_pa"].index) == 50_000
    assert pump.allotment().number("id") == allotted.identity
