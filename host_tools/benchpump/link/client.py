"""`Pump`: everything that can be asked of a pump, typed, with units in the names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Self

from benchpump.link import messages
from benchpump.link.answers import (
    ActiveAlarm,
    Armed,
    AsRun,
    LogRecord,
    Offered,
    Parts,
    Proposed,
    Refitted,
    Stretch,
    Withdrawable,
)
from benchpump.link.errors import JournalGapError, WaitTimeoutError
from benchpump.link.exchange import REPLY_TIMEOUT_S
from benchpump.link.keepalive import KeepAlive
from benchpump.link.messages import Command
from benchpump.link.requests import Requests
from benchpump.link.sensed import Sensed, parse_sensed
from benchpump.link.serial_transport import SerialTransport
from benchpump.link.status import Status, parse_status
from benchpump.link.transport import RealClock

if TYPE_CHECKING:
    from benchpump.link.segments import SegmentLike
    from benchpump.link.transport import Clock, Transport

_STOP_BYTE = b"\x03"


class Pump:
    """One pump on one transport; a context manager.

    Every method may raise PumpLost (silence, or the connection is gone) and the subclass of
    PumpRefused that belongs to the pump's error code. A link is opened by the first command that
    needs one. Safe to use from several threads.
    """

    def __init__(self, transport: Transport, *, reply_timeout_s: float = REPLY_TIMEOUT_S) -> None:
        self._transport = transport
        self._requests = Requests(transport, reply_timeout_s)
        self._keep_alive: KeepAlive | None = None

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a serial port or pyserial URL for this program alone. Raises PortError."""
        return cls(SerialTransport(url))

    def close(self) -> None:
        """Give the transport back. What runs goes on until the host timeout agreed at `arm`."""
        self._end_keep_alive()
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def clock(self) -> Clock:
        """The transport's clock, by which all timeouts are measured."""
        return self._transport.clock

    # Reading

    def idn(self) -> str:
        """Maker, board, firmware version and protocol hash, separated by commas."""
        return self._requests.ask(Command.IDN)

    def hello(self) -> bool:
        """Open a link; False if the protocols differ, so that only reads and stops are taken."""
        self._end_keep_alive()
        self._requests.hello()
        return self._requests.matches

    def status(self) -> Status:
        """The pump's state now; also keeps the promise to be alive while a link is open."""
        return parse_status(self._requests.ask(Command.STATUS))

    def sensors(self) -> Sensed:
        """What the sensors and switches read now, unconverted; changes nothing."""
        return parse_sensed(self._requests.ask(Command.SENSORS))

    def limits(self) -> Parts:
        """Rate limit in force and what binds it, cap and window left, sources, active profile."""
        return self._requests.ask_parts(Command.LIMITS)

    def allotment(self) -> Parts:
        """The allotment in force: identity, container, cap, steps debited, calibration."""
        return self._requests.ask_parts(Command.ALLOTMENT)

    def alarms(self) -> list[ActiveAlarm]:
        """Latched alarms, the first cause first."""
        return [ActiveAlarm.of(part) for part in self._requests.ask_parts(Command.ALARMS).parts]

    def selftest(self) -> Parts:
        """Result of the self-test: what failed, what is not fitted, why the board restarted."""
        return self._requests.ask_parts(Command.SELFTEST)

    def log(self, first_record: int = 0) -> Iterator[LogRecord]:
        """Journal records from `first_record` (0: the oldest kept) to the newest, none left out.

        Those added meanwhile come too. Raises JournalGapError where the next one is not kept any
        more: the pump makes room for new records while it stands.
        """
        number = first_record
        newest = -1
        while True:
            try:
                record = LogRecord.of(self._requests.ask_long(Command.LOG, number))
            except messages.PumpNoPartError:
                if number <= newest:
                    raise JournalGapError(number, number) from None
                return
            if number and record.record != number:
                raise JournalGapError(number, record.record - 1)
            yield record
            newest = record.newest
            if record.record >= newest:
                return
            number = record.record + 1

    def config_get(self, field: int) -> int:
        """Value of one configuration field (index into messages.CONFIG)."""
        return int(self._requests.ask(Command.CONFIG_GET, field).split()[1])

    def as_run(self) -> list[Stretch]:
        """The last program as it was run: its first 128 stretches, each at its own rate."""
        return list(self.last_run().stretches)

    def last_run(self) -> AsRun:
        """The same with how many stretches there were, ticks run, and where the journal tells."""
        found: list[Stretch] = []
        while True:
            answer = self._requests.ask_parts(Command.AS_RUN, len(found))
            found += [Stretch.of(part) for part in answer.parts[2:]]
            if len(found) >= answer.number("kept") or len(answer.parts) == 2:
                numbers = (answer.number(name) for name in ("count", "ticks", "record"))
                return AsRun(tuple(found), *numbers)

    # Stopping

    def stop(self) -> None:
        """Stop at once and stay. The stop byte goes out even while another thread waits."""
        self._transport.write(_STOP_BYTE)
        self._requests.ask(Command.STOP)

    # Towards motion: always two steps

    def load(
        self,
        segments: Iterable[SegmentLike],
        then: str = messages.ProgramEndThen.STOP,
        keep_open_rate_nl_h: int = 0,
    ) -> None:
        """Load a program of 1..64 segments; `then` is STOP or KEEPOPEN."""
        ask = self._requests.ask
        ask(Command.PROGRAM_CLEAR)
        for index, s in enumerate(segments):
            values = (s.kind, s.rate_nl_h, s.end_rate_nl_h, s.volume_nl, s.duration_ticks)
            ask(Command.SEGMENT, index, *values)
        ask(Command.PROGRAM_END, then, keep_open_rate_nl_h)

    def arm(
        self,
        start: str = messages.ArmFrom.FRESH,
        on_host_loss: str = messages.ArmOnHostLoss.STOP,
        host_timeout_ms: int = 5000,
    ) -> Armed:
        """First step: check the program and get the token; waits while memory is prepared.

        `start` is FRESH or REST, `on_host_loss` STOP, KEEPOPEN or STANDALONE, `host_timeout_ms`
        500..255000. On a real-time transport a thread keeps the promise to be alive from here on.
        """
        self._end_keep_alive()
        parts = self._requests.ask_parts(Command.ARM, start, on_host_loss, host_timeout_ms)
        armed = Armed.of(parts)
        if isinstance(self._transport.clock, RealClock):
            self._keep_alive = KeepAlive(self.status, host_timeout_ms / 1000)
        return armed

    def start(self, token: int) -> None:
        """Second step: carry out what the token of a first step stands for."""
        self._requests.ask(Command.START, token)

    def confirm_soft(self, token: int, soft: messages.Soft) -> None:
        """What a person confirms of a first step: exactly the soft limits that it named.

        Never call it for a person who was not asked. Void with the token.
        """
        self._requests.ask(Command.SOFT_CONFIRM, token, int(soft))

    def profile(
        self,
        number: int,
        *,
        rate_nl_h: int = 0,
        soft_rate_nl_h: int = 0,
        soft_volume_ul: int = 0,
        soft_bolus_nl: int = 0,
        pressure_pa: int = 0,
    ) -> None:
        """Make a fluid's limits active, in place of those before; 0 for what it does not limit.

        They last until `profile_clear`, another profile or a restart; only in idle or finished.
        """
        soft = (soft_rate_nl_h, soft_volume_ul, soft_bolus_nl)
        self._requests.ask(Command.PROFILE, number, rate_nl_h, *soft, pressure_pa)

    def profile_clear(self) -> None:
        """No profile is active any more."""
        self._requests.ask(Command.PROFILE_CLEAR)

    def disarm(self) -> None:
        """Give the token back."""
        self._requests.ask(Command.DISARM)

    def pause(self) -> None:
        """Finish the burst and hold; `arm("REST")` and `start` continue."""
        self._requests.ask(Command.PAUSE)

    def prime(self, volume_nl: int, rate_nl_h: int) -> Armed:
        """First step of priming (1000..1e8 nL at 1e5..5e8 nL/h), counted like any volume."""
        return Armed.of(self._requests.ask_parts(Command.PRIME, volume_nl, rate_nl_h))

    def withdraw(self, volume_nl: int, rate_nl_h: int) -> Withdrawable:
        """First step of drawing back to fill the container; `start` with its token does it.

        1000..1e9 nL at 1e5..5e8 nL/h; never inside an infusion, within its own budget and the
        plunger's travel. Neither cap nor window gets anything back.
        """
        return Withdrawable.of(self._requests.ask_parts(Command.WITHDRAW, volume_nl, rate_nl_h))

    def bolus(self, volume_nl: int, rate_nl_h: int) -> Offered:
        """First step of a bolus on top of the running program; `start` with its token gives it.

        1000..1e8 nL at 1000..5e8 nL/h. Whatever ends the run, a pause too, ends it for good.
        """
        return Offered.of(self._requests.ask_parts(Command.BOLUS, volume_nl, rate_nl_h))

    def titrate(self, rate_nl_h: int) -> Offered:
        """First step of another rate for what is left of the running constant segment."""
        return Offered.of(self._requests.ask_parts(Command.TITRATE, rate_nl_h))

    def titrate_hold(self) -> Offered:
        """First step of staying at the present rate until the program's time is over."""
        return Offered.of(self._requests.ask_parts(Command.TITRATE_HOLD))

    def titrate_go_on(self) -> Offered:
        """First step of ending a hold: the segment after the one that was held comes next."""
        return Offered.of(self._requests.ask_parts(Command.TITRATE_GO_ON))

    # Alarms

    def acknowledge(self) -> None:
        """Acknowledge what is latched; a cause that persists stays."""
        self._requests.ask(Command.ACKNOWLEDGE)

    def silence(self, duration_ms: int) -> None:
        """Silence the sounder for 1000..120000 ms; the light stays on."""
        self._requests.ask(Command.SILENCE, duration_ms)

    # Allotment, configuration, service

    def new_allotment(
        self,
        *,
        container: int,
        cap_ul: int,
        capacity_ul: int,
        compliance_nl_per_kpa: int,
        pressure_max_pa: int,
        inner_diameter_um: int = 0,
        tubing_nl_per_revolution: int = 0,
        rate_max_nl_h: int = 0,
    ) -> Proposed:
        """First step of a new allotment; then the local button, then `confirm`.

        `rate_max_nl_h` is the container's rate limit, 0 where it names none.
        """
        return Proposed.of(
            self._requests.ask_parts(
                Command.ALLOTMENT_NEW,
                container,
                inner_diameter_um,
                tubing_nl_per_revolution,
                capacity_ul,
                compliance_nl_per_kpa,
                pressure_max_pa,
                cap_ul,
                rate_max_nl_h,
            )
        )

    def confirm(self, token: int) -> None:
        """Second step of a new allotment; refused until the local button was pressed."""
        self._requests.ask(Command.ALLOTMENT_CONFIRM, token)

    def refit(self, content_ul: int) -> Refitted:
        """First step of confirming the container after its seat was open: what it holds now.

        Another of the same kind, or the same again; then `refit_confirm`. The allotment goes on.
        """
        return Refitted.of(self._requests.ask_parts(Command.REFIT, content_ul))

    def refit_confirm(self, token: int) -> None:
        """Second step: the container is confirmed, and the rest can be armed."""
        self._requests.ask(Command.REFIT_CONFIRM, token)

    def config_set(self, field: int, value: int) -> None:
        """Change one field of the working copy; widening a limit needs the service jumper."""
        self._requests.ask(Command.CONFIG_SET, field, value)

    def config_commit(self) -> None:
        """Write the working copy to the pump's memory."""
        self._requests.ask(Command.CONFIG_COMMIT)

    def provision(self) -> None:
        """Make a blank ledger (service jumper); poll `status` until `preparing` is gone."""
        self._requests.ask(Command.PROVISION)

    def service(self, on: bool) -> None:
        """Enter service (jumper fitted) or leave it (jumper removed)."""
        self._requests.ask(
            Command.SERVICE, messages.ServiceMode.ON if on else messages.ServiceMode.OFF
        )

    # Waiting

    def wait(
        self,
        until: Callable[[Status], bool],
        *,
        timeout_s: float,
        poll_s: float = 0.25,
        seen: Callable[[Status], None] | None = None,
    ) -> Status:
        """Poll `status` until `until` holds and return that status; `seen` gets each one.

        Polling keeps the promise to be alive. Raises WaitTimeoutError after `timeout_s`.
        """
        end_s = self.clock.now_s() + timeout_s
        while True:
            status = self.status()
            if seen is not None:
                seen(status)
            if until(status):
                return status
            if self.clock.now_s() >= end_s:
                raise WaitTimeoutError(
                    f"not within {timeout_s:g} s; last state {status.state.name}"
                )
            self.clock.sleep_s(poll_s)

    def _end_keep_alive(self) -> None:
        if self._keep_alive is not None:
            self._keep_alive.stop()
            self._keep_alive = None
