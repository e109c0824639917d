"""Which findings are one incident, and what it is called. Pure.

Findings of one authority with one cause are one incident; where the rule says so (`joins_within_months`), only as far
as their periods lie near enough. An incident keeps its id while findings join and leave: the id is made of authority,
cause and, where periods part incidents of one cause, the first period among the findings that opened it. Resolved
findings stay members, so that what comes back comes back to its own incident.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from orchestration.incidents.fold import Life, Lives


@dataclass(frozen=True)
class Group:
    """One incident's findings."""

    incident_id: str
    authority_code: str | None
    cause: str
    members: tuple[Life, ...]


def groups(lives: Lives, joins_within_months: Mapping[str, int | None]) -> list[Group]:
    """Every finding in exactly one incident, in order of incident id."""
    by_cause: dict[tuple[str, str], list[Life]] = {}
    for life in lives.values():
        by_cause.setdefault((life.found.authority_code or "", life.found.cause), []).append(life)
    found = []
    for (authority, cause), members in by_cause.items():
        for part in _parted(members, joins_within_months):
            ordered = tuple(sorted(part, key=lambda life: life.found.finding_id))
            found.append(Group(_id(authority, cause, ordered, joins_within_months), authority or None, cause, ordered))
    return sorted(found, key=lambda group: group.incident_id)


def _limit(life: Life, joins_within_months: Mapping[str, int | None]) -> int | None:
    """How near a period must be; None where nearness does not matter."""
    return None if life.found.period_start is None else joins_within_months.get(life.found.rule_id)


def _parted(members: list[Life], joins_within_months: Mapping[str, int | None]) -> list[list[Life]]:
    """The findings of one cause, parted where their periods are too far from one another: two findings hold together
    when they are no further apart than the nearer of their limits, and through others in between."""
    limits = {life.found.finding_id: _limit(life, joins_within_months) for life in members}
    together = {name: name for name in limits}

    def root(name: str) -> str:
        while together[name] != name:
            together[name] = together[together[name]]
            name = together[name]
        return name

    def join(one: Life, other: Life) -> None:
        together[root(one.found.finding_id)] = root(other.found.finding_id)

    unlimited = [life for life in members if limits[life.found.finding_id] is None]
    for life in unlimited[1:]:
        join(unlimited[0], life)
    dated = sorted(
        (life for life in members if life.found.period_start is not None),
        key=lambda life: (life.found.period_start or date.min, life.found.finding_id),
    )
    for limit in sorted({value for value in limits.values() if value is not None}):
        # Those whose own limit is no nearer: neighbours among them within this limit hold together.
        of_limit = [life for life in dated if (own := limits[life.found.finding_id]) is None or own >= limit]
        for one, other in pairwise(of_limit):
            if _months_between(one.found.period_start, other.found.period_start) <= limit:
                join(one, other)
    parts: dict[str, list[Life]] = {}
    for life in members:
        parts.setdefault(root(life.found.finding_id), []).append(life)
    return list(parts.values())


def _id(authority: str, cause: str, members: Iterable[Life], joins_within_months: Mapping[str, int | None]) -> str:
    members = list(members)
    first_day = min(life.opened_on for life in members)
    openers = [life for life in members if life.opened_on == first_day]
    anchor = ""
    if all(_limit(life, joins_within_months) is not None for life in openers):
        anchor = min(f"{life.found.period_start:%Y-%m}" for life in openers)
    return hashlib.sha256("\x1f".join((authority, cause, anchor)).encode()).hexdigest()[:12]


def _months_between(one: date | None, other: date | None) -> int:
    if one is None or other is None:
        return 0
    return abs((other.year - one.year) * 12 + other.month - one.month)
