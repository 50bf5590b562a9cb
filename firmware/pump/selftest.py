"""Self-test at power-on and after each change of the configuration: <= 2 s (GIP 3.4.3: 70 s).

One piece a tick, so that the link answers meanwhile. What fails is latched as its fault.
"""

from pump import codes
from pump.code_check import SAME, CodeCheck

# Ticks for which the sensors are watched: a working input shows noise within a second.
WATCH_TICKS = 20

# A phase erases once at most; a commit has erased in the tick in which the test begins.
_BEGIN = 0
_JOURNAL = 1
_CONFIG = 2
_LEDGER = 3
_RECOVER = 4
_WATCH = 5
_OVER = 6


class SelfTest:
    """``step`` once a tick until it returns True.

    Attributes: ``failed``: the first fault, or 0. ``code``: what is known of the firmware's files.
    """

    def __init__(self, app):
        self._app = app
        self.code = CodeCheck()  # once a start: what runs was read then
        self.restart()

    def restart(self):
        """Begin again."""
        self._phase = _BEGIN
        self._watched = 0
        self._pressure_code = -1
        self._air_code = -1
        self._pressure_alive = False
        self._air_alive = False
        self.failed = 0

    def step(self):
        """One piece; True when everything was tested."""
        app = self._app
        self._look()
        checked = self.code.step()
        if self._phase == _BEGIN:
            self._phase = _JOURNAL
        elif self._phase == _JOURNAL:
            if not app.journal.usable():
                app.journal.open()
                app.note(codes.EVENT_BOOT, app.clock.reset_cause(), 0)
            self._phase = _CONFIG
        elif self._phase == _CONFIG:
            code = app.config.load()
            if code:
                self._fail(code, app.config.bad_field, 0)
            self._phase = _LEDGER
        elif self._phase == _LEDGER:
            code = app.ledger.open()
            behind = app.ledger.generation != app.config.values[codes.CONFIG_LEDGER_GENERATION]
            if code or behind:
                self._fail(codes.ALARM_LEDGER_INVALID, app.ledger.generation, 0)
            self._phase = _RECOVER
        elif self._phase == _RECOVER:
            if self.failed or not app.ledger.work():
                app.reload()
                if not self.failed and not app.ledger.boot(app.window.minute):
                    self._fail(codes.ALARM_STORAGE_FAILED, 0, 0)
                self._phase = _WATCH
        elif self._phase == _WATCH and checked and self._watched >= WATCH_TICKS:
            self._phase = _OVER
            self._judge()
        return self._phase == _OVER

    def _look(self):
        """Sensors are watched from the first tick on, whatever else is tested meanwhile."""
        reading = self._app.reading
        if self._watched:
            self._pressure_alive |= reading.pressure_code != self._pressure_code
            self._air_alive |= reading.air_code != self._air_code
        self._pressure_code = reading.pressure_code
        self._air_code = reading.air_code
        self._watched += 1

    def _judge(self):
        reading = self._app.reading
        data = self._app.data
        # By board data: a board that has no input for what is fitted says so of each reading, and
        # no detector would look.
        if data.PRESSURE_FITTED and not self._pressure_alive:
            self._fail(codes.ALARM_PRESSURE_STUCK, reading.pressure_code, WATCH_TICKS)
        if data.AIR_FITTED and not self._air_alive:
            self._fail(codes.ALARM_AIR_STUCK, reading.air_code, WATCH_TICKS)
        if self.code.changed != SAME:
            self._fail(codes.ALARM_CODE_CHANGED, self.code.changed, 0)

    def _fail(self, alarm, value, limit):
        if self.failed == 0:
            self.failed = alarm
        self._app.latch(alarm, value, limit)
