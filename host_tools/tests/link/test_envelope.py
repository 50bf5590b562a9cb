"""Envelopes on the host, and that both ends and the page agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchpump.board.protocol import source
from benchpump.link import messages
from benchpump.link.answers import parse_pairs
from benchpump.link.envelope import crc16, parse, safe_line
from benchpump.link.errors import ProtocolAnswerError
from benchpump.link.status import parse_status

ROOT = Path(__file__).parents[3]


def test_check_value() -> None:
    """The host's check is CRC-16/CCITT-FALSE (C8)."""
    assert crc16(b"123456789") == 0x29B1


def test_documented_frames_pass() -> None:
    """Every worked frame in docs/protocol.md passes the check it shows (C8)."""
    page = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    frames = re.findall(r"^[<>] (!.*)$", page, re.MULTILINE)
    assert len(frames) >= 8
    for frame in frames:
        link, sequence, body = int(frame[1:5], 16), int(frame[5:7], 16), frame[8:-5]
        assert safe_line(link, sequence, body) == frame.encode() + b"\n"


def test_single_bit_errors_are_seen() -> None:
    """No reply with one flipped bit is believed to be the safe reply that it was (C8)."""
    good = safe_line(0x1234, 7, "OK 8 token=4711")[:-1]
    for bit in range(8 * len(good)):
        damaged = bytearray(good)
        damaged[bit >> 3] ^= 1 << (bit & 7)
        answer = parse(bytes(damaged))
        assert answer is None or answer.link < 0


@pytest.mark.parametrize("line", [b"", b"OKAY", b"ERR", b"ERR x 1", b"\xff\xfe", b"!", b"!1234"])
def test_what_is_no_reply(line: bytes) -> None:
    """Damaged lines are no reply (C8)."""
    assert parse(line) is None


@pytest.mark.parametrize("record", ["", "0" * 45, "0" * 47, "G" + "0" * 45, "F" + "0" * 45])
def test_bad_status_records(record: str) -> None:
    """A record of wrong length, digits or state is refused, not guessed (C8)."""
    with pytest.raises(ProtocolAnswerError):
        parse_status(record)


def test_pairs() -> None:
    """Parts are key=value pairs; names may follow a value with spaces or commas (C8)."""
    assert parse_pairs("a=1 b=x,y") == {"a": "1", "b": "x,y"}
    assert parse_pairs("notfitted=encoder flow") == {"notfitted": "encoder,flow"}


def test_generated_files_are_current() -> None:
    """Both ends and the page come from protocol.toml as it is now (C8)."""
    done = subprocess.run(
        [sys.executable, "-m", "benchpump.board.protocol", "--check"],
        cwd=ROOT / "host_tools",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_hash_is_of_meaning_not_of_prose() -> None:
    """A reworded text keeps the hash, a changed limit changes it (C8)."""
    raw = source.load(ROOT / "host_tools/protocol.toml")
    assert source.protocol_hash(raw) == messages.PROTOCOL_HASH
    raw["error"][0]["text"] = "other words"
    assert source.protocol_hash(raw) == messages.PROTOCOL_HASH
    raw["config"][0]["max"] += 1
    assert source.protocol_hash(raw) != messages.PROTOCOL_HASH
