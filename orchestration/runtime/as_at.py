"""A publication as known on a day: the same pipeline over what was known by then, in a home of its own that is thrown
away, so that a pack can be made again a year later.

Belongs here: which submissions and which past of the findings were known on a day, the scratch home over them, and
the publications that were made so (`<home>/as_at/<day>/`, a cache: each can be made again). Does not belong here: the
pipeline (it is run as `bellwether run` runs it, in a process of its own), and the report that reads the result.

Known on a day is what the house calls so everywhere: by the issue date that a submission states, by its arrival where
it states none. A file that arrives later with an earlier issue date therefore belongs to the day; who must have what
was held then and nothing else names the inputs (`only`), as a pack does when it is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.incidents.history import read_acknowledgements, read_runs, run_names
from orchestration.intake.outcome import Outcome
from orchestration.intake.store import outcome_paths, read_outcome
from orchestration.publish import code_version, current, project_hash
from orchestration.runtime.lock import run_lock

if TYPE_CHECKING:
    from orchestration.settings import Settings

FORMAT = 1
_MAKING = ".making"
_OUTCOMES = "_outcome"
# What files of a run's past there are, each kind in its folder of `history`.
_RUNS, _ACKNOWLEDGEMENTS, _TROUBLE = "runs", "acknowledgements", "trouble"


class AsAtError(Exception):
    """There is no publication as at the day; the message says why and what to do."""


@dataclass(frozen=True)
class Submitted:
    """A submission that was known on the day. `record_sha256` is of its outcome record, the commit point of intake."""

    submission_id: str
    return_name: str
    file_name: str
    known_from: str
    received_at: str
    content_sha256: str
    record_sha256: str


@dataclass(frozen=True)
class Past:
    """A file of the log of findings that was written by the day."""

    name: str
    sha256: str


@dataclass(frozen=True)
class MadeOf:
    """All that a publication as at a day depends on: equal records give equal figures, pages and packs."""

    as_at: str
    submissions: tuple[Submitted, ...]
    history: tuple[Past, ...]
    code_version: str
    registry_hash: str
    project_hash: str
    format: int = FORMAT

    @property
    def stamp(self) -> str:
        """One hash over all of it."""
        return hashlib.sha256(json.dumps(self.to_record(), sort_keys=True).encode()).hexdigest()

    def to_record(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> MadeOf:
        values = dict(record)
        values["submissions"] = tuple(Submitted(**one) for one in record["submissions"])
        values["history"] = tuple(Past(**one) for one in record["history"])
        return cls(**values)


@dataclass(frozen=True)
class AsAt:
    """A publication as known on a day: where it lies, what it was made of, and whether it had to be made now."""

    path: Path
    made_of: MadeOf
    was_made: bool


def known_from(outcome: Outcome) -> date:
    """The day from which a submission counts as known, as `quality.submission.known_from` has it."""
    return outcome.issue_date or outcome.received_at.astimezone(UTC).date()


def made_of(settings: Settings, day: date, only: MadeOf | None = None) -> MadeOf:
    """What was known at the end of a day; with `only`, no more than what that names.

    A file on which we failed is not known: it is tried again, and then counts from its own day. Raises AsAtError where
    nothing was known, or where something that `only` names is no longer held as it was.
    """
    from orchestration.registry import load_registry, registry_hash

    held = [(path, read_outcome(path)) for path in outcome_paths(settings.raw)]
    # What is named was chosen by its day when it was named; only whether it is still the same is asked below.
    named = None if only is None else {one.submission_id for one in only.submissions}
    known = [
        (path, one)
        for path, one in held
        if one.outcome != "processing_error" and known_from(one) <= day
        if named is None or one.submission_id in named
    ]
    if not known:
        raise AsAtError(_nothing_known(day, [one for _, one in held]))
    submissions = tuple(
        Submitted(
            submission_id=one.submission_id,
            return_name=one.return_name,
            file_name=one.file_name,
            known_from=known_from(one).isoformat(),
            received_at=one.received_at.astimezone(UTC).isoformat(),
            content_sha256=one.content_sha256,
            record_sha256=_sha256(path),
        )
        for path, one in sorted(known, key=lambda pair: pair[1].submission_id)
    )
    past_named = None if only is None else {one.name for one in only.history}
    history = tuple(
        Past(path.relative_to(settings.history).as_posix(), _sha256(path))
        for path in _past(settings.history, day)
        if past_named is None or path.relative_to(settings.history).as_posix() in past_named
    )
    if only is not None:
        _refuse_changed(only, submissions, history)
    return MadeOf(
        as_at=day.isoformat(),
        submissions=submissions,
        history=history,
        code_version=code_version(settings.project),
        registry_hash=registry_hash(load_registry(settings.project)),
        project_hash=project_hash(settings.project),
    )


def publication_as_at(settings: Settings, day: date, *, only: MadeOf | None = None, debug: bool = False) -> AsAt:
    """The publication as known at the end of a day: the one made before where it still holds, else a new one.

    Nothing of the home changes but the cache under `as_at`: no return is received, nobody is told, the publication that
    readers get and the log of findings stay. Raises AsAtError when it cannot be made.
    """
    shelf = settings.as_at
    shelf.mkdir(parents=True, exist_ok=True)
    with run_lock(shelf, what=f"making the publication as at {day}", wait_seconds=3600):
        inputs = made_of(settings, day, only)
        path = shelf / day.isoformat() / f"publication-{inputs.stamp[:12]}.duckdb"
        record = path.with_suffix(".json")
        if path.exists() and record.exists():
            # The last used is the last to be cleared away.
            os.utime(record)
            return AsAt(path, inputs, was_made=False)
        for left in shelf.glob(f"{_MAKING}*"):
            shutil.rmtree(left)
        # A name of its own: the process of a making that was killed may still write into the last one.
        scratch = settings.model_copy(update={"home": shelf / f"{_MAKING}-{os.getpid()}"})
        try:
            _prepare(settings, scratch, inputs)
            _run(scratch, day, debug=debug)
            _keep(scratch, path, record, inputs)
        finally:
            # It holds what the warehouse holds, children's rows too; nobody is to find it.
            shutil.rmtree(scratch.home, ignore_errors=True)
        _clear(shelf, settings.keep_publications)
        return AsAt(path, inputs, was_made=True)


def end_of(day: date) -> datetime:
    """The moment at which a run over what was known on a day counts as begun: none of its figures tells the real one,
    and no clock stands in what is made of it.
    """
    return datetime.combine(day, clock_time(23, 59, 59), UTC)


def _past(history: Path, day: date) -> list[Path]:
    """The files of the log of findings that were written by the end of the day."""
    runs = [
        history / _RUNS / f"{name}.jsonl"
        for name, run in zip(run_names(history), read_runs(history), strict=True)
        if run.day <= day
    ]
    given = sorted((history / _ACKNOWLEDGEMENTS).glob("*.json"))
    acknowledged = [path for path, one in zip(given, read_acknowledgements(history), strict=True) if one.on <= day]
    # Its time is the start of its name.
    failed = [path for path in sorted((history / _TROUBLE).glob("*.json")) if path.name[:8] <= f"{day:%Y%m%d}"]
    return [*runs, *acknowledged, *failed]


def _prepare(settings: Settings, scratch: Settings, inputs: MadeOf) -> None:
    """A home with what was known on the day and nothing else; linked, so that nothing is held twice."""
    scratch.home.mkdir(parents=True)
    scratch.home.chmod(0o700)
    scratch.raw.mkdir()
    for table in settings.raw.iterdir():
        if not table.name.startswith("_"):
            # Only what has an outcome is ever loaded from these.
            (scratch.raw / table.name).symlink_to(table.resolve(), target_is_directory=True)
    links = [f"raw/{_OUTCOMES}/{one.submission_id}.json" for one in inputs.submissions]
    links += [f"history/{one.name}" for one in inputs.history]
    for name in links:
        target = scratch.home / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to((settings.home / name).resolve())


def _run(scratch: Settings, day: date, *, debug: bool) -> None:
    """The pipeline in a process of its own: it changes the environment, and may be asked for from within a run."""
    command = [sys.executable, "-m", "orchestration.cli", "run", "--publication-only"]
    command += ["--as-of", day.isoformat(), "--home", str(scratch.home), *(["--debug"] if debug else [])]
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_TOLD}
    environment |= {
        "BELLWETHER_SHIPPED_RETURNS": "false",
        "BELLWETHER_INBOXES": "[]",
        "BELLWETHER_PROJECT": str(scratch.project),
        "PYTHONPATH": os.pathsep.join([str(scratch.project), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    # Its progress, on standard error, is ours.
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise AsAtError(
            f"The warehouse as at {day} could not be built; the lines above say why. "
            f"`bellwether run --full` shows whether the same holds for today."
        )


# What this home is told of alerts and days does not hold for the scratch home, and Dagster has one of its own there.
_NOT_TOLD = frozenset({"BELLWETHER_ALERTS_FILE", "BELLWETHER_AS_OF", "BELLWETHER_HOME", "DAGSTER_HOME"})


def _keep(scratch: Settings, path: Path, record: Path, inputs: MadeOf) -> None:
    made = current(scratch)
    if made is None:
        raise AsAtError(f"The run as at {inputs.as_at} ended without a publication.")
    path.parent.mkdir(parents=True, exist_ok=True)
    made.path.rename(path)
    # Last: a database without its record was not finished, and is made again.
    draft = record.with_suffix(".writing")
    draft.write_text(json.dumps(inputs.to_record(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(record)


def _clear(shelf: Path, kept: int) -> None:
    """Removes all but the publications used last: they are large, and any of them can be made again."""
    in_order = sorted(shelf.glob("*/publication-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for record in in_order[kept:]:
        record.unlink()
    for database in shelf.glob("*/publication-*.duckdb"):
        if not database.with_suffix(".json").exists():
            database.unlink()
    for folder in shelf.iterdir():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _refuse_changed(only: MadeOf, submissions: Iterable[Submitted], history: Iterable[Past]) -> None:
    held = {one.submission_id: one.record_sha256 for one in submissions} | {one.name: one.sha256 for one in history}
    wanted = {one.submission_id: one.record_sha256 for one in only.submissions}
    wanted |= {one.name: one.sha256 for one in only.history}
    lost = sorted(name for name in wanted if held.get(name) != wanted[name])
    if lost:
        named = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
        raise AsAtError(
            f"What it was made of is no longer held as it was: {named}. Raw is never changed by a run: bring back "
            "raw/ and history/ from the backup."
        )


def _nothing_known(day: date, held: list[Outcome]) -> str:
    days = sorted(known_from(one) for one in held if one.loaded)
    if not days:
        return "No return has been loaded yet; `bellwether run` loads what is there."
    return f"Nothing was known on {day:%d %B %Y}: the first submission is of {days[0]:%d %B %Y}. Give a later day."


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
