"""Performance workbooks: tables with the periods across, several to a sheet, as councils really send them.

Belongs here: walking the sheets of a workbook, finding its cover, its tables and its contact matrices, and turning
cells into rows of ``raw.performance_workbook`` and ``raw.contact_matrix``. Does not belong here: the grammar of
headings (periods.py), the shape of a matrix (matrix.py) or which indicator a label means (the registry).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from orchestration.intake.matrix import MatrixHeading, dimension, find_heading, is_total, read_matrix
from orchestration.intake.outcome import Problem, Problems
from orchestration.intake.periods import (
    Heading,
    find_month,
    month_end,
    read_annotation,
    read_basis,
    read_day,
    read_heading,
    read_month,
    resolve_years,
    with_basis,
)
from orchestration.intake.sheets import Sheet, cell_name, column_letter, looks_numeric
from orchestration.intake.text import display, listing, lookalikes, words

_FOOTNOTE = re.compile(
    r"^(?P<mark>[*†‡]+)\s*(?P<text>.*)|^(?:notes?|nb|n\.b\.|source|data source|data notes?)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARK = re.compile(r"(?<=[^\s*†‡])\s?([*†‡]+)$")
_PROVISIONAL_CELL = re.compile(r"\((?:p|provisional|unvalidated|estimated?)\)|\[p\]|\bprovisional\b", re.IGNORECASE)
_PROVISIONAL_NOTE = re.compile(
    r"provisional|unvalidated|not (?:yet )?validated|subject to change|estimate", re.IGNORECASE
)

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Terms:
    """The words by which a workbook's parts are known (from its contract), as ``text.words`` gives them."""

    authority: frozenset[str]
    performance_to: frozenset[str]
    issue_date: frozenset[str]
    other: frozenset[str]
    measure: frozenset[str]
    sublabel: frozenset[str]

    @classmethod
    def of(cls, terms: Mapping[str, list[str]]) -> Terms:
        return cls(**{name: frozenset(words(t) for t in terms.get(name, [])) for name in cls.__slots__})

    def kind(self, text: str) -> str | None:
        """Which key of the cover a text is: authority, performance_to, issue_date or other; None if it is none."""
        said = words(text)
        for name in ("authority", "performance_to", "issue_date", "other"):
            if said in getattr(self, name):
                return name
        return None


@dataclass(slots=True)
class Cover:
    """What a workbook says about itself; a sheet's own statement wins over the cover's."""

    authority: str = ""
    performance_to: date | None = None
    issue_date: date | None = None
    cells: set[tuple[int, int]] = field(default_factory=set)

    def over(self, other: Cover) -> Cover:
        """This statement where it says something, else the other."""
        return Cover(
            self.authority or other.authority,
            self.performance_to or other.performance_to,
            self.issue_date or other.issue_date,
            self.cells,
        )


@dataclass(slots=True)
class Column:
    """A column of a table with figures in it."""

    index: int
    label: str
    heading: Heading


@dataclass(slots=True)
class Table:
    """A table of figures: its title, which column is what, its data rows and the footnotes under it."""

    title: str
    heading_rows: tuple[int, ...]
    measure: int
    sublabel: int | None
    rag: int | None
    direction: int | None
    unit: int | None
    columns: list[Column]
    rows: list[int] = field(default_factory=list)
    footnotes: dict[str, str] = field(default_factory=dict)
    basis: str | None = None


@dataclass(slots=True)
class Reading:
    """Everything read from a workbook.

    ``cells`` counts the value cells found; ``set_aside`` those not loaded, each with its reason.
    """

    performance: list[Row] = field(default_factory=list)
    matrix: list[Row] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)
    first_day: date | None = None
    last_day: date | None = None
    issue_date: date | None = None
    cells: int = 0
    set_aside: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    n_tables: int = 0
    n_matrices: int = 0


def looks_like(sheets: list[Sheet], terms: Terms) -> tuple[int, int]:
    """How many performance tables and contact matrices the sheets hold."""
    tables = matrices = 0
    for sheet in sheets:
        found_tables, found_matrices, _ = _parts(sheet, terms)
        tables += len(found_tables)
        matrices += len(found_matrices)
    return tables, matrices


