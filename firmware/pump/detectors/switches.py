"""E-stop and seat switch: at once, without filtering (IEC 54.101)."""

from pump import codes


class Switch:
    """One input of ``Sensors.switches()``. Attribute: ``limit`` (always 0)."""

    limit = 0

    def __init__(self, bit, alarm):
        self.bit = bit
        self.alarm = alarm

    def check(self, reading):
        """True while the unsafe state is seen."""
        return reading.switches & self.bit != 0

    def value(self):
        """The bit of pump.hal that was seen."""
        return self.bit


def estop(bit):
    """The e-stop, which also cuts the driver in hardware."""
    return Switch(bit, codes.ALARM_ESTOP)


def cassette(bit):
    """Cassette or syringe not seated."""
    return Switch(bit, codes.ALARM_CASSETTE_OUT)
