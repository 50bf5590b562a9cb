"""The host's end of the lockstep exchange: one powered board in virtual time (contract C6).

Time only passes inside `run_until`. Between an OUT record and its IN record drive and plant are
advanced to the moment that the record asks for; what must happen in between (the watchdog, a
timer) happens at its own microsecond.
"""

from __future__ import annotations

import copy
import heapq
import os
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Protocol

from benchpump.bench import lockstep
from benchpump.bench.cable import Lane
from benchpump.bench.clock import TICKS_MASK, ticks_until
from benchpump.bench.drive import COUNTER_MASK, Drive
from benchpump.bench.flash import PAGE_BYTES, READ_US, Flash, PowerCut, StorageRefused
from benchpump.bench.lockstep_data import (
    EXCHANGE_ERASE,
    EXCHANGE_HALT,
    EXCHANGE_IDLE,
    EXCHANGE_LEAVE,
    EXCHANGE_PROGRAM,
    EXCHANGE_READ,
)
from benchpump.bench.plant.plant import Plant
from benchpump.bench.stuck_guard import GUARD
from benchpump.bench.trace import Trace
from benchpump.bench.vm import Vm

NEVER_US = 1 << 62
RESET_POWER_ON, RESET_WATCHDOG, RESET_SOFT = 1, 2, 3  # pump/hal.py
SWITCH_ESTOP, SWITCH_CASSETTE_OUT, SWITCH_BUTTON, SWITCH_JUMPER = 1, 2, 4, 8
STIMULATE_AIR = 1 << 1  # the bit of pump/hal.py CHANNEL_AIR
_UNANSWERED = -1  # sequence of the IN record that stands for an answer which never came

_unpack = lockstep.RECORD.unpack
_pack = lockstep.RECORD.pack
_RECORD_BYTES = lockstep.RECORD_BYTES
_BLOCK = lockstep.PAYLOAD_BLOCK


class Witness(Protocol):
    """What `bench.truth` is told, see there."""

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
        """The interval that ends now."""
        ...


@dataclass
class WallTime:
    """Real nanoseconds that went into a board, for reports; nothing is decided by them."""

    bench_ns: int = 0  # letting virtual time pass: all of what follows, and the exchange
    vm_ns: int = 0  # waiting for the firmware's next record
    plant_ns: int = 0  # drive, plant and truth


