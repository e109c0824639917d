"""Confidence limits, rounding and funnels: golden values from outside, and what must hold for every value."""

from __future__ import annotations

import csv
import math
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

REFERRALS_2025 = Path(__file__).parents[3] / "data" / "reference" / "published" / "c1_2025.csv"
CONFIDENCES = ("95", "99.8")
SIDES = ("lower", "upper")


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    [(0, 0, 3.688879), (1, 0.025318, 5.571643), (9, 4.115373, 17.084803), (65, 50.163188, 82.849139)],
)
def test_limits_of_a_count_are_the_golden_ones(macro, evaluate, count, lower, upper):
    limits = [evaluate(macro("statistics", "count_limit", "$1::double", "95", side), count) for side in SIDES]
    assert limits == [pytest.approx(lower, abs=1e-6), pytest.approx(upper, abs=1e-6)]


def test_limits_of_a_proportion_are_the_golden_ones(macro, evaluate):
    render = [macro("statistics", "proportion_limit", "$1::double", "$2::double", "95", side) for side in SIDES]
    limits = [evaluate(sql, 65, 500) for sql in render]
    assert limits == [pytest.approx(0.103321, abs=1e-6), pytest.approx(0.162322, abs=1e-6)]


def poisson_up_to(count: int, mean: float) -> float:
    """Probability of at most `count` cases."""
    return sum(math.exp(-mean) * mean**cases / math.factorial(cases) for cases in range(count + 1))


@pytest.mark.parametrize("count", range(10))
@pytest.mark.parametrize(("confidence", "tail"), [("95", 0.025), ("99.8", 0.001)])
def test_exact_limits_leave_the_stated_tail_on_either_side(macro, evaluate, count, confidence, tail):
    lower, upper = (
        evaluate(macro("statistics", "count_limit", "$1::double", confidence, side), count) for side in SIDES
    )
    assert poisson_up_to(count, upper) == pytest.approx(tail, rel=1e-6)
    if count:
        assert 1 - poisson_up_to(count - 1, lower) == pytest.approx(tail, rel=1e-5)
    else:
        assert lower == 0


@pytest.mark.parametrize("count", [-1, 0.5, 9.5, None])
def test_what_is_no_count_has_no_limits(macro, evaluate, count):
    assert all(evaluate(macro("statistics", "count_limit", "$1::double", "95", side), count) is None for side in SIDES)


@pytest.mark.parametrize(("numerator", "denominator"), [(5, 0), (6, 5), (-1, 5), (None, 5), (5, None)])
def test_what_is_no_proportion_has_no_limits(macro, evaluate, numerator, denominator):
    sql = macro("statistics", "proportion_limit", "$1::double", "$2::double", "95", "lower")
    assert evaluate(sql, numerator, denominator) is None


@given(st.integers(min_value=0, max_value=100_000))
def test_limits_of_a_count_enclose_it_and_grow_with_confidence_and_count(macro, evaluate, count):
    def limit(value: int, confidence: str, side: str) -> float:
        return evaluate(macro("statistics", "count_limit", "$1::double", confidence, side), value)

    outer_lower, inner_lower = limit(count, "99.8", "lower"), limit(count, "95", "lower")
    inner_upper, outer_upper = limit(count, "95", "upper"), limit(count, "99.8", "upper")
    assert 0 <= outer_lower <= inner_lower <= count < inner_upper < outer_upper
    assert all(
        limit(count + 1, confidence, side) > limit(count, confidence, side)
        for confidence in CONFIDENCES
        for side in SIDES
    )


