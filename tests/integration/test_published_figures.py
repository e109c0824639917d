"""National statistics are in the publication as published: months, years, symbols, and what a later release changed.

Belongs here: the comparison of the marts with the Department's own files in ``../shared/published``. Does not belong
here: the shape of the compact tables that are loaded (data/reference/published), or how they are read (unit tests of
intake).
"""

from __future__ import annotations

import calendar
import csv
import os
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]
PUBLISHED = PROJECT.parent / "shared" / "published"
WITHOUT_SHARED = os.environ.get("BELLWETHER_WITHOUT_SHARED") == "1"

C6 = "monthly/c6_children_in_need_referrals_by_month_2013_to_2021.csv"
D3_2023 = "release_2023/d3_cpps_subsequent_plan_2013_to_2023.csv"
D3_2025 = "release_2025/d3_cpps_subsequent_plan_2013_to_2025.csv"
CLA_2023 = "release_2023/cla_number_and_rate_per_10k_children.csv"
CLA_2025 = "release_2025/cla_number_and_rate_per_10k_children.csv"
BETWEEN_RELEASES = date(2024, 6, 1)
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
STATUS = {"c": "suppressed", ":": "not_available"}
# Tables in two releases: the two files, a category where rows have one, the header in each, and the indicator.
ON_31_MARCH, STARTING, CEASING = "looked after", "starting", "ceasing"
RESTATED = [
    (D3_2023, D3_2025, "", "CPP_subsequent", "CPP_subsequent", "cpp_repeat_count"),
    (D3_2023, D3_2025, "", "CPP_subsequent_percent", "CPP_subsequent_percent", "cpp_repeat_pct"),
    (CLA_2023, CLA_2025, ON_31_MARCH, "number", "children_count", "lac_count"),
    (CLA_2023, CLA_2025, ON_31_MARCH, "rate_per_10000", "rate_per_10000", "lac_rate_10k"),
    (CLA_2023, CLA_2025, STARTING, "number", "children_count", "lac_started"),
    (CLA_2023, CLA_2025, CEASING, "number", "children_count", "lac_ceased"),
]

Cell = tuple[str, date]  # three-digit code (or England, or a region's code) and last day of the period


@cache
def published(name: str) -> tuple[dict[str, str], ...]:
    """A published file; empty where ``../shared`` is absent, which `test_the_published_files_are_present` reports."""
    path = PUBLISHED / name
    if not path.exists():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return tuple(csv.DictReader(handle))


def area(row: dict[str, str]) -> str:
    """The code by which a row's area is known here: an authority by its three-digit code, which stays."""
    return {"National": "E92000001", "Regional": row["region_code"]}.get(row["geographic_level"], row["old_la_code"])


def month_end(year_ending: int, month: int) -> date:
    """Last day of a month column of the year ending March ``year_ending``."""
    year = year_ending - 1 if month >= 4 else year_ending
    return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@pytest.fixture(scope="module")
def connection(publication: Path) -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(publication), read_only=True) as opened:
        yield opened


# An area by its three-digit code where it has one: the same council keeps it when its long code changes.
AREA = "coalesce(authority.dfe_code, authority.authority_code)"


@pytest.fixture(scope="module")
def months(connection: duckdb.DuckDBPyConnection) -> dict[Cell, tuple[float | None, str]]:
    rows = connection.execute(
        f"""
        select {AREA}, figure.period_end, figure.value, figure.value_status
        from marts.fct_indicator_value as figure
        inner join marts.dim_authority as authority on figure.authority_code = authority.authority_code
        where figure.source_kind = 'published' and figure.period_basis = 'month'
            and figure.indicator_code = 'referrals_received' and figure.breakdown_dimension = 'all'
        """
    ).fetchall()
    found = {(code, end): (value, status) for code, end, value, status in rows}
    assert len(found) == len(rows), "an authority has two current values for one month"
    return found


def test_the_published_files_are_present() -> None:
    """Without them the tests of this file compare nothing: say so, unless BELLWETHER_WITHOUT_SHARED=1 asks for that."""
    absent = [name for name in (C6, D3_2023, D3_2025, CLA_2023, CLA_2025) if not published(name)]
    assert WITHOUT_SHARED or not absent, f"{PUBLISHED} lacks {', '.join(absent)}"


def test_every_authority_month_of_referrals_is_published(months: dict[Cell, tuple[float | None, str]]) -> None:
    """1,474 areas and years, twelve months each: the value as published, or the symbol's status and no value."""
    wrong = []
    for row in published(C6):
        for name, month in MONTHS.items():
            cell = (area(row), month_end(int(row["time_period"]), month))
            wanted = (number(row[name]), STATUS.get(row[name], "reported"))
            if months.get(cell) != wanted:
                wrong.append(f"{row['la_name'] or cell[0]} {cell[1]}: {wanted} published, {months.get(cell)} held")
    assert not wrong, f"{len(wrong)} months differ:\n" + "\n".join(wrong[:12])
    if published(C6):
        assert len(months) == 12 * len(published(C6))


