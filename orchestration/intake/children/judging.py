"""Which rows of a list can be loaded, and what is odd about the others and about those that stay.

Belongs here: rules of single rows and of whole lists, and telling of them. Does not belong here: days (days), code
lists (codes). Every row is about a child: a problem names the sheet, the row and the column, and never what stands
there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from orchestration.intake.children.contract import ListColumn
from orchestration.intake.children.days import BadDay, read_council_day, shows_month_first
from orchestration.intake.children.parts import Part
from orchestration.intake.outcome import LISTED_PER_CODE, Problem, Problems
from orchestration.intake.read_csv import SetAside
from orchestration.intake.sheets import column_letter
from orchestration.intake.text import display, key

# A planned visit or conference lies ahead; a day further off is a slip of the keyboard.
MAX_FUTURE_DAYS = 400
# What exports put into a cell that holds nothing.
NOTHING = frozenset({"", "null", "none", "n/a", "na", "nan", "nat", "-", "--", "#n/a", "#ref!", "#value!", "#name?"})
_WHOLE = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_POSTCODE = re.compile(r"[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}", re.IGNORECASE)


@dataclass(slots=True)
class Judged:
    """A list's rows after judging: which stay, with their days as ISO, and the spellings of its categories."""

    part: Part
    kept: list[int]
    set_aside: list[SetAside]
    days: dict[int, dict[str, date]]


def whole_list_aside(part: Part, problems: Problems, is_second: bool, is_other: bool) -> Judged | None:
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
    return Judged(part, [], sorted([*part.set_aside, *rows], key=lambda row: row.row), {})


def judge_rows(part: Part, received: date, problems: Problems) -> Judged:
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
    return Judged(part, kept, sorted([*part.set_aside, *rows], key=lambda row: row.row), days)


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


def says_nothing(column: ListColumn, cell: str) -> bool:
    """Whether a cell is as good as empty; where "none" is a code (no disability), it is an answer."""
    said = cell.lower()
    return said in NOTHING and not (said == "none" and column.none_is_a_code)


def _judge_of(
    column: ListColumn, texts: list[str], received: date, days: dict[str, date]
) -> Callable[[str], str | None]:
    """How a cell of a column is judged: a function of its text to the code of what is wrong. Days are kept."""
    month_first = column.type == "date" and shows_month_first(dict.fromkeys(texts))
    latest = date.max if column.ahead else received + timedelta(days=MAX_FUTURE_DAYS)

    def judge(text: str) -> str | None:
        cell = text.strip()
        if says_nothing(column, cell):
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
