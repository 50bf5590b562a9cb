"""What a calibration is refused with."""

from __future__ import annotations


class ImplausibleError(ValueError):
    """Readings that cannot be a calibration; `reason` names the rule, `todo` what to do."""

    def __init__(self, reason: str, happened: str, todo: str) -> None:
        super().__init__(happened)
        self.reason = reason
        self.todo = todo
