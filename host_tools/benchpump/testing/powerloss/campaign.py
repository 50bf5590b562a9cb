"""All groups of a plan, by two processes where there are two CPUs; counted and judged."""

from __future__ import annotations

import multiprocessing
import os
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.small_store import small_store
from benchpump.bench.vm import allowed_cpus
from benchpump.testing.powerloss.boots import Boots
from benchpump.testing.powerloss.counts import Counts
from benchpump.testing.powerloss.plan import Group
from benchpump.testing.powerloss.reference import Reference
from benchpump.testing.powerloss.survey import Depth, Survey
from benchpump.testing.powerloss.truths import Truths
from benchpump.testing.powerloss.verdicts import Outcome

WORKERS = 2
TORN_VARIANTS = 4
DEPTH = Depth(again_prefixes_every=45, run_to_the_end_every=7)


@dataclass(frozen=True)
class Task:
    """What a worker needs beside the group: the board it boots and the figures to judge by."""

    setup: Setup
    truths: Truths
    depth: Depth


class _Worker:
    """One process: its pattern rig is made once. `only` of the process that it lives in."""

    here: _Worker

    def __init__(self, task: Task) -> None:
        self._task = task
        self._boots = Boots(EmulatedRig(task.setup))

    def survey(self, group: Group) -> Outcome:
        task = self._task
        return Survey(group, task.truths, self._boots, task.depth).run()


def _end_with(parent: int) -> None:
    """Whoever kills the campaign means its workers as well."""
    select.select([os.pidfd_open(parent)], [], [])
    os._exit(1)


def _begin(task: Task, cpus: Queue[int], parent: int) -> None:
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # Its own CPU before anything is started: the VMs inherit it.
    os.sched_setaffinity(0, {cpus.get()})
    _Worker.here = _Worker(task)


def _survey(group: Group) -> Outcome:
    return _Worker.here.survey(group)


def _outcomes(groups: Iterator[Group], task: Task) -> Iterator[Outcome]:
    cpus = allowed_cpus()[:WORKERS]
    context = multiprocessing.get_context("spawn")
    places: Queue[int] = context.Queue()
    for cpu in cpus:
        places.put(cpu)
    with ProcessPoolExecutor(len(cpus), context, _begin, (task, places, os.getpid())) as pool:
        # The groups with erases and the configuration come first, and take longest.
        for done in as_completed([pool.submit(_survey, group) for group in groups]):
            yield done.result()


def _here(groups: Iterator[Group], task: Task) -> Iterator[Outcome]:
    with EmulatedRig(task.setup) as rig:
        boots = Boots(rig)
        for group in groups:
            yield Survey(group, task.truths, boots, task.depth).run()


def _quiet(_line: str) -> None:
    pass


def carry_out(
    reference: Reference,
    groups: Sequence[Group],
    task: Task,
    *,
    alone: bool = False,
    progress: Callable[[str], None] = _quiet,
) -> tuple[Counts, list[str]]:
    """Counts, and what was found wrong. `alone`: in this process; `progress` gets a line for each
    group and for each finding."""
    operations, ticks = len(reference.operations), len(reference.ticks) // 2
    counts = Counts(operations=operations, ticks=ticks)
    found: list[str] = []
    memories: set[bytes] = set()
    perform = _here if alone else _outcomes
    for done, outcome in enumerate(perform(iter(groups), task), 1):
        counts.add(outcome.counts)
        memories |= outcome.memories
        found += outcome.found
        progress(f"{done} of {len(groups)} groups, {counts.boots} boots, {len(found)} findings")
        for wrong in outcome.found:
            progress(wrong)
    counts.memories = len(memories)
    return counts, found


def board(pump: str, directory: Path) -> Path:
    """Facts of the board that the campaign is on, written into an empty directory."""
    return small_store(pump, directory)


def replay(found: Sequence[str], pump: str, options: str = "") -> str:
    """The findings as the text of a failure, each with the command that shows it again."""
    lines = ["recoveries that contract C3 does not allow:"]
    for wrong in found:
        name = wrong.split(",")[0]
        lines += [
            wrong,
            f"  replay: python -m benchpump.testing.powerloss --pump={pump}{options} '{name}'",
        ]
    return "\n  ".join(lines)
