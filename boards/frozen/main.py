"""`main.py` of an image with the firmware in it: nothing of the file system is run."""

import micropython

micropython.kbd_intr(-1)  # 0x03 is a byte like any other: the server's STOP

import gc  # noqa: E402 - nothing may come before the line above
import sys  # noqa: E402

sys.path[:] = [".frozen/firmware", ".frozen"]

import main  # noqa: E402 - .frozen/firmware/main

gc.collect()
try:
    while True:
        main.run(1000)
except SystemExit:  # Link.leave. Passed on, it would be a soft reset, which starts all this again.
    pass
