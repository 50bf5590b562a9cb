"""The tick as a whole: the watchdog is fed only by a tick whose every safety step ran."""

import unittest

from pump import codes, hal
from pump.app import App

from tests.memory import Memory
from tests.ports import MemoryDrive


class _Clock(hal.Clock):
    now_ms = 0
    fed = 0

    def ticks_ms(self):
        return self.now_ms

    def feed(self):
        self.fed += 1

    def reset_cause(self):
        return hal.RESET_POWER_ON


class _Sensors(hal.Sensors):
    code = 500
    missing = -1  # channel that is not fitted

    def read(self, channel):
        if channel == hal.CHANNEL_PRESSURE:  # the first of a tick
            self.code ^= 1
        return hal.NOT_FITTED if channel == self.missing else self.code

    def switches(self):
        return 0


class _Board:
    def __init__(self):
        self.clock = _Clock()
        self.drive = MemoryDrive()
        self.sensors = _Sensors()
        self.store = Memory(32)
        self.link = hal.Link()
        self.panel = hal.Panel()


class _Data:
    BOARD_NAME = "test"
    BOARD_PUMP = "syringe"
    DRIVE_NM_PER_STEP = 625
    DRIVE_MAX_STEPS_PER_S = 2000
    STORE_CONFIG_FIRST_SECTOR = 0
    STORE_LEDGER_FIRST_SECTOR = 2
    STORE_LEDGER_SECTORS = 16
    STORE_JOURNAL_FIRST_SECTOR = 18
    STORE_JOURNAL_SECTORS = 14
    LIMITS_MAX_RATE_NL_H = 500_000_000
    PRESSURE_FITTED = AIR_FITTED = SUPPLY_FITTED = True
    ENCODER_FITTED = FLOW_FITTED = UPSTREAM_FITTED = False
    PRESSURE_PA_PER_1000_CODES = 60_000
    AIR_WET_BELOW_CODE = 1400
    AIR_DRY_ABOVE_CODE = 2200
    AIR_TO_OUTLET_UL = 600
    SUPPLY_MV_PER_1000_CODES = 4000
    SUPPLY_WARN_BELOW_MV = 11_000
    SUPPLY_STOP_BELOW_MV = 10_000


class TickTest(unittest.TestCase):
    def setUp(self):
        self.board = _Board()
        self.app = App(self.board, _Data)

    def tick(self):
        self.app.tick()
        self.board.clock.now_ms = self.app.deadline_ms

    def test_a_whole_tick_feeds_the_watchdog_once(self):
        """REQ-RESTART-1: each tick that ran through feeds it."""
        for count in (1, 2, 3):
            self.tick()
            self.assertEqual(self.board.clock.fed, count)

    def test_a_skipped_step_feeds_nothing(self):
        """REQ-RESTART-1: without detecting, deciding or delivering the watchdog goes hungry."""
        for step in ("_sense", "_detect", "_decide", "_deliver"):
            self.setUp()
            self.tick()
            setattr(self.app, step, lambda: None)
            self.tick()
            self.assertEqual(self.board.clock.fed, 1)

    def test_a_blank_board_comes_up_in_fault(self):
        """REQ-PROVISION-1: nothing provisioned: fault, both causes latched, driver off."""
        for _ in range(60):
            self.tick()
        self.assertEqual(self.app.state, codes.STATE_FAULT)
        self.assertTrue(self.app.alarms.latched(codes.ALARM_CONFIG_INVALID))
        self.assertTrue(self.app.alarms.latched(codes.ALARM_LEDGER_INVALID))
        self.assertFalse(self.board.drive.enabled)

    def test_what_is_fitted_and_has_no_input_is_a_fault(self):
        """C5: fitted by board data and not by the board's own word: found by the self-test."""
        channels = (
            (hal.CHANNEL_PRESSURE, codes.ALARM_PRESSURE_STUCK),
            (hal.CHANNEL_AIR, codes.ALARM_AIR_STUCK),
        )
        for missing, alarm in channels:
            self.setUp()
            self.board.sensors.missing = missing
            for _ in range(60):
                self.tick()
            for _, each in channels:
                self.assertEqual(self.app.alarms.latched(each), each == alarm)


if __name__ == "__main__":
    unittest.main()
