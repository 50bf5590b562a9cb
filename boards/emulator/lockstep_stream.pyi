"""What each runner of the emulated board puts in place before `hal` is imported: its two byte streams."""

from typing import BinaryIO

reader: BinaryIO
writer: BinaryIO
