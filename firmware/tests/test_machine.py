"""The state machine: total, and with no way to motion but the two that are meant (C2)."""

import unittest

from pump import codes, machine

STATES = codes.STATE_WITHDRAWING + 1


class TableTest(unittest.TestCase):
    def test_every_state_answers_every_event(self):
        """REQ-STATE-1: the table is total and names only states that exist."""
        for state in range(STATES):
            for event in range(machine.EVENTS):
                following = machine.following(state, event)
                self.assertTrue(following == machine.REFUSED or following < STATES)

    def test_motion_forward_begins_only_from_armed(self):
        """REQ-START-1: running and priming are entered from armed and from nowhere else."""
        for state in range(STATES):
            for event in range(machine.EVENTS):
                following = machine.following(state, event)
                if following in (codes.STATE_RUNNING, codes.STATE_PRIMING) and following != state:
                    self.assertEqual(state, codes.STATE_ARMED)
                    self.assertTrue(event in (machine.START, machine.PRIME))

    def test_motion_backward_begins_only_by_relief_or_withdrawal(self):
        """C2: relieving by its own event, from running or priming; withdrawing from armed."""
        for state in range(STATES):
            for event in range(machine.EVENTS):
                following = machine.following(state, event)
                if following == codes.STATE_RELIEVING:
                    self.assertEqual(event, machine.RELIEVE)
                    self.assertTrue(state in (codes.STATE_RUNNING, codes.STATE_PRIMING))
                elif following == codes.STATE_WITHDRAWING:
                    self.assertEqual(event, machine.WITHDRAW)
                    self.assertEqual(state, codes.STATE_ARMED)

    def test_stop_is_never_refused(self):
        """REQ-STOP-1: in every state, and never into motion."""
        for state in range(STATES):
            following = machine.following(state, machine.STOP)
            self.assertTrue(following != machine.REFUSED)
            self.assertFalse(machine.moves(following))

    def test_fault_is_never_refused_and_leads_only_to_service(self):
        """REQ-FAULT-1: a fault ends every state, and only service with the jumper follows it."""
        for state in range(STATES):
            self.assertEqual(machine.following(state, machine.FAULT), codes.STATE_FAULT)
        for event in range(machine.EVENTS):
            following = machine.following(codes.STATE_FAULT, event)
            self.assertTrue(
                following in (codes.STATE_FAULT, machine.REFUSED)
                or (event == machine.SERVICE_ON and following == codes.STATE_SERVICE)
            )

    def test_alarm_ends_all_motion(self):
        """REQ-STATE-1: after an alarm event no state moves."""
        for state in range(STATES):
            following = machine.following(state, machine.ALARM)
            self.assertTrue(following == machine.REFUSED or not machine.moves(following))
            if machine.moves(state):
                self.assertEqual(following, codes.STATE_ALARM)


if __name__ == "__main__":
    unittest.main()
