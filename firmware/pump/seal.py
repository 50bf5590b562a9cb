"""Sealed records: how a record in NOR memory shows that it was written in full.

A seal is four bytes at the end of a record: a CRC-16 over what comes before it, then the number of
zero bits in all of that, CRC included (a Berger code). A program that lost its power leaves ones
where zeros belong, an erase that lost its power turns zeros into ones: both only ever *raise*
bits. That lowers the number of zeros and can only raise the number stored, so the two cannot agree
again: a torn record is told with certainty, whatever its marginal bits read. The CRC stands guard
against every other damage.
"""

from pump.crc import crc16

SEAL_BYTES = 4
_WORD_BYTES = 4


def _count_zeros():
    table = bytearray(256)
    for value in range(256):
        for bit in range(8):
            if not value >> bit & 1:
                table[value] += 1
    return bytes(table)


_ZEROS = _count_zeros()


def seal(buffer, start, end):
    """Write the seal into the last four bytes of ``buffer[start:end]``."""
    put(buffer, end - 4, 2, crc16(buffer, start, end - 4))
    put(buffer, end - 2, 2, _zeros(buffer, start, end - 2))


def intact(buffer, start, end):
    """Whether ``buffer[start:end]`` carries its own seal."""
    return get(buffer, end - 2, 2) == _zeros(buffer, start, end - 2) and get(
        buffer, end - 4, 2
    ) == crc16(buffer, start, end - 4)


def put(buffer, at, count, value):
    """Store an integer in ``count`` bytes, least significant first, in two's complement."""
    if count == _WORD_BYTES:  # nearly always
        buffer[at] = value & 0xFF
        buffer[at + 1] = value >> 8 & 0xFF
        buffer[at + 2] = value >> 16 & 0xFF
        buffer[at + 3] = value >> 24 & 0xFF
        return
    for index in range(at, at + count):
        buffer[index] = value & 0xFF
        value >>= 8


def get(buffer, at, count):
    """Return the unsigned integer in ``count`` bytes; below 2**30 where the record was intact."""
    value = 0
    shift = 0
    for index in range(at, at + count):
        value |= buffer[index] << shift
        shift += 8
    return value


def get_signed(buffer, at):
    """Return the signed 32-bit integer of an intact record (magnitude below 2**30)."""
    top = buffer[at + 3]
    if top > 127:
        top -= 256
    return top * 0x1000000 + get(buffer, at, 3)


def _zeros(buffer, start, end):
    zeros = 0
    of_byte = _ZEROS
    while start < end:
        zeros += of_byte[buffer[start]]
        start += 1
    return zeros
