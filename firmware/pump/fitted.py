"""What a board is fitted with, by its generated data; missing sensors are said (C5)."""


def pass_steps(data):
    """Steps from one roller's release to the next; 0 for a pump without rollers."""
    if data.BOARD_PUMP != "peristaltic":
        return 0
    return data.DRIVE_STEPS_PER_REVOLUTION // data.DRIVE_ROLLERS


def degraded(data):
    """Whether any sensor is not fitted, by the board's generated data."""
    return not (_needed(data) and _optional(data))


def list_not_fitted(data, reply):
    """Write the names of what the board does not have, each with a comma, or `none`.

    Of the sensors that every pump should have: a reply has no room for all of them.
    """
    if _needed(data):
        reply.text(b"none")
    if not data.PRESSURE_FITTED:
        reply.text(b"pressure,")
    if not data.AIR_FITTED:
        reply.text(b"air,")
    if not data.SUPPLY_FITTED:
        reply.text(b"supply,")


def list_optional_not_fitted(data, reply):
    """The same of those that a pump may do without."""
    if _optional(data):
        reply.text(b"none")
    if not data.ENCODER_FITTED:
        reply.text(b"encoder,")
    if not data.FLOW_FITTED:
        reply.text(b"flow,")
    if not data.UPSTREAM_FITTED:
        reply.text(b"upstream,")


def _needed(data):
    return data.PRESSURE_FITTED and data.AIR_FITTED and data.SUPPLY_FITTED


def _optional(data):
    return data.ENCODER_FITTED and data.FLOW_FITTED and data.UPSTREAM_FITTED
