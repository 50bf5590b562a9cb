"""Starts the firmware; when the link is given up (0x03, Ctrl-A), ends into the REPL."""

import micropython

micropython.kbd_intr(-1)  # 0x03 is a byte like any other: the server's STOP

import sys  # noqa: E402 - nothing may come before the line above

# Nothing that lies about beside the firmware's own folder can take the place of one of its files.
sys.path[:] = ["/firmware", ".frozen"]

import main  # noqa: E402 - /firmware/main

try:
    while True:
        main.run(1000)
except SystemExit:  # Link.leave. Passed on, it would be a soft reset, which starts all this again.
    pass
