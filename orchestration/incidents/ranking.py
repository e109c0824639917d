"""What matters first: incidents in the order of what they change. Pure.

Before all a return that is held back or a machine that stands still; then key indicators before others and those before
what is no indicator; then severity; then how far the figure is off; then how many figures it touches. Ended and
acknowledged incidents come after open ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from expectations.catalogue import Rule, Severity
from orchestration.incidents.fold import Life
from orchestration.incidents.grouping import Group
from orchestration.incidents.records import OPENED, REOPENED, RESOLVED

SEVERITIES = tuple(severity.value for severity in Severity)
_STATUSES = ("open", "reopened", "acknowledged", "resolved")


@dataclass(frozen=True)
class Indicator:
    """What the registry says of an indicator that matters for the order."""

    name: str
    theme: str
    is_key: bool = False
    is_focus: bool = False


@dataclass(frozen=True)
class Incident:
    """One row of quality.incident, not yet ranked."""

    incident_id: str
    authority_code: str | None
    title: str
    theme: str | None
    severity: str
    rule_ids: tuple[str, ...]
    n_findings: int
    n_open: int
    n_figures: int
    effect: float
    importance: int
    first_period: date | None
    last_period: date | None
    opened_at: date
    last_seen: date | None
    status: str
    resolved_at: date | None
    reopened_at: date | None
    n_reopened: int
    acknowledged_until: date | None
    acknowledged_by: str | None
    acknowledged_reason: str | None
    explained_by: str | None
    owner: str
    indicator_codes: tuple[str, ...]
    what_to_do: str
    message: str


def incident(group: Group, rules: Mapping[str, Rule], indicators: Mapping[str, Indicator]) -> Incident:
    """The incident that a group of findings is; of its open findings, or of all of them once it is over."""
    lives = group.members
    open_lives = [life for life in lives if life.is_open]
    shown = sorted(open_lives or lives, key=lambda life: _weight(life, indicators), reverse=True)
    first = shown[0].found
    acknowledged = [life.acknowledged for life in open_lives if life.acknowledged is not None]
    ends, returns = turns(lives)
    status = "open"
    if not open_lives:
        status = "resolved"
    elif len(acknowledged) == len(open_lives):
        status = "acknowledged"
    elif returns:
        status = "reopened"
    # The acknowledgement that ends first is the one to know of.
    next_end = min(acknowledged, key=lambda event: (event.until or date.max, event.by or ""), default=None)
    periods = sorted(life.found.period_start for life in shown if life.found.period_start is not None)
    codes = sorted({life.found.indicator_code for life in shown if life.found.indicator_code is not None})
    known = [indicators.get(life.found.indicator_code or "") for life in shown]
    themes = Counter(indicator.theme for indicator in known if indicator is not None)
    rule = rules.get(first.rule_id)
    return Incident(
        incident_id=group.incident_id,
        authority_code=group.authority_code,
        title=group.cause[:1].upper() + group.cause[1:],
        theme=min(themes, key=lambda theme: (-themes[theme], theme)) if themes else None,
        severity=min((life.found.severity for life in shown), key=SEVERITIES.index),
        rule_ids=tuple(sorted({life.found.rule_id for life in shown})),
        n_findings=len(lives),
        n_open=len(open_lives),
        n_figures=len({_figure(life) for life in shown}),
        effect=max(_effect(life) for life in shown),
        importance=max(_importance(life, indicators) for life in shown),
        first_period=periods[0] if periods else None,
        last_period=periods[-1] if periods else None,
        opened_at=min(life.opened_on for life in lives),
        last_seen=max((life.found.last_seen for life in lives if life.found.last_seen is not None), default=None),
        status=status,
        resolved_at=ends[-1] if ends and not open_lives else None,
        reopened_at=returns[-1] if returns else None,
        n_reopened=len(returns),
        acknowledged_until=next_end.until if next_end else None,
        acknowledged_by=next_end.by if next_end else None,
        acknowledged_reason=next_end.reason if next_end else None,
        explained_by=first.explained_by,
        owner=rule.owner.value if rule else "data_engineer",
        indicator_codes=tuple(codes),
        what_to_do=rule.what_to_do.strip() if rule else "",
        message=first.message,
    )


def ranked(incidents: Iterable[Incident]) -> list[Incident]:
    """The incidents in order of what they change; the first has rank 1."""
    return sorted(
        incidents,
        key=lambda one: (
            _STATUSES.index(one.status) // 2 + (one.status == "resolved"),
            one.severity != Severity.CRITICAL.value,
            -one.importance,
            SEVERITIES.index(one.severity),
            -round(one.effect, 2),
            -one.n_figures,
            one.incident_id,
        ),
    )


def turns(lives: Sequence[Life], *, before_run: int | None = None) -> tuple[list[date], list[date]]:
    """The days on which the whole incident was over, and those on which it came back, run by run."""
    happened = sorted(
        (
            (one.run_number, one.day, life.found.finding_id, one.event.event)
            for life in lives
            for one in life.happened
            if before_run is None or one.run_number < before_run
        ),
        key=lambda one: one[0],
    )
    open_now: set[str] = set()
    ends: list[date] = []
    returns: list[date] = []
    for index, (number, day, name, event) in enumerate(happened):
        if event in (OPENED, REOPENED):
            open_now.add(name)
        elif event == RESOLVED:
            open_now.discard(name)
        is_last_of_run = index + 1 == len(happened) or happened[index + 1][0] != number
        if is_last_of_run:
            is_over = len(ends) > len(returns)
            if open_now and is_over:
                returns.append(day)
            elif not open_now and not is_over:
                ends.append(day)
    return ends, returns


def _weight(life: Life, indicators: Mapping[str, Indicator]) -> tuple[int, int, float, str]:
    return (
        -SEVERITIES.index(life.found.severity),
        _importance(life, indicators),
        _effect(life),
        life.found.finding_id,
    )


def _importance(life: Life, indicators: Mapping[str, Indicator]) -> int:
    """3 a key indicator, 2 one in focus, 1 any other, 0 what is about no indicator."""
    indicator = indicators.get(life.found.indicator_code or "")
    if indicator is None:
        return 0
    return 3 if indicator.is_key else 2 if indicator.is_focus else 1


def _effect(life: Life) -> float:
    """How far off, as a share of the larger of the two figures: 0 to 1."""
    expected, observed = life.found.expected, life.found.observed
    if expected is None or observed is None:
        return 0.0
    largest = max(abs(expected), abs(observed))
    return min(1.0, abs(observed - expected) / largest) if largest else 0.0


def _figure(life: Life) -> tuple[str, str]:
    found = life.found
    return (found.indicator_code or found.subject, str(found.period_start))
