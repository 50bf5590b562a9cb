"""Lines of the command language: the safe envelope, and replies taken apart."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

_SAFE = re.compile(rb"!([0-9A-F]{4})([0-9A-F]{2}) (.*)\*([0-9A-F]{4})", re.DOTALL)
_BODY = re.compile(
    r"OK(?: (?P<text>.*))?|ERR (?P<code>\d{1,4}) (?P<detail>-?\d{1,10})(?: (?P<note>.*))?"
)


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE (0x29B1 for b"123456789")."""
    return binascii.crc_hqx(data, 0xFFFF)


def safe_line(link: int, sequence: int, body: str) -> bytes:
    """A request in the safe envelope, newline included."""
    head = f"!{link:04X}{sequence:02X} {body}".encode("ascii")
    return head + b"*%04X\n" % crc16(head)


@dataclass(frozen=True)
class Answer:
    """A reply: `code` 0 with its text, or an error's code and detail.

    `link` and `sequence` are -1 on a bare reply. `note` is what a hub adds to an error of its own.
    """

    link: int
    sequence: int
    code: int
    detail: int
    text: str
    note: str


def parse(line: bytes) -> Answer | None:
    """The reply that a line is, or None for one that is damaged or no reply."""
    line = line.rstrip(b"\r\n")
    link = sequence = -1
    if line.startswith(b"!"):
        found = _SAFE.fullmatch(line)
        if found is None or crc16(line[:-5]) != int(found.group(4), 16):
            return None
        link, sequence = int(found.group(1), 16), int(found.group(2), 16)
        line = found.group(3)
    try:
        body = _BODY.fullmatch(line.decode("ascii"))
    except UnicodeDecodeError:
        return None
    if body is None:
        return None
    if body["code"] is None:
        return Answer(link, sequence, 0, 0, body["text"] or "", "")
    return Answer(link, sequence, int(body["code"]), int(body["detail"]), "", body["note"] or "")
