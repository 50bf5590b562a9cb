# Runs the firmware under MicroPython's unix port: micropython run_micropython.py FIRMWARE BOARD...
# Descriptors 3 (read) and 4 (write) carry the lockstep exchange.

import gc
import sys


class Streams:
    # Files opened in binary mode are unbuffered on this port: one write or readinto is one call.
    reader = open("/dev/fd/3", "rb")
    writer = open("/dev/fd/4", "wb")


sys.path[:0] = sys.argv[1:]
sys.modules["lockstep_stream"] = Streams

try:
    import main

    while True:
        main.run(100)
        gc.collect()  # between two ticks, so that none falls into one
except SystemExit:
    pass  # the bench has closed the stream: nothing is left to do
except OSError as error:
    if error.errno != 32:  # EPIPE: the same, met while writing
        raise