def read(sheets: list[Sheet], terms: Terms, problems: Problems, hint: str = "") -> Reading:
    """All figures of a workbook as rows, with what is wrong added to ``problems``.

    ``hint`` is a month that the file's name suggests; it is told to the sender when the workbook states none, and
    never used.
    """
    reading = Reading()
    found = [(sheet, *_parts(sheet, terms)) for sheet in sheets]
    front = Cover()
    for _, _, _, cover in found:
        front = front.over(cover)
    reading.issue_date = front.issue_date
    reading.n_tables = sum(len(tables) for _, tables, _, _ in found)
    reading.n_matrices = sum(len(matrices) for _, _, matrices, _ in found)
    for sheet, tables, matrices, own in found:
        if sheet.hidden and (tables or matrices):
            reading.notes.append(f"sheet '{sheet.name}' is hidden; its figures were read all the same")
        cover = own.over(front)
        _check_cover(sheet, cover, tables, matrices, problems, hint)
        used = set(own.cells)
        for table in tables:
            used |= _table_cells(sheet, table)
            _read_table(sheet, table, cover, reading, problems)
        for title, heading, last_row in matrices:
            used |= {
                (r, c) for r in range(heading.row - 1, last_row + 1) for c in (heading.label_column, *heading.columns)
            }
            _read_matrix(sheet, title, heading, last_row, cover, reading)
        _check_cells(sheet, used, bool(tables or matrices), problems)
        if (tables or matrices) and cover.authority and cover.authority not in reading.authorities:
            reading.authorities.append(cover.authority)
    _note_periods(reading, front.performance_to)
    return reading


# --- finding the parts of a sheet -----------------------------------------------------------------

Matrix = tuple[str, MatrixHeading, int]


def _parts(sheet: Sheet, terms: Terms) -> tuple[list[Table], list[Matrix], Cover]:
    """The tables, matrices and cover statements of one sheet, from top to bottom."""
    tables: list[Table] = []
    matrices: list[Matrix] = []
    cover = Cover()
    title = ""
    row = 0
    while row < len(sheet.rows):
        filled = sheet.filled(row)
        if not filled or _read_cover(sheet, row, terms, cover):
            row += 1
        elif heading := _matrix_at(sheet, row, title, terms):
            last = _last_matrix_row(sheet, heading, terms)
            matrices.append((title, heading, last))
            title, row = "", last + 1
        elif table := _heading_at(sheet, row, terms):
            table.title = title
            row = _data_rows(sheet, table, terms)
            tables.append(table)
            title = ""
        else:
            text = sheet.at(row, filled[0]).strip()
            if len(filled) == 1 and (note := _FOOTNOTE.match(text)):
                if tables and note["mark"]:
                    tables[-1].footnotes.setdefault(note["mark"], note["text"].strip())
            elif len(filled) == 1 and not (dimension(text) and _matrix_at(sheet, row + 1, "", terms)):
                title = text  # a lone "Contact Source" above a matrix names its columns, not the table
            row += 1
    return tables, matrices, cover


def _matrix_at(sheet: Sheet, row: int, title: str, terms: Terms) -> MatrixHeading | None:
    """The contact matrix whose heading row this is; a table by team or source over months is not one."""
    heading = find_heading(sheet, row, title)
    if heading is None or any(words(sheet.at(row, c)) in terms.measure for c in heading.columns):
        return None
    periods = sum(_dated(read_heading(_heading_text(sheet, row, c))) for c in heading.columns)
    return heading if periods * 2 < len(heading.columns) else None


def _last_matrix_row(sheet: Sheet, heading: MatrixHeading, terms: Terms) -> int:
    """The last data row: before a blank row, a footnote or the next title. A label without counts is data."""
    last = heading.row
    while (row := last + 1) < len(sheet.rows) and (filled := sheet.filled(row)):
        if len(filled) == 1:
            text = sheet.at(row, filled[0]).strip()
            below = sheet.filled(row + 1)
            if filled[0] != heading.label_column or _FOOTNOTE.match(text) or heading.label_column not in below:
                break
            if _matrix_at(sheet, row + 1, text, terms) or _heading_at(sheet, row + 1, terms):
                break
        last = row
    return last


