"""What councils printed about their own figures - quarter averages, arrows, ratings, a rolling year - against ours.

Every printed cell is either reproduced or stands in a list here with the reason why ours differs; a cell that begins
to agree fails as loudly.
Does not belong here: the formulas (dbt unit tests of intermediate/indicators).
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

Q2 = date(2016, 9, 30)

# Appendix I prints "Q2 average" and "Q3 average" beside the months. They are not the mean of the printed months in:
AVERAGE_DIFFERS = {
    ("cfa_45wd_pct", Q2): "July is not printed",
    ("cse_at_risk", Q2): "mean of July and September, August is left out",
    ("icpc_timescale_pct", Q2): "mean of July and August, September is left out",
    ("lac_out_of_county_20mi_pct", Q2): "no choice of the printed months gives 22.5, which is September's figure",
    ("pathway_plan_pct", Q2): "mean of July and August, September is left out",
    ("rereferrals_pct", Q2): "mean of July and August, September is left out",
    ("sw_leavers", Q2): "a sum, July not printed; the next quarter is a mean",
    ("sw_net_starters", Q2): "a sum, July not printed; the next quarter is a mean",
    ("sw_starters", Q2): "a sum, July not printed; the next quarter is a mean",
}

# Arrows of January 2017 that are not the direction of the value.
ARROW_DIFFERS = {
    "assessments_open": "1,758 to 1,660 is a fall; the arrow points up, at the improvement",
    "cpp_count": "891 to 881 is a fall of one per cent; the arrow is level",
    "lac_cl_eet_17_21_pct": "the month has an arrow and no figure",
}

# Colours of January 2017 (Surrey) and of the quarters (Kent) that ours does not repeat, with the reason on our row.
NO_TOLERANCE = "no tolerance is registered"
POINT = "neither edges nor a tolerance"
RATING_DIFFERS = {
    (SURREY, "cfa_45wd_pct", date(2017, 1, 31)): ("GREEN", "the way to the target"),
    (SURREY, "icpc_timescale_pct", date(2017, 1, 31)): ("GREEN", "the way to the target"),
    (SURREY, "cpp_open_18m_pct", date(2017, 1, 31)): ("not_rated", NO_TOLERANCE),
    (SURREY, "lac_cl_eet_17_21_pct", date(2017, 1, 31)): ("not_rated", "no figure"),
    (SURREY, "lac_out_of_county_20mi_pct", date(2017, 1, 31)): ("not_rated", NO_TOLERANCE),
    (SURREY, "mash_decision_timeliness_24h_pct", date(2017, 1, 31)): ("not_rated", NO_TOLERANCE),
    (SURREY, "pathway_plan_pct", date(2017, 1, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "caseholding_posts_permanent_pct", date(2012, 9, 30)): ("not_rated", NO_TOLERANCE),
    (KENT, "caseholding_posts_permanent_pct", date(2012, 12, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "caseholding_posts_permanent_pct", date(2013, 3, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "cpp_ceased_2y_pct", date(2011, 3, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "cpp_ceased_2y_pct", date(2012, 3, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "cpp_ceased_2y_pct", date(2013, 3, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "cpp_repeat_24m_pct", date(2013, 3, 31)): ("not_rated", POINT),
    (KENT, "cpp_repeat_24m_pct", date(2013, 6, 30)): ("not_rated", POINT),
    (KENT, "cpp_repeat_24m_pct", date(2013, 9, 30)): ("not_rated", POINT),
    (KENT, "cpp_repeat_24m_pct", date(2013, 11, 30)): ("not_rated", POINT),
    (KENT, "initial_assessments_10wd_pct", date(2013, 6, 30)): ("not_rated", NO_TOLERANCE),
    (KENT, "initial_assessments_10wd_pct", date(2013, 9, 30)): ("not_rated", NO_TOLERANCE),
    (KENT, "initial_assessments_10wd_pct", date(2013, 11, 15)): ("not_rated", NO_TOLERANCE),
    (KENT, "lac_3plus_placements_12m_pct", date(2012, 3, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "lac_3plus_placements_12m_pct", date(2013, 3, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "lac_3plus_placements_12m_pct", date(2013, 6, 30)): ("not_rated", NO_TOLERANCE),
    (KENT, "lac_3plus_placements_12m_pct", date(2013, 9, 30)): ("not_rated", NO_TOLERANCE),
    (KENT, "lac_3plus_placements_12m_pct", date(2013, 11, 30)): ("not_rated", NO_TOLERANCE),
    (KENT, "leaving_care_adopted_pct", date(2011, 3, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "leaving_care_adopted_pct", date(2012, 3, 31)): ("not_rated", NO_TOLERANCE),
    (KENT, "leaving_care_adopted_pct", date(2013, 3, 31)): ("not_rated", NO_TOLERANCE),
}


@pytest.fixture(scope="module")
def connection(publication: Path) -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(publication), read_only=True) as opened:
        yield opened


def decimals(text: str) -> int:
    """Decimals of a printed number."""
    return len(text.strip().rstrip("%").partition(".")[2])


def test_surreys_quarter_averages_are_the_mean_of_its_months_or_listed(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        """
        select
            printed.indicator_code, printed.period_end, any_value(printed.value), any_value(printed.value_text),
            avg(months.value)
        from marts.fct_reported_figure as printed
        inner join marts.mart_indicator_monthly as months
            on printed.authority_code = months.authority_code
            and printed.indicator_code = months.indicator_code
            and months.month between printed.period_start and printed.period_end
        where printed.authority_code = $authority
            and printed.role = 'average' and printed.breakdown_dimension = 'all' and printed.value is not null
        group by printed.indicator_code, printed.period_end
        """,
        {"authority": SURREY},
    ).fetchall()
    differing = {
        (indicator, end)
        for indicator, end, printed, text, mean in rows
        if abs(printed - mean) > 0.5 * 10 ** -decimals(text) + 1e-9
    }
    assert len(rows) == 22
    assert differing == set(AVERAGE_DIFFERS)


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


def test_surreys_arrows_are_the_direction_of_the_value_or_listed(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        """
        select printed.indicator_code, any_value(printed.printed_direction), any_value(months.value_direction)
        from marts.fct_reported_figure as printed
        inner join marts.mart_indicator_monthly as months
            on printed.authority_code = months.authority_code
            and printed.indicator_code = months.indicator_code
            and date_trunc('month', printed.period_end) = months.month
        where printed.authority_code = $authority
            and printed.breakdown_dimension = 'all' and printed.printed_direction in ('↑', '↓', '→')
        group by printed.indicator_code
        """,
        {"authority": SURREY},
    ).fetchall()
    arrows = {"↑": "up", "↓": "down", "→": "same"}
    assert len(rows) == 16
    assert {indicator for indicator, arrow, ours in rows if arrows[arrow] != ours} == set(ARROW_DIFFERS)


def test_printed_ratings_are_repeated_or_our_row_says_why_not(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        """
        select
            printed.authority_code, printed.indicator_code, printed.period_end,
            upper(printed.printed_rag), months.rag, months.rag_reason
        from marts.fct_reported_figure as printed
        inner join marts.mart_indicator_monthly as months
            on printed.authority_code = months.authority_code
            and printed.indicator_code = months.indicator_code
            and date_trunc('month', printed.period_end) = months.month
        where printed.breakdown_dimension = 'all' and printed.role = 'actual'
            and printed.printed_rag in ('Green', 'Amber', 'Red')
        """
    ).fetchall()
    printed = {
        (authority, indicator, end): (theirs, ours, why) for authority, indicator, end, theirs, ours, why in rows
    }
    assert sum(authority == KENT for authority, _, _ in printed) == 32
    assert {key for key, (theirs, ours, _) in printed.items() if theirs != ours} == set(RATING_DIFFERS)
    for key, (rag, reason) in RATING_DIFFERS.items():
        assert printed[key][1] == rag, key
        assert reason in printed[key][2], key


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
