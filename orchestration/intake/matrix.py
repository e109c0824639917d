"""Contact matrices: contacts by one thing down and another across, with totals.

Belongs here: recognising the heading of such a table and turning its cells into rows of ``raw.contact_matrix``. Does
not belong here: walking a workbook (workbook.py) or mapping a council's codes (the registry).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orchestration.intake.sheets import Sheet, column_letter
from orchestration.intake.text import words

DIMENSIONS = ("source", "method", "outcome", "code", "team")
_TOTALS = frozenset({"grand total", "total", "totals", "overall total", "all"})


@dataclass(frozen=True, slots=True)
class MatrixHeading:
    """Where a matrix stands and what its two dimensions are; rows and columns count from 0."""

    row: int
    label_column: int
    columns: tuple[int, ...]
    row_dimension: str
    column_dimension: str


def dimension(text: str) -> str | None:
    """The dimension that a heading names: ``Contact Method`` -> method."""
    said = words(text).removeprefix("contact ").removeprefix("contacts by ").removesuffix("s")
    said = {"locality": "team", "hub": "team", "method of contact": "method", "source of contact": "source"}.get(
        said, said
    )
    return said if said in DIMENSIONS else None


def _both_dimensions(text: str) -> tuple[str, str] | None:
    """``Contact Method \\ Contact Source`` or ``Method x Source`` in the corner cell."""
    for separator in ("\\", "/", " x ", " by "):
        parts = text.split(separator)
        if len(parts) == 2 and (down := dimension(parts[0])) and (across := dimension(parts[1])):
            return down, across
    return None


def find_heading(sheet: Sheet, row: int, title: str) -> MatrixHeading | None:
    """The matrix whose heading row is ``row``, or None. The dimension across is named by a spanning heading above, by
    the corner cell, by the table's title, or is the source of the contacts (their outcome, when the rows are
    sources)."""
    filled = sheet.filled(row) if row < len(sheet.rows) else []
    if len(filled) < 2:
        return None
    corner = sheet.at(row, filled[0])
    both = _both_dimensions(corner)
    down = both[0] if both else dimension(corner)
    if down is None:
        return None
    across = both[1] if both else None
    if across is None and row > 0:
        above = [d for c in sheet.filled(row - 1) if c > filled[0] and (d := dimension(sheet.at(row - 1, c)))]
        across = above[0] if above else None
    if across is None:
        named = [d for d in DIMENSIONS if d != down and d in words(title).replace("sources", "source").split()]
        across = named[0] if named else ("outcome" if down == "source" else "source")
    return MatrixHeading(row, filled[0], tuple(filled[1:]), down, across)


def is_total(label: str) -> bool:
    return words(label) in _TOTALS


def read_matrix(
    sheet: Sheet,
    heading: MatrixHeading,
    last_row: int,
    *,
    title: str,
    authority: str,
    month: date,
    issue_date: date | None,
) -> list[dict[str, object]]:
    """One row a cell of the data rows below the heading, up to and including ``last_row``; blank cells are rows with
    ''."""
    rows: list[dict[str, object]] = []
    for r in range(heading.row + 1, last_row + 1):
        label = sheet.shown(r, heading.label_column).strip()
        for c in heading.columns:
            column_label = sheet.shown(heading.row, c).strip()
            rows.append(
                {
                    "authority": authority,
                    "month": f"{month:%Y-%m}",
                    "section": title,
                    "row_dimension": heading.row_dimension,
                    "column_dimension": heading.column_dimension,
                    "row_label": label,
                    "column_label": column_label,
                    "is_row_total": str(is_total(label)).lower(),
                    "is_column_total": str(is_total(column_label)).lower(),
                    "value_text": sheet.shown(r, c).strip(),
                    "issue_date": issue_date.isoformat() if issue_date else None,
                    "source_sheet": sheet.name,
                    "source_row": r + 1,
                    "source_column": column_letter(c),
                }
            )
    return rows
