"""Parts and shares: 48 of 223 (21.5%), of which so many, one in four.

Belongs here: numbers that must add up. Does not belong here: a percentage by itself (`levels`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.statements.checking.claims import Claim, figure_of, judged, told_of
from orchestration.statements.checking.levels import judge_value
from orchestration.statements.checking.months import stored_decimals
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.reading import HEDGE, NUMBER, PERCENT, WORDS, fits, printed_number
from orchestration.statements.words import SMALL


@reads(
    rf"(?P<pct>{NUMBER}){PERCENT} \((?P<n>{NUMBER}) of (?P<m>{NUMBER})\)",
    rf"(?P<n>{NUMBER}) of (?P<m>{NUMBER}) \((?P<pct>{NUMBER}){PERCENT}\)",
)
def parts_of(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    """ "48 of 223 (21.5%)" holds by itself or not at all; the parts are held against the stored ones too."""
    part, whole, share = (
        printed_number(match["n"]),
        printed_number(match["m"]),
        printed_number(match["pct"], percent=True),
    )
    holds = whole.number > 0 and bool(fits(share, part.number / whole.number * 100, None))
    told = (
        f"{match['n']} of {match['m']} is {part.number / whole.number * 100:.2f}%"
        if whole.number
        else "a share of nothing"
    )
    yield judged("parts", match, holds, told)
    series = about.series
    months = reader.months_of(reader.text[match.end() :][:40], about)
    at = about.here(months[0] if months else None)
    if series is None or at is None or at.value is None or not series.indicator.written.is_percent:
        return
    yield judged(
        "value", match, fits(share, at.value, stored_decimals(series, at)), told_of(series, at), figure_of(series, at)
    )
    if at["numerator"] is not None and at["denominator"] is not None:
        right = fits(part, at["numerator"], None) and fits(whole, at["denominator"], None)
        yield judged(
            "parts",
            match,
            bool(right),
            f"stored {at['numerator']:g} of {at['denominator']:g}",
            figure_of(series, at, "numerator"),
        )


@reads(
    rf"(?P<m>{NUMBER}) [a-z ]{{3,60}}, of which (?P<a>{NUMBER}) (?:were )?(?P<x>[a-z ]+) (?:with|and) "
    rf"(?P<b>{NUMBER}) (?:were )?(?:outside|out|not|late)\b"
)
def sum_of_parts(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    whole, a, b = (printed_number(match[name]).number for name in ("m", "a", "b"))
    yield judged("parts", match, whole == a + b, f"{a:g} and {b:g} make {a + b:g}")
    if about.series is not None and about.month is not None:
        yield from judge_value(reader, match, about, printed_number(match["m"]), about.month)


_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
# How far, in percentage points, a fraction in words may be from the figure, and from where on it is wrong.
NEAR_FRACTION, FAR_FRACTION = 2.5, 7.5


@reads(
    rf"(?P<hedge>{HEDGE} )?(?:\b(?P<a>{WORDS}|\d+) in (?P<b>{WORDS}|\d+)\b|"
    r"\b(?:(?P<many>an?|one|two|three|four) )?(?P<part>half|third|quarter|fifth|tenth)s?\b)"
    r"(?! ?(?:quarter|month|year|time|consecutive|week|%|of the year|review|floor|stage|january|february|to date))"
)
def fraction(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    """ "One in four" of a percentage; of counts it is not known what it is a part of."""
    if not match["part"] or match["many"] or match["part"] == "half":
        series = about.series
        at = about.here()
        if series is None or not series.indicator.written.is_percent or at is None or at.value is None:
            return
        if match["part"]:
            many = match["many"]
            share = (1 if many in (None, "a", "an") else SMALL.index(many)) / _FRACTIONS[match["part"]] * 100
        else:
            whole = printed_number(match["b"]).number
            share = printed_number(match["a"]).number / whole * 100 if whole else 0.0
        if not 0 < share <= 100:
            return
        gap = at.value - share
        hedge = (match["hedge"] or "").strip()
        kind = printed_number("1", hedge=hedge).hedge if hedge else None
        holds: bool | None = True if abs(gap) <= NEAR_FRACTION else False if abs(gap) > FAR_FRACTION else None
        if kind in ("over", "least"):
            holds = True if gap > 0 else False if gap < -NEAR_FRACTION else None
        elif kind in ("under", "most", "nearly"):
            holds = (
                False
                if gap > NEAR_FRACTION
                else True
                if gap < 0 and (kind != "nearly" or gap > -FAR_FRACTION)
                else None
            )
        told = f"{told_of(series, at)}; the words mean {share:.1f}%"
        yield judged("fraction", match, holds, told, figure_of(series, at))
