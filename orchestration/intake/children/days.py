"""Days as councils write them in child-level lists.

Belongs here: reading one cell as one day, and saying why it cannot be read. Does not belong here: periods and months
(periods.py), or what is done with a row whose day is refused (lists.py). The day stands first, as the guidance asks;
nothing is turned round to make it fit, and no century is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from orchestration.intake.text import tidy

FIRST_YEAR, LAST_YEAR = 1900, 2100
# A spreadsheet's number of a day, 1927 to 2064: shorter numbers are years or codes.
FIRST_SERIAL, LAST_SERIAL = 10_000, 60_000
_SERIAL_ZERO = date(1899, 12, 30)

_TIME = r"(?:[ T](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[ap]m)?(?:Z|[+-]00:?00)?)?"
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}", re.IGNORECASE)
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[- /.]*([a-z]{{3,9}})\.?[-, /.]*(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE
)
_NAME_FIRST = re.compile(rf"([a-z]{{3,9}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_EIGHT = re.compile(r"\d{8}")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


class BadDay(ValueError):
    """A cell that is no day; ``code`` is ambiguous_date, impossible_date or bad_date. Never holds the cell's text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_council_day(text: str, *, month_first: bool = False) -> date:
    """The one day that a cell names. Raises BadDay.

    ``month_first`` says that the cell's column has been seen with the month in front: then ``03/04/2020`` may be
    either and is refused, and ``04/04/2020`` is not.
    """
    cell = tidy(text)
    if match := _ISO.fullmatch(cell):
        return _day(match[1], match[2], match[3])
    if match := _NUMERIC.fullmatch(cell):
        day, month, year = match[1], match[3], match[4]
        if len(year) == 2 or (month_first and day != month and int(day) <= 12 and int(month) <= 12):
            raise BadDay("ambiguous_date")
        return _day(year, month, day)
    if match := _NAMED.fullmatch(cell):
        return _named(match[3], match[2], match[1])
    if match := _NAME_FIRST.fullmatch(cell):
        return _named(match[3], match[1], match[2])
    if _EIGHT.fullmatch(cell):
        return _eight(cell)
    if (match := _SERIAL.fullmatch(cell)) and FIRST_SERIAL <= int(match[1]) <= LAST_SERIAL:
        return _SERIAL_ZERO + timedelta(days=int(match[1]))
    raise BadDay("bad_date")


def shows_month_first(texts: Iterable[str]) -> bool:
    """Whether a column holds a day that can only be read with the month in front (``03/31/2020``)."""
    found = (_NUMERIC.fullmatch(tidy(text)) for text in texts)
    return any(match and int(match[1]) <= 12 < int(match[3]) <= 31 for match in found)


def _day(year: str, month: str, day: str) -> date:
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        raise BadDay("impossible_date") from None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise BadDay("impossible_date")
    return read


def _named(year: str, name: str, day: str) -> date:
    said = name.lower()
    months = [i for i, month in enumerate(_MONTHS, start=1) if month == said or said in (month[:3], month[:4])]
    if len(months) != 1:
        raise BadDay("bad_date")
    if len(year) == 2:
        raise BadDay("ambiguous_date")
    return _day(year, str(months[0]), day)


def _eight(digits: str) -> date:
    """Eight digits: year, month, day or day, month, year, whichever of the two is a day."""
    read = set()
    for parts in ((digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2])):
        try:
            read.add(_day(*parts))
        except BadDay:
            continue
    if len(read) == 1:
        return read.pop()
    raise BadDay("ambiguous_date" if read else "impossible_date")
