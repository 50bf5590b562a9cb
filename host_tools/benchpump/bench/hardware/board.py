"""The bench around a real board: rig board, plant and truth joined in the rig board's time.

Offers what `bench.exchange.BoardExchange` offers to rig, cable and faults. Time passes by itself;
while somebody waits for it the loop through the rig board is closed, once in `PERIOD_US`.
"""

from __future__ import annotations

import contextlib
import heapq
from collections.abc import Callable

from benchpump.bench.exchange import (
    NEVER_US,
    SWITCH_BUTTON,
    SWITCH_CASSETTE_OUT,
    SWITCH_ESTOP,
    SWITCH_JUMPER,
    WallTime,
)
from benchpump.bench.flash import Flash
from benchpump.bench.hardware import lines
from benchpump.bench.hardware.counted_drive import CountedDrive
from benchpump.bench.hardware.lines import Held, Seen, Unwrapped
from benchpump.bench.hardware.pump_port import PumpPort
from benchpump.bench.hardware.rig_board import RigBoard, RigBoardLost
from benchpump.bench.pico.light import LightReader
from benchpump.bench.pico.onlooker import Onlooker
from benchpump.bench.pico.sounder import Sounder
from benchpump.bench.plant.plant import Plant
from benchpump.bench.rig import Unsupported
from benchpump.bench.truth import GRACE_US, Truth

PERIOD_US = 10_000
LATE_US = 20_000
"""50 Hz: a longer time between two exchanges is counted as late."""
HOLDS_UP_US = 500_000
"""How long capacitors may feed a pump whose supply was cut, at the most (own)."""

_CLOSED_WHEN = (  # contact, switch, whether it is closed where the switch's bit is set
    (lines.CONTACT_ESTOP, SWITCH_ESTOP, False),
    (lines.CONTACT_CASSETTE, SWITCH_CASSETTE_OUT, False),
    (lines.CONTACT_BUTTON, SWITCH_BUTTON, True),
    (lines.CONTACT_JUMPER, SWITCH_JUMPER, True),
)