class BoardExchange:
    """A board under power (or without): VM, drive, flash and plant joined at the records."""

    def __init__(
        self,
        start_vm: Callable[[], Vm],
        plant: Plant,
        flash: Flash,
        witness: Witness,
        trace: Trace,
        start_ticks_ms: int = 0,
        start_edges: int = 0,
    ) -> None:
        self.start_vm = start_vm
        self.plant = plant
        self.flash = flash
        self.witness = witness
        self.trace = trace
        self.drive = Drive()
        self.drive.edges = start_edges & COUNTER_MASK
        self.now_us = 0
        self.exchanges = 0
        self.waiting = False  # for the VM's next record
        self.switches = 0
        self.light = 0
        self.sound = 0
        self.to_pump = Lane()
        self.from_pump = Lane()
        self.slow_us = 0  # fault: a tick takes this much longer
        self.slow_ticks = 0  # so many of them
        self.listener: Callable[[tuple[int, ...], bytes], None] | None = None
        """Is told each OUT record (its words, its payload) before it takes effect."""
        self.vm: Vm | None = None
        self.powered = False
        self.wall = WallTime()
        self._timers: list[tuple[int, int, Callable[[], None]]] = []  # a heap by time, then order
        self._timers_made = 0
        self._timer_us = NEVER_US
        self._start_ticks_ms = start_ticks_ms
        self._no_power()
        GUARD.add(self)

    # -- power ---------------------------------------------------------------------------------

    def _no_power(self) -> None:
        self._next_us = NEVER_US
        self._bite_us = NEVER_US
        self._watchdog_ms: int = 0
        self._kind = EXCHANGE_IDLE
        self._out: tuple[int, ...] = ()
        self._delayed = False  # the actuator words of a slow tick have not taken effect yet
        self._hung = False
        self._page = b""
        self._not_done = 0
        self._failed = 0
        self._reset_cause = RESET_POWER_ON
        self._enable = 0
        self.light = 0
        self.sound = 0

    def boot(self, cause: int = RESET_POWER_ON) -> None:
        """Start the firmware from what the flash holds. Raises RuntimeError if it is running."""
        if self.vm is not None:
            raise RuntimeError("the board is running already")
        self._no_power()
        self._reset_cause = cause
        self.powered = True
        self.vm = self.start_vm()
        self._sequence = 0
        vm_ns = self.wall.vm_ns
        self._receive(self.vm)
        self.wall.vm_ns = vm_ns  # starting a process is not running the firmware

    def stop_chip(self) -> None:
        """Reset or loss of power: the VM is gone, the enable line falls, the drive stands.

        The link's bytes in flight are lost with the chip's buffers.
        """
        self.kill()
        self.drive.enable(False)
        self.drive.edges = 0  # the counter is in the chip
        self.to_pump.clear()
        self.plant.sensors.stimulated = False
        self._no_power()
        self.powered = False
        self._witness()

    def kill(self) -> None:
        """The interpreter dies; what the drive was given runs out, the watchdog goes on."""
        if self.vm is not None:
            self.vm.kill()
            self.vm = None
            self._close_record()
        self._next_us = NEVER_US

    def _close_record(self) -> None:
        record = _pack(_UNANSWERED, self.ticks_ms(), *([0] * 14))
        self.trace.pending += record

    # -- hang ----------------------------------------------------------------------------------

    def hang(self) -> None:
        """Withhold every wake-up until `resume`: the interpreter stands, all else goes on."""
        self._hung = True

    def resume(self) -> None:
        """End a hang; the VM wakes now, or when it wanted to if that is still to come."""
        self._hung = False

    # -- time ----------------------------------------------------------------------------------

    def ticks_ms(self) -> int:
        """What the board's clock shows."""
        return (self._start_ticks_ms + self.now_us // 1000) & TICKS_MASK

    def call_at(self, at_us: int, action: Callable[[], None]) -> None:
        """Do something at that moment (or now, if it has passed), between two records."""
        self._timers_made += 1
        heapq.heappush(self._timers, (max(at_us, self.now_us), self._timers_made, action))
        self._timer_us = self._timers[0][0]

    def run_until(self, until_us: int, *, stop_at_bytes: bool = False) -> None:
        """Let time pass to `until_us`, or to the first bytes from the pump.

        A storage operation or a slow tick is not interrupted: it may end a little later than that.
        Raises vm.VmCrashed, lockstep.LockstepError.
        """
        began_ns = perf_counter_ns()
        try:
            self._run_until(until_us, stop_at_bytes)
        finally:
            self.wall.bench_ns += perf_counter_ns() - began_ns

    def _run_until(self, until_us: int, stop_at_bytes: bool) -> None:
        while not (stop_at_bytes and self.from_pump.ready(self.now_us)):
            at_us = NEVER_US if self._hung and self._kind == EXCHANGE_IDLE else self._next_us
            if self._timer_us < at_us and self._timer_us <= self._bite_us:
                if self._timer_us > until_us:
                    break
                self._pass(self._timer_us)
                action = heapq.heappop(self._timers)[2]
                self._timer_us = self._timers[0][0] if self._timers else NEVER_US
                action()
            elif self._bite_us < at_us:
                if self._bite_us > until_us:
                    break
                self._pass(self._bite_us)
                self.stop_chip()
                self.boot(RESET_WATCHDOG)
            elif at_us > until_us:
                break
            else:
                if at_us > self.now_us:
                    self._pass(at_us)
                if self._delayed:
                    self._delayed = False
                    self._take_effect()
                else:
                    self._answer()
        else:
            return
        self._pass(until_us)

    def _pass(self, to_us: int) -> None:
        dt_us = to_us - self.now_us
        if dt_us <= 0:
            return
        began_ns = perf_counter_ns()
        drive = self.drive
        self.plant.advance(drive.advance(to_us), dt_us)
        self.now_us = to_us
        self._witness()
        self.wall.plant_ns += perf_counter_ns() - began_ns

    def _witness(self) -> None:
        drive = self.drive
        plant = self.plant
        line = plant.line
        self.witness.observe(
            self.now_us,
            drive.forward_steps,
            drive.reverse_steps,
            self.light,
            drive.enabled,
            drive.busy_us(self.now_us),
            drive.last_step_us,
            plant.delivered_nl,
            line.stored_nl,
            plant.displaced_nl,
        )

    # -- records -------------------------------------------------------------------------------

    def _answer(self) -> None:
        """Send the IN record that the VM waits for, and take its next OUT record."""
        vm = self.vm
        if vm is None:
            return
        payload = self._page
        if payload:
            self._page = b""
        elif self._kind == EXCHANGE_IDLE and self.to_pump.ready(self.now_us):
            payload = self.to_pump.take(self.now_us, _BLOCK)
        drive = self.drive
        now_us = self.now_us
        pressure, air, supply, encoder, flow, upstream = self.plant.codes()
        record = _pack(
            self._out[1],
            (self._start_ticks_ms + now_us // 1000) & TICKS_MASK,
            drive.edges,
            (drive.busy_us(now_us) + 999) // 1000,
            pressure,
            air,
            supply,
            encoder,
            flow,
            self.switches,
            self._not_done,
            len(payload),
            self._reset_cause,
            self._failed,
            upstream,
            0,
        )
        if payload:
            record += lockstep.block(payload)
        trace = self.trace
        trace.pending += record
        try:
            os.write(vm.write_fd, record)
        except BrokenPipeError:
            self.vm = None
            raise vm.crashed() from None
        if self._kind == EXCHANGE_LEAVE:
            vm.close()
            self.vm = None
            self._next_us = NEVER_US
            return
        self._receive(vm)

    def _receive(self, vm: Vm) -> None:
        self.waiting = True
        began_ns = perf_counter_ns()
        record = os.read(vm.read_fd, _RECORD_BYTES)
        self.wall.vm_ns += perf_counter_ns() - began_ns
        self.waiting = False
        if len(record) != _RECORD_BYTES:
            self.vm = None
            self._next_us = NEVER_US
            raise vm.crashed()
        out = self._out = _unpack(record)
        trace = self.trace
        trace.pending += record
        if out[1] != self._sequence:
            raise lockstep.LockstepError(f"OUT record {out[1]} came, {self._sequence} was due")
        self._sequence = (self._sequence + 1) & TICKS_MASK
        self.exchanges += 1
        if out[3]:
            block = os.read(vm.read_fd, _BLOCK)
            trace.pending += block
            self._payload = block[: out[3]]
        if self.slow_ticks and out[0] == EXCHANGE_IDLE:
            self.slow_ticks -= 1
            self._delayed = True
            self._kind = EXCHANGE_HALT  # at work, not asleep: a hang does not hold it
            self._next_us = self.now_us + self.slow_us
        else:
            self._take_effect()
        trace.flush_if_due()

    def _take_effect(self) -> None:
        """Actuator words first, then what is asked; sets when the answer is due."""
        (kind, _, argument, count, word0, reverse0, word1, reverse1, enable, light, sound,
         watchdog_ms, fed, stimulate, _, _) = self._out  # fmt: skip
        now_us = self.now_us
        if self.listener is not None:
            self.listener(self._out, self._payload if count else b"")
        self._kind = kind
        if enable != self._enable:
            self._enable = enable
            self._set_enable()
        if light != self.light:  # before any lease: what is leased now moves under the new light
            self.light = light
            self._witness()
        if word0 >= 0:
            self.drive.lease(word0, reverse0 == 1, now_us)
        if word1 >= 0:
            self.drive.lease(word1, reverse1 == 1, now_us)
        self.sound = sound
        if fed or watchdog_ms != self._watchdog_ms:
            self._watchdog_ms = watchdog_ms
            self._bite_us = now_us + watchdog_ms * 1000 if watchdog_ms else NEVER_US
        self.plant.sensors.stimulated = bool(stimulate & STIMULATE_AIR)
        if kind == EXCHANGE_IDLE:
            if count:
                self.from_pump.put(self._payload, now_us)
            wait_ms = ticks_until((self._start_ticks_ms + now_us // 1000) & TICKS_MASK, argument)
            self._next_us = (now_us // 1000 + wait_ms) * 1000 if wait_ms > 0 else now_us
        else:
            self._failed = 0
            self._next_us = now_us + self._serve(kind, argument)

    def _serve(self, kind: int, argument: int) -> int:
        """Halt or storage; returns how long it takes in µs."""
        try:
            if kind == EXCHANGE_HALT:
                self._not_done = self.drive.halt(self.now_us)
                self._witness()
                return 0
            if kind == EXCHANGE_READ:
                self._page = self.flash.read(argument)
                return READ_US
            if kind == EXCHANGE_PROGRAM:
                return self.flash.program(argument, self._payload)
            if kind == EXCHANGE_ERASE:
                return self.flash.erase(argument)
        except (StorageRefused, ValueError):
            self._failed = 1
            return READ_US
        except PowerCut as cut:
            self._lose_power(cut.after_us)
            return NEVER_US
        if kind == EXCHANGE_LEAVE:
            return 0
        raise lockstep.LockstepError(f"exchange {kind} is not in lockstep.toml")

    def _lose_power(self, after_us: int) -> None:
        """Power goes `after_us` from now, within the operation under way."""
        self._pass(self.now_us + after_us)
        self.stop_chip()

    # -- wires ---------------------------------------------------------------------------------

    def _set_enable(self) -> None:
        on = bool(self._enable)
        if on != self.drive.enabled:
            self.drive.enable(on)
            self._witness()

    def set_switch(self, bit: int, on: bool) -> None:
        """Set or clear a switch as the firmware will read it."""
        self.switches = self.switches | bit if on else self.switches & ~bit

    def cut_enable(self, on: bool) -> None:
        """Open (True) or close the e-stop's contact behind the chip's enable line; acts at once.

        The chip does not notice: pulses go on at the pin until it halts, and the motor stands.
        """
        self.drive.cut = on

    def send(self, data: bytes) -> None:
        """Put bytes on the cable to the pump; they arrive with a wake-up, at most 256 in one."""
        if self.powered:
            self.to_pump.put(data, self.now_us)

    def receive(self) -> bytes:
        """What has arrived from the pump and was not taken."""
        return self.from_pump.take(self.now_us, 1 << 30)

    def give_up_waiting(self) -> None:
        """See stuck_guard: the read that waits then sees the end of the stream."""
        if self.vm is not None:
            self.vm.end_stuck()

    # -- copies --------------------------------------------------------------------------------

    def fork(self, witness: Witness) -> BoardExchange:
        """A second board in the same state; both go on independently.

        `call_at` actions stay with this one. Raises ValueError unless the VM is CPython's.
        """
        twin = copy.copy(self)
        twin.vm = self.vm.fork() if self.vm is not None else None
        twin.plant = self.plant.copy()
        twin.flash = self.flash.copy()
        twin.drive = self.drive.copy()
        twin.trace = self.trace.fork()
        twin.witness = witness
        twin.listener = None
        twin.wall = WallTime()
        twin.to_pump = self.to_pump.copy()
        twin.from_pump = self.from_pump.copy()
        GUARD.add(twin)
        twin._timers = []  # what they would do was meant for this board
        twin._timer_us = NEVER_US
        return twin


assert PAGE_BYTES == _BLOCK, "lockstep.toml and the flash model disagree about a page"
