"""Which period, and whose figure, a heading or an annotation means.

Belongs here: the grammar of headings (``Jan-16``, ``Q2 2016/17``, ``3-year (Jan)``, ``National (Mar 16)``), of
remarks inside cells (``24.3% (Aug 2016)``) and of file names, as pure functions of text. Does not belong here: what
the period means for an indicator (a month over a snapshot is its last day: the registry's time basis decides that in
SQL).

Words are whole words: ``Summary`` holds no March. A financial year is April to March: ``2016/17``, ``2016-17``,
``16/17``.
"""

from __future__ import annotations

import itertools
import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from orchestration.intake.text import words

_MONTH_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, start=1)}
MONTHS.update({name[:3]: n for name, n in list(MONTHS.items())})
MONTHS["sept"] = 9

_M = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_Y = r"(?:(?:19|20)\d\d|'?\d\d)(?!\d)"
_FY = r"(?:(?:19|20)\d\d ?[/-] ?(?:19|20)?\d\d|\d\d ?/ ?\d\d)(?!\d)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_MY = rf"(?:(?P<m>{_M})(?:[ /'-]*(?P<y>{_Y}))?)"

_EARLIEST, _LATEST = 1950, 2100


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days and how it is to be read; ``None`` where the text leaves an end open ("by March 2017")."""

    basis: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column heading says.

    ``bare`` is the month (1-12) or quarter (1-4) of a heading that names no year; ``relative`` the number of months
    before the month reported, of a heading such as "this month" (0) or "same month last year" (12).
    """

    role: str = "actual"
    comparator: str | None = None
    basis: str = "unknown"
    start: date | None = None
    end: date | None = None
    provisional: bool = False
    bare: int | None = None
    relative: int | None = None

    @property
    def needs_performance_to(self) -> bool:
        return self.bare is not None or self.relative is not None


# --- days -----------------------------------------------------------------------------------------


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def add_months(first: date, months: int) -> date:
    """The first day of the month ``months`` later (or earlier)."""
    years, index = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(years, index + 1, 1)


def financial_year_start(day: date) -> date:
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def financial_year_end(day: date) -> date:
    """The 31 March that ends the day's financial year."""
    return date(day.year + (day.month > 3), 3, 31)


def _span(basis: str, last_month: date, months: int) -> Period:
    """The ``months`` months that end with ``last_month``."""
    return Period(basis, add_months(last_month, 1 - months), month_end(last_month.year, last_month.month))


def _year_number(text: str) -> int:
    digits = text.strip("' ")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def financial_year(text: str) -> int | None:
    """The year in which a financial year begins.

    ``2016/17``, ``2016-17``, ``16/17`` -> 2016; None if the years do not follow.
    """
    match = re.fullmatch(r"((?:19|20)?\d\d) ?[/-] ?((?:19|20)?\d\d)", text.strip())
    if not match:
        return None
    first = _year_number(match[1])
    return first if int(match[2]) % 100 == (first + 1) % 100 else None


def quarter(year: int, number: int) -> Period:
    """Quarter 1-4 of the financial year that begins in ``year`` (quarter 1 is April to June)."""
    return _span("quarter", add_months(date(year, 4, 1), number * 3 - 1), 3)


def _range(first: date, last: date) -> Period | None:
    """The months ``first`` to ``last``, named by their length and by where they stand in the financial year."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months < 1 or months > 36:
        return None
    if months == 1:
        return _span("month", last, 1)
    if months == 3 and first.month in (1, 4, 7, 10):
        return _span("quarter", last, 3)
    if months == 6:
        return _span("half_year", last, 6)
    if months == 12:
        return _span("year" if first.month == 4 else "rolling_12m", last, 12)
    if months == 36:
        return _span("three_year_average", last, 36)
    if first.month == 4 and months < 12:
        return _span("ytd", last, months)
    return _span("unknown", last, months)


# --- periods that name their year -----------------------------------------------------------------

# (pattern, how long, basis) of phrases that end with a month. "Year to March" is a financial year, any other year to
# a month is rolling.
_ENDING = [
    (r"(?:ytd|year to date|cumulative)(?: to| -)?(?: end)?", "ytd"),
    (r"(?:year|yr|y/e|annual)(?: to| ending| ended| end)?(?: -)?(?: end)?", "year"),
    (
        r"(?:rolling |last |previous )?(?:12 ?m|12 months?|twelve months|r12m?)(?: rolling)?(?: to| ending| ended)?",
        "rolling_12m",
    ),
    (r"(?:rolling year|rolling 12)(?: to| ending)?", "rolling_12m"),
    (r"(?:quarter|qtr)(?: to| ending| ended)", "quarter"),
    (r"(?:6 ?m|6 months|six months|half year)(?: to| ending| ended)?", "half_year"),
    (r"(?:3|three)[ -]?(?:years|year|yrs|yr)(?: average| avg| ave)?(?: to| ending)?", "three_year_average"),
    (r"(?:as at|at)(?: the)? end(?: of)?|end(?: of)?|(?:as )?at", "day"),
    (r"month(?: of)?|", "month"),
]
_ENDING_RE = [(re.compile(rf"(?:{p})[ (]*{_MY}\)?"), basis) for p, basis in _ENDING]


def _ending(basis: str, last: date) -> Period:
    if basis == "ytd":
        return Period("ytd", financial_year_start(last), month_end(last.year, last.month))
    if basis == "year":
        return _span("year" if last.month == 3 else "rolling_12m", last, 12)
    if basis == "day":
        end = month_end(last.year, last.month)
        return Period("day", end, end)
    months = {"month": 1, "quarter": 3, "half_year": 6, "rolling_12m": 12, "three_year_average": 36}[basis]
    return _span(basis, last, months)


def _day(text: str) -> date | None:
    """A full date: ISO, ``30/06/2013``, ``30 Jun 13``, ``30062013``."""
    text = text.strip()
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        year, month, day = (int(g) for g in match.groups())
    elif match := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d\d)", text):
        day, month, year = int(match[1]), int(match[2]), _year_number(match[3])
    elif match := re.fullmatch(rf"({_DAY})[ -]({_M})[ '-]*({_Y})", text):
        day, month, year = int(re.sub(r"\D", "", match[1])), _month(match[2]), _year_number(match[3])
    elif match := re.fullmatch(r"(\d\d)(\d\d)((?:19|20)\d\d)", text):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    else:
        return None
    try:
        return date(year, month, day) if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None


def _month(word: str) -> int:
    return MONTHS[word.rstrip(".")]


def _full_period(text: str) -> Period | None:
    """The period of a normalised text that names its year, or None."""
    text = text.strip(" ()-,:")
    if not text:
        return None
    if start := financial_year(text):
        return Period("year", date(start, 4, 1), date(start + 1, 3, 31))
    if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text):
        return _span("month", date(int(match[1]), int(match[2]), 1), 1)
    if match := re.fullmatch(rf"(?:(?:financial )?year|fy|outturn) ?({_FY})", text):
        return _full_period(match[1])
    for pattern in (
        rf"(?:q|quarter|qtr) ?(?P<q>[1-4])[ ,]*(?P<fy>{_FY})",
        rf"(?P<fy>{_FY})[ ,-]*(?:q|quarter|qtr) ?(?P<q>[1-4])",
    ):
        if (match := re.fullmatch(pattern, text)) and (start := financial_year(match["fy"])):
            return quarter(start, int(match["q"]))
    if (match := re.fullmatch(rf"(?:h|half ?(?:year )?)(?P<h>[12])[ ,]*(?P<fy>{_FY})", text)) and (
        start := financial_year(match["fy"])
    ):
        return _span("half_year", add_months(date(start, 4, 1), int(match["h"]) * 6 - 1), 6)
    if match := re.fullmatch(r"(?:w/e|we|week ending|week ended)[ :]*(.+)", text):
        return Period("week", end - timedelta(days=6), end) if (end := _day(match[1])) else None
    if match := re.fullmatch(r"(?:w/c|wc|week commencing|week beginning)[ :]*(.+)", text):
        return Period("week", start_day, start_day + timedelta(days=6)) if (start_day := _day(match[1])) else None
    if match := re.fullmatch(r"(?:as )?(?:at|on)(?: the)? (.+)", text):
        if day := _day(match[1]):
            return Period("day", day, day)
    elif day := _day(text):
        return Period("day", day, day)
    return _ending_on_day(text) or _months(text)


def _ending_on_day(text: str) -> Period | None:
    """``year ending 31 Aug 2016``, ``YTD 30/11/13``: the same phrases with a full date that ends a month."""
    for pattern, basis in _ENDING:
        if basis in ("month", "day"):
            continue
        if (match := re.fullmatch(rf"(?:{pattern}) ?(.+)", text)) and (day := _day(match[1])):
            if day == month_end(day.year, day.month):
                return _ending(basis, day.replace(day=1))
            return Period("ytd", financial_year_start(day), day) if basis == "ytd" else None
    return None


def _months(text: str) -> Period | None:
    """``Jan 16``, ``2016 Jan``, ``Jan-Jun 2016``, ``Jul, Aug & Sept 2016``, ``Apr 15 - Mar 16``, with or without a
    phrase before."""
    for phrase, basis in _ENDING_RE:
        if (match := phrase.fullmatch(text)) and match["y"]:
            return _ending(basis, date(_year_number(match["y"]), _month(match["m"]), 1))
    if match := re.fullmatch(rf"((?:19|20)\d\d)[ /-]?({_M})", text):
        return _span("month", date(int(match[1]), _month(match[2]), 1), 1)
    for pattern in (rf"(?P<fy>{_FY})[ ,:-]*(?P<m>{_M})", rf"(?P<m>{_M})[ ,:-]*(?P<fy>{_FY})"):
        if (match := re.fullmatch(pattern, text)) and (start := financial_year(match["fy"])):
            month = _month(match["m"])
            return _span("month", date(start if month >= 4 else start + 1, month, 1), 1)
    if match := re.fullmatch(rf"({_M})[ ']*({_Y})? ?(?:-|to) ?({_M})[ ']*({_Y})", text):
        last = date(_year_number(match[4]), _month(match[3]), 1)
        if match[2]:
            first = date(_year_number(match[2]), _month(match[1]), 1)
        else:
            first = date(last.year if _month(match[1]) <= last.month else last.year - 1, _month(match[1]), 1)
        return _range(first, last)
    if match := re.fullmatch(rf"((?:{_M}(?:,? ?& ?|,? and |, ?|/))+{_M})[ ']*({_Y})", text):
        named = [_month(w) for w in re.findall(_M, match[1])]
        last = date(_year_number(match[2]), named[-1], 1)
        follow = all((b - a) % 12 == 1 for a, b in itertools.pairwise(named))
        return _range(add_months(last, 1 - len(named)), last) if follow else None
    return None


def read_period(text: str) -> Period | None:
    """The period that a text names in full (with its year), or None."""
    return _full_period(words(text))


def read_day(text: str) -> date | None:
    """A full date as people write it (``5 Oct 2012``, ``05/10/2012``, ``2012-10-05``), or None."""
    return _day(words(text))


def read_month(text: str) -> date | None:
    """The first day of the month that a text names (``January 2017``, ``2017-01``, ``Jan-17``, a date in it), or
    None."""
    period = read_period(text)
    if period and period.basis in ("month", "day") and period.end:
        return period.end.replace(day=1)
    return None


def find_month(text: str) -> date | None:
    """The first day of the one month named anywhere in a sentence (``Performance to January 2017``).

    None if none or several.
    """
    found = {
        date(_year_number(m["y"]), _month(m["m"]), 1)
        for m in re.finditer(rf"\b(?P<m>{_M})[ '-]*(?P<y>(?:19|20)\d\d)\b", words(text))
    }
    return found.pop() if len(found) == 1 else None


# --- headings -------------------------------------------------------------------------------------

_COMPARATORS = [
    (
        r"(?:stat(?:istical)?s?\.? ?(?:n(?:eigh)?(?:bou?rs?)?)\b\.?|\bsn\b)(?: average| avg\.?| ave\.?| mean| median)?",
        "statistical_neighbours",
    ),
    (r"\b(?:national|england)\b(?: average| avg\.?| ave\.?| rate)?", "national"),
    (
        r"\b(?:3|three)[ -]*(?:years?|yrs?)\b\.?(?: rolling)?(?: average| avg\.?| ave\.?)?(?! (?:to|ending)\b)",
        "three_year_average",
    ),
]
_ROLES = [
    (r"\bbaselines?\b", "baseline"),
    (r"\b(?:upper|lower)\b(?: threshold| limit| bound| level)?", "threshold"),
    (r"\btargets?\b", "target"),
    (r"\b(?:projections?|projected|forecast)(?: outturn)?\b", "projection"),
    (r"\bbudget\b", "budget"),
    (r"\b(?:average|avg\.?|ave\.?|mean)(?![a-z])", "average"),
    (r"\b(?:variance|change|difference)\b(?: from| on| since)?", "change"),
    (r"\brank(?:ing)?\b", "rank"),
    (r"\brag\b(?: rating| status)?", "rag"),
    (r"\bdirection\b(?: of travel)?|\bdot\b", "direction"),
    (r"\b(?:actuals?|outturn|performance|position|result)\b", "actual"),
]
_RELATIVE = [
    (r"(?:this|current|latest|reporting) month|in month", "month", 0),
    (r"(?:last|previous) month", "month", 1),
    (r"same month last year|(?:this|same) (?:month|time) last year", "month", 12),
    (r"year to date|ytd|cumulative", "ytd", 0),
    (r"rolling (?:12 months|year)|last 12 months|12 months? rolling", "rolling_12m", 0),
]
_PROVISIONAL = re.compile(r"\(?\b(?:provisional|unvalidated|not validated|draft)\b\)?|\(p\)|\[p\]")
_FIXED_HEADINGS = {
    "rag": "rag",
    "rag rating": "rag",
    "rag status": "rag",
    "prag": "rag",
    "current rag": "rag",
    "status": "rag",
    "direction": "direction",
    "direction of travel": "direction",
    "dot": "direction",
    "trend": "direction",
    "unit": "unit",
    "units": "unit",
    "format": "unit",
    "note": "note",
    "notes": "note",
    "comment": "note",
    "comments": "note",
    "commentary": "note",
}


def read_heading(text: str) -> Heading | None:
    """What a column heading says, or None when it is not the heading of a figure, a marker or a remark.

    A month or quarter without a year comes back with ``bare`` set and no dates: ``resolve_years`` fills them in.
    """
    rest = words(text)
    if rest in _FIXED_HEADINGS:
        return Heading(role=_FIXED_HEADINGS[rest])
    provisional = bool(_PROVISIONAL.search(rest))
    rest = _PROVISIONAL.sub(" ", rest)
    role, comparator = "", None
    # "3 years to Mar 13" is a period of the figure's own; "3-year (Jan)" is a comparator beside it.
    for pattern, name in _COMPARATORS:
        if match := re.search(pattern, rest):
            comparator, role = name, "benchmark"
            rest = rest[: match.start()] + " " + rest[match.end() :]
            break
    for pattern, name in _ROLES:
        if match := re.search(pattern, rest):
            role = role or name
            rest = rest[: match.start()] + " " + rest[match.end() :]
    rest = re.sub(r"\s+", " ", rest).strip(" -:,")
    rest = re.sub(r"^(?:for|to|ending) (?!date)", "", rest) if role else rest
    rest = rest[1:-1].strip() if rest.startswith("(") and rest.endswith(")") else rest
    if not rest:
        return Heading(role=role, comparator=comparator, provisional=provisional) if role else None
    role = role or "actual"
    if period := _full_period(rest):
        basis, start, end = period.basis, period.start, period.end
        if comparator and basis == "month" and end:
            basis, start, end = _comparator_period(comparator, end)
        return Heading(role, comparator, basis, start, end, provisional)
    for pattern, basis, back in _RELATIVE:
        if re.fullmatch(pattern, rest):
            return Heading(role, comparator, basis, None, None, provisional, relative=back)
    for pattern_re, basis in _ENDING_RE:
        if (match := pattern_re.fullmatch(rest)) and not match["y"]:
            return Heading(role, comparator, basis, None, None, provisional, bare=_month(match["m"]))
    if match := re.fullmatch(r"(?:q|quarter|qtr) ?([1-4])", rest):
        return Heading(role, comparator, "quarter", None, None, provisional, bare=int(match[1]))
    return None


def read_basis(text: str) -> str | None:
    """What a table's own heading says about all its month columns ("Trend data - year to date"): ytd, day, quarter,
    rolling_12m."""
    said = words(text)
    for pattern, basis in (
        (r"year to date|\bytd\b|cumulative", "ytd"),
        (r"(?:quarter|month|period)[ -]end|snapshot", "day"),
        (r"rolling|12 months", "rolling_12m"),
        (r"quarterly", "quarter"),
    ):
        if re.search(pattern, said):
            return basis
    return None


def with_basis(heading: Heading, basis: str) -> Heading:
    """A month heading read with the basis its table states; a year to date that ends in March is the whole year."""
    if heading.basis != "month" or heading.end is None or heading.comparator == "three_year_average":
        return heading
    last = heading.end.replace(day=1)
    period = _ending("year" if basis == "ytd" and last.month == 3 else basis, last)
    return replace(heading, basis=period.basis, start=period.start, end=period.end)


def _comparator_period(comparator: str, end: date) -> tuple[str, date | None, date | None]:
    """A comparator dated by a month is the year to it (National (Mar 16) is 2015/16), a three-year average the three
    years to it."""
    last = end.replace(day=1)
    period = _ending("three_year_average" if comparator == "three_year_average" else "year", last)
    return period.basis, period.start, period.end


def resolve_years(headings: Sequence[Heading], performance_to: date, filled: Sequence[bool]) -> list[Heading]:
    """The headings with years given to those that name none: months run left to right and end with ``performance_to``.

    ``filled`` says of each column whether it holds any figure. A layout that runs on past the month reported (April
    to March, the rest of the year still empty) is recognised by those columns being empty; otherwise the last column
    is the latest such month.
    """
    resolved = list(headings)
    for i, heading in enumerate(headings):
        if heading.relative is not None:
            period = _ending(heading.basis, add_months(performance_to.replace(day=1), -heading.relative))
            resolved[i] = replace(heading, start=period.start, end=period.end, relative=None)
    own = [i for i, h in enumerate(headings) if h.bare and not h.comparator and h.basis != "quarter"]
    for i, month in zip(
        own, _run([headings[i].bare or 0 for i in own], [filled[i] for i in own], performance_to), strict=True
    ):
        period = _ending(headings[i].basis, month)
        resolved[i] = replace(headings[i], start=period.start, end=period.end, basis=period.basis, bare=None)
    limit = performance_to.replace(day=1)
    for i in reversed([i for i, h in enumerate(headings) if h.bare and not h.comparator and h.basis == "quarter"]):
        year = financial_year_start(limit).year
        period = quarter(year, headings[i].bare or 1)
        if period.start and period.start > limit:
            period = quarter(year - 1, headings[i].bare or 1)
        resolved[i] = replace(headings[i], start=period.start, end=period.end, bare=None)
        limit = add_months(period.start, -1) if period.start else limit
    for i, heading in enumerate(headings):
        if heading.bare and heading.comparator:
            month = _latest(heading.bare, performance_to.replace(day=1))
            basis, start, end = _comparator_period(heading.comparator, month)
            resolved[i] = replace(heading, basis=basis, start=start, end=end, bare=None)
    return resolved


def _latest(month: int, limit: date) -> date:
    """The first day of the latest such month that is not after ``limit``."""
    return date(limit.year if month <= limit.month else limit.year - 1, month, 1)


def _run(months: list[int], filled: list[bool], performance_to: date) -> list[date]:
    """First days for months that run left to right (each later than the one before)."""
    if not months:
        return []
    anchor, limit = len(months) - 1, performance_to.replace(day=1)
    # Distinct columns may repeat a month (actual and target side by side): a repeat stays in the same month.
    places = [i for i, m in enumerate(months) if m == limit.month]
    if places and places[-1] != anchor and not any(filled[places[-1] + 1 :]):
        anchor = places[-1]
    found = [date.min] * len(months)
    found[anchor] = _latest(months[anchor], limit)
    for i in range(anchor - 1, -1, -1):
        back = (months[i + 1] - months[i]) % 12
        found[i] = add_months(found[i + 1], -back)
    for i in range(anchor + 1, len(months)):
        found[i] = add_months(found[i - 1], (months[i] - months[i - 1]) % 12)
    return found


# --- remarks inside a cell, and file names --------------------------------------------------------


def read_annotation(value: str) -> Period | None:
    """The period that a bracketed remark in a cell states: ``24.3% (Aug 2016)``, ``90% (by March 2017)``; None when
    it states none.

    "by" leaves the start open, "from" the end; both have the basis ``unknown``.
    """
    for group in reversed(re.findall(r"[(\[]([^()\[\]]*)[)\]]", value)):
        text = words(group)
        if match := re.fullmatch(r"(by|until|before|from|since)(?: end(?: of)?)? (.+?)(?: onwards?)?", text):
            if period := _full_period(match[2]):
                is_end = match[1] in ("by", "until", "before")
                return Period("unknown", None if is_end else period.start, period.end if is_end else None)
        elif period := _full_period(text):
            return period
    return None


def period_in_file_name(name: str) -> Period | None:
    """The period that a file name suggests, for a hint to the sender only: a name never decides what a file is."""
    stem = re.sub(r"\.[a-z]{1,5}$", "", words(name))
    stem = re.sub(r"[_\s]+", " ", stem)
    hyphen = r"(?<![\d-])((?:19|20)\d\d)[- ](0[1-9]|1[0-2])(?![\d-])"
    # 2024-12 is December: a financial year's second half must follow its first. 2011-12 is the year, as everywhere.
    match = re.search(rf"(?<![\d/])({_FY})(?!\d)", stem)
    if match and (start := financial_year(match[1])) is not None:
        return Period("year", date(start, 4, 1), date(start + 1, 3, 31))
    if match := re.search(r"(?<!\d)(\d{8})(?!\d)", stem):
        if day := _day(match[1]):
            return Period("day", day, day)
        text = match[1]
        if day := _day(f"{text[:4]}-{text[4:6]}-{text[6:]}"):
            return Period("day", day, day)
    if (match := re.search(r"(?<![\d-])(\d{4}-\d\d-\d\d)(?![\d-])", stem)) and (day := _day(match[1])):
        return Period("day", day, day)
    if match := re.search(hyphen, stem) or re.search(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(?!\d)", stem):
        return _span("month", date(int(match[1]), int(match[2]), 1), 1)
    plain = stem.replace("-", " ")
    for pattern in (
        rf"(?<![a-z])(?P<m>{_M}) ?(?P<y>(?:19|20)\d\d)(?!\d)",
        rf"(?<!\d)(?P<y>(?:19|20)\d\d) ?(?P<m>{_M})",
    ):
        if match := re.search(pattern, plain):
            return _span("month", date(_year_number(match["y"]), _month(match["m"]), 1), 1)
    return None
