"""Two Picos wired pin to pin by a `wiring.toml`: the pump's and the rig board's, in one time.

The pump runs a slice ahead. What it does at its pins reaches the rig board at the very moment;
what the rig board does reaches the pump a slice late at the most.
"""

from __future__ import annotations

from collections.abc import Callable

from benchpump.bench.cable import Lane
from benchpump.bench.clock import VirtualClock
from benchpump.bench.flash import Flash
from benchpump.bench.pico.chip import NS_PER_US, Chip
from benchpump.bench.pico.pin_wire import Edge, PairedChip
from benchpump.bench.pico.rc_filter import RcFilter
from benchpump.bench.pico.storage import Storage
from benchpump.bench.pico.usb_cable import UsbCable
from benchpump.bench.pico.wiring import ADC_FIRST_PIN
from benchpump.board.wiring import terminals
from benchpump.board.wiring.document import Jumper, Wiring

SLICE_US = 100
PUMP, RIG = "pump", "rig"
CODES = 4096


class Port:
    """`link.transport.Transport`: a serial port of the pair, in its time."""

    def __init__(self, pair: Pair, send: Callable[[bytes], None], lane: Lane) -> None:
        self.clock = pair.clock
        self._pair = pair
        self._send = send
        self._lane = lane

    def write(self, data: bytes) -> None:
        """Send; lost while nobody is there."""
        self._send(data)

    def read(self, timeout_s: float) -> bytes:
        """What arrived within that time of the pair's."""
        self._pair.run_until(self._pair.now_us + round(timeout_s * 1e6), self._lane)
        return self._lane.take(self._pair.now_us, 1 << 30)

    def close(self) -> None:
        """It belongs to the pair."""


