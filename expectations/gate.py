"""The two gates: which submissions are judged, and the tables of schema `gate` that hold what was found.

Belongs here: reading what is new, writing findings, verdicts and counts into an open DuckDB connection. Does not
belong here: judging (`run`), deciding what a finding means (`findings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from expectations.catalogue import RULE_ERROR, Gate, Rule, Severity, load_rules, rules_hash
from expectations.findings import Finding, SubmissionVerdict, verdicts
from expectations.run import Judgement, RuleResult, State, judge

if TYPE_CHECKING:
    import duckdb

# The hash of a verdict given while a rule could not be judged: it stands for this run, and the next judges again.
INCOMPLETE = "incomplete"


class RuleCheck(BaseModel):
    """A rule's result over everything, in the shape of an asset check."""

    model_config = ConfigDict(frozen=True)

    rule_id: str
    title: str
    description: str
    severity: Severity
    gate: Gate
    blocks_publication: bool
    passed: bool
    state: State
    n_evaluated: int
    n_failed: int
    sample: tuple[dict[str, str | None], ...]


_FINDING_COLUMNS = """
    finding_id varchar, rule_id varchar, severity varchar, authority_code varchar, indicator_code varchar,
    period_start date, subject varchar, cause varchar, explained_by varchar, message varchar, evidence varchar,
    expected double, observed double, submission_id varchar, source_ref varchar, status varchar, first_seen date,
    last_seen date, resolved_at date, acknowledged_until date
"""

_TABLES = {
    "finding": _FINDING_COLUMNS,
    "evidence_finding": _FINDING_COLUMNS,
    "verdict": """
        submission_id varchar, verdict varchar, n_critical integer, n_warning integer, rules_hash varchar, judged date,
        reasons varchar, evidence_hash varchar
    """,
    "rule_result": """
        gate varchar, rule_id varchar, submission_id varchar, evaluated bigint, failed bigint, state varchar
    """,
}


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Schema `gate` and its tables, where they are not there yet: models that read verdicts can run before anything
    was judged."""
    connection.execute("create schema if not exists gate")
    for name, columns in _TABLES.items():
        connection.execute(f"create table if not exists gate.{name} ({columns})")


def write_gate(
    connection: duckdb.DuckDBPyConnection,
    *,
    submissions: Iterable[str] | None = None,
    rules: Sequence[Rule] | None = None,
) -> dict[str, SubmissionVerdict]:
    """The submission gate: judges what has no verdict under the present rules and evidence, writes gate.finding,
    gate.verdict and gate.rule_result in one transaction, and returns the verdicts it gave.

    `submissions` are the loaded submissions; by default those that raw.submission says were accepted. One without any
    figures (targets, events, codes) is admitted: there is nothing to judge. A changed registry or corrected model
    changes the evidence, and so brings a submission back before the gate. `judged` is the day of the newest evidence,
    not of the clock."""
    rules = load_rules() if rules is None else rules
    of_gate = [rule for rule in rules if rule.gate is Gate.SUBMISSION]
    create_tables(connection)
    everything = sorted(set(_accepted(connection) if submissions is None else submissions))
    marks = _evidence_marks(connection, of_gate)
    standing = {
        row[0]: (row[1], row[2])
        for row in connection.execute("select submission_id, rules_hash, evidence_hash from gate.verdict").fetchall()
    }
    current = rules_hash()
    new = [
        submission
        for submission in everything
        if standing.get(submission) != (current, marks.get(submission, ("", None))[0])
    ]
    if not new:
        return {}
    judgement = judge(connection, of_gate, new)
    found = verdicts(judgement.findings, new, rules)
    hash_given = INCOMPLETE if judgement.has_errors else current
    with _transaction(connection):
        for table in ("finding", "verdict", "rule_result"):
            of_submissions = "submission_id in (select unnest(?))"
            of_gate_only = f" and gate = '{Gate.SUBMISSION}'" if table == "rule_result" else ""
            connection.execute(f"delete from gate.{table} where {of_submissions}{of_gate_only}", [new])
        # What is about no submission (a rule without data, a rule in error) is said anew each time.
        connection.execute("delete from gate.finding where submission_id is null")
        connection.execute(f"delete from gate.rule_result where submission_id is null and gate = '{Gate.SUBMISSION}'")
        _insert_findings(connection, "finding", judgement.findings)
        _insert_results(connection, Gate.SUBMISSION, judgement.results)
        connection.executemany(
            "insert into gate.verdict values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    submission,
                    verdict.verdict.value,
                    verdict.n_critical,
                    verdict.n_warning,
                    hash_given,
                    marks.get(submission, ("", None))[1],
                    "\n".join(verdict.reasons) or None,
                    marks.get(submission, ("", None))[0],
                )
                for submission, verdict in found.items()
            ],
        )
    return found


def write_evidence_gate(connection: duckdb.DuckDBPyConnection, *, rules: Sequence[Rule] | None = None) -> Judgement:
    """The evidence gate: judges the rules over everything admitted and replaces gate.evidence_finding.

    Whether a finding blocks the publication is asked with `blocking`."""
    rules = load_rules() if rules is None else rules
    of_gate = [rule for rule in rules if rule.gate is Gate.EVIDENCE]
    create_tables(connection)
    admitted = [
        row[0]
        for row in connection.execute(
            "select submission_id from gate.verdict where verdict = 'admitted' order by submission_id"
        ).fetchall()
    ]
    judgement = judge(connection, of_gate, admitted)
    with _transaction(connection):
        connection.execute("delete from gate.evidence_finding")
        connection.execute("delete from gate.rule_result where gate = ?", [Gate.EVIDENCE.value])
        _insert_findings(connection, "evidence_finding", judgement.findings)
        _insert_results(connection, Gate.EVIDENCE, judgement.results)
    return judgement


def blocking(findings: Iterable[Finding], rules: Sequence[Rule] | None = None) -> list[Finding]:
    """The findings that keep the last publication in place: a broken warehouse, never a suspicious council."""
    rules = load_rules() if rules is None else rules
    blockers = {rule.id for rule in rules if rule.blocks_publication}
    return [finding for finding in findings if finding.rule_id in blockers]


def checks_summary(
    connection: duckdb.DuckDBPyConnection, *, rules: Sequence[Rule] | None = None, n_samples: int = 5
) -> list[RuleCheck]:
    """Every rule's standing over everything judged, with its first findings: one asset check a rule."""
    rules = load_rules() if rules is None else rules
    create_tables(connection)
    counted = {
        row[0]: row[1:]
        for row in connection.execute(
            """
            select
                rule_id,
                sum(evaluated),
                sum(failed),
                bool_or(state = 'error'),
                bool_or(state in ('passed', 'failed'))
            from gate.rule_result
            group by rule_id
            """
        ).fetchall()
    }
    samples: dict[str, list[dict[str, str | None]]] = {}
    for rule_id, subject, message, source_ref in connection.execute(
        """
        select rule_id, subject, message, source_ref
        from (select * from gate.finding union all select * from gate.evidence_finding)
        qualify row_number() over (partition by rule_id order by submission_id, source_ref, subject) <= ?
        order by rule_id, submission_id, source_ref, subject
        """,
        [n_samples],
    ).fetchall():
        samples.setdefault(rule_id, []).append({"subject": subject, "message": message, "source_ref": source_ref})
    checks = []
    for rule in rules:
        evaluated, failed, has_error, has_data = counted.get(rule.id, (0, 0, False, False))
        if rule.id == RULE_ERROR:
            failed = sum(bool(row[2]) for row in counted.values())
            evaluated, has_data = len(counted), bool(counted)
        if has_error:
            state = State.ERROR
        elif failed:
            state = State.FAILED
        else:
            state = State.PASSED if has_data else State.NO_DATA
        checks.append(
            RuleCheck(
                rule_id=rule.id,
                title=rule.title,
                description=f"{rule.why_it_matters.strip()} What to do: {rule.what_to_do.strip()}",
                severity=rule.severity,
                gate=rule.gate,
                blocks_publication=rule.blocks_publication,
                passed=state in (State.PASSED, State.NO_DATA),
                state=state,
                n_evaluated=int(evaluated or 0),
                n_failed=int(failed or 0),
                sample=tuple(samples.get(rule.id, ())),
            )
        )
    return checks


