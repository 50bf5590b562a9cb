"""Starts the firmware; when the link is given up (0x03, Ctrl-A), ends into the REPL."""

import micropython

micropython.kbd_intr(-1)  # 0x03 is a byte like any other: the server's STOP

import gc  # noqa: E402 - nothing may come before the line above
import sys  # noqa: E402

import vfs  # noqa: E402

# Room at the bottom, where the search for memory begins: the frame of a larger function is taken
# from the heap at each call. Looked for past 200 KB of code, it made a tick twice as long.
room = bytearray(16384)

# Where the pack is not whole, this ends into the REPL, the driver cut as `boot.py` left it.
fault = ""  # why, for whoever attaches later
sys.path[:] = ["/"]
try:
    import packed

    pack = packed.Pack("/firmware.pack")
    vfs.mount(pack, "/firmware")
except Exception as error:
    fault = "the firmware does not start: {}".format(error)
    raise RuntimeError(fault) from None
# Nothing that lies about beside the pack can take the place of one of its files. The mount hides
# whatever is in a folder of that name.
sys.path[:] = ["/firmware", ".frozen"]
# Collected this often, what stays of the imports lies together at the bottom of the heap. Left to
# the end of the heap, it is strewn all over, and no buffer of 6 KB fits in between any more. Twice
# as often takes 0.25 s longer for 3 KB more in one piece.
gc.threshold(32768)

import main  # noqa: E402 - /firmware/main

pack.settle()
del room
gc.collect()
gc.threshold(-1)  # from here on by the clock, in the idle part of a tick
try:
    while True:
        main.run(1000)
except SystemExit:  # Link.leave. Passed on, it would be a soft reset, which starts all this again.
    pass
