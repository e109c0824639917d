"""The page on child-level lists: its queries give what stands under them, and its table of measures is the warehouse's.

Run as a script (`BELLWETHER_TEST_CHILD_HOME=... python -m tests.integration.children.test_child_level_page`) it writes
the results anew.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import connect, connect_restricted
from orchestration.settings import Settings
from tests.children.lists import AUTHORITY
from tests.integration.worked import CHILD_LEVEL, Worked, as_table, worked_queries, write_tables

pytestmark = pytest.mark.slow

QUERIES = list(worked_queries(CHILD_LEVEL))
COLUMNS = ("events", "stock", "state")


def opened(settings: Settings, query: str) -> duckdb.DuckDBPyConnection:
    """The publication that a query is for."""
    return connect_restricted(settings, AUTHORITY) if "restricted." in query else connect(settings)


@pytest.mark.parametrize("worked", QUERIES, ids=[f"{n}: {query.heading}" for n, query in enumerate(QUERIES, 1)])
def test_a_query_of_the_page_gives_the_table_under_it(child_settings: Settings, worked: Worked) -> None:
    with opened(child_settings, worked.query) as connection:
        result = as_table(connection, worked.query)
    assert result.count("\n") >= 2, "a worked query should show at least one row"
    assert result == worked.shown


def test_the_page_names_every_measure_of_every_list(build: duckdb.DuckDBPyConnection) -> None:
    told = set(build.execute("select distinct list, measure_code from intermediate.int_children__coverage").fetchall())
    assert {(name, measure) for name, _, measure in page_measures()} == told


def test_the_page_says_of_which_time_a_measure_is(build: duckdb.DuckDBPyConnection) -> None:
    """Events are of months; what is told of one month end alone is state, or a stock of a single list."""
    rows = build.execute(
        """
        select list, measure_code, any_value(period_basis), max(ends)
        from (
            select submission_id, list, measure_code, period_basis, count(*) as ends
            from intermediate.int_children__coverage group by all
        )
        group by all
        """
    ).fetchall()
    kinds = {(name, measure): kind for name, kind, measure in page_measures()}
    for name, measure, basis, ends in rows:
        expected = "events" if basis == "month" else "stock" if ends > 1 else "state"
        assert kinds[name, measure] == expected, (name, measure)


def page_measures() -> list[tuple[str, str, str]]:
    """List, kind and measure of the page's table."""
    found = []
    section = CHILD_LEVEL.read_text(encoding="utf-8").split("## Which list gives")[1].split("```")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and re.fullmatch("[a-z_0-9]+", cells[0]) and cells[0] != "list":
            found += [
                (cells[0], kind, measure)
                for kind, measures in zip(COLUMNS, cells[1:], strict=True)
                for measure in measures.split(", ")
                if measure
            ]
    return found


if __name__ == "__main__":
    settings = Settings(home=Path(os.environ["BELLWETHER_TEST_CHILD_HOME"]), shipped_returns=False)
    for restricted in (False, True):
        with opened(settings, "restricted." if restricted else "") as connection:
            write_tables(CHILD_LEVEL, connection, lambda query, which=restricted: ("restricted." in query) == which)
