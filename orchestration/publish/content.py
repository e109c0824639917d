"""What is inside a publication: tables copied from the build file, the hash of each, what the file says of itself.

Belongs here: SQL that copies, describes and proves tables, for shared and restricted publications alike. Does not
belong here: which schemas go where (`build`, `restricted`), and which publication is current (`shelf`).
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

import duckdb

from orchestration.publish.shelf import Publication, PublicationError

_TOOLS = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations", "pandas", "pyarrow")

_ABOUT_COMMENTS = {
    "publication": {
        "": "One row: what this file is, what it was made from, when and by which code.",
        "publication_id": "Its name: the UTC time it was made and the start of its content hash; sorts by time.",
        "published_at": "When it was made (UTC); of one as at a day, the end of that day.",
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


def copy_tables(
    connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...], authority_code: str | None = None
) -> None:
    """Every table and view of the schemas as a plain table, rows in one order, comments with it; of one authority only
    where `authority_code` is given.
    """
    relations = connection.execute(
        """
        select schema_name, table_name, comment from duckdb_tables()
        where database_name = 'build' and schema_name in (select unnest($schemas))
        union all
        select schema_name, view_name, comment from duckdb_views()
        where database_name = 'build' and schema_name in (select unnest($schemas)) and not internal
        order by 1, 2
        """,
        {"schemas": list(schemas)},
    ).fetchall()
    if not any(schema == schemas[0] for schema, _, _ in relations):
        raise PublicationError(
            f"The build file holds no {schemas[0]}: its build did not end. Run `bellwether run --full`."
        )
    for schema in schemas:
        connection.execute(f"create schema {schema}")
    own = "" if authority_code is None else f"where authority_code = {text_literal(authority_code)}"
    for schema, name, comment in relations:
        table = f"{quoted(schema)}.{quoted(name)}"
        connection.execute(f"create table {table} as select * from build.{table} {own} order by all")
        comment_on(connection, f"table {table}", comment)
        columns = connection.execute(
            """
            select column_name, comment from duckdb_columns()
            where database_name = 'build' and schema_name = ? and table_name = ?
            """,
            [schema, name],
        ).fetchall()
        for column, column_comment in columns:
            comment_on(connection, f"column {table}.{quoted(column)}", column_comment)


def table_contents(connection: duckdb.DuckDBPyConnection, schemas: tuple[str, ...]) -> list[TableContent]:
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


def hash_of_all(contents: list[TableContent]) -> str:
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
    cells = ", ".join(f"coalesce(cast({quoted(column)} as varchar), chr(30))" for column, _ in columns)
    n_rows, low, high = connection.execute(
        f"""
        select count(*), sum(md5_number_lower(line)), sum(md5_number_upper(line))
        from (select concat_ws(chr(31), {cells}) as line from {quoted(schema)}.{quoted(name)})
        """
    ).fetchall()[0]
    header = ";".join(f"{column} {data_type}" for column, data_type in columns)
    digest = hashlib.sha256(f"{header}|{n_rows}|{low}|{high}".encode()).hexdigest()
    return TableContent(schema, name, len(columns), n_rows, digest, comment)


def write_about(
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
            comment_on(connection, f"column about.{name}.{column}" if column else f"table about.{name}", comment)


def prove(draft: Path, contents: list[TableContent], *, has_history: bool = False) -> None:
    """Reads the finished file as a reader would; raises PublicationError when it does not hold what was written."""
    with duckdb.connect(str(draft), read_only=True) as connection:
        for table in contents:
            count = f"select count(*) from {quoted(table.schema)}.{quoted(table.name)}"
            (n_rows,) = connection.execute(count).fetchall()[0]
            if n_rows != table.n_rows:
                raise PublicationError(
                    f"{table.schema}.{table.name} holds {n_rows} rows after writing, {table.n_rows} before: "
                    "not released. Check the disk, then `bellwether run --full`."
                )
        connection.execute("select publication_id from about.publication").fetchall()
        if has_history:
            connection.execute("select count(*) from marts.as_at(date '2100-01-01')").fetchall()


def _tool_versions() -> dict[str, str]:
    versions = {"python": ".".join(str(part) for part in sys.version_info[:3])}
    for tool in _TOOLS:
        try:
            versions[tool] = metadata.version(tool)
        except metadata.PackageNotFoundError:
            continue
    return versions


def comment_on(connection: duckdb.DuckDBPyConnection, what: str, comment: str | None) -> None:
    if comment:
        connection.execute(f"comment on {what} is {text_literal(comment)}")


def sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def text_literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
