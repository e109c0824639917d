"""Child-level lists from cells to raw tables: what can be loaded, what is set aside, and what was not mapped.

Belongs here: finding the lists of a file, judging their rows, their tables. Does not belong here: headings
(list_headings), days (days), code lists (codes), writing (store). Every row is about a child: a problem or note names
the sheet, the row and the column, and never what stands there. The rows themselves go back to their sender only.
"""

from __future__ import annotations

import csv
import io
import re
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.intake.check import Facts, Resolve
from orchestration.intake.codes import CodeList, load_code_lists, spelling
from orchestration.intake.contracts import Contract
from orchestration.intake.days import BadDay, read_council_day, shows_month_first
from orchestration.intake.front import (
    Front,
    Grid,
    authority_in_file_name,
    day_in_file_name,
    financial_year_end,
    is_council,
    read_front,
    window_start,
)
from orchestration.intake.list_contract import STANDARD_MONTHS, ChildList, ListColumn
from orchestration.intake.list_headings import Headings, match_headings, nearly_a_list
from orchestration.intake.outcome import LISTED_PER_CODE, Problem, Problems
from orchestration.intake.periods import financial_year_start
from orchestration.intake.pseudonyms import UNALLOCATED, Pseudonym
from orchestration.intake.read_csv import SetAside, UnreadableText, decode, first_record, header_cells, read_rows
from orchestration.intake.sheets import Sheet, cell_name, column_letter
from orchestration.intake.tables import RAW_TABLES
from orchestration.intake.text import display, key

if TYPE_CHECKING:
    import pyarrow as pa

HEADING_WITHIN = 10
FRONT_SHEET_BYTES = 20_000
CODE_LISTS = Path("data/registry/codes")
# A planned visit or conference lies ahead; a day further off is a slip of the keyboard.
MAX_FUTURE_DAYS = 400
# What exports put into a cell that holds nothing.
_NOTHING = frozenset({"", "null", "none", "n/a", "na", "nan", "nat", "-", "--", "#n/a", "#ref!", "#value!", "#name?"})
_WHOLE = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}", re.IGNORECASE)


class ListFault(Exception):
    """A fault of ours among children's rows: says where in the program it is, and nothing of what was read."""


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


@dataclass(slots=True)
class Reading:
    """What was read of a file: for the outcome, for the sender's folder, and as tables by submission."""

    problems: Problems
    notes: list[str] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    rows_in_file: int = 0
    rows_loaded: int = 0
    rejected: bool = False
    returned: dict[str, list[list[str]]] = field(default_factory=dict)
    tables: Callable[[str], dict[str, pa.Table]] = field(default=lambda _: {})


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


# --- finding lists --------------------------------------------------------------------------------


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


# --- judging --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Judged:
    """A list's rows after judging: which stay, with their days as ISO, and the spellings of its categories."""

    part: Part
    kept: list[int]
    set_aside: list[SetAside]
    days: dict[int, dict[str, date]]


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the lists: the cells around them, the file's name, and the deployment."""

    project: Path
    received: date
    resolve: Resolve
    pseudonyms: Callable[[], Pseudonym]
    file_name: str
    fronts: list[Grid] = field(default_factory=list)
    child_authority: str | None = None


def read_lists(
    parts: list[Part], contract: Contract, around: Around, *, problems: Problems, notes: list[str]
) -> Reading:
    """Judge the rows of all lists. Raises ListFault, whose message holds nothing of what was read."""
    try:
        return _read(parts, contract, around, Reading(problems, notes))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}, line {where.lineno}"
        raise ListFault(f"{type(error).__name__} while reading child-level lists ({place})") from None


