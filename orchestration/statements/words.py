"""Numbers, months and counts as people write them, and numbers as they are read back.

Belongs here: rounding (half up, only here), thousands, ordinals, names of months, and the one hook for low counts. Does
not belong here: what is said.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MONTHS = tuple(calendar.month_name)[1:]
SMALL = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]


@dataclass(frozen=True)
class Unit:
    """How an indicator's figures are written: its unit, its decimals, and whether they are counts."""

    unit: str
    decimals: int
    kind: str

    @property
    def is_percent(self) -> bool:
        return self.unit == "percent"


def rounded(value: float, decimals: int) -> Decimal:
    """Half up (away from zero), as school does it: 0.125 -> 0.13, -2.5 -> -3."""
    # Twelve digits drop the last bits of a float's arithmetic: 1.005 stays 1.005.
    exact = Decimal(f"{value:.12g}")
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + Decimal(0)


def plain(value: float, decimals: int) -> str:
    """A number with thousands separators and without a unit: 1,234.5."""
    return f"{rounded(value, decimals):,}"


def shown_count(value: float, unit: Unit) -> str:
    """A count as readers see it. A rule such as "suppress 1 to 5" has its one place here."""
    return plain(value, unit.decimals)


def shown(value: float, unit: Unit) -> str:
    """A figure with its unit: 891, 21.5%, 125.1 per 10,000, £1,200, 8 days, 17.1."""
    if unit.kind == "count" and unit.unit == "count":
        return shown_count(value, unit)
    number = plain(value, unit.decimals)
    if unit.unit == "percent":
        return f"{number}%"
    if unit.unit == "rate_per_10000":
        return f"{number} per 10,000"
    if unit.unit == "gbp":
        return f"-£{number[1:]}" if number.startswith("-") else f"£{number}"
    if unit.unit in ("days", "hours", "months"):
        return f"{number} {unit.unit[:-1] if number == '1' else unit.unit}"
    return number


def shown_change(size: float, unit: Unit) -> str:
    """The size of a change: 132, 4.9 percentage points, 1.2 (a rate), £200."""
    number = plain(size, unit.decimals)
    if unit.is_percent:
        return f"{number} percentage {'point' if rounded(size, unit.decimals) == 1 else 'points'}"
    if unit.unit == "gbp":
        return f"£{number}"
    return number


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th, 112th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def ordinal_word(number: int) -> str:
    """first to twentieth, then 21st."""
    return ORDINALS[number] if 0 < number < len(ORDINALS) else ordinal(number)


def number_word(number: int) -> str:
    """one to twenty, then 21."""
    return SMALL[number] if 0 < number < len(SMALL) else f"{number:,}"


def counted(number: int, noun: str) -> str:
    """one month, five months."""
    return f"{number_word(number)} {noun}{'' if number == 1 else 's'}"


def month_name(month: date) -> str:
    """June 2013."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def month_beside(month: date, beside: date) -> str:
    """June, with its year where it is another than that of `beside`."""
    return MONTHS[month.month - 1] if month.year == beside.year else month_name(month)


def financial_year(day: date) -> str:
    """The financial year of a day: 2013/14."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def months_back(month: date, number: int) -> date:
    """The first of the month `number` months before; negative goes forward."""
    index = month.year * 12 + month.month - 1 - number
    return date(index // 12, index % 12 + 1, 1)


def sentence_case(text: str) -> str:
    """The first letter a capital, the rest as it is."""
    return text[:1].upper() + text[1:]
