"""Judging: evidence in, findings and counts out.

Belongs here: running the suites over frames of evidence. Does not belong here: the numbers themselves (SQL), what a
suite expects (`suites`), what a finding is (`findings`), the tables of schema `gate` (`gate`). Great Expectations is
imported when there is something to judge, and not before.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from expectations.catalogue import RULE_ERROR, Rule, Severity, load_rules
from expectations.findings import Finding, finding_id, without_repeats, worded

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    Evidence = duckdb.DuckDBPyConnection | Mapping[str, pd.DataFrame]


class State(StrEnum):
    """What became of a rule over one submission (or, without a submission, over all)."""

    PASSED = "passed"
    FAILED = "failed"
    NO_DATA = "no_data"
    ERROR = "error"


class RuleResult(BaseModel):
    """How many comparisons a rule made in one submission, and how many failed. Without data, or in error: no
    submission."""

    model_config = ConfigDict(frozen=True)

    rule_id: str
    submission_id: str | None
    evaluated: int
    failed: int
    state: State


class Judgement(BaseModel):
    """Everything a run of rules found."""

    model_config = ConfigDict(frozen=True)

    findings: tuple[Finding, ...]
    results: tuple[RuleResult, ...]

    @property
    def has_errors(self) -> bool:
        """Was there a rule that could not be judged?"""
        return any(result.state is State.ERROR for result in self.results)


def judge(source: Evidence, rules: Iterable[Rule], submissions: Sequence[str] | None = None) -> Judgement:
    """Judges the rules that have evidence, over the submissions named (all, when none are).

    `source` is an open DuckDB connection with schema `evidence`, or the frames by model name. Never raises for a
    rule's sake: a rule, a frame or a model that cannot be judged becomes a finding of gate.rule_error and a result in
    state error."""
    judged = [rule for rule in rules if rule.evidence]
    known = {rule.id for rule in (*load_rules(), *judged)}
    findings: list[Finding] = []
    results: list[RuleResult] = []
    for model in sorted({rule.evidence for rule in judged if rule.evidence}):
        of_model = [rule for rule in judged if rule.evidence == model]
        try:
            frame = _frame(source, model, submissions)
            unsound, faults = _unsound(frame, known) if len(frame) else (set(), {})
        except Exception as error:
            for rule in of_model:
                _record(findings, results, _error(rule.id, rule.title, _told(error), None))
            continue
        sound = frame[~frame["row_key"].isin(unsound)]
        for rule_id, fault in faults.items():
            _record(findings, results, _error(rule_id, f"evidence in {model}", fault, frame))
        for rule in of_model:
            _record(findings, results, _judge_rule(rule, sound))
    return Judgement(findings=tuple(without_repeats(findings)), results=tuple(results))


def _record(findings: list[Finding], results: list[RuleResult], judged: tuple[list[Finding], list[RuleResult]]) -> None:
    findings.extend(judged[0])
    results.extend(judged[1])


def _frame(source: Evidence, model: str, submissions: Sequence[str] | None) -> pd.DataFrame:
    """The evidence of these submissions, numbers as floats, numbered by row_key."""
    if isinstance(source, Mapping):
        frame = source[model]
        if submissions is not None:
            frame = frame[frame["submission_id"].isna() | frame["submission_id"].isin(list(submissions))]
        frame = frame.reset_index(drop=True)
    else:
        frame = source.execute(
            f"""
            select * replace (cast(evidence as varchar) as evidence)
            from evidence.{model}
            where $everything or submission_id is null or submission_id in (select unnest($submissions))
            order by submission_id, rule_id, source_ref, subject
            """,
            {"everything": submissions is None, "submissions": list(submissions or [])},
        ).df()
    for column in ("expected", "observed", "difference", "tolerance"):
        frame[column] = frame[column].astype("float64")
    frame["distance"] = frame["difference"].abs()
    frame["row_key"] = range(len(frame))
    return frame


def _judge_rule(rule: Rule, frame: pd.DataFrame) -> tuple[list[Finding], list[RuleResult]]:
    from expectations.suites import SUITES

    rows = frame[frame["rule_id"] == rule.id]
    if len(rows) and (rule.valid_from or rule.valid_to):
        # A rule of a year judges the figures of that year; what is about no period is judged by when it was sent.
        about = rows["period_start"].where(rows["period_start"].notna(), rows["known_from"])
        rows = rows[[rule.applies_on(_day(day)) for day in about]]
    if rows.empty:
        return [], [RuleResult(rule_id=rule.id, submission_id=None, evaluated=0, failed=0, state=State.NO_DATA)]
    try:
        failing = _failing_keys(SUITES[rule.suite or ""](rule), rows)
    except Exception as error:
        return _error(rule.id, rule.title, _told(error), rows)
    failed = rows[rows["row_key"].isin(failing)]
    # What is about no submission (a return that has not come) is counted under none.
    evaluated_by = rows.groupby(rows["submission_id"].fillna(""))["stands_for"].sum()
    failed_by = Counter(failed["submission_id"].fillna(""))
    results = [
        RuleResult(
            rule_id=rule.id,
            submission_id=str(submission) or None,
            evaluated=int(evaluated),
            failed=failed_by[submission],
            state=State.FAILED if failed_by[submission] else State.PASSED,
        )
        for submission, evaluated in evaluated_by.items()
    ]
    records: list[dict[Any, Any]] = failed.to_dict("records")
    return [_finding(rule, row) for row in records], results


def _unsound(frame: pd.DataFrame, known_rules: Collection[str]) -> tuple[set[int], dict[str, str]]:
    """The rows that cannot be judged, and for each rule among them what is wrong: the model's fault, not the data's."""
    from expectations.suites import sound_evidence

    unsound: set[int] = set()
    faults: dict[str, str] = {}
    for expectation, keys in _unexpected(sound_evidence(sorted(known_rules)), frame):
        unsound |= keys
        for rule_id, rows in frame[frame["row_key"].isin(keys)].groupby("rule_id", dropna=False):
            fault = f"{expectation} fails in {len(rows)} rows of evidence, first for {rows['subject'].iloc[0]}"
            faults[str(rule_id)] = "; ".join(filter(None, [faults.get(str(rule_id)), fault]))
    return unsound, faults


def _failing_keys(expectations: Sequence[Any], rows: pd.DataFrame) -> set[int]:
    """The row keys that any of the expectations finds unexpected."""
    return set().union(*(keys for _, keys in _unexpected(expectations, rows)))


def _unexpected(expectations: Sequence[Any], rows: pd.DataFrame) -> list[tuple[str, set[int]]]:
    """Each failed expectation with the row keys it finds unexpected.

    Raises RuntimeError when an expectation itself fails to compute: that is not a failure of the data."""
    gx, batch_definition = _great_expectations()
    outcome = batch_definition.get_batch({"dataframe": rows}).validate(
        gx.ExpectationSuite(name="suite", expectations=list(expectations)),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["row_key"],
            "include_unexpected_rows": False,
        },
    )
    failed = []
    for result in outcome.results:
        configuration = result.expectation_config
        raised = _raised(result.exception_info)
        if raised is not None:
            raise RuntimeError(raised)
        if not result.success:
            keys = result.result.get("unexpected_index_list")
            if not keys:
                raise RuntimeError(f"{configuration.type} failed and named no rows")
            label = " on ".join(filter(None, [configuration.type, configuration.kwargs.get("column")]))
            failed.append((label, {int(key["row_key"]) for key in keys}))
    return failed


def _raised(exception_info: Mapping[str, Any] | None) -> str | None:
    """The message of a metric exception. Great Expectations reports it flat, or once a metric."""
    if not exception_info:
        return None
    if "raised_exception" in exception_info:
        entries: list[Mapping[str, Any]] = [exception_info]
    else:
        entries = [entry for entry in exception_info.values() if isinstance(entry, Mapping)]
    messages = {str(entry.get("exception_message")) for entry in entries if entry.get("raised_exception")}
    return "; ".join(sorted(messages)) or None


@cache
def _great_expectations() -> tuple[Any, Any]:
    """Great Expectations and a batch definition for pandas frames: in memory only, no telemetry, no progress bars."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("evidence").add_dataframe_asset("rows")
    return gx, asset.add_batch_definition_whole_dataframe("all")