def _read(parts: list[Part], contract: Contract, around: Around, reading: Reading) -> Reading:
    codes = load_code_lists(around.project / CODE_LISTS / contract.name)
    judged = []
    seen: dict[str, str | None] = {}
    for part in parts:
        name = part.part.name
        what = f"list {part.part.number} ({part.part.title.lower()})"
        reading.notes.append(f"{_sheet(part)}was read as {what}: {part.rows_in_file:,} row(s)")
        if further := part.further():
            named_so = ", ".join(f"'{display(heading)}'" for heading in further.values())
            reading.notes.append(
                f"{_sheet(part)}has columns that the list does not have; they stay in the archived file: {named_so}"
            )
        if part.hidden:
            reading.notes.append(f"{_sheet(part)}is hidden; it was read all the same")
        is_other = part.return_name != contract.name
        one = _whole_list_aside(part, reading.problems, name in seen, is_other) or _judge(
            part, around.received, reading.problems
        )
        if not is_other:
            seen.setdefault(name, part.place)
        if len(one.kept) + len(one.set_aside) != part.rows_in_file:
            counted = f"{len(one.kept)} loaded and {len(one.set_aside)} set aside"
            raise AssertionError(f"{part.rows_in_file} rows counted, {counted}")
        judged.append(one)
        reading.rows_in_file += part.rows_in_file
        reading.rows_loaded += len(one.kept)
    _tell_unread(around.fronts, contract, reading.problems)
    front = read_front([*around.fronts, *(part.above for part in parts)], contract.terms)
    authorities = _authorities(judged, front, around, reading)
    as_at = _as_at(judged, contract, front, around, reading)
    windows = {part.part.name: _window_from(part.part, contract, as_at, front) for part in parts}
    started = [day for day in windows.values() if day]
    reading.facts = Facts(authorities, min(started, default=None), as_at, as_at)
    authority = next(iter(authorities)) if len(authorities) == 1 else None
    reading.rejected = authority is None
    if reading.rows_in_file == 0:
        reading.problems.add(
            Problem(
                "no_rows",
                "warning",
                "the lists have headings and no row; nothing that was held before has changed",
                "send the lists with their rows",
            )
        )
    spellings = {id(one): _spellings(one) for one in judged}
    on = as_at or around.received
    unmapped: list[list[str]] = []
    for one in judged:
        unmapped += _tell_unmapped(one, spellings[id(one)], codes, authority, on, reading.problems)
    reading.returned = _returned(judged, unmapped)
    if authority is not None:
        who = Described(authority, as_at, windows)
        reading.tables = lambda submission: _tables(judged, spellings, contract, who, around.pseudonyms(), submission)
    return reading


def _sheet(part: Part) -> str:
    return f"'{display(part.place)}' " if part.place else "the file "


def _tell_unread(fronts: list[Grid], contract: Contract, problems: Problems) -> None:
    """A sheet or file beside the lists that seems to be one itself: it must not be missing in silence."""
    for grid in fronts:
        filled = [[cell.strip() for cell in row] for row in grid if any(cell.strip() for cell in row)]
        for place, header in enumerate(filled[:HEADING_WITHIN]):
            near = nearly_a_list(header, contract.lists)
            missing = [column for column in near.missing() if column.name in near.part.all_of] if near else []
            if near is None or not missing or not filled[place + 1 :]:
                continue
            named = " and ".join(f"'{column.header}'" for column in missing)
            what = f"list {near.part.number} ({near.part.title.lower()})"
            rows = len(filled) - place - 1
            problems.add(
                Problem(
                    "list_not_recognised",
                    "warning",
                    f"what seems to be {what} has no column {named}; its {rows:,} row(s) were not read",
                    f"call the column {named}, as in the template, and send the file again",
                )
            )
            break


def _whole_list_aside(part: Part, problems: Problems, is_second: bool, is_other: bool) -> _Judged | None:
    """A list that cannot be used at all: it is another return's than the rest of the file, stands in it twice, or lacks
    the columns that its rows need."""
    needed = [c for c in part.part.columns if c.blank == "refuse" and c.name not in part.headings.names]
    doubled = part.headings.doubled
    if is_other:
        code, reason = "second_return", f"the list belongs to the return '{part.return_name}', the others do not"
        advice = "send each return as a file of its own"
    elif is_second:
        code, reason = "list_twice", "the list stands in the file twice; the first was read"
        advice = "send each list once"
    elif needed:
        named = ", ".join(f"'{c.header}'" for c in needed)
        code, reason, advice = "missing_column", f"the list has no column {named}", f"add {named} to the heading row"
    elif doubled:
        named = ", ".join(f"'{part.part.column(name).header}'" for name in doubled)
        code, reason = "duplicate_heading", f"more than one column can be {named}"
        advice = "keep one of them, or give the other its own heading"
    else:
        return None
    problems.add(Problem(code, "error", reason, advice, part.place, part.heading_row))
    rows = [SetAside(n, cells, reason, code) for n, cells in zip(part.numbers, part.rows, strict=True)]
    return _Judged(part, [], sorted([*part.set_aside, *rows], key=lambda row: row.row), {})


