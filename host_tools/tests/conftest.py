"""What starts the chip's own image: it asks for `uf2`, and that makes it `long`."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchpump.bench.pico import image


@pytest.fixture(scope="session")
def uf2() -> Path:
    """The image; skipped without one, with what to set."""
    return image.find()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A start of the chip takes the processor 10 to 30 s: `make test` has time for one."""
    for item in items:
        if "uf2" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("proof"):
            item.add_marker(pytest.mark.long)
