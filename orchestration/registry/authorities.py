"""Which authority a name or code means on a day.

Belongs here: what an authority and a further name of it are, the succession of authorities, and the lookup rows that
follow from it. Does not belong here: the list of authorities itself (data/registry/authorities.csv).
"""

from __future__ import annotations

from datetime import date, timedelta

from orchestration.registry.entry import Entry
from orchestration.registry.names import normalise


class Authority(Entry):
    """A local authority, a region, England, or a return that two authorities file together."""

    authority_code: str
    dfe_code: str | None = None
    name: str
    region_code: str | None = None
    region_name: str | None = None
    authority_type: str
    valid_from: date | None = None
    valid_to: date | None = None
    successor_code: str | None = None
    note: str | None = None

    @property
    def successors(self) -> tuple[str, ...]:
        return tuple(self.successor_code.split("|")) if self.successor_code else ()


class AuthorityName(Entry):
    """A further spelling of an authority's name, or one ready row of the compiled lookup."""

    name: str
    authority_code: str
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = None


def continued_by(authority: Authority, by_code: dict[str, Authority]) -> Authority | None:
    """The authority that is the same body under a new code: one successor, with the same three-digit code."""
    if len(authority.successors) != 1 or authority.dfe_code is None:
        return None
    successor = by_code.get(authority.successors[0])
    return successor if successor is not None and successor.dfe_code == authority.dfe_code else None


def bodies(authorities: list[Authority]) -> dict[str, list[Authority]]:
    """Each authority code -> every code the same body has had, in order of time.

    The Department back-dates codes: a table of 2025 gives Buckinghamshire's 2019 figures under the code it received in
    2020, and the table of 2021 under the old one. Both are one body, keyed by the code that was valid in the period."""
    by_code = {authority.authority_code: authority for authority in authorities}
    previous = {
        successor.authority_code: authority
        for authority in authorities
        if (successor := continued_by(authority, by_code)) is not None
    }
    found: dict[str, list[Authority]] = {}
    for authority in authorities:
        first, seen = authority, {authority.authority_code}
        while first.authority_code in previous and previous[first.authority_code].authority_code not in seen:
            first = previous[first.authority_code]
            seen.add(first.authority_code)
        line = [first]
        while (following := continued_by(line[-1], by_code)) is not None and following not in line:
            line.append(following)
        found[authority.authority_code] = line
    return found


def lookup_rows(authorities: list[Authority], spellings: list[AuthorityName]) -> list[AuthorityName]:
    """One row a normalised name or code, authority and span of days. The spans of one name never overlap: the first
    begins with time, each ends the day before the next authority begins, the last never ends."""

    line_of = bodies(authorities)
    by_code = {authority.authority_code: authority for authority in authorities}
    meanings: dict[str, dict[str, Authority]] = {}
    for authority in authorities:
        for key in (authority.authority_code, authority.dfe_code, authority.name):
            if key:
                for member in line_of[authority.authority_code]:
                    meanings.setdefault(normalise(key), {})[member.authority_code] = member
    dated: list[AuthorityName] = []
    for spelling in spellings:
        if spelling.valid_from or spelling.valid_to:
            dated.append(spelling.model_copy(update={"name": normalise(spelling.name), "note": None}))
        elif spelling.authority_code in by_code:
            for member in line_of[spelling.authority_code]:
                meanings.setdefault(normalise(spelling.name), {})[member.authority_code] = member
    rows = list(dated)
    for key, members in meanings.items():
        ordered = sorted(members.values(), key=lambda member: member.valid_from or date.min)
        for position, member in enumerate(ordered):
            after = ordered[position + 1] if position + 1 < len(ordered) else None
            until = after.valid_from - timedelta(days=1) if after is not None and after.valid_from else None
            rows.append(
                AuthorityName(
                    name=key,
                    authority_code=member.authority_code,
                    valid_from=member.valid_from if position else None,
                    valid_to=until,
                )
            )
    return sorted(rows, key=lambda row: (row.name, row.valid_from or date.min, row.authority_code))
