"""Random small authorities, counted into the rows of `int_children__measure`, and every sum a reader knows about them.

Belongs here: cases with items and what they are part of, the counts of them, and the equations between counts that
follow from what the measures mean. Does not belong here: what is hidden (the SQL), and how it is attacked (`attack`).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

SMALL = range(1, 6)
STOCK, FLOW = "snapshot", "month"
MONTHS = (
    (date(2026, 4, 1), date(2026, 4, 30)),
    (date(2026, 5, 1), date(2026, 5, 31)),
    (date(2026, 6, 1), date(2026, 6, 30)),
)
ITEMS = {
    "age_band": ("unborn", "under_1", "1_4", "5_9", "10_15", "16_17"),
    "gender": ("male", "female", "not_stated"),
    "ethnicity": ("white", "mixed", "asian", "black", "other", "unknown"),
    "disability": ("yes", "no"),
    "team": ("north", "south", "east", "west"),
    "contact_source": ("individual", "schools", "health_services", "police", "other", "anonymous"),
    "contact_class": ("request_for_service", "police_notification", "information_only", "existing_case", "other"),
}
INITIAL = ("request_for_service", "police_notification")
AREA_OF = {"north": "upper", "south": "lower", "east": "upper", "west": "lower", "Unallocated": "lower"}
# Each whole with its parts: which part lies within which, and how many of those it has.
PARTS: dict[str, dict[str, tuple[str, float]]] = {
    "contacts_received": {
        "contacts_to_referral": ("contacts_received", 0.4),
        "contacts_to_early_help": ("contacts_received", 0.2),
        "contacts_to_assessment": ("contacts_to_referral", 0.7),
        "contacts_to_plan": ("contacts_to_assessment", 0.3),
    },
    "referrals_received": {
        "rereferrals_count": ("referrals_received", 0.2),
        "referrals_nfa_count": ("referrals_received", 0.3),
        "referrals_assessed": ("referrals_received", 0.9),
        "referrals_not_in_need_count": ("referrals_assessed", 0.3),
    },
    "assessments_completed": {
        "assessments_completed_45wd": ("assessments_completed", 0.85),
        "assessments_child_seen": ("assessments_completed", 0.97),
    },
    "cpp_count": {
        "cpp_open_18m": ("cpp_count", 0.3),
        "cpp_open_2y": ("cpp_open_18m", 0.5),
        "cp_visits_overdue_10": ("cpp_count", 0.4),
        "cp_visits_overdue_14": ("cp_visits_overdue_10", 0.5),
        "cpp_with_visit": ("cpp_count", 0.9),
        "cp_last_visit_alone": ("cpp_with_visit", 0.5),
    },
    "cpp_new": {"cpp_repeat_count": ("cpp_new", 0.4), "cpp_repeat_24m_count": ("cpp_repeat_count", 0.5)},
    "cpp_ceased": {"cpp_ceased_2y": ("cpp_ceased", 0.2)},
    "cin_episodes_open": {},
    "lac_count": {"uasc_count": ("lac_count", 0.15), "lac_visit_up_to_date": ("lac_count", 0.9)},
}
# Parts that follow from an item, and a sum of days.
OWN = {
    "contacts_received": ("contacts_police", "initial_contacts"),
    "assessments_completed": ("assessment_working_days",),
    "cin_episodes_open": ("unallocated_cases", "caseload_total"),
}
REGISTERS = {
    "cpp_count": ("cpp_new", "cpp_ceased"),
    "lac_count": ("lac_started", "lac_ceased"),
    "cin_episodes_open": ("cin_episodes_started", "cin_episodes_ended"),
}

# measure, basis, start, end, dimension, item
Cell = tuple[str, str, date, date, str, str]


@dataclass
class Case:
    """One thing counted: its item of each breakdown, and the measures it is in."""

    items: dict[str, str]
    measures: dict[str, int] = field(default_factory=dict)


@dataclass
class Counted:
    """The true counts of one authority, and what is known to hold between them."""

    cells: dict[Cell, int] = field(default_factory=lambda: defaultdict(int))
    # Sums that are nought: coefficients by cell.
    equations: list[dict[Cell, int]] = field(default_factory=list)
    # The first is at most the second.
    within: list[tuple[Cell, Cell]] = field(default_factory=list)
    # Whether those without a team are listed as an item of their own.
    lists_unallocated: bool = True

    def add(self, cases: Iterable[Case], basis: str, start: date, end: date) -> None:
        for one in cases:
            for measure, amount in one.measures.items():
                for dimension, item in (("all", "all"), *one.items.items()):
                    self.cells[(measure, basis, start, end, dimension, item)] += amount


def authority(seed: int) -> Counted:
    """Everything counted of a random authority; the smaller ones are the harder ones."""
    chance = random.Random(seed)
    size = chance.choice((3, 8, 15, 30, 60, 150))
    with_areas = chance.random() < 0.3
    # Some authorities have nearly everybody in one item.
    weights = {dimension: [chance.random() ** 3 + 0.01 for _ in items] for dimension, items in ITEMS.items()}
    counted = Counted(lists_unallocated=seed % 2 == 0)

    def items(dimensions: Iterable[str]) -> dict[str, str]:
        found = {one: chance.choices(ITEMS[one], weights[one])[0] for one in dimensions}
        if with_areas and "team" in found:
            found["area"] = AREA_OF[found["team"]]
        return found

    def marked(whole: str, one: Case) -> Case:
        one.measures = {whole: 1}
        for part, (of, share) in PARTS.get(whole, {}).items():
            one.measures[part] = int(one.measures[of] == 1 and chance.random() < share)
        return one

    for start, end in MONTHS:
        contacts = []
        for _ in range(chance.randint(0, 4 * size)):
            one = marked("contacts_received", Case(items(("age_band", "gender", "contact_source", "contact_class"))))
            one.measures["contacts_police"] = int(one.items["contact_source"] == "police")
            one.measures["initial_contacts"] = int(one.items["contact_class"] in INITIAL)
            contacts.append(one)
        counted.add(contacts, FLOW, start, end)
        for whole in ("referrals_received", "assessments_completed"):
            found = [
                marked(whole, Case(items(("age_band", "gender", "ethnicity", "team"))))
                for _ in range(chance.randint(0, 2 * size))
            ]
            if whole == "assessments_completed":
                for one in found:
                    one.measures["assessment_working_days"] = chance.randint(1, 60)
            counted.add(found, FLOW, start, end)

    for stock, (come, go) in REGISTERS.items():
        on = [items(("age_band", "gender", "disability", "team")) for _ in range(chance.randint(0, size))]
        for start, end in MONTHS:
            coming = [
                items(("age_band", "gender", "disability", "team")) for _ in range(chance.randint(0, 1 + size // 3))
            ]
            going = [on.pop(chance.randrange(len(on))) for _ in range(chance.randint(0, len(on) // 3))]
            on += coming
            standing = [marked(stock, Case(dict(one))) for one in on]
            if stock == "cin_episodes_open":
                _allocate(standing, chance, with_areas=with_areas)
            counted.add(standing, STOCK, end, end)
            counted.add([marked(come, Case(one)) for one in coming], FLOW, start, end)
            counted.add([marked(go, Case(one)) for one in going], FLOW, start, end)
    counted.cells = dict(counted.cells)
    _fill_totals(counted)
    _know(counted)
    return counted


def whole_of(measure: str) -> str:
    """The whole that a measure is, or is a part of."""
    for whole, parts in (*PARTS.items(), *OWN.items()):
        if measure in parts:
            return whole
    return measure


def _allocate(cases: list[Case], chance: random.Random, *, with_areas: bool) -> None:
    """Some open cases have no worker yet, and then no team."""
    without = chance.choice((0.0, 0.03, 0.2))
    for one in cases:
        is_without = chance.random() < without
        one.measures["unallocated_cases"] = int(is_without)
        one.measures["caseload_total"] = int(not is_without)
        if is_without:
            one.items["team"] = "Unallocated"
            if with_areas:
                one.items["area"] = AREA_OF["Unallocated"]


def _fill_totals(counted: Counted) -> None:
    """A month in which nothing happened is a nought, not a gap; a part has a figure wherever its whole has one."""
    wholes = dict.fromkeys(("contacts_received", "referrals_received", "assessments_completed"), FLOW)
    for stock, flows in REGISTERS.items():
        wholes |= {stock: STOCK} | dict.fromkeys(flows, FLOW)
    for whole, basis in wholes.items():
        for start, end in MONTHS:
            for measure in (whole, *PARTS.get(whole, {}), *OWN.get(whole, ())):
                counted.cells.setdefault((measure, basis, end if basis == STOCK else start, end, "all", "all"), 0)


def _know(counted: Counted) -> None:
    cells = counted.cells
    items = [("contact_source", "police"), *(("contact_class", one) for one in INITIAL), ("team", "Unallocated")]
    whose = {"contact_source": "contacts_received", "contact_class": "contacts_received", "team": "cin_episodes_open"}
    for measure, basis, start, end, dimension, _ in list(cells):
        # Items that a figure of its own tells of: there, though nobody may be in them.
        for of_dimension, item in items if dimension == "all" else ():
            if whole_of(measure) == whose[of_dimension]:
                cells.setdefault((measure, basis, start, end, of_dimension, item), 0)
    for cell in list(cells):
        # Of a breakdown that is not shown a reader does not know the items: there may be others.
        if cell[4] != "all":
            cells.setdefault((*cell[:5], "elsewhere"), 0)
        # Which areas an authority has is known, whoever is in them this month.
        for area in set(AREA_OF.values()) if cell[4] == "area" else ():
            cells.setdefault((*cell[:5], area), 0)
    tables: dict[tuple[str, str, date, date, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell[4] != "all":
            tables[cell[:5]].append(cell)
    for table, found in tables.items():
        _equal(counted, (*table[:4], "all", "all"), found)
    nearer = {part: of for parts in PARTS.values() for part, (of, _) in parts.items()}
    nearer |= {"contacts_police": "contacts_received", "initial_contacts": "contacts_received"}
    nearer |= {"unallocated_cases": "cin_episodes_open"}
    for cell in list(cells):
        if cell[0] in nearer:
            counted.within.append((cell, (nearer[cell[0]], *cell[1:])))
    for cell in list(cells):
        measure, rest = cell[0], cell[1:]
        if measure == "cin_episodes_open":
            _equal(counted, cell, [("unallocated_cases", *rest), ("caseload_total", *rest)])
        if measure == "contacts_police" and cell[4] == "contact_source":
            _equal(counted, cell, [("contacts_received", *rest)] if cell[5] == "police" else [])
        if measure == "initial_contacts" and cell[4] == "contact_class":
            _equal(counted, cell, [("contacts_received", *rest)] if cell[5] in INITIAL else [])
        if measure == "contacts_police" and cell[4] == "all":
            _equal(counted, cell, [("contacts_received", *cell[1:4], "contact_source", "police")])
        if measure == "initial_contacts" and cell[4] == "all":
            _equal(counted, cell, [("contacts_received", *cell[1:4], "contact_class", item) for item in INITIAL])
        if measure == "unallocated_cases" and cell[4] == "all":
            _equal(counted, cell, [("cin_episodes_open", *cell[1:4], "team", "Unallocated")])
        if cell[4] == "area":
            teams = [team for team, area in AREA_OF.items() if area == cell[5]]
            _equal(counted, cell, [(*cell[:4], "team", team) for team in teams])
    for stock, (come, go) in REGISTERS.items():
        for (_, before), (start, end) in pairwise(MONTHS):
            _equal(
                counted,
                (stock, STOCK, end, end, "all", "all"),
                [(stock, STOCK, before, before, "all", "all"), (come, FLOW, start, end, "all", "all")],
                [(go, FLOW, start, end, "all", "all")],
            )


def _equal(counted: Counted, left: Cell, right: list[Cell], less: Iterable[Cell] = ()) -> None:
    """A cell is the sum of others, less others; an item that nobody is in is nought."""
    coefficients = {left: -1} | dict.fromkeys(right, 1) | dict.fromkeys(less, -1)
    for cell in coefficients:
        counted.cells.setdefault(cell, 0)
    counted.equations.append(coefficients)
