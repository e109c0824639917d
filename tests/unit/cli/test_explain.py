"""A figure walked back to its cell."""

from __future__ import annotations

import json
from datetime import date

import pytest

from orchestration.explain import NotFoundError, parse_period, place_of
from orchestration.settings import Settings

from .conftest import Bellwether


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2017-01", date(2017, 1, 1), date(2017, 1, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017-01-31", date(2017, 1, 31), date(2017, 1, 31)),
        ("2016/17", date(2016, 4, 1), date(2017, 3, 31)),
        ("2016/2017", date(2016, 4, 1), date(2017, 3, 31)),
        ("2016-17", date(2016, 4, 1), date(2017, 3, 31)),
        ("1999/00", date(1999, 4, 1), date(2000, 3, 31)),
        ("2016-Q1", date(2016, 4, 1), date(2016, 6, 30)),
        ("2016-Q3", date(2016, 10, 1), date(2016, 12, 31)),
        ("2016/17-Q4", date(2017, 1, 1), date(2017, 3, 31)),
        ("Q4 2016/17", date(2017, 1, 1), date(2017, 3, 31)),
    ],
)
def test_periods_as_people_write_them(text: str, start: date, end: date) -> None:
    period = parse_period(text)
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize("text", ["2016", "2016-13", "2016/18", "2016-Q5", "31/01/2017", "2017-02-30", ""])
def test_what_is_not_a_period_is_refused(text: str) -> None:
    with pytest.raises(NotFoundError, match="not a period"):
        parse_period(text)


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        (
            "book.xlsx#Sheet 1!C7",
            {"file": "book.xlsx", "sheet": "Sheet 1", "row": "7", "column": "C", "cell": "C7"},
        ),
        ("a#b!.xlsx#A! 2!AB12", {"file": "a#b!.xlsx", "sheet": "A! 2", "row": "12", "column": "AB", "cell": "AB12"}),
        ("figures.csv#row 12, value", {"file": "figures.csv", "row": "12", "column": "value"}),
        ("figures.csv#row 12", {"file": "figures.csv", "row": "12"}),
        ("Annex A 2025-03.xlsx#list referrals", {"file": "Annex A 2025-03.xlsx", "list": "referrals"}),
        (None, {}),
    ],
)
def test_places_in_files(reference: str | None, place: dict[str, str]) -> None:
    assert place_of(reference) == place


def test_the_whole_ancestry_is_told(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("explain", "repeat_plans", "surrey", "2016-10", "--home", settings.home).out
    for part in (
        "Repeat plans (repeat_plans)",
        "Surrey (E10000030), month, 2016-10-01 to 2016-10-31",
        "23.3 percent",
        "14 of 60",
        "Plans that are not the first.",
        "2010-04-01 to now",
        "C9",
        "23.3%",
        "book.xlsx",
        "2016-11-04",
        "23.3 is not 14 of 60. [ratio.percentage]",
    ):
        assert part in said, part


def test_earlier_versions_are_told(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("explain", "initial_contacts", "936", "2016-10", "--home", settings.home).out
    assert "2016-11-01 to 2016-11-05: 800" in said
    assert "2016-11-05 to now: 812" in said


def test_a_figure_without_a_number_says_why(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("explain", "initial_contacts", "Kent", "2016-10", "--home", settings.home).out
    assert "no number (missing)" in said


def test_json_has_the_same_parts(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("explain", "repeat_plans", "Surrey", "2016-10", "--home", settings.home, "--format", "json")
    told = json.loads(said.out)[0]
    assert told["figure"]["value"] == 23.3
    assert told["place"]["cell"] == "C9"
    assert told["submission"]["submission_id"] == "s1"


@pytest.mark.parametrize(
    ("indicator", "authority", "period", "hint"),
    [
        ("repeet_plans", "Surrey", "2016-10", "Repeat plans (repeat_plans)"),
        ("repeat_plans", "Surey", "2016-10", "Surrey (E10000030)"),
        ("repeat_plans", "Surrey", "2016-11", "month 2016-10-01 to 2016-10-31"),
        ("repeat_plans", "Kent", "2016-10", "no figure for Repeat plans"),
    ],
)
def test_a_miss_names_the_nearest(
    bellwether: Bellwether, settings: Settings, indicator: str, authority: str, period: str, hint: str
) -> None:
    said = bellwether("explain", indicator, authority, period, "--home", settings.home)
    assert said.code == 2
    assert hint in said.err
