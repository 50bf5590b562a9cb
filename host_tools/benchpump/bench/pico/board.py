"""The bench around a Pico: chip, memory, cable, plant and truth joined in one virtual time.

Offers what `bench.exchange.BoardExchange` offers to rig, cable and faults. Time only passes inside
`run_until`: while there is power it is the chip's.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from time import perf_counter_ns

from benchpump.bench.cable import Lane
from benchpump.bench.exchange import NEVER_US, WallTime
from benchpump.bench.flash import Flash
from benchpump.bench.pico.chip import NS_PER_US, Chip
from benchpump.bench.pico.light import LightReader, Ws2812
from benchpump.bench.pico.onlooker import Onlooker
from benchpump.bench.pico.pin_drive import PinDrive
from benchpump.bench.pico.sounder import Sounder
from benchpump.bench.pico.storage import Storage
from benchpump.bench.pico.usb_cable import UsbCable
from benchpump.bench.pico.wiring import Wiring
from benchpump.bench.plant.plant import Plant
from benchpump.bench.truth import Truth

SETTLE_US = 10_000
"""How long plant and truth go without a look at them, at the longest."""
LATE_BYTES_US = 1_000


class PicoBoard(Onlooker):
    """A board under power, or without. Without power its lines are where resistors pull them."""

    def __init__(self, pins: Mapping[str, int], plant: Plant, flash: Flash, truth: Truth) -> None:
        self.plant = plant
        self.flash = flash
        self.drive = PinDrive()
        self.to_pump = Lane()
        self.from_pump = Lane()
        self.wall = WallTime()
        self.exchanges = 0  # there is no lockstep here
        self.switches = 0
        self.chip: Chip | None = None
        self.port_number = 0
        """Of the serial port that the host has found: another each time; 0 while there is none."""
        self._ports_found = 0
        self._pins = pins
        self._truth = truth
        self._off_us = 0  # when the power went, or before the chip's time began
        self._settled_us = 0
        self._power_lost = False
        self._timers: list[tuple[int, int, Callable[[], None]]] = []  # a heap by time, then order
        self._timers_made = 0
        self._lamp = LightReader()
        self._frames = Ws2812(self._lit)
        self._sounder = Sounder()

    # -- power ---------------------------------------------------------------------------------

    @property
    def powered(self) -> bool:
        """True while the board has power."""
        return self.chip is not None

    def boot(self) -> None:
        """Power on: the chip starts from what the memory holds. Raises RuntimeError if it is."""
        if self.chip is not None:
            raise RuntimeError("the board is powered already")
        chip = self.chip = Chip(self.flash.image())
        chip.on_reset = self._reset
        self._storage = Storage(chip, self.flash, self._lose_power)
        self._cable = UsbCable(chip, self.to_pump, self.from_pump, lambda: self.now_us)
        self._cable.on_connected = self._port_found
        drive = self.drive
        self._wiring = Wiring(chip, self._pins, self._heard, lambda: not drive.counter_stuck)
        self._wiring.read_by_adc(self._codes)
        self._wiring.set_switches(self.switches)
        self._settling = chip.alarm(self._settle_again)
        self._settle_again()

    def stop_chip(self) -> None:
        """Take the power away: chip, lamp and what was on the cable are gone."""
        self._settle()
        self._off_us = self.now_us
        self.chip = None
        self.port_number = 0
        self._power_lost = False
        self.to_pump.clear()
        self.drive.enabled = False
        self.drive.reverse = False
        self._lamp = LightReader()
        self._sounder = Sounder()
        self.plant.sensors.stimulated = False
        self._settle()

    def _lose_power(self) -> None:
        self._power_lost = True
        self._running().pause()

    def _reset(self) -> None:
        self._settle()
        self._wiring.look()
        self._cable.unplug()
        self.port_number = 0

    def _port_found(self) -> None:
        self._ports_found += 1
        self.port_number = self._ports_found

    def _running(self) -> Chip:
        if self.chip is None:
            raise RuntimeError("the board has no power")
        return self.chip

    # -- the processor -------------------------------------------------------------------------

    def hang(self) -> None:
        """The processor stands until `resume` or a reset, all else goes on."""
        if self.chip is not None:
            self.chip.hold()

    def resume(self) -> None:
        """End a hang; harmless when there is none."""
        if self.chip is not None:
            self.chip.let_go()

    def kill(self) -> None:
        """The interpreter dies; what the drive was given runs out, the watchdog goes on."""
        self.hang()

    # -- time ----------------------------------------------------------------------------------

    @property
    def now_us(self) -> int:
        """Microseconds since the rig was started."""
        return self._off_us + (self.chip.now_ns // NS_PER_US if self.chip is not None else 0)

    def call_at(self, at_us: int, action: Callable[[], None]) -> None:
        """Do something at that moment, or now if it has passed."""
        self._timers_made += 1
        heapq.heappush(self._timers, (max(at_us, self.now_us), self._timers_made, action))

    def run_until(self, until_us: int, *, stop_at_bytes: bool = False) -> None:
        """Let time pass to `until_us`, or to the first bytes from the pump."""
        began_ns = perf_counter_ns()
        plant_ns = self.wall.plant_ns
        while not (stop_at_bytes and self.from_pump.ready(self.now_us)):
            due_us = self._timers[0][0] if self._timers else NEVER_US
            if due_us <= self.now_us:
                heapq.heappop(self._timers)[2]()
            elif self.now_us >= until_us:
                break
            else:
                self._go_on(min(until_us, due_us), stop_at_bytes)
        self._settle()
        spent_ns = perf_counter_ns() - began_ns
        self.wall.bench_ns += spent_ns
        self.wall.vm_ns += spent_ns - (self.wall.plant_ns - plant_ns)

    def _go_on(self, to_us: int, stop_at_bytes: bool) -> None:
        if self.chip is None:
            self._off_us = to_us
            return
        if stop_at_bytes and self.from_pump.waiting:
            to_us = min(to_us, self.now_us + LATE_BYTES_US)
        self._cable.stop_at_bytes = stop_at_bytes
        self.chip.run_until((to_us - self._off_us) * NS_PER_US)
        if self._power_lost:
            self.stop_chip()

    # -- plant and truth -----------------------------------------------------------------------

    def exchange_bench(self, plant: Plant, truth: Truth) -> None:
        """Another plant, as old as this one, and another witness from now on."""
        self._settle()
        plant.sensors.stimulated = self.plant.sensors.stimulated
        self.plant = plant
        self._truth = truth
        self._settle()

    def _settle(self) -> None:
        """Bring the plant up to now and let truth look."""
        began_ns = perf_counter_ns()
        now_us = self.now_us
        drive = self.drive
        plant = self.plant
        if now_us > self._settled_us:
            plant.advance(drive.take_motor_steps(), now_us - self._settled_us)
            self._settled_us = now_us
        self._truth.observe(
            now_us,
            drive.forward_steps,
            drive.reverse_steps,
            self._lamp.light(now_us),
            drive.enabled,
            self._busy_us(),
            drive.last_step_us,
            plant.delivered_nl,
            plant.line.stored_nl,
            plant.displaced_nl,
        )
        self.wall.plant_ns += perf_counter_ns() - began_ns

    def _settle_again(self) -> None:
        self._settle()
        self._settling.schedule(SETTLE_US * NS_PER_US)

    def _codes(self) -> tuple[int, ...]:
        self._settle()
        return self.plant.codes()

    def _busy_us(self) -> int:
        """1 while a state machine that has the step pin is at work or has something to do."""
        return int(self.chip is not None and self.chip.at_work(self._pins["step"]))

    # -- wires ---------------------------------------------------------------------------------

    def _heard(self, name: str, high: bool) -> None:
        if name == "step":
            if high:
                self.drive.step(self.now_us)
        elif name == "light":
            self._frames.edge(high, self._running().now_ns)
        elif name == "sounder":
            if high:
                self._sounder.pulse(self.now_us)
        elif name == "direction":
            self._settle()
            self.drive.reverse = high
        elif name == "enable":
            self._settle()
            self.drive.enabled = not high
            self._settle()
        elif name == "air_test":
            self._settle()
            self.plant.sensors.stimulated = high

    def _lit(self, red: int, green: int, blue: int) -> None:
        self._settle()
        self._lamp.show(red, green, blue, self.now_us)
        self._settle()

    def set_switch(self, bit: int, on: bool) -> None:
        """Set or clear a switch as the firmware is to read it."""
        self.switches = self.switches | bit if on else self.switches & ~bit
        if self.chip is not None:
            self._wiring.set_switches(self.switches)

    def cut_enable(self, on: bool) -> None:
        """Open (True) or close the e-stop's contact behind the chip's enable line, at once."""
        self._settle()
        self.drive.cut = on

    def send(self, data: bytes) -> None:
        """Put bytes on the cable to the pump."""
        if self.chip is not None:
            self.to_pump.put(data, self.now_us)
            self._cable.send()

    def receive(self) -> bytes:
        """What has arrived from the pump and was not taken."""
        return self.from_pump.take(self.now_us, 1 << 30)