class HardwareBoard(Onlooker):
    """A pump with power, or without. Any waiting raises RigBoardLost when the loop is broken."""

    def __init__(self, rig_board: RigBoard, port: PumpPort, plant: Plant, truth: Truth) -> None:
        self.plant = plant
        self.drive = CountedDrive()
        self.to_pump = port.to_pump
        self.from_pump = port.from_pump
        self.wall = WallTime()  # nothing of it is spent on a model of the pump
        self.exchanges = 0
        self.longest_gap_us = 0
        self.late = 0
        self.switches = 0
        self.powered = True
        self._cut_us = 0  # when its supply was
        self._rig_board = rig_board
        self._port = port
        self._truth = truth
        self._time = Unwrapped(lines.TIME_MASK)
        self._forward = Unwrapped(lines.COUNT_MASK)
        self._reverse = Unwrapped(lines.COUNT_MASK)
        self._frames = Unwrapped(0xFF)
        self._host_s = rig_board.clock.now_s()  # when the board's time was last heard
        self._latest_us = 0
        self._begun_us = 0  # the last exchange
        self._forward_last = True
        self._sounds = False
        self._timers: list[tuple[int, int, Callable[[], None]]] = []  # a heap by time, then order
        self._timers_made = 0
        self._lamp = LightReader()
        self._sounder = Sounder()
        self._exchange(first=True)

    # -- time ----------------------------------------------------------------------------------

    @property
    def now_us(self) -> int:
        """Microseconds of the rig board's time since the rig was started."""
        since_us = round((self._rig_board.clock.now_s() - self._host_s) * 1e6)
        self._latest_us = max(self._latest_us, self._time.value + since_us)
        return self._latest_us

    def call_at(self, at_us: int, action: Callable[[], None]) -> None:
        """Do something at that moment, or now if it has passed."""
        self._timers_made += 1
        heapq.heappush(self._timers, (max(at_us, self.now_us), self._timers_made, action))

    def run_until(self, until_us: int, *, stop_at_bytes: bool = False) -> None:
        """Close the loop until then, or to the first bytes from the pump."""
        while not (stop_at_bytes and self.from_pump.ready(self.now_us)):
            now_us = self.now_us
            due_us = self._timers[0][0] if self._timers else NEVER_US
            next_us = self._begun_us + PERIOD_US
            if due_us <= now_us:
                heapq.heappop(self._timers)[2]()
            elif now_us >= until_us:
                break
            elif now_us >= next_us:
                self._exchange()
            else:
                self._port.pass_on(now_us)
                for_us = min(until_us, due_us, next_us) - now_us
                data = self._port.wait(now_us, for_us, powered=self.powered)
                self.from_pump.put(data, self.now_us)

    # -- the loop ------------------------------------------------------------------------------

    def _exchange(self, *, first: bool = False) -> None:
        begun_us = self.now_us
        seen = self._rig_board.exchange(self._held())
        before_us = self._time.value
        self._time.take(seen.now_us)
        self._host_s = self._rig_board.clock.now_s()
        self.exchanges += 1
        if not first:
            gap_us = begun_us - self._begun_us
            self.longest_gap_us = max(self.longest_gap_us, gap_us)
            self.late += gap_us > LATE_US
            if seen.flags & (lines.FLAG_LET_GO | lines.FLAG_STARTED):
                what = "was reset" if seen.flags & lines.FLAG_STARTED else "let go"
                raise RigBoardLost(f"the rig board {what}: {gap_us / 1000:.0f} ms without us")
        self._begun_us = begun_us
        self._settle(seen, self._time.value - before_us)

    def _held(self) -> Held:
        closed = 0 if self.powered else lines.SWITCH_SUPPLY_CUT
        for contact, switch, when in _CLOSED_WHEN:
            if bool(self.switches & switch) == when:
                closed |= contact
        codes = self.plant.codes()
        pressure, air, supply = (max(0, code) for code in codes[:3])
        return Held(closed, pressure, air, supply)

    def _settle(self, seen: Seen, elapsed_us: int) -> None:
        """Bring plant and truth up to what was seen."""
        drive = self.drive
        forward = self._forward.take(seen.forward_steps)
        reverse = self._reverse.take(seen.reverse_steps)
        self._look_at_panel(seen)
        energised = not seen.inputs & lines.INPUT_ENABLE  # pulled up here: not without power
        has_power = self.powered or self._time.value - self._cut_us <= HOLDS_UP_US
        if not has_power and (energised or forward or reverse):
            raise RigBoardLost(
                "the pump goes on without its supply, so that no power was cut: open the 5 V"
                " wire of its USB cable"
            )
        now_enabled = self.powered and energised
        # What moved since the last look did so while the driver was energised, if it ever was.
        drive.enabled = self.powered and bool(seen.were_low & lines.INPUT_ENABLE)
        if forward or reverse:
            drive.last_step_us = self._time.value - self._time.ago(seen.step_us)
        moved = drive.motor_steps(forward, reverse)
        if elapsed_us > 0:
            self.plant.advance(moved, elapsed_us)
        self._show_truth(forward, reverse)
        if drive.enabled != now_enabled:
            drive.enabled = now_enabled
            self._observe(drive.forward_steps, drive.reverse_steps)
        self.plant.sensors.stimulated = bool(seen.inputs & lines.INPUT_AIR_TEST)

    def _show_truth(self, forward: int, reverse: int) -> None:
        """Steps of both directions one after the other: between them the drive was drained."""
        drive = self.drive
        before = (drive.forward_steps - forward, drive.reverse_steps - reverse)
        turned = (reverse if self._forward_last else forward) > 0
        if turned:
            if self._forward_last:
                before = (drive.forward_steps, before[1])
            else:
                before = (before[0], drive.reverse_steps)
            self._observe(*before)
            self._observe(*before, drained=True)
            self._forward_last = not self._forward_last
        self._observe(drive.forward_steps, drive.reverse_steps)

    def _observe(self, forward_steps: int, reverse_steps: int, *, drained: bool = False) -> None:
        drive, plant = self.drive, self.plant
        now_us = self._time.value
        at_work = drive.last_step_us >= 0 and now_us - drive.last_step_us < GRACE_US
        self._truth.observe(
            now_us,
            forward_steps,
            reverse_steps,
            self._lamp.light(now_us),
            drive.enabled,
            int(at_work and not drained),
            drive.last_step_us,
            plant.delivered_nl,
            plant.line.stored_nl,
            plant.displaced_nl,
        )

    def _look_at_panel(self, seen: Seen) -> None:
        if self._frames.take(seen.frames) and self.powered:
            green, red, blue = seen.colour >> 16, seen.colour >> 8 & 0xFF, seen.colour & 0xFF
            self._lamp.show(red, green, blue, self._time.value - self._time.ago(seen.shown_us))
        sounds = bool(seen.inputs & lines.INPUT_SOUNDER)
        if sounds and not self._sounds:
            self._sounder.pulse(self._time.value)
        self._sounds = sounds

    # -- what rig, cable and faults ask for ----------------------------------------------------

    @property
    def flash(self) -> Flash:
        """Raises Unsupported: a real memory is out of reach."""
        raise Unsupported("the memory of a real board cannot be disturbed from outside")

    def boot(self) -> None:
        """Power on. Raises RuntimeError if it is."""
        if self.powered:
            raise RuntimeError("the board is powered already")
        self.powered = True
        self._exchange()

    def stop_chip(self) -> None:
        """Take the supply away."""
        self.powered = False
        self._cut_us = self._time.value
        self._port.close()
        self._lamp, self._sounder = LightReader(), Sounder()
        self._exchange()

    def hang(self) -> None:
        """Raises Unsupported."""
        raise Unsupported("nobody can make a real processor hang from outside")

    def resume(self) -> None:
        """Raises Unsupported."""
        raise Unsupported("nobody can make a real processor hang from outside")

    def kill(self) -> None:
        """Raises Unsupported."""
        raise Unsupported("nobody can kill the interpreter of a real board from outside")

    def set_switch(self, bit: int, on: bool) -> None:
        """Set or clear a switch as the firmware is to read it, at once."""
        self.switches = self.switches | bit if on else self.switches & ~bit
        self._exchange()

    def cut_enable(self, on: bool) -> None:
        """Open (True) or close the e-stop's contact before the motor, which is in the plant."""
        self.drive.cut = on

    def send(self, data: bytes) -> None:
        """Put bytes on the cable to the pump."""
        if self.powered:
            self.to_pump.put(data, self.now_us)
            self._port.pass_on(self.now_us)

    def receive(self) -> bytes:
        """What has arrived from the pump and was not taken."""
        return self.from_pump.take(self.now_us, 1 << 30)

    def close(self) -> None:
        """Let go of everything and give the ports back."""
        with contextlib.suppress(RigBoardLost):  # then it lets go by itself
            self._rig_board.exchange(Held(0, 0, 0, 0))
        self._port.close()
        self._rig_board.close()
