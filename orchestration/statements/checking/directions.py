"""Ways without a size: up, down, lower than in October and December, improved in the quarter.

Belongs here: which of two months is higher. Does not belong here: by how much (`changes`), for how long (`runs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from orchestration.statements import facts
from orchestration.statements.checking.claims import Claim, figure_of, judged, told_of, unchecked
from orchestration.statements.checking.levels import judge_value, level_said
from orchestration.statements.checking.months import speaks_of_performance, way_of, why_not_comparable
from orchestration.statements.checking.phrases import (
    LAST_MONTH,
    LAST_YEAR,
    MOVE,
    UNIT,
    without_bases,
    without_ranges,
)
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.reading import HEDGE, MONTH, NUMBER, PERCENT, printed_number
from orchestration.statements.words import months_back


@reads(
    rf"\b(?P<move>{MOVE})(?: slightly| again| further| sharply| significantly)*(?: back)? to (?P<hedge>{HEDGE} )?"
    rf"(?P<n>{NUMBER})(?P<unit>{UNIT})?(?=[ .,;:)]|$)"
)
def moved_to(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    """ "rose to 6,527": the number is the figure; the way is wrong if so against month and year before."""
    yield from level_said(reader, match, about)
    series = about.series
    months = reader.months_of(without_ranges(without_bases(reader.text)), about)
    month = months[0] if len(set(months)) == 1 else about.month if not months else None
    if series is None or month is None or facts.is_running_total(series):
        return
    now = series.at(month)
    way = way_of(series, match["move"], is_performance=speaks_of_performance(reader, match))
    earlier = [
        then
        for back in (1, 12)
        if (then := series.at(months_back(month, back))) is not None
        and why_not_comparable(series, now, then, then.month) is None
    ]
    if now is None or way is None or len(earlier) < 2:
        return
    ways = [_step(facts.printed(series, now), facts.printed(series, then)) for then in earlier]
    if all(one == -way for one in ways):
        yield judged(
            "direction",
            match,
            False,
            "; ".join(told_of(series, one) for one in (now, *earlier)),
            figure_of(series, now),
            *(figure_of(series, one) for one in earlier),
        )


def _step(now: float | Decimal, then: float | Decimal) -> int:
    return int(now > then) - int(now < then)


@reads(rf"^(?P<move>up|down) on (?P<month>{MONTH}), (?P<means>an improvement|a worsening)")
def up_on(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    base = reader.month_at(match["month"], about)
    if at is None or series is None or base is None:
        return
    then = series.at(base)
    why = why_not_comparable(series, at, then, base)
    if why or then is None or at.value is None or then.value is None:
        yield unchecked("direction", match, why or "no figure")
        return
    moved = _step(at.value, then.value)
    holds = [moved == (1 if match["move"] == "up" else -1)]
    if at["performance_direction"] in ("improving", "worsening"):
        holds.append((at["performance_direction"] == "improving") == (match["means"] == "an improvement"))
    yield judged(
        "direction",
        match,
        all(holds),
        f"{told_of(series, at)}, {told_of(series, then)}; {at['performance_direction']}",
        figure_of(series, at),
        figure_of(series, then),
    )


@reads(
    rf"\b(?P<dir>higher|lower|more|fewer)(?: [a-z]+){{0,2}} than (?:in )?(?P<base>{MONTH}(?: (?:and|or) "
    rf"{MONTH})*|{LAST_YEAR}|{LAST_MONTH}|(?:at )?the same point last year|a month (?:and a year )?ago)"
)
def beside_months(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or facts.is_running_total(series):
        yield unchecked("direction", match, about.why_not or "which month is meant is not said")
        return
    bases = reader.months_of(match["base"], about)
    if "year" in match["base"]:
        bases.append(months_back(at.month, 12))
    if "month" in match["base"]:
        bases.append(months_back(at.month, 1))
    for base in bases:
        then = series.at(base)
        why = why_not_comparable(series, at, then, base)
        if why or then is None or at.value is None or then.value is None:
            yield unchecked("direction", match, why or "no figure")
            continue
        up = match["dir"] in ("higher", "more")
        now_printed, then_printed = facts.printed(series, at), facts.printed(series, then)
        holds = now_printed > then_printed if up else now_printed < then_printed
        yield judged(
            "direction",
            match,
            holds,
            f"{told_of(series, at)}, {told_of(series, then)}",
            figure_of(series, at),
            figure_of(series, then),
        )


@reads(
    rf"\b(?P<move>{MOVE})\b(?: slightly| again| significantly| further)* (?P<when>in (?P<month>{MONTH})|month[- "
    rf"]on[- ]month|in the quarter to (?P<qmonth>{MONTH})|"
    rf"(?:since|on|compared with|compared to|from) (?:{LAST_MONTH}|{LAST_YEAR})|since (?P<base>{MONTH})|in a "
    rf"month|in the month)(?: to (?P<n>{NUMBER})(?P<unit>{PERCENT})?)?"
)
def moved(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    series = about.series
    if series is None or about.month is None or facts.is_running_total(series):
        yield unchecked("direction", match, about.why_not or "which month is meant is not said")
        return
    month, base = about.month, months_back(about.month, 1)
    if match["month"]:
        month = reader.month_at(match["month"], about) or month
        base = months_back(month, 1)
    elif match["qmonth"]:
        month = reader.month_at(match["qmonth"], about) or month
        base = months_back(month, 3)
    elif match["base"]:
        base = reader.month_at(match["base"], about) or base
    elif re.search(LAST_YEAR, match["when"]):
        base = months_back(month, 12)
    now, then = series.at(month), series.at(base)
    why = why_not_comparable(series, now, then, base)
    if why or now is None or then is None or now.value is None or then.value is None:
        yield unchecked("direction", match, why or "no figure")
    else:
        way = way_of(series, match["move"], is_performance=speaks_of_performance(reader, match))
        change = _step(facts.printed(series, now), facts.printed(series, then))
        holds = None if way is None or (change == 0 and not facts.is_exact(series, now, then)) else change == way
        yield judged(
            "direction",
            match,
            holds,
            f"{told_of(series, now)}, {told_of(series, then)}",
            figure_of(series, now),
            figure_of(series, then),
            unsure="the indicator has no good direction, or both months print the same",
        )
    if match["n"] and now is not None:
        yield from judge_value(reader, match, about, printed_number(match["n"]), month)
