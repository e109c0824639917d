"""Changes with their size: 132 (17.4%) more than in May, up by 4.9 points, from 74% to 72%.

Belongs here: a change that is a number. Does not belong here: a way without a size (`directions`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.statements import facts
from orchestration.statements.checking.claims import Claim, all_hold, figure_of, judged, told_of, unchecked
from orchestration.statements.checking.levels import judge_value, unit_fits
from orchestration.statements.checking.months import (
    base_month,
    speaks_of_performance,
    stored_decimals,
    way_of,
    why_not_comparable,
)
from orchestration.statements.checking.phrases import (
    AT,
    BASE,
    DOWN,
    LAST_MONTH,
    LAST_YEAR,
    MOVE,
    NOUN,
    NUM,
    UNIT,
    UP,
    is_percent_unit,
)
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.generator import Figure
from orchestration.statements.reading import HEDGE, MONTH, NUMBER, PERCENT, Printed, fits, month_of, printed_number
from orchestration.statements.series import Month, Series
from orchestration.statements.words import months_back, rounded, shown, shown_change


@reads(
    rf"(?P<what>(?:almost )?the same) as (?P<base>{AT} {MONTH}|{LAST_YEAR}|{LAST_MONTH})",
    rf"(?P<hedge>{HEDGE} )?(?P<n>{NUM})(?P<unit>{UNIT}| days?| hours?)?(?: \((?P<pct>{NUMBER}){PERCENT}\))?(?: "
    rf"of these| {NOUN})? "
    rf"(?P<dir>more|fewer|less|higher|lower)(?: [a-z]+){{0,3}} than (?P<base>{BASE})",
)
def more_than(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    series = about.series
    now = _month_before(reader, match, about)
    if series is None or now is None:
        yield unchecked("change", match, about.why_not or "which month is meant is not said")
        return
    base = base_month(reader, about, match["base"], now.month)
    if base is None:
        yield unchecked("change", match, "which month it is compared with is not said")
        return
    then = series.at(base)
    why = why_not_comparable(series, now, then, base)
    if why or then is None or now.value is None or then.value is None:
        yield unchecked("change", match, why or "no figure")
        return
    stored = (figure_of(series, now), figure_of(series, then))
    if "what" in match.groupdict() and match.groupdict().get("what"):
        same = facts.printed(series, now) == facts.printed(series, then)
        yield judged("change", match, same, f"{told_of(series, now)}, {told_of(series, then)}", *stored)
        return
    yield from change_parts(
        "change", match, match[0], series, now.value, then.value, stored_decimals(series, now, then), *stored
    )


def _month_before(reader: Reader, match: re.Match[str], about: About) -> Month | None:
    """The month a claim is about: the last one named before it in the sentence, else the month of the text."""
    before = reader.text[: match.start()]
    names = re.findall(rf"(?:in|at the end of|end of|to|during) ({MONTH})", before)
    named = [month_of(one, about.month) for one in names]
    known = [one for one in named if one is not None]
    return about.here(known[-1] if known else None)


_SIZE = re.compile(
    rf"(?P<hedge>{HEDGE} )?(?P<n>{NUM})(?P<unit>{UNIT}| days?| hours?)?(?: "
    rf"\((?P<pct>{NUMBER}){PERCENT}\))?[a-z ]*?\b(?P<dir>more|fewer|less|higher|lower) than"
)


def change_parts(
    kind: str,
    match: re.Match[str],
    words: str,
    series: Series,
    now: float,
    then: float,
    decimals: int | None,
    *stored: Figure,
) -> Iterator[Claim]:
    """Size, percentage and way of a change from `then` to `now`."""
    if re.search(r"the same as", words):
        yield judged(
            kind,
            match,
            rounded(now, series.indicator.decimals) == rounded(then, series.indicator.decimals),
            f"{now:g} and {then:g}",
            *stored,
        )
        return
    found = _SIZE.search(words)
    if found is None:
        return
    way = 1 if found["dir"] in ("more", "higher") else -1
    yield _size_of_change(
        kind,
        match,
        series,
        now,
        then,
        decimals,
        way,
        printed_number(found["n"], percent=is_percent_unit(found["unit"]), hedge=found["hedge"]),
        printed_number(found["pct"], percent=True) if found["pct"] else None,
        *stored,
    )


def _size_of_change(
    kind: str,
    match: re.Match[str],
    series: Series,
    now: float,
    then: float,
    decimals: int | None,
    way: int | None,
    size: Printed,
    percent: Printed | None,
    *stored: Figure,
) -> Claim:
    change = now - then
    unit = series.indicator.written
    relative = change / then * 100 if then else None
    told = (
        f"{shown(then, unit)} to {shown(now, unit)} is {shown_change(abs(change), unit)} "
        f"{'more' if change > 0 else 'less'}"
    )
    if relative is not None and not unit.is_percent:
        told += f" ({abs(relative):.1f}%)"
    holds: list[bool | None] = [None if way is None else ((change > 0) - (change < 0)) == way]
    if size.is_percent and not unit.is_percent:
        holds.append(None if relative is None else fits(size, abs(relative), None))
    else:
        right = fits(size, abs(change), None)
        if not right and decimals is not None:
            # Two stored figures that are themselves rounded leave their difference open by as much again.
            right = fits(size, abs(change), decimals) or (
                abs(abs(change) - size.number) <= 0.5 * 10**-size.decimals + 10**-decimals - 1e-9 and size.hedge is None
            )
        if not right and size.is_percent and relative is not None and fits(size, abs(relative), None):
            # A percentage of a percentage: sloppy, but what is meant can hold.
            right = True
        holds.append(right)
    if percent is not None:
        holds.append(None if relative is None else fits(percent, abs(relative), None))
    return judged(kind, match, all_hold(*holds), told, *stored)


@reads(
    rf"(?P<move>increase|rise|decrease|fall|reduction|drop) of (?P<n>{NUMBER}) (?P<what>[^().;]{{3,140}}) "
    rf"\((?P<pct>{NUMBER}){PERCENT}(?: (?:increase|decrease|rise|fall|reduction))?\)"
)
def change_and_share(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    """A change and its percentage must fit each other: what it was before is the stored count without the change."""
    at, series = about.here(), about.series
    if series is None or at is None or at.value is None or not facts.is_exact(series, at):
        yield unchecked("change", match, about.why_not or "there is no count for the month")
        return
    size = printed_number(match["n"]).number
    way = -1 if match["move"] in ("decrease", "fall", "reduction", "drop") else 1
    before = at.value - way * size
    if before <= 0:
        yield unchecked("change", match, "the change is larger than the count")
        return
    share = size / before * 100
    told = f"{told_of(series, at)}; {match['n']} {'more' if way > 0 else 'fewer'} than {before:,.0f} is {share:.1f}%"
    yield judged("share", match, fits(printed_number(match["pct"]), share, None), told, figure_of(series, at))


@reads(
    rf"\b(?P<move>{MOVE})(?: slightly| again| further| sharply)* (?:of|by) (?P<hedge>{HEDGE} "
    rf")?(?P<n>{NUM})(?P<unit>{UNIT})?(?: {NOUN})?"
    rf"(?: \((?P<pct>{NUMBER}){PERCENT}(?: (?:increase|decrease|rise|fall|reduction))?\))?(?P<after>,? "
    rf"(?:compared (?:to|with) |from |since |on |in |during )(?:{LAST_MONTH}|{LAST_YEAR}|{MONTH}))?(?=[ .,;:)]|$)",
    rf"(?P<n>{NUM})(?P<unit>[ -]?percentage[ -]points?|{PERCENT}) (?P<move>increase|decrease|rise|fall|"
    rf"reduction|drop)(?P<after> (?:in|on|from|since) (?:{LAST_MONTH}|{LAST_YEAR}|{MONTH}))?",
    rf"(?:is|are|was|were|currently) (?P<n>{NUMBER})(?P<unit>{UNIT})? (?P<move>higher|lower) than "
    rf"(?P<after>{LAST_YEAR}|{LAST_MONTH})",
)
def moved_by(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    groups = match.groupdict()
    series = about.series
    if series is None:
        yield unchecked("change", match, about.why_not or "no series")
        return
    after = groups.get("after") or ""
    month, base = about.month, None
    if re.search(LAST_YEAR, after):
        base = months_back(month, 12) if month else None
    elif re.search(LAST_MONTH, after):
        base = months_back(month, 1) if month else None
    elif named := reader.months_of(after, about):
        if re.match(r",? (?:in|during)", after):
            month, base = named[0], months_back(named[0], 1)
        else:
            base = named[0]
    elif earlier := re.findall(rf"\bin ({MONTH})", reader.text[: match.start()]):
        month = month_of(earlier[-1], about.month)
        base = months_back(month, 1) if month else None
    if month is None or base is None:
        yield unchecked("change", match, "which months are compared is not said")
        return
    now, then = series.at(month), series.at(base)
    why = why_not_comparable(series, now, then, base)
    if why or now is None or then is None or now.value is None or then.value is None:
        yield unchecked("change", match, why or "no figure")
        return
    move = {"higher": "up", "lower": "down"}.get(match["move"], match["move"])
    way = way_of(series, move, is_performance=speaks_of_performance(reader, match))
    size = printed_number(match["n"], percent=is_percent_unit(groups.get("unit")), hedge=groups.get("hedge"))
    percent = printed_number(groups["pct"], percent=True) if groups.get("pct") else None
    yield _size_of_change(
        "change",
        match,
        series,
        now.value,
        then.value,
        stored_decimals(series, now, then),
        way,
        size,
        percent,
        figure_of(series, now),
        figure_of(series, then),
    )


@reads(
    rf"\b(?:(?P<move>{MOVE})\b[^.;]{{0,60}}? )?from (?P<a>{NUMBER})(?P<ua>{PERCENT})?(?: in (?:the (?:year|"
    rf"quarter) to )?(?P<ma>{MONTH}))? to (?P<b>{NUMBER})(?P<ub>{PERCENT})?(?P<after>[^.;]*)"
)
def from_to(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    a, b = printed_number(match["a"]), printed_number(match["b"])
    if match["move"] and a.value != b.value:
        move = match["move"]
        if re.fullmatch(UP, move) or re.fullmatch(DOWN, move):
            said = 1 if re.fullmatch(UP, move) else -1
            if not re.search(r"\bperformance\b", match[0]) and ((b.value > a.value) - (b.value < a.value)) != said:
                yield judged(
                    "from_to", match, False, f"from {match['a']} to {match['b']} is not the way the sentence says"
                )
                return
    series = about.series
    if series is None:
        yield unchecked("from_to", match, about.why_not or "no series")
        return
    if not unit_fits(series, bool(match["ub"]), False):
        yield unchecked("from_to", match, "the numbers are in another unit than the indicator")
        return
    named = reader.months_of(match["after"], about)
    beside = re.match(rf" (?:in|at the end of) {MONTH}(?! ?(?:-|to) {MONTH})", match["after"])
    month = (named[0] if beside else named[-1]) if named else about.month
    if month is None:
        yield unchecked("from_to", match, "which months are meant is not said")
        return
    base = (
        reader.month_at(match["ma"], about)
        if match["ma"]
        else months_back(month, 1)
        if re.search(LAST_MONTH, match[0])
        else None
    )
    now, then = series.at(month), series.at(base) if base else None
    yield from judge_value(reader, match, about, b, month)
    if then is not None and then.value is not None and now is not None:
        yield judged(
            "from_to",
            match,
            fits(a, then.value, stored_decimals(series, then)),
            told_of(series, then),
            figure_of(series, then),
        )
