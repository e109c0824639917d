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

# Percentages of the workforce tables, made of two counts that the tables print as indicators of their own: above the
# line, below it, equal, of. The rest lies within half a unit of the counts' last decimal. An agency worker is not in
# post; absence is of working days, 253 in a year, 254 in a leap year.
WORKFORCE = {
    "sw_agency_fte_pct": ("sw_agency_fte", "sw_agency_fte + sw_inpost_fte", 1273, 1327),
    "sw_agency_headcount_pct": ("sw_agency_headcount", "sw_agency_headcount + sw_inpost_headcount", 1338, 1338),
    "sw_agency_cover_fte_pct": ("sw_agency_cover_fte", "sw_agency_fte", 1157, 1279),
    "sw_vacancy_fte_pct": ("sw_vacancy_fte", "sw_vacancy_fte + sw_inpost_fte", 1299, 1339),
    "sw_vacancy_agency_cover_pct": ("sw_agency_cover_fte", "sw_vacancy_fte", 1157, 1290),
    "sw_absence_pct": ("sw_working_days_lost", "sw_inpost_fte * if(year(period_end) % 4 = 0, 254, 253)", 1314, 1322),
}

# Rates of local authorities that are printed with their count and without their population. Each says between which
# two numbers that population lies.
PRINTED_WITHOUT_POPULATION = """
    select
        printed.known_from, printed.authority_code, printed.period_end, printed.indicator_code,
        printed.numerator, printed.value,
        10000 * printed.numerator / (printed.value + 0.05) - 1e-6 as lowest,
        10000 * printed.numerator / (printed.value - 0.05) + 1e-6 as highest
    from marts.fct_indicator_version_history as printed
    inner join marts.dim_indicator using (indicator_code)
    inner join marts.dim_authority using (authority_code)
    where kind = 'rate_per_10000' and source_kind = 'published' and breakdown_dimension = 'all'
        and authority_type = 'local_authority' and printed.denominator is null
        and printed.numerator > 0 and printed.value > 0.05
"""
IMPLIED_POPULATIONS = f"""
    select known_from, authority_code, year(period_end) as year,
        count(*) as n_rates, max(lowest) as lowest, min(highest) as highest
    from ({PRINTED_WITHOUT_POPULATION}) group by all
"""

# Year of the release of October 2023, how many of how many authorities' populations held (ONS, July 2025) lie within
# the bounds, median distance in %.
DISTANCES = [
    (2013, 0, 151, -0.14),
    (2014, 0, 151, -0.25),
    (2015, 1, 152, -0.42),
    (2016, 0, 152, -0.59),
    (2017, 0, 152, -0.76),
    (2018, 0, 152, -1.07),
    (2019, 0, 152, -1.46),
    (2020, 0, 151, -1.77),
    (2021, 0, 150, -2.19),
    (2022, 5, 151, 0.01),
    (2023, 0, 152, 1.18),
]
EQUAL_WITH_THE_CURRENT_POPULATION = (933, 17737)


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


def test_limits_of_a_rate_go_beyond_100(connection: duckdb.DuckDBPyConnection) -> None:
    """Only a percentage ends at 100: a rate per 10,000 children and its limits go far beyond."""
    highest = dict(
        connection.execute(
            """
            select unit, max(funnel_upper_998)
            from marts.mart_benchmark inner join marts.dim_indicator using (indicator_code)
            where funnel_upper_998 is not null group by all
            """
        ).fetchall()
    )
    assert highest["percent"] <= 100 < 1000 < highest["rate_per_10000"]


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
    """26,194 of 26,334: the rates of looked-after children, and what has both its parts beside it."""
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


