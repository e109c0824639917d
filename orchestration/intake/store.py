"""Writing what intake keeps, so that a run killed at any moment leaves either the old state or the new one.

Belongs here: the archive, the raw Parquet files, arrivals, quarantine notes and the outcome record, each written
beside its place and renamed into it. Does not belong here: what stands in them. The outcome record is the commit
point: what is there before it is done again by the next run, in the same way and under the same names.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.intake.files import fsync_folder, sha256
from orchestration.intake.outcome import Outcome, note_to_sender
from orchestration.intake.read_csv import SetAside

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 250_000


class SourceChanged(Exception):
    """The file changed while it was being copied; it is left for a later run."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; when the block ends it takes the place of ``path``, flushed to disk first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writing = path.with_name(f".{path.name}.writing")
    yield writing
    with writing.open("rb") as file:
        os.fsync(file.fileno())
    writing.replace(path)
    fsync_folder(path.parent)


def write_text(path: Path, text: str) -> None:
    with replacing(path) as writing:
        writing.write_text(text, encoding="utf-8", newline="\n")


def archive(source: Path, digest: str, suffix: str, root: Path) -> str:
    """Copy a file into the archive under its hash, verified; returns its path there.

    Raises SourceChanged if it is not that content.
    """
    place = Path(digest[:2]) / f"{digest}{suffix}"
    target = root / place
    if not target.exists():
        with replacing(target) as writing:
            shutil.copyfile(source, writing)
            if sha256(writing) != digest:
                writing.unlink()
                raise SourceChanged(source.name)
    return place.as_posix()


def write_table(table: pa.Table, path: Path) -> None:
    """One immutable Parquet file; the same table gives the same bytes."""
    import pyarrow.parquet as parquet

    with replacing(path) as writing:
        parquet.write_table(
            table, writing, compression="snappy", row_group_size=ROW_GROUP, store_schema=False, write_statistics=False
        )


def write_outcome(outcome: Outcome, raw: Path) -> None:
    write_text(raw / "_outcome" / f"{outcome.submission_id}.json", outcome.to_json())


def read_outcome(path: Path) -> Outcome:
    return Outcome.from_json(path.read_text(encoding="utf-8"))


def outcome_paths(raw: Path) -> list[Path]:
    folder = raw / "_outcome"
    return sorted(p for p in folder.glob("*.json") if not p.name.startswith(".")) if folder.is_dir() else []


def known_contents(raw: Path) -> dict[str, Path]:
    """The first twelve digits of every content hash with an outcome -> its record. Names only: nothing is opened."""
    return {path.stem.rsplit("_", 1)[-1]: path for path in outcome_paths(raw)}


# --- arrivals -------------------------------------------------------------------------------------


def arrival_path(raw: Path, path: Path, digest: str, consumed: bool) -> Path:
    """The record of this very file: a consumed file is known by its place on disk and its time (dropping it again
    makes another), a file that stays is known by where it stands."""
    status = path.stat()
    identity = [path.name, status.st_ino, status.st_mtime_ns] if consumed else [path.as_posix()]
    tail = hashlib.sha256(json.dumps([digest, *identity]).encode()).hexdigest()[:12]
    return raw / "_arrival" / f"{digest[:12]}_{tail}.json"


def write_arrival(path: Path, *, file_name: str, digest: str, received_at: datetime, duplicate_of: str | None) -> None:
    record = {
        "file_name": file_name,
        "content_sha256": digest,
        "received_at": received_at.isoformat(),
        "duplicate": duplicate_of is not None,
        "duplicate_of": duplicate_of,
    }
    write_text(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def first_received(path: Path) -> datetime | None:
    """When this very file was first seen, if a run was cut off after noting its arrival."""
    return (
        datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["received_at"]) if path.exists() else None
    )


# --- quarantine -----------------------------------------------------------------------------------


def write_quarantine(
    outcome: Outcome,
    set_aside: list[SetAside],
    heading: list[str],
    root: Path,
    returned: dict[str, list[list[str]]] | None = None,
) -> None:
    """The note to the sender, the same for machines, and the rows that were set aside as they were.

    ``returned`` are further files of the sender's own cells, by name, each with its heading row. They may hold
    children's data: only the owner of the process may open them, and nothing else reads them.
    """
    folder = root / outcome.submission_id
    if returned:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    write_text(folder / "note.txt", note_to_sender(outcome, sorted(returned) if returned else ["rows.csv"]))
    write_text(folder / "note.json", outcome.to_json())
    if set_aside:
        rows = [["row", "reason", *heading], *([str(row.row), row.reason, *row.cells] for row in set_aside)]
        _write_rows(folder / "rows.csv", rows)
    for name, rows in (returned or {}).items():
        _write_rows(folder / name, rows)
        keep_to_owner(folder / name)


def _write_rows(path: Path, rows: list[list[str]]) -> None:
    with replacing(path) as writing, writing.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[_safe(cell) for cell in row] for row in rows])


def keep_to_owner(path: Path) -> None:
    """Children's rows: readable by the account that runs the warehouse and by no other."""
    path.chmod(0o600)


def _safe(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula, as text; numbers stay numbers."""
    first = cell.lstrip(" \u00a0\r\n")[:1]
    if first in ("=", "@", "\t", "＝", "＠") or (
        first in ("+", "-", "＋", "－")
        and not cell.strip()[1:].replace(".", "", 1).replace(",", "").isdigit()
        and len(cell) > 1
    ):
        return "'" + cell
    return cell
