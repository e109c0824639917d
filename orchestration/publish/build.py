"""Making one publication from the build file: copy, certify, prove, release.

Belongs here: the order of those steps. Does not belong here: what is copied and how it is described (`content`), the
macros of a publication (`macros`), what is for one authority alone (`restricted`), which one is current and how long it
is kept (`shelf`), and any rule about a figure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.publish import restricted
from orchestration.publish.content import (
    copy_tables,
    hash_of_all,
    prove,
    quoted,
    sync_file,
    table_contents,
    text_literal,
    write_about,
)
from orchestration.publish.macros import create_macros
from orchestration.publish.shelf import (
    BUILDING,
    CERTIFICATE,
    Publication,
    PublicationError,
    clear_leftovers,
    database_path,
    point_to,
    prune,
    publications,
    sync_folder,
    write_json,
)

if TYPE_CHECKING:
    from orchestration.settings import Settings

PUBLISHED_SCHEMAS = ("marts", "quality")
_FACT = "fct_indicator_value"
_HISTORY = "fct_indicator_version_history"


def write_publication(
    settings: Settings,
    *,
    as_of: date,
    published_at: datetime,
    code_version: str,
    registry_hash: str,
    fingerprint: str,
    gate_result: Mapping[str, object],
) -> Publication:
    """Makes, proves and releases a publication of the build file. See `orchestration.publish.publish`."""
    if not settings.build_file.exists():
        raise PublicationError(f"There is no build file {settings.build_file} to publish; `bellwether run` makes one.")
    settings.published.mkdir(parents=True, exist_ok=True)
    clear_leftovers(settings)
    _clear_restricted(settings)
    workshop = settings.published / f"{BUILDING}{os.getpid()}"
    workshop.mkdir()
    draft = workshop / "draft.duckdb"

    with duckdb.connect(str(draft), config={"threads": settings.threads}) as connection:
        connection.execute(f"attach {text_literal(str(settings.build_file))} as build (read_only)")
        copy_tables(connection, PUBLISHED_SCHEMAS)
        connection.execute("detach build")
        create_macros(connection)
        _check_as_at(connection)
        contents = table_contents(connection, PUBLISHED_SCHEMAS)
        content_hash = hash_of_all(contents)
        moment = published_at.astimezone(UTC)
        publication_id = f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z-{content_hash[:8]}"
        publication = Publication(
            publication_id=publication_id,
            published_at=moment.isoformat(timespec="milliseconds"),
            as_of=as_of.isoformat(),
            data_as_at=_data_as_at(connection),
            code_version=code_version,
            registry_hash=registry_hash,
            fingerprint=fingerprint,
            content_hash=content_hash,
            n_tables=len(contents),
            n_rows=sum(table.n_rows for table in contents),
            path=database_path(settings.published, publication_id),
        )
        if publication.path.exists():
            raise PublicationError(f"The publication {publication_id} is there already.")
        write_about(connection, publication, contents, moment, gate_result)
        connection.execute("checkpoint")
    prove(draft, contents, has_history=any(table.name == _HISTORY for table in contents))

    folder = workshop / publication_id
    _write_parquet(draft, folder / "parquet", settings.threads)
    row_counts = {f"{table.schema}.{table.name}": table.n_rows for table in contents}
    write_json(folder / CERTIFICATE, publication.certificate() | {"row_counts": row_counts})
    for path in (draft, *(folder / "parquet").iterdir()):
        sync_file(path)
    # A database without its certificate is a leftover, and so is the reverse; only the pointer releases both, and with
    # them what belongs to single authorities.
    restricted.write_restricted(settings, publication, moment)
    folder.rename(settings.published / publication_id)
    draft.rename(publication.path)
    sync_folder(settings.published)
    point_to(settings.published, publication)
    shutil.rmtree(workshop)
    prune(settings)
    _clear_restricted(settings)
    return publication


def _clear_restricted(settings: Settings) -> None:
    restricted.clear_restricted(settings, {one.publication_id for one in publications(settings)})


def _check_as_at(connection: duckdb.DuckDBPyConnection) -> None:
    """Raises PublicationError where `marts.as_at` would not give exactly the columns of the fact table."""
    wanted, held = _columns_of(connection, _FACT), _columns_of(connection, _HISTORY)
    if not wanted or not held:
        return
    if missing := [column for column in wanted if column not in held]:
        raise PublicationError(
            f"marts.{_HISTORY} lacks {', '.join(missing)}, which marts.{_FACT} has: "
            "`as_at` could not give the same columns."
        )


def _data_as_at(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The latest day on which a figure became known, as ISO text."""
    if "known_from" not in _columns_of(connection, _HISTORY):
        return None
    latest = connection.execute(f"select max(known_from) from marts.{_HISTORY}").fetchall()[0][0]
    return None if latest is None else str(latest)[:10]


def _write_parquet(draft: Path, folder: Path, threads: int) -> None:
    folder.mkdir(parents=True)
    with duckdb.connect(str(draft), read_only=True, config={"threads": threads}) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        for schema, name in tables:
            target = folder / f"{schema}.{name}.parquet"
            table, file = f"{quoted(schema)}.{quoted(name)}", text_literal(str(target))
            connection.execute(f"copy {table} to {file} (format parquet, compression zstd)")


def _columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    rows = connection.execute(
        """
        select column_name from duckdb_columns()
        where database_name = current_database() and schema_name = 'marts' and table_name = ?
        order by column_index
        """,
        [table],
    ).fetchall()
    return [column for (column,) in rows]
