"""What the intake tests share: a home of their own, a small register of authorities, and ways to make files.

Belongs here: builders and the desk. Does not belong here: any expectation.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from orchestration.intake import Outcome, receive
from orchestration.settings import PROJECT, Settings

RECEIVED = datetime(2017, 3, 1, 9, 0, tzinfo=UTC)
AUTHORITIES = {
    "e10000030": "E10000030", "936": "E10000030", "surrey": "E10000030",
    "e10000016": "E10000016", "886": "E10000016", "kent": "E10000016",
}  # fmt: skip


def resolve(text: str, on: date | None = None) -> str | None:
    """The register's answer for two authorities, whatever the day."""
    return AUTHORITIES.get(text.strip().lower())


def csv_bytes(rows: Iterable[Iterable[object]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode(encoding)


INDICATOR_HEADER = ["authority_code", "period_basis", "period_start", "period_end", "indicator", "value"]


def indicator_row(**changes: str) -> list[str]:
    row = dict(
        zip(
            INDICATOR_HEADER,
            ["E10000030", "month", "2017-01-01", "2017-01-31", "referrals_received", "1018"],
            strict=True,
        )
    )
    return list((row | changes).values())


def indicator_csv(*rows: list[str], header: list[str] | None = None, **kwargs: Any) -> bytes:
    return csv_bytes([header or INDICATOR_HEADER, *(rows or (indicator_row(),))], **kwargs)


def workbook_bytes(
    sheets: dict[str, list[list[Any]]], edit: Callable[[openpyxl.Workbook], None] | None = None
) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if edit:
        edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class Desk:
    """A landing folder of its own, and the intake at work on it."""

    def __init__(self, home: Path, child_key: bytes = b"") -> None:
        self.settings = Settings(project=PROJECT, home=home, shipped_returns=False, stable_seconds=0)
        if child_key:
            home.mkdir(parents=True, exist_ok=True)
            self.settings.child_key.write_bytes(child_key)
        self.settings.landing.mkdir(parents=True)

    def drop(self, content: bytes, name: str = "return.csv") -> Path:
        path = self.settings.landing / name
        path.write_bytes(content)
        return path

    def receive(self, received_at: datetime = RECEIVED) -> list[Outcome]:
        return receive(self.settings, received_at=received_at, resolve=resolve)

    def one(self, content: bytes, name: str = "return.csv", received_at: datetime = RECEIVED) -> Outcome:
        """The outcome of a single file."""
        self.drop(content, name)
        outcomes = self.receive(received_at)
        assert len(outcomes) == 1
        return outcomes[0]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Everything held in a raw table, in the order of submissions and rows."""
        pattern = f"{self.settings.raw}/{table}/*.parquet"
        if not list((self.settings.raw / table).glob("*.parquet")):
            return []
        with duckdb.connect() as connection:
            found = connection.execute(
                f"from '{pattern}' order by submission_id, source_sheet, source_row, source_column"
            )
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def files(self) -> dict[str, bytes]:
        """Every file that intake keeps, by path: for comparing two runs."""
        home = self.settings.home
        return {p.relative_to(home).as_posix(): p.read_bytes() for p in sorted(home.rglob("*")) if p.is_file()}


def codes(outcome: Outcome) -> set[str]:
    return {problem.code for problem in outcome.problems}
