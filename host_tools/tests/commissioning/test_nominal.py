"""What a step is worth by geometry, and how many make whole turns."""

import pytest

from benchpump.commissioning import nominal
from benchpump.recipes import find_container, load_containers

SYRINGE = nominal.board_of("benchpump,emulator,0.1.0,000000")
HEAD = nominal.board_of("benchpump,emu_peristaltic,0.1.0,000000")


def test_a_syringe_and_a_head() -> None:
    """By hand: 14.43 mm at 625 nm is 102.21 nL; 0.22 mL over 3200 steps 68.75 nL."""
    containers = load_containers()
    assert nominal.pl_per_step(SYRINGE, find_container("4", containers)) == 102_212
    tubing = next(one for one in containers if one.nl_per_revolution == 220_000)
    assert nominal.pl_per_step(HEAD, tubing) == 68_750
    with pytest.raises(LookupError, match="does not go with a syringe"):
        nominal.pl_per_step(SYRINGE, tubing)


@pytest.mark.parametrize(("asked", "made"), [(1, 3200), (3199, 3200), (3200, 3200), (3201, 6400)])
def test_whole_turns(asked: int, made: int) -> None:
    """A head's rollers stand as they stood; a plunger does not mind."""
    assert nominal.whole_steps(HEAD, asked) == made
    assert nominal.whole_steps(SYRINGE, asked) == asked


def test_a_board_that_is_not_known() -> None:
    """No facts, no calibration."""
    for identity in ("benchpump,other,0.1.0,000000", "nothing"):
        with pytest.raises(LookupError, match="no board"):
            nominal.board_of(identity)
