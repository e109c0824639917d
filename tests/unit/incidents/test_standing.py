"""When later figures end a finding: the one place that says so, over hand-made tables of the build file."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from expectations.gate import create_tables
from orchestration.incidents.standing import standing


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_tables(connection)
    connection.execute(
        """
        create schema intermediate;
        create table intermediate.int_versions__figure (
            authority_code varchar, indicator_code varchar, period_start date, submission_id varchar, known_from date,
            known_to date
        );
        create table intermediate.int_submissions__admitted (
            submission_id varchar, return_name varchar, authority_code varchar, reporting_month varchar,
            known_from date, sequence_number bigint, verdict varchar, is_admitted boolean, rows_in_file bigint
        );
        """
    )
    return connection


def finding(
    connection: duckdb.DuckDBPyConnection, name: str, submission: str, seen: str, indicator: str | None = "i"
) -> None:
    connection.execute(
        """
        insert into gate.finding (finding_id, rule_id, severity, authority_code, indicator_code, period_start, subject,
            cause, message, evidence, submission_id, first_seen, last_seen)
        values ($1, 'r', 'warning', 'a', $4, date '2020-04-01', $1, 'c', 'm', '[]', $2, $3, $3)
        """,
        [name, submission, seen, indicator],
    )


def version(
    connection: duckdb.DuckDBPyConnection, indicator: str, submission: str, known: str, until: str | None
) -> None:
    connection.execute(
        "insert into intermediate.int_versions__figure values ('a', ?, date '2020-04-01', ?, ?, ?)",
        [indicator, submission, known, until],
    )


def submission(connection: duckdb.DuckDBPyConnection, name: str, number: int, verdict: str, rows: int = 100) -> None:
    connection.execute(
        """
        insert into intermediate.int_submissions__admitted
        values ($1, 'performance_workbook', 'a', '2020-04', date '2020-05-01', $2, $3, $3 = 'admitted', $4)
        """,
        [name, number, verdict, rows],
    )


def ended(connection: duckdb.DuckDBPyConnection) -> dict[str, date | None]:
    return {one.finding_id: one.ended_on for one in standing(connection)}


def test_a_finding_seen_again_is_one_and_one_that_the_later_release_no_longer_shows_has_ended(
    build: duckdb.DuckDBPyConnection,
) -> None:
    finding(build, "same", "s1", "2023-10-26")
    finding(build, "same", "s2", "2025-10-30")
    finding(build, "mended", "s1", "2023-10-26", "j")
    for indicator in ("i", "j"):
        version(build, indicator, "s1", "2023-10-26", "2025-10-30")
        version(build, indicator, "s2", "2025-10-30", None)
    assert ended(build) == {"same": None, "mended": date(2025, 10, 30)}
    (same,) = (one for one in standing(build) if one.finding_id == "same")
    assert (same.submission_id, same.first_seen, same.last_seen) == ("s2", date(2023, 10, 26), date(2025, 10, 30))


def test_what_was_held_back_ends_when_the_return_of_the_month_is_admitted(build: duckdb.DuckDBPyConnection) -> None:
    finding(build, "held", "s1", "2020-05-01")
    submission(build, "s1", 1, "held_back")
    assert ended(build) == {"held": None}
    submission(build, "s2", 2, "held_back")
    assert ended(build) == {"held": None}
    submission(build, "s3", 3, "admitted", rows=10)
    assert ended(build) == {"held": date(2020, 5, 1)}


def test_a_label_ends_with_a_whole_resubmission_and_not_with_some_corrected_rows(
    build: duckdb.DuckDBPyConnection,
) -> None:
    finding(build, "label", "s1", "2020-05-01", None)
    submission(build, "s1", 1, "admitted", rows=100)
    submission(build, "s2", 2, "admitted", rows=3)
    assert ended(build) == {"label": None}
    submission(build, "s3", 3, "admitted", rows=100)
    assert ended(build) == {"label": date(2020, 5, 1)}
