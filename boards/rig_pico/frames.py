"""The lines that host and rig board exchange: fixed records in hex, each with its CRC-32.

host to board  ``>`` number, contacts and switches, codes of pressure, air and supply (0..4095)
board to host  ``<`` the same number, flags, inputs as they are, inputs that were low and inputs
               that were high since the last exchange, light frames so far, now, forward and
               reverse steps, when a step was last seen, the last light frame, when it came

Bits of contacts, switches and inputs are those of ``board_data.py``: a contact's is set when it is
closed. Times are microseconds modulo 2**30, counts modulo 2**32.
"""

import struct
from binascii import crc32, hexlify, unhexlify

REQUEST = "<BBHHH"
REPLY = "<BBBBBBIIIIII"
NAME = b"rig_pico 1\n"  # the answer to a line `?`; the number counts versions of these records

FLAG_LET_GO = 1  # the host was silent: since the last exchange everything was released
FLAG_STARTED = 2  # this is the first exchange since the board was started

_CRC_BYTES = 4
_REQUEST_BYTES = 8


def parse(line):
    """The fields of a request; None for a line that is no whole one."""
    if len(line) != 1 + 2 * (_REQUEST_BYTES + _CRC_BYTES) or line[0] != 62:
        return None
    try:
        record = unhexlify(line[1:])
    except ValueError:
        return None
    body = record[:_REQUEST_BYTES]
    if struct.unpack("<I", record[_REQUEST_BYTES:])[0] != crc32(body):
        return None
    return struct.unpack(REQUEST, body)


def reply(fields):
    """The line of a reply from its fields in order."""
    body = struct.pack(REPLY, *fields)
    return b"<" + hexlify(body + struct.pack("<I", crc32(body))) + b"\n"
