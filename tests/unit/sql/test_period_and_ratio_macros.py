"""Financial years, months of national tables, and values from their parts."""

from __future__ import annotations

from datetime import date

import pytest


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (date(2017, 1, 31), date(2016, 4, 1), date(2017, 3, 31)),
        (date(2017, 3, 31), date(2016, 4, 1), date(2017, 3, 31)),
        (date(2017, 4, 1), date(2017, 4, 1), date(2018, 3, 31)),
        (date(2016, 2, 29), date(2015, 4, 1), date(2016, 3, 31)),
    ],
)
def test_the_financial_year_begins_in_april(macro, evaluate, day, start, end):
    assert evaluate(macro("periods", "financial_year_start", "$1::date"), day) == start
    assert evaluate(macro("periods", "financial_year_end", "$1::date"), day) == end


@pytest.mark.parametrize(
    ("end", "start"),
    [
        (date(2012, 9, 30), date(2011, 10, 1)),
        (date(2016, 2, 29), date(2015, 3, 1)),
        (date(2017, 1, 31), date(2016, 2, 1)),
    ],
)
def test_a_rolling_year_is_twelve_whole_months(macro, evaluate, end, start):
    assert evaluate(macro("periods", "rolling_year_start", "$1::date"), end) == start


@pytest.mark.parametrize(
    ("basis", "month", "end"),
    [
        ("month", 4, date(2020, 4, 30)),
        ("month", 12, date(2020, 12, 31)),
        ("month", 1, date(2021, 1, 31)),
        ("month", 2, date(2021, 2, 28)),
        ("year", None, date(2021, 3, 31)),
        ("snapshot", None, date(2021, 3, 31)),
    ],
)
def test_a_month_column_lies_in_the_financial_year_that_ends_in_the_printed_year(macro, evaluate, basis, month, end):
    expression = macro("periods", "published_period_end", "$1::integer", "$2", "$3::integer", "$4")
    assert evaluate(expression, 2021, basis, month, "03-31") == end


@pytest.mark.parametrize(
    ("kind", "numerator", "denominator", "value"),
    [
        ("percent", 142900, 632830, 22.581104),  # re-referrals, England, year ending March 2025
        ("rate_per_10000", 360, 45000, 80.0),
        ("mean", 1908, 65.1, 29.308756),
        ("ratio", 3, 4, 0.75),
        ("count", 881, None, 881),
        ("percent", 5, 0, None),
        ("percent", 5, None, None),
        (None, 5, 10, None),
    ],
)
def test_a_value_follows_from_its_parts(macro, evaluate, kind, numerator, denominator, value):
    expression = macro("ratios", "value_from_parts", "$1::varchar", "$2::double", "$3::double")
    assert evaluate(expression, kind, numerator, denominator) == (
        None if value is None else pytest.approx(value, abs=1e-6)
    )
