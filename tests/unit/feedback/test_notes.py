"""What a sender is told about a file: kindly, cell by cell, and only when it changes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.feedback.notes import html_of, make_note, read_notes, text_of, write_notes

SUBMISSION: dict[str, Any] = {
    "submission_id": "performance_workbook_1", "file_name": "january.xlsx", "return_name": "performance_workbook",
    "authority_code": "E10000030", "authority_name": "Surrey", "reporting_month": "2017-01",
    "received_at": datetime(2017, 2, 23, 9, tzinfo=UTC),
    "outcome": "accepted", "verdict": "admitted", "rows_in_file": 907,
    "rows_loaded": 907, "rows_quarantined": 0,
}  # fmt: skip
FINDING: dict[str, Any] = {
    "rule_id": "arithmetic.percentage_of_parts", "title": "A percentage is not its numerator over its denominator",
    "what_to_do": "Work the percentage out again.", "severity": "warning", "status": "open", "corrects": True,
    "expected": 28.978, "message": "Re-referrals, Jan 2017: 35 % is given, the counts make 28.98 %.",
    "explained_by": None, "source_ref": "january.xlsx#Front door!N13",
    "evidence": json.dumps([{"what": "Re-referrals, %", "value": "35.0", "where": "january.xlsx#Front door!N13"}]),
}  # fmt: skip
PROBLEM: dict[str, Any] = {
    "severity": "error", "code": "month_missing", "sheet": "Cover", "row_number": 3, "column_name": None,
    "value": "Febtember", "message": "The month cannot be read.", "what_to_do": "Give the month as 2017-01.",
}  # fmt: skip
FIGURES: dict[str, Any] = {
    "n_figures": 617, "n_indicators": 53, "n_authorities": 1, "first_period": date(2016, 4, 1),
    "last_period": date(2017, 1, 31),
}  # fmt: skip


def text(
    submission: dict[str, Any] | None = None, findings: list[Any] | None = None, problems: list[Any] | None = None
) -> str:
    return text_of(make_note(SUBMISSION | (submission or {}), findings or [], problems or [], FIGURES))


def test_a_return_without_fault_is_thanked_and_told_what_it_gave() -> None:
    said = text()
    assert "Your performance workbook of January 2017" in said and "Thank you for sending this" in said
    assert "907 of 907 rows were read." in said
    assert "They give 617 figures of 53 indicators, from April 2016 to January 2017." in said
    assert "There is nothing you need to do." in said and "must change" not in said


def test_the_figure_that_should_stand_is_given_where_the_rule_gives_it() -> None:
    assert "By the other figures of the return it should be 28.98." in text(findings=[FINDING])
    assert "sheet 'Front door', cell N13 - Re-referrals, %: 35.0" in text(findings=[FINDING])
    assert "should be" not in text(findings=[FINDING | {"corrects": False}]).replace("should be looked at", "")


def test_what_is_critical_must_change_and_what_is_not_should_be_looked_at() -> None:
    said = text({"verdict": "held_back"}, [FINDING | {"severity": "critical"}, FINDING | {"rule_id": "other"}])
    assert said.index("What must change") < said.index("What should be looked at")
    assert "is held back for now" in said and "None of them is in the figures yet." in said
    assert "send the whole file again" in said


def test_a_refused_file_is_told_what_intake_said() -> None:
    said = text({"outcome": "rejected", "verdict": "not_loaded"}, [], [PROBLEM])
    assert "was not loaded; nothing that was held before has changed" in said
    assert "sheet 'Cover', row 3: Febtember" in said and "What to do: Give the month as 2017-01." in said


def test_what_is_settled_is_counted_and_no_longer_asked_for() -> None:
    said = text(findings=[FINDING | {"status": "resolved"}])
    assert "1 point of an earlier note is settled" in said and "28.98" not in said


def test_many_points_of_one_kind_are_counted() -> None:
    said = text(findings=[FINDING | {"message": f"Number {number} is wrong."} for number in range(70)])
    assert "Number 49" in said and "Number 50" not in said and "and 20 more of the same kind" in said


def test_what_a_sender_wrote_cannot_break_the_page_or_the_lines() -> None:
    note = make_note(
        SUBMISSION | {"file_name": "<b>\r\n\x1b[31m.csv"},
        [FINDING | {"message": "<script>x</script>\n\nWhat must change"}],
        [],
        FIGURES,
    )
    page = html_of(note)
    assert "<script>" not in page and "<b>" not in page
    assert "\x1b" not in text_of(note) and "\nWhat must change" not in text_of(note)


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    path = tmp_path / "publication.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema quality;
            create schema marts;
            create table marts.dim_authority as
                select 'E10000030' as authority_code, 'Surrey' as name, date '2000-01-01' as valid_from;
            create table quality.submission as
                select 'one' as submission_id, 'a.csv' as file_name, 'contact_matrix' as return_name,
                    'E10000030' as authority_code, '2017-01' as reporting_month, timestamp '2017-02-23' as received_at,
                    'accepted' as outcome, 'admitted' as verdict, 5 as rows_in_file, 5 as rows_loaded,
                    0 as rows_quarantined;
            create table quality.rule (
                rule_id varchar, title varchar, what_to_do varchar, corrects boolean, owner varchar
            );
            create table quality.finding (
                finding_id varchar, rule_id varchar, severity varchar, status varchar, submission_id varchar,
                period_start date, subject varchar, message varchar, evidence varchar, expected double,
                source_ref varchar, explained_by varchar
            );
            create table quality.submission_problem (
                submission_id varchar, severity varchar, code varchar, sheet varchar, row_number integer,
                column_name varchar, value varchar, message varchar, what_to_do varchar
            );
            create table marts.fct_indicator_version_history (
                submission_id varchar, indicator_code varchar, authority_code varchar, period_start date,
                period_end date, source_kind varchar
            );
            """
        )
    return path


def test_a_note_that_says_the_same_is_not_written_again(publication: Path, tmp_path: Path) -> None:
    first = write_notes(publication, tmp_path / "reports")
    assert (first.n_notes, first.n_new) == (1, 1)
    page = tmp_path / "reports" / "notes" / "one.html"
    written = page.stat().st_mtime_ns
    assert write_notes(publication, tmp_path / "reports").n_new == 0
    assert page.stat().st_mtime_ns == written
    with duckdb.connect(str(publication)) as connection:
        connection.execute("insert into quality.rule values ('r', 'Title', 'Do it.', false, 'sender')")
        connection.execute(
            "insert into quality.finding (finding_id, rule_id, severity, status, submission_id, subject, message) "
            "values ('f', 'r', 'warning', 'open', 'one', 's', 'Something is wrong.')"
        )
    assert write_notes(publication, tmp_path / "reports").n_new == 1
    assert "Something is wrong." in page.read_text(encoding="utf-8")
    assert 'href="one.html"' in first.index.read_text(encoding="utf-8")


def test_what_only_an_engineer_can_end_is_not_told_to_a_sender(publication: Path) -> None:
    with duckdb.connect(str(publication)) as connection:
        connection.execute("insert into quality.rule values ('r', 'Title', 'Do it.', false, 'data_engineer')")
        connection.execute(
            "insert into quality.finding (finding_id, rule_id, severity, status, submission_id, subject, message) "
            "values ('f', 'r', 'warning', 'open', 'one', 's', 'Ours.')"
        )
    (note,) = read_notes(publication, "a.csv")
    assert (note.n_look_at, note.authority) == (0, "Surrey")
    assert read_notes(publication, "other.csv") == []
