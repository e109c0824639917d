"""The lists say what the world knows: counted from their text they give the truth's figures; odd files are odd as
told."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.children import truth
from tests.children.boundary import add_boundary_cases
from tests.children.days import add_months, month_end, month_start, working_days_between
from tests.children.headers import HEADERS, LOCAL
from tests.children.lists import (
    ALIASES,
    CONTACT_TYPES,
    MISSPELT,
    List,
    Odd,
    Row,
    make_lists,
    write_folder,
    write_workbook,
)
from tests.children.world import World, make_world

AT = date(2025, 3, 31)
# A month end after every half year, so that each list is looked at on several days.
DAYS = [date(2024, 2, 29), date(2024, 9, 30), AT]


@pytest.fixture(scope="module")
def world() -> World:
    world = make_world(5, 6000, date(2023, 4, 1), AT)
    add_boundary_cases(world)
    return world


@pytest.fixture(scope="module")
def sent(world: World) -> dict[date, dict[int, List]]:
    return {day: {one.number: one for one in make_lists(world, day)} for day in DAYS}


def read(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None  # noqa: DTZ007


def total(world: World, measure: str, day: date) -> tuple[int | None, int | None]:
    count = truth.measure_month(world, measure, month_start(day))[0]
    return count.numerator, count.denominator


def by_item(world: World, measure: str, day: date, breakdown: str) -> dict[str, int | None]:
    counts = truth.measure_month(world, measure, month_start(day))
    return {count.item: count.numerator for count in counts if count.breakdown == breakdown}


def in_month(rows: list[Row], column: str, day: date) -> list[Row]:
    return [row for row in rows if (on := read(row[column])) and month_start(day) <= on <= month_end(day)]


def test_the_columns_are_those_of_the_guidance(world: World) -> None:
    for one in make_lists(world, AT, local=False):
        assert tuple(one.headers) == HEADERS[one.number]
        assert one.rows, f"list {one.number} is empty"
        assert all(tuple(row) == HEADERS[one.number] or set(row) == set(HEADERS[one.number]) for row in one.rows)
    for one in make_lists(world, AT):
        assert all(set(row) == {*HEADERS[one.number], *LOCAL.get(one.number, ())} for row in one.rows)


def test_no_list_shows_a_day_after_the_inspection(sent: dict[date, dict[int, List]]) -> None:
    for day, lists in sent.items():
        for one in lists.values():
            late = [
                value
                for row in one.rows
                for value in row.values()
                if value.count("/") == 2 and (read(value) or day) > day
            ]
            assert late == [], f"list {one.number} on {day}"


@pytest.mark.parametrize("day", DAYS)
def test_front_door_counts_are_the_same_from_lists_and_from_truth(
    world: World, sent: dict[date, dict[int, List]], day: date
) -> None:
    for back in range(5):
        month = add_months(day, -back)
        contacts = in_month(sent[day][1].rows, "Date of Contact", month)
        assert Counter(row["Contact Source"] for row in contacts) == by_item(
            world, "contacts_received", month, "source"
        )
        kinds = {
            CONTACT_TYPES[one]: number
            for one, number in by_item(world, "contacts_received", month, "contact_class").items()
        }
        assert Counter(row["Contact Type"] for row in contacts) == kinds
        referrals = in_month(sent[day][3].rows, "Date of referral", month)
        assert Counter(row["Allocated Team"] for row in referrals) == by_item(
            world, "referrals_received", month, "team"
        )
        again = sum(int(row["Number of Referrals in Last 12 Months"]) > 0 for row in referrals)
        assert (again, len(referrals)) == total(world, "rereferrals", month)


@pytest.mark.parametrize("day", DAYS)
def test_timeliness_is_the_same_from_lists_and_from_truth(
    world: World, sent: dict[date, dict[int, List]], day: date
) -> None:
    done = in_month(sent[day][4].rows, "Continuous Assessment Date of Authorisation", day)
    fast = 0
    for row in done:
        started, ended = (
            read(row["Continuous Assessment Start Date"]),
            read(row["Continuous Assessment Date of Authorisation"]),
        )
        assert started and ended
        fast += working_days_between(started, ended) <= 45
    assert (fast, len(done)) == total(world, "assessments_45wd", day)
    still_open = [row for row in sent[day][4].rows if not row["Continuous Assessment Date of Authorisation"]]
    assert len(still_open) == total(world, "assessments_open", day)[0]
    held = in_month(sent[day][5].rows, "Date of Initial Child Protection Conference", day)
    assert len(held) == total(world, "icpc_count", day)[0]


@pytest.mark.parametrize("day", DAYS)
def test_stocks_are_the_same_from_lists_and_from_truth(
    world: World, sent: dict[date, dict[int, List]], day: date
) -> None:
    plans = [row for row in sent[day][7].rows if not row["Child Protection Plan End Date"]]
    assert Counter(row["Allocated Team"] for row in plans) == by_item(world, "cpp_count", day, "team")
    care = [row for row in sent[day][8].rows if not row["Date Ceased to be Looked After"]]
    assert Counter(row["Allocated Team"] for row in care) == by_item(world, "lac_count", day, "team")
    three = sum(int(row["Number of Placements in the Last 12 months"]) >= 3 for row in care)
    assert (three, len(care)) == total(world, "lac_3plus_placements_12m", day)
    cases = [row for row in sent[day][6].rows if not row["CIN Closure Date"]]
    assert Counter(row["Allocated Worker"] for row in cases) == truth.caseload(world, day)


def test_lists_agree_with_each_other(sent: dict[date, dict[int, List]]) -> None:
    """A child on a plan or in care is a case of that status; a child is described alike everywhere."""
    for lists in sent.values():
        status = {row["Child Unique ID"]: row["Case Status"] for row in lists[6].rows if not row["CIN Closure Date"]}
        care = {row["Child Unique ID"] for row in lists[8].rows if not row["Date Ceased to be Looked After"]}
        plans = {row["Child Unique ID"] for row in lists[7].rows if not row["Child Protection Plan End Date"]}
        assert {child for child, what in status.items() if what == "a) Looked after child"} == care
        assert {child for child, what in status.items() if what == "b) Child Protection plan"} == plans - care
        people: dict[str, set[tuple[str, ...]]] = {}
        for number in range(1, 11):
            for row in lists[number].rows:
                described = (row["Gender"], row["Ethnicity"], row["Date of Birth"], row["Age of Child (Years)"])
                people.setdefault(row["Child Unique ID"], set()).add(described)
        assert all(len(one) == 1 for one in people.values())


def test_an_unborn_child_has_no_date_of_birth(world: World) -> None:
    children = {child.child_id for child in world.children.values() if child.born > date(2024, 5, 31)}
    rows = {row["Child Unique ID"]: row for row in make_lists(world, date(2024, 5, 31))[6].rows}
    unborn = [rows[child] for child in children if child in rows]
    assert unborn
    assert all(row["Date of Birth"] == row["Age of Child (Years)"] == "" for row in unborn)


def test_an_odd_list_says_what_was_done_to_it(world: World) -> None:
    odd = Odd(7, reorder=True, aliases=True, spellings=0.3, misspelt=0.02, extra_columns=True, bad_rows=0.05)
    lists = {one.number: one for one in make_lists(world, AT, odd)}
    plain = {one.number: one for one in make_lists(world, AT)}
    done = Counter(what for *_, what in odd.log)
    assert {"spelling", "misspelt", "no identifier", "impossible date", "ambiguous date"} == set(done)
    for number, one in lists.items():
        assert len(one.rows) == len(plain[number].rows)
        expected = {*(ALIASES.get(name, name) for name in plain[number].headers), "Local note"}
        assert set(one.headers) == expected
        touched = {row for where, row, *_ in odd.log if where == number}
        for place, (row, other) in enumerate(zip(one.rows, plain[number].rows, strict=True), start=1):
            same = {ALIASES.get(name, name): value for name, value in other.items()} | {"Local note": f"note {place}"}
            assert (row == same) == (place not in touched)
    assert sum(row.get("Ethnicity") == MISSPELT for one in lists.values() for row in one.rows) == done["misspelt"]
    again = Odd(7, reorder=True, aliases=True, spellings=0.3, misspelt=0.02, extra_columns=True, bad_rows=0.05)
    assert make_lists(world, AT, again) == list(lists.values())


def test_an_empty_list_has_its_headers() -> None:
    empty = World(0, date(2024, 1, 1), date(2024, 4, 1), AT)
    assert [len(one.headers) for one in make_lists(empty, AT, local=False)] == [
        7,
        8,
        11,
        12,
        14,
        14,
        17,
        34,
        17,
        16,
        19,
    ]


def test_workbook_and_folder_hold_the_rows_as_text(world: World, tmp_path: Path) -> None:
    lists = make_lists(world, AT)
    book = openpyxl.load_workbook(write_workbook(lists, tmp_path / "annex_a.xlsx"), read_only=True)
    paths = write_folder(lists, tmp_path / "annex_a")
    for one, path in zip(lists, paths, strict=True):
        expected = [one.headers, *([row[name] for name in one.headers] for row in one.rows)]
        width = len(one.headers)
        sheet = book[f"List {one.number}"].iter_rows(values_only=True, max_col=width)
        # A row that ends in empty cells is read short.
        cells = [["" if cell is None else cell for cell in (*row, *[None] * width)[:width]] for row in sheet]
        assert cells == expected
        with path.open(encoding="utf-8", newline="") as file:
            assert list(csv.reader(file)) == expected
