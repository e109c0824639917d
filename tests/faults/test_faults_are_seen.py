"""What fails in silence elsewhere is an incident here: a rule that raises, a rule without data, a channel, a run.

The step between the gates and dbt, on a build file of a few hand-made tables, run after run.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.catalogue import (
    CHANNEL_DOWN,
    RULE_ERROR,
    RULE_WITHOUT_DATA,
    RUN_FAILED,
    SENSOR_FAILED,
    Gate,
    load_rules,
)
from expectations.gate import create_tables, write_evidence_gate
from orchestration.incidents import commit, note_incidents, record_trouble
from orchestration.incidents.operations import Trouble
from orchestration.settings import Settings

START = datetime(2017, 3, 1, 6, tzinfo=UTC)
RULE = "arithmetic.breakdown_total"
Run = Callable[..., dict[str, tuple[str, str, str | None, int]]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_tables(connection)
    connection.execute(
        """
        create schema intermediate;
        create schema marts;
        create table intermediate.int_versions__figure (
            authority_code varchar, indicator_code varchar, period_start date, submission_id varchar, known_from date,
            known_to date
        );
        create table intermediate.int_submissions__admitted (
            submission_id varchar, return_name varchar, authority_code varchar, reporting_month varchar,
            known_from date, sequence_number bigint, verdict varchar, is_admitted boolean, rows_in_file bigint,
            n_authorities integer
        );
        create table marts.dim_indicator (
            indicator_code varchar, name varchar, theme varchar, is_key_indicator boolean, is_key_focus boolean,
            is_annex_a boolean
        );
        """
    )
    return connection


@pytest.fixture
def run(settings: Settings, build: duckdb.DuckDBPyConnection) -> Run:
    """A published run a day; gives the incidents by rule: status, owner, authority, findings open."""
    days = iter(range(100))

    def one(**given: Any) -> dict[str, tuple[str, str, str | None, int]]:
        started = START + timedelta(days=next(days))
        note_incidents(
            settings, build, run_id=f"{started:%Y%m%d}", day=started.date(), started=started, fingerprint="", **given
        )
        commit(settings)
        rows = build.execute(
            "select unnest(rule_ids), status, owner, authority_code, n_open from incidents.incident"
        ).fetchall()
        return {rule: (status, owner, authority, n_open) for rule, status, owner, authority, n_open in rows}

    return one


def compared(build: duckdb.DuckDBPyConnection, n: int) -> None:
    build.execute("delete from gate.rule_result")
    build.execute("insert into gate.rule_result values ('submission', ?, 's1', ?, 0, 'passed')", [RULE, n])


def test_a_rule_that_cannot_be_judged_is_an_incident_until_it_can(build: duckdb.DuckDBPyConnection, run: Run) -> None:
    rule = next(one for one in load_rules() if one.id == RULE)
    broken = rule.model_copy(update={"gate": Gate.EVIDENCE})
    write_evidence_gate(build, rules=[broken])
    assert run()[RULE_ERROR] == ("open", "data_engineer", None, 1)
    write_evidence_gate(build, rules=[])
    assert run()[RULE_ERROR] == ("resolved", "data_engineer", None, 0)


def test_a_rule_that_compared_figures_and_compares_none_is_an_incident(
    build: duckdb.DuckDBPyConnection, run: Run
) -> None:
    assert RULE_WITHOUT_DATA not in run(), "a rule that never had data is not missed"
    compared(build, 5)
    assert RULE_WITHOUT_DATA not in run()
    compared(build, 0)
    assert run()[RULE_WITHOUT_DATA] == ("open", "data_engineer", None, 1)
    compared(build, 5)
    assert run()[RULE_WITHOUT_DATA] == ("resolved", "data_engineer", None, 0)


def test_a_channel_that_is_down_is_an_incident_until_it_works(run: Run) -> None:
    down = [("teams", date(2017, 3, 1), "503")]
    assert run(channels_down=down)[CHANNEL_DOWN] == ("open", "data_engineer", None, 1)
    assert run(channels_down=down)[CHANNEL_DOWN] == ("open", "data_engineer", None, 1)
    assert run()[CHANNEL_DOWN] == ("resolved", "data_engineer", None, 0)
    assert run(channels_down=down)[CHANNEL_DOWN] == ("reopened", "data_engineer", None, 1)


def test_a_failed_run_is_in_the_history_and_a_failing_sensor_stands_until_it_works(
    settings: Settings, build: duckdb.DuckDBPyConnection, run: Run
) -> None:
    run()
    at = START + timedelta(hours=5)
    for kind, what in (("run_failed", "A run of monthly_load"), ("sensor_failed", "The sensor landing_sensor")):
        trouble = Trouble(kind, f"{what} 1", what, "the disk is full", at)  # type: ignore[arg-type]
        assert record_trouble(settings.history, trouble)
        assert not record_trouble(settings.history, trouble), "told once"
    after = run()
    assert after[RUN_FAILED] == ("resolved", "data_engineer", None, 0)
    assert after[SENSOR_FAILED] == ("open", "data_engineer", None, 1)
    ((message,),) = build.execute("select message from incidents.finding where rule_id = ?", [RUN_FAILED]).fetchall()
    assert "the disk is full" in message and "01 March 2017" in message
    assert run()[SENSOR_FAILED] == ("resolved", "data_engineer", None, 0)
