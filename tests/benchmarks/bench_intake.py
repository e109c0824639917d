"""How fast intake is, beside what else reads the same files: DuckDB's bare read, and a plain pandas script.

Run with `make benchmark`. It measures and prints; nothing is asserted, for the machine decides half of it.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd

from orchestration import intake
from orchestration.settings import Settings

CSV_ROWS = 500_000
XLSX_ROWS = 20_000
HEADER = ["authority_code", "period_basis", "period_start", "period_end", "indicator", "breakdown_dimension"]
HEADER += ["breakdown_value", "numerator", "denominator", "value", "unit", "role", "issue_date"]
AUTHORITIES = ["E10000030", "E10000016", "E10000011", "E06000031"]


def rows(count: int) -> Iterator[list[str]]:
    """Figures as a council sends them, each with a key of its own."""
    for number in range(count):
        day = date(2010, 4, 1) + timedelta(days=number % 3000)
        part = str(number // 3000)
        yield [
            AUTHORITIES[number % 4], "snapshot", day.isoformat(), day.isoformat(), "assessments_open", "team", part,
            "", "", str(number % 900), "count", "actual", "2020-06-30",
        ]  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def receive(folder: Path, path: Path) -> float:
    """Seconds from a file in landing to raw Parquet and outcome, with archive and checks."""
    settings = Settings(home=folder / f"home_{path.suffix[1:]}", shipped_returns=False, stable_seconds=0)
    settings.landing.mkdir(parents=True)
    path.rename(settings.landing / path.name)
    return timed(lambda: outcomes.extend(intake.receive(settings, received_at=datetime(2020, 7, 1, tzinfo=UTC))))


outcomes: list[intake.Outcome] = []


def plain_pandas(path: Path, read: Callable[..., pd.DataFrame], target: Path) -> None:
    """What a careful person would write in ten lines: text, a few checks, Parquet."""
    frame = read(path, dtype=str, keep_default_na=False)
    missing = set(HEADER) - set(frame.columns)
    assert not missing
    assert frame["authority_code"].str.fullmatch("E[0-9]{8}").all()
    for column in ("period_start", "period_end", "issue_date"):
        pd.to_datetime(frame[column], format="%Y-%m-%d")
    pd.to_numeric(frame["value"], errors="coerce")
    assert not frame.duplicated(HEADER[:7]).any()
    frame.to_parquet(target)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        as_csv, as_xlsx = folder / "figures.csv", folder / "figures.xlsx"
        with as_csv.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            writer.writerows(rows(CSV_ROWS))
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(HEADER)
        for row in rows(XLSX_ROWS):
            sheet.append(row)
        book.save(as_xlsx)

        bare_query = f"select count(*) from (select * from read_csv('{as_csv}', all_varchar = true) offset 1)"
        to_table = f"create table t as from read_csv('{as_csv}', all_varchar = true, header = true, auto_detect = true)"
        # Each reader once before, so that imports are not measured.
        duckdb.sql(bare_query).fetchall()
        pd.read_csv(as_csv, dtype=str, nrows=10)
        figures = [
            ("CSV", "DuckDB, bare read", CSV_ROWS, timed(lambda: duckdb.connect().execute(to_table))),
            ("CSV", "plain pandas", CSV_ROWS, timed(lambda: plain_pandas(as_csv, pd.read_csv, folder / "a.parquet"))),
            ("CSV", "intake", CSV_ROWS, receive(folder, as_csv)),
            (
                "XLSX",
                "plain pandas",
                XLSX_ROWS,
                timed(lambda: plain_pandas(as_xlsx, pd.read_excel, folder / "b.parquet")),
            ),
            ("XLSX", "intake", XLSX_ROWS, receive(folder, as_xlsx)),
        ]
    first: dict[str, float] = {}
    print(f"{'':6}{'':20}{'rows':>10}{'seconds':>10}{'rows/s':>12}{'times the first':>18}")
    for kind, what, count, seconds in figures:
        rate = count / seconds
        first.setdefault(kind, rate)
        print(f"{kind:6}{what:20}{count:>10,}{seconds:>10.2f}{rate:>12,.0f}{first[kind] / rate:>18.1f}")
    for outcome in outcomes:
        print(f"{outcome.file_name}: {outcome.outcome}, {outcome.rows_loaded:,} rows, {len(outcome.problems)} problems")


if __name__ == "__main__":
    main()
