"""The store of the Pico inside the file system of a stock image (contract C3: NOR semantics)."""

from __future__ import annotations

from typing import Any

BEGIN = """
from rp2 import Flash
from sector_files import SectorFiles
store = SectorFiles(Flash())
got = bytearray(256)
def read(address):
    return store.read(address, got) and bytes(got)
"""
PAGE = 5 * 4096 + 256


def test_programs_and_erases_in_place_and_survives(on_image: Any) -> None:
    """Bits only clear until an erase; a power cycle finds it all; files beside it stay whole."""

    async def shown(image: Any) -> None:
        await image.run(BEGIN)
        assert await image.run(f"print(read({PAGE}) == b'\\xff' * 256)") == "True\n"
        await image.run(f"store.program({PAGE}, bytes([0xF0] * 8 + [0xFF] * 248))")
        await image.run(f"store.program({PAGE}, bytes([0x3C] * 16 + [0xFF] * 240))")
        expected = repr(bytes([0x30] * 8 + [0x3C] * 8))
        assert await image.run(f"print(read({PAGE})[:16])") == expected + "\n"
        # Sector 7 in full, its neighbours marked: an erase takes all of it and nothing else.
        for sector, page in ((6, 15), (7, 0), (7, 15), (8, 0)):
            await image.run(f"store.program({sector * 4096 + page * 256}, bytes(256))")
        assert await image.run("print(store.erase(7))") == "True\n"
        await image.run("with open('/beside', 'wb') as file: file.write(bytes(range(256)) * 64)")
        await image.restart()
        await image.run(BEGIN)
        assert await image.run(f"print(read({PAGE})[:16])") == expected + "\n"
        pages = "(6 * 4096 + 15 * 256, 7 * 4096, 7 * 4096 + 15 * 256, 8 * 4096)"
        assert await image.run(f"print([read(at)[9] for at in {pages}])") == "[0, 255, 255, 0]\n"
        beside = "print(open('/beside', 'rb').read() == bytes(range(256)) * 64)"
        assert await image.run(beside) == "True\n"

    on_image(shown, "sector_files")


def test_nothing_outside_and_nothing_odd_is_touched(on_image: Any) -> None:
    """First and last page are served; what is not a page of the store is refused."""

    async def shown(image: Any) -> None:
        await image.run(BEGIN)
        end = "store.sectors * 4096"
        for inside in ("0", f"{end} - 256"):
            said = await image.run(
                f"print(store.program({inside}, bytes(256)), read({inside})[0])"
            )
            assert said == "True 0\n"
        for outside in ("-256", end, "1", "255"):
            said = await image.run(f"print(store.program({outside}, got), read({outside}))")
            assert said == "False False\n"
        odd = "print(store.program(0, bytes(255)), store.read(0, bytearray(257)))"
        assert await image.run(odd) == "False False\n"
        assert await image.run("print(store.erase(-1), store.erase(store.sectors))") == (
            "False False\n"
        )

    on_image(shown, "sector_files")


def test_a_sector_that_is_gone_is_not_made_anew(on_image: Any) -> None:
    """C3: debits that were on record there would be forgotten; a copy in its place is found."""

    async def shown(image: Any) -> None:
        await image.run(BEGIN)
        await image.run(f"store.program({3 * 4096}, bytes(256)); old = store._blocks[3]")
        await image.run("import os; os.rename('/sectors/003', '/taken')")
        await image.run("store = SectorFiles(Flash())")
        said = await image.run("print(read(0), store.program(0, bytes(256)), store.erase(0))")
        assert said == "False False False\n"
        copy = "with open('/sectors/003', 'wb') as file: file.write(open('/taken', 'rb').read())"
        await image.run(f"{copy}\nstore = SectorFiles(Flash())")
        said = await image.run(f"print(store._blocks[3] != old, read({3 * 4096})[0])")
        assert said == "True 0\n"

    on_image(shown, "sector_files")
