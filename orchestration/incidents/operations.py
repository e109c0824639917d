"""Trouble of the machinery as findings: failed runs, failing sensors, rules without data, channels that are down.

Belongs here: remembering trouble when it happens, and putting it into the form of a finding when a run comes to look.
Does not belong here: telling anybody (`alerts`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from expectations.catalogue import CHANNEL_DOWN, RULE_WITHOUT_DATA, RUN_FAILED, SENSOR_FAILED, Rule
from expectations.findings import finding_id
from orchestration.incidents.history import HistoryError, reading, stamp, write_new
from orchestration.incidents.records import Found

Kind = Literal["run_failed", "sensor_failed"]
_RULE_OF: Mapping[str, str] = {"run_failed": RUN_FAILED, "sensor_failed": SENSOR_FAILED}
_CAUSE_OF: Mapping[str, str] = {"run_failed": "Failed runs", "sensor_failed": "Failing sensors"}


@dataclass(frozen=True)
class Trouble:
    """A run or a sensor that failed. `what`: which, in words that stay the same from one failure to the next."""

    kind: Kind
    key: str
    what: str
    message: str
    at: datetime


def record_trouble(history: Path, trouble: Trouble) -> bool:
    """Remembers it, once a key (a run's id; a sensor and its day). Was it new?"""
    digest = hashlib.sha256(f"{trouble.kind}\x1f{trouble.key}".encode()).hexdigest()[:12]
    folder = history / "trouble"
    if list(folder.glob(f"*-{digest}.json")):
        return False
    record = {
        "kind": trouble.kind,
        "key": trouble.key,
        "what": trouble.what,
        "message": trouble.message,
        "at": trouble.at.isoformat(),
    }
    try:
        write_new(
            folder / f"{stamp(trouble.at)}-{digest}.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        )
    except HistoryError:
        return False
    return True


def read_trouble(history: Path, *, after: str) -> list[Trouble]:
    """What failed since the run whose name begins so, oldest first."""
    found = []
    for path in sorted((history / "trouble").glob("*.json")):
        if path.name.split("-")[0] <= after.split("-")[0]:
            continue
        with reading(path):
            record = json.loads(path.read_text(encoding="utf-8"))
            found.append(Trouble(**{**record, "at": datetime.fromisoformat(record["at"])}))
    return found


def trouble_findings(troubles: Iterable[Trouble], rules: Mapping[str, Rule], day: date) -> list[Found]:
    """A finding for each thing that failed. A failed run ends with the run that looks: it did its work. A sensor's
    failure stands until a run looks that finds no newer one."""
    last = {(trouble.kind, trouble.what): trouble for trouble in troubles}
    return [
        _found(
            rules[_RULE_OF[one.kind]],
            subject=one.what,
            cause=_CAUSE_OF[one.kind],
            message=f"{one.what} failed on {one.at:%d %B %Y}: {one.message}",
            period_start=one.at.date() if one.kind == "run_failed" else None,
            seen=one.at.date(),
            ended_on=day if one.kind == "run_failed" else None,
        )
        for one in last.values()
    ]


def rules_without_data(before: Iterable[str], now: frozenset[str], rules: Mapping[str, Rule]) -> list[Found]:
    """A finding for each rule of the catalogue that compared something in an earlier run and compares nothing now."""
    return [
        _found(
            rules[RULE_WITHOUT_DATA],
            subject=f"The rule '{rules[rule_id].title}' ({rule_id})",
            cause="Rules without data",
            message=None,
            seen=None,
        )
        for rule_id in sorted(set(before) - now)
        if rule_id in rules
    ]


def channels_down(down: Iterable[tuple[str, date, str]], rules: Mapping[str, Rule]) -> list[Found]:
    """A finding for each channel that took no message when last tried: its name, since when, and what it said."""
    return [
        _found(
            rules[CHANNEL_DOWN],
            subject=f"The channel '{channel}'",
            cause="Channels of alerts",
            message=f"The channel '{channel}' does not take messages since {since:%d %B %Y}: {said}",
            seen=since,
        )
        for channel, since, said in down
    ]


def _found(
    rule: Rule,
    *,
    subject: str,
    cause: str,
    message: str | None,
    seen: date | None,
    period_start: date | None = None,
    ended_on: date | None = None,
) -> Found:
    return Found(
        finding_id=finding_id(rule.id, None, None, period_start, subject),
        rule_id=rule.id,
        severity=rule.severity.value,
        authority_code=None,
        indicator_code=None,
        period_start=period_start,
        subject=subject,
        cause=cause,
        explained_by=None,
        message=message or rule.message.format(subject=subject),
        evidence="[]",
        expected=None,
        observed=None,
        submission_id=None,
        source_ref=None,
        first_seen=seen,
        last_seen=seen,
        ended_on=ended_on,
    )
