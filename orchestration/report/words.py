"""The words of the pages for what the marts name in codes: units, directions, signals, bases, sets, themes.

Belongs here: one wording for one code. Does not belong here: sentences about a figure (`orchestration.statements`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.report.reading import Indicator
from orchestration.statements.words import month_name, months_back

UNITS = {
    "count": "number",
    "percent": "%",
    "rate_per_10000": "per 10,000 children",
    "days": "days",
    "gbp": "£",
    "fte": "full-time equivalents",
    "ratio": "ratio",
}
POLARITIES = {
    "higher": "Higher is better",
    "lower": "Lower is better",
    "closest_to_target": "Best close to its target",
    "none": "Neither high nor low is good in itself",
}
# An arrow says where the value went; the word says what that means. Never one without the other.
VALUE_DIRECTIONS = {"up": "▲ up", "down": "▼ down", "same": "▶ same"}
PERFORMANCE_DIRECTIONS = {
    "improving": "improving",
    "worsening": "worsening",
    "neutral": "no better or worse",
    "same": "no change",
}
SIGNALS = {
    "improvement": "improving beyond chance",
    "concern": "worsening beyond chance",
    "neutral_high": "high beyond chance",
    "neutral_low": "low beyond chance",
    "common_cause": "within chance",
}
BASES = {
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "ytd": "year to date",
    "rolling_12m": "twelve months",
    "snapshot": "on a day",
    "three_year_average": "three-year average",
    "week": "week",
    "half_year": "half year",
}
COMPARATOR_SETS = {
    "england": "England",
    "region": "Region",
    "statistical_neighbours": "Statistical neighbours",
    "deprivation_alike": "Areas of similar deprivation",
}
COMPARABILITIES = {
    "same": "counted the same way everywhere",
    "with_care": "comparable with care",
    "different": "counted differently: not for comparison",
}
SOURCE_KINDS = {"reported": "the authority's return", "derived": "worked out here", "published": "national statistics"}
LIFECYCLES = {"live": "in use", "planned": "to be established", "retired": "no longer counted"}
SEVERITIES = {"critical": "Critical", "warning": "Warning", "info": "Information"}
BANDS = {
    "within": "within the limits",
    "above_95": "above the 95% limit",
    "below_95": "below the 95% limit",
    "above_998": "above the 99.8% limit",
    "below_998": "below the 99.8% limit",
    "not_judged": "not judged",
}
EXPECTED_POSITIONS = {
    "within": "within the range",
    "above": "above the range",
    "below": "below the range",
    "not_judged": "",
}
EXPECTED_SOURCES = {
    "registered": "set by the authority",
    "control_limits": "limits of the monthly control chart",
}
BOUNDS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


def title_of(code: str) -> str:
    """A code as a heading: exploitation_and_missing is Exploitation and missing."""
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


def worded(words: Mapping[str, str], code: str | None) -> str:
    """The words of a code; the code itself, readable, where it has none."""
    return "" if code is None else words.get(code, code.replace("_", " "))


def set_name(comparator_set: str) -> str:
    """A comparator set as a heading; a club by its code."""
    return COMPARATOR_SETS.get(comparator_set) or title_of(comparator_set)


def unit_of(indicator: Indicator) -> str:
    """The unit of an indicator in words."""
    return UNITS.get(indicator.unit, indicator.unit)


def direction_of(row: Mapping[str, Any]) -> str | None:
    """Arrow and meaning of a month: "▲ up, worsening". The month it is held against is named unless it is the one
    before. None where there is nothing to hold it against."""
    value, performance, compared = row["value_direction"], row["performance_direction"], row["compared_month"]
    if value not in VALUE_DIRECTIONS:
        return None
    meaning = PERFORMANCE_DIRECTIONS.get(performance, "")
    said = ", ".join(part for part in (VALUE_DIRECTIONS[value], meaning) if part)
    if compared is None or compared == months_back(row["month"], 1):
        return said
    return f"{said} (on {month_name(compared)})"


def target_of(row: Mapping[str, Any], written: Any) -> str:
    """A target with its bound: "at least 95.0", "between 10.0 and 20.0". `written` writes one number."""
    lower, upper = row["target_lower"], row["target_upper"]
    if row["target_bound"] in ("band", "open_band") and lower is not None and upper is not None:
        if row["target_bound"] == "open_band":
            return f"over {written(lower)} and under {written(upper)}"
        return f"between {written(lower)} and {written(upper)}"
    if row["target"] is None:
        # A threshold: an edge and no aim.
        edge = upper if upper is not None else lower
        return "" if edge is None else f"{'at most' if upper is not None else 'at least'} {written(edge)}"
    if row["target_bound"] in ("band", "open_band"):
        return f"close to {written(row['target'])}"
    return f"{BOUNDS.get(row['target_bound'] or '', '')} {written(row['target'])}".strip()


def period_of(basis: str, start: date, end: date) -> str:
    """A period in words: 2016-17, Oct 2016, 31 March 2017, October to December 2016."""
    if basis == "month":
        return month_name(start)
    if basis == "snapshot" or start == end:
        return f"{end.day} {month_name(end)}"
    if basis == "year" and (start.month, start.day, end.month, end.day) == (4, 1, 3, 31):
        return f"{start.year}-{end.year % 100:02d}"
    if basis == "week":
        return f"week from {start.day} {month_name(start)}"
    if start.year == end.year:
        return f"{month_name(start).split()[0]} to {month_name(end)}"
    return f"{month_name(start)} to {month_name(end)}"


def event_day(day: date, precision: str) -> str:
    """A day as exactly as it is known: 6 June 2013, June 2013, 2012, about June 2013."""
    if precision == "day":
        return f"{day.day} {month_name(day)}"
    if precision == "year":
        return str(day.year)
    return month_name(day) if precision == "month" else f"about {month_name(day)}"
