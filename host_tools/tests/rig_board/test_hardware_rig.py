"""The rig of a real board, closed through the rig board's own modules and their doubles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchpump.bench.exchange import SWITCH_ESTOP
from benchpump.bench.hardware import board as hardware
from benchpump.bench.hardware import lines
from benchpump.bench.hardware.rig import HardwareRig
from benchpump.bench.hardware.rig_board import RigBoardLost
from benchpump.bench.plant import PlantParameters
from benchpump.bench.rig import Unsupported
from benchpump.link.errors import PortMissingError

pytestmark = pytest.mark.requirement("REQ-RIG-3")
ENABLE, SOUNDER, AIR_TEST = 1 << 26, 1 << 17, 1 << 16
GREEN = 40 << 16
PL_PER_STEP = 130_000
MakeRig = Callable[[], HardwareRig]


@pytest.fixture
def rig(board: Any, silent_pump: Any) -> HardwareRig:
    """A rig on a board that is being simulated, the driver energised, steady green."""
    made = HardwareRig(board, silent_pump.open, PlantParameters())
    board.levels_now = 0
    board.frames, board.colour, board.shown_us = 1, GREEN, board.now_us & lines.TIME_MASK
    made.truth.allot(100_000, PL_PER_STEP)
    made.clock.sleep_ms(1500)
    return made


def steps(board: Any, forward: int = 0, reverse: int = 0) -> None:
    """Made by the pump from now on: so many in each pass of the rig board, 1 ms."""

    def during() -> None:
        board.steps[0] += forward
        board.steps[1] += reverse

    board.during = during


def test_the_plant_moves_by_the_steps_that_were_counted(board: Any, rig: HardwareRig) -> None:
    """C9: forward and reverse steps reach truth and plant, none more, none less."""
    steps(board, forward=1)
    rig.clock.sleep_ms(400)
    steps(board)
    rig.clock.sleep_ms(400)
    assert rig.truth.forward_steps == board.steps[0] > 390
    assert rig.plant.displaced_nl > 0
    rig.truth.check()


def test_a_second_rig_on_the_same_bench(board: Any, silent_pump: Any, rig: HardwareRig) -> None:
    """Made long after the first one: its time begins at 0, and its loop at once."""
    board.sleep_s(2.0)
    second = HardwareRig(board, silent_pump.open)
    assert second.clock.now_ms() < 5
    second.clock.sleep_ms(500)
    assert second.board.exchanges >= 40
    assert second.board.late == 0


def test_steps_are_dated_by_the_rig_board(board: Any, rig: HardwareRig) -> None:
    """The last step is known to a pass of the rig board, not to the loop's period."""
    rig.set_jumper(False)  # an exchange: the next one is a period away
    board.steps[0] += 1
    board.run()
    at_us = rig.board.now_us
    rig.clock.sleep_ms(95)
    assert abs(rig.truth.last_step_us - at_us) <= 2_000


def test_the_loop_is_closed_at_50_hz(board: Any, rig: HardwareRig) -> None:
    """At least, in the rig board's time, whatever the test waits for."""
    before, began_us = rig.board.exchanges, board.now_us
    rig.clock.sleep_ms(1000)
    rig.link.read(1000)
    assert (rig.board.exchanges - before) * 1e6 / (board.now_us - began_us) >= 50
    assert rig.loop_hz >= 50
    assert rig.board.late == 0


def test_a_loop_that_is_late_says_so(board: Any, rig: HardwareRig) -> None:
    """A computer that was busy for 30 ms is counted, and told with a failing test."""
    board.sleep_s(0.030)
    rig.clock.sleep_ms(20)
    assert rig.board.late == 1
    assert "1 of them later than at 50 Hz" in rig.standing()


def test_a_rig_board_that_let_go_ends_the_test(board: Any, rig: HardwareRig) -> None:
    """What was seen after 300 ms without the host is not a pump on this bench any more."""
    board.sleep_s(0.4)
    with pytest.raises(RigBoardLost, match="let go"):
        rig.clock.sleep_ms(20)


def test_reverse_steps_after_forward_ones(board: Any, rig: HardwareRig) -> None:
    """Counted in one look, in either order, they are judged one after the other: a back-off."""
    for yellow in (False, True):
        board.frames += 1
        board.colour, board.shown_us = GREEN | (40 << 8) * yellow, board.now_us & lines.TIME_MASK
        rig.clock.sleep_ms(100)
        board.steps[yellow] += 3
    rig.clock.sleep_ms(50)
    assert (rig.truth.forward_steps, rig.truth.reverse_steps) == (3, 3)
    assert rig.truth.violations == []


def test_a_step_while_the_driver_is_cut_is_seen(board: Any, rig: HardwareRig) -> None:
    """C9: judged by the enable line as the rig board saw it; the plant's motor stays."""
    board.levels_now = ENABLE
    rig.clock.sleep_ms(50)
    displaced_nl = rig.plant.displaced_nl
    board.steps[0] += 1
    rig.clock.sleep_ms(50)
    assert any("while not enabled" in one for one in rig.truth.violations)
    assert rig.plant.displaced_nl == displaced_nl


def test_a_step_before_the_cut_is_none_after_it(board: Any, rig: HardwareRig) -> None:
    """A stop between two looks: the steps were made while the driver was energised."""
    board.steps[0] += 5
    board.run()
    board.levels_now = ENABLE
    rig.clock.sleep_ms(50)
    assert rig.truth.forward_steps == 5
    assert rig.truth.violations == []
    assert not rig.truth.enabled


