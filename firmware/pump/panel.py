"""Light and sounder: what the state and the highest alarm ask for, shown when it changes."""

from pump import codes


class Panel:
    """Between the app and the panel port."""

    def __init__(self, port, alarms):
        self._port = port
        self._alarms = alarms
        self._shown_state = -1
        self._all_quiet = False  # no alarm, and the panel shows the state already

    def show(self, state, tick):
        """Show a state at a tick; silence takes the sound away, never the light."""
        if state == self._shown_state and self._all_quiet and self._alarms.top == 0:
            return
        self._shown_state = state
        self._all_quiet = self._alarms.top == 0
        sound = codes.SOUND_OFF
        if not self._alarms.silenced(tick):
            sound = codes.PRIORITY_SOUND[self._alarms.priority()]
        self._port.show(self._light(state), sound)

    def _light(self, state):
        priority = self._alarms.priority()
        if state == codes.STATE_ALARM:
            return codes.PRIORITY_LIGHT[priority]
        return codes.STATE_LIGHT_FLAGGED[state] if priority else codes.STATE_LIGHT[state]
