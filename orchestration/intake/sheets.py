"""A sheet as a grid of text, whatever file it came from.

Belongs here: the grid, its coordinates and small questions about its cells (is it a number, is the row blank). Does
not belong here: opening files (read_xlsx, read_csv) or knowing what a table means (workbook, matrix, identify).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NUMBER = re.compile(
    r"[£$€~≈]? ?\(?[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?\)? ?(?:%|pp|k|m)?\)?[*†‡]*"
)


@dataclass(slots=True)
class Sheet:
    """Cells as text, row by row from the sheet's first row and column; '' is an empty cell.

    Row and column numbers count from 0.
    """

    name: str | None
    rows: list[list[str]]
    hidden: bool = False
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    month_only: set[tuple[int, int]] = field(default_factory=set)
    unread_formulas: list[tuple[int, int, str]] = field(default_factory=list)
    error_cells: list[tuple[int, int, str]] = field(default_factory=list)

    def at(self, row: int, column: int) -> str:
        """The cell's own text ('' outside the sheet and in the covered part of a merged range)."""
        if row >= len(self.rows) or column >= len(self.rows[row]):
            return ""
        return self.rows[row][column]

    def shown(self, row: int, column: int) -> str:
        """The text that a reader sees over this cell: that of the merged range it belongs to, else its own."""
        return self.at(*self.merged.get((row, column), (row, column)))

    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def filled(self, row: int) -> list[int]:
        """The columns of a row that hold text of their own."""
        return [i for i, text in enumerate(self.rows[row]) if text.strip()] if row < len(self.rows) else []

    def is_blank(self, row: int) -> bool:
        return not self.filled(row)

    def cells(self) -> Iterator[tuple[int, int, str]]:
        for r, row in enumerate(self.rows):
            for c, text in enumerate(row):
                if text.strip():
                    yield r, c, text


def column_letter(column: int) -> str:
    """The letters of a column counted from 0: 0 -> A, 26 -> AA."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    return f"{column_letter(column)}{row + 1}"


def looks_numeric(text: str) -> bool:
    """True for anything a person would call a number: ``1,423``, ``2.70%``, ``(31.4)``, ``£9.7``, ``18*``."""
    stripped = text.strip()
    return bool(_NUMBER.fullmatch(stripped)) and any(c.isdigit() for c in stripped)
