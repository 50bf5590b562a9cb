"""A board exchange without pump logic: tiny firmwares against the real HAL, runners and bench."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchpump import tree_root
from benchpump.bench import vm, vm_choice
from benchpump.bench.exchange import BoardExchange
from benchpump.bench.flash import Flash
from benchpump.bench.plant.plant import Plant
from benchpump.bench.trace import Trace

# Leases up to 60 ms ahead, echoes the link, shows the number of ticks as its light.
IDLE_FIRMWARE = """
import hal
board = hal.board()
clock, drive, link, panel = board.clock, board.drive, board.link, board.panel
buffer = bytearray(64)
page = bytearray(256)
state = [0, clock.ticks_ms()]

def tick():
    count = link.receive(buffer)
    if count:
        link.send(buffer, count)
    drive.enable(True)
    if drive.busy_ms() <= 60:
        drive.lease(1 + state[0] % 2, 50)

def run(ticks):
    for _ in range(ticks):
        tick()
        state[0] += 1
        panel.show(state[0] % 8, clock.reset_cause())
        state[1] = (state[1] + 50) & 0x3FFFFFFF
        clock.idle_until(state[1])
"""


class Moments:
    """A witness that believes everything; these firmwares have no cap to be judged by."""

    def observe(
        self,
        now_us: int,
        forward_steps: int,
        reverse_steps: int,
        light: int,
        enabled: bool,
        busy_us: int,
        last_step_us: int,
        delivered_nl: float,
        stored_nl: float,
        displaced_nl: float,
    ) -> None:
        """See `exchange.Witness`."""


def available_vms() -> list[str]:
    """VMs of this machine: wasm and cpython always, a micropython where there is one."""
    return ["cpython", "wasm", *({"micropython"} & {vm_choice.resolve("auto")})]


Start = Callable[..., BoardExchange]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start(vm, source="", **options)`: a booted board; main.py is the idle one plus `source`."""
    started: list[BoardExchange] = []
    tree = tree_root()

    def begin(kind: str = "cpython", source: str = "", **options: int) -> BoardExchange:
        firmware = tmp_path / f"firmware{len(started)}"
        (firmware / "pump").mkdir(parents=True)
        for name in ("hal.py", "lease.py"):
            shutil.copy(tree / "firmware/pump" / name, firmware / "pump")
        (firmware / "main.py").write_text(IDLE_FIRMWARE + source, encoding="utf-8")

        def start_vm() -> vm.Vm:
            return vm.Vm.start(kind, firmware, tree / "boards/emulator")

        board = BoardExchange(start_vm, Plant(), Flash(), Moments(), Trace(), **options)
        started.append(board)
        board.boot()
        return board

    yield begin
    for board in started:
        board.kill()
