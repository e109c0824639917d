"""Whose child-level lists a file holds, and of which day: front sheets, file names, and the window that follows.

Belongs here: reading labels and what stands beside, behind or under them; authorities in file names. Does not belong
here: the lists themselves (lists.py), or which labels there are (the contract's terms).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from orchestration.intake.check import Resolve
from orchestration.intake.children.days import BadDay, read_council_day
from orchestration.intake.periods import period_in_file_name
from orchestration.intake.text import tidy, words

Grid = list[list[str]]
# England, the regions, inner and outer London: they have names and codes, and make no lists.
_NO_COUNCIL = ("E92", "E12", "E13")
_LONGEST_NAME = 8


@dataclass(slots=True)
class Front:
    """What the cells around the lists say: names of authorities, days by term, labels whose day cannot be read."""

    authorities: list[str] = field(default_factory=list)
    as_at: date | None = None
    period_from: date | None = None
    unreadable: list[str] = field(default_factory=list)


def read_front(grids: Iterable[Grid], terms: dict[str, list[str]]) -> Front:
    """What stands beside, behind or under the contract's labels. Of several labels for one day the first term wins."""
    labels = {words(label): (term, rank) for term, said in terms.items() for rank, label in enumerate(said)}
    front = Front()
    days: dict[str, tuple[int, date]] = {}
    for grid in grids:
        for r, row in enumerate(grid):
            for c, text in enumerate(row):
                found = _labelled(grid, r, c, text, labels)
                if found is None:
                    continue
                (term, rank), label, said = found
                if term == "authority":
                    if said not in front.authorities:
                        front.authorities.append(said)
                    continue
                try:
                    day = read_council_day(said)
                except BadDay:
                    front.unreadable.append(label)
                    continue
                if term not in days or rank < days[term][0]:
                    days[term] = (rank, day)
    front.as_at = days["as_at"][1] if "as_at" in days else None
    front.period_from = days["period_from"][1] if "period_from" in days else None
    return front


def _labelled(
    grid: Grid, r: int, c: int, text: str, labels: dict[str, tuple[str, int]]
) -> tuple[tuple[str, int], str, str] | None:
    """The term and rank of a cell that is a label, the label, and what is said under it; None for any other cell."""
    if not text.strip():
        return None
    label, _, behind = tidy(text).partition(":")
    if (known := labels.get(words(label))) is None:
        return _label_and_day(text, labels)
    beside, below = _at(grid, r, c + 1), _at(grid, r + 1, c)
    is_heading = words(beside.partition(":")[0]) in labels
    said = behind.strip() or ("" if is_heading else beside) or below
    return (known, label, said) if said and words(said.partition(":")[0]) not in labels else None


def _label_and_day(text: str, labels: dict[str, tuple[str, int]]) -> tuple[tuple[str, int], str, str] | None:
    """``Lists as at`` no, ``As at 31 March 2025`` yes: a label and its day in one cell."""
    for label, known in labels.items():
        said = tidy(text)
        if known[0] != "authority" and words(said).startswith(f"{label} "):
            day = said[len(label) :].strip()
            try:
                read_council_day(day)
            except BadDay:
                continue
            return known, label, day
    return None


def _at(grid: Grid, r: int, c: int) -> str:
    return grid[r][c].strip() if r < len(grid) and c < len(grid[r]) else ""


def is_council(code: str) -> bool:
    return not code.startswith(_NO_COUNCIL)


def authority_in_file_name(name: str, resolve: Resolve) -> str | None:
    """The one council whose name or code stands in a file's name; None if there is none, or more than one."""
    parts = [part for part in re.split(r"[^A-Za-z0-9']+", re.sub(r"\.[A-Za-z]{1,5}$", "", tidy(name))) if part]
    found: set[str] = set()
    taken: set[int] = set()
    for length in range(min(_LONGEST_NAME, len(parts)), 0, -1):
        for at in range(len(parts) - length + 1):
            span = set(range(at, at + length))
            code = resolve(" ".join(parts[at : at + length]), None)
            if code and is_council(code) and not span & taken:
                found.add(code)
                taken |= span
    return found.pop() if len(found) == 1 else None


def day_in_file_name(name: str) -> date | None:
    """The last day of what a file's name names: a day, a month or a year."""
    period = period_in_file_name(name)
    return period.end if period else None


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months before, or that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def window_start(as_at: date, months: int) -> date:
    """The first day of the months that end with ``as_at``."""
    return months_before(as_at, months) + timedelta(days=1)
