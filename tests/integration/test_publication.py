"""What analysts rely on in the published file itself, whatever its figures: tables, columns, macros are described."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import run_bellwether

pytestmark = pytest.mark.slow


def test_every_table_column_and_macro_of_ours_has_a_comment(publication: Path) -> None:
    with duckdb.connect(str(publication), read_only=True) as connection:
        bare = connection.execute(
            """
            select table_name from duckdb_tables() where coalesce(comment, '') = ''
            union all
            select table_name || '.' || column_name from duckdb_columns()
            where not internal and coalesce(comment, '') = ''
            union all
            select function_name from duckdb_functions() where schema_name = 'marts' and coalesce(comment, '') = ''
            """
        ).fetchall()
    assert bare == []


def test_a_rate_of_ours_is_walked_back_to_its_count_and_its_population(home: Path) -> None:
    shown = run_bellwether(home, "explain", "referrals_rate_10k", "Surrey", "2024/25").stdout
    for part in ("10,284 of 269,339", "mid_year_estimates 2025-07-30", "c1_2025.csv", "referral_count"):
        assert part in shown
