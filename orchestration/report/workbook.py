"""The workbook: the tables of the pages, and the tables behind them, as sheets that analysts can filter and count on.

Belongs here: which sheets there are, and how a sheet is laid out. Does not belong here: the fields of a table's sheet
(`sheets`), what a cell may hold (`spreadsheet`), what a page says (`kinds`), names of authorities and indicators
(`reading`).

Numbers are those of the publication, unrounded, shown with the decimals of their indicator; dates are dates. Why a cell
has no number stands in a column beside it: in a status column, or as a remark of the row. The same publication and
scope give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from orchestration.report import kinds
from orchestration.report.pages import Page
from orchestration.report.reading import Authority, Indicator, Reader
from orchestration.report.sheets import FLAT, WHAT, Flat
from orchestration.report.site import Scope, code_hash
from orchestration.report.spreadsheet import open_book, writable, write_cell
from orchestration.report.tables import (
    MARKS,
    SYMBOLS,
    Cell,
    Column,
    Kind,
    Row,
    Table,
    cell_of,
    decimals_of,
    written,
    written_date,
    written_month,
)
from orchestration.report.words import title_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

NAME = "bellwether.xlsx"
# Notes on single cells slow a workbook down; beyond these the remarks of the row say it alone.
MOST_NOTES = 500
_FINGERPRINT = "fingerprint"
WIDEST, NARROWEST = 60, 9

Progress: TypeAlias = Callable[[str], None]
Names: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Written:
    """What was written: the sheets in order with the rows they hold. Nothing where the file was made of the same."""

    path: Path
    sheets: tuple[tuple[str, int], ...]
    n_bytes: int
    is_new: bool = True


@dataclass(frozen=True)
class Sheet:
    """A sheet: what it holds, where its figures stand in the publication, and its rows, made as they are written."""

    name: str
    about: str
    source: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    # What is said of it on the contents sheet, where it is not the whole.
    note: str = ""
    # Columns that stay in sight when others are scrolled.
    frozen: int = 0
    # What stands in the column's heading as a note, by the key of the column.
    notes: Mapping[str, str] | None = None


# Kinds of page whose tables of figures stand in the workbook as they stand on the pages, authority under authority.
STACKED = (
    ("compendium", "Compendium", "The compendium: thirteen months, three-year average, national figure, rating."),
    ("board", "Board", "The board's summary: baseline, target, quarters."),
    ("quarterly", "Quarterly", "The quarterly report: ratings, direction, neighbours, England."),
)


def write_workbook(
    publication: Path, path: Path, scope: Scope | None = None, *, progress: Progress | None = None
) -> Written:
    """Writes the workbook of a publication to `path`, in one step, and says what it holds.

    A file that was made of the same is left as it is. `progress` is told the name of each sheet that is begun. Raises
    KeyError for an authority that the publication does not have.
    """
    scope = scope or Scope()
    reader = Reader(publication, threads=2)
    codes = tuple(reader.authorities[code].code for code in scope.authorities or reader.authorities)
    fingerprint = _fingerprint(reader, scope)
    if _made_of(path) == fingerprint:
        return Written(path, (), path.stat().st_size, is_new=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    made_at = reader.publication["published_at"]
    assert isinstance(made_at, datetime)
    with open_book(draft, made_at) as book:
        book.set_custom_property(_FINGERPRINT, fingerprint)
        styles = _Styles(book)
        contents = book.add_worksheet("Contents")
        told: list[tuple[Sheet, int]] = []
        for sheet in sheets(reader, codes, scope):
            if progress:
                progress(sheet.name)
            named = replace(sheet, name=_sheet_name(book, sheet.name))
            told.append((named, _write(book, styles, named)))
        _write_contents(contents, styles, reader, scope, told)
    draft.replace(path)
    return Written(path, tuple((sheet.name, n_rows) for sheet, n_rows in told), path.stat().st_size)


def _fingerprint(reader: Reader, scope: Scope) -> str:
    """A hash over all that a workbook depends on: the publication, what it is about, this code."""
    told = [code_hash(), asdict(scope), reader.publication["publication_id"], reader.publication["content_hash"]]
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def _made_of(path: Path) -> str | None:
    """The fingerprint that a workbook carries among its properties; None where there is no such file."""
    try:
        with zipfile.ZipFile(path) as book:
            properties = book.read("docProps/custom.xml").decode("utf-8")
    except (OSError, KeyError, zipfile.BadZipFile):
        return None
    found = re.search(r"[0-9a-f]{64}", properties)
    return found[0] if found else None


def sheets(reader: Reader, codes: tuple[str, ...], scope: Scope) -> Iterator[Sheet]:
    """The sheets of a workbook in order, each with its rows still to be made."""
    yield from _stacked(reader, codes, scope)
    there = {
        f"{row['schema_name']}.{row['table_name']}"
        for row in reader.rows("select schema_name, table_name from duckdb_tables()")
    }
    for flat in FLAT:
        if flat.source in there:
            yield _flat(reader, flat, codes, scope)
    yield _definitions(reader)
    yield _symbols()
    yield _certificate(reader, codes, scope)


# --- tables of the publication, row by row


def _flat(reader: Reader, flat: Flat, codes: tuple[str, ...], scope: Scope) -> Sheet:
    conditions, parameters = ["list_contains($codes, authority_code)"], {"codes": list(codes)}
    if not scope.authorities:
        # What is nobody's alone, such as a finding on national tables, belongs to all.
        conditions = ["true"]
        parameters = {}
    if flat.ends_with_month and scope.month:
        conditions.append(f"{flat.period} <= date '{scope.month.isoformat()}'")
    where = " and ".join(conditions)
    (n_rows,) = reader.connection.execute(f"select count(*) from {flat.source} where {where}", parameters).fetchall()[0]
    newest, note = "", ""
    if flat.period and n_rows > flat.most:
        within = ", ".join(flat.within)
        newest = f"qualify dense_rank() over (partition by {within} order by {flat.period} desc) <= {flat.newest}"
        note = f"The newest {flat.newest} periods of each; the publication holds {n_rows:,} rows."
    fields = ", ".join(name for name, _, _ in flat.shown)
    query = f"select {fields} from {flat.source} where {where} {newest} order by {flat.order}"
    columns: list[Column] = []
    for name, label, kind in flat.shown:
        columns.append(Column(name, label, kind, field=name))
        if name in _NAMED:
            key, heading = _NAMED[name]
            columns.append(Column(key, heading))
    return Sheet(
        flat.name,
        flat.about,
        flat.source,
        tuple(columns),
        _flat_rows(reader, flat, query, parameters),
        note=note,
        frozen=4 if flat.shown[:2] == WHAT else 0,
        notes=_column_notes(reader, flat.source),
    )


_NAMED = {"authority_code": ("authority", "Authority"), "indicator_code": ("indicator", "Indicator")}


def _flat_rows(reader: Reader, flat: Flat, query: str, parameters: Mapping[str, Any]) -> Iterator[Row]:
    names = _names(reader)
    fields = [name for name, _, _ in flat.shown]
    of_indicator = fields.index("indicator_code") if "indicator_code" in fields else None
    named = [name in _NAMED for name in fields]
    # Its own connection: pages are read while the rows of a sheet are still coming.
    cursor = reader.connection.cursor()
    cursor.execute(query, parameters)
    while rows := cursor.fetchmany(2_000):
        for values in rows:
            cells: list[Any] = []
            for value, has_name in zip(values, named, strict=True):
                cells.append(value)
                if has_name:
                    cells.append(names.get(value))
            indicator = None if of_indicator is None else reader.indicators.get(values[of_indicator])
            yield Row(tuple(cells), decimals=indicator.decimals if indicator else None)


def _names(reader: Reader) -> Names:
    """What authorities and indicators are called, by code."""
    rows = reader.rows(
        "select authority_code, any_value(name order by valid_from) as name from marts.dim_authority group by 1"
    )
    return {row["authority_code"]: row["name"] for row in rows} | {
        code: one.name for code, one in reader.indicators.items()
    }


def _column_notes(reader: Reader, table: str) -> dict[str, str]:
    """What the publication says of a table's columns."""
    schema, name = table.split(".")
    rows = reader.rows(
        "select column_name, comment from duckdb_columns() where schema_name = ? and table_name = ?", [schema, name]
    )
    return {row["column_name"]: row["comment"] for row in rows if row["comment"]}


