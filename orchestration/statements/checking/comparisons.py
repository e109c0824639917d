"""England, statistical neighbours, and places among authorities.

Belongs here: figures of others. Does not belong here: other months of the same authority (`changes`, `directions`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from orchestration.statements.checking.claims import Claim, all_hold, figure_of, judged, unchecked
from orchestration.statements.checking.phrases import UNIT
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.generator import Figure, benchmark_period, latest_benchmark
from orchestration.statements.reading import NUMBER, ORDINAL, PERCENT, fits, ordinal_number, printed_number
from orchestration.statements.series import Series
from orchestration.statements.words import rounded, shown


@reads(
    r"statistical neighbours \((?P<vintage>[^)]*) set\) for (?P<period>[^:]*): (?P<said>.*); (?P<used>\d+) of "
    r"(?P<members>\d+) used"
)
def neighbour_answers(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    if about.series is None or about.month is None:
        return
    one = latest_benchmark(about.series, about.month, "statistical_neighbours")
    if one is None:
        yield unchecked("neighbours", match, "no comparison with neighbours is stored")
        return
    holds: list[bool | None] = [
        str(one["vintage"]) == match["vintage"],
        benchmark_period(one).lower() == match["period"],
        int(match["used"]) == one["n_used"],
        int(match["members"]) == one["n_members"],
    ]
    for name, number in re.findall(rf"(mean|median|pooled) ({NUMBER})", match["said"]):
        holds.append(None if one.get(name) is None else fits(printed_number(number), one[name], None))
    yield judged(
        "neighbours",
        match,
        all_hold(*holds),
        f"stored mean {one.get('mean')}, median {one.get('median')}, pooled {one.get('pooled')}",
    )


@reads(
    rf"(?P<rank>{ORDINAL})(?: (?:highest|lowest|largest|smallest))? (?:out )?of "
    rf"(?P<n>\d{{2,3}})\b(?P<rest>[^.;]*(?:\.\d[^.;]*)*)",
    r"ranked (?P<rank>\d+)(?:st|nd|rd|th)? out of (?P<n>\d{2,3})\b(?P<rest>.*)",
)
def place(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    series = about.series
    if series is None:
        yield unchecked("rank", match, about.why_not or "no series")
        return
    rank, number = ordinal_number(match["rank"]), int(match["n"])
    year = re.search(r"\d{4}/\d{2}", match["rest"])
    rows = [
        one
        for one in series.benchmarks
        if one.get("rank") is not None
        and (year is None or benchmark_period(one) == year[0])
        and one["comparator_set"] == "england"
    ]
    printed = [one for one in series.printed if one["role"] == "rank"]
    latest = latest_benchmark(series, about.month, "england") if about.month else None
    if year is None:
        rows = [one for one in rows if one is latest]
    told = "; ".join(f"{one['rank']} of {one['n_ranked']} for {benchmark_period(one)}" for one in rows[-2:])
    if any(one["rank"] == rank and one["n_ranked"] == number for one in rows) or any(
        one["value"] == rank for one in printed
    ):
        with_value = re.search(rf" with (?P<v>{NUMBER})", match["rest"])
        holds = (
            not with_value or not rows or any(fits(printed_number(with_value["v"]), one["value"], None) for one in rows)
        )
        yield judged("rank", match, holds, f"stored {told or f'{rank}, as printed'}")
    elif rows and not printed:
        yield judged("rank", match, False, f"stored {told}")
    else:
        yield unchecked("rank", match, "no place is stored for that comparison")


_WHOM = r"(?P<whom>england(?:'s)?|national|statistical neighbours?'?s?|stat\.? n(?:eighbours?)?\.?)"


@reads(
    rf"(?:(?P<own>{NUMBER})(?P<ownunit>{UNIT})? for (?P<ownperiod>[^.;,]*) is )?"
    rf"(?P<dir>above|below|higher than|lower than|better than|worse than|the same as)(?: the)?(?: latest)?(?: "
    rf"published)?(?: rates? for)? {_WHOM}"
    rf"(?: (?:rates?|averages?|figures?))*(?:(?: of| \(|, which[a-z0-9 ]* was) "
    rf"?(?P<n>{NUMBER})(?P<unit>{UNIT})?\)?)?(?: \((?P<period>[^)]*)\))?"
    rf"(?P<more>(?:, | and )+(?:that of )?statistical neighbours? \((?P<n2>{NUMBER}){PERCENT}?\))?"
)
def others(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    series = about.series
    if series is None:
        yield unchecked("comparator", match, about.why_not or "no series")
        return
    own, own_source = _own_value(reader, match, about)
    answers = _comparator_values(series, about.month, match["whom"], match["period"])
    for name, whom in (("n", match["whom"]), ("n2", "statistical neighbours")):
        text = match.groupdict().get(name)
        if name == "n2" and not text:
            continue
        known = answers if name == "n" else _comparator_values(series, about.month, whom, None)
        if text:
            printed = printed_number(text)
            fitting = [
                value
                for value in known
                if fits(printed, value, series.indicator.decimals if not match["ownperiod"] else None)
            ]
            if not fitting and known and match["period"]:
                told = ", ".join(shown(value, series.indicator.written) for value in sorted(known))
                yield judged("comparator", match, False, f"stored {told}")
                continue
            other: float | None = printed.number
            basis = "" if fitting else "; the comparator's own figure is not stored"
        else:
            sides = {_is_side(series, match["dir"], own, one) for one in known} if own is not None else set()
            # Printed and published comparators may differ: only what holds, or fails, beside all of them is judged.
            other = min(known) if len(sides) == 1 else None
            basis = "" if len(known) == 1 else f" and {len(known) - 1} more"
        if own is None or other is None:
            yield unchecked(
                "comparator", match, "one of the two figures is not stored, or more than one could be meant"
            )
            continue
        holds = _is_side(series, match["dir"], own, other)
        told = f"{shown(own, series.indicator.written)} beside {shown(other, series.indicator.written)}{basis}"
        if match["own"]:
            holds = all_hold(holds, fits(printed_number(match["own"]), own, None))
        yield judged(
            "comparator",
            match,
            holds,
            told,
            *([own_source] if own_source else []),
            unsure="the indicator has no good direction",
        )


def _own_value(reader: Reader, match: re.Match[str], about: About) -> tuple[float | None, Figure | None]:
    """The authority's own figure beside which others are put: of the year named, else of the month."""
    series = about.series
    assert series is not None
    if match["ownperiod"]:
        for one in series.benchmarks:
            if (
                benchmark_period(one).lower() == match["ownperiod"].strip()
                and one["value"] is not None
                and one["comparator_set"] == "england"
            ):
                where = benchmark_period(one)
                return float(one["value"]), Figure(
                    series.authority_code, series.indicator.code, where, "value", one["value"], one.get("source_ref")
                )
        return None, None
    months = [one for one in reader.months_of(reader.text[: match.start()], about) if about.here(one)]
    at = about.here(months[-1] if months else None)
    if at is None or at.value is None:
        return None, None
    return at.value, figure_of(series, at)


