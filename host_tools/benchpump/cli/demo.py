"""`benchpump demo`: the main job on an emulated bench, in virtual time, no hardware needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchpump import tree_root
from benchpump.cli import allotment
from benchpump.cli.ending import Ending, ending_of, wrap_up
from benchpump.cli.errors import explained
from benchpump.cli.exits import Alarmed, Unusable, finish
from benchpump.cli.infusion import Infusion, header_of
from benchpump.cli.live import make_display
from benchpump.cli.profile import limits_in_force, use_profile
from benchpump.cli.provision import provision_pump
from benchpump.cli.recipe import RECIPE_PATH, read_recipe
from benchpump.link.messages import Soft, State
from benchpump.link.status import Status
from benchpump.recipes import Container, Recipe
from benchpump.record import BenchSample, Command, End, RunRecorder

if TYPE_CHECKING:
    from benchpump.bench.emulated import EmulatedRig

POLL_S = 1.0
# The line is shut when this share of the program's volume has been debited: within the titration.
OCCLUDE_AT = 0.25
CLEARING_MS = 30_000


@click.command()
@click.option("--vm", default="auto", show_default=True, help="VM that runs the firmware.")
@click.option("--seed", default=1, show_default=True, help="Seed of the bench's noise.")
@click.option("--recipe", "path", type=RECIPE_PATH, help="Another recipe than the shipped one.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out/demo"),
    show_default=True, help="Folder for record, trace and report.",
)  # fmt: skip
def demo(vm: str, seed: int, path: Path | None, out: Path) -> None:
    """Run a recipe on an emulated pump; the line is shut part-way and cleared again."""
    recipe = read_recipe(path or tree_root() / "recipes" / "loading_titration_taper.toml")
    record = out / "run.jsonl"
    record.unlink(missing_ok=True)
    run_emulated(EmulatedRun(vm, seed, recipe, record, out / "report.html", occlude=True))


@dataclass(frozen=True)
class EmulatedRun:
    """What an emulated run is made of; `occlude` shuts the line part-way.

    `confirmed` are the soft limits that a person confirmed beforehand, None: ask.
    """

    vm: str
    seed: int
    recipe: Recipe
    record: Path
    report: Path
    occlude: bool = False
    confirmed: Soft | None = None


def run_emulated(wanted: EmulatedRun) -> None:
    """Run a recipe on an emulated bench, report it, and leave with the exit code it earned."""
    if wanted.recipe.container is None or wanted.recipe.cap_nl is None:
        todo = "add them to the recipe, or give --container and --cap"
        raise Unusable("an emulated run needs container and cap", todo)
    wanted.record.parent.mkdir(parents=True, exist_ok=True)
    trace = wanted.record.with_suffix(".trace")
    with explained(), _rig(wanted, wanted.recipe.container.pump, trace) as rig:
        click.echo(f"Emulated bench: firmware on {rig.vm_kind}, virtual time, seed {wanted.seed}")
        ending = Demo(rig, wanted, wanted.recipe.container, wanted.recipe.cap_nl).run()
        violations = list(rig.truth.violations)
        steps = rig.truth.allotment_steps
    wrap_up(wanted.record, wanted.report)
    click.echo(f"trace   {trace}")
    if violations:
        raise Alarmed(f"the bench saw the pump break a rule: {violations[0]}", "report it")
    click.echo(f"bench   {steps} forward steps at the pin, inside the cap; no rule was broken")
    finish(ending.code)


class Demo:
    """The demonstration: provision, allot, run; if wanted occlude, clear, acknowledge, go on."""

    def __init__(
        self, rig: EmulatedRig, wanted: EmulatedRun, container: Container, cap_nl: int
    ) -> None:
        self.rig = rig
        self.wanted = wanted
        self.container = container
        self.cap_nl = cap_nl
        self.pump = rig.connect()
        self._tick_offset = 0.0

    def run(self) -> Ending:
        """All of it; how it ended."""
        click.echo(f"Pump: {self.pump.idn()}")
        allotted = self._prepare()
        recipe = self.wanted.recipe
        if recipe.profile is not None:
            use_profile(self.pump, recipe.profile)
        limits = limits_in_force(self.pump, recipe.profile)
        header = header_of(recipe, self.container, allotted.cap_nl, self.pump.idn(), limits)
        with RunRecorder(self.wanted.record) as recorder, make_display(header) as display:
            recorder.add(header)
            confirmed = self.wanted.confirmed
            infusion = Infusion(self.pump, recorder, display, allotted.nl_per_step, confirmed)
            self._synchronise(infusion.poll())
            infusion.load(recipe.program)
            infusion.arm_and_start("FRESH", self.container.name)
            if self.wanted.occlude:
                self._occlude_and_go_on(infusion, recipe.program.total_volume_nl * OCCLUDE_AT)
            last = infusion.watch(POLL_S, self._until(infusion))
            ending = ending_of(last, infusion.alarms)
            recorder.add(End(last.tick, ending.outcome, ending.message))
        return ending

    def _occlude_and_go_on(self, infusion: Infusion, at_nl: float) -> None:
        infusion.watch(POLL_S, self._until(infusion, at_nl))
        self._happens(infusion, "bench: the line is shut")
        fault = self.rig.inject("downstream", "occluded")
        infusion.watch(POLL_S, self._until(infusion))
        self._happens(infusion, "bench: the line is cleared")
        fault.clear()
        self._let_pass(infusion, CLEARING_MS)
        infusion.command("acknowledge", self.pump.acknowledge)
        infusion.arm_and_start("REST", self.container.name)

    def _prepare(self) -> allotment.InForce:
        """A blank board becomes one that may pump: jumper, provisioning, allotment with button."""
        provision_pump(self.pump, click.echo)
        self.rig.set_jumper(False)
        self.pump.wait(lambda status: status.state is State.IDLE, timeout_s=10)
        proposed = allotment.propose(self.pump, self.container, self.cap_nl)
        self.rig.press_button()
        allotted = allotment.confirm(self.pump, proposed, lambda _: None)
        self.rig.truth.allot(proposed.cap_steps, proposed.pl_per_step)
        click.echo(f"Allotted {allotted.cap_nl / 1e6:.4g} mL from a {self.container.name}.")
        self.pump.wait(lambda status: status.state is State.IDLE, timeout_s=10)
        return allotted

    def _until(
        self, infusion: Infusion, debited_nl: float = float("inf")
    ) -> Callable[[Status], bool]:
        def each(status: Status) -> bool:
            infusion.recorder.add(self._bench_sample(infusion.nl_per_step))
            return status.debited_steps * infusion.nl_per_step >= debited_nl

        return each

    def _let_pass(self, infusion: Infusion, duration_ms: int) -> None:
        for _ in range(round(duration_ms / 1000 / POLL_S)):
            self.pump.clock.sleep_s(POLL_S)
            self._until(infusion)(infusion.poll())

    def _bench_sample(self, nl_per_step: float) -> BenchSample:
        truth = self.rig.truth
        net_steps = truth.forward_steps - truth.reverse_steps
        tick = self.rig.clock.now_ms() / 50 + self._tick_offset
        return BenchSample(
            tick, truth.forward_steps, net_steps * nl_per_step, self.rig.plant.delivered_nl,
            truth.reverse_steps * nl_per_step,
        )  # fmt: skip

    def _synchronise(self, status: Status) -> None:
        self._tick_offset = status.tick - self.rig.clock.now_ms() / 50

    def _happens(self, infusion: Infusion, what: str) -> None:
        infusion.recorder.add(Command(infusion.tick, what, ""))
        infusion.display.say(what)


def _rig(wanted: EmulatedRun, pump: str, trace: Path) -> EmulatedRig:
    # The bench is heavy and no other command needs it.
    from benchpump.bench.emulated import EmulatedRig, Setup
    from benchpump.bench.vm_choice import VmMissing

    try:
        setup = Setup(vm=wanted.vm, seed=wanted.seed, pump=pump, jumper=True, trace_path=trace)
        return EmulatedRig(setup)
    except (VmMissing, ValueError) as error:
        raise Unusable(str(error), "make setup, or choose another with --vm") from None
