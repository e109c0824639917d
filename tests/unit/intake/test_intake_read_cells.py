"""Our reader of a sheet's cells and openpyxl's give the same cells, of every kind a workbook has.

Belongs here: the two held against each other. Does not belong here: what a table means (test_intake_workbook).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from orchestration.intake.read_xlsx import UnreadableWorkbook, cell_text, read_workbook
from orchestration.intake.sheets import Sheet
from orchestration.settings import PROJECT

SHIPPED = sorted((PROJECT / "data" / "returns").rglob("*.xlsx"))


def by_openpyxl(path: Path) -> dict[str, list[list[str]]]:
    """Every sheet's cells as openpyxl gives them, as the text of each; empty ends cut off."""
    book = openpyxl.load_workbook(path, data_only=True)
    found = {}
    for sheet in book.worksheets:
        rows = [
            ["" if cell.value is None else cell_text(cell.value, cell.number_format) for cell in row]
            for row in sheet.iter_rows()
        ]
        for row in rows:
            while row and row[-1] == "":
                row.pop()
        while rows and not rows[-1]:
            rows.pop()
        found[sheet.title] = rows
    return found


def ours(sheets: list[Sheet]) -> dict[str, list[list[str]]]:
    return {str(sheet.name): sheet.rows for sheet in sheets}


def changed(content: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    """The workbook with the XML of its first sheet edited."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, edit(data) if name == "xl/worksheets/sheet1.xml" else data)
    return buffer.getvalue()


@pytest.fixture
def every_kind() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["text", " kept ", "", None, "a<b>&amp; ü", "two\nlines"])
    sheet.append([1, 1.5, -0.1 - 0.2, 1e21, 12345678901234567890, True, False])
    sheet.append([datetime(2020, 1, 31), datetime(2020, 1, 31, 13, 45), date(2021, 2, 28), time(9, 30)])  # noqa: DTZ001
    sheet.append([timedelta(hours=30), None, "#N/A", "=1+1"])
    sheet.append([])
    sheet.append([None] * 27 + ["AB6"])
    sheet["A8"], sheet["B8"], sheet["C8"] = 0.241, date(2016, 1, 1), 12
    sheet["A8"].number_format, sheet["B8"].number_format, sheet["C8"].number_format = "0.0%", "mmm-yy", '0" %"'
    sheet["A9"] = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))
    book.create_sheet("second").append(["x"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_every_kind_of_cell_reads_as_openpyxl_reads_it(tmp_path: Path, every_kind: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(every_kind)
    sheets = read_workbook(path)
    assert ours(sheets) == by_openpyxl(path)
    first = sheets[0]
    assert first.rows[7][:3] == ["24.1%", "2016-01-01", "12"] and first.month_only == {(7, 1)}
    assert [(r, c) for r, c, _ in first.error_cells] == [(3, 2)] and first.unread_formulas == [(3, 3, "=1+1")]
    assert first.rows[0][1] == " kept " and first.rows[5][27] == "AB6" and first.rows[8] == ["plain bold"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda xml: xml.replace(b' r="A1"', b"").replace(b' r="B1"', b""),
        lambda xml: xml.replace(b'<row r="2"', b"<row"),
        lambda xml: xml.replace(b'<dimension ref="A1:AB9"', b'<dimension ref="A1:A1"'),
    ],
    ids=["no coordinates", "no row number", "wrong dimension"],
)
def test_what_other_programs_leave_out_is_counted(
    tmp_path: Path, every_kind: bytes, edit: Callable[[bytes], bytes]
) -> None:
    path, plain = tmp_path / "a.xlsx", tmp_path / "plain.xlsx"
    content = changed(every_kind, edit)
    assert content != every_kind
    path.write_bytes(content)
    plain.write_bytes(every_kind)
    assert ours(read_workbook(path)) == ours(read_workbook(plain))


def test_prefixed_names_phonetic_guides_and_results_of_formulas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "empty.xlsx")
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1">'
        '<x:c r="A1" t="inlineStr"><x:is><x:t>read</x:t><x:rPh sb="0" eb="1"><x:t>guide</x:t></x:rPh></x:is></x:c>'
        '<x:c r="B1" t="str"><x:f>A1</x:f><x:v>result</x:v></x:c><x:c r="C1" t="e"><x:v>#REF!</x:v></x:c>'
        '<x:c r="D1" t="b"><x:v>1</x:v></x:c><x:c r="E1" t="d"><x:v>2020-01-31</x:v></x:c><x:c r="F1" s="0"/>'
        "</x:row></x:sheetData><x:extLst><x:ext><x:f>no cell</x:f></x:ext></x:extLst></x:worksheet>"
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed((tmp_path / "empty.xlsx").read_bytes(), lambda _: sheet.encode()))
    (found,) = read_workbook(path)
    assert found.rows == [["read", "result", "#REF!", "true", "2020-01-31"]]
    assert found.error_cells == [(0, 2, "#REF!")] and not found.unread_formulas


@pytest.mark.parametrize(
    "edit",
    [
        lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet', 1),
        lambda xml: b'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE w><w/>'.decode().encode("utf-16"),
        lambda xml: xml[: len(xml) // 2],
    ],
    ids=["document type", "document type in another encoding", "cut off"],
)
def test_a_sheet_that_declares_entities_or_is_cut_off_is_refused(
    tmp_path: Path, every_kind: bytes, edit: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed(every_kind, edit))
    with pytest.raises(UnreadableWorkbook):
        read_workbook(path)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_workbooks_read_as_openpyxl_reads_them(path: Path) -> None:
    assert ours(read_workbook(path)) == by_openpyxl(path)
