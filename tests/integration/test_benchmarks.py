"""Comparisons in the publication: golden figures of the national tables, and published figures worked out again.

Belongs here: what only the real tables show. Does not belong here: single rules of the comparison (dbt unit tests), the
formulas (tests/unit/sql).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import duckdb
import jinja2
import pytest

MACROS = Path(__file__).resolve().parents[2] / "dbt_project" / "macros"
ENGLAND_2025 = "indicator_code = 'rereferrals_pct' and period_end = date '2025-03-31' and comparator_set = 'england'"

# Indicator -> how many of how many published figures of local authorities follow from the counts beside them, at the
# decimals printed (docs/recomputed.md explains the rest).
RECOMPUTED = {
    "caseload_per_fte": (1, 1306, 1336),
    "children_rereferred_pct": (1, 1952, 1952),
    "cpp_duration_share_pct": (1, 8290, 8291),
    "cpp_open_2y_pct": (1, 1241, 1241),
    "cpp_repeat_pct": (1, 1924, 1924),
    "lac_ceased_rate_10k": (0, 1056, 1056),
    "lac_rate_10k": (0, 1054, 1054),
    "lac_started_rate_10k": (0, 1055, 1055),
    "referrals_nfa_pct": (1, 1873, 1873),
    "referrals_not_in_need_pct": (1, 1940, 1940),
    "rereferrals_pct": (1, 1948, 1948),
    "sw_turnover_fte_pct": (1, 1222, 1331),
    "sw_turnover_pct": (1, 1333, 1333),
}


@pytest.fixture(scope="module")
def connection(publication: Path) -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(publication), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def macro() -> Callable[..., str]:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(MACROS))

    def render(file: str, name: str, *arguments: str) -> str:
        return str(getattr(environment.get_template(f"{file}.sql").module, name)(*arguments))

    return render


def test_the_funnel_of_rereferrals_2025_allows_for_over_dispersion(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        f"""
        select n_used, round(pooled, 2), round(phi, 1), round(tau2, 5), band
        from marts.mart_benchmark where {ENGLAND_2025}
        """
    ).fetchall()
    assert {row[:4] for row in rows} == {(153, 22.58, 29.6, 0.00175)}
    bands = Counter(row[4] for row in rows)
    outside_998 = bands["above_998"] + bands["below_998"]
    assert (len(rows), outside_998, outside_998 + bands["above_95"] + bands["below_95"]) == (153, 4, 27)


def test_a_band_agrees_with_the_limits_on_its_row(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        f"""
        select 100 * numerator / denominator, band, funnel_lower_998, funnel_lower_95, funnel_upper_95, funnel_upper_998
        from marts.mart_benchmark where {ENGLAND_2025}
        """
    ).fetchall()
    for value, band, lowest, lower, upper, highest in rows:
        expected = (
            "below_998" if value < lowest
            else "above_998" if value > highest
            else "below_95" if value < lower
            else "above_95" if value > upper
            else "within"
        )  # fmt: skip
        assert band == expected


def test_barnet_is_compared_with_its_neighbours_in_three_ways(connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute(
        """
        select value, round(mean, 2), round(median, 1), round(pooled, 2), n_members, n_used, n_ranked
        from marts.mart_benchmark
        where authority_code = 'E09000003' and indicator_code = 'rereferrals_pct' and period_end = date '2025-03-31'
            and comparator_set = 'statistical_neighbours' and vintage = '2025'
        """
    ).fetchone()
    assert row == (14.8, 20.25, 20.2, 21.02, 10, 10, 11)


def test_every_kind_of_set_and_both_vintages_are_there(connection: duckdb.DuckDBPyConnection) -> None:
    sets = connection.execute(
        """
        select comparator_set, vintage from marts.mart_benchmark
        where authority_code = 'E10000030' and indicator_code = 'rereferrals_pct' and period_end = date '2025-03-31'
        order by all
        """
    ).fetchall()
    neighbours = [("statistical_neighbours", "2021-04"), ("statistical_neighbours", "2025")]
    assert sets == [("england", "all"), ("region", "all"), ("south_east_counties", "all"), *neighbours]


def test_no_figure_is_ranked_by_performance_without_a_good_direction(connection: duckdb.DuckDBPyConnection) -> None:
    wrong = connection.execute(
        """
        select count(*) from marts.mart_benchmark inner join marts.dim_indicator using (indicator_code)
        where polarity not in ('higher', 'lower') and (quartile is not null or rank_basis = 'performance')
        """
    ).fetchone()
    assert wrong == (0,)


def test_published_figures_follow_from_their_counts(
    connection: duckdb.DuckDBPyConnection, macro: Callable[..., str]
) -> None:
    """26,194 of 26,334: all rates of looked-after children, all percentages of counts but one half."""
    value = macro("ratios", "value_from_parts", "kind", "numerator", "denominator")
    found = {}
    for indicator, (decimals, _, _) in RECOMPUTED.items():
        rounded = macro("statistics", "round_half_up", value, str(decimals))
        counted = connection.execute(
            f"""
            select count(*) filter (where abs({rounded} - value) < 1e-9), count(*)
            from marts.fct_indicator_value
            inner join marts.dim_indicator using (indicator_code)
            inner join marts.dim_authority using (authority_code)
            where source_kind = 'published' and indicator_code = ? and authority_type = 'local_authority'
                and value is not null and numerator is not null and denominator > 0
            """,
            [indicator],
        ).fetchone()
        assert counted is not None
        found[indicator] = (decimals, *counted)
    assert found == RECOMPUTED
    assert sum(same for _, same, _ in found.values()) == 26194
    assert sum(all_of_them for _, _, all_of_them in found.values()) == 26334


def test_a_rate_says_which_population_it_stands_on(connection: duckdb.DuckDBPyConnection) -> None:
    """Year ending March 2025: referrals of Surrey by the children of the middle of 2024."""
    row = connection.execute(
        """
        select rate.numerator, rate.denominator, children.value, children.period_end, rate.denominator_vintage,
            round(rate.value, 4)
        from marts.mart_benchmark as rate
        inner join marts.fct_indicator_value as children
            on rate.authority_code = children.authority_code
            and children.indicator_code = 'population_0_17' and children.period_end = date '2024-06-30'
        where rate.authority_code = 'E10000030' and rate.indicator_code = 'referrals_rate_10k'
            and rate.period_end = date '2025-03-31' and rate.comparator_set = 'england'
        """
    ).fetchone()
    assert row is not None
    assert row[1:5] == (269339, 269339, date(2024, 6, 30), "mid_year_estimates 2025-07-30")
    assert row[5] == round(10000 * row[0] / 269339, 4)
