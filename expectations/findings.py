"""Findings and verdicts: what a judgement says, as rows. Pure: no Great Expectations, no database, no clock.

Belongs here: the shape of a finding, its identity and wording, and what findings mean for a submission. Does not
belong here: how a rule is judged (`run`), the life of a finding from run to run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from expectations.catalogue import RULE_ERROR, Gate, Rule, Severity


class Finding(BaseModel):
    """One violation with its evidence; the columns of quality.finding.

    `cause` is what findings of one origin share; `explained_by` the registered event that lowered the severity.
    `evidence` is JSON text: a list of the cells, {what, value, where}. The days are those of the data (known_from)."""

    model_config = ConfigDict(frozen=True)

    finding_id: str
    rule_id: str
    severity: Severity
    authority_code: str | None
    indicator_code: str | None
    period_start: date | None
    subject: str
    cause: str
    explained_by: str | None = None
    message: str
    evidence: str
    expected: float | None
    observed: float | None
    submission_id: str | None
    source_ref: str | None
    status: str = "open"
    first_seen: date | None
    last_seen: date | None
    resolved_at: date | None = None
    acknowledged_until: date | None = None


class Verdict(StrEnum):
    """What becomes of a submission."""

    ADMITTED = "admitted"
    HELD_BACK = "held_back"


class SubmissionVerdict(BaseModel):
    """The verdict on one submission; `reasons` are the messages of its critical findings."""

    model_config = ConfigDict(frozen=True)

    submission_id: str
    verdict: Verdict
    n_critical: int
    n_warning: int
    reasons: tuple[str, ...]


def finding_id(
    rule_id: str, authority_code: str | None, indicator_code: str | None, period_start: date | None, subject: str
) -> str:
    """Sixteen hexadecimal digits that stay the same from run to run and from a return to its resubmission.

    Neither values nor cells are part of it: a wrong total that is still wrong, elsewhere and otherwise, is the same
    finding."""
    day = period_start.isoformat() if period_start else ""
    parts = (rule_id, authority_code or "", indicator_code or "", day, subject)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def readable(number: float | None) -> str:
    """A number as people write it: 1,423 and 24.1, no more than four significant decimals, no trailing noughts."""
    if number is None:
        return "nothing"
    if abs(number - round(number)) < 1e-9:
        return f"{round(number):,}"
    decimals = 1 if abs(number) >= 1000 else 2 if abs(number) >= 1 else 4
    return f"{number:,.{decimals}f}".rstrip("0").rstrip(".")


class Number:
    """A number in the wording of a rule: `{observed}` reads 1,423, `{observed:cell|cells}` reads 1 cell or 1,423
    cells."""

    def __init__(self, number: float | None) -> None:
        self.number = number

    def __format__(self, words: str) -> str:
        if not words:
            return readable(self.number)
        singular, _, plural = words.partition("|")
        return f"{readable(self.number)} {singular if self.number == 1 else plural}"


def worded(
    rule: Rule, *, subject: str, expected: float | None, observed: float | None, difference: float | None
) -> str:
    """The finding in one sentence, with the rule's own wording."""
    sentence = rule.message.format(
        subject=subject,
        expected=Number(expected),
        observed=Number(observed),
        difference=Number(abs(difference) if difference is not None else None),
    )
    return sentence[:1].upper() + sentence[1:]


def verdicts(
    findings: Iterable[Finding], submissions: Iterable[str], rules: Iterable[Rule]
) -> dict[str, SubmissionVerdict]:
    """A verdict for every submission named: held back when a critical finding of the submission gate is about it.

    A rule that could not be judged holds nothing back: the fault is ours, and has a critical finding of its own."""
    gate_of = {rule.id: rule.gate for rule in rules}
    by_submission: dict[str, list[Finding]] = {submission: [] for submission in submissions}
    for finding in findings:
        if finding.submission_id in by_submission:
            by_submission[finding.submission_id].append(finding)
    found = {}
    for submission, its_findings in by_submission.items():
        critical = [
            finding
            for finding in its_findings
            if finding.severity is Severity.CRITICAL
            and gate_of.get(finding.rule_id) is Gate.SUBMISSION
            and finding.rule_id != RULE_ERROR
        ]
        found[submission] = SubmissionVerdict(
            submission_id=submission,
            verdict=Verdict.HELD_BACK if critical else Verdict.ADMITTED,
            n_critical=len(critical),
            n_warning=sum(finding.severity is Severity.WARNING for finding in its_findings),
            reasons=tuple(finding.message for finding in critical),
        )
    return found


def without_repeats(findings: Iterable[Finding]) -> list[Finding]:
    """One finding an identity and submission, in a stable order; where evidence gave two, the one that stands first
    in the file."""
    kept: dict[tuple[str, str], Finding] = {}
    in_order = sorted(
        findings, key=lambda one: (one.submission_id or "", one.rule_id, one.source_ref or "", one.subject)
    )
    for finding in in_order:
        kept.setdefault((finding.submission_id or "", finding.finding_id), finding)
    return list(kept.values())