def test_a_step_under_a_light_that_forbids_it_is_seen(board: Any, rig: HardwareRig) -> None:
    """C9: the light is read from the frames that the pump sends to it."""
    board.frames, board.colour, board.shown_us = 2, 0, board.now_us & lines.TIME_MASK
    rig.clock.sleep_ms(1500)
    board.steps[0] += 1
    rig.clock.sleep_ms(50)
    assert any("under light off" in one for one in rig.truth.violations)


def test_switches_are_contacts(board: Any, rig: HardwareRig) -> None:
    """At once: e-stop and cassette open, button and jumper close."""
    seated = lines.CONTACT_ESTOP | lines.CONTACT_CASSETTE
    assert board.closed == seated
    fault = rig.inject("estop", "pressed")
    assert board.closed == lines.CONTACT_CASSETTE
    assert rig.board.drive.cut
    fault.clear()
    rig.set_jumper(True)
    assert board.closed == seated | lines.CONTACT_JUMPER
    rig.set_jumper(False)
    rig.inject("cassette", "out")
    assert board.closed == lines.CONTACT_ESTOP
    assert rig.board.switches & SWITCH_ESTOP == 0


def test_the_button_is_held_for_as_long(board: Any, rig: HardwareRig) -> None:
    """Pressed and let go in the rig board's time."""
    held: list[int] = []
    board.during = lambda: held.append(board.closed & lines.CONTACT_BUTTON)
    rig.press_button(200)
    assert 195 <= sum(map(bool, held)) <= 215
    assert not board.closed & lines.CONTACT_BUTTON


def test_sensors_show_the_plant(board: Any, rig: HardwareRig) -> None:
    """Codes of the plant's sensors, and those of a sensor that is stuck; no answer is 0 V."""
    rig.inject("pressure_sensor", "stuck", code=4095)
    rig.inject("air_sensor", "off")
    rig.inject("supply", "sag", mv=0)
    rig.clock.sleep_ms(20)
    assert board.codes[0] == 4095
    assert board.codes[1] == 0
    assert board.codes[2] < 50


def test_the_air_detectors_self_check(board: Any, rig: HardwareRig) -> None:
    """Excited by the pump, it shows dry within the 200 ms that it has."""
    wet = board.codes[1]
    board.levels_now = AIR_TEST
    rig.clock.sleep_ms(40)
    assert board.codes[1] > wet + 500


def test_power(board: Any, silent_pump: Any, rig: HardwareRig) -> None:
    """The supply's switch; the port is given up, and opened again when there is power."""
    opened = silent_pump.opened
    rig.power_off()
    assert board.closed & lines.SWITCH_SUPPLY_CUT
    rig.link.write(b"?")
    rig.clock.sleep_ms(100)
    assert (silent_pump.opened, silent_pump.written) == (opened, b"")
    rig.power_on()
    rig.clock.sleep_ms(300)
    assert not board.closed & lines.SWITCH_SUPPLY_CUT
    assert silent_pump.opened == opened + 1


@pytest.mark.parametrize(("levels", "made"), [(0, 0), (ENABLE, 1)], ids=["energised", "steps"])
def test_a_pump_that_keeps_its_power(board: Any, rig: HardwareRig, levels: int, made: int) -> None:
    """Fed by its USB cable: what follows would pass for a power cut that never was."""
    rig.power_off()
    board.levels_now = levels
    rig.clock.sleep_ms(hardware.HOLDS_UP_US / 1000 - 20)
    board.steps[0] += made
    rig.clock.sleep_ms(10)
    with pytest.raises(RigBoardLost, match="open the 5 V wire"):
        steps(board, forward=made)
        rig.clock.sleep_ms(40)


def test_a_pump_without_power_stays_so(board: Any, rig: HardwareRig) -> None:
    """Its enable line is pulled up by the rig board, and it makes no step."""
    rig.power_off()
    board.levels_now = ENABLE
    rig.clock.sleep_ms(2 * hardware.HOLDS_UP_US / 1000)
    rig.power_on()
    assert rig.board.powered


def test_a_port_that_is_not_there_yet(board: Any, silent_pump: Any) -> None:
    """While a board starts there is none: the loop goes on and looks again, 5 times a second."""
    asked = 0

    def absent() -> Any:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise PortMissingError("none")
        return silent_pump

    made = HardwareRig(board, absent)
    made.clock.sleep_ms(1000)
    assert asked == 3
    assert made.board.late == 0


def test_the_sounder_is_heard(board: Any, rig: HardwareRig) -> None:
    """Three pulses, and again after 8 s: medium."""

    def during() -> None:
        at_ms = (board.now_us // 1000) % 8000
        on = at_ms % 400 < 200 and at_ms < 1200
        board.levels_now = SOUNDER * on

    board.during = during
    rig.clock.sleep_ms(9000)
    assert rig.panel[1] == "medium"


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        ("clock", "hang"),
        ("clock", "kill"),
        ("clock", "slow"),
        ("store", "torn"),
        ("store", "slow"),
        ("drive", "counter_stuck"),
        ("drive", "counter_noise"),
    ],
)
def test_what_it_cannot_do(rig: HardwareRig, channel: str, kind: str) -> None:
    """Faults inside a real board are said to be out of reach: a counted skip, never a pass."""
    figures = {"extra_ms": 1.0} if kind == "slow" and channel == "clock" else {}
    with pytest.raises(Unsupported):
        rig.inject(channel, kind, **figures)


def test_closing_lets_go(board: Any, rig: HardwareRig) -> None:
    """The pump is left with its e-stop pressed and with its supply."""
    rig.close()
    assert (board.closed, board.codes) == (0, (0, 0, 0))


def test_the_loop_is_faster_than_the_boards_patience(board: Any) -> None:
    """Ten periods fit into the silence after which the rig board lets go."""
    assert hardware.PERIOD_US * 10 <= board.board_data.LINK_SILENT_MS * 1000