def _accepted(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        row[0]
        for row in connection.execute(
            "select submission_id from raw.submission where outcome in ('accepted', 'accepted_with_warnings')"
        ).fetchall()
    ]


def _evidence_marks(connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> dict[str, tuple[str, date | None]]:
    """For each submission a mark that changes with its evidence, and the day of the newest of it."""
    models = sorted({rule.evidence for rule in rules if rule.evidence})
    there = {
        row[0]
        for row in connection.execute(
            "select table_name from information_schema.tables where table_schema = 'evidence'"
        ).fetchall()
    }
    parts = [
        f"""
        select
            submission_id,
            known_from,
            hash(
                rule_id, authority_code, indicator_code, period_start, subject, cause, explained_by,
                expected, observed, difference,
                tolerance, stands_for, cast(evidence as varchar), source_ref
            ) as mark
        from evidence.{model}
        """
        for model in models
        if model in there
    ]
    if not parts:
        return {}
    return {
        row[0]: (f"{row[1]:x}", row[2])
        for row in connection.execute(
            f"""
            select submission_id, sum(mark::hugeint), max(known_from)
            from ({" union all ".join(parts)})
            group by submission_id
            """
        ).fetchall()
    }


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _insert_findings(connection: duckdb.DuckDBPyConnection, table: str, findings: Sequence[Finding]) -> None:
    insert_rows(connection, f"gate.{table}", [list(finding.model_dump(mode="python").values()) for finding in findings])


def _insert_results(connection: duckdb.DuckDBPyConnection, gate: Gate, results: Sequence[RuleResult]) -> None:
    rows = [[gate.value, one.rule_id, one.submission_id, one.evaluated, one.failed, one.state.value] for one in results]
    insert_rows(connection, "gate.rule_result", rows)


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: list[list[Any]]) -> None:
    """All rows into a table (with its schema) in one statement: row by row, DuckDB takes milliseconds a row."""
    if not rows:
        return
    width = len(connection.execute(f"select * from {table} limit 0").description or [])
    listed = ", ".join(f"unnest($c{number})" for number in range(width))
    values = {f"c{number}": [_plain(row[number]) for row in rows] for number in range(width)}
    connection.execute(f"insert into {table} select {listed}", values)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value