def test_suppressed_months_stay_suppressed(months: dict[Cell, tuple[float | None, str]]) -> None:
    suppressed = {
        (area(row), month_end(int(row["time_period"]), month))
        for row in published(C6)
        for name, month in MONTHS.items()
        if row[name] == "c"
    }
    assert {cell for cell, (_, status) in months.items() if status == "suppressed"} == suppressed or WITHOUT_SHARED
    assert all(months[cell][0] is None for cell in suppressed)


def test_months_sum_to_the_year_in_complete_years(connection: duckdb.DuckDBPyConnection) -> None:
    """An authority's twelve months are its year exactly: 1,342 of 1,366 authority-years have all twelve.

    England and the regions are rounded to 10 in every cell, so that theirs differ by up to 30 in the published table
    itself (69 of 108 area-years); the bound is half a rounding for each of the 13 cells.
    """
    rows = connection.execute(
        f"""
        with figures as (
            select
                {AREA} as area, length({AREA}) = 3 as is_authority, figure.period_basis, figure.value,
                year(figure.period_end) + (month(figure.period_end) > 3)::integer as year_ending
            from marts.fct_reported_figure as figure
            inner join marts.dim_authority as authority on figure.authority_code = authority.authority_code
            where figure.source_kind = 'published' and figure.section = 'c6'
                and figure.indicator_code = 'referrals_received' and figure.breakdown_dimension = 'all'
        )
        select
            area, is_authority, year_ending,
            count(value) filter (where period_basis = 'month') as n_months,
            sum(value) filter (where period_basis = 'month') as months,
            max(value) filter (where period_basis = 'year') as year
        from figures group by all
        """
    ).fetchall()
    complete = [row for row in rows if row[3] == 12]
    assert len([row for row in complete if row[1]]) == 1342 or WITHOUT_SHARED
    wrong = [row for row in complete if abs(row[4] - row[5]) > (0 if row[1] else 65)]
    assert not wrong, f"{len(wrong)} complete years are not the sum of their months: {wrong[:5]}"


@cache
def restated() -> dict[tuple[str, str, date], tuple[float, float]]:
    """Numbers that the release of 2025 changed in the years of the release of 2023: earlier and later value."""

    def rows(name: str, category: str) -> dict[Cell, dict[str, str]]:
        return {
            (area(row), date(int(row["time_period"]), 3, 31)): row
            for row in published(name)
            if f"Children {category}" in (row.get("population_count") or row.get("population_type") or "Children ")
        }

    changed = {}
    for first, second, category, old, new, indicator in RESTATED:
        later = rows(second, category)
        for cell, row in rows(first, category).items():
            before, after = number(row[old]), number(later[cell][new]) if cell in later else None
            if before is not None and after is not None and before != after:
                changed[indicator, *cell] = (before, after)
    return changed


def values(connection: duckdb.DuckDBPyConnection, source: str) -> dict[tuple[str, str, date], list[float | None]]:
    codes = ", ".join(f"'{measure[-1]}'" for measure in RESTATED)
    rows = connection.execute(
        f"""
        select figure.indicator_code, {AREA}, figure.period_end, figure.value
        from {source} as figure
        inner join marts.dim_authority as authority on figure.authority_code = authority.authority_code
        where figure.source_kind = 'published' and figure.period_basis in ('year', 'snapshot')
            and figure.breakdown_dimension = 'all' and figure.indicator_code in ({codes})
        order by figure.known_from
        """
    ).fetchall()
    found: dict[tuple[str, str, date], list[float | None]] = {}
    for indicator, code, end, value in rows:
        found.setdefault((indicator, code, end), []).append(value)
    return found


def test_a_restated_figure_keeps_its_earlier_value(connection: duckdb.DuckDBPyConnection) -> None:
    """Every number that the release of 2025 changed is held twice: as it was, then as it is."""
    history = values(connection, "marts.fct_indicator_version_history")
    lost = {
        cell: (pair, history.get(cell)) for cell, pair in restated().items() if history.get(cell, [])[-2:] != list(pair)
    }
    assert not lost, f"{len(lost)} restatements are lost: {list(lost.items())[:5]}"
    assert len(restated()) > 400 or WITHOUT_SHARED


def test_the_current_value_is_the_later_release(connection: duckdb.DuckDBPyConnection) -> None:
    current = values(connection, "marts.fct_indicator_value")
    stale = {cell: current.get(cell) for cell, (_, after) in restated().items() if current.get(cell) != [after]}
    assert not stale, f"{len(stale)} figures are not the later release's: {list(stale.items())[:5]}"


def test_as_at_gives_the_value_known_before_the_later_release(connection: duckdb.DuckDBPyConnection) -> None:
    known = values(connection, f"marts.as_at(date '{BETWEEN_RELEASES}')")
    wrong = {cell: known.get(cell) for cell, (before, _) in restated().items() if known.get(cell) != [before]}
    assert not wrong, f"{len(wrong)} figures were not what was known on {BETWEEN_RELEASES}: {list(wrong.items())[:5]}"
