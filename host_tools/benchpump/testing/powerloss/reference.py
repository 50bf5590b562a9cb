"""The reference run: a blank board is provisioned, gets an allotment, and infuses for an hour."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.provisioning import provision
from benchpump.bench.reference import TICKS_PER_HOUR, booted
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.powerloss.moments import Known, Moment, NotedFlash, Operation
from benchpump.testing.procedures import FIELD, ML_H, allot

TICK_US = 50_000
CUT_EVERY_TICKS = 7
RATE_NL_H = 5 * ML_H
RATE_LIMIT_NL_H = 200 * ML_H
PRIME_NL = 100_000
CAP_UL = 9_900
SECOND_CAP_UL = 1_000
SECOND_BOLUS_NL = 300_000
_REST_S = 1.0


@dataclass(frozen=True)
class Reference:
    """What the run left to be judged by.

    `cuts` are moments with the number of storage operations that were complete then; `stretches`
    the pin's figures at the start and the end of each motion; by identity: `allotments`
    the pin's figure when it was confirmed, `cap_steps`, and `reservations` in steps.
    """

    sectors: int
    operations: list[Operation]
    cuts: list[tuple[int, Moment]]
    stretches: list[tuple[int, int]]
    allotments: dict[int, int]
    cap_steps: dict[int, int]
    reservations: dict[int, int]

    def moving(self, moment: Moment) -> bool:
        """Whether steps had been made since the last start and more were to come."""
        return any(first < moment.forward_steps < last for first, last in self.stretches)

    def truth_steps(self, moment: Moment, identity: int) -> int:
        """Forward steps at the pin under one allotment up to a moment; 0 for no allotment."""
        if identity not in self.allotments:
            return 0
        base = self.allotments[identity]
        end = self.allotments.get(identity + 1, moment.forward_steps)
        return max(0, min(moment.forward_steps, end) - base)


class _Session:
    """The run under way."""

    def __init__(self, rig: EmulatedRig) -> None:
        self.rig = rig
        self.known = Known(provisioned=False, resting=True, confirmed=0, proposed=0)
        self.cuts: list[tuple[int, Moment]] = []
        self.stretches: list[tuple[int, int]] = []
        self.allotments: dict[int, int] = {}
        self.cap_steps: dict[int, int] = {}
        self.reservations: dict[int, int] = {}
        self.flash = NotedFlash(rig.flash, self.moment)
        rig.board.flash = self.flash

    def moment(self, later_us: int) -> Moment:
        """Now, or a little later if the power stays on."""
        at_us = self.rig.board.now_us + later_us
        drive = self.rig.drive.copy()
        drive.advance(at_us)
        return Moment(at_us, drive.forward_steps, self.known)

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
        """Start, note a possible cut every seventh tick, and wait until all is written."""
        rig = self.rig
        first = rig.drive.forward_steps
        self.known = replace(self.known, resting=False)
        pump.start(token)
        while pump.status().state != end:
            # Enough looks at the state, and the phase within the tick goes on from cut to cut.
            for _ in range(100):
                self._cut(len(self.cuts))
        rig.clock.sleep_ms(_REST_S * 1000)
        self.known = replace(self.known, resting=True)
        self.stretches.append((first, rig.drive.forward_steps))

    def _cut(self, number: int) -> None:
        board = self.rig.board
        period_us = CUT_EVERY_TICKS * TICK_US
        phase_us = number * 7_013 % TICK_US
        board.run_until((board.now_us // period_us + 1) * period_us + phase_us)
        self.cuts.append((len(self.flash.noted), self.moment(0)))


def reservation_steps(pump: Pump) -> int:
    """The rule of C3, from what the pump says of its limits and its allotment."""
    limits = pump.limits()
    steps_h = limits.number("rate_nl_h") * 1000 // pump.allotment().number("pl_per_step")
    least = -(-steps_h * 3 // TICKS_PER_HOUR) + 1  # 150 ms, and a step
    share = limits.number("cap_steps") // 1000
    return max(least, min(share, limits.number("window_steps") // 20))


def run(rig: EmulatedRig) -> Reference:
    """Run it on a blank rig that was just made. Raises as `Pump` and `provision` do."""
    session = _Session(rig)
    provision(rig)
    session.known = replace(session.known, provisioned=True)
    pump = booted(rig)
    pump.config_set(FIELD["max_rate_nl_h"].index, RATE_LIMIT_NL_H)
    pump.config_commit()
    pump = booted(rig)
    session.allot(pump, CAP_UL)
    session.infuse(pump, pump.prime(PRIME_NL, RATE_LIMIT_NL_H).token, State.IDLE)
    pump.load([Segment.constant(RATE_NL_H, TICKS_PER_HOUR)])
    token = pump.arm(on_host_loss="STANDALONE").token
    session.infuse(pump, token, State.FINISHED)
    session.allot(pump, SECOND_CAP_UL)
    pump.load([Segment.bolus(SECOND_BOLUS_NL, RATE_LIMIT_NL_H)])
    session.infuse(pump, pump.arm(on_host_loss="STANDALONE").token, State.FINISHED)
    return Reference(
        sectors=rig.flash.sectors,
        operations=session.flash.noted,
        cuts=session.cuts,
        stretches=session.stretches,
        allotments=session.allotments,
        cap_steps=session.cap_steps,
        reservations=session.reservations,
    )
