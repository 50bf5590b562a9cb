"""The record of a run: everything that was added is there, whatever broke the run off."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchpump.record import (
    Alarm,
    BenchSample,
    Command,
    End,
    Header,
    RunRecorder,
    Sample,
    read_run,
)


def sample(tick: int) -> Sample:
    """A plausible status at a tick."""
    return Sample(tick, "running", "", 5e6, tick * 10.0, 1e6, 1200.0, 0)


def test_everything_comes_back(tmp_path: Path) -> None:
    """Each kind of entry is read as it was written, with its time from the first one."""
    path = tmp_path / "run.jsonl"
    entries = [
        Command(100, "START"), sample(120), BenchSample(121, 7, 0.1, 0.5), Alarm(140, "X", "high"),
        End(160, "done"),
    ]  # fmt: skip
    with RunRecorder(path) as recorder:
        recorder.add(Header("r", "c", 4e6, 3e6, 1800, [(0, 1, 2)]))
        for entry in entries:
            recorder.add(entry)
    run = read_run(path)
    assert run.header is not None
    assert run.header.recipe == "r"
    back = [*run.commands, *run.samples, *run.bench, *run.alarms, run.end]
    assert back == entries
    assert run.time_s(run.alarms[0]) == pytest.approx(2.0)
    assert run.unreadable_lines == 0


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_torn_last_line_costs_only_itself(tmp_path: Path, cut: int) -> None:
    """A line cut by a crash is counted; those before and those added later are whole."""
    path = tmp_path / "run.jsonl"
    with RunRecorder(path) as recorder:
        recorder.add(sample(1))
        recorder.add(sample(2))
    path.write_bytes(path.read_bytes()[:-cut])
    with RunRecorder(path) as recorder:
        recorder.add(sample(3))
    run = read_run(path)
    # Without its newline alone a line is still whole.
    assert [s.tick for s in run.samples] == ([1, 2, 3] if cut == 1 else [1, 3])
    assert run.unreadable_lines == (0 if cut == 1 else 1)


def test_exception_leaves_an_end(tmp_path: Path) -> None:
    """A run that is broken off says so, at its last tick."""
    path = tmp_path / "run.jsonl"
    with pytest.raises(KeyboardInterrupt), RunRecorder(path) as recorder:
        recorder.add(sample(40))
        raise KeyboardInterrupt
    assert read_run(path).end == End(40, "interrupted", "KeyboardInterrupt")


def test_killed_writer_loses_nothing_that_it_had_added(tmp_path: Path) -> None:
    """After SIGKILL every entry whose add() returned is in the file."""
    path = tmp_path / "run.jsonl"
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from benchpump.record import RunRecorder, Sample\n"
        "recorder = RunRecorder(Path(sys.argv[1]))\n"
        "for tick in range(10**9):\n"
        "    recorder.add(Sample(tick, 'running', '', 0, 0, 0, None, None))\n"
        "    print(tick, flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    told = [int(child.stdout.readline()) for _ in range(50)]
    os.kill(child.pid, signal.SIGKILL)
    told += [int(line) for line in child.stdout.read().split()]
    child.wait()
    ticks = [s.tick for s in read_run(path).samples]
    assert ticks[: len(told)] == told == list(range(len(told)))


def test_reboot_does_not_turn_time_back(tmp_path: Path) -> None:
    """When ticks start anew the host's clock says how long the pump was away."""
    path = tmp_path / "run.jsonl"
    host_s = iter([1000.0, 1010.0, 1013.0, 1014.0])
    with RunRecorder(path, lambda: next(host_s)) as recorder:
        for tick in (1000, 1200, 10, 30):
            recorder.add(sample(tick))
    run = read_run(path)
    assert [run.time_s(s) for s in run.samples] == pytest.approx([0, 10, 13, 14])


def test_garbage_lines_are_counted_not_fatal(tmp_path: Path) -> None:
    """Binary, other JSON and unknown kinds do not stop the reader."""
    path = tmp_path / "run.jsonl"
    path.write_bytes(b'\xff\xfe\n[]\n{"kind":"new"}\n{"kind":"status","host_s":1}\n\n')
    assert read_run(path).unreadable_lines == 4


def test_unwritable_place_is_an_os_error(tmp_path: Path) -> None:
    """A record that cannot be opened fails before the run, not after it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        RunRecorder(tmp_path / "file" / "run.jsonl")
