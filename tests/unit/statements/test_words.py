"""Numbers as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from orchestration.statements import words
from orchestration.statements.reading import fits, month_of, ordinal_number, printed_number, sentences
from orchestration.statements.words import Unit


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        # In binary 1.005 is a little less than it says.
        (1.005, 2, "1.01"),
        (21.524663677130047, 1, "21.5"),
        (-0.04, 1, "0.0"),
        (1234567.0, 0, "1,234,567"),
        (999.95, 1, "1,000.0"),
    ],
)
def test_halves_go_up(value: float, decimals: int, printed: str) -> None:
    assert words.plain(value, decimals) == printed


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (1234.0, Unit("count", 0, "count"), "1,234"),
        (21.52, Unit("percent", 1, "percent"), "21.5%"),
        (125.1, Unit("rate_per_10000", 1, "rate_per_10000"), "125.1 per 10,000"),
        (1.0, Unit("days", 0, "mean"), "1 day"),
        (551.0, Unit("days", 0, "mean"), "551 days"),
        (-1200.0, Unit("gbp", 0, "count"), "-£1,200"),
    ],
)
def test_units(value: float, unit: Unit, printed: str) -> None:
    assert words.shown(value, unit) == printed


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
        (103, "103rd"),
    ],
)
def test_ordinals(number: int, written: str) -> None:
    assert words.ordinal(number) == written
    assert ordinal_number(written) == number


def test_words_for_small_numbers() -> None:
    assert [words.counted(number, "month") for number in (1, 2, 20, 21)] == [
        "one month",
        "two months",
        "twenty months",
        "21 months",
    ]
    assert [words.ordinal_word(number) for number in (2, 12, 22)] == ["second", "twelfth", "22nd"]
    assert words.financial_year(date(2025, 3, 31)) == "2024/25"
    assert words.months_back(date(2017, 1, 1), 13) == date(2015, 12, 1)


@pytest.mark.parametrize(
    ("text", "not_after", "month"),
    [
        ("january", date(2017, 1, 1), date(2017, 1, 1)),
        ("december", date(2017, 1, 1), date(2016, 12, 1)),
        ("sept 2013", None, date(2013, 9, 1)),
        ("june", None, None),
        ("never", date(2017, 1, 1), None),
    ],
)
def test_a_month_without_its_year_is_the_latest(text: str, not_after: date | None, month: date | None) -> None:
    assert month_of(text, not_after) == month


@pytest.mark.parametrize(
    ("printed", "hedge", "stored", "decimals", "verdict"),
    [
        ("17.4", None, 17.391, None, True),
        ("17.3", None, 17.391, None, False),
        ("17", None, 17.5, None, False),
        # A stored 17.5 may stand for 17.46.
        ("17", None, 17.5, 1, True),
        ("220", "about", 223.0, None, True),
        ("220", "about", 238.0, None, None),
        ("220", "approximately", 260.0, None, False),
        ("5", "over", 5.2, None, True),
        ("5", "over", 4.2, None, False),
        ("5", "at least", 5.0, None, True),
        ("500", "nearly", 488.0, None, True),
        ("500", "nearly", 520.0, None, False),
        ("twelve", None, 12.0, None, True),
        ("£1,200", None, 1200.0, None, True),
    ],
)
def test_a_printed_number_fits_at_its_own_decimals(
    printed: str, hedge: str | None, stored: float, decimals: int | None, verdict: bool | None
) -> None:
    assert fits(printed_number(printed, hedge=hedge), stored, decimals) is verdict


def test_numbers_are_digits_or_words() -> None:
    assert printed_number("17.40").decimals == 2
    assert printed_number("1,234").value == Decimal(1234)
    with pytest.raises(ValueError, match="not a number"):
        printed_number("many")


def test_a_text_is_cut_into_sentences() -> None:
    text = (
        "3.1 CAFs rose.\n\n- A first point. It goes on\n  over a line, to 3.5 now. Stat. N. is a heading\n- "
        "Another\n\n**28.6** points lower."
    )
    assert [one.text for one in sentences(text)] == [
        "CAFs rose.",
        "A first point.",
        "It goes on over a line, to 3.5 now.",
        "Stat. N. is a heading",
        "Another",
        "**28.6** points lower.",
    ]
