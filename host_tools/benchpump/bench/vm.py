"""One firmware VM: a child process with the lockstep exchange on its descriptors 3 and 4."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from benchpump.bench import vm_choice

READ, WRITE, CONTROL = 3, 4, 5  # descriptors in the child
_HIGH = 20  # ours are moved above those, so that placing one cannot overwrite another
_FORK_REQUEST = b"f"
_SHOWN_BYTES = 4000


class VmCrashed(RuntimeError):
    """The VM ended by itself; the message holds what it wrote to stderr."""


@cache
def allowed_cpus() -> list[int]:
    """The CPUs that this process had before it was pinned to one."""
    return sorted(os.sched_getaffinity(0))


def pin_to_one_cpu() -> int:
    """Put this process, and so every VM it starts, on one CPU; returns which.

    The two take turns and never run at once: on one CPU the hand-over costs a third. Each
    pytest-xdist worker takes its own.
    """
    allowed = allowed_cpus()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    index = int(worker.removeprefix("gw")) if worker.startswith("gw") else os.getpid()
    cpu = allowed[index % len(allowed)]
    os.sched_setaffinity(0, {cpu})
    return cpu


def _high(descriptor: int) -> int:
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    os.close(descriptor)
    return moved


class _Streams:
    """Two pipes and a control socket; `theirs` are the child's ends, in the order 3, 4, 5."""

    def __init__(self) -> None:
        child_in, self.to_vm = (_high(end) for end in os.pipe())
        self.from_vm, child_out = (_high(end) for end in os.pipe())
        self.control, theirs = socket.socketpair()
        self.theirs = (child_in, child_out, _high(theirs.detach()))

    def close_theirs(self) -> None:
        for descriptor in self.theirs:
            os.close(descriptor)

    def close(self) -> None:
        os.close(self.to_vm)
        os.close(self.from_vm)
        self.control.close()


class Vm:
    """A running VM. `read_fd` and `write_fd` are the host's ends of the exchange."""

    def __init__(
        self, kind: str, pid: int, streams: _Streams, stderr: int, *, child: bool
    ) -> None:
        self.kind = kind
        self._streams = streams
        self._stderr = stderr
        self._pid = pid
        self._pidfd = os.pidfd_open(pid)  # a number may be used again, this cannot
        self._child = child
        self.read_fd = streams.from_vm
        self.write_fd = streams.to_vm
        self.alive = True

    @classmethod
    def start(
        cls,
        kind: str,
        firmware: Path,
        board: Path,
        environment: Mapping[str, str] | None = None,
        manifest: Path | None = None,
    ) -> Vm:
        """Start a VM of a resolved kind. Raises vm_choice.VmMissing."""
        line = vm_choice.command(kind, firmware, board, manifest)
        streams = _Streams()
        with tempfile.TemporaryFile() as output:
            stderr = os.dup(output.fileno())
        actions: list[tuple[int, int, int] | tuple[int, int, str, int, int]] = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, stderr, 1),
            (os.POSIX_SPAWN_DUP2, stderr, 2),
        ]
        for mine, place in zip(streams.theirs, (READ, WRITE, CONTROL), strict=True):
            actions.append((os.POSIX_SPAWN_DUP2, mine, place))
        pid = os.posix_spawn(
            line[0], line, {**os.environ, **(environment or {})}, file_actions=actions
        )
        streams.close_theirs()
        return cls(kind, pid, streams, stderr, child=True)

    def fork(self) -> Vm:
        """A second VM in the same state; this one must be waiting for its next record.

        Raises ValueError for any VM but CPython, which alone can do this, VmCrashed if it ended.
        """
        if self.kind != "cpython":
            raise ValueError(f"the {self.kind} VM cannot be forked, only cpython")
        streams = _Streams()
        socket.send_fds(self._streams.control, [_FORK_REQUEST], list(streams.theirs))
        os.write(self.write_fd, _FORK_REQUEST)
        answer = self._streams.control.recv(32)
        streams.close_theirs()
        if not answer:
            streams.close()
            raise self.crashed()
        return Vm(self.kind, int(answer), streams, os.dup(self._stderr), child=False)

    def kill(self) -> None:
        """End the process at once, wherever it is; harmless when it has ended."""
        if not self.alive:
            return
        self.alive = False
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        self._reap(0)
        self._release()

    def end_stuck(self) -> None:
        """Kill the process and say why; whoever reads from it then sees the end of the stream."""
        os.write(self._stderr, b"killed: it gave no record for a minute\n")
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def close(self) -> str:
        """Close the exchange, let the VM end by itself, and return what it wrote to stderr."""
        if self.alive:
            os.close(self._streams.to_vm)
            self._streams.to_vm = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
            self._drain()
        written = self.stderr_text()
        self.kill()
        return written

    def crashed(self) -> VmCrashed:
        """The exception to raise when the exchange broke off; the VM is gone after it."""
        written = self.stderr_text()
        self.kill()
        return VmCrashed(f"the {self.kind} VM ended by itself; it wrote:\n{written or 'nothing'}")

    def stderr_text(self) -> str:
        """The end of what the VM wrote to stdout and stderr."""
        size = os.fstat(self._stderr).st_size
        offset = max(0, size - _SHOWN_BYTES)
        return os.pread(self._stderr, _SHOWN_BYTES, offset).decode(errors="replace")

    def told(self, word: str) -> list[int]:
        """The numbers that the runner has printed behind a word, as its switches make it do."""
        size = os.fstat(self._stderr).st_size
        text = os.pread(self._stderr, size, 0).decode(errors="replace")
        return [int(line.split()[1]) for line in text.splitlines() if line.startswith(word + " ")]

    def _drain(self) -> None:
        """Read to the end of the stream: it comes when the VM has ended."""
        while os.read(self.read_fd, 4096):
            pass

    def _reap(self, options: int) -> None:
        if self._child:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._pid, options)

    def _release(self) -> None:
        self._streams.close()
        os.close(self._pidfd)
        os.close(self._stderr)
