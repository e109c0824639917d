"""The life of findings, whatever the runs bring: the log alone gives back the state."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.incidents.fold import events_of_run, replay
from orchestration.incidents.history import HistoryError, read_runs, run_names, settle, write_new, write_pending
from orchestration.incidents.records import Acknowledgement, Event, Found, RunRecord
from orchestration.settings import Settings

from .conftest import make_found

DAY = date(2017, 3, 1)


def run(
    runs: list[RunRecord], *today: Found, day: date = DAY, acknowledged: list[Acknowledgement] | None = None
) -> Any:
    """Adds a run that found this; returns what happened in it."""
    events = events_of_run(replay(runs), today, acknowledged or [], day)
    runs.append(RunRecord(f"run{len(runs)}", day, events))
    return [(event.event, event.finding_id) for event in events]


def known(until: date, *, on: date = DAY, withdrawn: bool = False) -> Acknowledgement:
    return Acknowledgement("a", "f1", ("f1",), on, until, "A. Analyst", "the export is being mended", withdrawn)


def test_a_finding_opens_stands_ends_and_comes_back() -> None:
    runs: list[RunRecord] = []
    one = make_found()
    assert run(runs, one) == [("opened", "f1")]
    assert run(runs, one) == []
    assert run(runs) == [("resolved", "f1")]
    assert replay(runs)["f1"].status == "resolved"
    assert run(runs, one) == [("reopened", "f1")]
    life = replay(runs)["f1"]
    assert (life.status, life.n_reopened, life.resolved_on) == ("reopened", 1, None)


def test_figures_that_later_ones_replaced_end_a_finding_on_the_day_of_the_data() -> None:
    runs: list[RunRecord] = []
    run(runs, make_found())
    ended = make_found(ended_on=date(2017, 2, 28))
    assert run(runs, ended) == [("resolved", "f1")]
    assert run(runs, ended) == []
    assert replay(runs)["f1"].resolved_on == date(2017, 2, 28)


def test_what_was_replaced_before_anybody_saw_it_is_in_the_history_and_resolved() -> None:
    runs: list[RunRecord] = []
    assert run(runs, make_found(ended_on=date(2017, 2, 28))) == [("opened", "f1"), ("resolved", "f1")]
    assert replay(runs)["f1"].status == "resolved"


def test_an_acknowledgement_holds_until_its_day_and_its_end_is_told_once() -> None:
    runs: list[RunRecord] = []
    one = make_found()
    run(runs, one)
    given_until = [known(DAY + timedelta(days=10))]
    assert run(runs, one, acknowledged=given_until) == [("acknowledged", "f1")]
    assert replay(runs)["f1"].status == "acknowledged"
    last_day, after = DAY + timedelta(days=10), DAY + timedelta(days=11)
    assert run(runs, one, acknowledged=given_until, day=last_day) == []
    assert run(runs, one, acknowledged=given_until, day=after) == [("acknowledgement_ended", "f1")]
    assert run(runs, one, acknowledged=given_until, day=after) == []
    assert replay(runs)["f1"].status == "open"


def test_a_withdrawn_acknowledgement_ends_at_once() -> None:
    runs: list[RunRecord] = []
    one = make_found()
    run(runs, one)
    said = [known(DAY + timedelta(days=10))]
    run(runs, one, acknowledged=said)
    said.append(known(DAY, withdrawn=True))
    assert run(runs, one, acknowledged=said) == [("acknowledgement_ended", "f1")]


def test_an_acknowledgement_does_not_silence_what_was_resolved_and_came_back() -> None:
    runs: list[RunRecord] = []
    said = [known(DAY + timedelta(days=100))]
    run(runs, make_found())
    run(runs, make_found(), acknowledged=said)
    run(runs, acknowledged=said)
    assert run(runs, make_found(), acknowledged=said, day=DAY + timedelta(days=30)) == [("reopened", "f1")]
    assert replay(runs)["f1"].status == "reopened"


NAMES = st.sampled_from(["f1", "f2", "f3", "f4"])
TODAY = st.dictionaries(NAMES, st.tuples(st.booleans(), st.sampled_from(["as it was", "worse"])), max_size=4)
ACKNOWLEDGED = st.lists(st.tuples(NAMES, st.integers(0, 12), st.integers(0, 12), st.booleans()), max_size=3)


def acknowledgements(drawn: list[tuple[str, int, int, bool]]) -> list[Acknowledgement]:
    return [
        Acknowledgement(
            "a", name, (name,), DAY + timedelta(days=on), DAY + timedelta(days=on + for_days), "b", "c", off
        )
        for name, on, for_days, off in drawn
    ]


def findings(drawn: dict[str, tuple[bool, str]]) -> list[Found]:
    return [
        make_found(name, message=said, ended_on=date(2017, 2, 28) if ended else None)
        for name, (ended, said) in drawn.items()
    ]


@given(st.lists(TODAY, max_size=8), ACKNOWLEDGED)
def test_the_log_gives_back_the_state_of_any_sequence_of_runs(days: list[Any], drawn: list[Any]) -> None:
    runs: list[RunRecord] = []
    for number, today in enumerate(days):
        found, day = findings(today), DAY + timedelta(days=number)
        run(runs, *found, day=day, acknowledged=acknowledgements(drawn))
        lives = replay(runs)
        # What is open is exactly what was found today and not replaced, and it is shown as it is today.
        assert {name for name, life in lives.items() if life.is_open} == {
            one.finding_id for one in found if one.ended_on is None
        }
        assert all(lives[one.finding_id].found == one for one in found)
        # Nothing is ever forgotten, and the same day again changes nothing.
        assert set(lives) == {name for run_before in days[: number + 1] for name in run_before}
        assert events_of_run(lives, found, acknowledgements(drawn), day) == ()
    for life in replay(runs).values():
        turns = [one.event.event for one in life.happened if one.event.event in ("opened", "resolved", "reopened")]
        assert turns[0] == "opened" and turns.count("opened") == 1
        assert all({a, b} != {"opened", "reopened"} and a != b for a, b in pairwise(turns))


@given(st.lists(TODAY, max_size=5), ACKNOWLEDGED)
def test_a_log_that_was_written_and_read_is_the_same_log(days: list[Any], drawn: list[Any]) -> None:
    runs: list[RunRecord] = []
    for number, today in enumerate(days):
        run(runs, *findings(today), day=DAY + timedelta(days=number), acknowledged=acknowledgements(drawn))
    again = [
        RunRecord(one.run_id, one.day, tuple(Event.from_record(event.to_record()) for event in one.events))
        for one in runs
    ]
    assert replay(again) == replay(runs)


def pending(settings: Settings, fingerprint: str) -> None:
    from datetime import UTC, datetime

    record = RunRecord("0123456789", DAY, (Event("opened", "f1", make_found()),), frozenset({"a.rule"}))
    write_pending(settings.history, record, started=datetime(2017, 3, 1, 9, tzinfo=UTC), fingerprint=fingerprint)


def test_a_run_belongs_to_the_log_when_its_publication_was_released_and_not_before(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    pending(settings, "of the run")
    settle(settings, "of the publication before")
    assert read_runs(settings.history) == [] and not (settings.history / "pending.jsonl").exists()
    pending(settings, "of the run")
    settle(settings, "of the run")
    (read,) = read_runs(settings.history)
    assert (read.day, read.rules_with_data, read.events[0].found) == (DAY, {"a.rule"}, make_found())
    assert run_names(settings.history) == ["20170301T090000000Z-01234567"]


def test_what_is_in_the_log_is_never_written_again_and_damage_is_named(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "a.jsonl"
    write_new(path, "not json\n")
    with pytest.raises(HistoryError, match="never written again"):
        write_new(path, "{}\n")
    with pytest.raises(HistoryError, match=r"a\.jsonl"):
        read_runs(tmp_path)