def _judge(part: Part, received: date, problems: Problems) -> _Judged:
    headings = part.headings
    for position, column in headings.misspelt.items():
        problems.add(
            Problem(
                "misspelt_heading",
                "warning",
                f"the heading '{display(part.heading(position), 120)}' was read as '{column.header}'",
                f"write '{column.header}', or tell us if another column is meant",
                part.place,
                part.heading_row,
                display(part.heading(position)),
            )
        )
    if missing := headings.missing():
        problems.add(
            Problem(
                "missing_column",
                "warning",
                f"{len(missing)} column(s) of the list are missing: {', '.join(repr(c.header) for c in missing)}",
                "add them, so that what they feed can be worked out",
                part.place,
                part.heading_row,
            )
        )
    for position, heading in enumerate(part.header):
        if not heading and any(row[position].strip() for row in part.rows):
            letter = column_letter(position)
            problems.add(
                Problem(
                    "no_heading",
                    "warning",
                    f"column {letter} has values and no heading; it was not read",
                    "give the column a heading, or leave it out",
                    part.place,
                    part.heading_row,
                    letter,
                )
            )
    reasons: dict[int, list[tuple[str, str, int]]] = {}
    for i in _repeated_headings(part):
        reasons[i] = [("repeated_heading", "the row repeats the heading", 0)]
    days: dict[int, dict[str, date]] = {}
    warned: dict[tuple[str, int], list[int]] = {}
    for position, column in sorted(headings.columns.items()):
        texts = [row[position] for row in part.rows]
        verdict = _judge_of(column, texts, received, days.setdefault(position, {}))
        verdicts = {text: verdict(text) for text in dict.fromkeys(texts)}
        for i, text in enumerate(texts):
            if (code := verdicts[text]) is None or (i in reasons and reasons[i][0][0] == "repeated_heading"):
                continue
            if code in _REFUSING or (code == "missing_value" and column.blank == "refuse"):
                reasons.setdefault(i, []).append((code, _SAID[code].format(display(part.heading(position))), position))
            else:
                warned.setdefault((code, position), []).append(i)
    _tell(part, reasons, warned, problems)
    kept = [i for i in range(len(part.rows)) if i not in reasons]
    rows = [
        SetAside(part.numbers[i], part.rows[i], "; ".join(said for _, said, _ in found), found[0][0])
        for i, found in reasons.items()
    ]
    return _Judged(part, kept, sorted([*part.set_aside, *rows], key=lambda row: row.row), days)


def _repeated_headings(part: Part) -> list[int]:
    """The rows that hold the headings of two columns or more, as happens when files are pasted under one another."""
    found: Counter[int] = Counter()
    for position in part.headings.columns:
        heading = key(part.header[position])
        if not heading or heading[0].isdigit():
            continue
        texts = [row[position] for row in part.rows]
        # What begins with a figure is no heading: days and identifiers need not be compared.
        same = {text for text in set(texts) if text and not text[0].isdigit() and key(text) == heading}
        if same:
            found.update(i for i, text in enumerate(texts) if text in same)
    return [i for i, times in found.items() if times >= 2]


# What sets a row aside whatever its column; a missing value does where the contract says so.
_REFUSING = frozenset({"ambiguous_date", "impossible_date", "bad_date", "future_date"})
_SAID = {
    "missing_value": "'{}' is empty",
    "ambiguous_date": "the date in '{}' can be read in more than one way",
    "impossible_date": "the date in '{}' is no day of the calendar",
    "bad_date": "'{}' holds no date",
    "future_date": "the date in '{}' lies too far in the future",
    "bad_number": "'{}' holds no such number",
    "bad_postcode": "'{}' holds no postcode",
}
_ADVICE = {
    "missing_value": "fill it in",
    "ambiguous_date": "write dates as 31/01/2020, with four figures for the year",
    "impossible_date": "check the day and the month; the day comes first",
    "bad_date": "write dates as 31/01/2020",
    "future_date": "check the year",
    "bad_number": "write a number, 0 for none",
    "bad_postcode": "write the whole postcode, or leave the cell empty",
}


def _says_nothing(column: ListColumn, cell: str) -> bool:
    """Whether a cell is as good as empty; where "none" is a code (no disability), it is an answer."""
    said = cell.lower()
    return said in _NOTHING and not (said == "none" and column.none_is_a_code)


