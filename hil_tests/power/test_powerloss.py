"""Power cut at every storage operation and every seventh tick of an hour's infusion (C3)."""

from collections.abc import Callable

import pytest

from benchpump.testing.powerloss.campaign import Campaign, replay
from benchpump.testing.powerloss.recovery import Recoverer
from benchpump.testing.powerloss.reference import run
from benchpump.testing.targets import RigMaker
from benchpump.testing.verdict import SUMMARY

TORN_VARIANTS = 4
AGAIN_EVERY = 20
TO_THE_CAP_EVERY = 40
HOUR_OF_CUTS = 72_000 // 7


@pytest.mark.long
@pytest.mark.powerloss
@pytest.mark.requirement("REQ-LEDGER-1", "REQ-LEDGER-2", "REQ-RESTART-1", "REQ-CAP-2")
def test_every_cut_is_recovered_within_its_bounds(
    make_rig: RigMaker, record_property: Callable[[str, object], None]
) -> None:
    """Recovered >= truth, <= truth + one reservation a cut, two where it tore a record.

    A record that is damaged later counts as a full reservation too. The same holds of the window;
    nothing moves by itself; POWER_LOST stands if it was moving; and a sample of the memories,
    armed for all that is left, ends at the cap.
    """
    reference = run(make_rig(provisioned=False))
    campaign = Campaign(reference, Recoverer(make_rig(provisioned=False)), make_rig.target.seed)
    counts = campaign.run(TORN_VARIANTS, AGAIN_EVERY, TO_THE_CAP_EVERY)
    record_property(SUMMARY, counts.line())
    assert not campaign.found, replay(campaign.found)
    assert counts.cuts_at_ticks >= HOUR_OF_CUTS
    assert counts.operations > 500  # hundreds of records, provisioning and arming among them
    assert counts.second_cuts > 100
    assert counts.damaged_records > 300
    assert counts.run_to_the_cap > 20
