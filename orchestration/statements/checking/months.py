"""The months a change is counted between, and the way a figure moves between them.

Belongs here: what changes, directions and streaks have in common. Does not belong here: patterns, and claims.
"""

from __future__ import annotations

import re
from datetime import date

from orchestration.statements import facts
from orchestration.statements.checking.phrases import BAD, GOOD, LAST_MONTH, LAST_YEAR, UP
from orchestration.statements.checking.reader import About, Reader
from orchestration.statements.series import Month, Series
from orchestration.statements.words import month_name, months_back


def stored_decimals(series: Series, *months: Month) -> int | None:
    return None if facts.is_exact(series, *months) else series.indicator.decimals


def base_month(reader: Reader, about: About, text: str | None, month: date) -> date | None:
    """The month that a change is counted from, by the words that name it."""
    if not text:
        return None
    if re.search(LAST_YEAR, text):
        return months_back(month, 12)
    if re.search(LAST_MONTH, text):
        return months_back(month, 1)
    return reader.month_at(text, about)


def why_not_comparable(series: Series, now: Month | None, then: Month | None, base: date) -> str | None:
    """Why two months cannot be compared, or None."""
    if now is not None and base >= now.month:
        return f"{month_name(base)} is not before the month the text is about"
    if now is None or now.value is None:
        return "there is no figure for the month itself"
    if then is None or then.value is None:
        return f"there is no figure for {month_name(base)} to compare with"
    if now.segment != then.segment:
        return f"the definition changed between {month_name(base)} and {month_name(now.month)}"
    return None


def speaks_of_performance(reader: Reader, match: re.Match[str]) -> bool:
    """Performance, or timeliness, is said to move: what that means for the figure goes by polarity."""
    before = reader.text[max(0, match.start() - 150) : match.start() + 40]
    return bool(re.search(r"\bperformance\b", before + match[0]))


def way_of(series: Series, move: str, *, is_performance: bool) -> int | None:
    """1 or -1: which way the figure is said to move; None where that cannot be told."""
    polarity = {"higher": 1, "lower": -1}.get(series.indicator.polarity)
    if re.fullmatch(GOOD, move):
        return polarity
    if re.fullmatch(BAD, move):
        return -polarity if polarity else None
    way = 1 if re.fullmatch(UP, move) else -1
    if is_performance:
        return way * polarity if polarity else None
    return way
