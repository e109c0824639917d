"""What the fabricated authority sends to the home of these tests, and what it knows that the warehouse may not.

Belongs here: which files, of which days, under whose code. Does not belong here: how lists are written (tests.children)
or what is expected of them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.children import truth
from tests.children.boundary import add_boundary_cases
from tests.children.cin import make_census, write_census
from tests.children.days import month_start
from tests.children.known import as_known
from tests.children.lists import AUTHORITY, CONTACT_TYPES, List, Odd, make_lists, write_workbook
from tests.children.ssda903 import make_ssda903, write_ssda903
from tests.children.world import World, make_world

# East Sussex, Surrey and Kent lend their codes to the fabricated authority and to two odd copies of what it sent.
ODD_AUTHORITY = "E10000030"
SPOILT_AUTHORITY = "E10000016"
# West Sussex lends its code to the same authority as it files the return of children looked after.
SSDA903_AUTHORITY = "E10000032"
POPULATION = 3_000
FIRST, LAST = date(2022, 10, 1), date(2025, 3, 31)
# The first workbook reaches back to this day; those of the months after hold six months each.
KNOWN_FROM = date(2022, 10, 1)
FIRST_SENT = date(2024, 12, 31)
THEN_SENT = (date(2025, 1, 31), date(2025, 2, 28), LAST)
# And Devon, as it files the census of children in need.
CENSUS_AUTHORITY, CENSUS_LEA = "E10000008", "878"
YEARS_SENT = (date(2024, 3, 31), LAST)


@dataclass(frozen=True)
class Printed:
    """A figure that the authority printed: its indicator and time, the oracle's count of it, and by how much it is
    another."""

    indicator: str
    period_basis: str
    start: date
    end: date
    off_by: int = 0


PRINTED = (
    Printed("contacts_received", "month", date(2025, 2, 1), date(2025, 2, 28)),
    Printed("contacts_received", "month", date(2025, 3, 1), LAST, off_by=3),
    Printed("contacts_received", "ytd", date(2024, 4, 1), date(2025, 1, 31)),
    Printed("contacts_received", "ytd", date(2022, 4, 1), date(2022, 12, 31)),
    Printed("cin_episodes_open", "snapshot", LAST, LAST, off_by=3),
    Printed("section_47_count", "month", date(2025, 2, 1), date(2025, 2, 28)),
)


@dataclass
class Sent:
    """What was sent: the world behind it, the lists by authority and day, and what was done to the odd ones."""

    world: World
    edges: dict[str, str]
    lists: dict[tuple[str, date], list[List]] = field(default_factory=dict)
    odd: Odd = field(default_factory=Odd)
    spoilt: Odd = field(default_factory=Odd)

    def known(self, day: date) -> World:
        return as_known(self.world, day)

    def printed(self, one: Printed) -> int:
        """The number that stands in print."""
        start = one.start if one.period_basis != "snapshot" else month_start(one.end)
        return len(truth.COUNTS[one.indicator](self.world, start, one.end)) + one.off_by


def make_sent(seed: int = 11) -> Sent:
    """Everything that is sent; the same seed gives the same files."""
    world = make_world(seed, POPULATION, FIRST, LAST)
    overload(world)
    sent = Sent(world, add_boundary_cases(world))
    sent.lists[AUTHORITY, FIRST_SENT] = make_lists(world, FIRST_SENT, period_from=KNOWN_FROM)
    for day in THEN_SENT:
        sent.lists[AUTHORITY, day] = make_lists(world, day)
    sent.odd = Odd(seed=seed, reorder=True, aliases=True, spellings=0.5, misspelt=0.03, extra_columns=True)
    sent.lists[ODD_AUTHORITY, LAST] = make_lists(world, LAST, sent.odd)
    sent.spoilt = Odd(seed=seed, bad_rows=0.05)
    sent.lists[SPOILT_AUTHORITY, LAST] = make_lists(world, LAST, sent.spoilt)
    return sent


def overload(world: World) -> None:
    """One worker has all cases of two teams: far more than anybody should."""
    for need in world.needs:
        for allocation in need.allocations:
            if allocation.team.startswith("Family Support"):
                allocation.worker = "Worker of many"


def write_sent(sent: Sent, landing: Path) -> None:
    """The files, as they would lie in the landing folder."""
    landing.mkdir(parents=True, exist_ok=True)
    for (authority, day), lists in sent.lists.items():
        write_workbook(lists, landing / f"Annex A {authority} {day:%Y-%m-%d}.xlsx", authority)
        write_contact_codes(landing / f"contact_codes_{authority}.csv", authority)
    for year_end in YEARS_SENT:
        files = make_ssda903(sent.known(year_end), year_end)
        name = f"SSDA903 {year_end.year - 1}-{year_end:%y}.zip"
        write_ssda903(files, landing / name, SSDA903_AUTHORITY)
        census = make_census(sent.known(year_end), year_end, CENSUS_LEA)
        write_census(census, landing / f"CIN census {year_end.year}.xml")
    write_printed(sent, landing / "printed_figures.csv")


def write_contact_codes(path: Path, authority: str) -> None:
    """The authority's own words for kinds of contact, by class."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["authority_code", "dimension", "local_code", "conformed_code", "contact_class", "valid_from"])
        for contact_class, said in CONTACT_TYPES.items():
            out.writerow([authority, "code", said, contact_class, contact_class, "2015-04-01"])


def write_printed(sent: Sent, path: Path) -> None:
    """Figures that the authority printed itself, some of them other than its lists give."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ["authority_code", "period_basis", "period_start", "period_end", "indicator", "value", "unit", "issue_date"]
        )
        for one in PRINTED:
            row = [AUTHORITY, one.period_basis, one.start, one.end, one.indicator, sent.printed(one), "count"]
            out.writerow([*row, "2025-04-10"])