def _read_cover(sheet: Sheet, row: int, terms: Terms, cover: Cover) -> bool:
    """True when the row states something about the workbook (``Authority | Surrey``, ``Performance to January
    2017``), noted in ``cover``."""
    filled = sheet.filled(row)
    first = sheet.at(row, filled[0]).strip()
    value_at: tuple[int, int] | None = None
    if len(filled) == 2:
        key, value, value_at = first, sheet.at(row, filled[1]).strip(), (row, filled[1])
    elif len(filled) == 1:
        match = re.match(
            r"^(.{2,30}?)(?:\s*:\s*|\s+(?=(?:January|February|March|April|May|June|July|August|September|October|November|December)\b))(.+)$",
            first,
        )
        if not match:
            return False
        key, value = match[1], match[2]
    else:
        return False
    kind = terms.kind(key)
    if kind is None:
        return False
    if kind == "authority":
        cover.authority = cover.authority or value
    elif kind == "performance_to":
        month = read_month(value) or find_month(value)
        if month is None:
            return False
        cover.performance_to = cover.performance_to or month
    elif kind == "issue_date":
        cover.issue_date = cover.issue_date or read_day(value) or read_month(value)
    cover.cells.add((row, filled[0]))
    if value_at:
        cover.cells.add(value_at)
    return True


def _heading_at(sheet: Sheet, row: int, terms: Terms) -> Table | None:
    """The table whose heading begins in this row, in one row or two, or None."""
    if row + 1 < len(sheet.rows) and (table := _two_row_heading(sheet, row, terms)):
        return table
    return _table(sheet, (row,), terms)


def _two_row_heading(sheet: Sheet, row: int, terms: Terms) -> Table | None:
    upper, lower = sheet.filled(row), sheet.filled(row + 1)
    if (
        not upper
        or not lower
        or any(looks_numeric(sheet.at(row + 1, c)) and not _is_year(sheet.at(row + 1, c)) for c in lower)
    ):
        return None
    named_above = [c for c in upper if words(sheet.at(row, c)) in terms.measure]
    named_below = [c for c in lower if words(sheet.at(row + 1, c)) in terms.measure]
    if named_above:
        # The second row only completes the first: nothing of its own under the labels, headings elsewhere.
        if any(c <= named_above[0] for c in lower):
            return None
        if sum(_reads(sheet.at(row + 1, c)) for c in lower) * 2 < len(lower):
            return None
    elif named_below:
        if any(c <= named_below[0] and not _completes(sheet, row, c) for c in upper):
            return None
    else:
        # Neither row names its labels: the first is an addition above the periods of the second.
        periods = [c for c in lower if _dated(read_heading(sheet.at(row + 1, c)))]
        if len(periods) < 2 or min(upper) < min(lower) or min(upper) == 0:
            return None
    if len(upper) == 1 and not _spans(sheet, row, upper[0]) and not _reads(sheet.at(row, upper[0])):
        return None  # a title
    return _table(sheet, (row, row + 1), terms)


def _spans(sheet: Sheet, row: int, column: int) -> bool:
    return sheet.merged.get((row, column + 1)) == (row, column)


def _completes(sheet: Sheet, row: int, column: int) -> bool:
    """True when the cell and the one under it are one heading over a label column ("Direction" / "of travel")."""
    heading = read_heading(f"{sheet.at(row, column)} {sheet.at(row + 1, column)}")
    return heading is not None and heading.role in ("rag", "direction", "unit") and not _dated(heading)


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", text.strip()))


def _reads(text: str) -> bool:
    return read_heading(text) is not None or _is_year(text)


def _dated(heading: Heading | None) -> bool:
    return heading is not None and (
        heading.start is not None or heading.end is not None or heading.needs_performance_to
    )


def _column_heading(sheet: Sheet, rows: tuple[int, ...], column: int) -> tuple[str, Heading | None]:
    """The label of a column (its heading rows joined by a space) and what it says."""
    own = rows[-1]
    lower = _heading_text(sheet, own, column)
    if len(rows) == 1:
        return lower, read_heading(lower)
    upper = _heading_text(sheet, rows[0], column)
    if sheet.merged.get((own, column), (own, column))[0] == rows[0]:
        return upper, read_heading(upper)  # one merged cell over both rows
    label = f"{upper} {lower}".strip()
    spanning = upper
    for c in range(column, -1, -1):
        if spanning := _heading_text(sheet, rows[0], c):
            break
    candidates = [label, lower] if upper and lower else [label]
    for text in candidates:
        heading = read_heading(text)
        if heading and not (heading.bare and text == lower and _is_span(spanning)):
            return label, heading
    if lower and _is_span(spanning) and (heading := read_heading(f"{spanning} {lower}")):
        return label, heading
    return label, read_heading(lower) or read_heading(upper)


