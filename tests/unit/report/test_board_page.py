"""The board's table of made-up rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.report.kinds import board
from orchestration.report.pages import Page
from orchestration.report.reading import Reader
from orchestration.report.tables import Cell, Table, cell_of
from orchestration.report.write import render
from tests.unit.report import made

SURREY = "E10000030"
HOSTILE = '"><img src=x onerror=alert(1)>'


def months(code: str, values: dict[int, float | None], **last: Any) -> list[dict[str, Any]]:
    """August 2016 to January 2017, by the number of the month; `last` is said of the newest."""
    order = [8, 9, 10, 11, 12, 1]
    rows = []
    for number in order:
        when = date(2017 if number == 1 else 2016, number, 1)
        rows.append(made.month(SURREY, code, when, values.get(number)))
    newest = [row for row in rows if row["value"] is not None][-1]
    newest |= last
    return rows


def printed(code: str, role: str, **changes: Any) -> dict[str, Any]:
    row = {
        "figure_id": f"{code}-{role}",
        "authority_code": SURREY,
        "indicator_code": code,
        "role": role,
        "breakdown_dimension": "all",
        "source_kind": "reported",
        "known_from": date(2017, 2, 23),
    }
    return row | changes


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(
        made.publication(
            tmp_path / "made.duckdb",
            {
                "marts.dim_authority": [made.authority(SURREY, "Surrey")],
                "marts.fct_indicator_value": [
                    made.figure(SURREY, "assessments"),
                    *(
                        made.figure(SURREY, "caseload")
                        | {
                            "breakdown_dimension": "team",
                            "breakdown_value": team,
                            "period_start": date(2016, 12, 31),
                            "period_end": date(2016, 12, 31),
                            "value": value,
                        }
                        for team, value in (("LAC", 15.8), (HOSTILE, 26.9))
                    ),
                ],
                "marts.dim_indicator": [
                    made.indicator("assessments", is_key_indicator=True, is_key_focus=True),
                    made.indicator("starters", is_key_indicator=True, unit="count", kind="count", decimals=0),
                    made.indicator("consent", is_key_indicator=True, lifecycle="planned"),
                    made.indicator("attendance", is_key_indicator=True),
                    made.indicator("caseload", unit="ratio", kind="ratio"),
                    made.indicator("nobody_asks"),
                ],
                "marts.dim_target": [
                    {
                        "authority_code": SURREY,
                        "indicator_code": "caseload",
                        "lower": 15.0,
                        "upper": 20.0,
                        "bound": "band",
                        "is_dated": False,
                    },
                    {
                        "authority_code": SURREY,
                        "indicator_code": "attendance",
                        "target": 80.0,
                        "bound": ">=",
                        "is_dated": True,
                        "valid_to": date(2017, 8, 31),
                    },
                ],
                "marts.mart_indicator_monthly": [
                    *months(
                        "assessments",
                        {8: 66.1, 9: 56.3, 10: 77.4, 11: 85.5, 12: 86.9, 1: 78.9},
                        rag="AMBER",
                        target=90.0,
                        target_bound=">=",
                        trajectory=85.0,
                        target_valid_to=date(2017, 3, 31),
                        baseline=66.1,
                        baseline_month=date(2016, 8, 1),
                        value_direction="down",
                        performance_direction="worsening",
                        compared_month=date(2016, 12, 1),
                    ),
                    *months("starters", {10: 7.0, 11: 6.0, 12: 2.0}),
                    made.month(SURREY, "nobody_asks", date(2017, 1, 1), 99.0),
                ],
                "marts.mart_indicator_quarterly": [
                    made.quarter(
                        SURREY,
                        "assessments",
                        date(2016, 7, 1),
                        67.2,
                        average_value=67.2,
                        average_status="as_reported",
                        average_rule="as_printed",
                        printed_average=67.2,
                        months=2,
                    ),
                    made.quarter(
                        SURREY,
                        "starters",
                        date(2016, 10, 1),
                        15.0,
                        average_value=5.0,
                        average_status="complete",
                        average_rule="mean_of_months",
                        months=3,
                    ),
                ],
                "marts.fct_reported_figure": [
                    printed("consent", "baseline", value_text="To be established"),
                    printed("attendance", "target", value_text="To be reviewed"),
                    printed(
                        "starters",
                        "baseline",
                        value=3.0,
                        value_text="3",
                        period_basis="month",
                        period_start=date(2016, 7, 1),
                        period_end=date(2016, 7, 31),
                    ),
                ],
            },
        )
    )


@pytest.fixture
def page(reader: Reader) -> Page:
    (found,) = board.pages(reader.of(SURREY), None)
    return found


def table(page: Page, name: str) -> Table:
    return next(
        block for part in page.sections for block in part.blocks if isinstance(block, Table) and block.id == name
    )


def column(shown: Table, key: str) -> list[Cell]:
    place = [one.key for one in shown.columns].index(key)
    return [cell_of(row.cells[place]) for row in shown.rows]


def test_averages_stand_after_the_last_month_of_their_quarter_and_name_their_source(page: Page) -> None:
    shown = table(page, "board")
    assert [one.key for one in shown.columns if one.kind == "figure"] == [
        "2016-08",
        "2016-09",
        "average-2016-07",
        "2016-10",
        "2016-11",
        "2016-12",
        "average-2016-10",
        "2017-01",
    ]
    average = next(one for one in shown.columns if one.key == "average-2016-07")
    assert (average.source, average.field, average.key_part) == (
        "marts.mart_indicator_quarterly",
        "average_value",
        (("quarter_start", "2016-07-01"),),
    )
    assert [cell.value for cell in column(shown, "average-2016-07")] == [67.2, None]
    assert [cell.value for cell in column(shown, "average-2016-10")] == [None, 5.0]
    assert [cell.value for cell in column(table(page, "averages-table"), "rule-2016-07")] == ["as printed", ""]


def test_baseline_target_and_its_day_stand_beside_the_rating(page: Page) -> None:
    shown = table(page, "board")
    assert [cell.value for cell in column(shown, "measure")] == ["Assessments", "Starters"]
    assert column(shown, "rag")[0].value == "AMBER"
    assert column(shown, "direction")[0].value == "▼ down, worsening"
    assert [cell.value for cell in column(shown, "baseline")] == ["66.1 (Aug 2016)", "3 (Jul 2016)"]
    assert column(shown, "target")[0].value == "at least 90.0 (by Mar 2017)"
    assert column(shown, "flags")[0].value == "key indicator, key focus"
    assert column(shown, "2016-08")[1].status == "missing"
    assert page.lead == "January 2017: 2 measures with figures: 0 Green, 1 Amber, 0 Red, 1 not rated."


def test_measures_without_a_figure_are_listed_with_the_reason(page: Page) -> None:
    shown = table(page, "without-figure")
    listed = dict(zip([cell.value for cell in column(shown, "measure")], column(shown, "reason"), strict=True))
    assert {name: cell.value for name, cell in listed.items()} == {
        "Attendance": "not sent yet",
        "Caseload": "given by team only",
        "Consent": "to be established: nothing is recorded yet",
    }
    targets = dict(zip(listed, column(shown, "target"), strict=True))
    # A registered target goes before words in its place.
    assert targets["Attendance"].value == "at least 80.0 (by Aug 2017)"
    assert targets["Caseload"].value == "between 15.0 and 20.0"
    assert column(shown, "baseline")[-1].value == "To be established"


def test_teams_stand_apart_and_are_escaped(page: Page) -> None:
    shown = table(page, "teams-caseload-snapshot")
    assert sorted(cell.value for cell in column(shown, "2016-12-31")) == [15.8, 26.9]
    html = render(page)
    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_earlier_months_have_a_board_of_their_own(reader: Reader) -> None:
    (page,) = board.pages(reader.of(SURREY), date(2016, 11, 1))
    shown = table(page, "board")
    assert [one.key for one in shown.columns if one.kind == "figure"][-1] == "2016-11"
    assert [cell.value for cell in column(shown, "2016-11")] == [85.5, 6.0]


def test_no_board_where_none_of_its_measures_has_a_figure(reader: Reader) -> None:
    assert list(board.pages(reader.of(SURREY), date(2010, 1, 1))) == []
