"""From raw Parquet to schema `raw` of the build file: what is there and not held yet, and nothing twice.

Belongs here: keeping the build file in step with the outcomes of intake, and starting it anew when the code that
filled it has changed. Does not belong here: reading returns (`intake`) and what the text means (dbt).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orchestration.warehouse import open_build

if TYPE_CHECKING:
    import duckdb

    from orchestration.intake.outcome import Outcome
    from orchestration.settings import Settings

ALWAYS = ("submission", "problem")
MONTHLY_TABLES = ("indicator_return", "contact_return", "performance_workbook", "contact_matrix")
# A process of a killed run may take a moment to notice that it is alone, and let go of the file.
_PATIENCE_SECONDS = 60.0


class LoadError(Exception):
    """The build file and the raw files do not agree, or the file cannot be opened; the message says what to do."""


@dataclass
class TableLoad:
    """What one raw table holds after loading, and what was added, by reporting month ('' where there is none)."""

    table: str
    n_rows: int = 0
    n_submissions: int = 0
    added: dict[str, int] = field(default_factory=dict)

    @property
    def n_added(self) -> int:
        return sum(self.added.values())


def start_build(settings: Settings, made_by: str) -> bool:
    """Makes the build file ready for this code, named by its hash: one that other code filled is removed. True if so.

    Whatever is derived step by step would otherwise mix two readings of the same returns.
    """
    removed = False
    if settings.build_file.exists():
        with _patient_build(settings) as connection:
            connection.execute("create schema if not exists raw")
            connection.execute("create table if not exists raw._made_by (hash varchar)")
            held = connection.execute("select hash from raw._made_by").fetchall()
        if held and held != [(made_by,)]:
            remove_build(settings)
            removed = True
    with _patient_build(settings) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute("create or replace table raw._made_by as select ? as hash", [made_by])
    # It holds children's rows, if only under keys; readers have the publication.
    settings.build_file.chmod(0o600)
    return removed


def remove_build(settings: Settings) -> None:
    """Removes the build file; the next load makes it anew from raw."""
    for path in (settings.build_file, settings.build_file.with_name(settings.build_file.name + ".wal")):
        path.unlink(missing_ok=True)


def load_tables(
    settings: Settings, tables: Collection[str], outcomes: Collection[Outcome], reload_months: Collection[str] = ()
) -> dict[str, TableLoad]:
    """Brings the named raw tables in step with the outcomes, each in one transaction.

    Submissions not held are added, submissions of `reload_months` are taken out and added again, and what has no
    outcome any more is taken out. Raises LoadError when a table does not hold as many rows of a submission as intake
    counted.
    """
    from orchestration.intake.tables import RAW_TABLES

    loads = {}
    with _patient_build(settings) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute("create table if not exists raw._held (table_name varchar, submission_id varchar)")
        for table in tables:
            columns = ", ".join(f'"{name}" {data_type}' for name, data_type in RAW_TABLES[table])
            connection.execute(f"create table if not exists raw.{table} ({columns})")
            connection.execute("begin")
            try:
                if table in ALWAYS:
                    loads[table] = _write_records(connection, table, outcomes)
                else:
                    loads[table] = _load_table(connection, settings, table, outcomes, reload_months)
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")
    return loads


def _load_table(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    table: str,
    outcomes: Collection[Outcome],
    reload_months: Collection[str],
) -> TableLoad:
    wanted = {one.submission_id: one for one in outcomes if one.loaded and table in one.tables}
    rows = connection.execute("select submission_id from raw._held where table_name = ?", [table]).fetchall()
    held = {submission_id for (submission_id,) in rows}
    again = {name for name in held if name in wanted and wanted[name].reporting_month in reload_months}
    out = (held - wanted.keys()) | again
    if out:
        parameters = [sorted(out)]
        connection.execute(f"delete from raw.{table} where submission_id in (select unnest(?))", parameters)
        connection.execute(
            "delete from raw._held where submission_id in (select unnest(?)) and table_name = ?", [sorted(out), table]
        )
    load = TableLoad(table)
    new = sorted((wanted.keys() - held) | again)
    if new:
        from orchestration.intake.tables import RAW_TABLES

        files = [str(settings.raw / table / f"{submission_id}.parquet") for submission_id in new]
        # A file received before its contract gained a column stays as it is and has nothing in that column.
        names = [name for name, _ in RAW_TABLES[table]]
        connection.execute(
            f"insert into raw.{table} by name "
            "select columns(name -> list_contains($names, name)) from read_parquet($files, union_by_name => true)",
            {"names": names, "files": files},
        )
        connection.execute("insert into raw._held select ?, unnest(?)", [table, new])
        _verify(connection, table, {name: wanted[name].tables[table] for name in new})
        for name in new:
            month = wanted[name].reporting_month or ""
            load.added[month] = load.added.get(month, 0) + wanted[name].tables[table]
    load.n_submissions = len(wanted)
    (load.n_rows,) = connection.execute(f"select count(*) from raw.{table}").fetchall()[0]
    return load


def _verify(connection: duckdb.DuckDBPyConnection, table: str, expected: dict[str, int]) -> None:
    counted = dict(
        connection.execute(
            f"select submission_id, count(*) from raw.{table} where submission_id in (select unnest(?)) group by all",
            [sorted(expected)],
        ).fetchall()
    )
    wrong = [
        f"{name}: {counted.get(name, 0)} rows, intake counted {rows}"
        for name, rows in expected.items()
        if counted.get(name, 0) != rows
    ]
    if wrong:
        raise LoadError(
            f"raw.{table} does not hold what was received ({'; '.join(wrong[:5])}). The files under raw/{table} were "
            "changed or damaged: remove those and their records under raw/_outcome, and put the originals from "
            "archive/ into landing/ again."
        )


def _write_records(connection: duckdb.DuckDBPyConnection, table: str, outcomes: Collection[Outcome]) -> TableLoad:
    """raw.submission and raw.problem in full: they are small, and an outcome may be replaced by a better one."""
    import pyarrow as pa

    from orchestration.intake.tables import RAW_TABLES

    ordered = sorted(outcomes, key=lambda one: one.submission_id)
    if table == "submission":
        records = [one.submission_row() for one in ordered]
    else:
        records = [row for one in ordered for row in one.problem_rows()]
    # Times are kept as UTC without a zone, so that a file reads the same wherever it is opened.
    for record in records:
        if record.get("received_at") is not None:
            record["received_at"] = _utc_text(record["received_at"])
    names = [name for name, _ in RAW_TABLES[table]]
    frame = pa.table({name: pa.array([_text(record[name]) for record in records], pa.string()) for name in names})
    columns = ", ".join(f'cast("{name}" as {data_type}) as "{name}"' for name, data_type in RAW_TABLES[table])
    connection.execute(f"delete from raw.{table}")
    connection.register("records", frame)
    connection.execute(f"insert into raw.{table} by name select {columns} from records")
    connection.unregister("records")
    return TableLoad(table, n_rows=len(records), n_submissions=len(ordered))


def _utc_text(moment: object) -> str:
    from datetime import UTC, datetime

    if not isinstance(moment, datetime):
        return str(moment)
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@contextmanager
def _patient_build(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file, waiting a while for a process of a killed run that still holds it."""
    import duckdb

    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            build = open_build(settings)
            connection = build.__enter__()
        except duckdb.IOException as error:
            if "lock" not in str(error).lower() or time.monotonic() > deadline:
                raise LoadError(
                    f"The build file {settings.build_file} cannot be opened: {str(error).splitlines()[0]} "
                    "Close the program that holds it; nobody but a run may open it (readers use the publication)."
                ) from error
            time.sleep(0.5)
            continue
        try:
            yield connection
        finally:
            build.__exit__(None, None, None)
        return
