"""Publications that hold rows of single children: one file an authority, with its own rows and nobody else's.

Belongs here: making these files, where they lie, opening and removing them. They carry the id of the shared publication
they were made with and are released with it: whoever opens one gets that of the current publication. Does not belong
here: what they contain (dbt, schema `restricted`). Folders are 0700 and files 0600: who may read whose is for the
deployment to grant.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.publish.shelf import Publication, PublicationError, current, sync_folder

if TYPE_CHECKING:
    import duckdb

    from orchestration.settings import Settings

SCHEMA = "restricted"
_BUILDING = ".building"


def restricted_path(settings: Settings, authority_code: str, publication_id: str) -> Path:
    """Where the restricted publication of an authority lies."""
    return settings.restricted / authority_code / f"{publication_id}.duckdb"


def restricted_authorities(settings: Settings, publication_id: str) -> list[str]:
    """Codes of the authorities that have one with this publication."""
    return sorted(path.parent.name for path in settings.restricted.glob(f"[!.]*/{publication_id}.duckdb"))


def write_restricted(settings: Settings, publication: Publication, moment: datetime) -> list[Path]:
    """Makes and proves one file an authority that has rows; they wait unseen until the publication is released."""
    import duckdb

    with duckdb.connect(str(settings.build_file), read_only=True) as build:
        authorities = _authorities(build)
    if not authorities:
        return []
    _private_folder(settings.restricted)
    workshop = settings.restricted / _BUILDING
    shutil.rmtree(workshop, ignore_errors=True)
    _private_folder(workshop)
    made = []
    for authority_code in authorities:
        draft = workshop / f"{authority_code}.duckdb"
        _write_one(settings, draft, authority_code, publication, moment)
        path = restricted_path(settings, authority_code, publication.publication_id)
        _private_folder(path.parent)
        draft.rename(path)
        sync_folder(path.parent)
        made.append(path)
    shutil.rmtree(workshop)
    sync_folder(settings.restricted)
    return made


def connect_restricted(settings: Settings, authority_code: str) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the current restricted publication of an authority."""
    import duckdb

    publication = current(settings)
    if publication is None:
        raise PublicationError("There is no publication yet. `bellwether run` makes the first one.")
    path = restricted_path(settings, authority_code, publication.publication_id)
    if not path.exists():
        codes = ", ".join(restricted_authorities(settings, publication.publication_id)) or "none"
        raise PublicationError(
            f"{authority_code} has no restricted publication: no child-level list of it was taken. There are: {codes}."
        )
    return duckdb.connect(str(path), read_only=True)


def clear_restricted(settings: Settings, kept: set[str]) -> list[str]:
    """Removes files of publications that are not kept, and what a killed run left half-made; returns their names."""
    removed = []
    for path in sorted(settings.restricted.glob("*")):
        if path.name == _BUILDING:
            shutil.rmtree(path)
            removed.append(path.name)
            continue
        for file in sorted(path.glob("*.duckdb*")):
            if file.name.split(".duckdb")[0] not in kept:
                file.unlink()
                removed.append(f"{path.name}/{file.name}")
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return removed


def _authorities(build: duckdb.DuckDBPyConnection) -> list[str]:
    tables = build.execute(
        "select table_name from duckdb_tables() where schema_name = ? order by table_name", [SCHEMA]
    ).fetchall()
    found: set[str] = set()
    for (table,) in tables:
        rows = build.execute(f'select distinct authority_code from {SCHEMA}."{table}"').fetchall()
        found |= {str(code) for (code,) in rows}
    return sorted(found)


def _write_one(
    settings: Settings, draft: Path, authority_code: str, publication: Publication, moment: datetime
) -> None:
    import duckdb

    from orchestration.publish.content import (
        copy_tables,
        hash_of_all,
        prove,
        sync_file,
        table_contents,
        text_literal,
        write_about,
    )

    # The folder is private already; the file is made so before anything is in it.
    with duckdb.connect(str(draft), config={"threads": settings.threads}) as connection:
        draft.chmod(0o600)
        connection.execute(f"attach {text_literal(str(settings.build_file))} as build (read_only)")
        copy_tables(connection, (SCHEMA,), authority_code)
        connection.execute("detach build")
        contents = table_contents(connection, (SCHEMA,))
        own = replace(
            publication,
            content_hash=hash_of_all(contents),
            n_tables=len(contents),
            n_rows=sum(table.n_rows for table in contents),
        )
        # What the gates found and held back is told of all authorities together; here it would be of others.
        write_about(connection, own, contents, moment, {"of": publication.publication_id, "authority": authority_code})
        connection.execute("checkpoint")
    prove(draft, contents)
    sync_file(draft)


def _private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
