"""Reading a workbook's cells as text: openpyxl for what its sheets share, read_cells for their cells.

Belongs here: how a cell's value becomes the text a person sees, merged ranges, hidden sheets, formulas without a
stored result. Does not belong here: refusing files that must not be opened (files.py does that first) or finding
tables (workbook, matrix, identify).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from orchestration.intake.read_cells import INLINE, read_cells
from orchestration.intake.sheets import Sheet

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
MAX_MERGED_CELLS = 100_000


class UnreadableWorkbook(Exception):
    """The file opens as a ZIP but is not a workbook that can be read; the message says why, for the sender."""


def read_workbook(path: Path) -> list[Sheet]:
    """Every worksheet, hidden ones too, in the workbook's order. Raises UnreadableWorkbook."""
    try:
        with path.open("rb") as file:
            return _Workbook(file).sheets()
    except UnreadableWorkbook:
        raise
    except Exception as error:  # whatever openpyxl's XML and number parsing happens to meet in a damaged file
        raise UnreadableWorkbook(f"{type(error).__name__}: {error}") from error


class _Workbook:
    """What all worksheets share: openpyxl reads the strings, the styles and which sheets there are."""

    def __init__(self, file: BinaryIO) -> None:
        from openpyxl.reader.excel import ExcelReader
        from openpyxl.styles.stylesheet import apply_stylesheet

        self.reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        self.reader.read_manifest()
        self.reader.read_strings()
        self.reader.read_workbook()
        apply_stylesheet(self.reader.archive, self.reader.wb)
        self.strings: list[str] = self.reader.shared_strings
        self.known: dict[tuple[str, int, str], tuple[str, bool, bool]] = {}

    def sheets(self) -> list[Sheet]:
        found = []
        for sheet, relation in self.reader.parser.find_sheets():
            if relation.target in self.reader.valid_files and "chartsheet" not in relation.Type:
                xml = self.reader.archive.read(relation.target)
                found.append(self.sheet(sheet.name, sheet.state != "visible", xml))
        return found

    def sheet(self, name: str, hidden: bool, xml: bytes) -> Sheet:
        if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
            raise _document_type()
        sheet = Sheet(name, [], hidden=hidden)
        rows, strings, known = sheet.rows, self.strings, self.known

        def take(r: int, c: int, kind: str, style: int, value: str | None, formula: str | None) -> None:
            text = ""
            if value is not None:
                if kind == "s":
                    text = strings[int(value)]
                elif kind in ("str", INLINE):
                    text = value
                else:
                    key = (kind, style, value)
                    text, month_only, is_error = known.get(key) or known.setdefault(key, self.text(*key))
                    if month_only:
                        sheet.month_only.add((r, c))
                    if is_error:
                        sheet.error_cells.append((r, c, text))
            if formula is not None and text == "":
                sheet.unread_formulas.append((r, c, formula))
            if text:
                while len(rows) <= r:
                    rows.append([])
                row = rows[r]
                if len(row) < c:
                    row.extend([""] * (c - len(row)))
                if len(row) == c:
                    row.append(text)
                else:
                    row[c] = text

        read_cells(xml, take, _document_type)
        sheet.merged = _merged(xml)
        return sheet

    def text(self, kind: str, style: int, value: str) -> tuple[str, bool, bool]:
        """The text of a cell that holds no text, whether it shows a month alone, whether it is an error."""
        from openpyxl.utils.datetime import from_excel, from_ISO8601

        found: Any = value
        book: Any = self.reader.wb
        if kind == "e":
            return value, False, True
        if kind == "n":
            found = float(value) if "." in value or "e" in value.lower() else int(value)
            if style in book._date_formats:
                try:
                    found = from_excel(found, book.epoch, timedelta=style in book._timedelta_formats)
                except (OverflowError, ValueError):
                    return "#VALUE!", False, True
        elif kind == "b":
            found = bool(int(value))
        elif kind == "d":
            found = from_ISO8601(value)  # type: ignore[no-untyped-call]
        shown = self.number_format(style)
        return cell_text(found, shown), isinstance(found, date) and _shows_month_only(shown), False

    def number_format(self, style: int) -> str:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

        book: Any = self.reader.wb
        number = book._cell_styles[style].numFmtId
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(number, "General"))
        return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


def _document_type() -> UnreadableWorkbook:
    return UnreadableWorkbook("the workbook declares XML entities, which no spreadsheet program writes")


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
