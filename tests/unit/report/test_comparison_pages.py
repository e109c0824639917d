"""Comparisons of made-up rows: which period, who stands where, what is left out and what is said instead."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.report.kinds import benchmarking, clubs, compared
from orchestration.report.pages import Page, Words
from orchestration.report.reading import Reader
from orchestration.report.tables import Cell, Table, cell_of
from orchestration.report.write import render
from tests.unit.report import made

HOSTILE = "<script>alert(1)</script>"
NAMES = {"a": "Ashford", "b": "Barton", "c": HOSTILE, "d": "Dunwich", "e": "Elmet", "f": "Fenland"}


def period(basis: str, end: date, n_figures: int) -> dict[str, Any]:
    return {"period_basis": basis, "period_start": date(end.year - 1, 4, 1), "period_end": end, "n_figures": n_figures}


def test_the_newest_period_that_enough_authorities_have_is_compared() -> None:
    year = period("year", date(2024, 3, 31), 150)
    assert benchmarking.newest([period("month", date(2024, 9, 30), 2), year], None) == benchmarking.Period(
        "year", date(2023, 4, 1), date(2024, 3, 31)
    )
    month = period("month", date(2024, 3, 31), 150)
    found = benchmarking.newest([month, year], None)
    assert found is not None and found.basis == "year"
    later = period("year", date(2025, 3, 31), 150)
    found = benchmarking.newest([year, later], date(2024, 12, 1))
    assert found is not None and found.end == date(2024, 3, 31)
    # Two are better than none, one is no comparison.
    few = benchmarking.newest([period("year", date(2024, 3, 31), 2)], None)
    assert few is not None and few.end == date(2024, 3, 31)
    assert benchmarking.newest([period("year", date(2024, 3, 31), 1)], None) is None


LIMITS = {
    "numerator": 10.0,
    "denominator": 100.0,
    "funnel_baseline": 10.0,
    "funnel_lower_95": 5.0,
    "funnel_upper_95": 17.0,
    "funnel_lower_998": 3.0,
    "funnel_upper_998": 21.0,
    "published_value": 10.5,
    "confidence_lower_95": 8.0,
    "confidence_upper_95": 12.0,
}


def rows(indicator_code: str = "share", **changes: Any) -> list[dict[str, Any]]:
    """Six authorities: c beyond the wider limits, f without a figure, and d that counts otherwise."""
    values = {"a": 9.0, "b": 10.0, "c": 30.0, "d": 11.0, "e": 10.0, "f": None}
    found = []
    for place, (code, value) in enumerate(values.items(), start=1):
        row = made.compared(code, indicator_code, value)
        if value is not None:
            row |= LIMITS | {"rank": place, "band": "above_998" if value > 21 else "within"}
        found.append(row | changes)
    return found


MEMBERS = [
    {"comparator_set": "circle", "vintage": "all", "authority_code": one, "member_code": other}
    for one in "abc"
    for other in "abc"
    if one != other
]
ALIKE = [
    {
        "comparator_set": "deprivation_alike",
        "vintage": "2025",
        "authority_code": "a",
        "member_code": code,
        "place": place,
        "score_difference": difference,
    }
    for place, (code, difference) in enumerate((("d", 0.5), ("b", -1.25)), start=1)
]
CIRCLE = {"comparator_set": "circle", "vintage": "all", "kind": "club", "name": f"The circle {HOSTILE}"}
SIMILAR = {
    "comparator_set": "deprivation_alike",
    "vintage": "2025",
    "kind": "deprivation",
    "name": "Areas with similar deprivation",
    "note": "Made-up index",
}


def reader(path: Path, **tables: list[dict[str, Any]]) -> Reader:
    held = {
        "marts.dim_authority": [made.authority(code, name) for code, name in NAMES.items()],
        "marts.fct_indicator_value": [made.figure(code, "share") for code in NAMES],
        "marts.dim_indicator": [
            made.indicator("share"),
            made.indicator("theirs", comparability="different"),
        ],
        "marts.mart_benchmark": [*rows(), *rows("theirs", comparability="different")],
        "marts.dim_comparator_set": [CIRCLE],
        "marts.dim_comparator_member": MEMBERS,
    }
    held |= {name.replace("__", "."): given for name, given in tables.items()}
    return Reader(made.publication(path / "made.duckdb", held))


def pages(found: Reader, scope: str = "abcdef") -> dict[str, Page]:
    made_pages = [*benchmarking.pages(found, tuple(scope), None), *clubs.pages(found, tuple(scope), None)]
    return {page.path: page for page in made_pages}


def table(page: Page, name: str) -> Table:
    return next(
        block for part in page.sections for block in part.blocks if isinstance(block, Table) and block.id == name
    )


def column(shown: Table, key: str) -> list[Cell]:
    place = [one.key for one in shown.columns].index(key)
    return [cell_of(row.cells[place]) for row in shown.rows]


def words(page: Page) -> str:
    return " ".join(block.text for part in page.sections for block in part.blocks if isinstance(block, Words))


def test_an_indicator_is_compared_in_order_with_limits_and_intervals(tmp_path: Path) -> None:
    page = pages(reader(tmp_path))["indicators/share.html"]
    assert [cell.value for cell in column(table(page, "compared"), "authority")][-1] == "Fenland"
    assert column(table(page, "compared"), "value")[-1].status == "not_available"
    limits = table(page, "limits")
    assert (limits.chart, len(limits.rows)) == ("funnel", 5)
    assert limits.summary == (
        "5 authorities: 4 lie within the limits, 0 outside the 95% limits and 1 outside the 99.8% limits."
    )
    places = table(page, "places")
    assert (places.chart, places.options["line"], places.options["line_name"]) == ("ranked", 10.5, "England 10.5")
    assert [cell.value for cell in column(places, "lower")] == [8.0] * 5
    html = render(page)
    assert "<script>alert" not in html and "&lt;script&gt;" in html


def test_without_counts_there_is_no_funnel_and_the_page_says_why(tmp_path: Path) -> None:
    bare = rows(**dict.fromkeys(LIMITS), band="not_judged")
    page = pages(reader(tmp_path, marts__mart_benchmark=bare))["indicators/share.html"]
    assert "There is no funnel" in words(page)
    assert column(table(page, "places"), "lower")[0].status == "not_applicable"


def test_only_authorities_in_scope_are_linked(tmp_path: Path) -> None:
    shown = table(pages(reader(tmp_path), "ab")["indicators/share.html"], "compared")
    links = {cell.value: cell.href for cell in column(shown, "authority")}
    assert links["Ashford"] == "authorities/ashford/indicators/share.html"
    assert links["Dunwich"] == ""


def test_a_club_shows_comparable_indicators_only_and_who_stands_out(tmp_path: Path) -> None:
    club = rows(comparator_set="circle")[:3]
    page = pages(reader(tmp_path, marts__mart_benchmark=[*rows(), *club]))["clubs/circle.html"]
    figures = table(page, "figures-table")
    assert [cell.value for cell in column(figures, "indicator")] == ["Share"]
    assert [column(figures, code)[0].value for code in "abc"] == [9.0, 10.0, 30.0]
    assert column(figures, "england")[0].value == 10.5
    assert [column(table(page, "places-table"), code)[0].value for code in "abc"] == [1, 2, 3]
    out = table(page, "out-england")
    assert [cell.value for cell in column(out, "authority")] == [HOSTILE]
    assert column(out, "band")[0].value == "above the 99.8% limit"
    assert "<script>alert" not in render(page)


def test_an_indicator_that_may_not_be_compared_is_in_no_club(tmp_path: Path) -> None:
    page = pages(reader(tmp_path))["clubs/circle.html"]
    assert "Theirs" not in [cell.value for cell in column(table(page, "figures-table"), "indicator")]
    # It is named among what is not compared.
    assert "Theirs" in render(page)


def test_a_figure_counted_otherwise_is_marked(tmp_path: Path) -> None:
    other = [row | ({"comparability": "different"} if row["authority_code"] == "b" else {}) for row in rows()]
    page = pages(reader(tmp_path, marts__mart_benchmark=other))["clubs/circle.html"]
    figures = table(page, "figures-table")
    assert "different" in column(figures, "b")[0].marks
    assert column(figures, "comparable")[0].value == "not all"


def test_without_scores_the_page_says_so_and_names_nobody(tmp_path: Path) -> None:
    found = pages(reader(tmp_path))
    page = found["clubs/deprivation_alike.html"]
    assert "No deprivation scores have been entered" in words(page)
    assert "data/registry/deprivation.csv" in words(page)
    assert not [path for path in found if path.startswith("clubs/deprivation_alike/")]
    assert "nothing can be said" in words(found["clubs/circle.html"])


def test_with_scores_an_authority_stands_beside_the_nearest_and_outliers_are_told(tmp_path: Path) -> None:
    alike = rows(comparator_set="deprivation_alike", vintage="2025", mean=10.5)
    found = pages(
        reader(
            tmp_path,
            marts__mart_benchmark=[*rows(), *alike],
            marts__dim_comparator_set=[CIRCLE, SIMILAR],
            marts__dim_comparator_member=[*MEMBERS, *ALIKE],
        )
    )
    view = found["clubs/deprivation_alike/ashford.html"]
    beside = table(view, "beside-table")
    assert [one.label for one in beside.columns][4:5] == ["Ashford"]
    assert [one.key for one in beside.columns][-2:] == ["d", "b"]
    assert (column(beside, "mean")[0].value, column(beside, "place")[0].value) == (10.5, "1 of 6")
    who = table(view, "who-table")
    assert [cell.value for cell in column(who, "closeness")] == ["0.5 apart in score", "1.3 apart in score"]
    out = table(found["clubs/circle.html"], "out-alike")
    assert [cell.value for cell in column(out, "authority")] == [HOSTILE]
    assert "Made-up index" in render(found["clubs/deprivation_alike.html"])


@pytest.fixture
def own(tmp_path: Path) -> Page:
    neighbours = [
        made.compared(
            "a", "share", 9.0, comparator_set="statistical_neighbours", vintage=vintage, mean=mean, rank=2, n_ranked=11
        )
        for vintage, mean in (("2021-04", 8.0), ("2025", 12.0))
    ]
    found = reader(tmp_path, marts__mart_benchmark=[*rows(), *rows("theirs", comparability="different"), *neighbours])
    (page,) = compared.pages(found.of("a"), None)
    return page


def test_an_authority_is_compared_with_the_newest_edition_of_each_set(own: Page) -> None:
    shown = table(own, "compared")
    assert [cell.value for cell in column(shown, "indicator")] == ["Share"]
    assert column(shown, "england")[0].value == 10.5
    assert column(shown, "statistical_neighbours")[0].value == 12.0
    assert column(shown, "statistical_neighbours-place")[0].value == "2 of 11"
    keys = {one.key: dict(one.key_part) for one in shown.columns if one.key_part}
    assert keys["statistical_neighbours"] == {"comparator_set": "statistical_neighbours", "vintage": "2025"}
    assert "No deprivation scores" in words(own)
