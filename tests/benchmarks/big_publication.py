"""A publication of any size, made up: 153 authorities x 60 indicators x 60 months unless told otherwise.

    python tests/benchmarks/big_publication.py FILE [--authorities 153 --indicators 60 --months 60]

Tables and columns are those of the dbt models' contracts, authorities and indicators those of the compiled registry,
figures are drawn in SQL with a seed. Plausible in shape, meaningless in content. A few texts are hostile: the name of
an authority with markup, commentary with markup and formulas, and one table of 10,000 rows of one authority.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path

import duckdb
import yaml

from orchestration.publish.content import comment_on, quoted, text_literal
from orchestration.publish.macros import create_macros

PROJECT = Path(__file__).resolve().parents[2]
SEED = "7"
LAST_MONTH = date(2026, 10, 1)
AS_OF = "2026-11-21"
HOSTILE_NAME = '<script>alert(1)</script> & "Sons"'
HOSTILE_TEXTS = (
    '<img src=x onerror="alert(1)"> rose in the month.',
    '=HYPERLINK("http://example.invalid","press") stood in the return.',
    "</textarea></script><script>alert('x')</script> & {{ 7 * 7 }} {% raw %}",
    "@SUM(A1:A9) | `code` **bold** \u202ereversed\u202c and a very long word: " + "w" * 300,
)
LONG_TABLE = 10_000

FIGURES = Path(__file__).with_suffix(".sql")


def make(
    path: Path, *, authorities: int = 153, indicators: int = 60, months: int = 60, long_table: int = LONG_TABLE
) -> Path:
    """Writes the publication; the same numbers give the same rows. Returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    given = {
        "authorities": authorities,
        "indicators": indicators,
        "months": months,
        "last_month": LAST_MONTH,
        "long_table": long_table,
        "hostile_texts": list(HOSTILE_TEXTS),
        "seed": SEED,
    }
    with duckdb.connect(str(path)) as connection:
        _create_tables(connection)
        _fill_from_registry(connection)
        for name, value in given.items():
            connection.execute(f"set variable {name} = $value", {"value": value})
        connection.execute(FIGURES.read_text(encoding="utf-8"))
        create_macros(connection)
        _certify(connection)
        connection.execute("checkpoint")
    return path


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of a publication, empty, as the contracts of the dbt models have them."""
    connection.execute("create schema marts")
    connection.execute("create schema quality")
    connection.execute("create schema about")
    for path in sorted((PROJECT / "dbt_project" / "models" / "marts").rglob("_*.yml")):
        schema = path.parent.name if path.parent.name in ("quality", "restricted") else "marts"
        models = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []
        for model in models if schema != "restricted" else []:
            columns = ", ".join(f"{quoted(one['name'])} {one['data_type']}" for one in model["columns"])
            table = f"{schema}.{quoted(model['name'])}"
            connection.execute(f"create table {table} ({columns})")
            if "{{" not in model["description"]:
                comment_on(connection, f"table {table}", model["description"].strip())


def _fill_from_registry(connection: duckdb.DuckDBPyConnection) -> None:
    for table, seed in (
        ("marts.dim_authority", "reg_authority"),
        ("marts.dim_indicator", "reg_indicator"),
        ("marts.dim_indicator_version", "reg_indicator_version"),
        ("quality.rule", "reg_rule"),
    ):
        schema, name = table.split(".")
        wanted = connection.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ?", [schema, name]
        ).fetchall()
        file = text_literal(str(PROJECT / "dbt_project" / "seeds" / f"{seed}.csv"))
        source = f"read_csv({file}, header = true, all_varchar = true, nullstr = '')"
        held = {row[0] for row in connection.execute(f"describe from {source}").fetchall()}
        columns = ", ".join(quoted(column) for (column,) in wanted if column in held)
        connection.execute(f"insert into {table} by name select {columns} from {source}")
    connection.execute(
        """
        update marts.dim_authority set name = ?
        where authority_code = (
            select min(authority_code) from marts.dim_authority
            where authority_type = 'local_authority' and valid_to is null
        )
        """,
        [HOSTILE_NAME],
    )


def _certify(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        f"""
        create table about.publication as
        select '20261121T000000000Z-benchmark' as publication_id, timestamp '{AS_OF} 00:00:00' as published_at,
            date '{AS_OF}' as data_as_at, date '{AS_OF}' as as_of, '0+benchmark' as code_version,
            'benchmark' as registry_hash, 'benchmark' as fingerprint, 'benchmark' as content_hash,
            '{{}}' as tool_versions, '{{"findings": {{}}, "submissions": {{}}}}' as gate_result, 24 as n_tables,
            cast(0 as bigint) as n_rows
        """
    )
    connection.execute(
        """
        create table about.table_content as
        select schema_name as table_schema, table_name, cast(column_count as integer) as n_columns,
            estimated_size as n_rows, 'benchmark' as content_hash, comment as description
        from duckdb_tables() where schema_name in ('marts', 'quality')
        """
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes up a publication.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--authorities", type=int, default=153)
    parser.add_argument("--indicators", type=int, default=60)
    parser.add_argument("--months", type=int, default=60)
    given = parser.parse_args()
    started = time.monotonic()
    made = make(given.file, authorities=given.authorities, indicators=given.indicators, months=given.months)
    with duckdb.connect(str(made), read_only=True) as connection:
        for schema, table, rows in connection.execute(
            "select schema_name, table_name, estimated_size from duckdb_tables() order by all"
        ).fetchall():
            print(f"{rows:>10,}  {schema}.{table}")
    print(f"{made}: {made.stat().st_size / 1e6:.0f} MB in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
