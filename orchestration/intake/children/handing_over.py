"""What is handed over of the lists that were read: the sender's own rows that go back, and the raw tables.

Belongs here: files for the sender, tables with keys in place of people. Does not belong here: writing them (store).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestration.intake.children.codes import spelling
from orchestration.intake.children.judging import NOTHING, Judged
from orchestration.intake.children.pseudonyms import UNALLOCATED, Pseudonym
from orchestration.intake.contracts import Contract
from orchestration.intake.sheets import column_letter
from orchestration.intake.tables import RAW_TABLES
from orchestration.intake.text import key

if TYPE_CHECKING:
    import pyarrow as pa


def rows_to_return(judged: list[Judged], unmapped: list[list[str]]) -> dict[str, list[list[str]]]:
    """The sender's own rows that were set aside, a file a list, and the spellings that were not mapped."""
    found: dict[str, list[list[str]]] = {}
    for one in judged:
        if one.set_aside:
            rows = found.setdefault(f"rows_{one.part.part.name}.csv", [])
            rows.append(["sheet", "row", "reason", *one.part.header])
            rows += [[one.part.place or "", str(row.row), row.reason, *row.cells] for row in one.set_aside]
    if unmapped:
        found["unmapped.csv"] = [["sheet", "column", "code_list", "as_sent", "rows"], *unmapped]
    return found


@dataclass(frozen=True, slots=True)
class Described:
    """What a submission's lists describe: whose children, on which day, and from when on each list is whole."""

    authority_code: str
    as_at: date | None
    windows: dict[str, date | None]


def raw_tables(
    judged: list[Judged],
    spellings: dict[int, dict[int, Counter[str]]],
    contract: Contract,
    described: Described,
    pseudonym: Pseudonym,
    submission: str,
) -> dict[str, pa.Table]:
    tables = {}
    nobody = {key(said) for said in contract.nobody}

    def person(kind: str, text: str) -> str | None:
        """The key of a person; a worker's cell that names nobody says so, a blank family is none."""
        is_blank = text.strip().lower() in NOTHING
        if kind in _WORKERS and (is_blank or key(text) in nobody):
            return UNALLOCATED
        return None if is_blank else pseudonym(described.authority_code, kind, text)

    for one in judged:
        if one.kept:
            name = f"{contract.name}_{one.part.part.name}"
            tables[name] = _table(name, _list_columns(one, person), len(one.kept), submission)
    accounts: list[dict[str, object]] = []
    said: list[dict[str, object]] = []
    for one in judged:
        where = {
            "return_name": one.part.return_name,
            "list": one.part.part.name,
            "source_sheet": one.part.place,
            "source_row": one.part.heading_row,
        }
        window_from = described.windows[one.part.part.name]
        accounts.append(
            {
                **where,
                "title": one.part.part.title,
                "authority_code": described.authority_code,
                "as_at": described.as_at.isoformat() if described.as_at else None,
                "window_from": window_from.isoformat() if window_from else None,
                "rows_in_file": one.part.rows_in_file,
                "rows_loaded": len(one.kept),
                "rows_quarantined": len(one.set_aside),
            }
        )
        for position, counted in spellings[id(one)].items():
            column = one.part.headings.columns[position]
            for text, n in sorted(counted.items()):
                said.append(
                    {
                        **where,
                        "column_name": column.name,
                        "code_list": column.codes,
                        "as_sent": text,
                        "spelling": spelling(text),
                        "n_rows": n,
                        "source_column": column_letter(position),
                    }
                )
    for table, rows in (("child_list", accounts), ("child_spelling", said)):
        if rows:
            names = list(dict.fromkeys(name for row in rows for name in row))
            tables[table] = _table(table, {n: [row.get(n) for row in rows] for n in names}, len(rows), submission)
    return tables


_WORKERS = frozenset({"worker", "personal_adviser"})


def _list_columns(one: Judged, person: Callable[[str, str], str | None]) -> dict[str, list[object]]:
    """The rows that stay, by column of the raw table: days as ISO, people as keys, where each row stands."""
    part = one.part
    columns: dict[str, list[object]] = {
        "source_sheet": [part.place] * len(one.kept),
        "source_row": [part.numbers[i] for i in one.kept],
    }
    for position, column in part.headings.columns.items():
        if not column.load:
            continue
        texts = [part.rows[i][position] for i in one.kept]
        if column.key:
            keys = {text: person(column.key, text) for text in dict.fromkeys(texts)}
            columns[column.raw_name] = [keys[text] for text in texts]
        else:
            days = {text: day.isoformat() for text, day in one.days[position].items()}
            columns[column.raw_name] = [days.get(text, text) for text in texts] if days else list(texts)
    return columns


def _table(name: str, columns: dict[str, list[object]], size: int, submission: str) -> pa.Table:
    import pyarrow as pa

    types = {"VARCHAR": pa.string(), "INTEGER": pa.int32()}
    columns["submission_id"] = [submission] * size
    return pa.table(
        {
            column: pa.array(columns[column], types[kind]) if column in columns else pa.nulls(size, types[kind])
            for column, kind in RAW_TABLES[name]
        }
    )
