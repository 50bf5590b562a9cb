"""What was sensed at the start of a tick: one object, filled anew each time."""

from pump import hal


class Reading:
    """Attributes are plain integers; units in their names."""

    def __init__(self):
        self.now_ms = 0
        self.pressure_code = hal.NOT_FITTED
        self.air_code = hal.NOT_FITTED
        self.supply_code = hal.NOT_FITTED
        self.switches = 0
        self.moving = False  # a state that may lease motion
        self.was_moving = False  # the same, as the tick before left it
        self.stepped = 0  # step pulses seen by the hardware count since the last tick
        self.edges = 0  # the hardware count itself, modulo 2**30
        self.late_ms = 0  # how much later than planned this tick began