# --- tables of the pages, authority under authority


def _stacked(reader: Reader, codes: tuple[str, ...], scope: Scope) -> Iterator[Sheet]:
    wanted = [
        (kind, name, about)
        for code, name, about in STACKED
        for kind in kinds.OF_AUTHORITY
        if code == kind.NAME and scope.holds(code)
    ]
    found: dict[str, dict[_Shape, _Stack]] = {}
    for code in codes:
        # One authority at a time: what is read about it is large, what is shown of it is not.
        book = reader.of(code)
        for kind, name, _ in wanted:
            by_shape = found.setdefault(name, {})
            for page in kind.pages(book, scope.month):
                for heading, table in _tables(page):
                    by_shape.setdefault(_shape(table), _Stack()).add(book.authority, heading, table)
    for _, name, about in wanted:
        # The newest first, and of one month the sheet with most rows.
        in_order = sorted(
            found.get(name, {}).items(), key=lambda one: (_newest(one[0][1])[:7], len(one[1].rows)), reverse=True
        )
        for (keys, across), stack in in_order:
            newest = _newest(across)
            headings = f" Here: {', '.join(stack.headings)}." if len(stack.headings) == 1 else ""
            yield Sheet(
                f"{name} {newest[:7]}" if newest else name,
                f"{about}{headings}",
                ", ".join(sorted(stack.sources)),
                (
                    Column("authority_code", "Authority code"),
                    Column("authority", "Authority"),
                    Column("part", "Part"),
                    *(Column(f"key {key}", title_of(key)) for key in keys),
                    *_told_apart(stack.columns),
                    Column("remarks", "Remarks"),
                ),
                stack.in_rows(),
                frozen=3 + len(keys) + 1,
                notes={column.key: column.note for column in stack.columns if column.note},
            )


