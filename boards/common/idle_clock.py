"""Time as the image has it, sleep, collection, the watchdog; its end and resets are the chip's."""

import gc
from time import sleep_ms, ticks_diff, ticks_ms

from machine import WDT

WATCHDOG_MAX_MS = 8388  # RP2040 datasheet 4.7: 24 bits, counted twice a microsecond; the port's

# Steady running makes no garbage; what commands make in so many ticks is a budget of `make bench`.
_COLLECT_TICKS = 100
# The first time when the self-test is over (20 ticks): reading the firmware's files, it fills the
# free room at the bottom of the heap, and each frame that is taken there costs 1 ms until then.
_FIRST_TICKS = 25
_FIRST_PAUSE_MS = 25  # until one was measured (own)


class IdleClock:
    """``ticks_ms`` of an image wraps at 2**30 as the port asks for."""

    def __init__(self, panel):
        self._panel = panel
        self._watchdog = None
        self._to_collection = _FIRST_TICKS
        self._pause_ms = _FIRST_PAUSE_MS

    def ticks_ms(self):
        return ticks_ms()

    def idle_until(self, deadline_ms):
        """Blink, collect if there is time for it, sleep."""
        self._panel.step(ticks_ms())
        self._to_collection -= 1
        if self._to_collection <= 0 and self.left_ms(deadline_ms) > self._pause_ms:
            self._to_collection = _COLLECT_TICKS
            began = ticks_ms()
            gc.collect()
            self._pause_ms = ticks_diff(ticks_ms(), began) + 2
        left = self.left_ms(deadline_ms)
        if left > 0:
            sleep_ms(left)

    def left_ms(self, deadline_ms):
        """Until then; negative when it has passed."""
        return ticks_diff(deadline_ms, ticks_ms())

    def watchdog(self, timeout_ms):
        if 1 <= timeout_ms <= WATCHDOG_MAX_MS:
            self._watchdog = WDT(timeout=timeout_ms)

    def feed(self):
        if self._watchdog is not None:
            self._watchdog.feed()
