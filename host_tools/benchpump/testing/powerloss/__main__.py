"""Survey chosen memories again: python -m benchpump.testing.powerloss [--pump=KIND] '412 prefix 7'

Names are those of a finding up to the comma: the number of a storage operation of the reference
run, and how it was cut. Without names everything is surveyed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.testing.powerloss.boots import Boots
from benchpump.testing.powerloss.campaign import DEPTH, TORN_VARIANTS, Task, board, carry_out
from benchpump.testing.powerloss.plan import Plan
from benchpump.testing.powerloss.reference import run
from benchpump.testing.powerloss.survey import Survey


def main() -> int:
    """Do what the command line says; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="benchpump.testing.powerloss", description=__doc__)
    parser.add_argument("names", nargs="*", help="memories, as findings name them")
    parser.add_argument("--pump", default="syringe", choices=("syringe", "peristaltic"))
    parser.add_argument("--firmware", type=Path, help="another firmware tree than the project's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--one-in", type=int, default=1, help="survey one group in so many")
    parser.add_argument("--deep", action="store_true", help="second cuts in every recovery")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        setup = Setup(
            vm="cpython",
            pump=wanted.pump,
            seed=wanted.seed,
            firmware=wanted.firmware,
            board_facts=board(wanted.pump, Path(directory)),
        )
        with EmulatedRig(setup) as rig:
            plan = Plan(run(rig), TORN_VARIANTS, wanted.seed)
        depth = replace(DEPTH, every_memory=wanted.deep)
        task = Task(setup, plan.reference.truths, depth)
        if wanted.names:
            found = _again(plan, task, wanted.names)
        else:
            counts, found = carry_out(
                plan.reference, list(plan.groups())[:: wanted.one_in], task, progress=_progress
            )
            print(counts.line())
    print("\n".join(found) or "nothing is wrong")
    return 1 if found else 0


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _again(plan: Plan, task: Task, names: list[str]) -> list[str]:
    found: list[str] = []
    unknown = set(names)
    with EmulatedRig(task.setup) as rig:
        boots = Boots(rig)
        for group in plan.groups():
            for memory in group.memories:
                if memory.name in names:
                    unknown.discard(memory.name)
                    survey = Survey(group, task.truths, boots, task.depth, memory.name)
                    found += survey.run().found
    return found + [f"no memory has the name {name!r}" for name in sorted(unknown)]


if __name__ == "__main__":
    sys.exit(main())
