"""Judging the cells of a row-shaped return against its contract, all problems in one pass.

Belongs here: what makes a row unusable (its keys), what is odd in a value, and the facts of a submission
(authorities, period, issue date). Does not belong here: recognising columns (identify), plausibility and relations
between figures (expectations). Every check looks at the distinct values of a column, never at a million rows one by
one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from orchestration.intake.contracts import Column
from orchestration.intake.identify import Match
from orchestration.intake.outcome import LISTED_PER_CODE, Problem, Problems
from orchestration.intake.periods import month_end, read_day, read_month
from orchestration.intake.read_csv import Rows, SetAside, positions
from orchestration.intake.text import display, fold_lookalikes, lookalikes

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Resolve = Callable[[str, date | None], str | None]

EARLIEST = date(1990, 1, 1)
# Figures with these roles may be about a time that has not come.
FORWARD_ROLES = frozenset(
    {"target", "projection", "budget", "threshold", "definition_threshold", "baseline", "benchmark"}
)
PLAIN_NUMBER = r"^\s*[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?\s*$"
# What stands in numeric cells and is no number, and is understood later: symbols, bounds, remarks about a figure
# still to come.
_KNOWN_TEXT = re.compile(
    r"|[-–—~:.*†‡]+|[cxzukp]|low|nil|none|zero|n/?a|n\.a\.|null|suppressed|tbc|tba|tbd|to be .*|av(?:ailable)?\.? .*"
    r"|not (?:available|applicable|known|stated|reported|recorded|collected|due|yet .*)"
    r"|[<>≤≥]=? ?\d+(?:\.\d+)?%?|\d+(?:\.\d+)? ?(?:-|–|to) ?\d+(?:\.\d+)?%?"
    r"|(?:under|over|up to|at least|about|approx\.?|around|between|more than|less than|c\.) .*",
    re.IGNORECASE,
)
_LENIENT_NUMBER = re.compile(
    r"[£$€~≈]? ?\(?[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[+-]?\d+)?\)? ?(?:%|pp|m|k|bn)?[*†‡]*"
    r"(?: ?\([^()]*\))?",
    re.IGNORECASE,
)
_TRUE_FALSE = frozenset({"", "true", "false", "yes", "no", "y", "n", "1", "0"})


@dataclass(slots=True)
class Facts:
    """What the good rows of a file are about."""

    authorities: set[str] = field(default_factory=set)
    period_from: date | None = None
    period_to: date | None = None
    issue_date: date | None = None

    def add(self, other: Facts) -> None:
        self.authorities |= other.authorities
        self.period_from = min((d for d in (self.period_from, other.period_from) if d), default=None)
        self.period_to = max((d for d in (self.period_to, other.period_to) if d), default=None)
        self.issue_date = max((d for d in (self.issue_date, other.issue_date) if d), default=None)


class Values:
    """A column as its distinct texts and, for every row, which of them stands there."""

    def __init__(self, column: pa.Array, name: str) -> None:
        self.dictionary: pa.Array = column.dictionary
        self.codes: np.ndarray = column.indices.to_numpy(zero_copy_only=False)
        self.name = name

    @cached_property
    def texts(self) -> list[str]:
        texts: list[str] = self.dictionary.to_pylist()
        return texts


@dataclass(slots=True)
class Checked:
    """The rows that can be loaded (``keep``), those set aside, and the facts."""

    keep: np.ndarray
    set_aside: list[SetAside]
    facts: Facts
    values: dict[str, Values]
    blank_rows: int


Finding = tuple[str, str, str]  # code, message, what to do


def values_of(table: pa.Table, position: int, name: str) -> Values:
    return Values(table.column(position).combine_chunks(), name)


class _Checker:
    """The checks of one file, sharing its rows, its problems and the reasons for which rows are set aside."""

    def __init__(self, rows: Rows, match: Match, problems: Problems, resolve: Resolve, received: date) -> None:
        import numpy as np

        self.np = np
        self.rows, self.match, self.problems = rows, match, problems
        self.resolve, self.received = resolve, received
        self.size = len(rows.numbers)
        self.refused = np.zeros(self.size, dtype=bool)
        self.reasons: dict[int, str] = {}
        self.values = {column.name: values_of(rows.table, i, column.name) for i, column in match.columns.items()}

    # -- telling -----------------------------------------------------------------------------------

    def refuse(self, mask: np.ndarray, reason: str) -> None:
        """Set these rows aside; a row keeps the first reason given."""
        new = self.np.flatnonzero(mask & ~self.refused)
        self.reasons.update(dict.fromkeys(new.tolist(), reason))
        self.refused |= mask

    def tell(self, values: Values, found: dict[int, Finding], *, refuse: bool, among: np.ndarray) -> None:
        """Report distinct values (by their index), each at its first row of ``among``; set their rows aside if they
        cannot be used."""
        if not found:
            return
        np = self.np
        flags = np.zeros(len(values.dictionary), dtype=bool)
        flags[list(found)] = True
        mask = flags[values.codes] & among
        places = np.flatnonzero(mask)
        if not len(places):
            return
        present, first, counts = np.unique(values.codes[places], return_index=True, return_counts=True)
        by_kind: dict[str, list[Problem]] = {}
        totals: dict[str, int] = {}
        for position in np.argsort(first).tolist():
            index, at, count = int(present[position]), int(places[first[position]]), int(counts[position])
            code, message, advice = found[index]
            totals[code] = totals.get(code, 0) + 1
            listed = by_kind.setdefault(code, [])
            if len(listed) < LISTED_PER_CODE:
                more = "" if count == 1 else f" (in {count:,} rows, first here)"
                listed.append(
                    Problem(
                        code,
                        "error" if refuse else "warning",
                        message + more,
                        advice,
                        self.rows.sheet,
                        int(self.rows.numbers[at]),
                        values.name,
                        display(values.texts[index], 200),
                    )
                )
        for code, listed in by_kind.items():
            self.problems.add_many(listed, totals[code])
        if refuse:
            codes = values.codes
            self.reasons.update((at, found[int(codes[at])][1]) for at in np.flatnonzero(mask & ~self.refused).tolist())
            self.refused |= mask

    # -- checks ------------------------------------------------------------------------------------

    def blank_rows(self) -> int:
        """Drop rows without any content (a spreadsheet's empty lines); returns how many."""
        np = self.np
        blank = np.ones(self.size, dtype=bool)
        for i in range(self.rows.table.num_columns):
            values = values_of(self.rows.table, i, "")
            empty = [j for j, text in enumerate(values.texts) if not text.strip()]
            blank &= np.isin(values.codes, empty) if empty else False
            if not blank.any():
                return 0
        self.refused |= blank
        return int(blank.sum())

    def repeated_headings(self) -> None:
        """Set aside rows that repeat the heading, as happens when files are pasted under one another."""
        np = self.np
        same = np.zeros(self.size, dtype=np.int32)
        for i, column in self.match.columns.items():
            cell = self.rows.header[i]
            values = self.values[column.name]
            if column.required and (indexes := [j for j, text in enumerate(values.texts) if text.strip() == cell]):
                same += np.isin(values.codes, indexes)
        again = same >= 2
        if again.any():
            self.problems.add(
                Problem(
                    "repeated_heading",
                    "error",
                    f"the heading row is repeated {int(again.sum())} time(s), first here",
                    "leave one heading row, the first",
                    self.rows.sheet,
                    int(self.rows.numbers[np.flatnonzero(again)[0]]),
                )
            )
            self.refuse(again, "the row repeats the heading")

    def column(self, column: Column) -> None:
        """Judge the distinct values of one column."""
        values = self.values[column.name]
        serious: dict[int, Finding] = {}
        minor: dict[int, Finding] = {}
        for i in self._worth_judging(column, values):
            if finding := self._judge(column, values.texts[i]):
                is_minor = finding[0] in ("lookalike_letters", "odd_value") or not column.is_key
                (minor if is_minor else serious)[i] = finding
        kept = ~self.refused
        self.tell(values, serious, refuse=True, among=kept)
        self.tell(values, minor, refuse=False, among=kept)

    def _worth_judging(self, column: Column, values: Values) -> list[int]:
        """Indexes of the distinct values that a quick look does not clear.

        A long column of plain numbers or text costs nothing.
        """
        import pyarrow.compute as pc

        if column.type in ("number", "integer"):
            cleared = pc.match_substring_regex(values.dictionary, PLAIN_NUMBER)
        elif column.type == "text" and not column.must_be_filled:
            cleared = pc.or_(pc.string_is_ascii(values.dictionary), column.is_prose)
        else:
            return list(range(len(values.dictionary)))
        return [i for i, clear in enumerate(cleared.to_pylist()) if not clear]

    def _judge(self, column: Column, text: str) -> Finding | None:
        """What is wrong with a value, or None."""
        value = text.strip()
        if not value:
            empty = f"'{column.name}' is empty"
            return (
                ("missing_value", empty, f"fill in '{column.name}': {column.description}")
                if column.must_be_filled
                else None
            )
        judges: dict[str, Callable[[Column, str], Finding | None]] = {
            "authority": self._authority,
            "date": self._date,
            "month": self._month,
            "day_or_month": self._day_or_month,
            "year": self._year,
            "code": self._code,
            "boolean": self._boolean,
            "number": self._number,
            "integer": self._number,
            "text": self._text,
        }
        return judges[column.type](column, value)

    def _authority(self, column: Column, value: str) -> Finding | None:
        if self.resolve(value, None):
            return None
        if (found := lookalikes(value)) and self.resolve(fold_lookalikes(value), None):
            return (
                "unknown_authority",
                f"'{display(value)}' has letters that only look Latin ({found})",
                "type the code or name again",
            )
        return (
            "unknown_authority",
            f"'{display(value)}' is no authority that is known",
            "write the nine-character code (E10000030), the three-digit code or the name as registered",
        )

    def _date(self, column: Column, value: str) -> Finding | None:
        day = iso_day(value)
        if day is None:
            return _bad_date(column.name, value)
        if day < EARLIEST:
            return "implausible_date", f"{value} in '{column.name}' lies before {EARLIEST.year}", "check the year"
        if day > self.received + timedelta(days=column.max_future_days):
            return "future_date", f"{value} in '{column.name}' lies too far in the future", "check the year"
        return None

    def _month(self, column: Column, value: str) -> Finding | None:
        first = iso_month(value)
        if first is None:
            return _bad_month(column.name, value)
        if first < EARLIEST:
            return "implausible_date", f"{value} in '{column.name}' lies before {EARLIEST.year}", "check the year"
        if first > self.received:
            return (
                "future_date",
                f"{value} had not begun when the return arrived ({self.received:%d %B %Y})",
                "check the month",
            )
        return None

    def _day_or_month(self, column: Column, value: str) -> Finding | None:
        first = iso_month(value)
        if first is None and read_month(value) and not read_day(value):
            return _bad_month(column.name, value)
        return self._date(column, first.isoformat() if first else value)

    def _year(self, column: Column, value: str) -> Finding | None:
        if not re.fullmatch(r"(19|20)\d\d", value):
            return (
                "bad_year",
                f"'{display(value)}' in '{column.name}' is not a year",
                "write the year in which the period ends: 2025",
            )
        if int(value) > self.received.year + 1:
            return "future_date", f"{value} in '{column.name}' lies in the future", "check the year"
        return None

    def _code(self, column: Column, value: str) -> Finding | None:
        if value.lower() in {code.lower() for code in column.codes}:
            return None
        hint = f" (it has letters that only look Latin: {found})" if (found := lookalikes(value)) else ""
        return (
            "unknown_code",
            f"'{display(value)}' is no value of '{column.name}'{hint}",
            f"write one of: {', '.join(column.codes)}",
        )

    def _boolean(self, column: Column, value: str) -> Finding | None:
        if value.lower() in _TRUE_FALSE:
            return None
        return "odd_value", f"'{display(value)}' in '{column.name}' is neither true nor false", "write true or false"

    def _number(self, column: Column, value: str) -> Finding | None:
        if _KNOWN_TEXT.fullmatch(value) or (_LENIENT_NUMBER.fullmatch(value) and any(c.isdigit() for c in value)):
            return None
        return (
            "odd_value",
            f"'{display(value)}' is neither a number nor a symbol that is known; it is kept as written",
            "write a number, or a symbol for a figure that is missing",
        )

    def _text(self, column: Column, value: str) -> Finding | None:
        if not column.is_prose and (found := lookalikes(value)):
            return (
                "lookalike_letters",
                f"'{display(value)}' has letters that only look Latin ({found}); it is kept as written",
                "type it again if the Latin letters are meant",
            )
        return None

    def not_begun(self, column: Column) -> None:
        """An actual figure cannot be about a period that begins after the return arrived."""
        values = self.values[column.name]
        late = {
            i: (
                "future_date",
                f"the period from {text.strip()} had not begun when the return arrived ({self.received:%d %B %Y})",
                "check the date; if it is a target or a projection say so in 'role'",
            )
            for i, text in enumerate(values.texts)
            if (day := iso_day(text.strip())) and day > self.received
        }
        among = ~self.refused
        if role := self.values.get("role"):
            forward = self.np.array([t.strip().lower() in FORWARD_ROLES for t in role.texts] or [False], dtype=bool)
            among &= ~forward[role.codes]
        self.tell(values, late, refuse=True, among=among)

    def order(self, start_name: str, end_name: str) -> None:
        """Rows whose last day comes before their first."""
        np = self.np
        start, end = self.values.get(start_name), self.values.get(end_name)
        if start is None or end is None or start_name == end_name:
            return
        wrong = (_ordinals(np, start)[start.codes] > _ordinals(np, end, missing=10**7)[end.codes]) & ~self.refused
        places = np.flatnonzero(wrong)
        if not len(places):
            return
        examples = [
            Problem(
                "period_reversed",
                "error",
                f"'{end_name}' ({end.texts[end.codes[i]]}) lies before '{start_name}' ({start.texts[start.codes[i]]})",
                "put the first day in the one and the last day in the other",
                self.rows.sheet,
                int(self.rows.numbers[i]),
                end_name,
                end.texts[end.codes[i]],
            )
            for i in places[:LISTED_PER_CODE].tolist()
        ]
        self.problems.add_many(examples, len(places))
        self.refuse(wrong, f"'{end_name}' lies before '{start_name}'")

    def shifted(self) -> None:
        """A hint when most rows are refused because each column holds what belongs in the column beside it."""
        if not self.size or self.refused.sum() * 2 <= self.size:
            return
        tests: dict[str, Callable[[str], bool]] = {
            "date": lambda t: iso_day(t) is not None,
            "month": lambda t: iso_month(t) is not None,
            "authority": lambda t: self.resolve(t, None) is not None,
        }
        ordered = sorted(self.match.columns.items())
        moved = []
        for (i, column), (j, neighbour) in itertools.pairwise(ordered):
            for here, other, direction in ((column, neighbour, "right"), (neighbour, column, "left")):
                fits = tests.get(here.type) or (_one_of(here.codes) if here.type == "code" else None)
                if fits is None or j != i + 1:
                    continue
                sample = [t.strip() for t in self.values[other.name].texts[:200] if t.strip()]
                own = [t.strip() for t in self.values[here.name].texts[:200] if t.strip()]
                if sample and all(map(fits, sample)) and not any(map(fits, own)):
                    moved.append((here.name, other.name, direction))
        directions = [direction for _, _, direction in moved]
        if len(moved) >= 2 and len(set(directions)) == 1:
            here_name, other_name, direction = moved[0]
            self.problems.add(
                Problem(
                    "shifted_columns",
                    "error",
                    f"the values look shifted one column to the {direction}: "
                    f"'{other_name}' holds what belongs in '{here_name}'",
                    "check that every value stands under its own heading",
                    self.rows.sheet,
                    int(self.rows.numbers[0]),
                    other_name,
                )
            )

    def facts(self) -> Facts:
        """Authorities, period and issue date of the rows that stay."""
        np = self.np
        facts = Facts()
        kept = ~self.refused
        period = self.match.contract.period

        def texts(name: str | None) -> list[str]:
            if name is None or (values := self.values.get(name)) is None or not kept.any():
                return []
            return [values.texts[i].strip() for i in np.unique(values.codes[kept]).tolist()]

        ends = [d for t in texts(period.end) if (d := iso_day(t))] + [
            month_end(d.year, d.month) for t in texts(period.month) if (d := iso_month(t))
        ]
        starts = [d for t in texts(period.start) if (d := iso_day(t))] + [
            d for t in texts(period.month) if (d := iso_month(t))
        ]
        if starts or ends:
            facts.period_from, facts.period_to = min(starts + ends), max(ends or starts)
        facts.issue_date = max((d for t in texts("issue_date") if (d := iso_day(t))), default=None)
        day = facts.period_to
        for text in texts("authority_code"):
            if code := (self.resolve(text, day) or self.resolve(text, None)) if text else None:
                facts.authorities.add(code)
        return facts


def check(rows: Rows, match: Match, problems: Problems, resolve: Resolve, received: date) -> Checked:
    """Judge all rows; problems are added to ``problems``, unusable rows set aside with their reason."""
    checker = _Checker(rows, match, problems, resolve, received)
    for row in rows.set_aside:
        problems.add(
            Problem(
                row.code,
                "error",
                row.reason,
                row.what_to_do,
                rows.sheet,
                row.row,
                row.column,
                display(" | ".join(row.cells), 200),
            )
        )
    blank = checker.blank_rows()
    checker.repeated_headings()
    for column in match.columns.values():
        checker.column(column)
    for column in match.columns.values():
        if column.has_begun and column.type == "date":
            checker.not_begun(column)
    period = match.contract.period
    if period.start and period.end:
        checker.order(period.start, period.end)
    checker.shifted()
    set_aside = [*rows.set_aside, *_cells_of(rows, checker.reasons)]
    return Checked(~checker.refused, sorted(set_aside, key=lambda r: r.row), checker.facts(), checker.values, blank)


def _cells_of(rows: Rows, reasons: dict[int, str]) -> list[SetAside]:
    """The refused rows with all their cells, as they were."""
    import pyarrow as pa

    if not reasons:
        return []
    places = sorted(reasons)
    taken = rows.table.take(pa.array(places))
    columns: list[list[Any]] = [taken.column(name).to_pylist() for name in positions(rows.header)]
    return [
        SetAside(int(rows.numbers[i]), list(cells), reasons[i])
        for i, cells in zip(places, zip(*columns, strict=True), strict=True)
    ]


def _one_of(codes: list[str]) -> Callable[[str], bool]:
    allowed = {c.lower() for c in codes}
    return lambda text: text.lower() in allowed


def _ordinals(np: Any, values: Values, missing: int = 0) -> Any:
    return np.array(
        [d.toordinal() if (d := iso_day(t.strip())) else missing for t in values.texts] or [missing], dtype=np.int64
    )


def iso_day(text: str) -> date | None:
    """The day of an ISO date (2016-04-01), or None."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def iso_month(text: str) -> date | None:
    """The first day of a month written YYYY-MM, or None."""
    return date(int(text[:4]), int(text[5:]), 1) if re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", text) else None


def _bad_date(name: str, value: str) -> Finding:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "impossible_date", f"{value} in '{name}' is no day of the calendar", "check the day and the month"
    meant = read_day(value)
    advice = f"write it as {meant.isoformat()}" if meant else "write dates as 2016-04-01"
    return "bad_date", f"'{display(value)}' in '{name}' is not a date as agreed", advice


def _bad_month(name: str, value: str) -> Finding:
    meant = read_month(value)
    advice = f"write it as {meant:%Y-%m}" if meant else "write months as 2016-04"
    return "bad_month", f"'{display(value)}' in '{name}' is not a month as agreed", advice