# Tables whose rows are known by the same, with the same months across, stand on one sheet.
_Shape: TypeAlias = tuple[tuple[str, ...], tuple[tuple[tuple[str, str], ...], ...]]
# A column is the same on two pages if it says the same in the same way; a page leaves out those that are empty.
_Same: TypeAlias = tuple[str, str, str]


def _shape(table: Table) -> _Shape:
    across = tuple(sorted({column.key_part for column in table.columns if column.key_part}))
    return (*_context(table), *table.keys), across


def _context(table: Table) -> tuple[str, ...]:
    """What all rows of a table are about, besides the authority."""
    return tuple(name for name in sorted(table.where) if name != "authority_code")


class _Stack:
    """Rows of one shape, each once, with all columns that any of their tables has."""

    def __init__(self) -> None:
        self._columns: dict[_Same, Column] = {}
        self.rows: dict[tuple[str, ...], tuple[tuple[Any, ...], dict[_Same, Cell], str]] = {}
        self.sources: set[str] = set()
        self.headings: dict[str, None] = {}

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(self._columns.values())

    def add(self, authority: Authority, heading: str, table: Table) -> None:
        """Puts the rows of a page's table under those that are there."""
        self.sources.add(table.source)
        self.headings[heading] = None
        names = [_same(column) for column in table.columns]
        self._take(table.columns, names)
        context = tuple(table.where[name] for name in _context(table))
        for number, row in enumerate(table.rows):
            cells = [cell_of(value) for value in row.cells]
            ready = {
                name: Cell(cell.value, cell.status, cell.marks, decimals=decimals_of(cell, row, column, table))
                for name, cell, column in zip(names, cells, table.columns, strict=True)
            }
            key = (authority.code, *context, *(row.key or (table.id, str(number))))
            shown = (authority.code, authority.name, heading, *context, *(row.key if table.keys else ()))
            # What a page shows twice (in key focus and in its theme) stands once.
            self.rows.pop(key, None)
            self.rows[key] = shown, ready, "; ".join(_remarks(cells, table.columns))

    def _take(self, columns: tuple[Column, ...], names: list[_Same]) -> None:
        """Columns that are new come after the one they follow on their page."""
        if all(name in self._columns for name in names):
            return
        order = list(self._columns)
        known = dict(self._columns)
        for number, (column, name) in enumerate(zip(columns, names, strict=True)):
            if name not in known:
                before = [order.index(other) for other in names[:number] if other in known]
                order.insert(max(before, default=-1) + 1, name)
                known[name] = column
        self._columns = {name: known[name] for name in order}

    def in_rows(self) -> Iterator[Row]:
        for shown, cells, remarks in self.rows.values():
            yield Row((*shown, *(cells.get(name) for name in self._columns), remarks))


def _told_apart(columns: tuple[Column, ...]) -> Iterator[Column]:
    """Columns with one heading, such as "As printed" of two quarters, say of which they are."""
    labels = [column.label for column in columns]
    for column in columns:
        of = ", ".join(value for _, value in column.key_part)
        yield replace(column, label=f"{column.label} ({of})") if labels.count(column.label) > 1 and of else column


def _same(column: Column) -> _Same:
    return column.key, column.label, column.kind