def _is_span(text: str) -> bool:
    """True for what stands over several columns and dates them: a year, or a financial year."""
    return _is_year(text) or bool((heading := read_heading(text)) and heading.basis == "year")


def _heading_text(sheet: Sheet, row: int, column: int) -> str:
    """A heading's text; a date cell reads as its month when it shows only that or is a month's first day."""
    text = sheet.shown(row, column).strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        at = sheet.merged.get((row, column), (row, column))
        if at in sheet.month_only or text.endswith("-01"):
            day = date.fromisoformat(text)
            return f"{day:%b %Y}"
    return re.sub(r"\s+", " ", text)


def _table(sheet: Sheet, rows: tuple[int, ...], terms: Terms) -> Table | None:
    """A table with this heading, when it is one.

    A named label column with a figure column after it, or two dated columns.
    """
    width = max(len(sheet.rows[r]) for r in rows)
    labels: dict[int, str] = {}
    headings: dict[int, Heading | None] = {}
    for c in range(width):
        labels[c], headings[c] = _column_heading(sheet, rows, c)
    measures = [
        c
        for c in range(width)
        if words(labels[c]) in terms.measure or any(words(_heading_text(sheet, r, c)) in terms.measure for r in rows)
    ]
    attribute = {"rag", "direction", "unit"}
    values = [c for c, h in headings.items() if h and not (h.role in attribute and not _dated(h))]
    if measures:
        values = [c for c in values if c > measures[0]]
        if not values:
            return None
    else:
        dated = [c for c in values if _dated(headings[c])]
        if len(dated) < 2 or dated[0] == 0:
            return None
        before = [labels[c] for c in range(dated[0])]
        others = [c for c in range(dated[0], width) if labels[c] and headings[c] is None]
        if (
            any(looks_numeric(text) for text in before)
            or any(looks_numeric(labels[c]) for c in others)
            or len(others) > len(values)
        ):
            return None
        # A row that names its figures ("Actual", "Target") is data even if dates stand in it.
        if any(labels[c] and headings[c] and headings[c].role not in attribute for c in range(dated[0])):  # type: ignore[union-attr]
            return None
    first = values[0]
    table = Table("", rows, measures[0] if measures else -1, None, None, None, None, [])
    for c, heading in headings.items():
        if heading and heading.role in attribute and not _dated(heading) and getattr(table, heading.role) is None:
            setattr(table, heading.role, c)
    taken = {table.measure, table.rag, table.direction, table.unit}
    free = [c for c in range(first) if c not in taken]
    named = [c for c in free if words(labels[c]) in terms.sublabel]
    if table.measure < 0:
        table.measure = _wordiest(sheet, rows[-1], free)
        if table.measure < 0:
            return None
    table.basis = read_basis(labels[table.measure])
    table.sublabel = next((c for c in named if c != table.measure), None)
    for c in range(first, width):
        heading = headings[c]
        if c in (table.rag, table.direction, table.unit, table.sublabel):
            continue
        if heading is None and not labels[c] and not _any_below(sheet, rows[-1], c):
            continue
        table.columns.append(Column(c, labels[c], heading or Heading(role="unknown")))
    return table


def _wordiest(sheet: Sheet, heading_row: int, columns: list[int]) -> int:
    """Of several unnamed columns, the one whose cells hold words: the labels; -1 if none does."""
    counts = {
        c: sum(1 for r in _rows_below(sheet, heading_row) if len(re.findall(r"[A-Za-z]", sheet.at(r, c))) >= 3)
        for c in columns
    }
    best = max(counts, key=lambda c: counts[c], default=-1)
    return best if best >= 0 and counts[best] else -1


def _rows_below(sheet: Sheet, heading_row: int) -> list[int]:
    rows = []
    for r in range(heading_row + 1, len(sheet.rows)):
        if sheet.is_blank(r):
            break
        rows.append(r)
    return rows


def _any_below(sheet: Sheet, heading_row: int, column: int) -> bool:
    return any(sheet.at(r, column).strip() for r in _rows_below(sheet, heading_row))


