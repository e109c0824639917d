"""Making one publication from the build file: copy, certify, prove, release.

Belongs here: the order of those steps and the SQL that copies and describes tables. Does not belong here: the macros
of a publication (`macros`), which one is current and how long it is kept (`shelf`), and any rule about a figure.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

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
    sync_folder,
    write_json,
)

if TYPE_CHECKING:
    from orchestration.settings import Settings

PUBLISHED_SCHEMAS = ("marts", "quality")
_TOOLS = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations", "pandas", "pyarrow")
_FACT = "fct_indicator_value"
_HISTORY = "fct_indicator_version_history"

_ABOUT_COMMENTS = {
    "publication": {
        "": "One row: what this file is, what it was made from, when and by which code.",
        "publication_id": "Its name: the UTC time it was made and the start of its content hash; sorts by time.",
        "published_at": "When it was made (UTC).",
        "data_as_at": "The latest day on which a figure in it became known.",
        "as_of": "The day the run counted as today.",
        "code_version": "Release and hash of the code that made it.",
        "registry_hash": "Hash of the compiled registry: equal hashes mean that the same definitions were in force.",
        "fingerprint": "Hash over all inputs: outcomes of intake, code, definitions, versions and the day.",
        "content_hash": "Hash over the content hashes of all tables: equal hashes mean equal content.",
        "tool_versions": "Versions of Python and of the main libraries, as JSON.",
        "gate_result": "What the quality gates decided, as JSON.",
        "n_tables": "How many tables it holds, these two not counted.",
        "n_rows": "How many rows they hold together.",
    },
    "table_content": {
        "": "One row a table of this file: how many rows it has and the hash of its content.",
        "table_schema": "Schema of the table.",
        "table_name": "Name of the table.",
        "n_columns": "How many columns it has.",
        "n_rows": "How many rows it has.",
        "content_hash": "Hash of its columns and rows in any order; the same content gives the same hash in any build.",
        "description": "What the table holds.",
    },
}


@dataclass(frozen=True)
class TableContent:
    """One table of a publication. `content_hash` does not depend on the order of rows, nor on the build."""

    schema: str
    name: str
    n_columns: int
    n_rows: int
    content_hash: str
    description: str | None


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
    workshop = settings.published / f"{BUILDING}{os.getpid()}"
    workshop.mkdir()
    draft = workshop / "draft.duckdb"

    with duckdb.connect(str(draft), config={"threads": settings.threads}) as connection:
        connection.execute(f"attach {_text(str(settings.build_file))} as build (read_only)")
        _copy_tables(connection)
        connection.execute("detach build")
        create_macros(connection)
        _check_as_at(connection)
        contents = table_contents(connection)
        content_hash = _hash_of_all(contents)
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
        _write_about(connection, publication, contents, moment, gate_result)
        connection.execute("checkpoint")
    _prove(draft, contents)

    folder = workshop / publication_id
    _write_parquet(draft, folder / "parquet", settings.threads)
    row_counts = {f"{table.schema}.{table.name}": table.n_rows for table in contents}
    write_json(folder / CERTIFICATE, publication.certificate() | {"row_counts": row_counts})
    for path in (draft, *(folder / "parquet").iterdir()):
        _sync_file(path)
    # A database without its certificate is a leftover, and so is the reverse; only the pointer releases both.
    folder.rename(settings.published / publication_id)
    draft.rename(publication.path)
    sync_folder(settings.published)
    point_to(settings.published, publication)
    shutil.rmtree(workshop)
    prune(settings)
    return publication


def table_contents(
    connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...] = PUBLISHED_SCHEMAS
) -> list[TableContent]:
    """Row count and content hash of every table of the schemas, in order of name."""
    tables = connection.execute(
        """
        select schema_name, table_name, comment
        from duckdb_tables()
        where database_name = current_database() and schema_name in (select unnest(?))
        order by schema_name, table_name
        """,
        [list(schemas)],
    ).fetchall()
    return [_content(connection, schema, name, comment) for schema, name, comment in tables]


def _hash_of_all(contents: list[TableContent]) -> str:
    lines = (f"{table.schema}.{table.name} {table.content_hash}" for table in contents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _content(connection: duckdb.DuckDBPyConnection, schema: str, name: str, comment: str | None) -> TableContent:
    columns = connection.execute(
        """
        select column_name, data_type from duckdb_columns()
        where database_name = current_database() and schema_name = ? and table_name = ?
        order by column_name
        """,
        [schema, name],
    ).fetchall()
    # A sum over rows does not care for their order; two independent halves of MD5 make an accident of equal sums
    # absurd. Columns enter in order of name, with marks for NULL and for the end of a cell that no return contains.
    cells = ", ".join(f"coalesce(cast({_name(column)} as varchar), chr(30))" for column, _ in columns)
    n_rows, low, high = connection.execute(
        f"""
        select count(*), sum(md5_number_lower(line)), sum(md5_number_upper(line))
        from (select concat_ws(chr(31), {cells}) as line from {_name(schema)}.{_name(name)})
        """
    ).fetchall()[0]
    header = ";".join(f"{column} {data_type}" for column, data_type in columns)
    digest = hashlib.sha256(f"{header}|{n_rows}|{low}|{high}".encode()).hexdigest()
    return TableContent(schema, name, len(columns), n_rows, digest, comment)


def _copy_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Every table and view of the published schemas as a plain table, rows in one order, comments with it."""
    relations = connection.execute(
        """
        select schema_name, table_name, comment from duckdb_tables()
        where database_name = 'build' and schema_name in (select unnest($schemas))
        union all
        select schema_name, view_name, comment from duckdb_views()
        where database_name = 'build' and schema_name in (select unnest($schemas)) and not internal
        order by 1, 2
        """,
        {"schemas": list(PUBLISHED_SCHEMAS)},
    ).fetchall()
    if not any(schema == "marts" for schema, _, _ in relations):
        raise PublicationError("The build file holds no marts: its build did not end. Run `bellwether run --full`.")
    for schema in PUBLISHED_SCHEMAS:
        connection.execute(f"create schema {schema}")
    for schema, name, comment in relations:
        table = f"{_name(schema)}.{_name(name)}"
        connection.execute(f"create table {table} as select * from build.{table} order by all")
        _comment(connection, f"table {table}", comment)
        columns = connection.execute(
            """
            select column_name, comment from duckdb_columns()
            where database_name = 'build' and schema_name = ? and table_name = ?
            """,
            [schema, name],
        ).fetchall()
        for column, column_comment in columns:
            _comment(connection, f"column {table}.{_name(column)}", column_comment)


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


