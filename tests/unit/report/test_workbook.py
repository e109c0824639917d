"""The workbook holds the publication's numbers as numbers, dates as dates, texts as texts, and nothing that runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.report import workbook
from orchestration.report.sheets import FLAT, Flat
from orchestration.report.site import Scope
from orchestration.report.spreadsheet import escaped
from orchestration.report.tables import written_month
from orchestration.report.workbook import write_workbook
from tests.benchmarks.big_publication import HOSTILE_NAME, HOSTILE_TEXTS


@pytest.fixture(scope="module")
def written(small_publication: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "book.xlsx"
    write_workbook(small_publication, path)
    return path


@pytest.fixture(scope="module")
def book(written: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written)


@pytest.fixture(scope="module")
def held(small_publication: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(small_publication), read_only=True) as connection:
        yield connection


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet by their headings."""
    rows = sheet.iter_rows(values_only=True)
    headings = next(rows)
    return [dict(zip(headings, row, strict=True)) for row in rows]  # type: ignore[arg-type]


@pytest.mark.parametrize("flat", FLAT, ids=lambda flat: flat.name)
def test_a_sheet_holds_the_rows_of_its_table(
    flat: Flat, book: openpyxl.Workbook, held: duckdb.DuckDBPyConnection
) -> None:
    fields = ", ".join(name for name, _, _ in flat.shown)
    wanted = held.execute(f"select {fields} from {flat.source} order by {flat.order}").fetchall()
    shown = rows_of(book[flat.name])
    assert len(shown) == len(wanted)
    for number, (row, values) in enumerate(zip(shown, wanted, strict=True)):
        for (_, label, kind), value in zip(flat.shown, values, strict=True):
            assert row[label] == as_shown(value, kind), f"{flat.name}, row {number + 2}, {label}"


def as_shown(value: Any, kind: str) -> Any:
    """What a cell of this kind holds for a value of the publication."""
    if value is None or value == "":
        return None
    if kind == "yes":
        return "Yes" if value else "No"
    if kind in ("status", "rag", "tag"):
        return str(value).replace("_", " ")
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    if isinstance(value, float):
        # Sixteen figures, as the format writes numbers; Excel itself counts with fifteen.
        return float(f"{value:.16G}")
    return escaped(value)


def test_the_compendium_holds_what_its_pages_show(book: openpyxl.Workbook, held: duckdb.DuckDBPyConnection) -> None:
    sheet = book["Compendium 2026-10"]
    held_months = held.execute("select distinct month from marts.mart_indicator_monthly").fetchall()
    months = {written_month(month): month for (month,) in held_months}
    n_compared = 0
    for row in rows_of(sheet):
        for heading, shown in row.items():
            if heading not in months:
                continue
            wanted = held.execute(
                "select value from marts.mart_indicator_monthly "
                "where authority_code = ? and indicator_code = ? and month = ?",
                [row["Authority code"], row["Indicator code"], months[heading]],
            ).fetchall()
            if wanted and wanted[0][0] is not None:
                assert shown == as_shown(wanted[0][0], "figure")
                n_compared += 1
            else:
                # Why there is none, as text.
                assert isinstance(shown, str)
    assert n_compared > 100


def test_nothing_is_a_formula_and_hostile_text_is_text(book: openpyxl.Workbook) -> None:
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "d", "b", "inlineStr"}
    texts = {row["Text"] for row in rows_of(book["Commentary"])}
    assert {escaped(text) for text in HOSTILE_TEXTS} <= texts
    assert "'" + HOSTILE_TEXTS[1] in texts
    assert HOSTILE_NAME in {row["Authority"] for row in rows_of(book["Series"])}


def test_numbers_are_shown_with_the_decimals_of_their_indicator(
    book: openpyxl.Workbook, held: duckdb.DuckDBPyConnection
) -> None:
    decimals = dict(held.execute("select indicator_code, decimals from marts.dim_indicator").fetchall())
    sheet = book["Series"]
    headings = [cell.value for cell in sheet[1]]
    code, value = headings.index("Indicator code"), headings.index("Value")
    seen = set()
    for row in sheet.iter_rows(min_row=2):
        if row[value].value is not None:
            wanted = decimals[row[code].value]
            assert row[value].number_format == "#,##0" + ("." + "0" * wanted if wanted else "")
            seen.add(wanted)
    assert len(seen) > 1


def test_headings_stay_in_sight_and_every_column_can_be_filtered(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes is not None and sheet.freeze_panes.endswith("2"), sheet.title
        assert sheet.auto_filter.ref is not None and sheet.auto_filter.ref.startswith("A1:"), sheet.title


def test_the_contents_lead_to_every_sheet_and_count_its_rows(book: openpyxl.Workbook) -> None:
    contents = book["Contents"]
    listed = {}
    for row in contents.iter_rows(min_row=6):
        link = row[0].hyperlink
        assert link is not None and link.location is not None
        listed[link.location.removesuffix("!A1").strip("'")] = row[2].value
    assert listed == {sheet.title: sheet.max_row - 1 for sheet in book.worksheets[1:]}


def test_a_cell_without_a_number_says_why(book: openpyxl.Workbook) -> None:
    sheet = book["Compendium 2026-10"]
    hidden = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value == "[c]"]
    assert hidden
    assert all(cell.comment is not None and "hidden" in cell.comment.text for cell in hidden)
    remarks = [row["Remarks"] for row in rows_of(sheet) if "[c]" in row.values()]
    assert all("hidden, so that no child can be told" in text for text in remarks)


def test_the_same_publication_gives_the_same_bytes(small_publication: Path, written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    assert write_workbook(small_publication, again).is_new
    assert again.read_bytes() == written.read_bytes()


def test_a_workbook_of_the_same_is_not_written_again(small_publication: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(small_publication, path)
    before = path.stat().st_mtime_ns
    assert not write_workbook(small_publication, path).is_new
    assert path.stat().st_mtime_ns == before
    assert write_workbook(small_publication, path, Scope(month=date(2026, 9, 1))).is_new


def test_a_scope_leaves_out_other_authorities_and_later_months(small_publication: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(small_publication, path, Scope(("E06000002",), date(2026, 3, 1)))
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:
        rows = rows_of(sheet)
        if rows and "Authority code" in rows[0]:
            assert {row["Authority code"] for row in rows} <= {"E06000002"}, sheet.title
    assert max(row["Month"] for row in rows_of(book["Series"])) == datetime.fromisoformat("2026-03-01")
    assert "Compendium 2026-03" in book.sheetnames


def test_too_many_rows_give_the_newest_periods_and_say_so(
    small_publication: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "FLAT", tuple(replace(flat, most=100) for flat in FLAT))
    path = tmp_path / "book.xlsx"
    write_workbook(small_publication, path)
    book = openpyxl.load_workbook(path)
    months = {row["Month"] for row in rows_of(book["Series"])}
    assert len(months) == 13 and max(months) == datetime.fromisoformat("2026-10-01")
    remark = next(row[4].value for row in book["Contents"].iter_rows(min_row=6) if row[0].value == "Series")
    assert isinstance(remark, str) and "newest 13" in remark
