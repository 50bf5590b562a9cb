"""Many boots from memories that differ in a few pages: what they have in common is done once.

A boot does the same as another one until it touches a page in which their memories differ. So one
board goes on alone, and for each memory it is forked just before the first such page (contract
C7); what follows runs in the fork, to its end, on that memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.flash import READ_US, Flash
from benchpump.testing.powerloss.changes import WatchedFlash
from benchpump.testing.powerloss.cuts import Patch, patched


class Boots:
    """Boots boards that are alike but for their memory.

    `pattern` is a rig that was just made and never waited. A VM that cannot be forked is started
    anew for each memory. `made` counts boots, `virtual_us` their time.
    """

    def __init__(self, pattern: EmulatedRig) -> None:
        self._pattern = pattern
        self.made = 0
        self.virtual_us = 0

    @contextmanager
    def powered(self, flash: Flash) -> Iterator[EmulatedRig]:
        """A board at power-on with that memory, which notes what is asked of it."""
        pattern = self._pattern
        forks = pattern.vm_kind == "cpython"
        rig = pattern.fork() if forks else EmulatedRig(pattern.setup)
        rig.board.flash = WatchedFlash(flash)
        with self._counted(rig):
            yield rig

    def each(
        self, base: Flash, touched: Sequence[range], patches: Sequence[Patch]
    ) -> Iterator[tuple[int, EmulatedRig]]:
        """Number of a patch and a board that boots from the base so changed, in any order.

        `touched` are the pages that a boot from the base itself touches. Each board is closed
        when the next one is asked for.
        """
        if self._pattern.vm_kind != "cpython":
            for number, changed in enumerate(patches):
                with self.powered(patched(base, changed)) as rig:
                    yield number, rig
            return
        first: dict[int, int] = {}
        for at, pages in enumerate(touched):
            for page in pages:
                first.setdefault(page, at)
        starts = sorted(
            (min((first.get(page, 0) for page in changed), default=0), number)
            for number, changed in enumerate(patches)
        )
        with self._counted(self._pattern.fork()) as rig:
            flash = WatchedFlash(base)
            rig.board.flash = flash
            for start, number in starts:
                while len(flash.touched) < start:
                    rig.board.run_until(rig.board.now_us + READ_US)
                if len(flash.touched) != start:
                    raise AssertionError(f"operation {start} of a boot was run over")
                with self._counted(rig.fork()) as twin:
                    memory = WatchedFlash(patched(flash.copy(), patches[number]))
                    memory.touched += flash.touched
                    memory.changes += flash.changes
                    twin.board.flash = memory
                    yield number, twin

    @contextmanager
    def _counted(self, rig: EmulatedRig) -> Iterator[EmulatedRig]:
        self.made += 1
        began_us = rig.board.now_us
        try:
            yield rig
        finally:
            self.virtual_us += rig.board.now_us - began_us
            rig.close()
