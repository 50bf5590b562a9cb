"""The drive of the Pico on a stock image: its leases as steps at the pin (contract C1)."""

from __future__ import annotations

import random
from typing import Any

import pytest

BEGIN = """
from drive import PicoDrive
from time import sleep_ms
drive = PicoDrive()
def after(ms):
    sleep_ms(ms)
    return drive.edges()
"""


@pytest.mark.requirement("REQ-IMAGE-1")
def test_leases_are_refused_as_the_port_says(on_image: Any) -> None:
    """Not enabled, beyond 120 ms, other way while busy, not in the format: nothing moves."""

    async def shown(image: Any) -> None:
        await image.run(BEGIN)
        assert await image.run("print(drive.lease(5, 50), after(60))") == "False 0\n"
        await image.run("drive.enable(True)")
        for odd in ("(5, 0)", "(5, 70)", "(5, 15)", "(31, 10)", "(181, 60)"):
            assert await image.run(f"print(drive.lease{odd})") == "False\n"
        said = await image.run("print(drive.lease(5, 60), drive.lease(-5, 10), drive.busy_ms())")
        assert said in ("True False 61\n", "True False 60\n")  # a millisecond may just have ended
        # 60 ms of it are left and the one that is running: 60 more would be 121.
        await image.run("drive.halt(); drive.lease(9, 60)")
        said = await image.run(
            "drive.lease(9, 60)\nprint(drive.lease(1, 60), drive.busy_ms() <= 120)"
        )
        assert said == "False True\n"

    on_image(shown, "pio_data", "readout", "drive")


@pytest.mark.requirement("REQ-IMAGE-1")
def test_every_step_is_accounted_for(on_image: Any) -> None:
    """Forward, reverse and halted at any moment: done and undone are what was granted (C3)."""

    async def shown(image: Any) -> None:
        await image.run(BEGIN + "drive.enable(True)")
        said = await image.run("print(drive.lease(150, 50), after(60), drive.busy_ms())")
        assert (said, image.steps) == ("True 150 0\n", 150)
        said = await image.run("print(drive.lease(-30, 10), after(20), drive.busy_ms())")
        assert (said, image.steps) == ("True 180 0\n", 180)
        for moment in random.Random(4).sample(range(110), 8):
            before = image.steps
            halt = "undone = drive.halt(); print(undone, drive.edges(), drive.busy_ms())"
            said = await image.run(
                "both = drive.lease(150, 50), drive.lease(77, 50)\n"
                f"sleep_ms({moment}); {halt}; sleep_ms(130); print(both)"
            )
            figures, both = said.splitlines()
            undone, edges, busy_ms = map(int, figures.split())
            assert both == "(True, True)"
            assert image.steps - before + undone == 227
            assert (edges, busy_ms) == (image.steps, 0)

    on_image(shown, "pio_data", "readout", "drive")
