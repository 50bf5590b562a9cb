"""CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, not reflected, no final xor.

The check of link frames and of every record kept in the store; b"123456789" gives 0x29B1.
"""

from array import array


def _table():
    table = array("H", [0] * 256)
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc <<= 1
            if crc & 0x10000:
                crc ^= 0x11021
        table[byte] = crc
    return table


_TABLE = _table()


def crc16(buffer, start, end, crc=0xFFFF):
    """Check of ``buffer[start:end]``, 0..0xFFFF; hand an earlier result in as ``crc`` to go on."""
    table = _TABLE
    for index in range(start, end):
        crc = ((crc & 0xFF) << 8) ^ table[(crc >> 8) ^ buffer[index]]
    return crc