def _finding(rule: Rule, row: Mapping[str, Any]) -> Finding:
    subject = str(row["subject"])
    authority, indicator = _text(row["authority_code"]), _text(row["indicator_code"])
    period, seen = _day(row["period_start"]), _day(row["known_from"])
    explained = _text(row["explained_by"])
    return Finding(
        finding_id=finding_id(rule.id, authority, indicator, period, subject),
        rule_id=rule.id,
        severity=rule.severity.one_less if explained else rule.severity,
        authority_code=authority,
        indicator_code=indicator,
        period_start=period,
        subject=subject,
        cause=str(row["cause"]),
        explained_by=explained,
        message=worded(
            rule, subject=subject, expected=row["expected"], observed=row["observed"], difference=row["difference"]
        ),
        evidence=_text(row["evidence"]) or "[]",
        expected=float(row["expected"]),
        observed=float(row["observed"]),
        submission_id=_text(row["submission_id"]),
        source_ref=_text(row["source_ref"]),
        first_seen=seen,
        last_seen=seen,
    )


def _error(rule_id: str, title: str, fault: str, rows: pd.DataFrame | None) -> tuple[list[Finding], list[RuleResult]]:
    """A rule that cannot be judged is a finding: silence would read as "nothing wrong"."""
    days = [] if rows is None or "known_from" not in rows else [_day(day) for day in rows["known_from"]]
    seen = max((day for day in days if day is not None), default=None)
    subject = f"rule {rule_id}"
    finding = Finding(
        finding_id=finding_id(RULE_ERROR, None, None, None, subject),
        rule_id=RULE_ERROR,
        severity=Severity.CRITICAL,
        authority_code=None,
        indicator_code=None,
        period_start=None,
        subject=subject,
        cause=subject,
        message=f"The rule {rule_id} ({title}) could not be judged: {fault}",
        evidence="[]",
        expected=None,
        observed=None,
        submission_id=None,
        source_ref=None,
        first_seen=seen,
        last_seen=seen,
    )
    return [finding], [RuleResult(rule_id=rule_id, submission_id=None, evaluated=0, failed=0, state=State.ERROR)]


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}"


def _text(value: Any) -> str | None:
    """Text, or None for the several things pandas means by nothing."""
    return None if value is None or value != value else str(value)


def _day(value: Any) -> date | None:
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
