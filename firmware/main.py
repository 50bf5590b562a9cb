"""Joins board, pump and link, and runs the superloop. On any way out the drive is disabled."""

import board_data
import hal
from link.server import Server
from pump import codes, machine
from pump.app import App
from pump.operator import Operator

_board = hal.board()
_board.drive.enable(False)
app = App(_board, board_data)
operator = Operator(app)
server = Server(_board.link, operator, _board.clock)


def run(tick_count):
    """Perform that many ticks; called again and again: some VMs collect garbage only between."""
    try:
        _run(tick_count)
    except Exception:
        # Nothing above this can be trusted to have stopped the motor. The fault keeps it stopped,
        # and reading stays possible; a second exception ends the program with the drive disabled.
        try:
            app.gate.halt()
        finally:
            _board.drive.enable(False)
        if app.alarms.latched(codes.ALARM_UNCAUGHT):
            raise
        # It may have come between a lease and its bookkeeping: where the plunger is, is a guess.
        app.travel.doubted = True
        app.latch(codes.ALARM_UNCAUGHT, app.state, app.steps_ran)
        app.change(machine.FAULT)
    except BaseException:
        _board.drive.enable(False)
        raise


def _run(tick_count):
    clock = _board.clock
    for _ in range(tick_count):
        server.poll()
        app.tick()
        clock.idle_until(app.deadline_ms)