def _data_rows(sheet: Sheet, table: Table, terms: Terms) -> int:
    """Fill in the table's data rows; returns the row at which the search goes on."""
    row = table.heading_rows[-1] + 1
    while row < len(sheet.rows):
        filled = sheet.filled(row)
        if not filled:
            return row
        alone = len(filled) == 1
        text = sheet.at(row, filled[0]).strip()
        if alone and _FOOTNOTE.match(text):
            return row
        above_heading = alone and filled[0] <= table.measure and bool(sheet.filled(row + 1))
        if above_heading and (_matrix_at(sheet, row + 1, text, terms) or _heading_at(sheet, row + 1, terms)):
            return row
        if any(words(sheet.at(row, c)) in terms.measure for c in filled) and _heading_at(sheet, row, terms):
            return row
        table.rows.append(row)
        row += 1
    return row


# --- reading one table ----------------------------------------------------------------------------


def _table_cells(sheet: Sheet, table: Table) -> set[tuple[int, int]]:
    """The cells that a table accounts for."""
    columns = {c.index for c in table.columns} | {table.measure, table.sublabel, table.rag, table.direction, table.unit}
    rows = {*table.rows}
    heading = {(r, c) for r in table.heading_rows for c in range(sheet.width())}
    return heading | {(r, c) for r in rows for c in columns if c is not None}


def _read_table(sheet: Sheet, table: Table, cover: Cover, reading: Reading, problems: Problems) -> None:
    section = table.title or sheet.name or ""
    _resolve(sheet, table, cover, problems)
    _check_headings(sheet, table, section, problems, reading)
    by_row = _is_row_wise(sheet, table)
    latest = _latest_actual(table)
    uncalculated = {(r, c) for r, c, _ in sheet.unread_formulas}
    label = ""
    for r in table.rows:
        own = sheet.shown(r, table.measure).strip()
        sub = sheet.shown(r, table.sublabel).strip() if table.sublabel is not None else ""
        label = own or (label if sub else "")
        row_heading = read_heading(sub or own) if by_row else None
        row_label, row_sublabel = label, sub or None
        if by_row and not sub:
            row_label, row_sublabel = section, own
        for column in table.columns:
            cell = _cell(sheet, table, r, column, row_heading)
            cell |= {
                "authority": cover.authority,
                "section": section,
                "row_label": row_label,
                "row_sublabel": row_sublabel,
                "issue_date": cover.issue_date.isoformat() if cover.issue_date else None,
                "row_unit": _shown_or_none(sheet, r, table.unit),
            }
            if column is latest and cell["column_role"] == "actual":
                cell["printed_rag"] = _shown_or_none(sheet, r, table.rag)
                cell["printed_direction"] = _shown_or_none(sheet, r, table.direction)
            reading.cells += 1
            if (r, column.index) in uncalculated:
                reading.set_aside.append(cell | {"reason": "a formula without a calculated result"})
                continue
            if not row_label:
                cell["reason"] = "the row has figures and no label"
                reading.set_aside.append(cell)
                if cell["value_text"]:
                    problems.add(
                        Problem(
                            "row_without_label",
                            "error",
                            f"'{display(str(cell['value_text']))}' stands in a row without a label",
                            "write the measure's name in the first column of the row",
                            sheet.name,
                            r + 1,
                            column_letter(column.index),
                            str(cell["value_text"]),
                        )
                    )
                continue
            reading.performance.append(cell)
    if by_row:
        _give_rag_to_actuals(reading.performance, sheet.name, table)


def _note_periods(reading: Reading, performance_to: date | None) -> None:
    """First and last day of the figures reported (not of targets, comparators or columns still empty)."""
    spans = [
        (str(c["column_start"] or c["column_end"]), str(c["column_end"]))
        for c in reading.performance
        if c["column_role"] == "actual" and c["column_end"] and looks_numeric(str(c["value_text"]))
    ]
    months = [date.fromisoformat(f"{row['month']}-01") for row in reading.matrix]
    starts = [*(date.fromisoformat(s) for s, _ in spans), *months]
    ends = [*(date.fromisoformat(e) for _, e in spans), *(month_end(m.year, m.month) for m in months)]
    reading.first_day = min(starts, default=None)
    reading.last_day = (
        month_end(performance_to.year, performance_to.month) if performance_to else max(ends, default=None)
    )


