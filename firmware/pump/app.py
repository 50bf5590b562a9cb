"""One tick of the pump, always one way: sense -> detect -> decide -> deliver -> report."""

from array import array

from pump import codes, hal, machine, ticks
from pump.alarms import Alarms
from pump.arming import Arming
from pump.as_run import AsRun
from pump.bolus import Bolus
from pump.config import Config
from pump.delivery import SHORT_TICKS_MAX, Delivery
from pump.gate import Gate
from pump.governor import SHORT_OF_CAP, SHORT_OF_TRAVEL, Governor
from pump.journal import Journal
from pump.ledger import Ledger
from pump.limits import Limits
from pump.panel import Panel
from pump.profile import Profile
from pump.program import ENDED, Program
from pump.reading import Reading
from pump.relief import Relief
from pump.scale import TICK_MS, steps_within_ul
from pump.segments import SEGMENTS_MAX
from pump.selftest import SelfTest
from pump.soft import Soft
from pump.token import Token
from pump.travel import Travel
from pump.upkeep import Upkeep
from pump.watch import Watch
from pump.window import Window
from pump.withdrawal import Withdrawal

_TICKS_PER_MINUTE = 60_000 // TICK_MS
WATCHDOG_MS = 2000
# The safety steps of a tick, one bit each: the watchdog is fed only when all of them ran.
_SENSED = 1
_DETECTED = 2
_DECIDED = 4
_DELIVERED = 8
_ALL_RAN = 15
# What is followed by a back-off.
_RELIEVED = (codes.ALARM_OCCLUSION_DOWNSTREAM, codes.ALARM_OCCLUSION_SLOPE)


