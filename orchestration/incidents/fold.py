"""The life of findings: what a run changes, and what all runs together amount to. Pure.

Belongs here: `events_of_run` (log so far + what was found today -> what happened) and `replay` (log -> lives).
Replaying what `events_of_run` gave, run after run, gives the state of the last run: there is no other memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from orchestration.incidents.records import (
    ACKNOWLEDGED,
    ACKNOWLEDGEMENT_ENDED,
    CHANGED,
    OPENED,
    REOPENED,
    RESOLVED,
    Acknowledgement,
    Event,
    Found,
    RunRecord,
)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with the run in which it happened, counted from 1."""

    run_number: int
    day: date
    event: Event


@dataclass(slots=True)
class Life:
    """A finding over all runs. Days are those of runs; the days in `found` are those of the data."""

    found: Found
    opened_on: date
    is_open: bool = True
    resolved_on: date | None = None
    reopened_on: date | None = None
    n_reopened: int = 0
    acknowledged: Event | None = None
    happened: list[Happened] = field(default_factory=list)

    @property
    def status(self) -> str:
        if not self.is_open:
            return "resolved"
        if self.acknowledged is not None:
            return "acknowledged"
        return "reopened" if self.n_reopened else "open"


Lives = dict[str, Life]


def replay(runs: Iterable[RunRecord]) -> Lives:
    """Every finding that any of the runs knew, as the last of them left it."""
    lives: Lives = {}
    for number, run in enumerate(runs, start=1):
        for event in run.events:
            _apply(lives, event, number, run.day)
    return lives


def events_of_run(
    lives: Mapping[str, Life],
    found: Iterable[Found],
    acknowledgements: Sequence[Acknowledgement],
    day: date,
) -> tuple[Event, ...]:
    """What this run changes, in order of finding. `found` is everything that was found today, also what ended by later
    figures; what was open and is not among it has been resolved."""
    today = {one.finding_id: one for one in found}
    events: list[Event] = []
    for finding_id in sorted({*today, *lives}):
        life, one = lives.get(finding_id), today.get(finding_id)
        if one is None:
            if life is not None and life.is_open:
                events.append(Event(RESOLVED, finding_id, life.found))
            continue
        is_open = one.ended_on is None
        if life is None:
            events.append(Event(OPENED, finding_id, one if is_open else replace(one, ended_on=None)))
            if not is_open:
                events.append(Event(RESOLVED, finding_id, one))
        elif is_open and not life.is_open:
            events.append(Event(REOPENED, finding_id, one))
        elif not is_open and life.is_open:
            events.append(Event(RESOLVED, finding_id, one))
        elif one != life.found:
            events.append(Event(CHANGED, finding_id, one))
        if is_open:
            opened_on = day if life is None or not life.is_open else (life.reopened_on or life.opened_on)
            standing = life.acknowledged if life is not None and life.is_open else None
            events += _acknowledging(finding_id, opened_on, standing, acknowledgements, day)
    return tuple(events)


def _acknowledging(
    finding_id: str,
    opened_on: date,
    standing: Event | None,
    acknowledgements: Sequence[Acknowledgement],
    day: date,
) -> list[Event]:
    """The acknowledgement that begins or ends for an open finding. One given before the finding opened, or opened
    again, is of another life and counts no more."""
    given = [one for one in acknowledgements if finding_id in one.finding_ids and opened_on <= one.on <= day]
    # The last word counts; a withdrawal is a word.
    last = given[-1] if given else None
    if last is None or last.withdrawn or last.until < day:
        return [Event(ACKNOWLEDGEMENT_ENDED, finding_id, by=standing.by, until=standing.until)] if standing else []
    begun = Event(ACKNOWLEDGED, finding_id, by=last.by, reason=last.reason, until=last.until)
    return [] if standing == begun else [begun]


def _apply(lives: Lives, event: Event, number: int, day: date) -> None:
    life = lives.get(event.finding_id)
    if life is None:
        if event.found is None:
            return
        life = lives[event.finding_id] = Life(found=event.found, opened_on=day)
    if event.found is not None:
        life.found = event.found
    match event.event:
        case "resolved":
            life.is_open, life.acknowledged = False, None
            life.resolved_on = event.found.ended_on if event.found and event.found.ended_on else day
        case "reopened":
            life.is_open, life.resolved_on, life.reopened_on = True, None, day
            life.n_reopened += 1
        case "acknowledged":
            life.acknowledged = event
        case "acknowledgement_ended":
            life.acknowledged = None
        case "changed" if not life.is_open and life.found.ended_on is not None:
            life.resolved_on = life.found.ended_on
    if event.event != CHANGED:
        life.happened.append(Happened(number, day, event))
