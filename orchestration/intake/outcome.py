"""What became of a file: its problems and its outcome, as plain records.

Belongs here: the records, their JSON form and the wording of counts. Does not belong here: finding problems
(identify, check, the readers) or writing files (store). Standard library only, so that asking what is pending costs
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

Severity = Literal["error", "warning"]
OutcomeWord = Literal["accepted", "accepted_with_warnings", "rejected", "processing_error"]

UNIDENTIFIED = "unidentified"
LISTED_PER_CODE = 200

# What became of a file, as its sender is told: "Your file 'x.csv' ..."
SAID: dict[str, str] = {
    "accepted": "was loaded",
    "accepted_with_warnings": "was loaded; please look at the points below",
    "rejected": "was not loaded; nothing that was held before has changed",
    "processing_error": "could not be processed because of a fault on our side; it is kept and nothing is lost",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, told to the sender: where it is, what stands there, and what to do about it."""

    code: str
    severity: Severity
    message: str
    what_to_do: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def place(self) -> str:
        """Where it is, as a person says it: ``sheet 'Jan', row 7, column 'value'``."""
        parts = [
            f"sheet '{self.sheet}'" if self.sheet else "",
            f"row {self.row}" if self.row is not None else "",
            f"column '{self.column}'" if self.column else "",
        ]
        return ", ".join(p for p in parts if p)


class Problems:
    """Collects problems, listing at most ``LISTED_PER_CODE`` of a kind and counting the rest."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self._counts: dict[tuple[str, Severity], int] = {}
        self._how: dict[tuple[str, Severity], str] = {}

    def add(self, problem: Problem) -> None:
        self.add_many([problem], 1)

    def add_many(self, examples: list[Problem], total: int) -> None:
        """Record ``total`` problems of one kind, of which ``examples`` are spelled out."""
        for problem in examples:
            kind = (problem.code, problem.severity)
            if sum(1 for p in self._listed if (p.code, p.severity) == kind) < LISTED_PER_CODE:
                self._listed.append(problem)
            self._how.setdefault(kind, problem.what_to_do)
        if examples:
            kind = (examples[0].code, examples[0].severity)
            self._counts[kind] = self._counts.get(kind, 0) + max(total, len(examples))

    @property
    def has_errors(self) -> bool:
        return any(p.severity == "error" for p in self._listed)

    def __bool__(self) -> bool:
        return bool(self._listed)

    def as_list(self) -> list[Problem]:
        """All listed problems, errors first, in the order of the file, each kind ended by a count of those not
        listed."""
        closing = []
        for (code, severity), total in self._counts.items():
            shown = sum(1 for p in self._listed if (p.code, p.severity) == (code, severity))
            if total > shown:
                closing.append(
                    Problem(code, severity, f"and {total - shown:,} more of the same kind", self._how[code, severity])
                )
        return sorted([*self._listed, *closing], key=lambda p: p.severity != "error")


@dataclass(slots=True)
class Outcome:
    """One received content and what became of it: a row of ``raw.submission`` with its problems."""

    submission_id: str
    return_name: str
    content_sha256: str
    file_name: str
    size_bytes: int
    received_at: datetime
    outcome: OutcomeWord
    contract_version: str | None = None
    archived_as: str | None = None
    authority_code: str | None = None
    n_authorities: int = 0
    period_from: date | None = None
    period_to: date | None = None
    issue_date: date | None = None
    rows_in_file: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_duplicate: bool = False

    @property
    def reporting_month(self) -> str | None:
        """The month of the last day reported on, ``YYYY-MM``."""
        return self.period_to.strftime("%Y-%m") if self.period_to else None

    @property
    def loaded(self) -> bool:
        return self.outcome in ("accepted", "accepted_with_warnings")

    def submission_row(self) -> dict[str, Any]:
        """The row of ``raw.submission`` (keys in that table's order)."""
        from orchestration.intake.tables import RAW_TABLES

        return {name: getattr(self, name) for name, _ in RAW_TABLES["submission"]}

    def problem_rows(self) -> list[dict[str, Any]]:
        """The rows of ``raw.problem``."""
        return [
            {
                "submission_id": self.submission_id,
                "severity": p.severity,
                "code": p.code,
                "sheet": p.sheet,
                "row_number": p.row,
                "column_name": p.column,
                "value": p.value,
                "message": p.message,
                "what_to_do": p.what_to_do,
            }
            for p in self.problems
        ]

    def to_json(self) -> str:
        record = asdict(self)
        del record["is_duplicate"]  # a fact about an arrival, not about the content
        record["received_at"] = self.received_at.astimezone(UTC).isoformat()
        record["reporting_month"] = self.reporting_month
        return json.dumps(record, ensure_ascii=False, indent=1, default=_iso) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Outcome:
        record = json.loads(text)
        record.pop("reporting_month", None)
        record["received_at"] = datetime.fromisoformat(record["received_at"])
        for name in ("period_from", "period_to", "issue_date"):
            record[name] = date.fromisoformat(record[name]) if record[name] else None
        record["problems"] = [Problem(**p) for p in record["problems"]]
        return cls(**record)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot write {value!r} as JSON")


def note_to_sender(outcome: Outcome, files: Sequence[str] = ("rows.csv",)) -> str:
    """The text of ``quarantine/<submission>/note.txt``: what happened to the file and what its sender can do."""
    said = SAID[outcome.outcome]
    rows = [name for name in files if name.startswith("rows")]
    lines = [
        f"Your file '{outcome.file_name}' {said}.",
        "",
        f"Recognised as: {outcome.return_name.replace('_', ' ')}",
        f"Received: {outcome.received_at.astimezone(UTC):%d %B %Y %H:%M} UTC",
        f"Rows in the file: {outcome.rows_in_file:,}; loaded: {outcome.rows_loaded:,}; "
        f"set aside: {outcome.rows_quarantined:,}"
        + (f" (they are in {', '.join(rows)})" if outcome.rows_quarantined and rows else ""),
        f"Reference: {outcome.submission_id}",
    ]
    for severity, heading in (("error", "Must be put right"), ("warning", "Please check")):
        chosen = [p for p in outcome.problems if p.severity == severity]
        if not chosen:
            continue
        lines += ["", heading, "-" * len(heading)]
        for problem in chosen:
            place = problem.place()
            lines.append(f"* {place + ': ' if place else ''}{problem.message}")
            lines.append(f"  What to do: {problem.what_to_do}")
    if outcome.notes:
        lines += ["", "For your information", "--------------------", *(f"* {note}" for note in outcome.notes)]
    return "\n".join(lines) + "\n"
