"""Power cut at every byte of every storage operation of an hour's infusion, and again (C3)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchpump.testing.powerloss import daily
from benchpump.testing.powerloss.campaign import (
    DEPTH,
    TORN_VARIANTS,
    Task,
    board,
    carry_out,
    replay,
)
from benchpump.testing.powerloss.plan import Plan
from benchpump.testing.powerloss.reference import run
from benchpump.testing.powerloss.survey import ROOMS
from benchpump.testing.targets import RigMaker
from benchpump.testing.verdict import SUMMARY

MEMORIES_OF_ALL, MEMORIES_OF_A_RECORD = 15, 6
HOUR_OF_TICKS = 72_000
GROUPS_BEFORE_AN_ALLOTMENT = 4  # of those due to be run on: they cannot be


@pytest.mark.long
@pytest.mark.powerloss
@pytest.mark.requirement("REQ-LEDGER-1", "REQ-LEDGER-2", "REQ-RESTART-1", "REQ-CAP-2")
@pytest.mark.requirement("REQ-CONFIG-1", "REQ-LOG-1", "REQ-WINDOW-3")
def test_every_cut_is_recovered_within_its_bounds(
    make_rig: RigMaker, record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    """Recovered >= truth, <= truth + one reservation a cut, two where it tore a record.

    A record that is damaged later counts as a full reservation too. The same holds of the window,
    and after a second cut in the recovery; nothing moves by itself; POWER_LOST stands if it was
    moving; the configuration is the old or the new one, no journal record is lost or invented;
    and memories that are run on end at the cap or the window.
    """
    target = make_rig.target
    rig = make_rig(provisioned=False, board_facts=board(target.pump, tmp_path))
    reference = run(rig)
    plan = Plan(reference, TORN_VARIANTS, target.seed)
    task = Task(rig.setup, reference.truths, DEPTH)
    groups = list(plan.groups())
    counts, found = carry_out(reference, groups, task)
    record_property(SUMMARY, f"{target.pump}: {counts.line()}")
    options = f" --seed={target.seed}" if target.seed else ""
    assert not found, replay(found, target.pump, options)
    assert counts.ticks >= HOUR_OF_TICKS
    assert counts.operations > 500  # hundreds of records, provisioning and arming among them
    assert counts.cuts["prefix"] > 10 * counts.operations  # a record has 16 bytes, few are ones
    assert counts.second_memories > counts.memories
    assert counts.cuts["damaged"] > 300
    due = len(groups) // DEPTH.run_to_the_end_every
    assert counts.run_to_the_end > due - GROUPS_BEFORE_AN_ALLOTMENT


@pytest.mark.requirement("REQ-LEDGER-2", "REQ-CONFIG-1", "REQ-LOG-1", "REQ-WINDOW-3")
def test_a_sample_of_cuts_is_recovered_within_its_bounds(make_rig: RigMaker) -> None:
    """The same for a ledger record in mid-run, a journal record and a page of configuration:
    a few bytes of each programmed, all but one, torn, all, and damaged later; cut again in the
    recovery, and run on to the cap. Where the VM cannot be forked, the ledger record alone, once.
    """
    target = make_rig.target
    rig = make_rig(provisioned=False)
    reference = run(rig, daily.LENGTH)
    plan = Plan(reference, 1, target.seed)
    forks = target.vm_kind == "cpython"
    groups = list(daily.daily_groups(plan, ROOMS if forks else ("ledger",)))
    task = Task(rig.setup, reference.truths, daily.DEPTH if forks else daily.LEAST_DEPTH)
    counts, found = carry_out(reference, groups, task, alone=True)
    assert not found, "\n  ".join(["recoveries that contract C3 does not allow:", *found])
    assert sum(counts.cuts.values()) >= (MEMORIES_OF_ALL if forks else MEMORIES_OF_A_RECORD)
    assert counts.run_to_the_end == (2 if forks else 0)  # none before there is an allotment