def _write_about(
    connection: duckdb.DuckDBPyConnection,
    publication: Publication,
    contents: list[TableContent],
    moment: datetime,
    gate_result: Mapping[str, object],
) -> None:
    connection.execute("create schema about")
    connection.execute(
        """
        create table about.publication (
            publication_id varchar, published_at timestamp, data_as_at date, as_of date, code_version varchar,
            registry_hash varchar, fingerprint varchar, content_hash varchar, tool_versions varchar,
            gate_result varchar, n_tables integer, n_rows bigint
        )
        """
    )
    connection.execute(
        "insert into about.publication values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            publication.publication_id,
            moment.replace(tzinfo=None),
            publication.data_as_at,
            publication.as_of,
            publication.code_version,
            publication.registry_hash,
            publication.fingerprint,
            publication.content_hash,
            json.dumps(_tool_versions()),
            json.dumps(gate_result, ensure_ascii=False, sort_keys=True, default=str),
            publication.n_tables,
            publication.n_rows,
        ],
    )
    connection.execute(
        """
        create table about.table_content (
            table_schema varchar, table_name varchar, n_columns integer, n_rows bigint, content_hash varchar,
            description varchar
        )
        """
    )
    for table in contents:
        connection.execute(
            "insert into about.table_content values (?, ?, ?, ?, ?, ?)",
            [table.schema, table.name, table.n_columns, table.n_rows, table.content_hash, table.description],
        )
    for name, comments in _ABOUT_COMMENTS.items():
        for column, comment in comments.items():
            _comment(connection, f"column about.{name}.{column}" if column else f"table about.{name}", comment)


def _prove(draft: Path, contents: list[TableContent]) -> None:
    """Reads the finished file as a reader would; raises PublicationError when it does not hold what was written."""
    with duckdb.connect(str(draft), read_only=True) as connection:
        for table in contents:
            count = f"select count(*) from {_name(table.schema)}.{_name(table.name)}"
            (n_rows,) = connection.execute(count).fetchall()[0]
            if n_rows != table.n_rows:
                raise PublicationError(
                    f"{table.schema}.{table.name} holds {n_rows} rows after writing, {table.n_rows} before: "
                    "not released. Check the disk, then `bellwether run --full`."
                )
        connection.execute("select publication_id from about.publication").fetchall()
        if any(table.name == _HISTORY for table in contents):
            connection.execute("select count(*) from marts.as_at(date '2100-01-01')").fetchall()


def _write_parquet(draft: Path, folder: Path, threads: int) -> None:
    folder.mkdir(parents=True)
    with duckdb.connect(str(draft), read_only=True, config={"threads": threads}) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        for schema, name in tables:
            target = folder / f"{schema}.{name}.parquet"
            connection.execute(
                f"copy {_name(schema)}.{_name(name)} to {_text(str(target))} (format parquet, compression zstd)"
            )


def _tool_versions() -> dict[str, str]:
    versions = {"python": ".".join(str(part) for part in sys.version_info[:3])}
    for tool in _TOOLS:
        try:
            versions[tool] = metadata.version(tool)
        except metadata.PackageNotFoundError:
            continue
    return versions


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


def _comment(connection: duckdb.DuckDBPyConnection, what: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"comment on {what} is {_text(comment)}")


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
