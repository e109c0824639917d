"""The quarterly mart and its page on what ships: Kent's and Surrey's printed reports.

Belongs here: printed figures that the shipped returns must give again, and those that they cannot, with the reason.
Does not belong here: single rules of the mart (dbt unit tests), how a page is laid out (tests/unit/report).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.report.kinds import quarterly
from orchestration.report.reading import Reader

pytestmark = pytest.mark.slow

KENT, SURREY = "E10000016", "E10000030"

# The first page of Kent's report for quarter 3 of 2013/14, as printed: previous rating, rating, arrow.
KENT_SUMMARY = {
    "initial_assessments_10wd_pct": ("AMBER", "AMBER", "worsening"),
    "caseholding_posts_permanent_pct": ("RED", "RED", "improving"),
    "cpp_repeat_24m_pct": ("GREEN", "GREEN", "improving"),
    "cpp_ceased_2y_pct": ("GREEN", "GREEN", "worsening"),
    "leaving_care_adopted_pct": ("GREEN", "GREEN", "worsening"),
    "lac_3plus_placements_12m_pct": ("AMBER", "AMBER", "improving"),
}
# Its edges of Amber are not printed (data/registry/targets.csv): what misses a target there cannot be rated by us.
NO_EDGE = {"initial_assessments_10wd_pct", "cpp_repeat_24m_pct", "lac_3plus_placements_12m_pct"}
# Aimed at 10, 8.2 is farther off than 9.7, and Kent's arrow points up.
OTHER_ARROW = {"cpp_repeat_24m_pct"}


@pytest.fixture(scope="module")
def kent(publication: Path) -> dict[str, dict[str, object]]:
    """Kent's third quarter of 2013/14, by indicator."""
    rows = Reader(publication).rows(
        "select * from marts.mart_indicator_quarterly where authority_code = ? and quarter_start = date '2013-10-01'",
        [KENT],
    )
    return {row["indicator_code"]: row for row in rows}


def test_kents_ratings_are_ours_where_its_rule_is_known_and_kept_where_it_is_not(
    kent: dict[str, dict[str, object]],
) -> None:
    for code, (before, now, _) in KENT_SUMMARY.items():
        row = kent[code]
        assert (row["previous_printed_rag"], row["printed_rag"]) == (before, now), code
        expected = ("not_rated", "not_rated") if code in NO_EDGE else (before, now)
        assert (row["previous_rag"], row["rag"]) == expected, code


def test_kents_arrows_follow_from_its_quarters(kent: dict[str, dict[str, object]]) -> None:
    ours = {code: kent[code]["performance_direction"] for code in KENT_SUMMARY}
    printed = {code: arrow for code, (_, _, arrow) in KENT_SUMMARY.items()}
    assert {code for code in ours if ours[code] != printed[code]} == OTHER_ARROW
    assert ours["cpp_repeat_24m_pct"] == "worsening"
    assert (kent["adoptions"]["value"], kent["adoptions"]["compared_value"]) == (93.0, 69.0)
    assert kent["adoptions"]["compared_with"] == "same_month_last_year"


def test_kents_indicative_rates_are_counts_of_its_children(kent: dict[str, dict[str, object]]) -> None:
    # 323,745 children in the middle of 2013: 34.9 per 10,000 are 1,130 where there were 1,282.
    plans, care = kent["cpp_rate_10k"], kent["lac_rate_10k"]
    assert (plans["population"], plans["target"], care["target"]) == (323745.0, 34.9, 48.5)
    assert plans["count_at_target"] == pytest.approx(1129.87005)
    assert care["count_at_target"] == pytest.approx(1570.16325)


def test_november_is_not_validated_and_september_was_last(kent: dict[str, dict[str, object]]) -> None:
    row = kent["initial_assessments_10wd_pct"]
    assert (row["is_provisional"], row["figure_month"]) == (True, date(2013, 11, 1))
    assert row["last_validated_month"] == date(2013, 9, 1)


def test_the_rest_of_the_year_has_its_target(publication: Path) -> None:
    with duckdb.connect(str(publication), read_only=True) as connection:
        rows = connection.execute(
            """
            select indicator_code, value, target from marts.mart_indicator_quarterly
            where authority_code = ? and quarter_start = date '2014-01-01' and target is not null
            """,
            [KENT],
        ).fetchall()
    targets = {code: target for code, value, target in rows if value is None}
    assert {code: targets[code] for code in KENT_SUMMARY} == {
        "initial_assessments_10wd_pct": 90.0,
        "caseholding_posts_permanent_pct": 90.0,
        "cpp_repeat_24m_pct": 10.0,
        "cpp_ceased_2y_pct": 6.0,
        "leaving_care_adopted_pct": 13.0,
        "lac_3plus_placements_12m_pct": 9.0,
    }


def test_kents_place_is_kept_as_printed_since_its_table_is_not_held(publication: Path) -> None:
    (page,) = quarterly.pages(Reader(publication).of(KENT), None)
    section = next(part for part in page.sections if part.id == "initial-assessments-10wd-pct")
    printed = next(block for block in section.blocks if getattr(block, "caption", "") == "As the authority printed it")
    (rank,) = [row for row in printed.rows if row.cells[0] == "Rank"]  # type: ignore[union-attr]
    assert (rank.cells[3].value, rank.cells[4]) == (13.0, "printed: 13 out of 152")


def test_surreys_averages_are_given_again_or_kept(publication: Path) -> None:
    with duckdb.connect(str(publication), read_only=True) as connection:
        rows = connection.execute(
            """
            select indicator_code || ' ' || month(quarter_start), round(average_value, 1), average_rule, printed_average
            from marts.mart_indicator_quarterly
            where authority_code = ? and printed_average is not null
            """,
            [SURREY],
        ).fetchall()
    ours = {name: (average, rule, printed) for name, average, rule, printed in rows}
    assert len(ours) == 22
    assert ours["sw_starters 10"] == (5.0, "mean_of_months", 5.0)
    assert ours["sw_leavers 10"] == (2.0, "mean_of_months", 2.0)
    assert ours["sw_net_starters 10"] == (3.0, "mean_of_months", 3.0)
    assert ours["missing_started 7"] == (80.7, "mean_of_months", 81.0)
    # August is left out of the printed one.
    assert ours["cse_at_risk 7"] == (135.3, "mean_of_months", 139.0)
    # Sums divided; the printed one is the mean of the months.
    assert ours["rereferrals_pct 7"] == (24.1, "pooled", 24.3)
    # Percentages without their counts cannot be pooled: what was printed stands.
    assert ours["cfa_45wd_pct 7"] == (67.2, "as_printed", 67.2)
    assert {rule for _, rule, _ in ours.values()} == {"mean_of_months", "pooled", "as_printed"}
