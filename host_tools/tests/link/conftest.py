"""The client on the real firmware server, in memory."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from board import MemoryTransport

from benchpump.link import Pump


@pytest.fixture
def transport() -> MemoryTransport:
    return MemoryTransport()


@pytest.fixture
def pump(transport: MemoryTransport) -> Pump:
    return Pump(transport)
