"""Journal records that ARM sets aside: the run's own, and those of changes in its first day."""

from pump import codes
from pump.scale import TICKS_PER_HOUR

RUN_RECORDS = 64  # states, alarms, pauses and their commands (own)
# Each takes two commands; a bolus is told as it begins and as it ends, a titration once.
BOLUS_RECORDS = 4
TITRATION_RECORDS = 3
_DAY_TICKS = 24 * TICKS_PER_HOUR
_TICKS_PER_MINUTE = TICKS_PER_HOUR // 60
# A command is refused when fewer are free: what it leads to, and the stop, are told too.
COMMAND_RECORDS = 8


def journal_records(ticks, settings):
    """For a run of so many ticks under the counts in force, as many as they allow in 24 h."""
    if ticks > _DAY_TICKS:
        ticks = _DAY_TICKS
    boluses = settings[codes.CONFIG_BOLUS_COUNT]
    boluses *= _begun(ticks, settings[codes.CONFIG_WINDOW_MINUTES])
    titrations = settings[codes.CONFIG_TITRATION_COUNT]
    titrations *= _begun(ticks, settings[codes.CONFIG_TITRATION_MINUTES])
    return RUN_RECORDS + BOLUS_RECORDS * boluses + TITRATION_RECORDS * titrations


def _begun(ticks, minutes):
    """Periods of so many minutes that are begun in ``ticks``, at least one."""
    period = minutes * _TICKS_PER_MINUTE
    return (ticks + period - 1) // period if ticks > period else 1
