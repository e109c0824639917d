"""The shelf of publications: which there are, which is current, how one is opened, kept, removed and gone back to.

Belongs here: names of files and the pointer; nothing is locked, a rename is enough. Does not belong here: making a
publication (`build`). A publication is `bellwether-<id>.duckdb` beside a folder `<id>/` that holds its certificate and
its Parquet files; `current.json` names the one that readers get.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from orchestration.settings import Settings

POINTER = "current.json"
CERTIFICATE = "publication.json"
BUILDING = ".building-"
_WRITING = ".writing-"


class PublicationError(Exception):
    """A publication cannot be made, found or opened; the message says what to do."""


@dataclass(frozen=True)
class Publication:
    """One publication, as its certificate beside the file tells it. Times are UTC in ISO form."""

    publication_id: str
    published_at: str
    as_of: str
    data_as_at: str | None
    code_version: str
    registry_hash: str
    fingerprint: str
    content_hash: str
    n_tables: int
    n_rows: int
    path: Path
    is_current: bool = False

    @property
    def folder(self) -> Path:
        """Where the Parquet files and the certificate of this publication lie."""
        return self.path.parent / self.publication_id

    def certificate(self) -> dict[str, Any]:
        """What is written beside the file: everything but where it lies and whether it is current now."""
        record = asdict(self)
        del record["path"], record["is_current"]
        return record


def database_path(published: Path, publication_id: str) -> Path:
    """Where the DuckDB file of a publication lies."""
    return published / f"bellwether-{publication_id}.duckdb"


def publications(settings: Settings) -> list[Publication]:
    """Every complete publication, oldest first."""
    pointed = _pointed(settings.published)
    found = []
    for certificate in sorted(settings.published.glob(f"*/{CERTIFICATE}")):
        publication_id = certificate.parent.name
        if database_path(settings.published, publication_id).exists():
            record = json.loads(certificate.read_text(encoding="utf-8"))
            found.append(_from_record(record, settings.published, is_current=publication_id == pointed))
    return found


def current(settings: Settings) -> Publication | None:
    """The publication that readers get, or None before the first one."""
    pointed = _pointed(settings.published)
    if pointed is None:
        return None
    try:
        record = json.loads((settings.published / pointed / CERTIFICATE).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PublicationError(
            f"{settings.published / POINTER} names the publication {pointed}, which is not there. "
            "`bellwether publications` lists what there is; `bellwether rollback ID` points to one of them; "
            "`bellwether run --full` makes a new one."
        ) from error
    return _from_record(record, settings.published, is_current=True)


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the current publication, by its own name: a later swap does not touch it."""
    import duckdb

    for _ in range(5):
        publication = current(settings)
        if publication is None:
            raise PublicationError("There is no publication yet. `bellwether run` makes the first one.")
        try:
            return duckdb.connect(str(publication.path), read_only=True)
        except duckdb.IOException:
            # Between reading the pointer and opening the file, a publication may have been superseded and removed.
            if publication.path.exists() and _pointed(settings.published) == publication.publication_id:
                raise
    raise PublicationError(
        f"The current publication in {settings.published} cannot be opened; run `bellwether doctor`."
    )


def rollback(settings: Settings, to: str | None = None) -> Publication:
    """Points readers to another publication: `to`, or the one before the current one. No data is changed."""
    there = publications(settings)
    if to is not None:
        chosen = [publication for publication in there if publication.publication_id == to]
        if not chosen:
            names = ", ".join(publication.publication_id for publication in there) or "none"
            raise PublicationError(f"There is no publication {to!r}. There are: {names}.")
    else:
        pointed = _pointed(settings.published)
        chosen = [publication for publication in there if pointed is not None and publication.publication_id < pointed]
        if not chosen:
            raise PublicationError("There is no earlier publication to go back to.")
    point_to(settings.published, chosen[-1])
    return _from_record(chosen[-1].certificate(), settings.published, is_current=True)


def point_to(published: Path, publication: Publication) -> None:
    """Makes a publication the current one: a reader sees the old pointer or the new one, never half of one."""
    pointer = {
        "publication_id": publication.publication_id,
        "file": publication.path.name,
        "published_at": publication.published_at,
    }
    write_json(published / POINTER, pointer)


def prune(settings: Settings) -> list[str]:
    """Removes all but the last `keep_publications`, never the current one; returns the ids removed."""
    there = publications(settings)
    kept = there[-settings.keep_publications :]
    removed = []
    for publication in there:
        if publication.is_current or publication in kept:
            continue
        publication.path.unlink(missing_ok=True)
        shutil.rmtree(publication.folder, ignore_errors=True)
        removed.append(publication.publication_id)
    return removed


def clear_leftovers(settings: Settings) -> list[str]:
    """Removes what a killed run left: half-built folders, and a database without its certificate or the reverse."""
    published = settings.published
    removed = []
    for path in sorted(published.glob("*")):
        if path.name.startswith(BUILDING) or _is_half(path) or _is_abandoned(path):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
            removed.append(path.name)
    return removed


def write_json(path: Path, record: Mapping[str, object]) -> None:
    """Writes JSON so that the file is there whole or not at all, also after a power cut."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_WRITING, suffix=path.suffix)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(record, stream, indent=2, ensure_ascii=False)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    # A temporary file is private; the pointer is for every reader of the folder.
    Path(name).chmod(0o644)
    Path(name).replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes renames in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pointed(published: Path) -> str | None:
    try:
        return str(json.loads((published / POINTER).read_text(encoding="utf-8"))["publication_id"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError) as error:
        raise PublicationError(
            f"{published / POINTER} cannot be read ({error}). `bellwether rollback ID` writes it anew."
        ) from error


def _is_abandoned(path: Path) -> bool:
    # A rollback may be writing the pointer at this moment; what has lain for a minute is of a killed process.
    return path.name.startswith(_WRITING) and time.time() - path.stat().st_mtime > 60


def _is_half(path: Path) -> bool:
    if path.name.startswith("bellwether-") and path.name.endswith((".duckdb", ".duckdb.wal")):
        publication_id = path.name.removeprefix("bellwether-").split(".duckdb")[0]
        return not (path.parent / publication_id / CERTIFICATE).exists()
    return path.is_dir() and (path / CERTIFICATE).exists() and not database_path(path.parent, path.name).exists()


def _from_record(record: Mapping[str, Any], published: Path, *, is_current: bool) -> Publication:
    known = {field.name for field in fields(Publication)}
    values = {name: value for name, value in record.items() if name in known}
    values |= {"path": database_path(published, record["publication_id"]), "is_current": is_current}
    return Publication(**values)
