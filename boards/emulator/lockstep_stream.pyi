"""The two byte streams that each runner of the emulated board puts in place before `hal`."""

from typing import BinaryIO

reader: BinaryIO
writer: BinaryIO
