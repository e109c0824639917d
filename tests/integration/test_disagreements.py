"""docs/disagreements.md says what the rules find in the shipped reports, and nothing else.

The page is made again from a run over the shipped returns. Does not belong here: whether a rule is right (unit tests of
expectations).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pytest

from expectations.pages.disagreements import NOT_A_DISAGREEMENT, page, rows
from orchestration.settings import PROJECT, Settings

pytestmark = pytest.mark.slow

PAGE = PROJECT / "docs" / "disagreements.md"


@pytest.fixture(scope="module")
def build(settings: Settings) -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(settings.build_file), read_only=True) as opened:
        yield opened


def test_the_page_is_what_the_rules_find(build: duckdb.DuckDBPyConnection) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(build)


def test_every_disagreement_can_be_worked_out_from_its_row(build: duckdb.DuckDBPyConnection) -> None:
    """It names its cells, and lies outside its tolerance."""
    for row in rows(build):
        assert "[" in row.cells, row.subject
        if row.rule_id not in NOT_A_DISAGREEMENT and row.rule_id != "arithmetic.wholes_disagree":
            assert abs(row.observed - row.expected) > row.tolerance, row.subject


def test_no_disagreement_stands_twice(build: duckdb.DuckDBPyConnection) -> None:
    ids = [finding_id for row in rows(build) for finding_id in row.finding_ids]
    assert len(ids) == len(set(ids))