def _newest(across: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """The last month or day that stands across, as ISO text; empty where none does."""
    return max((value for part in across for _, value in part), default="")


def _tables(page: Page) -> Iterator[tuple[str, Table]]:
    """The tables with a line an indicator, or with months across, and the headings that they stand under. The others
    are series and registers, which have sheets of their own.
    """
    for section in page.sections:
        for block in section.blocks:
            if isinstance(block, Table) and block.rows and block.source:
                is_of_indicators = block.keys == ("indicator_code",)
                if is_of_indicators or any(column.key_part for column in block.columns):
                    yield section.heading, block


def _remarks(cells: Iterable[Cell], columns: Iterable[Column]) -> Iterator[str]:
    for cell, column in zip(cells, columns, strict=True):
        said = _said(cell)
        if said:
            yield f"{column.label}: {said}"


def _said(cell: Cell) -> str:
    """What must be said of a cell, in words."""
    why = [SYMBOLS[cell.status][1]] if cell.value is None and cell.status in SYMBOLS else []
    return ", ".join([*why, *(MARKS[mark][1] for mark in cell.marks)])


# --- what all workbooks have


def _definitions(reader: Reader) -> Sheet:
    rows = []
    for code, indicator in reader.indicators.items():
        for version in reader.versions.get(code, []) or [{}]:
            rows.append(Row(tuple(_definition(indicator, version))))
    columns = (
        Column("indicator_code", "Indicator code"),
        Column("indicator", "Indicator"),
        Column("theme", "Theme"),
        Column("unit", "Unit"),
        Column("polarity", "Better when", "status"),
        Column("flags", "Flags"),
        Column("version", "Definition"),
        Column("authority_code", "Of authority"),
        Column("valid_from", "Valid from", "date"),
        Column("valid_to", "Valid to", "date"),
        Column("definition", "What it is"),
        Column("numerator", "Numerator"),
        Column("denominator", "Denominator"),
        Column("comparable", "Comparable with the one before", "yes"),
        Column("change_note", "What changed"),
        Column("source", "Source"),
        Column("owner", "Owner"),
    )
    return Sheet(
        "Definitions",
        "What each indicator is, and was, between which dates.",
        "marts.dim_indicator, marts.dim_indicator_version",
        columns,
        rows,
        frozen=2,
    )


def _definition(indicator: Indicator, version: Mapping[str, Any]) -> Iterator[Any]:
    yield from (indicator.code, indicator.name, title_of(indicator.theme), indicator.unit, indicator.polarity)
    yield ", ".join(indicator.flags)
    for name in ("definition_version", "authority_code", "valid_from", "valid_to"):
        yield version.get(name)
    yield version.get("definition") or indicator.description
    for name in ("numerator_measure", "denominator_measure", "comparable_with_previous", "change_note"):
        yield version.get(name)
    yield from (indicator.source, indicator.owner)


def _symbols() -> Sheet:
    told = dict([*SYMBOLS.values(), *MARKS.values()])
    return Sheet(
        "Symbols",
        "What stands in a cell that has no number, and what the remarks mean.",
        "",
        (Column("symbol", "Symbol"), Column("meaning", "Meaning")),
        [Row(pair) for pair in sorted(told.items())],
    )


def _certificate(reader: Reader, codes: tuple[str, ...], scope: Scope) -> Sheet:
    whose = "all" if not scope.authorities else ", ".join(reader.authorities[code].name for code in codes)
    facts = [
        ("authorities", whose),
        ("month", scope.month.strftime("%Y-%m") if scope.month else "the newest of each"),
        *((name, "" if value is None else str(value)) for name, value in reader.publication.items()),
    ]
    return Sheet(
        "Certificate",
        "The publication that this workbook was made of, and what it is about.",
        "about.publication",
        (Column("what", "What"), Column("value", "Value")),
        [Row(fact) for fact in facts],
    )


# --- laying out a sheet


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def of(self, **properties: Any) -> Format:
        key = repr(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def number(self, decimals: int) -> Format:
        return self.of(num_format="#,##0" + ("." + "0" * decimals if decimals else ""))

    @property
    def heading(self) -> Format:
        return self.of(bold=True, text_wrap=True, valign="top", bottom=1, bg_color="#F3F2F1")


def _write(book: Workbook, styles: _Styles, sheet: Sheet) -> int:
    """Writes a sheet: one heading row that stays in sight, a filter over all columns; returns how many rows."""
    page = book.add_worksheet(sheet.name)
    widths = [min(WIDEST, max(NARROWEST, len(column.label) // 2 + 2)) for column in sheet.columns]
    for number, column in enumerate(sheet.columns):
        write_cell(page, 0, number, writable(column.label), styles.heading)
        note = (sheet.notes or {}).get(column.key)
        if note:
            page.write_comment(0, number, note, {"x_scale": 2})
    n_rows = n_notes = 0
    # By number of the column and decimals: a format is asked for millions of times.
    formats: dict[tuple[int, int | None], Format | None] = {}
    for row in sheet.rows:
        n_rows += 1
        for number, (given, column) in enumerate(zip(row.cells, sheet.columns, strict=True)):
            if given is None:
                continue
            cell = given if isinstance(given, Cell) else None
            value = cell.value if cell else given
            decimals = cell.decimals if cell and cell.decimals is not None else row.decimals
            if (number, decimals) not in formats:
                formats[number, decimals] = _format(styles, column, decimals)
            style = formats[number, decimals]
            if cell and value is None:
                if cell.status:
                    value = written(cell, column.kind, 0)
                    style = styles.of(font_color="#505A5F", align="right" if column.is_numeric else "left")
                else:
                    continue
            elif column.kind in _WORDS:
                value = _worded(value, column.kind)
            said = _said(cell) if cell else ""
            if said and n_notes < MOST_NOTES:
                n_notes += 1
                page.write_comment(n_rows, number, said)
            ready = writable(value)
            write_cell(page, n_rows, number, ready, style)
            if n_rows <= 100 and isinstance(ready, str):
                widths[number] = max(widths[number], min(WIDEST, len(ready) + 2))
    for number, width in enumerate(widths):
        page.set_column(number, number, width)
    page.freeze_panes(1, sheet.frozen)
    page.autofilter(0, 0, max(n_rows, 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    return n_rows


_WORDS = frozenset({"status", "rag", "tag", "yes"})


@lru_cache(maxsize=4096)
def _worded(value: Any, kind: Kind) -> str:
    """A code as pages write it: few different ones, in millions of cells."""
    return written(Cell(value), kind, 0)


def _format(styles: _Styles, column: Column, decimals: int | None) -> Format | None:
    if column.kind in ("figure", "change"):
        if decimals is None:
            decimals = column.decimals
        return styles.of(num_format="#,##0.##") if decimals is None else styles.number(decimals)
    if column.kind == "count":
        return styles.number(0)
    if column.kind == "date":
        return styles.of(num_format="d mmm yyyy", align="left")
    if column.kind == "month":
        return styles.of(num_format="mmm yyyy", align="left")
    return None


def _sheet_name(book: Workbook, name: str) -> str:
    """A name that Excel takes: 31 letters, none of []:*?/\\, no two alike."""
    allowed = "".join(letter for letter in name if letter not in "[]:*?/\\")[:31].strip("'") or "Sheet"
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    number, free = 1, allowed
    while free.lower() in taken:
        number += 1
        free = f"{allowed[:27]} ({number})"
    return free


def _write_contents(
    page: Worksheet, styles: _Styles, reader: Reader, scope: Scope, told: list[tuple[Sheet, int]]
) -> None:
    publication = reader.publication
    title = styles.of(bold=True, font_size=16)
    page.write_string(0, 0, "Bellwether: children's social care figures", title)
    data_as_at = publication["data_as_at"]
    known = f"Figures known on {written_date(reader.day)}" + (
        f", the newest of {written_date(data_as_at)}" if data_as_at else ""
    )
    page.write_string(1, 0, f"{known}. Publication {publication['publication_id']}.")
    whose = (
        "All authorities"
        if not scope.authorities
        else ", ".join(reader.authorities[code].name for code in scope.authorities)
    )
    write_cell(
        page, 2, 0, writable(f"{whose}; months up to {written_month(scope.month)}." if scope.month else f"{whose}.")
    )
    for number, label in enumerate(("Sheet", "What it holds", "Rows", "Table of the publication", "Remark")):
        page.write_string(4, number, label, styles.heading)
    link = styles.of(font_color="#1D70B8", underline=1, valign="top")
    wrapped = styles.of(text_wrap=True, valign="top")
    for number, (sheet, n_rows) in enumerate(told, start=5):
        target = sheet.name.replace("'", "''")
        page.write_url(number, 0, f"internal:'{target}'!A1", link, string=sheet.name)
        page.write_string(number, 1, sheet.about, wrapped)
        page.write_number(number, 2, n_rows, styles.of(num_format="#,##0", valign="top"))
        page.write_string(number, 3, sheet.source, wrapped)
        page.write_string(number, 4, sheet.note, wrapped)
    for number, width in enumerate((22, 60, 10, 36, 50)):
        page.set_column(number, number, width)
    page.freeze_panes(5, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
