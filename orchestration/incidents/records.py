"""What is remembered: findings, events, runs and acknowledgements, as plain records with their JSON form.

Standard library only. Does not belong here: files (`history`) and what the records amount to (`fold`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

OPENED, REOPENED, RESOLVED = "opened", "reopened", "resolved"
ACKNOWLEDGED, ACKNOWLEDGEMENT_ENDED = "acknowledged", "acknowledgement_ended"
# Kept in the log so that a finding that is gone is shown as it was last seen; no event in anybody's eyes.
CHANGED = "changed"
EVENTS = (OPENED, RESOLVED, REOPENED, ACKNOWLEDGED, ACKNOWLEDGEMENT_ENDED)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as the gates gave it. `ended_on`: the day from which later figures say otherwise, where they do."""

    finding_id: str
    rule_id: str
    severity: str
    authority_code: str | None
    indicator_code: str | None
    period_start: date | None
    subject: str
    cause: str
    explained_by: str | None
    message: str
    evidence: str
    expected: float | None
    observed: float | None
    submission_id: str | None
    source_ref: str | None
    first_seen: date | None
    last_seen: date | None
    ended_on: date | None = None

    def to_record(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Found:
        values: dict[str, Any] = {one.name: record.get(one.name) for one in fields(cls)}
        for name in ("period_start", "first_seen", "last_seen", "ended_on"):
            values[name] = _day(values[name])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a finding in a run. `found` is the finding as it was then, where it changed."""

    event: str
    finding_id: str
    found: Found | None = None
    by: str | None = None
    reason: str | None = None
    until: date | None = None

    def to_record(self) -> dict[str, Any]:
        record: dict[str, Any] = {"event": self.event, "finding_id": self.finding_id}
        record |= {name: value for name, value in (("by", self.by), ("reason", self.reason)) if value is not None}
        if self.until is not None:
            record["until"] = self.until.isoformat()
        if self.found is not None:
            record["finding"] = self.found.to_record()
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Event:
        found = record.get("finding")
        return cls(
            event=record["event"],
            finding_id=record["finding_id"],
            found=Found.from_record(found) if found else None,
            by=record.get("by"),
            reason=record.get("reason"),
            until=_day(record.get("until")),
        )


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run that was published: its day, what changed, and which rules compared anything in it."""

    run_id: str
    day: date
    events: tuple[Event, ...] = ()
    rules_with_data: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody knows of these findings: until then nobody need be reminded. `withdrawn` ends the earlier ones of its
    target from its day on."""

    acknowledgement_id: str
    target: str
    finding_ids: tuple[str, ...]
    on: date
    until: date
    by: str
    reason: str
    withdrawn: bool = False

    def to_record(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Acknowledgement:
        values = dict(record)
        values["finding_ids"] = tuple(record["finding_ids"])
        values["on"], values["until"] = date.fromisoformat(record["on"]), date.fromisoformat(record["until"])
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
