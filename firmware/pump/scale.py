"""Steps and volumes. Used while stopped only: the products may exceed a small integer.

A volume per step is kept in picolitres (1 nL = 1000 pL), frozen in the allotment, so that every
conversion is exact integer arithmetic on any VM.
"""

TICK_MS = 50
TICKS_PER_HOUR = 72000
TICKS_PER_MINUTE = 1200
PL_PER_NL = 1000
STEPS_MAX = (1 << 30) - 1  # the largest count that stays a small integer

# pi / 4 as a ratio of integers, good to 3e-7: enough for a diameter known to a micrometre.
_PI_QUARTER_NUMERATOR = 355
_PI_QUARTER_DENOMINATOR = 452


def steps_nearest(volume_nl, pl_per_step):
    """Steps nearest to a volume in nL (>= 0)."""
    return (volume_nl * PL_PER_NL * 2 + pl_per_step) // (2 * pl_per_step)


def clipped(value):
    """The value, or the largest small integer where it is more."""
    return value if value < STEPS_MAX else STEPS_MAX


def steps_within_ul(volume_ul, pl_per_step):
    """The most whole steps that do not exceed a volume in uL; for caps, hence rounded down."""
    return clipped(volume_ul * PL_PER_NL * 1000 // pl_per_step)


def nl_from_steps(steps, pl_per_step):
    """Volume of steps in nL, rounded down."""
    return steps * pl_per_step // PL_PER_NL


def steps_per_hour(rate_nl_h, pl_per_step):
    """Whole steps per hour that do not exceed a rate in nL/h; for limits, hence rounded down."""
    return rate_nl_h * PL_PER_NL // pl_per_step


def rate_nl_h(steps_an_hour, pl_per_step):
    """Rate in nL/h of a number of steps per hour, rounded down."""
    return steps_an_hour * pl_per_step // PL_PER_NL


def tubing_pl_per_step(nl_per_revolution, steps_per_revolution):
    """Nominal volume per step in pL of tubing by its nL per revolution of the head."""
    return (nl_per_revolution * PL_PER_NL + steps_per_revolution // 2) // steps_per_revolution


def syringe_pl_per_step(inner_diameter_um, nm_per_step):
    """Geometric volume per step in pL of a plunger of that diameter (um) and travel (nm/step).

    1 pL = 1000 um**3, and 1000 nm = 1 um.
    """
    area = inner_diameter_um * inner_diameter_um * _PI_QUARTER_NUMERATOR
    return area * nm_per_step // (_PI_QUARTER_DENOMINATOR * 1000 * 1000)


def portion(amount, part, whole):
    """``amount * part // whole`` without the product, which would be no small integer.

    0 <= part <= whole < 2**28; the result lies between 0 and the amount.
    """
    done = amount // whole * part
    each = amount % whole
    rest = 0
    share = 0
    bit = 1 << 27
    while bit:
        rest *= 2
        share *= 2
        if part & bit:
            rest += each
        while rest >= whole:
            rest -= whole
            share += 1
        bit >>= 1
    return done + share
