"""Days in child-level lists: every format councils use reads to the same day, and nothing doubtful is read at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.intake.children.days import BadDay, read_council_day, shows_month_first

DAYS = st.dates(date(1930, 1, 1), date(2060, 12, 31))
WRITTEN = [
    "%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d 00:00:00", "%Y-%m-%dT09:30:00", "%d-%m-%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %B %Y",
    "%d/%m/%Y 14:05", "%B %d, %Y", " %d/%m/%Y ", "%d-%B-%Y", "%Y/%m/%d",
]  # fmt: skip


def refusal(text: str, month_first: bool = False) -> str:
    with pytest.raises(BadDay) as caught:
        read_council_day(text, month_first=month_first)
    return caught.value.code


@given(DAYS, st.sampled_from(WRITTEN))
def test_a_day_reads_the_same_however_it_is_written(day: date, written: str) -> None:
    assert read_council_day(day.strftime(written)) == day


@given(DAYS)
def test_a_spreadsheets_number_is_its_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert read_council_day(str(serial)) == read_council_day(f"{serial}.75") == day


@given(DAYS)
def test_where_the_month_has_been_seen_in_front_only_one_way_of_reading_counts(day: date) -> None:
    text = day.strftime("%d/%m/%Y")
    if day.day > 12 or day.day == day.month:
        assert read_council_day(text, month_first=True) == day
    else:
        assert refusal(text, month_first=True) == "ambiguous_date"


@given(DAYS, st.sampled_from(["%d/%m/%y", "%d-%b-%y", "%d %B %y", "%d.%m.%y"]))
def test_no_century_is_guessed(day: date, written: str) -> None:
    assert refusal(day.strftime(written)) == "ambiguous_date"


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_refused_and_a_refusal_does_not_quote_it(text: str) -> None:
    try:
        assert isinstance(read_council_day(text), date)
    except BadDay as bad:
        assert bad.code in ("ambiguous_date", "impossible_date", "bad_date")
        assert str(bad) == bad.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2020", "impossible_date"),
        ("29/02/2019", "impossible_date"),
        ("03/31/2020", "impossible_date"),
        ("2020-13-01", "impossible_date"),
        ("01/01/0001", "impossible_date"),
        ("99999999", "impossible_date"),
        ("01/02/03", "ambiguous_date"),
        ("2016", "bad_date"),
        ("99999", "bad_date"),
        ("tbc", "bad_date"),
        ("1 Ma 2020", "bad_date"),
        ("12/2020", "bad_date"),
        ("01/02-2020", "bad_date"),
    ],
)
def test_what_is_no_day_is_refused(text: str, code: str) -> None:
    assert refusal(text) == code


def test_eight_figures_are_read_if_one_way_only_gives_a_day() -> None:
    assert read_council_day("31032025") == read_council_day("20250331") == date(2025, 3, 31)


def test_leap_days_and_ends_of_years() -> None:
    assert read_council_day("29/02/2020") == date(2020, 2, 29)
    assert read_council_day("31-Dec-2015") + timedelta(days=1) == read_council_day("01-Jan-2016")


def test_a_column_shows_the_month_in_front_only_by_a_day_that_proves_it() -> None:
    assert shows_month_first(["03/04/2020", "03/31/2020"])
    assert not shows_month_first(["03/04/2020", "31/03/2020", "", "2020-03-31", "45/99/2020"])
