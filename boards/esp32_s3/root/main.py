"""Starts the firmware; when the link is given up (0x03, Ctrl-A), ends into the REPL."""

import micropython

micropython.kbd_intr(-1)  # 0x03 is a byte like any other: the server's STOP

import gc  # noqa: E402 - nothing may come before the line above
import sys  # noqa: E402

# Nothing that lies about beside the firmware's own folder can take the place of one of its files.
sys.path[:] = ["/firmware", ".frozen"]
# Collected this often, what stays of the imports lies together at the bottom of the heap. Left to
# the end of the heap, it is strewn all over, and no buffer of 6 KB fits in between any more.
gc.threshold(16384)

import main  # noqa: E402 - /firmware/main

gc.threshold(-1)  # from here on by the clock, in the idle part of a tick
try:
    while True:
        main.run(1000)
except SystemExit:  # Link.leave. Passed on, it would be a soft reset, which starts all this again.
    pass
