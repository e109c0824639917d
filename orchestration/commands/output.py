"""Tables as people and programs take them: aligned text, JSON, CSV, Parquet, Excel.

Belongs here: turning columns and rows into one of these. Does not belong here: where the rows come from. Text that a
spreadsheet would run as a formula is escaped; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.report.spreadsheet import MOST_ROWS, escaped, open_book, writable, write_cell

FORMATS = ("text", "json", "csv", "parquet", "xlsx")
_MAX_CELL = 100
_MAX_ROWS_AS_TEXT = 500


class OutputError(Exception):
    """A table cannot be given in this form; the message says in which it can."""


@dataclass(frozen=True)
class Table:
    """Column names and rows; values as DuckDB gives them."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def write_table(table: Table, format_name: str, output: Path | None) -> None:
    """Writes a table to a file, or to standard output. Parquet and Excel want a file or a pipe."""
    content = render(table, format_name)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(content)
        return
    if format_name in ("parquet", "xlsx") and sys.stdout.isatty():
        raise OutputError(f"{format_name} is not for a screen: give a file with --output FILE.")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def render(table: Table, format_name: str) -> bytes:
    """The table in one of FORMATS, as bytes; text forms are UTF-8."""
    match format_name:
        case "json":
            return _as_json(table).encode()
        case "csv":
            return _as_csv(table).encode()
        case "parquet":
            return _as_parquet(table)
        case "xlsx":
            return _as_xlsx(table)
        case _:
            return as_text(table).encode()


def as_text(table: Table) -> str:
    """An aligned table for reading: numbers to the right, long cells cut, many rows counted."""
    shown = [[_cell(value) for value in row] for row in table.rows[:_MAX_ROWS_AS_TEXT]]
    widths = [max([len(name), *(len(row[i]) for row in shown)]) for i, name in enumerate(table.columns)]
    to_the_right = [
        any(isinstance(row[i], int | float | Decimal) and not isinstance(row[i], bool) for row in table.rows[:50])
        for i in range(len(table.columns))
    ]
    lines = [_line(table.columns, widths, to_the_right), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths, to_the_right) for row in shown]
    left = len(table.rows) - len(shown)
    lines.append(f"({left:,} more rows; --format csv gives all)" if left else f"({len(table.rows):,} rows)")
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int], to_the_right: Sequence[bool]) -> str:
    aligned = (
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, to_the_right, strict=True)
    )
    return "  ".join(aligned).rstrip()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    text = " ".join(str(value).split())
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"


def _as_json(table: Table) -> str:
    records = [dict(zip(table.columns, (_jsonable(value) for value in row), strict=True)) for row in table.rows]
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def _jsonable(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | tuple):
        return [_jsonable(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _jsonable(one) for key, one in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _as_csv(table: Table) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([escaped(name) for name in table.columns])
    writer.writerows([["" if value is None else escaped(_plain(value)) for value in row] for row in table.rows])
    return stream.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(_jsonable(value), ensure_ascii=False)
    return value


def _as_parquet(table: Table) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.columns]
    # Names may repeat in a query's result; a file needs them to differ.
    names = [name if name not in table.columns[:i] else f"{name}_{i}" for i, name in enumerate(table.columns)]
    buffer = io.BytesIO()
    pq.write_table(pa.table({name: list(column) for name, column in zip(names, columns, strict=True)}), buffer)
    return buffer.getvalue()


def _as_xlsx(table: Table) -> bytes:
    if len(table.rows) > MOST_ROWS:
        raise OutputError(f"{len(table.rows):,} rows do not fit into a worksheet: take csv or parquet.")
    buffer = io.BytesIO()
    with open_book(buffer, datetime.now(UTC)) as book:
        sheet = book.add_worksheet("Bellwether")
        sheet.freeze_panes(1, 0)
        days = {date: book.add_format({"num_format": "yyyy-mm-dd"})}
        days[datetime] = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, row in enumerate([table.columns, *table.rows]):
            for column, value in enumerate(row):
                write_cell(sheet, number, column, writable(value), days.get(type(value)))
    return buffer.getvalue()
