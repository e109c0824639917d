"""The queries of the documentation give what stands under them, on the publication of the shipped data."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.integration.worked import Worked, as_table, pages, worked_queries

pytestmark = pytest.mark.slow

QUERIES = [query for page in pages() for query in worked_queries(page)]


def test_there_are_ten_for_analysts() -> None:
    assert sum(query.page == "queries.md" for query in QUERIES) == 10


@pytest.mark.parametrize("worked", QUERIES, ids=[f"{query.page}: {query.heading}" for query in QUERIES])
def test_a_worked_query_gives_the_table_under_it(publication: Path, worked: Worked) -> None:
    with duckdb.connect(str(publication), read_only=True) as connection:
        result = as_table(connection, worked.query)
    assert result.count("\n") >= 2, "a worked query should show at least one row"
    assert result == worked.shown
