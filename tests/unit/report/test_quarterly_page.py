"""The quarterly report of made-up rows: what stands in it, and what it says where there is nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.report.kinds import quarterly
from orchestration.report.pages import Facts, Page, Words
from orchestration.report.reading import Reader
from orchestration.report.tables import Cell, Table, cell_of
from orchestration.report.write import render
from tests.unit.report import made

HOSTILE = '<script>alert(1)</script> & "Sons"'
KENT = "E10000016"


def reader(path: Path, **tables: list[dict[str, Any]]) -> Reader:
    held = {
        "marts.dim_authority": [made.authority(KENT, HOSTILE)],
        "marts.fct_indicator_value": [made.figure(KENT, "posts")],
        "marts.dim_indicator": [
            made.indicator("posts"),
            made.indicator("two_years", polarity="lower", time_basis="cumulative_ytd"),
            made.indicator("referrals", unit="count", kind="count", polarity="none", time_basis="flow", decimals=0),
        ],
        "marts.mart_indicator_monthly": [made.month(KENT, "posts", date(2013, 12, 1), 76.2)],
        "marts.mart_indicator_quarterly": QUARTERS,
    }
    held |= {name.replace("__", "."): rows for name, rows in tables.items()}
    return Reader(made.publication(path / "made.duckdb", held))


TARGET = {"target": 90.0, "target_bound": ">="}
QUARTERS = [
    made.quarter(KENT, "posts", date(2012, 4, 1), 84.0),
    made.quarter(KENT, "posts", date(2012, 7, 1), 81.6, **TARGET, printed_rag="AMBER"),
    made.quarter(KENT, "posts", date(2012, 10, 1), 86.5, **TARGET, printed_rag="AMBER"),
    made.quarter(KENT, "posts", date(2013, 1, 1), 82.0, **TARGET, printed_rag="AMBER"),
    made.quarter(KENT, "posts", date(2013, 4, 1), 79.4, **TARGET, rag="RED"),
    made.quarter(KENT, "posts", date(2013, 7, 1), 75.8, **TARGET, rag="RED"),
    made.quarter(
        KENT,
        "posts",
        date(2013, 10, 1),
        76.2,
        **TARGET,
        rag="RED",
        rag_reason="misses the target; the rule has no amber",
        previous_rag="RED",
        target_tolerance=0.0,
        compared_with="quarter_before",
        value_direction="up",
        performance_direction="improving",
        is_provisional=True,
        last_validated_month=date(2013, 9, 1),
        rank=13,
        n_ranked=152,
        rank_basis="performance",
        rank_period_end=date(2013, 3, 31),
        national_value=75.5,
        national_year=2013,
        submission_id="s1",
    ),
    made.quarter(KENT, "posts", date(2014, 1, 1), None, **TARGET, value_status="not_due"),
    made.quarter(KENT, "two_years", date(2011, 1, 1), 11.3, target=6.0, target_bound="<="),
    made.quarter(KENT, "two_years", date(2012, 1, 1), 8.1, target=6.0, target_bound="<="),
    made.quarter(KENT, "two_years", date(2012, 7, 1), 9.9, target=6.0, target_bound="<="),
    made.quarter(KENT, "two_years", date(2013, 1, 1), 8.0, target=6.0, target_bound="<="),
    made.quarter(KENT, "two_years", date(2013, 7, 1), 5.3, target=6.0, target_bound="<=", rag="GREEN"),
    made.quarter(
        KENT,
        "two_years",
        date(2013, 10, 1),
        5.4,
        target=6.0,
        target_bound="<=",
        previous_rag="not_rated",
        previous_printed_rag="GREEN",
        printed_rag="AMBER",
        rag_reason="misses the target, and no tolerance is registered",
    ),
    made.quarter(
        KENT,
        "referrals",
        date(2013, 10, 1),
        4751.0,
        value_basis="months",
        expected_lower=1200.0,
        expected_upper=1900.0,
        expected_source="control_limits",
        expected_position="above",
    ),
]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    (found,) = quarterly.pages(reader(tmp_path).of(KENT), None)
    return found


def table(page: Page, name: str) -> Table:
    return next(
        block for part in page.sections for block in part.blocks if isinstance(block, Table) and block.id == name
    )


def facts(page: Page, section: str) -> dict[str, Any]:
    part = next(part for part in page.sections if part.id == section)
    return dict(item for block in part.blocks if isinstance(block, Facts) for item in block.items)


def column(shown: Table, key: str) -> list[Cell]:
    place = [one.key for one in shown.columns].index(key)
    return [cell_of(row.cells[place]) for row in shown.rows]


def test_the_summary_has_the_rating_before_and_now_with_direction_and_place(page: Page) -> None:
    summary = table(page, "summary-table")
    assert [cell.value for cell in column(summary, "indicator")] == ["Posts", "Two years"]
    assert [cell.value for cell in column(summary, "rag")] == ["RED", None]
    assert column(summary, "previous_rag")[0].value == "RED"
    assert column(summary, "direction")[0].value == "▲ up, improving"
    assert column(summary, "place")[0].value == "13 of 152 (Mar 2013)"
    assert column(summary, "target")[0].value == "at least 90.0"
    assert page.lead.startswith("Quarter 3 of 2013-14 (October to December 2013): 2 indicators with a target, 1 with")


def test_a_missed_target_without_tolerance_is_not_rated_and_says_what_was_printed(page: Page) -> None:
    summary = table(page, "summary-table")
    assert column(summary, "rag")[1].status == "not rated; printed Amber"
    assert column(summary, "previous_rag")[1].status == "not rated; printed Green"


def test_three_quarters_before_the_year_and_the_target_ahead_with_no_figure(page: Page) -> None:
    shown = table(page, "posts-quarters")
    assert [cell.value for cell in column(shown, "quarter")] == [
        date(2012, 9, 30),
        date(2012, 12, 31),
        date(2013, 3, 31),
        date(2013, 6, 30),
        date(2013, 9, 30),
        date(2013, 12, 31),
        date(2014, 3, 31),
    ]
    assert (column(shown, "value")[-1].value, column(shown, "value")[-1].status) == (None, "not_due")
    assert column(shown, "target")[-1].value == 90.0
    assert [cell.value for cell in column(shown, "printed_rag")][:3] == ["Amber", "Amber", "Amber"]
    assert shown.chart == "expected_range"


def test_what_runs_from_april_has_the_ends_of_years_before(page: Page) -> None:
    shown = table(page, "two-years-quarters")
    assert [cell.value for cell in column(shown, "quarter")][:3] == [
        date(2011, 3, 31),
        date(2012, 3, 31),
        date(2013, 3, 31),
    ]


def test_tolerance_validation_and_england_are_said(page: Page) -> None:
    said = facts(page, "posts")
    assert said["Tolerance"] == "Higher is better. The rule has no Amber: what misses the target is Red."
    assert said["Rating"] == "Red: misses the target; the rule has no amber"
    assert said["England (2013)"] == "75.5"
    assert said["Not validated"] == (
        "The figure of December 2013 may still be corrected. The last validated figure is that of September 2013."
    )
    assert facts(page, "two-years")["Tolerance"] == "Lower is better. No tolerance is registered."


def test_out_of_its_range_an_indicator_without_target_has_a_part_and_no_range_of_months_in_its_chart(
    page: Page,
) -> None:
    assert column(table(page, "lead-table"), "expected")[0].value == "above the range"
    assert facts(page, "referrals")["Expected range"].startswith("between 1,200 and 1,900 (limits of the monthly")
    # The range is of a month; the figure of a flow is that of three.
    assert "upper" not in [one.key for one in table(page, "referrals-quarters").columns]


def test_the_count_that_a_rate_would_be_and_what_was_printed_stand_with_it(tmp_path: Path) -> None:
    quarters = [
        made.quarter(
            KENT,
            "posts",
            date(2013, 10, 1),
            39.4,
            target=34.9,
            target_bound="<=",
            population=323745.0,
            count_at_target=1129.87005,
        )
    ]
    printed = {
        "figure_id": "f1",
        "authority_code": KENT,
        "indicator_code": "posts",
        "role": "rank",
        "value": 13.0,
        "breakdown_dimension": "all",
        "source_kind": "reported",
        "period_basis": "year",
        "period_start": date(2013, 4, 1),
        "period_end": date(2013, 12, 31),
        "note": "printed: 13 out of 152 <b>",
    }
    book = reader(tmp_path, marts__mart_indicator_quarterly=quarters, marts__fct_reported_figure=[printed]).of(KENT)
    (page,) = quarterly.pages(book, None)
    assert facts(page, "posts")["The target rate as a number of children"] == "1,130 of 323,745"
    assert column(table(page, "posts-printed"), "value")[0].value == 13.0
    assert "<b>" not in render(page)


def test_text_from_senders_and_names_are_escaped(tmp_path: Path) -> None:
    said = {
        "authority_code": KENT,
        "indicator_code": "posts",
        "period_start": date(2013, 10, 1),
        "author_role": "director",
        "text": HOSTILE,
    }
    file = {"submission_id": "s1", "authority_code": KENT, "file_name": HOSTILE}
    book = reader(tmp_path, marts__fct_commentary=[said], quality__submission=[file]).of(KENT)
    (page,) = quarterly.pages(book, None)
    assert any(
        isinstance(block, Words) and block.text == HOSTILE and block.from_sender == "Director, on October 2013"
        for part in page.sections
        for block in part.blocks
    )
    html = render(page)
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


def test_the_month_chooses_the_quarter_and_later_ones_are_blank(tmp_path: Path) -> None:
    (page,) = quarterly.pages(reader(tmp_path).of(KENT), date(2013, 8, 1))
    assert page.lead.startswith("Quarter 2 of 2013-14")
    shown = table(page, "posts-quarters")
    assert [cell.value for cell in column(shown, "value")][-3:] == [75.8, None, None]
    assert [cell.value for cell in column(shown, "target")][-2:] == [90.0, 90.0]


def test_no_page_for_a_quarter_without_a_figure(tmp_path: Path) -> None:
    assert list(quarterly.pages(reader(tmp_path).of(KENT), date(2020, 1, 1))) == []
