"""What was known on a day, and the home in which it is published: chosen by issue date, linked, thrown away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.incidents.history import write_acknowledgement
from orchestration.incidents.records import Acknowledgement
from orchestration.intake.outcome import Outcome, OutcomeWord
from orchestration.intake.store import write_outcome
from orchestration.publish.shelf import Publication, database_path, point_to, write_json
from orchestration.runtime import as_at
from orchestration.runtime.as_at import AsAtError, MadeOf, made_of, publication_as_at
from orchestration.settings import Settings

DAY = date(2017, 3, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", shipped_returns=False, keep_publications=2)


def receive(
    settings: Settings,
    name: str,
    *,
    issued: date | None = None,
    received: date = date(2017, 2, 20),
    outcome: OutcomeWord = "accepted",
) -> None:
    """An outcome record and a raw file, as intake leaves them."""
    moment = datetime(received.year, received.month, received.day, 9, tzinfo=UTC)
    tables = {"indicator_return": 1}
    one = Outcome(
        name, "indicator_return", "0" * 64, f"{name}.csv", 1, moment, outcome, issue_date=issued, tables=tables
    )
    (settings.raw / "indicator_return").mkdir(parents=True, exist_ok=True)
    (settings.raw / "indicator_return" / f"{name}.parquet").write_text(name)
    write_outcome(one, settings.raw)


def names(made: MadeOf) -> list[str]:
    return [one.submission_id for one in made.submissions]


def test_a_submission_is_known_from_its_issue_date_and_else_from_its_arrival(settings: Settings) -> None:
    receive(settings, "issued_before", issued=date(2017, 2, 23), received=date(2026, 11, 21))
    receive(settings, "issued_after", issued=date(2017, 3, 2), received=date(2017, 2, 1))
    receive(settings, "arrived_on_the_day", received=DAY)
    receive(settings, "arrived_after", received=date(2017, 3, 2))
    assert names(made_of(settings, DAY)) == ["arrived_on_the_day", "issued_before"]


def test_a_rejected_file_was_known_and_one_on_which_we_failed_was_not(settings: Settings) -> None:
    receive(settings, "good")
    receive(settings, "refused", outcome="rejected")
    receive(settings, "unidentified_1", outcome="processing_error")
    assert names(made_of(settings, DAY)) == ["good", "refused"]


def test_what_comes_later_leaves_the_stamp_as_it_was(settings: Settings) -> None:
    receive(settings, "first")
    before = made_of(settings, DAY)
    receive(settings, "resubmitted", issued=date(2017, 4, 1), received=date(2017, 4, 1))
    assert made_of(settings, DAY) == before
    assert made_of(settings, date(2017, 4, 1)).stamp != before.stamp


def test_a_late_file_of_an_earlier_day_changes_what_was_known_unless_the_inputs_are_named(settings: Settings) -> None:
    receive(settings, "first")
    before = made_of(settings, DAY)
    receive(settings, "late", issued=date(2017, 2, 1), received=date(2018, 1, 1))
    assert names(made_of(settings, DAY)) == ["first", "late"]
    assert made_of(settings, DAY, only=before) == before


def test_named_inputs_that_changed_are_refused_by_name(settings: Settings) -> None:
    receive(settings, "first")
    receive(settings, "second")
    before = made_of(settings, DAY)
    (settings.raw / "_outcome" / "second.json").unlink()
    with pytest.raises(AsAtError, match="second"):
        made_of(settings, DAY, only=before)


def test_a_day_before_everything_is_refused_with_the_first_day_that_would_do(settings: Settings) -> None:
    with pytest.raises(AsAtError, match="No return has been loaded"):
        made_of(settings, DAY)
    receive(settings, "first", issued=date(2017, 2, 23))
    with pytest.raises(AsAtError, match="23 February 2017"):
        made_of(settings, date(2017, 2, 22))


def test_the_log_of_findings_counts_up_to_the_day(settings: Settings) -> None:
    receive(settings, "first")
    runs = settings.history / "runs"
    runs.mkdir(parents=True)
    for name, day in (("20170301T100000000Z-a", "2017-03-01"), ("20170302T100000000Z-b", "2017-03-02")):
        head = {"run_id": name, "day": day, "rules_with_data": [], "fingerprint": "", "started": ""}
        (runs / f"{name}.jsonl").write_text(json.dumps(head) + "\n")
    for on in (DAY, date(2017, 3, 2)):
        one = Acknowledgement(f"a{on.day}", "t", ("f",), on=on, until=date(2018, 1, 1), by="A", reason="known")
        write_acknowledgement(settings.history, one, datetime(on.year, on.month, on.day, 12, tzinfo=UTC))
    assert [Path(one.name).parent.name for one in made_of(settings, DAY).history] == ["runs", "acknowledgements"]
    assert len(made_of(settings, date(2017, 3, 2)).history) == 4


def test_the_record_survives_its_file(settings: Settings) -> None:
    receive(settings, "first")
    before = made_of(settings, DAY)
    assert MadeOf.from_record(json.loads(json.dumps(before.to_record()))) == before


def pretend_run(seen: list[list[str]]) -> Callable[..., None]:
    """In place of the pipeline: notes what the scratch home holds, and leaves a publication there."""

    def run(scratch: Settings, day: date, *, debug: bool) -> None:
        held = [path.relative_to(scratch.home).as_posix() for path in scratch.home.rglob("*") if not path.is_dir()]
        seen.append(sorted(held))
        publication_id = f"id-{len(seen)}"
        path = database_path(scratch.published, publication_id)
        made = Publication(publication_id, "", day.isoformat(), None, "", "", "", "", 0, 0, path)
        (scratch.published / publication_id).mkdir(parents=True)
        write_json(scratch.published / publication_id / "publication.json", made.certificate())
        path.write_text(f"as at {day}")
        point_to(scratch.published, made)

    return run


def test_the_scratch_home_holds_what_was_known_and_is_gone_afterwards(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(as_at, "_run", pretend_run(seen))
    receive(settings, "first")
    receive(settings, "later", received=date(2017, 5, 1))
    before = sorted(path for path in settings.home.rglob("*"))
    made = publication_as_at(settings, DAY)
    assert seen == [["raw/_outcome/first.json"]]
    assert made.was_made and made.path.read_text() == "as at 2017-03-01"
    assert [path for path in settings.home.glob("as_at/*") if path.is_dir()] == [settings.home / "as_at" / "2017-03-01"]
    outside = sorted(path for path in settings.home.rglob("*") if "as_at" not in path.parts)
    assert outside == before
    assert (settings.raw / "indicator_return" / "first.parquet").read_text() == "first"


def test_it_is_used_again_while_it_holds_and_the_last_used_are_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(as_at, "_run", pretend_run(seen))
    receive(settings, "first")
    first = publication_as_at(settings, DAY)
    receive(settings, "later", received=date(2017, 5, 1))
    again = publication_as_at(settings, DAY)
    assert not again.was_made and again.path == first.path
    receive(settings, "late", issued=date(2017, 2, 1), received=date(2018, 1, 1))
    assert publication_as_at(settings, DAY).path != first.path
    assert first.path.exists()
    publication_as_at(settings, date(2017, 6, 1))
    assert len(seen) == 3
    assert len(list(settings.home.glob("as_at/*/*.duckdb"))) == settings.keep_publications


def test_a_run_that_fails_leaves_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(scratch: Settings, day: date, *, debug: bool) -> None:
        raise AsAtError("no")

    monkeypatch.setattr(as_at, "_run", fail)
    receive(settings, "first")
    with pytest.raises(AsAtError):
        publication_as_at(settings, DAY)
    assert [path.name for path in (settings.home / "as_at").iterdir()] == [".lock"]
