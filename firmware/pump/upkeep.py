"""What is done while the pump stands: the exact figure, then a piece of memory work a tick.

Also making a ledger, which takes many such pieces.
"""

from pump import codes, machine


class Upkeep:
    """Attribute ``preparing``: memory is being made ready, what waits for it has to wait."""

    def __init__(self, app):
        self._app = app
        self._generation = 0  # of the blank ledger that is being written, 0: none
        self._begun = False  # in the poll before this tick, with an erase of its own
        self.preparing = False

    def provision(self, generation):
        """Begin a blank ledger, taken into use when it is written; False: the memory failed."""
        if not self._app.ledger.provision(generation):
            return False
        self._generation = generation
        self._begun = True
        return True

    def exact(self):
        """Whether the ledger says what was done, or could be made to now, standing still."""
        app = self._app
        if not app.provisioned():
            return True
        interrupted = self._interrupted()
        if not app.gate.drained():
            return interrupted
        # Travel first: a cut between the two then leaves the mark of motion that was cut off.
        return app.travel.settle() and (interrupted or app.gate.settle())

    def step(self):
        """One piece; called in every tick in which the pump stands still."""
        app = self._app
        if self._generation:
            self.preparing = True
            if self._begun:
                self._begun = False
            elif not app.ledger.work():
                self._provisioned()
        elif not app.provisioned():  # there is a journal all the same, and it fills
            self.preparing = app.journal.work()
        elif not self.exact():
            app.trip(codes.ALARM_STORAGE_FAILED, 0, 0)
        else:
            self.preparing = app.ledger.work() or app.journal.work()

    def _provisioned(self):
        """The blank ledger is written: remember its generation and test everything again."""
        app = self._app
        generation = self._generation
        self._generation = 0
        self.preparing = False
        app.config.values[codes.CONFIG_LEDGER_GENERATION] = generation
        if not app.config.commit():
            app.latch(codes.ALARM_STORAGE_FAILED, 0, 0)
            return
        app.alarms.reset(codes.ALARM_CONFIG_INVALID)
        app.alarms.reset(codes.ALARM_LEDGER_INVALID)
        app.note(codes.EVENT_PROVISIONED, generation, 0)
        app.change(machine.RELOAD)

    def _interrupted(self):
        """Whether motion was cut off and nobody has acknowledged it: the ledger keeps the mark.

        Were it settled before, a second cut would bring the pump up as if nothing had been.
        """
        alarms = self._app.alarms  # a method kept in a name would be an object made each tick
        return alarms.latched(codes.ALARM_POWER_LOST) or alarms.latched(codes.ALARM_WATCHDOG)
