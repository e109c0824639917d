"""Every derived measure, month and breakdown against the oracle, for each submission as it was known when it was sent.

The oracle (tests.children.truth) counts the fabricated authority in plain loops and knows nothing of the product. What
differs is listed; nothing is tolerated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import duckdb
import pytest

from tests.children.lists import AUTHORITY
from tests.integration.children.expected import (
    CENSUS,
    EPISODES,
    MEASURES,
    WORKERS,
    everything,
    everything_of_a_year,
    has_episodes,
    has_history,
)
from tests.integration.children.expected import Told as Measure
from tests.integration.children.sending import (
    CENSUS_AUTHORITY,
    FIRST_SENT,
    KNOWN_FROM,
    LAST,
    SSDA903_AUTHORITY,
    THEN_SENT,
    YEARS_SENT,
    Sent,
)

pytestmark = pytest.mark.slow

# The first day of the first of the yearly returns.
YEARS_FROM = date(2023, 4, 1)

Told = dict[tuple[str, date, str, str], int]


def hold_against(expected: Told, figures: Told) -> None:
    """Nothing may differ; an item with a nought is one that the oracle did not count."""
    differing = [
        f"{' '.join(map(str, key))}: {figures.get(key)} for {expected.get(key, 0)}"
        for key in sorted(expected.keys() | figures.keys())
        if figures.get(key, -1) != expected.get(key, 0 if key in figures else None)
    ]
    counted = Counter(one.split()[0] for one in differing)
    assert differing == [], f"{len(differing)} of {len(expected)} differ: {dict(counted)}"


def told(build: duckdb.DuckDBPyConnection, authority: str, day: date) -> tuple[Told, set[tuple[str, date]]]:
    """What the warehouse says of a submission, and of what it says that it knows too little."""
    rows = build.execute(
        """
        select measure_code, period_end, breakdown_dimension, breakdown_value, amount, value_status
        from intermediate.int_children__measure as measure
        where authority_code = $authority
            and submission_id in (select submission_id from raw.child_list where as_at = $day)
        """,
        {"authority": authority, "day": day.isoformat()},
    ).fetchall()
    assert len({row[:4] for row in rows}) == len(rows)
    figures = {row[:4]: int(row[4]) for row in rows if row[5] == "reported"}
    return figures, {row[:2] for row in rows if row[5] == "insufficient_history"}


@pytest.mark.parametrize("day", [FIRST_SENT, *THEN_SENT])
def test_every_measure_is_what_the_world_holds(build: duckdb.DuckDBPyConnection, sent: Sent, day: date) -> None:
    expected = {
        key: amount
        for key, amount in everything(sent.known(day), sent.lists[AUTHORITY, day]).items()
        if has_history(key[0], key[1], KNOWN_FROM)
    }
    figures, _ = told(build, AUTHORITY, day)
    assert len(expected) > 1000
    hold_against(expected, figures)


@pytest.mark.parametrize("day", YEARS_SENT)
@pytest.mark.parametrize(
    ("authority", "measures", "has_history_of"),
    [(SSDA903_AUTHORITY, EPISODES, has_episodes), (CENSUS_AUTHORITY, CENSUS, has_history)],
    ids=["ssda903", "census"],
)
def test_every_measure_of_a_yearly_return_is_what_the_world_holds(
    build: duckdb.DuckDBPyConnection,
    sent: Sent,
    day: date,
    authority: str,
    measures: dict[str, Measure],
    has_history_of: Callable[[str, date, date], bool],
) -> None:
    told_of = everything_of_a_year(sent.known(day), day, measures)
    expected = {key: amount for key, amount in told_of.items() if has_history_of(key[0], key[1], YEARS_FROM)}
    figures, unknown = told(build, authority, day)
    assert len(expected) > 300
    hold_against(expected, figures)
    assert unknown == {key[:2] for key in told_of.keys() - expected.keys()}


@pytest.mark.parametrize("day", [FIRST_SENT, *THEN_SENT])
def test_what_looks_back_further_than_the_lists_says_so(
    build: duckdb.DuckDBPyConnection, sent: Sent, day: date
) -> None:
    expected = {
        key[:2]
        for key in everything(sent.known(day), sent.lists[AUTHORITY, day])
        if not has_history(key[0], key[1], KNOWN_FROM)
    }
    _, unknown = told(build, AUTHORITY, day)
    assert unknown == expected


def test_no_measure_is_left_unexamined(build: duckdb.DuckDBPyConnection) -> None:
    codes = {
        code
        for (code,) in build.execute("select distinct measure_code from intermediate.int_children__coverage").fetchall()
    }
    assert codes == MEASURES.keys() | EPISODES.keys() | WORKERS.keys()


def test_every_measure_is_something_somewhere(build: duckdb.DuckDBPyConnection) -> None:
    """A measure that was nought throughout would agree with anything. Two yearly returns are too short a history for
    second plans within 24 months."""
    counted = set(
        build.execute(
            """
            select authority_code, measure_code from intermediate.int_children__measure
            group by all having sum(amount) > 0
            """
        ).fetchall()
    )
    wanted = {(AUTHORITY, code) for code in (*MEASURES, *WORKERS)} | {(SSDA903_AUTHORITY, code) for code in EPISODES}
    wanted |= {(CENSUS_AUTHORITY, code) for code in CENSUS}
    assert wanted - counted == {(CENSUS_AUTHORITY, "cpp_repeat_24m_count")}


def test_the_newest_list_that_covers_a_month_stands(build: duckdb.DuckDBPyConnection) -> None:
    rows = build.execute(
        """
        select period_end, count(*) filter (where known_to is null), max_by(lists.as_at, version_number)
        from intermediate.int_children__measure as measure
        inner join intermediate.int_children__list as lists using (submission_id, authority_code, list)
        where authority_code = $authority and measure_code = 'referrals_received' and breakdown_dimension = 'all'
        group by all order by all
        """,
        {"authority": AUTHORITY},
    ).fetchall()
    assert {standing for _, standing, _ in rows} == {1}
    newest = {end: day for end, _, day in rows}
    assert newest[date(2024, 7, 31)] == FIRST_SENT
    assert newest[date(2024, 8, 31)] == date(2025, 1, 31)
    assert newest[date(2024, 9, 30)] == date(2025, 2, 28)
    assert newest[date(2024, 10, 31)] == newest[LAST] == LAST
