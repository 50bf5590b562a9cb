"""What narrows the rate, in every order of changes, and soft limits and tokens by themselves."""

import unittest

from pump import codes, hal, soft, token
from pump.app import App
from pump.limits import BINDING_CONFIG, BINDING_CONTAINER, BINDING_NAMES, BINDING_PROFILE
from pump.operator import Operator
from pump.profile import Profile

from tests.test_app import _Board, _Data

MOST = 300_000_000
PL_PER_STEP = 103_206


class _SyringeData(_Data):
    BOARD_PUMP = "syringe"


class _Reply:
    """Keeps what was written."""

    def __init__(self):
        self.detail = 0
        self.written = b""

    def text(self, text):
        self.written += text

    def number(self, value):
        self.written += bytes(str(value), "ascii")

    def pair(self, name, value):
        self.text(name)
        self.number(value)

    def hexadecimal(self, value, digits):
        pass


class _Sensors(hal.Sensors):
    """A dry bench: every input alive, the supply good."""

    pressed = 0
    noise = 0

    def read(self, channel):
        self.noise ^= 1
        return (3000 if channel == hal.CHANNEL_SUPPLY else 500) + self.noise

    def switches(self):
        return self.pressed


class _Pump:
    """A provisioned pump that stands, asked as the link would."""

    def __init__(self):
        self.board = _Board()
        self.board.sensors = _Sensors()
        self.app = App(self.board, _SyringeData)
        self.operator = Operator(self.app)
        self.reply = _Reply()
        self.board.sensors.pressed = hal.SWITCH_JUMPER
        self.ticks(60)
        self.ask(codes.COMMAND_SERVICE, codes.MODE_ON)
        self.ask(codes.COMMAND_PROVISION)
        self.ticks(100)
        self.board.sensors.pressed = 0
        self.ticks(1)
        self.ask(codes.COMMAND_SERVICE, codes.MODE_OFF)
        self.ticks(60)

    def ticks(self, count):
        for _ in range(count):
            self.app.tick()
            self.board.clock.now_ms = self.app.deadline_ms

    def ask(self, command, *args):
        """Carry out a command that must be taken."""
        self.reply = _Reply()
        error = self.operator.execute(command, list(args), self.reply)
        assert error == 0, (command, error, self.reply.detail)

    def configure(self, rate_nl_h):
        self.board.sensors.pressed = hal.SWITCH_JUMPER
        self.ticks(2)
        self.ask(codes.COMMAND_CONFIG_SET, codes.CONFIG_MAX_RATE_NL_H, rate_nl_h)
        self.ask(codes.COMMAND_CONFIG_COMMIT)
        self.ticks(60)
        self.board.sensors.pressed = 0
        self.ticks(2)

    def allot(self, rate_max_nl_h):
        self.ask(
            codes.COMMAND_ALLOTMENT_NEW, 1, 14_500, 0, 10_000, 1500, 300_000, 1000, rate_max_nl_h
        )
        self.board.sensors.pressed = hal.SWITCH_BUTTON
        self.ticks(2)
        self.board.sensors.pressed = 0
        self.ticks(2)
        self.ask(codes.COMMAND_ALLOTMENT_CONFIRM, self.app.token.number)

    def profile(self, rate_nl_h):
        if rate_nl_h:
            self.ask(codes.COMMAND_PROFILE, 7, rate_nl_h, 0, 0, 0, 0)
        else:
            self.ask(codes.COMMAND_PROFILE_CLEAR)


