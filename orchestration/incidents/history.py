"""The log under `<home>/history`: reading it, and adding to it, file by file.

    runs/<time>-<run id>.jsonl           a published run: a line about the run, then a line an event
    acknowledgements/<time>-<id>.json    an acknowledgement, or its withdrawal
    trouble/<time>-<id>.json             a failed run or sensor (`operations`)
    pending.jsonl                        what a run will add when its publication is released

Every file is written whole, under a name of its own, and never touched again. Does not belong here: what the log
amounts to (`fold`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.incidents.records import Acknowledgement, Event, RunRecord

if TYPE_CHECKING:
    from orchestration.settings import Settings

FORMAT = 1


class HistoryError(Exception):
    """The log cannot be read or added to; the message names the file and says what to do."""


def read_runs(history: Path) -> list[RunRecord]:
    """Every published run, oldest first. Raises HistoryError for a file that is damaged."""
    return [_read_run(path) for path in sorted((history / "runs").glob("*.jsonl"))]


def run_names(history: Path) -> list[str]:
    """The names of the published runs, oldest first: the n-th is run number n."""
    return [path.stem for path in sorted((history / "runs").glob("*.jsonl"))]


def read_acknowledgements(history: Path) -> list[Acknowledgement]:
    """Every acknowledgement and withdrawal, in the order in which they were given."""
    found = []
    for path in sorted((history / "acknowledgements").glob("*.json")):
        with reading(path):
            found.append(Acknowledgement.from_record(json.loads(path.read_text(encoding="utf-8"))))
    return found


def write_acknowledgement(history: Path, acknowledgement: Acknowledgement, at: datetime) -> Path:
    """Adds one; the time orders it among the others."""
    folder = history / "acknowledgements"
    path = folder / f"{stamp(at)}-{acknowledgement.acknowledgement_id}.json"
    write_new(path, json.dumps(acknowledgement.to_record(), ensure_ascii=False, indent=1) + "\n")
    return path


def write_pending(history: Path, record: RunRecord, *, started: datetime, fingerprint: str) -> None:
    """Keeps what a run will add to the log, until its publication is released."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "run_id": record.run_id,
        "day": record.day.isoformat(),
        "started": started.isoformat(),
        "fingerprint": fingerprint,
        "rules_with_data": sorted(record.rules_with_data),
    }
    lines = [head, *(event.to_record() for event in record.events)]
    write_new(
        history / "pending.jsonl",
        "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines),
        replace=True,
    )


def commit(settings: Settings) -> str | None:
    """Adds the pending run to the log, now that its publication is released; returns its name."""
    pending = settings.history / "pending.jsonl"
    if not pending.exists():
        return None
    head = _head(pending)
    name = f"{stamp(datetime.fromisoformat(head['started']))}-{head['run_id'][:8]}"
    target = settings.history / "runs" / f"{name}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    pending.rename(target)
    _sync(target.parent)
    return name


def settle(settings: Settings, current_fingerprint: str | None) -> None:
    """What a killed run left: if its publication was released, it belongs to the log; if not, it never happened."""
    pending = settings.history / "pending.jsonl"
    if not pending.exists():
        return
    try:
        released = current_fingerprint is not None and _head(pending)["fingerprint"] == current_fingerprint
    except HistoryError:
        released = False
    if released:
        commit(settings)
    else:
        pending.unlink()


def stamp(at: datetime) -> str:
    """A time that sorts as text: 20170223T090000123Z."""
    return f"{at:%Y%m%dT%H%M%S}{at.microsecond // 1000:03d}Z"


def write_new(path: Path, text: str, *, replace: bool = False) -> None:
    """Writes a file whole or not at all. Raises HistoryError when it is there already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not replace:
        raise HistoryError(f"{path} is there already, and what is in the log is never written again.")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    _sync(path.parent)


def _read_run(path: Path) -> RunRecord:
    with reading(path):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        head: Mapping[str, Any] = lines[0]
        return RunRecord(
            run_id=head["run_id"],
            day=date.fromisoformat(head["day"]),
            events=tuple(Event.from_record(line) for line in lines[1:]),
            rules_with_data=frozenset(head["rules_with_data"]),
        )
    raise AssertionError


def _head(path: Path) -> dict[str, Any]:
    with reading(path), path.open(encoding="utf-8") as stream:
        head: dict[str, Any] = json.loads(stream.readline())
        return {"fingerprint": head["fingerprint"], "run_id": head["run_id"], "started": head["started"]}
    raise AssertionError


@contextmanager
def reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise HistoryError(
            f"{path} of the log of findings cannot be read ({type(error).__name__}: {error}). "
            "Bring it back from the backup, or move it away: the runs after it stay."
        ) from None


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
