"""The answer to LIMits?: what is in force and what binds, then every source, then the profile."""

from pump import codes
from pump.limits import (
    BINDING_BOARD,
    BINDING_CEILING,
    BINDING_CONFIG,
    BINDING_CONTAINER,
    BINDING_DRIVE,
    BINDING_NAMES,
    BINDING_PROFILE,
)
from pump.soft import BUBBLE_NL

_PARTS = 11
_PARTS_WITHOUT_PROFILE = 8


def limits_parts(app):
    """How many parts there are."""
    return _PARTS if app.profile.number else _PARTS_WITHOUT_PROFILE


def write_limits(app, index, reply):
    """One part; rates in nL/h, 0 where a container or a profile names none."""
    if index == 0:
        reply.pair(b"rate_nl_h=", app.limits.rate_nl_h)
        reply.text(b" binds=")
        reply.text(BINDING_NAMES[app.limits.binding])
    elif index == 1:
        reply.pair(b"cap_steps=", app.governor.cap_steps())
        reply.pair(b" left_steps=", app.governor.cap_left())
    elif index == 2:
        reply.pair(b"window_steps=", app.governor.window_cap_steps())
        reply.pair(b" left_steps=", app.governor.window_left())
    elif index == 3:
        reply.pair(b"window_minutes=", app.settings[codes.CONFIG_WINDOW_MINUTES])
        reply.pair(b" minute=", app.governor.powered_minute())
    elif index < 7:
        _write_sources(app.limits.sources, index, reply)
    else:
        _write_profile(app.profile, index, reply)


def _write_sources(sources, index, reply):
    if index == 4:
        reply.pair(b"ceiling=", sources[BINDING_CEILING])
        reply.pair(b" board=", sources[BINDING_BOARD])
    elif index == 5:
        reply.pair(b"drive=", sources[BINDING_DRIVE])
        reply.pair(b" config=", sources[BINDING_CONFIG])
    else:
        reply.pair(b"container=", sources[BINDING_CONTAINER])
        reply.pair(b" profile=", sources[BINDING_PROFILE])


def _write_profile(profile, index, reply):
    if index == 7:
        reply.text(b"active=")
        profile.write(reply)
        reply.pair(b" soft_bubble_nl=", BUBBLE_NL)
    elif index == 8:
        reply.pair(b"pressure_pa=", profile.pressure_pa)
        reply.pair(b" soft_nl_h=", profile.soft_rate_nl_h)
    elif index == 9:
        reply.pair(b"soft_volume_ul=", profile.soft_volume_ul)
    else:
        reply.pair(b"soft_bolus_nl=", profile.soft_bolus_nl)
