"""What happened in a run, as a file that survives a crash."""

from benchpump.record.entries import Alarm, BenchSample, Command, End, Header, Sample
from benchpump.record.reader import Run, read_run
from benchpump.record.writer import RunRecorder

__all__ = [
    "Alarm",
    "BenchSample",
    "Command",
    "End",
    "Header",
    "Run",
    "RunRecorder",
    "Sample",
    "read_run",
]
