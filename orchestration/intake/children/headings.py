"""Which child-level list a heading row belongs to, and which column is which.

Belongs here: headings by name, by pattern and, as the last resort and never unsaid, by likeness. Does not belong here:
reading files or judging rows (lists.py). The name of a sheet or file is never asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from orchestration.intake.children.contract import ChildList, ListColumn
from orchestration.intake.text import key

# How alike a mis-spelt heading must be, and by how much better than the next column's, to be read as one.
LIKENESS, MARGIN = 0.88, 0.02
SHORTEST_MISSPELT = 8
# Fewer headings than these by name or pattern are no table of this kind, and likeness is not tried.
FEWEST = 3


@dataclass(slots=True)
class Headings:
    """A heading row as a list: its columns by position, headings read by likeness, columns found more than once."""

    part: ChildList
    columns: dict[int, ListColumn] = field(default_factory=dict)
    misspelt: dict[int, ListColumn] = field(default_factory=dict)
    doubled: dict[str, list[int]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return {column.name for column in self.columns.values()} | set(self.doubled)

    @property
    def is_known(self) -> bool:
        return self.names.issuperset(self.part.all_of)

    def position(self, name: str) -> int | None:
        return next((i for i, column in self.columns.items() if column.name == name), None)

    def missing(self) -> list[ListColumn]:
        return [c for c in self.part.columns if c.name not in self.names and not c.extension]


def match_headings(header: Sequence[str], lists: Sequence[ChildList]) -> Headings | None:
    """The one list whose columns the headings are, or None. A list that explains more of them goes before others."""
    present = [key(cell) for cell in header]
    if sum(map(bool, present)) < FEWEST:
        return None
    read = [_by_name_and_pattern(present, part) for part in lists]
    known = [headings for headings in read if headings.is_known and len(headings.names) >= FEWEST]
    if not known:
        near = [headings for headings in read if len(headings.names) >= FEWEST]
        for headings in near:
            _by_likeness(present, headings)
        known = [headings for headings in near if headings.is_known]
    else:
        for headings in known:
            _by_likeness(present, headings)
    ranked = sorted(known, key=lambda h: (-len(h.names), len(h.missing())))
    if not ranked or (len(ranked) > 1 and _rank(ranked[0]) == _rank(ranked[1])):
        return None
    return ranked[0]


def nearly_a_list(header: Sequence[str], lists: Sequence[ChildList]) -> Headings | None:
    """The list that a heading row seems to be, were it not for a column that tells it from others; None for no list."""
    present = [key(cell) for cell in header]
    if sum(map(bool, present)) <= FEWEST:
        return None
    near = [found for part in lists if len((found := _by_name_and_pattern(present, part)).names) > FEWEST]
    return max(near, key=_rank, default=None)


def _rank(headings: Headings) -> tuple[int, int]:
    return len(headings.names), len(headings.missing())


def _by_name_and_pattern(present: list[str], part: ChildList) -> Headings:
    headings = Headings(part)
    places: dict[str, list[int]] = {}
    for i, heading in enumerate(present):
        if column := next((c for c in part.columns if heading and heading in c.keys), None):
            places.setdefault(column.name, []).append(i)
    taken = {i for found in places.values() for i in found}
    by_pattern: dict[str, list[int]] = {}
    for i, heading in enumerate(present):
        if i in taken or not heading:
            continue
        said = heading.replace("_", " ")
        fitting = [c for c in part.columns if c.name not in places and c.expression and c.expression.search(said)]
        if len(fitting) == 1:
            by_pattern.setdefault(fitting[0].name, []).append(i)
    for name, found in {**by_pattern, **places}.items():
        if len(found) == 1:
            headings.columns[found[0]] = part.column(name)
        else:
            headings.doubled[name] = found
    return headings


def _by_likeness(present: list[str], headings: Headings) -> None:
    """Headings that are nearly a column's: a letter too few, two letters changed about."""
    wanted = headings.missing()
    placed = {*headings.columns, *(i for found in headings.doubled.values() for i in found)}
    offers: dict[str, list[tuple[float, int]]] = {}
    for i, heading in enumerate(present):
        if i in placed or len(heading) < SHORTEST_MISSPELT:
            continue
        ranked = sorted(((_likeness(heading, column), column.name) for column in wanted), reverse=True)
        if ranked and ranked[0][0] >= LIKENESS and (len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= MARGIN):
            offers.setdefault(ranked[0][1], []).append((ranked[0][0], i))
    for name, offered in offers.items():
        if len(offered) == 1:
            column = headings.part.column(name)
            headings.columns[offered[0][1]] = headings.misspelt[offered[0][1]] = column


def _likeness(heading: str, column: ListColumn) -> float:
    """0 to 1; 0 where the figures in them differ, since 'Stage 1' is no mis-spelling of 'Stage 2'."""
    figures = re.findall(r"\d+", heading)
    return max(
        (
            SequenceMatcher(None, heading, name, autojunk=False).ratio()
            for name in column.keys
            if re.findall(r"\d+", name) == figures
        ),
        default=0.0,
    )
