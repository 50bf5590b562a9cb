"""Configuration and provisioning. Widening a limit and making a ledger need the service jumper."""

from pump import codes, hal, machine


class Service:
    """Commands that change what survives a restart."""

    def __init__(self, app):
        self._app = app

    def get(self, field, reply):
        """Write one field of the working copy."""
        if field >= codes.CONFIG_COUNT:
            return codes.ERROR_CONFIG_FIELD
        reply.number(field)
        reply.text(b" ")
        reply.number(self._app.config.values[field])
        return 0

    def set(self, field, value, reply):
        """Change one field of the working copy; the pump uses it from the commit on."""
        app = self._app
        app.token.void()
        reply.detail = field
        if field >= codes.CONFIG_COUNT or field == codes.CONFIG_LEDGER_GENERATION:
            return codes.ERROR_CONFIG_FIELD
        if self._widens(field, value) and not self._jumper():
            return codes.ERROR_NEEDS_JUMPER
        widens = self._widens(field, value)
        error = app.config.set(field, value)
        if error == 0:
            app.note(codes.EVENT_LIMIT_WIDENED if widens else codes.EVENT_CONFIG_SET, field, value)
        return error

    def commit(self):
        """Write both copies, then run the self-test again, which takes the new values over."""
        app = self._app
        app.token.void()
        if not app.provisioned() and not self._jumper():
            return codes.ERROR_NEEDS_JUMPER
        if not app.upkeep.exact():
            return codes.ERROR_STORAGE
        if not app.config.commit():
            return codes.ERROR_STORAGE
        app.change(machine.RELOAD)
        return 0

    def provision(self):
        """Begin a blank ledger of the next generation; ``App`` goes on while the pump stands."""
        app = self._app
        if not self._jumper():
            return codes.ERROR_NEEDS_JUMPER
        generation = app.config.values[codes.CONFIG_LEDGER_GENERATION]
        if app.ledger.generation > generation:
            generation = app.ledger.generation
        app.token.void()
        if not app.upkeep.provision(generation + 1):
            return codes.ERROR_STORAGE
        return 0

    def mode(self, mode):
        """Enter service with the jumper fitted, leave it with the jumper removed."""
        app = self._app
        app.token.void()
        if mode == codes.MODE_ON:
            if not self._jumper():
                return codes.ERROR_NEEDS_JUMPER
            app.change(machine.SERVICE_ON)
            return 0
        if self._jumper():
            return codes.ERROR_JUMPER_FITTED
        if app.state == codes.STATE_SERVICE:
            app.change(machine.SERVICE_OFF)
        return 0

    def _jumper(self):
        return self._app.reading.switches & hal.SWITCH_JUMPER != 0

    def _widens(self, field, value):
        widen = codes.CONFIG_WIDEN[field]
        in_force = self._app.settings[field]
        if widen == codes.WIDEN_UP:
            return value > in_force
        if widen == codes.WIDEN_UP_OR_OFF:
            return in_force > 0 and (value == 0 or value > in_force)
        return widen == codes.WIDEN_DOWN and value < in_force
