"""Reading a workbook's cells as text, through openpyxl and nothing else.

Belongs here: how a cell's value becomes the text a person sees, merged ranges, hidden sheets, formulas without a
stored result. Does not belong here: refusing files that must not be opened (files.py does that first) or finding
tables (workbook, matrix, identify).
"""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.intake.sheets import Sheet

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
MAX_MERGED_CELLS = 100_000


class UnreadableWorkbook(Exception):
    """The file opens as a ZIP but is not a workbook that can be read; the message says why, for the sender."""


def read_workbook(path: Path) -> list[Sheet]:
    """Every worksheet, hidden ones too, in the workbook's order. Raises UnreadableWorkbook."""
    import openpyxl

    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            with zipfile.ZipFile(path) as package:
                parts = {ws.title: _part(package, ws) for ws in book.worksheets}
            sheets = [_sheet(ws, parts[ws.title]) for ws in book.worksheets]
            book.close()
        with_formulas = [s for s in sheets if s.name and _FORMULA.search(parts[s.name])]
        if with_formulas:
            _mark_unread_formulas(path, with_formulas)
    except UnreadableWorkbook:
        raise
    except Exception as error:  # openpyxl raises whatever its XML and number parsing happens to meet in a damaged file
        raise UnreadableWorkbook(f"{type(error).__name__}: {error}") from error
    return sheets


def _part(package: zipfile.ZipFile, worksheet: Any) -> bytes:
    """The worksheet's XML, for what a streaming reader does not offer (merged ranges, formulas).

    Document types are refused.
    """
    xml = package.read(worksheet._worksheet_path)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnreadableWorkbook("the workbook declares XML entities, which no spreadsheet program writes")
    return xml


def _sheet(worksheet: Any, xml: bytes) -> Sheet:
    worksheet.reset_dimensions()  # the stated dimension is often wrong and would cut the sheet short
    sheet = Sheet(worksheet.title, [], hidden=worksheet.sheet_state != "visible")
    for r, cells in enumerate(worksheet.iter_rows()):
        row: list[str] = []
        for c, cell in enumerate(cells):
            value = cell.value
            if value is None:
                row.append("")
            elif isinstance(value, str):
                row.append(value)
                if cell.data_type == "e":
                    sheet.error_cells.append((r, c, value))
            else:
                row.append(cell_text(value, cell.number_format))
                if isinstance(value, date) and _shows_month_only(cell.number_format):
                    sheet.month_only.add((r, c))
        while row and row[-1] == "":
            row.pop()
        sheet.rows.append(row)
    while sheet.rows and not sheet.rows[-1]:
        sheet.rows.pop()
    sheet.merged = _merged(xml)
    return sheet


def _merged(xml: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    """Each covered cell -> the top left cell of its range. Ranges larger than any table are ignored."""
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for first_letters, first_row, last_letters, last_row in _MERGE.findall(xml):
        top, bottom = int(first_row) - 1, int(last_row) - 1
        left, right = _column_number(first_letters), _column_number(last_letters)
        if (bottom - top + 1) * (right - left + 1) + len(covered) > MAX_MERGED_CELLS:
            continue
        for r in range(top, bottom + 1):
            for c in range(left, right + 1):
                covered[r, c] = (top, left)
    return covered


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _mark_unread_formulas(path: Path, sheets: list[Sheet]) -> None:
    """Note the formulas whose result the file does not hold.

    A program wrote them and no spreadsheet has calculated them.
    """
    import openpyxl

    by_name = {sheet.name: sheet for sheet in sheets}
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        for worksheet in book.worksheets:
            if (sheet := by_name.get(worksheet.title)) is None:
                continue
            worksheet.reset_dimensions()
            for r, cells in enumerate(worksheet.iter_rows()):
                for c, cell in enumerate(cells):
                    if cell.data_type == "f" and sheet.at(r, c) == "":
                        sheet.unread_formulas.append((r, c, str(cell.value)))
        book.close()


def cell_text(value: Any, number_format: str | None = None) -> str:
    """A cell's value as text: percent formats as percent, dates as ISO, numbers at 15 significant digits, booleans in
    words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        if number_format and "%" in _LITERAL.sub("", number_format):
            return number_text(float(value) * 100) + "%"
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return number_text(value.total_seconds() / 86400)
    return str(value)


def number_text(value: int | float | Decimal) -> str:
    """A number without exponent and without the noise of binary fractions: 0.1 + 0.2 -> 0.3."""
    if isinstance(value, int):
        return str(value)
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shows_month_only(number_format: str | None) -> bool:
    """True for formats such as ``mmm-yy``, that show a month and a year and no day."""
    shown = _LITERAL.sub("", number_format or "").lower().split(";")[0]
    return "m" in shown and "y" in shown and "d" not in shown and "h" not in shown
