"""The figure itself: "was 29.0%", "891 contacts".

Belongs here: a number as the value of a month, or of a window that ends with it. Does not belong here: differences of
any kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from orchestration.statements.checking.claims import Claim, figure_of, judged, told_of, unchecked
from orchestration.statements.checking.months import stored_decimals
from orchestration.statements.checking.phrases import UNIT, is_percent_unit, without_bases, without_ranges
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.generator import Figure
from orchestration.statements.reading import HEDGE, MONTH, NUMBER, Printed, fits, printed_number
from orchestration.statements.series import Series
from orchestration.statements.words import SMALL, month_name, shown

_PERIOD_WORDS = re.compile(
    r"\b(?:year[- ]to[- ]date|ytd|quarter(?:ly)?|rolling|twelve months|12 months|average|year|annual|weeks?|"
    r"weekly|three-year|"
    r"3-year|outturn|projected|target|national|england|neighbours?|baseline)\b"
)


@reads(
    rf"^(?P<name>[^:]{{3,120}}): (?P<n>{NUMBER})(?P<unit>{UNIT}| days?| hours?| months?)?(?P<when> (?:in the "
    rf"twelve months to|from april to|at the end of|in) (?P<month>{MONTH}))",
    rf"\b(?:was|is|were|are|stands at|stood at|remains at|is at|was at|at|to|remaining steady at|subject to)(?: "
    rf"currently| now)? (?P<hedge>{HEDGE} )?(?P<n>{NUMBER})(?P<unit>{UNIT})?(?=[ .,;:)]|$)(?! ?(?:more|less|"
    rf"fewer|higher|lower|above|below|better|worse|of|out of|or|to|and \d)\b)",
)
def level(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    yield from level_said(reader, match, about)


def level_said(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    """The number of a match as the figure of the month its sentence speaks of.

    Groups: n; where the pattern has them unit, hedge, and month (the one named beside the number).
    """
    series = about.series
    groups = match.groupdict()
    if re.search(
        r"\b(?:target|average|national|england|threshold|page|section|item|grade|key)\b[^,;]{0,25}$|\byears? $",
        reader.text[: match.start()],
    ):
        return
    if series is None:
        if not (about.why_not or "").startswith("it names no"):
            yield unchecked("value", match, about.why_not or "no series")
        return
    named = groups.get("month")
    months = reader.months_of(named or without_ranges(without_bases(reader.text)), about)
    month = months[0] if len(set(months)) == 1 else about.month if not months else None
    if month is None:
        yield unchecked("value", match, "which month is meant is not said")
        return
    unit = groups.get("unit") or ""
    printed = printed_number(match["n"], percent=is_percent_unit(unit), hedge=groups.get("hedge"))
    if named is None and not unit_fits(series, is_percent_unit(unit), "per 10,000" in unit):
        yield unchecked("value", match, "the number is in another unit than the indicator")
        return
    yield from judge_value(reader, match, about, printed, month, is_of_month=named is not None)


def unit_fits(series: Series, is_percent: bool, is_rate: bool) -> bool:
    unit = series.indicator.written
    return unit.is_percent == is_percent and (unit.unit == "rate_per_10000") == is_rate


def judge_value(
    reader: Reader, match: re.Match[str], about: About, printed: Printed, month: date, *, is_of_month: bool = False
) -> Iterator[Claim]:
    """A value may be that of the month, or of another window that ends with it: only what fits none is wrong."""
    series = about.series
    assert series is not None
    at = series.at(month)
    known: list[tuple[str, float, Figure]] = []
    if at is not None:
        if at.value is not None:
            known.append(("value", at.value, figure_of(series, at)))
        for name in () if is_of_month else ("quarter_value", "ytd_value", "rolling_12m_value"):
            if at[name] is not None:
                known.append((name, float(at[name]), figure_of(series, at, name)))
    for one in () if is_of_month and known else series.periods:
        if one["period_end"].replace(day=1) == month:
            figure = Figure(
                series.authority_code,
                series.indicator.code,
                f"{one['period_start']} to {one['period_end']}",
                one["period_basis"],
                one["value"],
                one["source_ref"],
            )
            known.append((one["period_basis"], float(one["value"]), figure))
    decimals = None if at is None or at.value is None else stored_decimals(series, at)
    for name, value, figure in known:
        if fits(printed, value, decimals if name == "value" else None):
            yield judged(
                "value", match, True, f"{name.replace('_', ' ')} {shown(value, series.indicator.written)}", figure
            )
            return
    if at is None or at.value is None:
        yield unchecked("value", match, f"there is no figure for {month_name(month)}")
    elif (not is_of_month and _PERIOD_WORDS.search(_without_labels(reader))) or fits(
        printed, at.value, decimals
    ) is None:
        yield unchecked("value", match, f"another period, or a rough number, may be meant; {told_of(series, at)}")
    elif printed.value == 0 and printed.text.lower() in SMALL:
        yield unchecked("value", match, "no number is printed")
    else:
        yield judged("value", match, False, told_of(series, at), figure_of(series, at))


def _without_labels(reader: Reader) -> str:
    text = reader.text
    for one in reader.mentions:
        text = text.replace(one.label.text, " ")
    return text


@reads(
    rf"(?<![\w-])(?:the |out of the |a total of )?(?P<hedge>{HEDGE} )?(?P<n>{NUMBER}) (?P<label>[a-z][a-z -]{{3,80}})"
)
def counted(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    """ "891 contacts": a number straight before a label of a count."""
    at = match.start("label")
    named = next((one for one in reader.mentions if one.start == at), None)
    if named is None or named.narrowed or about.series is None or about.month is None:
        return
    series = reader.book.series(named.label.indicator_code)
    if series.indicator.kind != "count" or series.indicator.unit != "count" or not series.months:
        return
    months = reader.months_of(without_ranges(without_bases(reader.text)), about)
    if len(set(months)) > 1:
        yield unchecked("value", match, "which month is meant is not said")
        return
    month = months[0] if months else about.month
    printed = printed_number(match["n"], hedge=match["hedge"])
    if not re.search(r"\b(?:received|completed|there were|we had|were|in the month|supported|out of)\b", reader.text):
        yield unchecked("value", match, "the sentence does not say that this is the month's figure")
        return
    yield from judge_value(reader, match, About(series, month, None), printed, month)
