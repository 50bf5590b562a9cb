"""The reference run: a blank board is provisioned, gets an allotment, and infuses for an hour."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.provisioning import provision
from benchpump.bench.reference import TICKS_PER_HOUR, booted
from benchpump.bench.store_map import StoreMap, store_map
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import CONFIG, State
from benchpump.link.segments import Segment
from benchpump.testing.powerloss.changes import Operation, TimedFlash
from benchpump.testing.powerloss.moments import Known, Moment
from benchpump.testing.powerloss.truths import Truths
from benchpump.testing.procedures import FIELD, ML_H, allot

TICK_US = 50_000
RATE_NL_H = 5 * ML_H
RATE_LIMIT_NL_H = 200 * ML_H
PRIME_NL = 100_000
CAP_UL = 9_900
WINDOW_CAP_UL = 8_000  # so the window ends what is left of the first allotment, not of the second
SECOND_CAP_UL = 1_000
SECOND_BOLUS_NL = 300_000
JOURNAL_RECORD = 0x69  # first byte of a record, firmware/pump/journal.py
_REST_S = 1.0
_TICKS_BETWEEN_LOOKS = 700


@dataclass(frozen=True)
class Length:
    """How long the run is: the campaign's, or a slice of it for every day."""

    infusion_ticks: int = TICKS_PER_HOUR
    prime_nl: int = PRIME_NL
    second_bolus_nl: int = SECOND_BOLUS_NL


@dataclass(frozen=True)
class Reference:
    """`ticks` are moments with the number of storage operations that were complete then: each
    boundary of a tick, and one within it, at another phase from tick to tick."""

    sectors: int
    operations: list[Operation]
    ticks: list[tuple[int, Moment]]
    truths: Truths