class RecomputeTest(unittest.TestCase):
    def setUp(self):
        self.pump = _Pump()

    def change(self, source, rate_nl_h):
        if source == BINDING_CONFIG:
            self.pump.configure(rate_nl_h)
        elif source == BINDING_CONTAINER:
            self.pump.allot(rate_nl_h)
        else:
            self.pump.profile(rate_nl_h)

    def holds(self, said):
        """The least of what was said is in force, named, and in the gate."""
        least = min(rate for rate in said if rate)
        app = self.pump.app
        self.assertEqual(app.limits.rate_nl_h, least)
        self.assertEqual(said[app.limits.binding - BINDING_CONFIG], least)
        self.assertEqual(app.limits.steps_per_hour, least * 1000 // PL_PER_STEP)
        self.assertEqual(app.governor._state[2], app.limits.steps_per_hour)
        self.assertTrue(app.governor.intact())

    def test_every_order_of_changes_gives_the_least(self):
        """REQ-PROFILE-1: configuration, container and profile, narrowed and widened again in
        every order, each of them the least in turn; what is not changed goes on counting."""
        self.pump.allot(0)
        self.assertEqual(self.pump.app.state, codes.STATE_IDLE)
        sources = (BINDING_CONFIG, BINDING_CONTAINER, BINDING_PROFILE)
        for first in range(3):
            for second in range(3):
                third = 3 - first - second
                if second == first:
                    continue
                said = [MOST, 0, 0]
                rates = (20_000_000, 10_000_000, 30_000_000)
                for place in (first, second, third):
                    said[place] = rates[place]
                    self.change(sources[place], said[place])
                    self.holds(said)
                for place in (second, third, first):
                    said[place] = MOST if place == 0 else 0
                    self.change(sources[place], said[place])
                    self.holds(said)

    def test_nothing_said_above_the_others_widens(self):
        """REQ-PROFILE-1: a container and a profile of the most there is leave config binding."""
        self.pump.allot(500_000_000)
        self.pump.profile(500_000_000)
        limits = self.pump.app.limits
        self.assertEqual(limits.rate_nl_h, MOST)
        self.assertEqual(BINDING_NAMES[limits.binding], b"config")

    def test_a_profile_voids_what_was_offered(self):
        """REQ-PROFILE-1: an allotment's first step does not outlive a change of profile."""
        for change in (lambda: self.pump.profile(1000), lambda: self.pump.profile(0)):
            self.pump.app.token.issue(token.ALLOT, 0, self.pump.app.tick_count)
            change()
            self.assertEqual(self.pump.app.token.purpose, token.NOTHING)


class TokenTest(unittest.TestCase):
    def setUp(self):
        self.token = token.Token()

    def issue(self, limits):
        return self.token.issue(token.RUN, 5, 100, limits)

    def test_taken_only_with_exactly_what_was_named(self):
        """REQ-PROFILE-2: of all sets of four limits one confirms; the refused leave the token."""
        for wanted in range(16):
            number = self.issue(wanted)
            for said in range(16):
                if said != wanted:
                    error = self.token.confirm(number, said, 100)
                    self.assertEqual(error, codes.ERROR_SOFT_DIFFERS)
                    taken = self.token.take(number, token.RUN, 100) if wanted else -1
                    self.assertTrue(taken in (-1, codes.ERROR_SOFT_UNCONFIRMED))
            self.assertEqual(self.token.confirm(number, wanted, 100), 0)
            self.assertEqual(self.token.take(number, token.RUN, 100), 0)
            self.assertEqual(self.token.take(number, token.RUN, 100), codes.ERROR_BAD_TOKEN)

    def test_a_confirmation_is_of_one_token(self):
        """REQ-PROFILE-2: not of the next one, not of a void one, not of one too old."""
        number = self.issue(1)
        self.assertEqual(self.token.confirm(number, 1, 100), 0)
        number = self.issue(1)
        self.assertEqual(self.token.take(number, token.RUN, 100), codes.ERROR_SOFT_UNCONFIRMED)
        self.assertEqual(self.token.confirm(number, 1, 699), 0)
        self.assertEqual(self.token.confirm(number, 1, 700), codes.ERROR_TOKEN_EXPIRED)
        self.token.void()
        self.assertEqual(self.token.confirm(number, 1, 100), codes.ERROR_BAD_TOKEN)


class ProfileTest(unittest.TestCase):
    def test_soft_volume_in_steps(self):
        """REQ-PROFILE-2: to the nearest step, and never beyond a small integer."""
        profile = Profile()
        for volume_ul, pl_per_step, steps in (
            (100, 103_206, 969),
            (1, 1000, 1000),
            (100_000_000, 1, (1 << 30) - 1),
            (100, 0, (1 << 30) - 1),
        ):
            profile.take([1, 0, 0, volume_ul, 0, 0], _Reply())
            profile.scale(pl_per_step)
            self.assertEqual(profile.soft_steps, steps)

    def test_soft_at_most_hard(self):
        """REQ-PROFILE-2: hard + 1 is no soft rate; without a hard rate any is."""
        for hard, limit, error in (
            (10, 9, 0),
            (10, 10, 0),
            (10, 11, codes.ERROR_PROFILE_INVALID),
            (0, 11, 0),
        ):
            self.assertEqual(Profile().take([1, hard, limit, 0, 0, 0], _Reply()), error)

    def test_names(self):
        """REQ-PROFILE-2: the names of a set, with commas, or none."""
        for bits, text in ((0, b"none"), (1, b"rate"), (5, b"rate,bolus"), (8, b"bubble")):
            reply = _Reply()
            soft.write(bits, reply)
            self.assertEqual(reply.written, text)


if __name__ == "__main__":
    unittest.main()