class Pair:
    """Both powered when made. `flash` is the pump's memory, `rig_memory` the rig board's."""

    def __init__(self, wiring: Wiring, flash: Flash, rig_memory: bytes) -> None:
        self.now_us = 0
        self.flash = flash
        self.steps = 0  # rising edges that the emulator saw at the pump's step pin
        self.rig = PairedChip(Chip(rig_memory), 0)
        self.pump: PairedChip | None = None
        self.clock = VirtualClock(lambda: self.now_us, lambda us: self.run_until(us, None))
        self._wires = [*wiring.between(PUMP, RIG), *wiring.between(RIG, PUMP)]
        self._supply = next(
            _gpio(one.start.terminal)
            for one in wiring.jumpers
            if one.start.terminal.role == terminals.DRIVES
            and one.end.terminal.role == terminals.RAIL
        )
        self._filters = {one: _filter(one) for one in self._wires if _is_analog(one)}
        self._from_rig, self._to_rig = Lane(), Lane()
        self._from_pump, self._to_pump = Lane(), Lane()
        self._rig_cable = UsbCable(
            self.rig.chip, self._to_rig, self._from_rig, lambda: self.rig.now_ns // NS_PER_US
        )
        self.rig.chip.on_reset = self._rig_reset
        self.rig_port = Port(self, self._send_to_rig, self._from_rig)
        self.pump_port = Port(self, self._send_to_pump, self._from_pump)
        for wire in self._wires:
            if wire.start.box == RIG and not _is_analog(wire):
                self.rig.listen(_gpio(wire.start.terminal), self._contact(wire))
        self.rig.listen(self._supply, lambda _edge: None)
        self._power_on()

    # -- the pump's supply ---------------------------------------------------------------------

    def _power_on(self) -> None:
        chip = Chip(self.flash.image())
        pump = self.pump = PairedChip(chip, self.now_us * NS_PER_US)
        Storage(chip, self.flash, chip.pause)
        self._pump_cable = UsbCable(
            chip, self._to_pump, self._from_pump, lambda: pump.now_ns // NS_PER_US
        )
        chip.on_reset = self._pump_reset
        for wire in self._wires:
            pin = _gpio((wire.start if wire.start.box == PUMP else wire.end).terminal)
            if wire.start.box == PUMP:
                pump.listen(pin, self._from_pump_pin(wire))
            elif not _is_analog(wire):
                self._touch(pin, self.rig.level(_gpio(wire.start.terminal)))
        self._read_by_adc(pump)

    def _power_off(self) -> None:
        self.pump = None
        self._to_pump.clear()
        for wire in self._wires:
            if wire.start.box == PUMP:
                self.rig.at((self.now_us * NS_PER_US, _gpio(wire.end.terminal), None))

    def _pump_reset(self) -> None:
        """Its pins have let go, and the emulator says nothing of that itself."""
        self._pump_cable.unplug()
        for wire in self._wires:
            if self.pump is not None and wire.start.box == PUMP:
                self.rig.at((self.pump.now_ns, _gpio(wire.end.terminal), None))

    def _rig_reset(self) -> None:
        self._rig_cable.unplug()
        for wire in self._wires:
            if wire.start.box == RIG and not _is_analog(wire):
                self._touch(_gpio(wire.end.terminal), None)

    # -- wires ---------------------------------------------------------------------------------

    def _from_pump_pin(self, wire: Jumper) -> Callable[[Edge], None]:
        pin, counts = _gpio(wire.end.terminal), wire.start.terminal.name == "step"

        def changed(edge: Edge) -> None:
            at_ns, _, level = edge
            if counts and level:
                self.steps += 1
            self.rig.at((at_ns, pin, level))

        return changed

    def _contact(self, wire: Jumper) -> Callable[[Edge], None]:
        pin = _gpio(wire.end.terminal)
        return lambda edge: self._touch(pin, edge[2])

    def _touch(self, pin: int, level: bool | None) -> None:
        if self.pump is not None:
            self.pump.at((0, pin, level))

    def _read_by_adc(self, pump: PairedChip) -> None:
        adc = pump.chip.mcu.adc
        converted: Callable[[int], None] = adc.on_adc_read
        places = {_gpio(one.end.terminal) - ADC_FIRST_PIN: one for one in self._filters}

        def convert(channel: int) -> None:
            if channel in places:
                share = self._filters[places[channel]].out(pump.now_ns)
                adc.channel_values[channel] = min(CODES - 1, int(share * CODES + 0.5))
            converted(channel)

        adc.on_adc_read = convert

    # -- cables --------------------------------------------------------------------------------

    def _send_to_rig(self, data: bytes) -> None:
        self._to_rig.put(data, self.now_us)
        self._rig_cable.send()

    def _send_to_pump(self, data: bytes) -> None:
        if self.pump is not None:
            self._to_pump.put(data, self.now_us)
            self._pump_cable.send()

    # -- time ----------------------------------------------------------------------------------

    def run_until(self, until_us: int, lane: Lane | None) -> None:
        """Let the time of both pass, or to the first bytes in that lane."""
        while self.now_us < until_us and not (lane is not None and lane.ready(self.now_us)):
            to_us = min(until_us, self.now_us + SLICE_US)
            to_ns = to_us * NS_PER_US
            if self.pump is not None:
                self.pump.run_until(to_ns)
            self.rig.run_until(to_ns)
            for wire, one in self._filters.items():
                one.drive(self.rig.mean(_gpio(wire.start.terminal)), to_ns)
            self.now_us = to_us
            cut = self.rig.level(self._supply) is True
            if cut and self.pump is not None:
                self._power_off()
            elif not cut and self.pump is None:
                self._power_on()


def _gpio(terminal: terminals.Terminal) -> int:
    assert terminal.gpio is not None, terminal.name
    return terminal.gpio


def _is_analog(wire: Jumper) -> bool:
    return wire.start.terminal.role == terminals.PWM


def _filter(wire: Jumper) -> RcFilter:
    figures = wire.part.figures if wire.part else {}
    return RcFilter(figures["ohm"], figures["nf"], figures["stages"])