class App:
    """The pump. ``data`` is the board's generated ``board_data`` module."""

    def __init__(self, board, data):
        self.clock = board.clock
        self.sensors = board.sensors
        self._drive = board.drive
        self.data = data
        self.window = Window()
        self.governor = Governor(self.window)
        self.ledger = Ledger(
            board.store, data.STORE_LEDGER_FIRST_SECTOR, data.STORE_LEDGER_SECTORS
        )
        self.config = Config(board.store, data.STORE_CONFIG_FIRST_SECTOR)
        self.journal = Journal(
            board.store, data.STORE_JOURNAL_FIRST_SECTOR, data.STORE_JOURNAL_SECTORS
        )
        self.gate = Gate(board.drive, self.governor, self.ledger)
        self.limits = Limits(data.LIMITS_MAX_RATE_NL_H, data.DRIVE_MAX_STEPS_PER_S)
        self.profile = Profile()
        self.soft = Soft(self)
        self.alarms = Alarms()
        self.token = Token()
        self.program = Program(SEGMENTS_MAX, AsRun())
        self.infusion = Delivery(self.program)
        self.bolus = Bolus()
        self.priming = Program(1)
        self.prime = Delivery(self.priming)
        self.selftest = SelfTest(self)
        self.reading = Reading()
        self.relief = Relief(self.gate, self.governor)
        self.watch = Watch(self, data)
        self.travel = Travel(self)
        self.upkeep = Upkeep(self)
        self.arming = Arming(self)
        self.withdrawal = Withdrawal(self)
        self.panel = Panel(board.panel, self.alarms)
        self.state = codes.STATE_BOOT
        self.tick_count = 0
        self.deadline_ms = self.clock.ticks_ms()
        self.on_host_loss = codes.ON_HOST_LOSS_STOP
        self.keep_open_steps_h = 0
        self.button_pressed = False
        self._button = hal.SWITCH_BUTTON  # down at power-on is no edge either
        self.settings = array("i", [0] * codes.CONFIG_COUNT)  # configuration in force
        self._restart_told = False
        self.shift_told = 0
        self.mismatch = False
        self.watchdog_ms = WATCHDOG_MS
        self._link = board.link
        self._pausing = False
        self._minute_ticks = 0
        self._edges = self._drive.edges()
        self.steps_ran = 0  # of this tick, a bit each
        self._moved = False  # a state that may lease motion, as the last tick left it
        self.gate.enable(False)

    # -- the tick -------------------------------------------------------------------------------

    def tick(self):
        """Every 50 ms."""
        self._sense()
        self._detect()
        self._decide()
        self._deliver()
        self._report()

    def _sense(self):
        reading = self.reading
        sensors = self.sensors
        self._keep_time(reading)
        reading.pressure_code = sensors.read(hal.CHANNEL_PRESSURE)
        reading.air_code = sensors.read(hal.CHANNEL_AIR)
        reading.supply_code = sensors.read(hal.CHANNEL_SUPPLY)
        reading.switches = sensors.switches()
        # Kept until it is on record: in a self-test, or without a ledger, nobody else looks.
        if reading.switches & hal.SWITCH_CASSETTE_OUT:
            self.travel.doubted = True
        reading.moving = machine.moves(self.state)
        reading.was_moving = self._moved
        edges = self._drive.edges()
        reading.stepped = (edges - self._edges) & hal.COUNT_MASK
        self._edges = edges
        reading.edges = edges
        # The edge, not the level: a button that is held or welded confirms nothing.
        button = reading.switches & hal.SWITCH_BUTTON
        if button and not self._button:
            self.button_pressed = True
        self._button = button
        self.steps_ran = _SENSED

    def _keep_time(self, reading):
        now = self.clock.ticks_ms()
        late = ticks.since(now, self.deadline_ms)
        missed = late // TICK_MS if late >= TICK_MS else 0
        self.deadline_ms = ticks.after(self.deadline_ms, TICK_MS * (missed + 1))
        self.tick_count += 1 + missed
        self._minute_ticks += 1 + missed
        reading.now_ms = now
        reading.late_ms = late

    def _detect(self):
        self.watch.look(self.reading)
        self.steps_ran |= _DETECTED

    def _decide(self):
        self.governor.refill()
        if self._minute_ticks >= _TICKS_PER_MINUTE:
            self._minute_ticks -= _TICKS_PER_MINUTE
            self.governor.minute()
            self.watch.minute()
        if self.state == codes.STATE_BOOT:
            self.change(machine.BOOTED)
        elif self.state == codes.STATE_SELFTEST and self.selftest.step():
            self._tested()
        elif self.state == codes.STATE_ARMED:
            self.arming.watch_inputs()
        elif self._pausing and self.gate.drained():
            self._pausing = False
            self.change(machine.PAUSE)
        self.steps_ran |= _DECIDED

    def _deliver(self):
        state = self.state
        if state == codes.STATE_RUNNING:
            if not self._pausing:
                self._run(self.program, self.infusion)
        elif state == codes.STATE_PRIMING:
            self._run(self.priming, self.prime)
        elif state == codes.STATE_RELIEVING:
            if self.relief.step(self.watch.occlusion.pressure_pa):
                self.change(machine.RELIEVED)
            self._gate_alarm()
        elif state == codes.STATE_WITHDRAWING:
            self._withdraw()
        elif state > codes.STATE_SELFTEST and self.gate.drained():
            self.upkeep.step()
        self.steps_ran |= _DELIVERED

    def _run(self, program, delivery):
        if self.governor.exhausted():
            if self.gate.drained():  # what was leased is within the limit, and is delivered
                self._exhausted()
            return
        want = delivery.want()
        if self.bolus.active:
            self._run_both(want, delivery)
        elif want:
            delivery.granted(self.gate.push(want, TICK_MS))
            self._gate_alarm()
            if delivery.short_ticks > SHORT_TICKS_MAX:
                self.trip_once(codes.ALARM_LIMIT_REFUSED, delivery.pending_steps, 0)
        elif program.phase == ENDED and self.gate.drained():
            if self.state == codes.STATE_RUNNING:
                self.alarms.reset(codes.ALARM_NEAR_END)
                self.trip_once(codes.ALARM_END_OF_INFUSION, program.total_steps, 0)
            self.change(machine.END)

    def _run_both(self, want, delivery):
        """The program's steps first, then those of the bolus: one lease."""
        bolus = self.bolus
        extra = bolus.want()
        steps = 0
        if want + extra:
            steps = self.gate.push(want + extra, TICK_MS)
        basal = steps if steps < want else want
        delivery.granted(basal)
        if bolus.granted(basal, steps - basal):
            self.end_bolus()
        self._gate_alarm()
        if delivery.short_ticks > SHORT_TICKS_MAX or bolus.delivery.short_ticks > SHORT_TICKS_MAX:
            wanted = delivery.pending_steps + bolus.delivery.pending_steps
            self.trip_once(codes.ALARM_LIMIT_REFUSED, wanted, 0)

    def _withdraw(self):
        if self.withdrawal.step():
            if self.travel.budget_left():
                self.change(machine.END)
            else:
                withdrawn = self.ledger.withdrawn_steps
                self.trip_once(codes.ALARM_WITHDRAWAL_SPENT, withdrawn, withdrawn)
        self._gate_alarm()

    def _exhausted(self):
        governor = self.governor
        short_of = governor.exhausted()
        if short_of == SHORT_OF_CAP:
            self.trip_once(codes.ALARM_CAP_REACHED, governor.debited(), governor.cap_steps())
        elif short_of == SHORT_OF_TRAVEL:
            self.trip_once(codes.ALARM_CONTAINER_EMPTY, governor.debited(), governor.end_steps())
        else:
            used = self.window.used_steps
            self.trip_once(codes.ALARM_WINDOW_REACHED, used, governor.window_cap_steps())

    def _report(self):
        self.panel.show(self.state, self.tick_count)
        if self.steps_ran == _ALL_RAN:
            self.clock.feed()
        self.steps_ran = 0
        self._moved = machine.moves(self.state)

    # -- what others may ask of it --------------------------------------------------------------

    def provisioned(self):
        """Whether configuration and ledger are usable: without both nothing ever moves."""
        alarms = self.alarms
        return not (
            alarms.latched(codes.ALARM_CONFIG_INVALID)
            or alarms.latched(codes.ALARM_LEDGER_INVALID)
        )

    def change(self, event):
        """Let the state machine answer an event; False when it refuses."""
        state = machine.following(self.state, event)
        if state == machine.REFUSED:
            return False
        if state != self.state:
            before = self.state
            if machine.moves(before) and not machine.moves(state):
                self._stop_leases()
                self._tell_shift(before)
                self.token.void()
            self.state = state
            if state == codes.STATE_SELFTEST:
                self.selftest.restart()
            # The panel first: what is written next may already carry a lease out.
            self.panel.show(state, self.tick_count)
            self._energise()
            self.note(codes.EVENT_STATE, state, before)
        return True

    def stop(self):
        """Stop at once and stay; never refused."""
        self._stop_leases()
        self.token.void()
        self.change(machine.STOP)

    def leave(self):
        """Stop, cut the driver, and give the link up: the orderly way out to the REPL."""
        self.stop()
        self.gate.enable(False)
        # No tick comes after this one to put the exact figure on record. A memory that fails here
        # leaves what it has, which is more than was done.
        self.upkeep.exact()
        self._link.leave()

    def infusing(self):
        """Whether the program runs."""
        return self.state == codes.STATE_RUNNING

    def lose_time(self, late_ms):
        """The drive stood while steps were due: what ran shifts, and stops (C4)."""
        if self.state == codes.STATE_PRIMING:
            self.prime.shift(late_ms // TICK_MS)
        elif self.infusing():
            self.infusion.shift(late_ms // TICK_MS)
        self.trip_once(codes.ALARM_DRIVE_STARVED, late_ms, TICK_MS)

    def pause(self):
        """Finish the burst, then hold; a change that was offered is void."""
        self.token.void()
        self._pausing = True

    def end_bolus(self):
        """What is left of a bolus is never given."""
        if self.bolus.active:
            self.bolus.end(self.tick_count)
            self.note(codes.EVENT_BOLUS_ENDED, self.bolus.given_steps, self.bolus.asked_steps)

    def trip(self, code, value, limit):
        """Latch an alarm and do what it asks for, at once."""
        if not self.latch(code, value, limit):
            return
        reaction = self.alarms.reaction(code)
        if reaction == codes.REACTION_FLAG:
            return
        if code in _RELIEVED and self.state == codes.STATE_RELIEVING:
            return  # both detectors find one line shut: the back-off of the first goes on
        self._stop_leases()
        self.token.void()
        if reaction == codes.REACTION_FAULT:
            self.change(machine.FAULT)
        elif code in _RELIEVED and self.relief.begin(self):
            if not self.change(machine.RELIEVE):
                self.change(machine.ALARM)
        else:
            self.change(machine.ALARM)
        self._energise()

    def trip_once(self, code, value, limit):
        """The same for what happens at a moment and has no cause that could persist."""
        self.trip(code, value, limit)
        self.alarms.cause_gone(code)

    def latch(self, code, value, limit):
        """Latch and journal an alarm; False when it was latched already."""
        if not self.alarms.raise_alarm(code, value, limit):
            return False
        self.note(code, value, limit)
        return True

    def note(self, code, value, limit):
        """Append to the journal."""
        self.journal.append(self.tick_count, code, value, limit, self.governor.debited())

    def reload(self):
        """Take limits, calibration and allotment from configuration and ledger as they are now."""
        values = self.settings
        for field in range(codes.CONFIG_COUNT):
            values[field] = self.config.values[field]
        allotment = self.ledger.allotment
        pl_per_step = allotment.pl_per_step if allotment else 0
        minutes = values[codes.CONFIG_WINDOW_MINUTES]
        # Powered time never goes back: the ledger's minute is that of its last record.
        minute = self.ledger.minute
        if self.window.minute > minute:
            minute = self.window.minute
        self.window.load(minutes, minute, self.ledger.recent)
        self.journal.recall.restore(self.bolus, self.tick_count, self.window.used_steps)
        window_cap = 0
        if allotment:
            window_cap = steps_within_ul(values[codes.CONFIG_WINDOW_CAP_UL], pl_per_step)
        self.governor.load(allotment.cap_steps if allotment else 0, self.ledger.total, window_cap)
        self.governor.fit(self.ledger.end_steps)
        self.relimit()
        self.watch.configure(values, allotment)

    def relimit(self):
        """Compute the rate limit in force anew: one of what it is made of has changed."""
        allotment = self.ledger.allotment
        pl_per_step = allotment.pl_per_step if allotment else 0
        container_nl_h = allotment.rate_max_nl_h if allotment else 0
        config_nl_h = self.settings[codes.CONFIG_MAX_RATE_NL_H]
        self.profile.scale(pl_per_step)
        self.limits.recompute(config_nl_h, pl_per_step, container_nl_h, self.profile.rate_nl_h)
        self.governor.limit(self.limits.steps_per_hour)

    # -- inside ---------------------------------------------------------------------------------

    def _tested(self):
        # A fault may be this test's, or one from before that only a restart ends.
        self.change(machine.FAULT if self.alarms.faulted() else machine.PASSED)
        if not self._restart_told:
            self._restart_told = True
            cause = self.clock.reset_cause()
            if cause == hal.RESET_WATCHDOG:
                self.trip_once(codes.ALARM_WATCHDOG, cause, 0)
            elif self.ledger.unsettled and self.provisioned():
                self.trip_once(codes.ALARM_POWER_LOST, cause, 0)
            if self.journal.uncaught:
                self.trip_once(codes.ALARM_UNCAUGHT_BEFORE, self.journal.uncaught_state, 0)
        if self.alarms.first:  # latched before the test, in service perhaps: it still stands
            self.change(machine.ALARM)

    def _tell_shift(self, state):
        if state == codes.STATE_PRIMING:  # its figure begins anew with each PRIMe
            if self.prime.shifted_ticks:
                self.note(codes.EVENT_TIME_SHIFT, self.prime.shifted_ticks, 0)
            return
        shifted = self.infusion.shifted_ticks
        if shifted > self.shift_told:
            self.note(codes.EVENT_TIME_SHIFT, shifted - self.shift_told, 0)
        self.shift_told = shifted

    def _stop_leases(self):
        self._pausing = False
        undone = self.gate.halt()
        if self.bolus.active:
            undone -= self.bolus.undone(undone)
            self.end_bolus()
        if undone and self.state == codes.STATE_PRIMING:
            self.prime.undone(undone)
        elif undone:
            self.infusion.undone(undone)

    def _gate_alarm(self):
        if self.gate.alarm:
            code = self.gate.alarm
            self.gate.alarm = 0
            self.trip_once(code, self.gate.value, 0)

    def _energise(self):
        """Hold the plunger while armed, running, paused or alarmed; never with a switch open."""
        state = self.state
        holds = machine.moves(state) or codes.STATE_ARMED == state
        holds = holds or state == codes.STATE_PAUSED or state == codes.STATE_ALARM
        if self.reading.switches & (hal.SWITCH_ESTOP | hal.SWITCH_CASSETTE_OUT):
            holds = False
        self.gate.enable(holds)
