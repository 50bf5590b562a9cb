"""The two byte streams that each runner of the emulated board puts in place before `hal`."""

from array import array
from typing import Protocol

class Reader(Protocol):
    def readinto(self, buffer: array[int] | bytearray, /) -> int: ...

class Writer(Protocol):
    def write(self, data: array[int] | bytearray, /) -> int: ...

reader: Reader
writer: Writer
