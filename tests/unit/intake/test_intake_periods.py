"""Headings, remarks and file names: which period, and whose figure, a text means."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.intake.periods import (
    Period,
    find_month,
    month_end,
    period_in_file_name,
    read_annotation,
    read_basis,
    read_day,
    read_heading,
    read_month,
    resolve_years,
    with_basis,
)

JANUARY = date(2017, 1, 1)


def span(text: str) -> tuple[str, str, str, str | None]:
    heading = read_heading(text)
    assert heading and heading.start and heading.end, text
    return heading.role, heading.basis, f"{heading.start}/{heading.end}", heading.comparator


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan-16", ("actual", "month", "2016-01-01/2016-01-31", None)),
        ("Jan 2016", ("actual", "month", "2016-01-01/2016-01-31", None)),
        ("January '16", ("actual", "month", "2016-01-01/2016-01-31", None)),
        ("Sept 16", ("actual", "month", "2016-09-01/2016-09-30", None)),
        ("Feb-16", ("actual", "month", "2016-02-01/2016-02-29", None)),
        ("2016-01", ("actual", "month", "2016-01-01/2016-01-31", None)),
        ("2016 Jan", ("actual", "month", "2016-01-01/2016-01-31", None)),
        ("2016/17 Jan", ("actual", "month", "2017-01-01/2017-01-31", None)),
        ("Q2 2016/17", ("actual", "quarter", "2016-07-01/2016-09-30", None)),
        ("Q4 15/16", ("actual", "quarter", "2016-01-01/2016-03-31", None)),
        ("2016-17 Q1", ("actual", "quarter", "2016-04-01/2016-06-30", None)),
        ("Jul-Sep 2016", ("actual", "quarter", "2016-07-01/2016-09-30", None)),
        ("H1 2016/17", ("actual", "half_year", "2016-04-01/2016-09-30", None)),
        ("Jan-Jun 2016", ("actual", "half_year", "2016-01-01/2016-06-30", None)),
        ("2010/11", ("actual", "year", "2010-04-01/2011-03-31", None)),
        ("2010-11", ("actual", "year", "2010-04-01/2011-03-31", None)),
        ("2010/2011", ("actual", "year", "2010-04-01/2011-03-31", None)),
        ("Year to Mar 13", ("actual", "year", "2012-04-01/2013-03-31", None)),
        ("Year to Sep 13", ("actual", "rolling_12m", "2012-10-01/2013-09-30", None)),
        ("YTD Nov 13", ("actual", "ytd", "2013-04-01/2013-11-30", None)),
        ("Year to date Feb 14", ("actual", "ytd", "2013-04-01/2014-02-28", None)),
        ("Apr-Nov 13", ("actual", "ytd", "2013-04-01/2013-11-30", None)),
        ("12m to Sep 12", ("actual", "rolling_12m", "2011-10-01/2012-09-30", None)),
        ("w/e 23 Oct 16", ("actual", "week", "2016-10-17/2016-10-23", None)),
        ("w/c 17/10/2016", ("actual", "week", "2016-10-17/2016-10-23", None)),
        ("At 30 Jun 13", ("actual", "day", "2013-06-30/2013-06-30", None)),
        ("At end Jun 13", ("actual", "day", "2013-06-30/2013-06-30", None)),
        ("3 years to Mar 13", ("actual", "three_year_average", "2010-04-01/2013-03-31", None)),
        ("3-year (Jan 17)", ("benchmark", "three_year_average", "2014-02-01/2017-01-31", "three_year_average")),
        ("National (Mar 16)", ("benchmark", "year", "2015-04-01/2016-03-31", "national")),
        ("England 2012/13", ("benchmark", "year", "2012-04-01/2013-03-31", "national")),
        ("Stat. N. (Mar 13)", ("benchmark", "year", "2012-04-01/2013-03-31", "statistical_neighbours")),
        ("Statistical neighbours 12/13", ("benchmark", "year", "2012-04-01/2013-03-31", "statistical_neighbours")),
        ("Projection 2012/13", ("projection", "year", "2012-04-01/2013-03-31", None)),
        ("Target 2016/17", ("target", "year", "2016-04-01/2017-03-31", None)),
        ("2016/17 Target", ("target", "year", "2016-04-01/2017-03-31", None)),
        ("Average Q2 2016/17", ("average", "quarter", "2016-07-01/2016-09-30", None)),
    ],
)  # fmt: skip
def test_a_heading_names_its_role_and_its_period(text: str, expected: tuple[str, str, str, str | None]) -> None:
    assert span(text) == expected


@pytest.mark.parametrize(
    "text", ["Summary", "Market Area", "Decision", "Augmented", "Marginal", "Area", "Measure", "Agency", ""]
)
def test_a_month_is_a_whole_word(text: str) -> None:
    assert read_heading(text) is None


@pytest.mark.parametrize(
    "text", ["2016", "16", "2016/18", "Q5 2016/17", "Jan 2016 Feb 2017 x", "31 Feb 2016", "Week 3"]
)
def test_what_is_no_period_is_not_guessed(text: str) -> None:
    assert read_heading(text) is None


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Baseline", "baseline"), ("Target", "target"), ("Upper", "threshold"), ("Lower threshold", "threshold"),
        ("RAG", "rag"),
        ("Direction of travel", "direction"), ("Unit", "unit"), ("Comments", "note"), ("National", "benchmark"),
        ("Variance", "change"),
    ],
)  # fmt: skip
def test_a_heading_may_name_a_role_alone(text: str, role: str) -> None:
    heading = read_heading(text)
    assert heading and heading.role == role and heading.start is None


def test_cyrillic_letters_that_look_latin_are_read_as_latin() -> None:
    heading = read_heading("Мау")
    assert heading and heading.bare == 5


def test_a_provisional_heading_says_so() -> None:
    heading = read_heading("Jan 2017 (provisional)")
    assert heading and heading.provisional and heading.start == JANUARY


# --- years worked out from the month reported -------------------------------------------------------


def years(labels: list[str], performance_to: date, filled: list[bool] | None = None) -> list[str]:
    headings = [read_heading(label) for label in labels]
    assert all(headings)
    resolved = resolve_years([h for h in headings if h], performance_to, filled or [True] * len(labels))
    return [f"{h.end:%b %y}" if h.end else "" for h in resolved]


def test_months_without_a_year_run_left_to_right_to_the_month_reported() -> None:
    labels = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan"]
    assert years(labels, JANUARY) == [f"{m} 16" for m in labels[:-1]] + ["Jan 17"]


def test_a_table_that_stops_before_the_month_reported_keeps_its_own_year() -> None:
    labels = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert years(labels, JANUARY) == [f"{m} 16" for m in labels]


def test_the_empty_rest_of_a_financial_year_lies_ahead() -> None:
    labels = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
    filled = [True] * 10 + [False] * 2
    assert years(labels, JANUARY, filled) == [f"{m} 16" for m in labels[:9]] + ["Jan 17", "Feb 17", "Mar 17"]


def test_quarters_and_comparators_between_months_do_not_disturb_them() -> None:
    labels = ["Aug", "Sep", "Q2 ave.", "Oct", "Nov", "Dec", "Q3 ave.", "Jan", "3-year (Jan)", "National (Mar 16)"]
    expected = ["Aug 16", "Sep 16", "Sep 16", "Oct 16", "Nov 16", "Dec 16", "Dec 16", "Jan 17", "Jan 17", "Mar 16"]
    assert years(labels, JANUARY) == expected


def test_this_month_and_the_same_month_last_year() -> None:
    assert years(["This month", "Last month", "Same month last year", "Year to date"], JANUARY) == [
        "Jan 17", "Dec 16", "Jan 16", "Jan 17",
    ]  # fmt: skip


@given(first=st.integers(1, 12), count=st.integers(1, 24), year=st.integers(2000, 2030))
def test_any_run_of_months_ends_with_the_month_reported(first: int, count: int, year: int) -> None:
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    months = [(first - 1 + i) % 12 for i in range(count)]
    performance_to = date(year, months[-1] + 1, 1)
    headings = [h for i in months if (h := read_heading(names[i]))]
    resolved = resolve_years(headings, performance_to, [True] * count)
    ordinals = [h.end.year * 12 + h.end.month for h in resolved if h.end]
    assert ordinals == list(range(ordinals[-1] - count + 1, ordinals[-1] + 1))
    assert resolved[-1].end == month_end(year, performance_to.month)


@given(st.dates(date(1990, 1, 1), date(2049, 12, 31)))
def test_every_month_survives_every_way_of_writing_it(day: date) -> None:
    first = day.replace(day=1)
    for written in (f"{day:%b-%y}", f"{day:%b %Y}", f"{day:%B %Y}", f"{day:%Y-%m}", f"{day:%Y %b}"):
        if (
            written.endswith(f"{day:%y}")
            and day.year < 2000
            and len(written) < 8
            and "-" in written
            and not written[0].isdigit()
        ):
            continue  # two digits mean this century
        if written == f"{day:%Y-%m}" and int(written[-2:]) == (day.year + 1) % 100:
            continue  # 2011-12 is the financial year
        heading = read_heading(written)
        assert heading and heading.basis == "month" and heading.start == first, written


@given(st.integers(1990, 2048))
def test_every_financial_year_survives_every_way_of_writing_it(year: int) -> None:
    short = f"{(year + 1) % 100:02d}"
    for written in (f"{year}/{short}", f"{year}-{short}", f"{year}/{year + 1}"):
        heading = read_heading(written)
        assert heading and (heading.basis, heading.start, heading.end) == (
            "year",
            date(year, 4, 1),
            date(year + 1, 3, 31),
        )


@given(st.text(max_size=40))
def test_no_text_makes_the_grammar_fail(text: str) -> None:
    read_heading(text)
    read_annotation(text)
    read_basis(text)
    period_in_file_name(text)
    find_month(text)


# --- remarks inside a cell --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("24.3% (Aug 2016)", ("month", "2016-08-01", "2016-08-31")),
        ("76.2% (Jul, Aug & Sept 2016)", ("quarter", "2016-07-01", "2016-09-30")),
        ("47% (year ending 31 Aug 2016)", ("rolling_12m", "2015-09-01", "2016-08-31")),
        ("91% (Jan-Jun 2016)", ("half_year", "2016-01-01", "2016-06-30")),
        ("8.6% (2015/16)", ("year", "2015-04-01", "2016-03-31")),
        ("48% (Q4 15/16)", ("quarter", "2016-01-01", "2016-03-31")),
        ("RAIS 23 (July 2016)", ("month", "2016-07-01", "2016-07-31")),
        ("90% (by March 2017)", ("unknown", None, "2017-03-31")),
        ("20% (by Aug 2017]", ("unknown", None, "2017-08-31")),
        ("Between 15-20 (from Oct 2016 onwards) *lower", ("unknown", "2016-10-01", None)),
    ],
)
def test_a_remark_in_a_cell_states_its_period(cell: str, expected: tuple[str, str | None, str | None]) -> None:
    period = read_annotation(cell)
    assert period
    assert (period.basis, *(d.isoformat() if d else None for d in (period.start, period.end))) == expected


@pytest.mark.parametrize("cell", ["57.8% (31.4)", "54.6% (74.1% Social Care)", "(31.4)", "1423", "tbc", ""])
def test_a_bracket_that_is_no_period_is_left_alone(cell: str) -> None:
    assert read_annotation(cell) is None


# --- what a table says about its columns ------------------------------------------------------------


def test_a_month_in_a_year_to_date_table_is_the_year_to_it() -> None:
    basis = read_basis("Trend Data – year to date")
    assert basis == "ytd"
    june, march = read_heading("Jun 13"), read_heading("Mar 13")
    assert june and march
    assert with_basis(june, basis).start == date(2013, 4, 1)
    assert with_basis(march, basis).basis == "year"


def test_a_month_in_a_quarter_end_table_is_its_last_day() -> None:
    june = read_heading("Jun 13")
    assert june
    assert with_basis(june, read_basis("Trend Data – quarter end") or "").start == date(2013, 6, 30)


# --- names and dates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Summary_Annex_A_2024_Jan.xlsx", "2024-01-01/2024-01-31"),
        ("Market_Area_2025_dec.xlsx", "2025-12-01/2025-12-31"),
        ("AnnexA_2024-12.xlsx", "2024-12-01/2024-12-31"),
        ("return_202412.csv", "2024-12-01/2024-12-31"),
        ("return_2024-25.csv", "2024-04-01/2025-03-31"),
        ("return_31032025.csv", "2025-03-31/2025-03-31"),
        ("return_2025-03-31.csv", "2025-03-31/2025-03-31"),
        ("AnnexA_2025_v02.xlsx", None),
        ("decision summary.xlsx", None),
    ],
)
def test_file_names_that_others_misread(name: str, expected: str | None) -> None:
    period = period_in_file_name(name)
    assert (f"{period.start}/{period.end}" if period else None) == expected


def test_dates_as_people_write_them() -> None:
    for text in ("2012-10-05", "05/10/2012", "5 Oct 2012", "5th October 2012", "05.10.12"):
        assert read_day(text) == date(2012, 10, 5), text
    assert read_day("31/02/2012") is None
    assert read_month("January 2017") == read_month("2017-01") == read_month("2017-01-01") == JANUARY
    assert find_month("Performance to January 2017") == JANUARY
    assert find_month("January 2017 and February 2017") is None
    assert Period("month", JANUARY, month_end(2017, 1)).end == date(2017, 1, 31)
