"""The whole firmware on the chip's own image, booted once for all tests; skipped without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchpump.bench.pico.provisioned import provisioned_flash
from benchpump.bench.pico.rig import PicoRig, PicoSetup
from benchpump.bench.reference import booted
from benchpump.testing.procedures import allot


@pytest.fixture(scope="session")
def idle(uf2: Path) -> Iterator[PicoRig]:
    """Provisioned, idle, with an allotment of 10 mL. For copies only: see `forks.forked`."""
    assert uf2
    content = provisioned_flash(PicoSetup())
    with PicoRig(PicoSetup(image=content)) as rig:
        allot(rig, booted(rig))
        yield rig
