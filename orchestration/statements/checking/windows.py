"""Quarter and year to date, twelve months, the projected outturn.

Belongs here: sums over months by name. Does not belong here: a number that happens to fit a window (`levels`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.statements.checking.changes import change_parts
from orchestration.statements.checking.claims import Claim, all_hold, figure_of, judged, unchecked
from orchestration.statements.checking.phrases import UNIT
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.reading import NUMBER, fits, printed_number
from orchestration.statements.words import financial_year, shown


@reads(r"(?:(?:quarter|year) to date|twelve months), [^:]*: cannot be given; .*", is_last=True)
def no_window(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at = about.here()
    if at is None:
        return
    name = _window_name(match[0])
    status = at[f"{name}_status"]
    yield judged("window", match, status not in ("complete", "as_reported"), f"{name.replace('_', ' ')} is {status}")


def _window_name(text: str) -> str:
    return "quarter" if text.startswith("quarter") else "ytd" if text.startswith("year") else "rolling_12m"


@reads(
    rf"(?:(?:quarter|year) to date|twelve months), [^:]*: (?P<n>{NUMBER})(?P<unit>{UNIT}| days?| hours?)?"
    rf"(?:, (?P<change>.*) in the same months a year before)?"
)
def window(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None:
        return
    name = _window_name(match[0])
    value = at[f"{name}_value"]
    if value is None:
        yield unchecked("window", match, f"{name} is {at[f'{name}_status']}")
        return
    unit = series.indicator.written
    yield judged(
        "window",
        match,
        fits(printed_number(match["n"]), value, None),
        f"stored {shown(value, unit)}",
        figure_of(series, at, f"{name}_value"),
    )
    before = series.before(at.month, 12)
    if match["change"] and name == "ytd" and before is not None and before["ytd_value"] is not None:
        yield from change_parts("window", match, match["change"], series, value, before["ytd_value"], None)


@reads(
    rf"projected outturn for (?P<year>\d{{4}}/\d\d): (?P<n>{NUMBER})(?:{UNIT})?(?:, between "
    rf"(?P<lower>{NUMBER})(?:{UNIT})? and (?P<upper>{NUMBER}))?"
)
def projection(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or at["projected_outturn"] is None or at["projection_year_end"] is None:
        return
    pairs = (("n", "projected_outturn"), ("lower", "projected_outturn_lower"), ("upper", "projected_outturn_upper"))
    holds = [
        fits(printed_number(match[name]), at[column], None)
        for name, column in pairs
        if match[name] and at[column] is not None
    ]
    year = financial_year(at["projection_year_end"]) == match["year"]
    stored = shown(at["projected_outturn"], series.indicator.written)
    yield judged(
        "projection", match, all_hold(year, *holds), f"stored {stored}", figure_of(series, at, "projected_outturn")
    )
