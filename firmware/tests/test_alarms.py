"""Alarms: latch, first cause, priority, acknowledging, silence."""

import unittest

from pump import codes
from pump.alarms import Alarms


class AlarmsTest(unittest.TestCase):
    def setUp(self):
        self.alarms = Alarms()

    def test_first_cause_stays(self):
        """REQ-ALARM-1: what came first is named, whatever follows."""
        self.alarms.raise_alarm(codes.ALARM_HOST_LOST, 600, 500)
        self.alarms.raise_alarm(codes.ALARM_ESTOP, 1, 0)
        self.assertEqual(self.alarms.first, codes.ALARM_HOST_LOST)
        self.assertEqual(self.alarms.top, codes.ALARM_ESTOP)
        self.assertEqual(self.alarms.value(codes.ALARM_HOST_LOST), 600)
        self.assertEqual(self.alarms.limit(codes.ALARM_HOST_LOST), 500)

    def test_value_is_that_of_the_trip(self):
        """REQ-ALARM-1: a persisting cause does not overwrite what was measured at the trip."""
        self.assertTrue(self.alarms.raise_alarm(codes.ALARM_OCCLUSION_DOWNSTREAM, 70000, 68950))
        self.assertFalse(self.alarms.raise_alarm(codes.ALARM_OCCLUSION_DOWNSTREAM, 90000, 68950))
        self.assertEqual(self.alarms.value(codes.ALARM_OCCLUSION_DOWNSTREAM), 70000)

    def test_acknowledge_keeps_what_persists(self):
        """REQ-ALARM-1: a cause that is still there is not acknowledged away."""
        self.alarms.raise_alarm(codes.ALARM_ESTOP, 1, 0)
        self.alarms.raise_alarm(codes.ALARM_HOST_LOST, 600, 500)
        self.alarms.cause_gone(codes.ALARM_HOST_LOST)
        self.assertEqual(self.alarms.acknowledge(), codes.ALARM_ESTOP)
        self.assertFalse(self.alarms.latched(codes.ALARM_HOST_LOST))
        self.alarms.cause_gone(codes.ALARM_ESTOP)
        self.assertEqual(self.alarms.acknowledge(), 0)
        self.assertEqual(self.alarms.first, 0)

    def test_faults_are_not_acknowledged(self):
        """REQ-FAULT-1: a fault stays until the board restarts."""
        self.alarms.raise_alarm(codes.ALARM_STEP_COUNT, 3, 0)
        self.alarms.cause_gone(codes.ALARM_STEP_COUNT)
        self.assertEqual(self.alarms.acknowledge(), codes.ALARM_STEP_COUNT)
        self.assertEqual(self.alarms.faulted(), codes.ALARM_STEP_COUNT)

    def test_highest_priority_is_signalled_and_the_next_follows(self):
        """REQ-ALARM-2: when the highest clears the next one is signalled."""
        self.alarms.raise_alarm(codes.ALARM_END_OF_INFUSION, 0, 0)
        self.alarms.raise_alarm(codes.ALARM_HOST_LOST, 600, 500)
        self.assertEqual(self.alarms.priority(), codes.PRIORITY_MEDIUM)
        self.alarms.cause_gone(codes.ALARM_HOST_LOST)
        self.alarms.acknowledge()
        self.assertEqual(self.alarms.priority(), codes.PRIORITY_LOW)

    def test_silence_ends_and_a_new_alarm_breaks_it(self):
        """REQ-ALARM-3: silence is never permanent and never covers a new alarm."""
        self.alarms.raise_alarm(codes.ALARM_HOST_LOST, 600, 500)
        self.alarms.silence(102)
        self.assertTrue(self.alarms.silenced(101))
        self.assertFalse(self.alarms.silenced(102))
        self.alarms.silence(200)
        self.alarms.raise_alarm(codes.ALARM_ESTOP, 1, 0)
        self.assertFalse(self.alarms.silenced(103))


if __name__ == "__main__":
    unittest.main()
