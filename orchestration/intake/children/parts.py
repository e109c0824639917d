"""The lists of children that stand in a file: in sheets, in a CSV, in a ZIP of CSVs.

Belongs here: finding the lists by their headings, with their rows as they are. Does not belong here: headings
(headings), the census, which is XML (read_xml), or what is made of the rows (judging).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.intake.children.contract import ChildList
from orchestration.intake.children.front import Grid
from orchestration.intake.children.headings import Headings, match_headings
from orchestration.intake.contracts import Contract
from orchestration.intake.outcome import Problem, Problems
from orchestration.intake.read_csv import SetAside, UnreadableText, decode, first_record, header_cells, read_rows
from orchestration.intake.sheets import Sheet, cell_name, column_letter
from orchestration.intake.text import display

HEADING_WITHIN = 10
FRONT_SHEET_BYTES = 20_000


@dataclass(slots=True)
class Part:
    """One list as it stands in a file: its rows under the heading, and how many there are by a count of their own."""

    headings: Headings
    header: list[str]
    place: str | None
    heading_row: int
    rows_in_file: int
    numbers: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    hidden: bool = False
    above: Grid = field(default_factory=list)
    return_name: str = ""

    @property
    def part(self) -> ChildList:
        return self.headings.part

    def heading(self, position: int) -> str:
        return self.header[position] or column_letter(position)

    def further(self) -> dict[int, str]:
        """The columns that the list does not have, by position; a heading that stands twice is told by its letter."""
        unknown = {p: h for p, h in enumerate(self.header) if p not in self.headings.columns and h}
        often = Counter(unknown.values())
        return {p: h if often[h] == 1 else f"{h} ({column_letter(p)})" for p, h in unknown.items()}


@dataclass(frozen=True, slots=True)
class _Known:
    """The lists of several returns, and which return each belongs to."""

    lists: list[ChildList]
    returns: dict[int, str]

    @classmethod
    def of(cls, contracts: list[Contract]) -> _Known:
        lists = [part for contract in contracts for part in contract.lists]
        return cls(lists, {id(part): contract.name for contract in contracts for part in contract.lists})

    def named(self, part: Part) -> Part:
        part.return_name = self.returns[id(part.part)]
        return part


def lists_of_sheets(sheets: list[Sheet], contracts: list[Contract]) -> list[Part]:
    """Every sheet that is a list of any return, in the workbook's order."""
    parts = []
    known = _Known.of(contracts)
    for sheet in sheets:
        looked = 0
        for r in range(len(sheet.rows)):
            if sheet.is_blank(r):
                continue
            header = [cell.strip() for cell in sheet.rows[r]]
            if headings := match_headings(header, known.lists):
                parts.append(known.named(_part_of_sheet(sheet, r, header, headings)))
                break
            looked += 1
            if looked == HEADING_WITHIN:
                break
    return parts


def _part_of_sheet(sheet: Sheet, heading: int, header: list[str], headings: Headings) -> Part:
    formulas = {(r, c) for r, c, _ in sheet.unread_formulas if r > heading}
    with_formula = {r for r, _ in formulas}
    in_file = sum(
        r in with_formula or any(cell.strip() for cell in sheet.rows[r]) for r in range(heading + 1, len(sheet.rows))
    ) + sum(r >= len(sheet.rows) for r in with_formula)
    part = Part(headings, header, sheet.name, heading + 1, in_file, hidden=sheet.hidden, above=sheet.rows[:heading])
    width = len(header)
    for r in range(
        heading + 1, max(len(sheet.rows), *(r + 1 for r in with_formula)) if with_formula else len(sheet.rows)
    ):
        own = sheet.rows[r] if r < len(sheet.rows) else []
        cells = own + [""] * (width - len(own))
        formula = next((c for row, c in sorted(formulas) if row == r), None) if formulas else None
        if formula is not None:
            what = f"cell {cell_name(r, formula)} holds a formula and no calculated result"
            advice = "open the file in a spreadsheet program, let it calculate, and save"
            part.set_aside.append(SetAside(r + 1, cells, what, "formula_without_value", advice))
        elif not any(cell.strip() for cell in cells):
            continue
        elif any(cell.strip() for cell in cells[width:]):
            advice = "give the column a heading, or empty the cell"
            part.set_aside.append(SetAside(r + 1, cells, "the row goes on beyond the headings", "bad_row", advice))
        else:
            part.numbers.append(r + 1)
            part.rows.append(cells[:width])
    return part


def list_of_csv(data: bytes, contracts: list[Contract], place: str | None = None) -> Part | None:
    """The list that a CSV holds, titles above its heading passed over, or None. Raises UnreadableText."""
    dialects = [contract.formats.csv for contract in contracts if contract.formats.csv]
    delimiters = list(dict.fromkeys(one for dialect in dialects for one in dialect.delimiters))
    known = _Known.of([contract for contract in contracts if contract.formats.csv])
    text = decode(data, list(dict.fromkeys(one for dialect in dialects for one in dialect.encodings)))
    begin = 0
    titles: Grid = []
    for above in range(HEADING_WITHIN):
        if begin >= len(text.data):
            break
        record, end = first_record(text.data[begin:])
        for delimiter in delimiters:
            header = header_cells(record, delimiter)
            if headings := match_headings(header, known.lists):
                rows = read_rows(text, header, begin + end, delimiter)
                cells = [list(row) for row in zip(*(c.to_pylist() for c in rows.table.columns), strict=True)]
                blank = [not any(cell.strip() for cell in row) for row in cells]
                part = Part(headings, header, place, above + 1, rows.records - sum(blank), above=titles)
                part.numbers = [int(n) + above for n, empty in zip(rows.numbers, blank, strict=True) if not empty]
                part.rows = [row for row, empty in zip(cells, blank, strict=True) if not empty]
                for one in rows.set_aside:
                    one.row += above
                part.set_aside = rows.set_aside
                return known.named(part)
        titles.append(header_cells(record, delimiters[0]))
        begin += end
    return None


def lists_of_zip(
    path: Path, contracts: list[Contract], problems: Problems, notes: list[str]
) -> tuple[list[Part], list[Grid]]:
    """The lists among the CSVs of a ZIP, in the order of their names, and the cells of its other small files, of which
    one may say whose lists these are. files.py has refused what cannot be opened."""
    parts: list[Part] = []
    fronts: list[Grid] = []
    with zipfile.ZipFile(path) as package:
        for entry in sorted(package.infolist(), key=lambda e: e.filename):
            name = display(Path(entry.filename).name)
            if entry.is_dir() or entry.filename.startswith("__MACOSX/") or name.startswith("."):
                continue
            try:
                found = list_of_csv(package.read(entry), contracts, name)
            except UnreadableText as error:
                problems.add(
                    Problem(
                        error.code, "error", f"the file cannot be read ({error})", error.what_to_do, name, error.row
                    )
                )
                continue
            if found:
                parts.append(found)
            elif entry.file_size <= FRONT_SHEET_BYTES:
                text = decode(package.read(entry), ["utf-8", "cp1252"])
                fronts.append(list(csv.reader(io.StringIO(text.data.decode("utf-8"), newline=""))))
            else:
                notes.append(f"'{name}' is none of the lists and was not read")
    return parts, fronts


def front_sheets(sheets: list[Sheet], parts: list[Part]) -> list[Grid]:
    """The sheets of a workbook that are no lists."""
    lists = {part.place for part in parts}
    return [sheet.rows for sheet in sheets if sheet.name not in lists]