def test_percentages_of_the_workforce_follow_from_two_counts(
    connection: duckdb.DuckDBPyConnection, macro: Callable[..., str]
) -> None:
    """7,538 of 7,895; for every other one the counts before their rounding can give what is printed."""
    connection.execute(
        """
        create or replace temp table workforce as
        pivot (
            select authority_code, period_end, indicator_code, value
            from marts.fct_indicator_value inner join marts.dim_authority using (authority_code)
            where source_kind = 'published' and authority_type = 'local_authority' and month(period_end) = 9
                and breakdown_dimension = 'all' and indicator_code like 'sw\\_%' escape '\\'
        ) on indicator_code using max(value) group by authority_code, period_end
        """
    )
    found, unexplained = {}, {}
    for indicator, (above, below, _, _) in WORKFORCE.items():
        value = macro("ratios", "value_from_parts", "'percent'", f"({above})", f"({below})")
        rounded = macro("statistics", "round_half_up", value, "1")
        # Half a unit of each printed count, and of the percentage itself.
        reach = f"100 * (0.05 + 0.05 * 2 * {indicator} / 100) / ({below}) + 0.05"
        if indicator == "sw_absence_pct":
            reach = f"100 * 0.05 / ({below}) + {indicator} * 0.05 / sw_inpost_fte + 0.05"
        same, of, out_of_reach = connection.execute(
            f"""
            select count(*) filter (where abs({rounded} - {indicator}) < 1e-9), count(*),
                count(*) filter (where abs({value} - {indicator}) > ({reach}) * 1.01 + 0.001)
            from workforce where {indicator} is not null and {above} is not null and {below} > 0
            """
        ).fetchall()[0]
        found[indicator] = (above, below, same, of)
        unexplained[indicator] = out_of_reach
    assert found == WORKFORCE
    assert set(unexplained.values()) == {0}


def test_all_rates_of_a_release_stand_on_one_population(connection: duckdb.DuckDBPyConnection) -> None:
    """One number of children lies between the bounds of all rates of an authority and year."""
    rows = connection.execute(
        f"""
        select known_from, count(*), sum(n_rates), count(*) filter (where ceil(lowest) <= floor(highest)),
            round(median(highest - lowest), 1)
        from ({IMPLIED_POPULATIONS}) group by known_from order by known_from
        """
    ).fetchall()
    assert rows == [
        (date(2021, 10, 28), 1166, 1166, 1166, 12.7),
        (date(2023, 10, 26), 1666, 16571, 1666, 2.5),
    ]