def _judge_of(
    column: ListColumn, texts: list[str], received: date, days: dict[str, date]
) -> Callable[[str], str | None]:
    """How a cell of a column is judged: a function of its text to the code of what is wrong. Days are kept."""
    month_first = column.type == "date" and shows_month_first(dict.fromkeys(texts))
    latest = date.max if column.ahead else received + timedelta(days=MAX_FUTURE_DAYS)

    def judge(text: str) -> str | None:
        cell = text.strip()
        if _says_nothing(column, cell):
            return None if column.blank == "allowed" else "missing_value"
        if column.type == "date":
            try:
                day = read_council_day(cell, month_first=month_first)
            except BadDay as bad:
                return bad.code
            days[text] = day
            return "future_date" if day > latest else None
        if column.type in ("number", "whole"):
            return None if (_WHOLE if column.type == "whole" else _NUMBER).fullmatch(cell) else "bad_number"
        if column.type == "postcode":
            return None if _POSTCODE.fullmatch(cell) else "bad_postcode"
        return None

    return judge


def _tell(
    part: Part,
    reasons: dict[int, list[tuple[str, str, int]]],
    warned: dict[tuple[str, int], list[int]],
    problems: Problems,
) -> None:
    """Each row set aside by its number, each kind of oddity once a column with its count."""
    for one in part.set_aside:
        problems.add(Problem(one.code, "error", one.reason, one.what_to_do, part.place, one.row))
    by_kind: dict[str, list[Problem]] = {}
    totals: Counter[str] = Counter()
    for i in sorted(reasons):
        for code, said, position in reasons[i]:
            totals[code] += 1
            if totals[code] <= LISTED_PER_CODE:
                advice = _ADVICE.get(code, "leave one heading row, the first")
                column = display(part.heading(position)) if code in _SAID else None
                problem = Problem(code, "error", said, advice, part.place, part.numbers[i], column)
                by_kind.setdefault(code, []).append(problem)
    for code, listed in by_kind.items():
        problems.add_many(listed, totals[code])
    for (code, position), rows in warned.items():
        kept = [i for i in rows if i not in reasons]
        if kept:
            heading = display(part.heading(position))
            said = f"{_SAID[code].format(heading)} in {len(kept):,} row(s), first here; the rows were loaded as sent"
            problems.add(Problem(code, "warning", said, _ADVICE[code], part.place, part.numbers[kept[0]], heading))


# --- whose lists, of which day --------------------------------------------------------------------

_SAY_WHOSE = "write the authority's name or code beside 'Authority' on the front sheet, or in a column 'Authority'"
_SAY_WHEN = "write 'As at' and the day, as 31/01/2020, on the front sheet"


def _authorities(judged: list[_Judged], front: Front, around: Around, reading: Reading) -> set[str]:
    """The councils that the file says it is from; else its name's; else the one whose lists arrive here. Without one,
    no child could be told from another authority's."""
    said = list(front.authorities)
    for one in judged:
        position = one.part.headings.position("authority_code")
        if position is not None:
            said += [text for text in dict.fromkeys(one.part.rows[i][position].strip() for i in one.kept) if text]
    found: set[str] = set()
    unknown = 0
    for text in dict.fromkeys(said):
        code = around.resolve(text, around.received) or around.resolve(text, None)
        if code and is_council(code):
            found.add(code)
        else:
            unknown += 1
    if not found and not unknown and (code := authority_in_file_name(around.file_name, around.resolve)):
        reading.notes.append(f"nothing in the file says whose lists these are; its name says {code}")
        found = {code}
    elif not found and around.child_authority and (code := around.resolve(around.child_authority, None)):
        reading.notes.append(f"the file says no authority that is known; taken as the lists of {code}, as set here")
        found = {code}
    if len(found) > 1:
        what = f"the lists are of {len(found)} authorities: {', '.join(sorted(found))}"
        reading.problems.add(Problem("several_authorities", "error", what, "send a file for each authority"))
    elif unknown:
        what = f"{unknown} name(s) of an authority are not known"
        reading.problems.add(Problem("unknown_authority", "warning" if found else "error", what, _SAY_WHOSE))
    elif not found:
        what = "nothing in the file says whose lists these are"
        reading.problems.add(Problem("authority_missing", "error", what, _SAY_WHOSE))
    return found


