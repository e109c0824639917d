"""What is shown: tables of typed cells that say where in the publication each number stands.

Belongs here: the shapes a page and a sheet of the workbook share, and how a value is written. Does not belong here:
reading (`reading`), what a page holds (`kinds`), HTML (`write`) and Excel (`workbook`).

Every number can be looked up again: a table names its `source` (schema.table of the publication) and the constants of
its `where`, a row the values of the table's `keys`, and a column the `field` it shows and, where months or authorities
stand across, its own part of the key. What is composed on the page (counts of rows, differences) has no `field`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

from orchestration.statements.words import MONTHS, plain

Kind = Literal["text", "long", "figure", "change", "count", "date", "month", "rag", "status", "tag", "yes"]
NUMERIC: frozenset[str] = frozenset({"figure", "change", "count"})

# What a rating may be, best first.
RATINGS = ("GREEN", "AMBER", "RED")

# A part of a row's key that does not count for a column.
ANY = "*"

# Why a cell has no number, as the Government Statistical Service marks it where it has a symbol of its own.
SYMBOLS: Mapping[str, tuple[str, str]] = {
    "suppressed": ("[c]", "hidden, so that no child can be told from it"),
    "not_available": ("[x]", "not available"),
    "insufficient_history": ("[x]", "not available"),
    "not_applicable": ("[z]", "does not apply"),
    "zero_denominator": ("[z]", "does not apply"),
    "rounded_to_zero": ("[low]", "more than nothing, but rounds to 0"),
    "missing": ("missing", "should have been sent, and was not"),
    "no_row": ("–", "no figure was due or sent"),
    "not_due": ("not due", "is not due yet"),
    "quarantined": ("held back", "held back until its sender has answered"),
    "not_comparable": ("[b]", "series break: before and after cannot be compared"),
    "incomplete": ("part", "months are missing in the window"),
    "not_rated": ("not rated", "no rating: a target or its tolerance is not registered"),
}
MARKS: Mapping[str, tuple[str, str]] = {
    "provisional": ("[p]", "provisional: may still be corrected"),
    "low_reliability": ("[u]", "low reliability"),
    "break": ("[b]", "series break: before and after cannot be compared"),
    "revised": ("[r]", "revised since it was first given"),
    "finding": ("[?]", "has an open data-quality finding"),
    "incomplete": ("[part]", "months are missing in the window"),
    "different": ("[≠]", "counted differently: not for comparison"),
    "derived": ("[d]", "worked out by Bellwether, not printed by its source"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how its cells are written, and which field of the source they show ("" = composed on the page)."""

    key: str
    label: str
    kind: Kind = "text"
    field: str = ""
    # What the column adds to the row's key, where months or authorities stand across: (("month", "2016-10-01"),).
    key_part: tuple[tuple[str, str], ...] = ()
    # Where another table of the publication holds it, with the same keys.
    source: str = ""
    note: str = ""
    decimals: int | None = None
    # Readers may choose among its values; for columns of few different words.
    choose: bool = False

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with what must be said about it. `status` says why there is none; `href` is a path within the site."""

    value: Any = None
    status: str = ""
    marks: tuple[str, ...] = ()
    href: str = ""
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns: bare values, or `Cell` where there is more to say."""

    cells: tuple[Any, ...]
    key: tuple[str, ...] = ()
    anchor: str = ""
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and the chart that is drawn from it if `chart` names a kind (see assets/charts.js).

    `id` is unique on its page. `summary` is the chart in words. `empty` is said where there are no rows."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    decimals: int = 0
    chart: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""
    note: str = ""
    empty: str = "There is nothing to show."
    # A first column that names the row is its heading; not where rows are only dates of events or messages.
    row_headings: bool = True


def rating_cell(rag: str | None, printed: str | None = None) -> Cell:
    """A rating; where there is none, what the authority itself printed is said with it."""
    if rag in RATINGS:
        return Cell(rag)
    return Cell(None, status=f"not rated; printed {printed.capitalize()}" if printed else "not_rated")


def cell_of(value: Any) -> Cell:
    """Whatever stands in a row, as a `Cell`."""
    return value if isinstance(value, Cell) else Cell(value)


def decimals_of(cell: Cell, row: Row, column: Column, table: Table) -> int:
    """How many decimals a figure is shown with: the nearest that says so."""
    for holder in (cell.decimals, column.decimals, row.decimals):
        if holder is not None:
            return holder
    return table.decimals


@lru_cache(maxsize=200_000)
def written_number(value: float, decimals: int) -> str:
    """1,234.5: rounded half up, as every other text of the house rounds."""
    return plain(value, decimals)


def written_change(value: float, decimals: int) -> str:
    """+1.2, −0.4, 0.0: a change says its sign, with a true minus."""
    number = written_number(abs(value), decimals)
    if not number.strip("0.,"):
        return number
    return f"+{number}" if value > 0 else f"−{number}"


def written_date(value: date) -> str:
    """5 October 2012."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def written_month(value: date) -> str:
    """Oct 2012: narrow enough to stand over a column."""
    return f"{MONTHS[value.month - 1][:3]} {value.year}"


def written(cell: Cell, kind: Kind, decimals: int) -> str:
    """The text of a cell without its marks. A cell without a value says why, never nothing and never 0."""
    value = cell.value
    if value is None:
        return SYMBOLS[cell.status][0] if cell.status in SYMBOLS else cell.status.replace("_", " ")
    if kind == "figure":
        return written_number(float(value), decimals)
    if kind == "count":
        return written_number(float(value), 0)
    if kind == "change":
        return written_change(float(value), decimals)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return written_month(value) if kind == "month" else written_date(value)
    if kind == "yes":
        return "Yes" if value else "No"
    return str(value).replace("_", " ") if kind in ("status", "rag", "tag") else str(value)


def symbols_used(table: Table) -> list[tuple[str, str]]:
    """The symbols that the cells of a table use, with their meanings: its legend."""
    found: dict[str, str] = {}
    for row in table.rows:
        for value in row.cells:
            if not isinstance(value, Cell):
                continue
            if value.value is None and value.status in SYMBOLS:
                symbol, meaning = SYMBOLS[value.status]
                found[symbol] = meaning
            for mark in value.marks:
                symbol, meaning = MARKS[mark]
                found[symbol] = meaning
    return sorted(found.items())
