"""The tables of schema gate: who is judged, what is written, what stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import gate
from expectations.catalogue import RULE_ERROR, Gate, load_rules
from expectations.run import State

# A few rules of each kind: that all of them work is shown elsewhere.
CHOSEN = {
    "arithmetic.matrix_row_total",
    "arithmetic.months_of_period",
    "codes.contact_unmapped",
    "gate.rule_error",
    "uniqueness.same_key_different_value",
    "validity.negative_count",
    "warehouse.unknown_authority",
}
RULES = [rule for rule in load_rules() if rule.id in CHOSEN]


@pytest.fixture(scope="module")
def built(build: Any, a_figure: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One good return; one with an impossible figure; one that gives a figure twice."""
    file = tmp_path_factory.mktemp("gate") / "built.duckdb"
    build(
        [
            a_figure(submission_id="good"),
            a_figure(submission_id="doubtful", authority_code="E2", value=-3, value_text="-3"),
            a_figure(submission_id="unusable", authority_code="E3", value=5, value_text="5"),
            a_figure(submission_id="unusable", authority_code="E3", value=6, value_text="6"),
        ],
        database=str(file),
    ).close()
    return file


@pytest.fixture
def warehouse(built: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of it, open, for one test."""
    with duckdb.connect(str(shutil.copy(built, tmp_path / "warehouse.duckdb"))) as connection:
        yield connection


SUBMISSIONS = ("good", "doubtful", "unusable", "targets_only")


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def everything_in(connection: duckdb.DuckDBPyConnection) -> list[list[tuple[Any, ...]]]:
    tables = ("finding", "verdict", "rule_result")
    return [rows(connection, f"select * from gate.{table} order by all") for table in tables]


def test_verdicts_and_findings_are_written(warehouse: duckdb.DuckDBPyConnection) -> None:
    given = gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES)
    assert {name: verdict.verdict.value for name, verdict in given.items()} == {
        "good": "admitted",
        "doubtful": "admitted",
        "unusable": "held_back",
        "targets_only": "admitted",
    }
    assert rows(warehouse, "select submission_id, rule_id, severity, status from gate.finding order by all") == [
        ("doubtful", "validity.negative_count", "warning", "open"),
        ("unusable", "uniqueness.same_key_different_value", "critical", "open"),
    ]
    assert rows(
        warehouse, "select n_critical, n_warning, judged from gate.verdict where submission_id = 'doubtful'"
    ) == [(0, 1, date(2017, 2, 1))]


def test_the_second_run_judges_nothing_and_changes_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES)
    before = everything_in(warehouse)
    assert gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES) == {}
    assert everything_in(warehouse) == before


def test_new_evidence_brings_its_submission_back_and_no_other(warehouse: duckdb.DuckDBPyConnection) -> None:
    gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES)
    warehouse.execute("delete from evidence.evidence_plausibility where submission_id = 'doubtful'")
    assert list(gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES)) == ["doubtful"]
    assert rows(warehouse, "select submission_id from gate.finding") == [("unusable",)]
    assert rows(warehouse, "select count(*) from gate.verdict") == [(4,)]


def test_other_rules_bring_every_submission_back(
    warehouse: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES)
    monkeypatch.setattr(gate, "rules_hash", lambda: "another")
    assert sorted(gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES)) == sorted(SUBMISSIONS)


def test_a_verdict_given_while_a_rule_was_in_error_is_given_again(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("alter table evidence.evidence_codes rename to evidence_gone")
    given = gate.write_gate(warehouse, submissions=["good"], rules=RULES)
    assert given["good"].verdict.value == "admitted"
    assert {row[0] for row in rows(warehouse, "select rule_id from gate.finding")} == {RULE_ERROR}
    check = {one.rule_id: one for one in gate.checks_summary(warehouse, rules=RULES)}
    assert check["codes.contact_unmapped"].state is State.ERROR and not check["codes.contact_unmapped"].passed
    assert not check[RULE_ERROR].passed
    warehouse.execute("alter table evidence.evidence_gone rename to evidence_codes")
    assert list(gate.write_gate(warehouse, submissions=["good"], rules=RULES)) == ["good"]
    assert rows(warehouse, "select count(*) from gate.finding") == [(0,)]


def test_submissions_are_those_that_intake_accepted_by_default(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("create schema raw")
    warehouse.execute(
        "create table raw.submission as select * from (values ('good', 'accepted'), ('doubtful', 'rejected'), "
        "('unusable', 'accepted_with_warnings')) as t(submission_id, outcome)"
    )
    assert sorted(gate.write_gate(warehouse, rules=RULES)) == ["good", "unusable"]


def test_the_tables_are_there_before_anything_is_judged() -> None:
    connection = duckdb.connect()
    gate.create_tables(connection)
    gate.create_tables(connection)
    assert gate.write_gate(connection, submissions=[], rules=RULES) == {}
    assert {check.state for check in gate.checks_summary(connection, rules=RULES)} == {State.NO_DATA}


def test_the_evidence_gate_judges_what_was_admitted_and_replaces_its_findings(build: Any, a_figure: Any) -> None:
    quarter = {"indicator_code": "referrals_received", "period_basis": "quarter", "period_end": date(2016, 3, 31)}
    months = [(1, 31), (2, 29), (3, 31)]
    connection = build(
        [
            a_figure(submission_id="quarter", value=70, value_text="70", **quarter),
            *(
                a_figure(
                    submission_id="months",
                    indicator_code="referrals_received",
                    period_start=date(2016, month, 1),
                    period_end=date(2016, month, last),
                    value=20,
                    value_text="20",
                )
                for month, last in months
            ),
            a_figure(submission_id="lost", authority_code="E99999999"),
        ]
    )
    gate.write_gate(connection, submissions=["quarter", "months", "lost"], rules=RULES)
    for _ in range(2):
        judgement = gate.write_evidence_gate(connection, rules=RULES)
        assert sorted(finding.rule_id for finding in judgement.findings) == [
            "arithmetic.months_of_period",
            "warehouse.unknown_authority",
        ]
        assert rows(connection, "select count(*) from gate.evidence_finding") == [(2,)]
    assert [finding.submission_id for finding in gate.blocking(judgement.findings)] == ["lost"]


def test_checks_summary_has_one_check_a_rule(warehouse: duckdb.DuckDBPyConnection) -> None:
    gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES)
    checks = {check.rule_id: check for check in gate.checks_summary(warehouse, rules=RULES)}
    assert list(checks) == [rule.id for rule in RULES]
    failed = checks["validity.negative_count"]
    assert (failed.passed, failed.n_evaluated, failed.n_failed, failed.severity.value) == (False, 4, 1, "warning")
    assert failed.sample[0]["message"] == "Contacts received, Jan 2016: -3."
    assert checks["arithmetic.matrix_row_total"].state is State.NO_DATA
    assert checks["arithmetic.matrix_row_total"].passed
    assert checks["arithmetic.months_of_period"].gate is Gate.EVIDENCE


def test_nothing_is_written_when_writing_fails(
    warehouse: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(gate, "_insert_results", broken)
    with pytest.raises(OSError, match="disk full"):
        gate.write_gate(warehouse, submissions=SUBMISSIONS, rules=RULES)
    assert rows(warehouse, "select count(*) from gate.finding") == [(0,)]