def _as_at(judged: list[_Judged], contract: Contract, front: Front, around: Around, reading: Reading) -> date | None:
    """The day the lists describe: the front sheet's, else the file name's, else the newest day on which anything
    happened, of a yearly return the end of its year. None where there is no row: such lists describe nothing."""
    for label in dict.fromkeys(front.unreadable):
        what = f"what stands beside '{display(label)}' is no day that can be read"
        reading.problems.add(Problem("bad_date", "warning", what, _SAY_WHEN))
    if reading.rows_in_file == 0:
        return None
    if front.as_at and front.as_at > around.received:
        what = "the day of the lists lies after the day they were received, and was not used"
        reading.problems.add(Problem("future_date", "warning", what, _SAY_WHEN))
    elif front.as_at:
        return front.as_at
    named = day_in_file_name(around.file_name)
    if named and named <= around.received:
        reading.notes.append(f"no front sheet says the day of the lists; the file's name says {named:%d %B %Y}")
        return named
    newest = _newest(judged, around.received)
    day = newest or around.received
    if contract.financial_year:
        ends = financial_year_end(day)
        day = ends if ends <= around.received else day
    why = "going by the newest day in them" if newest else "going by the day of receipt"
    reading.notes.append(
        f"neither a front sheet nor the file's name says the day of the lists; {day:%d %B %Y} was taken, {why}"
    )
    return day


def _newest(judged: list[_Judged], latest: date) -> date | None:
    """The newest day of the lists' events among the rows that stay; of lists without events, of anything but births and
    what lies ahead."""
    events: list[date] = []
    others: list[date] = []
    for one in judged:
        event = one.part.part.event_date
        for position, column in one.part.headings.columns.items():
            if column.type != "date" or column.ahead or not column.load or column.name == "date_of_birth":
                continue
            held = {one.part.rows[i][position] for i in one.kept}
            days = [day for text in held if (day := one.days[position].get(text)) and day <= latest]
            (events if column.name == event else others).extend(days)
    return max(events or others, default=None)


def _window_from(part: ChildList, contract: Contract, as_at: date | None, front: Front) -> date | None:
    """The first day whose events the list holds whole. A front sheet speaks of the window that most lists have; a list
    with a longer one of its own keeps it unless the sheet goes further back."""
    if as_at is None:
        return None
    own = financial_year_start(as_at) if contract.financial_year else window_start(as_at, part.window_months)
    if front.period_from is None or front.period_from > as_at:
        return own
    return front.period_from if part.window_months <= STANDARD_MONTHS else min(own, front.period_from)


# --- codes ----------------------------------------------------------------------------------------


def _spellings(one: _Judged) -> dict[int, Counter[str]]:
    """How often each text stands in the categories of the rows that stay; blanks left out."""
    return {
        position: Counter(
            text for i in one.kept if not _says_nothing(column, (text := one.part.rows[i][position]).strip())
        )
        for position, column in sorted(one.part.headings.columns.items())
        if column.codes
    }


def _tell_unmapped(
    one: _Judged,
    spellings: dict[int, Counter[str]],
    codes: dict[str, CodeList],
    authority: str | None,
    on: date,
    problems: Problems,
) -> list[list[str]]:
    """Counts of what no code list covers, for all to see; the spellings themselves for the sender alone."""
    part, listed = one.part, []
    for position, counted in spellings.items():
        if not counted:
            continue
        code_list = codes[part.headings.columns[position].codes or ""]
        unmapped = {t: n for t, n in counted.items() if code_list.code(t, authority_code=authority, on=on) is None}
        if not unmapped:
            continue
        heading = display(part.heading(position))
        first = next(part.numbers[i] for i in one.kept if part.rows[i][position] in unmapped)
        what = f"{sum(unmapped.values()):,} row(s) in {len(unmapped):,} spelling(s)"
        problems.add(
            Problem(
                "unmapped",
                "warning",
                f"{what} of '{heading}' are not in the code list '{code_list.name}', first here; they are kept as sent",
                "use the codes of the guidance, or have the spellings added to the code list",
                part.place,
                first,
                heading,
            )
        )
        listed += [[part.place or "", heading, code_list.name, text, str(n)] for text, n in sorted(unmapped.items())]
    return listed


# --- what is handed over --------------------------------------------------------------------------


