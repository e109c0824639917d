"""The monthly mart on the figures that ship: windows, rules by date, sources that meet, projections that are kept.

Does not belong here: the formulas (dbt unit tests of intermediate/indicators), and the cells that councils printed,
one by one (test_reproduced).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.slow

SURREY = "E10000030"
KENT = "E10000016"
EAST_SUSSEX = "E10000011"


@pytest.fixture(scope="module")
def connection(publication: Path) -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(publication), read_only=True) as opened:
        yield opened


def test_a_quarter_of_a_flow_is_its_sum_and_a_third_of_it_surreys_average(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = connection.execute(
        """
        select indicator_code, quarter_value from marts.mart_indicator_monthly
        where authority_code = $authority and month = date '2016-12-01'
            and indicator_code in ('sw_starters', 'sw_leavers', 'sw_net_starters') and quarter_status = 'complete'
        """,
        {"authority": SURREY},
    ).fetchall()
    assert dict(rows) == {"sw_starters": 15, "sw_leavers": 6, "sw_net_starters": 9}


def test_kents_rule_without_amber_begins_on_its_day(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        """
        select month, value, rag, target_tolerance from marts.mart_indicator_monthly
        where authority_code = $authority and indicator_code = 'caseholding_posts_permanent_pct' and value is not null
            and month between date '2013-03-01' and date '2013-06-30'
        order by month
        """,
        {"authority": KENT},
    ).fetchall()
    assert rows == [
        (date(2013, 3, 1), 82.0, "not_rated", None),
        (date(2013, 6, 1), 79.4, "RED", 0.0),
    ]


def test_a_quarter_of_percentages_is_pooled_from_the_counts_that_make_them(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """July to September: (215 + 146 + 202) / (886 + 601 + 848). December's counts do not make its printed 24.1."""
    rows = connection.execute(
        """
        select month, quarter_value, quarter_status, quarter_months from marts.mart_indicator_monthly
        where authority_code = $authority and indicator_code = 'rereferrals_pct'
            and month in (date '2016-09-01', date '2016-12-01')
        order by month
        """,
        {"authority": SURREY},
    ).fetchall()
    assert rows == [
        (date(2016, 9, 1), pytest.approx(100 * 563 / 2335), "complete", 3),
        (date(2016, 12, 1), pytest.approx(100 * 466 / 2197), "incomplete", 2),
    ]


def test_figures_of_council_and_national_table_meet_only_where_the_registry_says_why(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    changes = connection.execute(
        """
        select indicator_code, count(*), count(*) filter (where has_series_break)
        from marts.mart_indicator_monthly
        where has_source_change
        group by indicator_code order by indicator_code
        """
    ).fetchall()
    assert changes == [("referrals_rate_10k", 4, 0), ("referrals_received", 4, 0)]
    [(sources,)] = connection.execute(
        """
        select rolling_12m_source_kinds from marts.mart_indicator_monthly
        where authority_code = $authority and indicator_code = 'referrals_received' and month = date '2016-06-01'
        """,
        {"authority": SURREY},
    ).fetchall()
    assert sources == "published|reported"


def test_a_projection_made_on_a_day_is_kept_and_the_last_one_is_the_marts(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Nothing was corrected after the last day, so what was known then is what is known now."""
    [(rows, projected, differing)] = connection.execute(
        """
        with last as (
            select * from marts.mart_projection
            qualify row_number() over (partition by authority_code, indicator_code order by made_on desc) = 1
        )
        select
            count(*),
            count(*) filter (where last.projection_status = 'projected'),
            count(*) filter (where
                last.projected_outturn is distinct from monthly.projected_outturn
                or last.projection_status <> monthly.projection_status)
        from last
        inner join marts.mart_indicator_monthly as monthly
            on last.authority_code = monthly.authority_code and last.indicator_code = monthly.indicator_code
            and last.month = monthly.month
        """
    ).fetchall()
    assert rows > 180
    assert projected > 160
    assert differing == 0


def test_east_sussexs_rolling_year_stands_where_its_months_are_not_printed(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = connection.execute(
        """
        select
            indicator_code, value_status, rolling_12m_value, rolling_12m_status, rolling_12m_months,
            printed_projection, projection_status
        from marts.mart_indicator_monthly
        where authority_code = $authority and month = date '2012-09-01'
            and indicator_code in ('contacts_received', 'contacts_rate_10k')
        order by indicator_code
        """,
        {"authority": EAST_SUSSEX},
    ).fetchall()
    assert rows == [
        ("contacts_rate_10k", "not_available", 1818, "as_reported", 0, 1750, "not_applicable"),
        ("contacts_received", "not_available", 18893, "as_reported", 0, 18200, "incomplete"),
    ]


def test_every_month_says_why_it_is_rated_or_not_and_no_window_is_a_zero_for_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    [(rows, unexplained, zero_for_nothing)] = connection.execute(
        """
        select
            count(*),
            count(*) filter (where coalesce(rag_reason, '') = ''),
            count(*) filter (where
                (rolling_12m_months = 0 and rolling_12m_value is not null and rolling_12m_status <> 'as_reported')
                or (ytd_months = 0 and ytd_value is not null and ytd_status <> 'as_reported')),
        from marts.mart_indicator_monthly
        """
    ).fetchall()
    assert rows > 18_000
    assert (unexplained, zero_for_nothing) == (0, 0)