@given(st.integers(min_value=1, max_value=100_000), st.floats(min_value=0, max_value=1))
def test_limits_of_a_proportion_enclose_it_and_grow_with_confidence(macro, evaluate, denominator, share):
    numerator = round(share * denominator)

    def limit(confidence: str, side: str) -> float:
        sql = macro("statistics", "proportion_limit", "$1::double", "$2::double", confidence, side)
        return evaluate(sql, numerator, denominator)

    proportion = numerator / denominator
    lower, upper = limit("95", "lower"), limit("95", "upper")
    # Equal at the ends, but for the last bit of a double.
    assert 0 <= limit("99.8", "lower") <= lower + 1e-12
    assert lower <= proportion + 1e-12
    assert proportion <= upper + 1e-12
    assert upper <= limit("99.8", "upper") + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (22.45, 1, 22.5),
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (0.5, 0, 1),
        (1.5, 0, 2),
        (-0.5, 0, -1),
        (14.84, 1, 14.8),
        (None, 1, None),
    ],
)
def test_halves_are_rounded_up(macro, evaluate, value, decimals, rounded):
    assert evaluate(macro("statistics", "round_half_up", "$1::double", "$2::integer"), value, decimals) == rounded


def referrals_2025() -> list[tuple[int, int]]:
    """Re-referrals and referrals of every local authority in the year ending March 2025, as published."""
    with REFERRALS_2025.open(encoding="utf-8", newline="") as stream:
        return [
            (int(row["rereferral_count"]), int(row["referral_count"]))
            for row in csv.DictReader(stream)
            if row["time_period"] == "2025" and row["geographic_level"] == "Local authority"
        ]


def test_the_dispersion_of_rereferrals_2025_is_the_golden_one(macro):
    connection = duckdb.connect()
    connection.execute("create table area (numerator double, denominator double)")
    connection.executemany("insert into area values (?, ?)", referrals_2025())
    position = macro("statistics", "funnel_position", "'percent'", "numerator", "denominator", "baseline")
    centre = macro("statistics", "funnel_centre", "'percent'", "baseline")
    error = macro("statistics", "funnel_standard_error", "'percent'", "denominator", "baseline")
    found = connection.execute(
        f"""
        with pooled as (select *, sum(numerator) over () / sum(denominator) over () as baseline from area),
        scored as (select *, {error} as s, ({position} - {centre}) / s as z from pooled),
        winsorised as (
            select *, least(highest, greatest(lowest, z)) as w
            from scored
            cross join (select quantile_cont(z, 0.1) as lowest, quantile_cont(z, 0.9) as highest from scored)
        )
        select count(*), 100 * any_value(baseline), {macro("statistics", "dispersion", "w")},
            {macro("statistics", "between_variance", "w", "s")}, count(*) filter (where abs(z) > 3.090232)
        from winsorised
        """
    ).fetchone()
    assert found is not None
    assert (found[0], round(found[1], 2), round(found[2], 1), round(found[3], 5), found[4]) == (
        153,
        22.58,
        29.6,
        0.00175,
        104,
    )


@given(
    st.floats(min_value=0.001, max_value=0.999),
    st.integers(min_value=1, max_value=10**6),
    st.floats(min_value=0, max_value=0.1),
)
@pytest.mark.parametrize(("kind", "per"), [("percent", 100), ("rate_per_10000", 10000)])
def test_funnel_limits_enclose_the_baseline(macro, evaluate, kind, per, baseline, denominator, tau2):
    def limit(confidence: str, side: str) -> float:
        sql = macro(
            "statistics", "funnel_limit", f"'{kind}'", "$1::double", "$2::double", "$3::double", confidence, side
        )
        return evaluate(sql, denominator, baseline, tau2)

    limits = [
        limit("99.8", "lower"),
        limit("95", "lower"),
        per * baseline,
        limit("95", "upper"),
        limit("99.8", "upper"),
    ]
    assert all(one <= other * (1 + 1e-9) for one, other in pairwise(limits))


def test_one_authority_has_no_variance_between_authorities(macro, evaluate):
    sql = macro("statistics", "between_variance", "w", "s")
    assert evaluate(f"(select {sql} from (select 2.0 as w, 0.1 as s))") is None
