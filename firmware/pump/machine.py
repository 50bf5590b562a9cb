"""The state machine as a total table: every state answers every event, most by refusing it."""

from pump import codes

BOOTED = 0
PASSED = 1
ARM = 2
DISARM = 3
START = 4
PRIME = 5
PAUSE = 6
END = 7
STOP = 8
ALARM = 9
RELIEVE = 10
RELIEVED = 11
FAULT = 12
ACKNOWLEDGE = 13
SERVICE_ON = 14
SERVICE_OFF = 15
RELOAD = 16
WITHDRAW = 17
EVENTS = 18

REFUSED = 255

_NO = REFUSED
_BOOT = codes.STATE_BOOT
_TEST = codes.STATE_SELFTEST
_IDLE = codes.STATE_IDLE
_ARMD = codes.STATE_ARMED
_RUN = codes.STATE_RUNNING
_PAUS = codes.STATE_PAUSED
_RELV = codes.STATE_RELIEVING
_PRIM = codes.STATE_PRIMING
_SERV = codes.STATE_SERVICE
_DONE = codes.STATE_FINISHED
_ALRM = codes.STATE_ALARM
_FALT = codes.STATE_FAULT
_DRAW = codes.STATE_WITHDRAWING

# One row a state, in the order of the codes; one column an event, in the order above. Nothing
# leads out of a fault but service (with the jumper), and nothing leads to motion but START, PRIME
# and WITHDRAW from armed.
# fmt: off
_TABLE = (
    # BOOTED PASSED   ARM DISARM  START  PRIME  PAUSE    END   STOP  ALARM RELIEVE RELIEVED FAULT
    #    ACK SRV_ON SRV_OFF RELOAD WITHDRAW
    (_TEST, _NO, _NO, _NO, _NO, _NO, _NO, _NO, _BOOT, _ALRM, _NO, _NO, _FALT,
     _NO, _NO, _NO, _NO, _NO),
    (_NO, _IDLE, _NO, _NO, _NO, _NO, _NO, _NO, _TEST, _ALRM, _NO, _NO, _FALT,
     _NO, _NO, _NO, _NO, _NO),
    (_NO, _NO, _ARMD, _NO, _NO, _NO, _NO, _NO, _IDLE, _ALRM, _NO, _NO, _FALT,
     _NO, _SERV, _NO, _TEST, _NO),
    (_NO, _NO, _ARMD, _IDLE, _RUN, _PRIM, _NO, _NO, _IDLE, _ALRM, _NO, _NO, _FALT,
     _NO, _NO, _NO, _NO, _DRAW),
    (_NO, _NO, _NO, _NO, _NO, _NO, _PAUS, _DONE, _IDLE, _ALRM, _RELV, _NO, _FALT,
     _NO, _NO, _NO, _NO, _NO),
    (_NO, _NO, _ARMD, _NO, _NO, _NO, _NO, _NO, _IDLE, _ALRM, _NO, _NO, _FALT,
     _NO, _NO, _NO, _NO, _NO),
    (_NO, _NO, _NO, _NO, _NO, _NO, _NO, _NO, _ALRM, _ALRM, _NO, _ALRM, _FALT,
     _NO, _NO, _NO, _NO, _NO),
    (_NO, _NO, _NO, _NO, _NO, _NO, _NO, _IDLE, _IDLE, _ALRM, _RELV, _NO, _FALT,
     _NO, _NO, _NO, _NO, _NO),
    (_NO, _NO, _NO, _NO, _NO, _NO, _NO, _NO, _SERV, _SERV, _NO, _NO, _FALT,
     _NO, _SERV, _TEST, _TEST, _NO),
    (_NO, _NO, _ARMD, _NO, _NO, _NO, _NO, _NO, _DONE, _ALRM, _NO, _NO, _FALT,
     _NO, _SERV, _NO, _TEST, _NO),
    (_NO, _NO, _NO, _NO, _NO, _NO, _NO, _NO, _ALRM, _ALRM, _NO, _NO, _FALT,
     _IDLE, _NO, _NO, _NO, _NO),
    (_NO, _NO, _NO, _NO, _NO, _NO, _NO, _NO, _FALT, _FALT, _NO, _NO, _FALT,
     _NO, _SERV, _NO, _NO, _NO),
    (_NO, _NO, _NO, _NO, _NO, _NO, _NO, _IDLE, _IDLE, _ALRM, _NO, _NO, _FALT,
     _NO, _NO, _NO, _NO, _NO),
)
# fmt: on


def following(state, event):
    """The state after an event, or REFUSED."""
    return _TABLE[state][event]


def moves(state):
    """Whether a state may lease motion."""
    return state == _RUN or state == _PRIM or state == _RELV or state == _DRAW
