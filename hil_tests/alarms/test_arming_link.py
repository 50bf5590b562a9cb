"""Only the host that armed keeps the promise to be there (C8)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.testing.procedures import ML_H, allot, latched, start_constant

TIMEOUT_MS = 2000


@pytest.mark.requirement("REQ-HOST-1")
def test_another_link_does_not_keep_the_promise(rig: Rig, pump: Pump) -> None:
    """A second host opens a link and keeps asking in safe envelopes: the first is still missed."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60, host_timeout_ms=TIMEOUT_MS)
    with rig.connect() as other:
        other.hello()
        for _ in range(30):
            other.status()
            rig.clock.sleep_ms(100)
        assert "HOST_LOST" in latched(other)
