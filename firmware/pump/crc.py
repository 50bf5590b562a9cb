"""CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, not reflected, no final xor.

The check of link frames and of every record kept in the store; b"123456789" gives 0x29B1.
"""


def _tables():
    high = bytearray(256)
    low = bytearray(256)
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc <<= 1
            if crc & 0x10000:
                crc ^= 0x11021
        high[byte] = crc >> 8
        low[byte] = crc & 0xFF
    return bytes(high), bytes(low)


_HIGH, _LOW = _tables()  # of a table of 16 bits: a byte at a time takes no shifts


def crc16(buffer, start, end, crc=0xFFFF):
    """Check of ``buffer[start:end]``, 0..0xFFFF; hand an earlier result in as ``crc`` to go on."""
    of_high = _HIGH
    of_low = _LOW
    high = crc >> 8
    crc &= 0xFF
    while start < end:
        index = high ^ buffer[start]
        high = crc ^ of_high[index]
        crc = of_low[index]
        start += 1
    return high << 8 | crc
