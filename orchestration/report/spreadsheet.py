"""What may stand in a spreadsheet, and a workbook file that is the same each time it is made of the same.

Belongs here: the one rule for text that a spreadsheet would run, letters and numbers it cannot hold, and how its files
are opened. Does not belong here: what stands on a sheet (`workbook`, `orchestration.commands.output`).
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import IO, TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# A cell that starts with one of these is a formula to a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# More does not fit into a cell; a longer text ends with a mark.
LONGEST_TEXT = 32_000
# Rows of a sheet without its heading.
MOST_ROWS = 1_048_575
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Writable: TypeAlias = str | int | float | bool | date | None


def escaped(value: object) -> object:
    """A text that a spreadsheet would run is given a quote before it; everything else comes back as it is."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


# Codes, names and references stand in cell after cell.
@lru_cache(maxsize=50_000)
def text_of(value: str) -> str:
    """A text as a cell may hold it: escaped, without letters that a worksheet does not allow, and not too long."""
    text = str(escaped(_NOT_ALLOWED.sub("", value)))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def writable(value: object) -> Writable:
    """A value as a cell may hold it: numbers stay numbers, days days; what is neither is text."""
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | date):
        return value
    if isinstance(value, list | tuple | dict):
        return text_of(json.dumps(value, ensure_ascii=False, default=str))
    return text_of(str(value))


def open_book(target: Path | IO[bytes], created: datetime) -> Workbook:
    """A workbook that writes row after row to disk. No text in it becomes a formula or a link, and `created` stands for
    the time of its making, so that the same sheets give the same bytes.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target if hasattr(target, "write") else str(target), options)
    book.set_properties({"created": created})
    return book


def write_cell(sheet: Worksheet, row: int, column: int, value: Writable, style: Format | None = None) -> None:
    """One cell of what `writable` gives; nothing where there is nothing."""
    if isinstance(value, str):
        sheet.write_string(row, column, value, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif value is not None:
        sheet.write_datetime(row, column, value, style)