def test_releases_of_2021_and_2023_share_their_populations_and_2023_uses_one_of_them_twice(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    shared = connection.execute(
        f"""
        with implied as ({IMPLIED_POPULATIONS})
        select count(*), count(*) filter (where one.lowest <= other.highest and other.lowest <= one.highest)
        from implied as one inner join implied as other using (authority_code, year)
        where one.known_from = date '2021-10-28' and other.known_from = date '2023-10-26'
        """
    ).fetchone()
    assert shared == (1166, 1166)
    twice = connection.execute(
        f"""
        with implied as ({IMPLIED_POPULATIONS})
        select count(*), count(*) filter (where one.lowest <= other.highest and other.lowest <= one.highest)
        from implied as one inner join implied as other using (authority_code, known_from)
        where known_from = date '2023-10-26' and one.year = 2022 and other.year = 2023
        """
    ).fetchone()
    assert twice == (151, 151)


def test_the_populations_of_those_releases_are_not_the_ones_held(
    connection: duckdb.DuckDBPyConnection, macro: Callable[..., str]
) -> None:
    held = """
        select authority_code, year(period_end) + 1 as year, value as population
        from marts.fct_indicator_value where indicator_code = 'population_0_17' and source_kind = 'published'
    """
    distances = connection.execute(
        f"""
        select year, count(*) filter (where population between lowest and highest), count(*),
            round(100 * median(population / ((lowest + highest) / 2) - 1), 2)
        from ({IMPLIED_POPULATIONS}) inner join ({held}) using (authority_code, year)
        where known_from = date '2023-10-26' group by year order by year
        """
    ).fetchall()
    assert distances == DISTANCES
    rounded = macro(
        "statistics",
        "round_half_up",
        macro("ratios", "value_from_parts", "'rate_per_10000'", "numerator", "population"),
        "1",
    )
    current = connection.execute(
        f"""
        select count(*) filter (where abs({rounded} - value) < 1e-9), count(*)
        from (select *, year(period_end) as year from ({PRINTED_WITHOUT_POPULATION}))
        inner join ({held}) using (authority_code, year)
        """
    ).fetchone()
    assert current == EQUAL_WITH_THE_CURRENT_POPULATION


def test_every_derived_rate_is_its_numerator_by_its_denominator(connection: duckdb.DuckDBPyConnection) -> None:
    wrong = connection.execute(
        """
        select count(*), count(*) filter (where abs(value - 10000 * numerator / denominator) > 1e-9 * value),
            count(*) filter (where denominator_vintage is null), count(*) filter (where is_annualised)
        from marts.fct_indicator_version_history inner join marts.dim_indicator using (indicator_code)
        where source_kind = 'derived'
        """
    ).fetchone()
    assert wrong is not None
    assert wrong[0] > 50_000
    assert wrong[1:] == (0, 0, 0)


def test_a_derived_rate_is_known_as_at_a_day_with_the_population_of_that_day(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """7,113 referrals of Surrey in 2022/23: nobody had published the children of mid-2022 before November 2023."""

    def known_on(day: str) -> list[tuple[object, ...]]:
        return connection.execute(
            """
            select numerator, denominator, denominator_vintage from marts.as_at($day)
            where authority_code = 'E10000030' and indicator_code = 'referrals_rate_10k' and source_kind = 'derived'
                and period_basis = 'year' and period_end = date '2023-03-31'
            """.replace("$day", f"date '{day}'")
        ).fetchall()

    assert known_on("2023-11-15") == []
    assert known_on("2024-01-31") == [(7113, 262625, "looked_after_children_release 2023-11-16")]
    assert known_on("2025-08-31") == [(7113, 263933, "mid_year_estimates 2025-07-30")]


def test_a_month_and_its_year_have_the_same_comparators(connection: duckdb.DuckDBPyConnection) -> None:
    """Every neighbour and national figure of the monthly mart is that of the benchmark's row of vintage and year."""
    year = """(benchmark.period_basis = 'year'
        or (benchmark.period_basis = 'snapshot' and month(benchmark.period_end) in (3, 9)))"""
    neighbours = connection.execute(
        f"""
        select count(*), count(benchmark.mean), count(*) filter (
            where monthly.neighbour_value = benchmark.mean and monthly.neighbour_median = benchmark.median
                and monthly.neighbour_n_used = benchmark.n_used
        )
        from marts.mart_indicator_monthly as monthly
        left join marts.mart_benchmark as benchmark
            on monthly.authority_code = benchmark.authority_code and monthly.indicator_code = benchmark.indicator_code
            and monthly.neighbour_year = year(benchmark.period_end) and monthly.neighbour_vintage = benchmark.vintage
            and benchmark.comparator_set = 'statistical_neighbours' and {year}
        where monthly.neighbour_value is not null
        """
    ).fetchone()
    national = connection.execute(
        f"""
        select count(*), count(benchmark.published_value),
            count(*) filter (where monthly.national_value = benchmark.published_value)
        from marts.mart_indicator_monthly as monthly
        left join marts.mart_benchmark as benchmark
            on monthly.authority_code = benchmark.authority_code and monthly.indicator_code = benchmark.indicator_code
            and monthly.national_year = year(benchmark.period_end) and benchmark.comparator_set = 'england' and {year}
        where monthly.national_value is not null
        """
    ).fetchone()
    assert neighbours is not None
    assert national is not None
    assert neighbours[0] == neighbours[1] == neighbours[2] > 0
    assert national[0] == national[1] == national[2] > 0


def test_no_count_is_compared(connection: duckdb.DuckDBPyConnection) -> None:
    kinds = connection.execute(
        """
        select distinct kind from marts.mart_benchmark inner join marts.dim_indicator using (indicator_code)
        order by kind
        """
    ).fetchall()
    assert kinds == [("percent",), ("rate_per_10000",), ("ratio",)]