def _comparator_values(series: Series, month: date | None, whom: str, period: str | None) -> set[float]:
    """What is stored of a comparator for the period named, else the latest known by the month."""
    national = whom.startswith(("england", "national"))
    named = period.strip() if period and re.fullmatch(r"\d{4}/\d\d|[a-z]+ \d{4}", period.strip()) else None
    at = series.at(month) if month else None
    found: set[float] = set()
    column, year = ("national_value", "national_year") if national else ("neighbour_value", "neighbour_year")
    if at is not None and at[column] is not None:
        label = f"{int(at[year]) - 1}/{int(at[year]) % 100:02d}"
        if named in (None, label):
            found.add(float(at[column]))
    wanted = "england" if national else "statistical_neighbours"
    if named:
        for one in series.benchmarks:
            if one["comparator_set"] == wanted and benchmark_period(one).lower() == named:
                names = ("published_value", "pooled") if national else ("mean", "median", "pooled")
                values = [one.get(name) for name in names]
                found |= {float(value) for value in values if value is not None}
    for one in series.printed:
        if (
            one["role"] == "benchmark"
            and one["value"] is not None
            and one["comparator"] in (None, "", wanted, *(("national",) if national else ()))
        ):
            found.add(float(one["value"]))
    return found


def _is_side(series: Series, words: str, own: float, other: float) -> bool | None:
    decimals = series.indicator.decimals
    now, then = rounded(own, decimals), rounded(other, decimals)
    if words == "the same as":
        return now == then
    polarity = series.indicator.polarity
    if words.startswith(("better", "worse")):
        if polarity not in ("higher", "lower"):
            return None
        good = now > then if polarity == "higher" else now < then
        bad = now < then if polarity == "higher" else now > then
        return good if words.startswith("better") else bad
    return now > then if words.startswith(("above", "higher")) else now < then
