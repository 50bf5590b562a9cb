"""Faults that a virtual rig itself does: power, clock, cable, host and switches."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Protocol

from benchpump.bench.cable import Lane
from benchpump.bench.exchange import (
    RESET_SOFT,
    SWITCH_BUTTON,
    SWITCH_CASSETTE_OUT,
    SWITCH_ESTOP,
    BoardExchange,
)
from benchpump.bench.fault_appliers import Applier, Faults, Undo
from benchpump.bench.wire import RawWire

_FOR_EVER = 1 << 60
Figures = Mapping[str, float]


class VirtualBoard(Protocol):
    """What of a board in virtual time its rig needs for these faults."""

    to_pump: Lane
    from_pump: Lane

    @property
    def now_us(self) -> int:
        """Microseconds since the rig was started."""
        ...

    @property
    def powered(self) -> bool:
        """True while it has power."""
        ...

    def boot(self) -> None:
        """Power on."""
        ...

    def stop_chip(self) -> None:
        """Power off."""
        ...

    def call_at(self, at_us: int, action: Callable[[], None]) -> None:
        """Do something at that moment."""
        ...

    def hang(self) -> None:
        """The firmware stands."""
        ...

    def resume(self) -> None:
        """It goes on."""
        ...

    def kill(self) -> None:
        """The interpreter dies."""
        ...

    def set_switch(self, bit: int, on: bool) -> None:
        """Set or clear a switch."""
        ...

    def cut_enable(self, on: bool) -> None:
        """Open or close the e-stop's contact behind the enable line."""
        ...

    def send(self, data: bytes) -> None:
        """Put bytes on the cable to the pump."""
        ...


class WiringFaults:
    """Registers its faults with `faults`; what a fork needs is in the board and its lanes."""

    def __init__(self, board: VirtualBoard, wire: RawWire, faults: Faults, seed: int) -> None:
        self._board = board
        self._wire = wire
        self._dice = Random(seed)
        appliers: dict[tuple[str, str], Applier] = {
            ("supply", "cut"): self._cut_supply,
            ("clock", "hang"): self._hang,
            ("clock", "kill"): self._kill,
            ("link", "off"): self._link_off,
            ("link", "lost"): self._link_lost,
            ("link", "corrupted"): self._link_corrupted,
            ("link", "delayed"): self._link_delayed,
            ("link", "garbage"): self._link_garbage,
            ("host", "off"): self._silence_host,
            ("estop", "pressed"): lambda _: self._estop(switch=True, cut=True),
            ("estop", "switch_only"): lambda _: self._estop(switch=True, cut=False),
            ("estop", "cut_only"): lambda _: self._estop(switch=False, cut=True),
            ("cassette", "out"): lambda _: self._switch(SWITCH_CASSETTE_OUT),
            ("button", "held"): lambda _: self._switch(SWITCH_BUTTON),
        }
        for (channel, kind), applier in appliers.items():
            faults.register(channel, kind, applier)

    def _cut_supply(self, figures: Figures) -> Undo:
        board = self._board
        pending = True

        def cut() -> None:
            if pending:
                board.stop_chip()

        def undo() -> None:
            nonlocal pending
            pending = False
            if not board.powered:
                board.boot()

        if figures["after_ms"]:
            board.call_at(board.now_us + round(figures["after_ms"] * 1000), cut)
        else:
            cut()
        return undo

    def _hang(self, figures: Figures) -> Undo:
        board = self._board
        board.hang()
        if math.isfinite(figures["duration_ms"]):
            board.call_at(board.now_us + round(figures["duration_ms"] * 1000), board.resume)
        return board.resume

    def _kill(self, _figures: Figures) -> Undo:
        self._board.kill()
        return _nothing_to_undo

    def _link_off(self, _figures: Figures) -> Undo:
        def undo() -> None:
            for lane in (self._board.to_pump, self._board.from_pump):
                lane.off = False

        for lane in (self._board.to_pump, self._board.from_pump):
            lane.off = True
            lane.clear()
        return undo

    def _link_lost(self, figures: Figures) -> Undo:
        def undo() -> None:
            for lane in (self._board.to_pump, self._board.from_pump):
                lane.lose_every = 0

        for lane in (self._board.to_pump, self._board.from_pump):
            lane.lose_every = int(figures["every"])
        return undo

    def _link_corrupted(self, figures: Figures) -> Undo:
        def undo() -> None:
            for lane in (self._board.to_pump, self._board.from_pump):
                lane.corrupt_every = 0

        for lane in (self._board.to_pump, self._board.from_pump):
            lane.corrupt_every = int(figures["every"])
        return undo

    def _link_delayed(self, figures: Figures) -> Undo:
        def undo() -> None:
            for lane in (self._board.to_pump, self._board.from_pump):
                lane.delay_us = 0

        for lane in (self._board.to_pump, self._board.from_pump):
            lane.delay_us = round(figures["delay_ms"] * 1000)
        return undo

    def _link_garbage(self, figures: Figures) -> Undo:
        self._board.send(self._dice.randbytes(int(figures["bytes"])))
        return _nothing_to_undo

    def _silence_host(self, _figures: Figures) -> Undo:
        def undo() -> None:
            self._wire.silent = False

        self._wire.silent = True
        return undo

    def _estop(self, *, switch: bool, cut: bool) -> Undo:
        def undo() -> None:
            self._board.set_switch(SWITCH_ESTOP, False)
            self._board.cut_enable(False)

        if switch:
            self._board.set_switch(SWITCH_ESTOP, True)
        if cut:
            self._board.cut_enable(True)
        return undo

    def _switch(self, switch: int) -> Undo:
        self._board.set_switch(switch, True)
        return lambda: self._board.set_switch(switch, False)


class TickFaults:
    """Registers what needs to know the firmware's ticks, as the lockstep exchange does."""

    def __init__(self, board: BoardExchange, faults: Faults) -> None:
        self._board = board
        faults.register("clock", "slow", self._slow)
        faults.register("clock", "soft_reset", self._soft_reset)

    def _slow(self, figures: Figures) -> Undo:
        board = self._board

        def undo() -> None:
            board.slow_ticks = 0

        board.slow_us = round(figures["extra_ms"] * 1000)
        board.slow_ticks = int(figures.get("ticks", _FOR_EVER))
        return undo

    def _soft_reset(self, _figures: Figures) -> Undo:
        # It stops what steps and empties the buffers; what a chip keeps beyond that (levels of
        # pins, the watchdog) is not modelled: the first line of boot.py acts before time goes on.
        self._board.stop_chip()
        self._board.boot(RESET_SOFT)
        return _nothing_to_undo


def _nothing_to_undo() -> None:
    """What was done cannot be taken back."""
