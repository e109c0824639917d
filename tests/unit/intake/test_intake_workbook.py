"""Performance workbooks and contact matrices: the tables that councils send, cell by cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import openpyxl
from intake_files import Desk, codes, workbook_bytes

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan"]
COVER: list[list[Any]] = [
    ["Authority", "Surrey"],
    ["Report", "Monthly compendium"],
    ["Performance to", date(2017, 1, 1)],
    ["Issue date", "23 February 2017"],
]


def cells(desk: Desk, **where: Any) -> list[dict[str, Any]]:
    return [r for r in desk.rows("performance_workbook") if all(r[k] == v for k, v in where.items())]


def test_months_across_with_comparators_rating_and_arrow(desk: Desk) -> None:
    values = [247, 242, 270, 234, 270, 258, 215, 146, 202, 206, 260, 260, 295]
    table = [
        ["2.8 Re-referrals"],
        [*[None] * 16, "3-year", "National"],
        ["RAG", "Direction", "Measure", *MONTHS, "(Jan)", "(Mar 16)"],
        ["AMBER", "⇧", "Referrals that are re-referrals", *values, 238, "-"],
        [None, "⇧", "Re-referrals as a % of all", *[0.23] * 12, 0.241, 0.243, None],
    ]

    def percent(book: openpyxl.Workbook) -> None:
        for column in range(4, 19):
            book["2"].cell(5, column).number_format = "0.0%"

    outcome = desk.one(workbook_bytes({"Cover": COVER, "2": table}, percent), "anything.xlsx")
    assert (outcome.return_name, outcome.outcome) == ("performance_workbook", "accepted"), outcome.problems
    assert (outcome.authority_code, outcome.reporting_month, str(outcome.issue_date)) == (
        "E10000030",
        "2017-01",
        "2017-02-23",
    )
    assert (str(outcome.period_from), outcome.rows_loaded) == ("2016-01-01", 30)
    rows = {r["source_column"] + str(r["source_row"]): r for r in desk.rows("performance_workbook")}
    first, last, three, national = rows["D4"], rows["P4"], rows["Q4"], rows["R4"]
    assert (first["section"], first["row_label"], first["value_text"]) == (
        "2.8 Re-referrals",
        "Referrals that are re-referrals",
        "247",
    )
    assert (first["column_basis"], first["column_start"], first["printed_rag"]) == ("month", "2016-01-01", None)
    assert (last["column_end"], last["printed_rag"], last["printed_direction"]) == ("2017-01-31", "AMBER", "⇧")
    assert (three["column_label"], three["column_role"], three["comparator"]) == (
        "3-year (Jan)",
        "benchmark",
        "three_year_average",
    )
    assert (three["column_start"], three["column_end"]) == ("2014-02-01", "2017-01-31")
    assert (national["comparator"], national["column_basis"], national["column_end"]) == (
        "national",
        "year",
        "2016-03-31",
    )
    assert (rows["D5"]["value_text"], rows["P5"]["value_text"], rows["R5"]["value_text"]) == ("23%", "24.1%", "")
    assert all(r["authority"] == "Surrey" and r["issue_date"] == "2017-02-23" for r in rows.values())


def test_targets_baselines_teams_and_remarks_in_cells(desk: Desk) -> None:
    table = [
        ["Appendix I"],
        ["RAG", "Direction of travel", "Measure", "Area", "Unit", "Baseline", "Target", "Dec", "Q3 ave.", "Jan"],
        ["RED", "⇧", "Average cases", "RAIS", "ratio", "23 (July 2016)", "15-20 (from Oct 2016)", "-", "20.8", "tbc"],
        ["AMBER", "⇧", None, "CP", "ratio", "16.5 (July 2016)", None, 15.8, 15.7, 14.8],
    ]
    merge = lambda book: book["A"].merge_cells("G7:G8")  # noqa: E731
    desk.one(workbook_bytes({"A": [*COVER[:3], [], *table]}, merge), "x.xlsx")
    baseline = cells(desk, row_sublabel="CP", column_label="Baseline")[0]
    assert (baseline["row_label"], baseline["column_role"], baseline["column_start"]) == (
        "Average cases",
        "baseline",
        "2016-07-01",
    )
    target = cells(desk, row_sublabel="CP", column_label="Target")[0]
    assert (target["value_text"], target["column_start"], target["column_end"]) == (
        "15-20 (from Oct 2016)",
        "2016-10-01",
        None,
    )
    average = cells(desk, row_sublabel="RAIS", column_label="Q3 ave.")[0]
    assert (average["column_role"], average["column_start"], average["row_unit"]) == ("average", "2016-10-01", "ratio")
    assert [c["value_text"] for c in cells(desk, row_sublabel="RAIS", column_role="actual")] == ["-", "tbc"]


def test_a_table_whose_rows_say_what_they_are(desk: Desk) -> None:
    table = [
        ["Percentage of initial assessments completed within 10 days"],
        [None, "Previous years", None, "Current year"],
        ["Trend Data – year to date", "Mar 12", "Mar 13", "Jun 13", "Nov 13", "Mar 14"],
        ["Actual", "90.1%", "93.5%", "88.0%", "83.3%*", None],
        ["Target", None, "90%", "90%", "90%", "90%"],
        ["RAG Rating", None, "Green", "Amber", "Amber", None],
        ["Stat. N.", "69.5%", "66.2%", None, None, None],
        ["Agency", "1%", "2%", "3%", "4%", None],
        ["* The November figure is unvalidated."],
    ]

    def merge(book: openpyxl.Workbook) -> None:
        book["K"].merge_cells("B4:C4")
        book["K"].merge_cells("D4:F4")

    outcome = desk.one(workbook_bytes({"K": [["Authority", "Kent"], [], *table]}, merge), "x.xlsx")
    assert outcome.outcome == "accepted", outcome.problems
    assert str(outcome.period_to) == "2013-11-30"
    november = cells(desk, column_label="Current year Nov 13", row_sublabel="Actual")[0]
    assert (november["row_label"], november["column_basis"]) == (table[0][0], "ytd")
    assert (november["column_start"], november["printed_rag"]) == ("2013-04-01", "Amber")
    assert (november["value_text"], november["is_provisional"]) == ("83.3%*", "true")
    assert november["note"] == "The November figure is unvalidated."
    roles = {r["row_sublabel"]: (r["column_role"], r["comparator"]) for r in desk.rows("performance_workbook")}
    assert roles == {
        "Actual": ("actual", None), "Target": ("target", None), "RAG Rating": ("rag", None),
        "Stat. N.": ("benchmark", "statistical_neighbours"), "Agency": ("actual", None),
    }  # fmt: skip
    assert cells(desk, row_sublabel="Actual")[1]["column_basis"] == "year"
    assert all(r["is_provisional"] == "false" for r in cells(desk, row_sublabel="Target"))


def test_several_tables_and_matrices_on_hidden_sheets_are_one_submission(desk: Desk) -> None:
    two = [
        ["A"],
        ["Measure", "Dec", "Jan"],
        ["x", 1, 2],
        [],
        ["B"],
        ["Indicator", "2015/16", "2016/17"],
        ["y", 3, 4],
        ["z", 5, 6],
    ]
    matrix = [
        ["2.1 Contacts by source and method"],
        ["Contact Method", "Family", "Health", "Grand Total"],
        ["СО", None, 10, 10],
        ["Grand Total", None, 10, 10],
    ]

    def hide(book: openpyxl.Workbook) -> None:
        book["M"].sheet_state = "hidden"

    outcome = desk.one(workbook_bytes({"Cover": COVER, "T": two, "M": matrix}, hide), "x.xlsx")
    assert outcome.tables == {"performance_workbook": 6, "contact_matrix": 6}
    assert outcome.rows_in_file == 12 and any("hidden" in n for n in outcome.notes)
    assert {r["section"] for r in desk.rows("performance_workbook")} == {"A", "B"}
    rows = desk.rows("contact_matrix")
    assert {(r["row_dimension"], r["column_dimension"], r["month"]) for r in rows} == {("method", "source", "2017-01")}
    assert rows[0]["row_label"] == "СО" and rows[0]["value_text"] == ""
    assert [(r["is_row_total"], r["is_column_total"]) for r in rows[-1:]] == [("true", "true")]


def test_a_matrix_alone_is_a_contact_matrix(desk: Desk) -> None:
    sheet = [
        *COVER,
        [],
        [None, "Contact Source"],
        ["Contact Outcome", "Police", "Total"],
        ["Advice", 5, 5],
        ["Total", 5, 5],
    ]
    outcome = desk.one(workbook_bytes({"M": sheet}), "x.xlsx")
    assert (outcome.return_name, outcome.tables) == ("contact_matrix", {"contact_matrix": 4})


def test_months_without_a_year_need_the_month_reported(desk: Desk) -> None:
    sheet = [["Authority", "Surrey"], [], ["A"], ["Measure", "Dec", "Jan"], ["x", 1, 2]]
    outcome = desk.one(workbook_bytes({"S": sheet}), "Summary_2017_Jan.xlsx")
    (problem,) = outcome.problems
    assert (outcome.outcome, problem.code, problem.sheet) == ("rejected", "month_missing", "S")
    assert "January 2017" in problem.message


def test_a_workbook_that_names_no_authority_is_rejected(desk: Desk) -> None:
    outcome = desk.one(workbook_bytes({"S": [["Measure", "Jan 17", "Feb 17"], ["x", 1, 2]]}), "x.xlsx")
    assert (outcome.outcome, codes(outcome)) == ("rejected", {"authority_missing"})


def test_odd_headings_stray_figures_and_errors_are_named(desk: Desk) -> None:
    sheet = [
        *COVER,
        [],
        ["A"],
        ["Measure", "Dec", "Jan", "Wibble", "Owner"],
        ["x", 1, 2, 3, "Bob"],
        [None, 7, None, None, None],
        ["y", "#REF!", "=1+1", 4, "Bob"],
        [],
        ["the total was", 99],
    ]

    def broken(book: openpyxl.Workbook) -> None:
        book["S"].cell(10, 2).data_type = "e"

    outcome = desk.one(workbook_bytes({"S": sheet}, broken), "x.xlsx")
    assert codes(outcome) == {
        "unknown_column_heading", "figures_outside_tables", "row_without_label", "formula_without_value", "error_value"
    }  # fmt: skip
    places = {p.code: p.place() for p in outcome.problems}
    assert places["formula_without_value"] == "sheet 'S', row 10, column 'C'"
    assert outcome.rows_in_file == outcome.rows_loaded + outcome.rows_quarantined == 12
    assert {r["column_role"] for r in cells(desk, column_label="Owner")} == {"note"}
    assert {r["column_basis"] for r in cells(desk, column_label="Wibble")} == {"unknown"}


def test_look_alike_months_are_read_and_reported(desk: Desk) -> None:
    sheet = [["Authority", "Surrey"], ["Performance to", "May 2016"], [], ["A"], ["Measure", "Apr", "Мау"], ["x", 1, 2]]
    outcome = desk.one(workbook_bytes({"S": sheet}), "x.xlsx")
    assert codes(outcome) == {"lookalike_letters"}
    assert cells(desk, column_label="Мау")[0]["column_start"] == "2016-05-01"


def test_a_blank_cell_is_a_row_and_a_label_without_figures_is_too(desk: Desk) -> None:
    sheet = [*COVER, [], ["A"], ["Measure", "Dec", "Jan"], ["x", None, 2], ["not yet collected"], ["y", 1, None]]
    desk.one(workbook_bytes({"S": sheet}), "x.xlsx")
    assert [r["value_text"] for r in desk.rows("performance_workbook")] == ["", "2", "", "", "1", ""]


def test_real_dates_and_spanning_years_as_headings(desk: Desk) -> None:
    sheet = [
        ["Council", "Surrey"],
        [],
        ["A"],
        ["Measure", "2015/16", None, date(2017, 1, 1), date(2017, 3, 31), "At 30 Jun 13", "w/e 23 Oct 16"],
        [None, "Feb", "Mar", None, None, None, None],
        ["x", 1, 2, 3, 4, 5, 6],
    ]
    desk.one(workbook_bytes({"S": sheet}, lambda book: book["S"].merge_cells("B4:C4")), "x.xlsx")
    found = [(r["column_basis"], r["column_start"]) for r in desk.rows("performance_workbook")]
    assert found == [
        ("month", "2016-02-01"), ("month", "2016-03-01"), ("month", "2017-01-01"), ("day", "2017-03-31"),
        ("day", "2013-06-30"), ("week", "2016-10-17"),
    ]  # fmt: skip


def test_a_spanning_heading_names_the_columns_and_a_label_without_counts_is_data(desk: Desk) -> None:
    sheet = [
        *COVER,
        [],
        ["2.1 Completed contacts"],
        [None, "Contact Outcome"],
        ["Contact Method", "Advice", "Referral", "Grand Total"],
        ["Letter"],
        ["Phone", 1, 2, 3],
        ["Grand Total", 1, 2, 3],
        ["Note: counts of January"],
    ]
    outcome = desk.one(workbook_bytes({"M": sheet}), "x.xlsx")
    assert (outcome.outcome, outcome.rows_loaded) == ("accepted", 9), outcome.problems
    rows = desk.rows("contact_matrix")
    assert {(r["section"], r["column_dimension"]) for r in rows} == {("2.1 Completed contacts", "outcome")}
    assert [r["value_text"] for r in rows if r["row_label"] == "Letter"] == ["", "", ""]


def test_teams_over_months_are_figures_not_a_matrix(desk: Desk) -> None:
    sheet = [*COVER, [], ["Caseloads"], ["Team", "Nov 16", "Dec 16", "Jan 17"], ["East", 1, 2, 3], ["West", 4, 5, 6]]
    outcome = desk.one(workbook_bytes({"M": sheet}), "x.xlsx")
    assert outcome.tables == {"performance_workbook": 6}
    assert {(r["section"], r["row_label"]) for r in desk.rows("performance_workbook")} == {
        ("Caseloads", "East"),
        ("Caseloads", "West"),
    }