def _shown_or_none(sheet: Sheet, row: int, column: int | None) -> str | None:
    return (sheet.shown(row, column).strip() or None) if column is not None else None


def _cell(sheet: Sheet, table: Table, row: int, column: Column, row_heading: Heading | None) -> Row:
    """One value cell: what its column, its row and its own remarks say about it."""
    heading = column.heading
    value = re.sub(r"\s+", " ", sheet.shown(row, column.index)).strip()
    role, comparator = heading.role, heading.comparator
    if row_heading and role == "actual":
        role, comparator = row_heading.role, row_heading.comparator or comparator
    basis, start, end = heading.basis, heading.start, heading.end
    if remark := read_annotation(value):
        basis, start, end = remark.basis, remark.start, remark.end
    note = next(
        (
            table.footnotes[mark[1]]
            for text in (value, column.label, sheet.shown(row, table.measure).strip())
            if (mark := _MARK.search(text)) and mark[1] in table.footnotes
        ),
        None,
    )
    provisional = (
        heading.provisional or bool(_PROVISIONAL_CELL.search(value)) or bool(note and _PROVISIONAL_NOTE.search(note))
    )
    return {
        "column_label": column.label,
        "column_role": role,
        "comparator": comparator,
        "column_basis": basis,
        "column_start": start.isoformat() if start else None,
        "column_end": end.isoformat() if end else None,
        "value_text": value,
        "printed_rag": None,
        "printed_direction": None,
        "note": note,
        "is_provisional": str(provisional).lower(),
        "source_sheet": sheet.name,
        "source_row": row + 1,
        "source_column": column_letter(column.index),
    }


def _resolve(sheet: Sheet, table: Table, cover: Cover, problems: Problems) -> None:
    """Give years to the headings that name none, and the table's own basis to its months."""
    headings = [c.heading for c in table.columns]
    if cover.performance_to and any(h.needs_performance_to for h in headings):
        filled = [any(looks_numeric(sheet.shown(r, c.index)) for r in table.rows) for c in table.columns]
        headings = resolve_years(headings, cover.performance_to, filled)
    if table.basis:
        headings = [with_basis(h, table.basis) for h in headings]
    for column, heading in zip(table.columns, headings, strict=True):
        column.heading = heading


def _check_headings(sheet: Sheet, table: Table, section: str, problems: Problems, reading: Reading) -> None:
    """Name the columns whose heading says nothing we know, or only looks Latin; keep their cells."""
    place = {"sheet": sheet.name, "row": table.heading_rows[-1] + 1}
    for column in table.columns:
        if found := lookalikes(column.label):
            problems.add(
                Problem(
                    "lookalike_letters",
                    "warning",
                    f"the heading '{column.label}' has letters that only look Latin ({found}); "
                    "it was read as if they were",
                    "type the heading again",
                    column=column_letter(column.index),
                    value=column.label,
                    **place,  # type: ignore[arg-type]
                )
            )
        if column.heading.role != "unknown":
            continue
        if any(looks_numeric(sheet.shown(r, column.index)) for r in table.rows):
            column.heading = replace(column.heading, role="actual")
            problems.add(
                Problem(
                    "unknown_column_heading",
                    "warning",
                    f"the heading '{display(column.label)}' of a column of figures in '{display(section)}' names no "
                    "period or role that is known; its figures are kept without a period",
                    "name the period (Jan 2017, Q2 2016/17, Year to Mar 17) or the role (Target, Baseline, National)",
                    column=column_letter(column.index),
                    value=column.label,
                    **place,  # type: ignore[arg-type]
                )
            )
        else:
            column.heading = replace(column.heading, role="note")
    labels = Counter((c.label, c.heading) for c in table.columns if c.label and c.heading.role != "note")
    for (label, _), count in labels.items():
        if count > 1:
            problems.add(
                Problem(
                    "duplicate_heading",
                    "warning",
                    f"{count} columns of '{display(section)}' have the heading '{display(label)}'",
                    "say in each heading what makes it different",
                    value=label,
                    **place,  # type: ignore[arg-type]
                )
            )