def _returned(judged: list[_Judged], unmapped: list[list[str]]) -> dict[str, list[list[str]]]:
    """The sender's own rows that were set aside, a file a list, and the spellings that were not mapped."""
    found: dict[str, list[list[str]]] = {}
    for one in judged:
        if one.set_aside:
            rows = found.setdefault(f"rows_{one.part.part.name}.csv", [])
            rows.append(["sheet", "row", "reason", *one.part.header])
            rows += [[one.part.place or "", str(row.row), row.reason, *row.cells] for row in one.set_aside]
    if unmapped:
        found["unmapped.csv"] = [["sheet", "column", "code_list", "as_sent", "rows"], *unmapped]
    return found


@dataclass(frozen=True, slots=True)
class Described:
    """What a submission's lists describe: whose children, on which day, and from when on each list is whole."""

    authority_code: str
    as_at: date | None
    windows: dict[str, date | None]


def _tables(
    judged: list[_Judged],
    spellings: dict[int, dict[int, Counter[str]]],
    contract: Contract,
    described: Described,
    pseudonym: Pseudonym,
    submission: str,
) -> dict[str, pa.Table]:
    tables = {}
    nobody = {key(said) for said in contract.nobody}

    def person(kind: str, text: str) -> str | None:
        """The key of a person; a worker's cell that names nobody says so, a blank family is none."""
        is_blank = text.strip().lower() in _NOTHING
        if kind in _WORKERS and (is_blank or key(text) in nobody):
            return UNALLOCATED
        return None if is_blank else pseudonym(described.authority_code, kind, text)

    for one in judged:
        if one.kept:
            name = f"{contract.name}_{one.part.part.name}"
            tables[name] = _table(name, _list_columns(one, person), len(one.kept), submission)
    accounts: list[dict[str, object]] = []
    said: list[dict[str, object]] = []
    for one in judged:
        where = {
            "return_name": one.part.return_name,
            "list": one.part.part.name,
            "source_sheet": one.part.place,
            "source_row": one.part.heading_row,
        }
        window_from = described.windows[one.part.part.name]
        accounts.append(
            {
                **where,
                "title": one.part.part.title,
                "authority_code": described.authority_code,
                "as_at": described.as_at.isoformat() if described.as_at else None,
                "window_from": window_from.isoformat() if window_from else None,
                "rows_in_file": one.part.rows_in_file,
                "rows_loaded": len(one.kept),
                "rows_quarantined": len(one.set_aside),
            }
        )
        for position, counted in spellings[id(one)].items():
            column = one.part.headings.columns[position]
            for text, n in sorted(counted.items()):
                said.append(
                    {
                        **where,
                        "column_name": column.name,
                        "code_list": column.codes,
                        "as_sent": text,
                        "spelling": spelling(text),
                        "n_rows": n,
                        "source_column": column_letter(position),
                    }
                )
    for table, rows in (("child_list", accounts), ("child_spelling", said)):
        if rows:
            names = list(dict.fromkeys(name for row in rows for name in row))
            tables[table] = _table(table, {n: [row.get(n) for row in rows] for n in names}, len(rows), submission)
    return tables


_WORKERS = frozenset({"worker", "personal_adviser"})


def _list_columns(one: _Judged, person: Callable[[str, str], str | None]) -> dict[str, list[object]]:
    """The rows that stay, by column of the raw table: days as ISO, people as keys, where each row stands."""
    part = one.part
    columns: dict[str, list[object]] = {
        "source_sheet": [part.place] * len(one.kept),
        "source_row": [part.numbers[i] for i in one.kept],
    }
    for position, column in part.headings.columns.items():
        if not column.load:
            continue
        texts = [part.rows[i][position] for i in one.kept]
        if column.key:
            keys = {text: person(column.key, text) for text in dict.fromkeys(texts)}
            columns[column.raw_name] = [keys[text] for text in texts]
        else:
            days = {text: day.isoformat() for text, day in one.days[position].items()}
            columns[column.raw_name] = [days.get(text, text) for text in texts] if days else list(texts)
    return columns


def _table(name: str, columns: dict[str, list[object]], size: int, submission: str) -> pa.Table:
    import pyarrow as pa

    types = {"VARCHAR": pa.string(), "INTEGER": pa.int32()}
    columns["submission_id"] = [submission] * size
    return pa.table(
        {
            column: pa.array(columns[column], types[kind]) if column in columns else pa.nulls(size, types[kind])
            for column, kind in RAW_TABLES[name]
        }
    )
