"""Runs the firmware under CPython: run_cpython.py FIRMWARE BOARD...

Descriptors 3 (read) and 4 (write) carry the lockstep exchange, 5 is a socket to the bench. A
single byte in place of a record asks for a fork: the child takes over the descriptors that come
with the message on the socket and is a second VM in the same state (contract C7). The firmware
knows nothing of it: to it, one record has just taken a little longer.
"""

import gc
import io
import os
import signal
import socket
import sys
import types

READ, WRITE, CONTROL = 3, 4, 5
FORK_REQUEST = 1  # bytes; a record is longer


class ForkableReader:
    """Unbuffered reader that serves fork requests between records."""

    def __init__(self):
        self._readinto = io.FileIO(READ, "rb", closefd=False).readinto

    def readinto(self, record):
        count = self._readinto(record)
        while count == FORK_REQUEST:
            fork()
            count = self._readinto(record)
        return count


def fork():
    with socket.socket(fileno=os.dup(CONTROL)) as control:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 3)
    pid = os.fork()
    if pid == 0:
        for mine, given in zip((READ, WRITE, CONTROL), descriptors, strict=True):
            os.dup2(given, mine, inheritable=False)
    for given in descriptors:
        os.close(given)
    if pid:
        os.write(CONTROL, b"%d\n" % pid)


def count_calls(run):
    """For each slice of 100 ticks print how many calls, Python and C, it made, and its worst tick.

    A tick ends where the firmware begins to wait.
    """
    import hal

    waiting = hal.EmulatedClock.idle_until.__code__
    calls = 0
    ticks = []

    def profile(frame, event, _argument):
        nonlocal calls
        if event in ("call", "c_call"):
            calls += 1
            if event == "call" and frame.f_code is waiting:
                ticks.append(calls)
                calls = 0

    while True:
        ticks.clear()
        sys.setprofile(profile)
        try:
            run(100)
        finally:
            sys.setprofile(None)
        print(f"calls {sum(ticks)}\nworst {max(ticks)}", file=sys.stderr, flush=True)


def count_blocks(run, slices):
    """After every so many slices print how many blocks of memory are in use."""
    while True:
        for _ in range(slices):
            run(100)
        gc.collect()
        print("live", sys.getallocatedblocks(), file=sys.stderr, flush=True)


def main():
    sys.path[:0] = sys.argv[1:]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forked VMs belong to the bench, not to us
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the bench; it closes the stream
    stream = types.ModuleType("lockstep_stream")
    writer = io.FileIO(WRITE, "wb", closefd=False)
    vars(stream).update(reader=ForkableReader(), writer=writer)
    sys.modules["lockstep_stream"] = stream
    import main as firmware

    gc.freeze()
    if "BENCHPUMP_COUNT_CALLS" in os.environ:
        count_calls(firmware.run)
    if "BENCHPUMP_LIVE" in os.environ:
        count_blocks(firmware.run, int(os.environ["BENCHPUMP_LIVE"]))
    while True:
        firmware.run(100)


if __name__ == "__main__":
    try:
        main()
    except (SystemExit, BrokenPipeError):
        pass  # the bench has closed the stream: nothing is left to do