def _is_row_wise(sheet: Sheet, table: Table) -> bool:
    """True when the rows say what kind of figure they hold (Actual, Target, RAG rating), under one indicator."""
    column = table.sublabel if table.sublabel is not None else table.measure
    return any(words(sheet.shown(r, column)) in ("actual", "actuals") for r in table.rows)


def _latest_actual(table: Table) -> Column | None:
    """The column of the latest period reported, on which the printed RAG and arrow of a row stand."""
    actual = [c for c in table.columns if c.heading.role == "actual" and c.heading.end]
    return max(actual, key=lambda c: (c.heading.end or date.min, c.index), default=None)


def _give_rag_to_actuals(rows: list[Row], sheet: str | None, table: Table) -> None:
    """In a row-wise table each period has its own rating: copy it onto the actual figure of that period."""
    own = {r + 1 for r in table.rows}
    cells = [c for c in rows if c["source_sheet"] == sheet and c["source_row"] in own]
    rating = {(c["row_label"], c["source_column"]): c["value_text"] for c in cells if c["column_role"] == "rag"}
    for cell in cells:
        if cell["column_role"] == "actual" and words(str(cell["row_sublabel"])) in ("actual", "actuals"):
            cell["printed_rag"] = rating.get((cell["row_label"], cell["source_column"])) or cell["printed_rag"]


def _read_matrix(sheet: Sheet, title: str, heading: MatrixHeading, last: int, cover: Cover, reading: Reading) -> None:
    month = find_month(title) or cover.performance_to
    if month is None:
        return  # already reported for the sheet; nothing of it can be loaded
    rows = read_matrix(
        sheet, heading, last, title=title, authority=cover.authority, month=month, issue_date=cover.issue_date
    )
    reading.cells += len(rows)
    reading.matrix += rows


# --- checks on a sheet ----------------------------------------------------------------------------


def _check_cover(
    sheet: Sheet, cover: Cover, tables: list[Table], matrices: list[Matrix], problems: Problems, hint: str
) -> None:
    """What the sheet's figures need and the workbook does not say."""
    if not tables and not matrices:
        return
    if not cover.authority:
        problems.add(
            Problem(
                "authority_missing",
                "error",
                "the workbook does not say which authority it is from",
                "add a row 'Authority' with the authority's name beside it, on the first sheet",
                sheet.name,
            )
        )
    needs = any(c.heading.needs_performance_to for t in tables for c in t.columns)
    needs = needs or any(find_month(title) is None for title, _, _ in matrices)
    if needs and cover.performance_to is None:
        suggestion = f" (the file's name suggests {hint})" if hint else ""
        problems.add(
            Problem(
                "month_missing",
                "error",
                "headings such as 'Jan' name no year, and the workbook does not say to which month it "
                f"reports{suggestion}",
                "add a row 'Performance to' with the month beside it (January 2017), on the first sheet",
                sheet.name,
            )
        )


def _check_cells(sheet: Sheet, used: set[tuple[int, int]], has_tables: bool, problems: Problems) -> None:
    """Cells that cannot be trusted (formulas without a result, error values) and figures that stand in no table."""
    for r, c, formula in sheet.unread_formulas:
        problems.add(
            Problem(
                "formula_without_value",
                "error",
                f"cell {cell_name(r, c)} holds the formula {display(formula)} and no calculated result",
                "open the file in a spreadsheet program, let it calculate, and save; or paste values",
                sheet.name,
                r + 1,
                column_letter(c),
                display(formula),
            )
        )
    for r, c, value in sheet.error_cells:
        problems.add(
            Problem(
                "error_value",
                "warning",
                f"cell {cell_name(r, c)} shows the error {value}",
                "put the formula right and save again",
                sheet.name,
                r + 1,
                column_letter(c),
                value,
            )
        )
    stray = [(r, c, text) for r, c, text in sheet.cells() if (r, c) not in used and looks_numeric(text)]
    if stray and has_tables:
        names = listing([cell_name(r, c) for r, c, _ in stray])
        problems.add(
            Problem(
                "figures_outside_tables",
                "warning",
                f"{len(stray)} figures stand in no table that was recognised: {names}",
                "give the table a heading row with a 'Measure' column and periods, or leave the figures out",
                sheet.name,
                stray[0][0] + 1,
                column_letter(stray[0][1]),
                stray[0][2],
            )
        )


__all__ = ["Cover", "Reading", "Terms", "is_total", "looks_like", "read"]
