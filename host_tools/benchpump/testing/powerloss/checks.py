"""What a survey takes for granted, checked; and what a pump does with what it has recovered."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from benchpump.bench.flash import Flash
from benchpump.link.messages import State
from benchpump.testing.powerloss.boots import Boots
from benchpump.testing.powerloss.cuts import patched
from benchpump.testing.powerloss.plan import Memory
from benchpump.testing.powerloss.recovery import Recovered, recover, run_the_rest
from benchpump.testing.powerloss.verdicts import Verdicts


def journal_apart(
    verdicts: Verdicts, memories: Sequence[Memory], recoveries: Mapping[str, Recovered]
) -> None:
    """Of memories that differ in the journal alone the same is recovered, by the same changes."""
    seen: set[Hashable] = set()
    for one in recoveries.values():
        changes = [at for at in one.changes if at.room(verdicts.truths.places) != "journal"]
        seen.add((one.figures, tuple(changes)))
    if len(seen) > 1:
        verdicts.tell(memories[0].name, f"the journal changes what is recovered: {seen}")


def whole_journal(verdicts: Verdicts, boots: Boots, base: Flash, memory: Memory) -> None:
    """Every record there is."""
    with (
        verdicts.failures_told(memory.name),
        boots.powered(patched(base, memory.patch)) as rig,
    ):
        verdicts.judge_journal(memory.name, memory, recover(rig, 1), 1)


def really_cut(
    verdicts: Verdicts,
    boots: Boots,
    base: Flash,
    memories: Sequence[Memory],
    again: Mapping[str, Recovered],
) -> None:
    """A cut that is really made in a recovery leaves what was worked out for it: one of them."""
    for name, one in again.items():
        first, _, how = name.partition(", again ")
        number, mode = how.split()[:2]
        if mode != "after":
            continue
        memory = next(at for at in memories if at.name == first)
        verdicts.outcome.counts.spot_checks += 1
        with verdicts.failures_told(name):
            with boots.powered(patched(base, memory.patch)) as rig:
                rig.flash.cut("after", int(number) + 1)
                while rig.board.powered:
                    rig.board.run_until(rig.board.now_us + 10_000)
                left = rig.flash.copy()
            with boots.powered(left) as rig:
                really = recover(rig)
            if really.figures != one.figures:
                verdicts.tell(name, f"worked out {one.figures}, really {really.figures}")
        return


def to_the_end(
    verdicts: Verdicts,
    boots: Boots,
    base: Flash,
    memories: Sequence[Memory],
    recoveries: Mapping[str, Recovered],
) -> None:
    """The last memory with an allotment is run on to its cap, or the window's."""
    truths = verdicts.truths
    for memory in reversed(memories):
        one = recoveries.get(memory.name)
        figures = one.figures if one else None
        if not figures or not figures.identity or figures.state == State.FAULT:
            continue
        done = max(truths.steps(at, figures.identity) for at in memory.moments)
        in_window = max(at.forward_steps for at in memory.moments)
        left = truths.cap_steps[figures.identity] - done
        verdicts.outcome.counts.run_to_the_end += 1
        with (
            verdicts.failures_told(f"{memory.name}, run on"),
            boots.powered(patched(base, memory.patch)) as rig,
        ):
            run_the_rest(rig, left, truths.window_cap_steps - in_window)
        return
