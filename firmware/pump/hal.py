"""The six ports through which the firmware sees the world (contract C5).

A board is a directory under ``boards/`` whose ``hal.py`` offers ``board() -> Board``. This file is
the whole of what a board must provide: 19 calls, documented here and nowhere else. The classes
hold no logic; a board's own classes need not inherit from them, they only have to answer the same
calls.

Conventions: every number is an ``int`` below 2**30 in magnitude (a MicroPython small integer), no
call allocates in steady running, no call blocks for longer than it says.
"""

# Switch bits of Sensors.switches(). A bit is set where the *unsafe or active* state is seen, so
# that a board which answers 0 for a switch that it does not have must say so in its board data.
SWITCH_ESTOP = 1  # the e-stop is pressed (or its chain is broken)
SWITCH_CASSETTE_OUT = 2  # cassette or syringe not seated
SWITCH_BUTTON = 4  # local button held down
SWITCH_JUMPER = 8  # service jumper fitted

# Channels of Sensors.read().
CHANNEL_PRESSURE = 0
CHANNEL_AIR = 1
CHANNEL_SUPPLY = 2
CHANNEL_ENCODER = 3
CHANNEL_FLOW = 4
CHANNEL_UPSTREAM = 5

NOT_FITTED = -1  # the board has no such sensor (said at ARM and in the self-test)
NO_ANSWER = -2  # the sensor is fitted and did not answer; never read as zero

COUNT_MASK = (1 << 30) - 1  # hardware counts wrap here

RESET_POWER_ON = 1
RESET_WATCHDOG = 2
RESET_SOFT = 3


class Clock:
    """Time and the watchdog. The HAL owns time: the firmware never waits in any other way (C6)."""

    def ticks_ms(self):
        """Milliseconds since some moment before power-on, wrapping at 2**30 (12.4 days)."""

    def idle_until(self, deadline_ms):
        """Sleep until ``ticks_ms()`` reaches the deadline; return at once if it has passed.

        The only place where garbage may be collected and where an emulated board lets time go on.
        """

    def watchdog(self, timeout_ms):
        """Start the hardware watchdog (1..8388 ms). Firmware that pumps cannot stop it."""

    def feed(self):
        """Feed the watchdog; called only by a tick whose every safety step ran."""

    def reset_cause(self):
        """One of RESET_POWER_ON, RESET_WATCHDOG, RESET_SOFT."""


class Drive:
    """Step/direction drive. Motion is leased, never switched on (C1)."""

    def enable(self, on):
        """Energise (True) or cut (False) the driver's enable line."""

    def lease(self, signed_steps, duration_ms):
        """Queue one bounded burst; return True if it was taken.

        ``signed_steps`` within what ``pump.lease`` can express for ``duration_ms`` (10..60, a
        multiple of 10). False, and nothing moves, if running plus queued would exceed 120 ms, if
        the direction changes while the drive is not drained, or if the drive is not enabled.
        """

    def halt(self):
        """Stop at once, drop what is queued, and return the steps granted and not done (>= 0)."""

    def busy_ms(self):
        """Milliseconds of lease still running or queued; 0 means drained."""

    def edges(self):
        """Hardware count of step pulses in either direction, modulo 2**30."""


class Sensors:
    """Everything that is measured."""

    def read(self, channel):
        """Latest 12-bit code (0..4095) of a channel, NOT_FITTED or NO_ANSWER.

        Encoder and flow channels return a count modulo 2**30 instead.
        """

    def switches(self):
        """Bit set of SWITCH_*."""

    def stimulate(self, channel, on):
        """Excite a sensor for its self-check; True if this board can do that for this channel."""


class Store:
    """Non-volatile memory with NOR-flash semantics: programming only clears bits.

    Attributes: ``page_bytes`` (256), ``sector_bytes`` (4096), ``sectors`` (number available).
    Addresses are bytes from the start of the store.
    """

    def read(self, address, buffer):
        """Fill ``buffer`` (a whole page) from a page-aligned address; True when it succeeded."""

    def program(self, address, page):
        """Program one whole page (0xFF leaves a byte as it is); True when the device accepted it.

        Takes 0.4 ms typically, 3 ms at worst. Read back before believing it.
        """

    def erase(self, sector):
        """Erase one sector to 0xFF; takes 45 ms typically, 400 ms at worst: only while stopped."""


class Link:
    """The byte stream to the host."""

    def receive(self, buffer):
        """Copy received bytes into ``buffer``; return how many (0..len(buffer)); never waits."""

    def send(self, buffer, count):
        """Hand over the first ``count`` bytes (at most 64); False: the link did not take them."""

    def leave(self):
        """Orderly way out to the REPL after 0x03 + Ctrl-A; the drive is already disabled."""


class Panel:
    """Light and sounder on the pump itself."""

    def show(self, light, sound):
        """Set the light and sounder patterns, numbers of ``codes.py``; repeated calls are free."""


class Board:
    """The six ports of one board, joined by ``main.py``."""

    clock = Clock
    drive = Drive
    sensors = Sensors
    store = Store
    link = Link
    panel = Panel