class _Session:
    """The run under way."""

    def __init__(self, rig: EmulatedRig) -> None:
        self.rig = rig
        self.known = Known(False, True, confirmed=0, proposed=0, configured=0, configuring=0)
        self.ticks: list[tuple[int, Moment]] = []
        self.motions: list[tuple[int, int]] = []  # pin's figures at start and end
        self.allotments: dict[int, int] = {}
        self.cap_steps: dict[int, int] = {}
        self.reservations: dict[int, int] = {}
        self.configurations: list[tuple[int, ...]] = []
        self.flash = TimedFlash(rig.flash, self.moment)
        rig.board.flash = self.flash

    def moment(self, later_us: int) -> Moment:
        """Now, or a little later if the power stays on."""
        at_us = self.rig.board.now_us + later_us
        drive = self.rig.drive.copy()
        drive.advance(at_us)
        return Moment(at_us, drive.forward_steps, self.known)

    def provision(self) -> None:
        self.known = replace(self.known, configuring=1)
        self.configurations.append(configuration(booted(self.rig)))
        provision(self.rig)
        self.configurations.append(configuration(booted(self.rig)))
        self.known = replace(self.known, provisioned=True, configured=1)

    def configure(self, pump: Pump) -> None:
        pump.config_set(FIELD["max_rate_nl_h"].index, RATE_LIMIT_NL_H)
        pump.config_set(FIELD["window_cap_ul"].index, WINDOW_CAP_UL)
        self.known = replace(self.known, configuring=2)
        pump.config_commit()
        self.configurations.append(configuration(booted(self.rig)))
        self.known = replace(self.known, configured=2)

    def allot(self, pump: Pump, cap_ul: int) -> None:
        # The identity is the next one; both are possible from the second step to its answer.
        identity = self.known.confirmed + 1
        self.known = replace(self.known, proposed=identity)
        self.allotments[identity] = self.rig.drive.forward_steps
        proposed: Proposed = allot(self.rig, pump, cap_ul)
        assert proposed.identity == identity
        self.cap_steps[identity] = proposed.cap_steps
        self.reservations[identity] = reservation_steps(pump)
        self.known = replace(self.known, confirmed=identity)

    def infuse(self, pump: Pump, token: int, end: State) -> None:
        """Start, note every tick, and wait until all is written."""
        rig = self.rig
        first = rig.drive.forward_steps
        self.known = replace(self.known, resting=False)
        pump.start(token)
        while pump.status().state != end:
            for _ in range(_TICKS_BETWEEN_LOOKS):
                self._tick(len(self.ticks))
        rig.clock.sleep_ms(_REST_S * 1000)
        self.known = replace(self.known, resting=True)
        self.motions.append((first, rig.drive.forward_steps))

    def _tick(self, number: int) -> None:
        board = self.rig.board
        boundary_us = (board.now_us // TICK_US + 1) * TICK_US
        for at_us in (boundary_us, boundary_us + number * 7_013 % TICK_US):
            board.run_until(at_us)
            self.ticks.append((len(self.flash.noted), self.moment(0)))

    def reference(self, pump: Pump) -> Reference:
        """What was noted, put together."""
        window_cap_steps = pump.limits().number("window_steps")
        places = store_map(self.rig.setup.board_facts)
        truths = Truths(
            places,
            self.allotments,
            self.cap_steps,
            self.reservations,
            window_cap_steps,
            self.configurations,
            list(pump.log()),
        )
        operations = self.flash.noted
        ends = _journal_ends(operations, places)
        assert len(ends) == len(truths.journal), "a journal record that nobody saw written"

        def placed(moment: Moment) -> Moment:
            moving = any(a < moment.forward_steps < b for a, b in self.motions)
            return replace(moment, moving=moving, records=bisect_right(ends, moment.at_us))

        noted = [Operation(at.change, placed(at.start), placed(at.end)) for at in operations]
        ticks = [(complete, placed(moment)) for complete, moment in self.ticks]
        return Reference(self.flash.sectors, noted, ticks, truths)


def _journal_ends(operations: Sequence[Operation], places: StoreMap) -> list[int]:
    """When each journal record was complete; a page that is made firm holds them once more."""
    ends: dict[int, int] = {}
    for operation in operations:
        change = operation.change
        if change.kind == "program" and change.room(places) == "journal":
            written = [at for at, byte in enumerate(change.page) if byte != 0xFF]
            if written and change.page[written[0]] == JOURNAL_RECORD:
                ends.setdefault(change.place + written[0], operation.end.at_us)
    return list(ends.values())


def configuration(pump: Pump) -> tuple[int, ...]:
    """Every field."""
    return tuple(pump.config_get(field.index) for field in CONFIG)


def reservation_steps(pump: Pump) -> int:
    """The rule of C3, from what the pump says of its limits and its allotment."""
    limits = pump.limits()
    steps_h = limits.number("rate_nl_h") * 1000 // pump.allotment().number("pl_per_step")
    least = -(-steps_h * 3 // TICKS_PER_HOUR) + 1  # 150 ms, and a step
    share = limits.number("cap_steps") // 1000
    return max(least, min(share, limits.number("window_steps") // 20))


def run(rig: EmulatedRig, length: Length | None = None) -> Reference:
    """Run it on a blank rig that was just made. Raises as `Pump` and `provision` do."""
    length = length or Length()
    session = _Session(rig)
    session.provision()
    session.configure(booted(rig))
    pump = booted(rig)
    session.allot(pump, CAP_UL)
    session.infuse(pump, pump.prime(length.prime_nl, RATE_LIMIT_NL_H).token, State.IDLE)
    pump.load([Segment.constant(RATE_NL_H, length.infusion_ticks)])
    token = pump.arm(on_host_loss="STANDALONE").token
    session.infuse(pump, token, State.FINISHED)
    session.allot(pump, SECOND_CAP_UL)
    pump.load([Segment.bolus(length.second_bolus_nl, RATE_LIMIT_NL_H)])
    session.infuse(pump, pump.arm(on_host_loss="STANDALONE").token, State.FINISHED)
    return session.reference(pump)
