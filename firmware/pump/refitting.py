"""Another container in mid-run, or the same again: what it holds, confirmed in two steps.

The evidence is the pump's own: its seat switch was open since the container was last confirmed.
Allotment, cap and window stay what they are.
"""

from pump import codes, token
from pump.scale import clipped

_PARTS = 3


class Refitting:
    """Holds what the first step said. Attribute: ``parts``."""

    parts = _PARTS

    def __init__(self, app):
        self._app = app
        self._end_steps = 0

    def propose(self, content_ul, reply):
        """First step; error code, detail in ``reply``."""
        app = self._app
        app.token.void()
        error = self._refused(reply)
        if error:
            return error
        allotment = app.ledger.allotment
        if content_ul > allotment.capacity_ul:
            reply.detail = clipped(allotment.capacity_ul * 1000)
            return codes.ERROR_CONTAINER_LIMIT
        if not app.upkeep.exact():
            return codes.ERROR_STORAGE
        debited = app.governor.debited()
        self._end_steps = app.travel.end_with(content_ul, allotment.pl_per_step, debited)
        app.token.issue(token.REFIT, app.reading.now_ms, app.tick_count)
        return 0

    def part(self, index, reply):
        """One part of the answer to the first step, the token last."""
        app = self._app
        allotment = app.ledger.allotment
        if index >= _PARTS or allotment is None:
            return codes.ERROR_NO_PART
        if index == 0:
            reply.pair(b"container=", allotment.container)
            reply.pair(b" id=", allotment.identity)
        elif index == 1:
            if app.travel.limited():
                reply.pair(b"container_left_steps=", self._end_steps - app.governor.debited())
            else:
                reply.text(b"container_left=unknown")
            reply.pair(b" pl_per_step=", allotment.pl_per_step)
        else:
            reply.pair(b"token=", app.token.number)
        return 0

    def confirm(self, number, reply):
        """Second step; error code."""
        app = self._app
        error = self._refused(reply)
        if error == 0:
            error = app.token.take(number, token.REFIT, app.tick_count)
        if error:
            return error
        if not app.travel.refit(self._end_steps):
            return codes.ERROR_STORAGE
        content = self._end_steps - app.governor.debited()
        app.note(codes.EVENT_REFITTED, content, app.ledger.allotment.identity)
        return 0

    def _refused(self, reply):
        app = self._app
        error = app.arming.blocked(reply)
        if error:
            return error
        if app.ledger.allotment is None:
            return codes.ERROR_NO_ALLOTMENT
        return codes.ERROR_NOT_REFITTED if app.ledger.confirmed else 0
