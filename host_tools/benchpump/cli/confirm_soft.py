"""Soft limits are confirmed by a person, one by one, and never by the program itself."""

from __future__ import annotations

import sys

import click

from benchpump.cli.exits import Refused, Unusable
from benchpump.link.messages import SOFT, Soft


def named_soft(names: str | None) -> Soft | None:
    """The soft limits of a text such as "rate,bubble". Raises Unusable for an unknown one."""
    if names is None:
        return None
    found = Soft(0)
    for name in names.split(","):
        if name.strip().upper() not in Soft.__members__:
            known = ", ".join(soft_names(~Soft(0)))
            raise Unusable(f'--confirm: "{name}" is no soft limit', f"they are: {known}")
        found |= Soft[name.strip().upper()]
    return found


def soft_names(soft: Soft) -> list[str]:
    """Names of soft limits, as the pump says them."""
    return [(each.name or "").lower() for each in Soft if each in soft]


def confirm_soft(exceeded: Soft, confirmed: Soft | None) -> None:
    """Ask about each soft limit that is exceeded, or compare with what was confirmed before.

    Raises Refused where one is not confirmed, another is, or there is nobody to ask.
    """
    names = ",".join(soft_names(exceeded))
    if confirmed is not None:
        if confirmed != exceeded:
            happened = (
                f"confirmed were the soft limits {','.join(soft_names(confirmed))},"
                f" exceeded are: {names or 'none'}"
            )
            raise Refused(happened, "look at what is asked for; --confirm names exactly those")
        return
    if exceeded and not sys.stdin.isatty():
        todo = f"look at what is asked for; if it is meant so, add --confirm {names}"
        raise Refused(f"soft limits are exceeded: {names}, and there is nobody to ask", todo)
    for each in Soft:
        if each in exceeded and not click.confirm(f"Soft limit: {SOFT[each]}. Go on?"):
            raise Refused(
                f"the soft limit {(each.name or '').lower()} was not confirmed",
                "change the recipe, or confirm what is meant so",
            )
