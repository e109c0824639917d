"""Targets and ratings: met, missed, above, below, by how much, for how long, red to green.

Belongs here: whatever is held against a target. Does not belong here: what a target is (`facts`, the mart).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.statements import facts
from orchestration.statements.checking.claims import Claim, all_hold, figure_of, judged, told_of, unchecked
from orchestration.statements.checking.levels import judge_value, unit_fits
from orchestration.statements.checking.months import stored_decimals
from orchestration.statements.checking.phrases import NUM
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.checking.runs import judge_run
from orchestration.statements.reading import MONTH, NUMBER, ORDINAL, PERCENT, fits, ordinal_number, printed_number
from orchestration.statements.series import Month, Series


@reads(rf"rated (?P<rag>green|amber|red)(?:, (?P<how>as|after (?P<was>green|amber|red)) in (?P<month>{MONTH}))?")
def rating(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None:
        return
    if at["rag"] not in ("GREEN", "AMBER", "RED"):
        yield unchecked("rating", match, f"it is not rated: {at['rag_reason']}")
        return
    holds = [at["rag"] == match["rag"].upper()]
    if match["how"]:
        was = (match["was"] or match["rag"]).upper()
        holds += [at["previous_rag"] == was, at["previous_rag_month"] == reader.month_at(match["month"], about)]
    yield judged(
        "rating",
        match,
        all(holds),
        f"stored {at['rag'].lower()}, before {str(at['previous_rag']).lower()}",
        figure_of(series, at, "rag"),
    )


@reads(r"not rated: .*")
def not_rated(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at = about.here()
    if at is not None:
        yield judged("rating", match, at["rag"] == "not_rated", f"stored {at['rag']}")


@reads(r"the target cannot be judged: .*", is_last=True)
def no_target(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at = about.here()
    if at is not None:
        yield judged("target", match, facts.is_met(at) is None, str(at["rag_reason"]))


@reads(
    rf"(?:the target of|step on the way to the target is) (?P<words>(?:at least|at most|less than|more than) "
    rf"(?P<n>{NUMBER})|between (?P<lower>{NUMBER})\S* and (?P<upper>{NUMBER}))"
    rf"[^;.]*?(?:\.\d[^;.]*?)?(?:;? it)? is (?P<met>met|not met)"
)
def target_met(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None:
        return
    met = facts.is_met(at)
    if met is None:
        yield unchecked("target", match, f"the target cannot be judged: {at['rag_reason']}")
        return
    lower, upper = facts.edges(at)
    holds: list[bool | None] = [met == (match["met"] == "met")]
    for name, edge in (("lower", lower), ("upper", upper), ("n", upper if upper is not None else lower)):
        if match[name]:
            holds.append(edge is not None and fits(printed_number(match[name]), edge, None))
    yield judged(
        "target", match, all_hold(*holds), f"{told_of(series, at)}; edges {lower} to {upper}", figure_of(series, at)
    )


@reads(
    rf"\bat (?P<own>{NUMBER}){PERCENT}?, (?:is |are )?(?:only |just )?(?P<gap>{NUM})(?: percentage points?|"
    rf"{PERCENT})? (?P<dir>below|above|under|over) "
    rf"(?:the |our |its )?(?:\w+ )?target(?: for \d{{4}}/\d\d)? of (?P<n>{NUMBER})",
    rf"(?P<own>{NUMBER})(?: per 10,000|{PERCENT})?,? which is (?P<gap>{NUMBER}) ?%? (?P<dir>higher|lower|above|"
    rf"below)(?: than)? (?:the |our |its )?target of (?P<n>{NUMBER})",
)
def target_sum(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    """A value, its target and the gap in one sentence must add up by themselves."""
    own, gap, target = (printed_number(match[name]) for name in ("own", "gap", "n"))
    apart = own.number - target.number
    up = match["dir"] in ("above", "over", "higher")
    percent = apart / target.number * 100 if target.number else None
    size = fits(gap, abs(apart), max(own.decimals, target.decimals)) or (
        percent is not None and fits(gap, abs(percent), None)
    )
    holds = (apart > 0) == up and apart != 0 and bool(size)
    yield judged(
        "target", match, holds, f"{match['own']} is {abs(apart):g} {'above' if apart > 0 else 'below'} {match['n']}"
    )
    if (
        about.series is not None
        and about.month is not None
        and unit_fits(about.series, "%" in match[0][: match.start("gap") - match.start()], "per 10,000" in match[0])
    ):
        yield from judge_value(reader, match, about, own, about.month)


@reads(
    rf"(?P<dir>below|above|under|over|exceeded|exceeds|exceeding|better than|worse than|meets|has met|ahead of|"
    rf"within|missed|misses)(?: the| our| its)?"
    rf"(?: internal| local| challenging| indicative| slightly)* target(?: rate)?(?: set)?(?!\s*range)(?:(?: \(| "
    rf"of|,)? ?(?P<n>{NUMBER}){PERCENT}?\)?)?"
    rf"(?: by (?P<gap>{NUMBER}))?(?P<run>[^.;]*? for (?:the )?(?:(?P<nth>{ORDINAL}) (?:consecutive )?month|"
    rf"(?P<months>{NUM}) months)\b(?: running| in a row)?)?"
)
def target_side(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    series = about.series
    if series is None:
        yield unchecked("target", match, about.why_not or "no series")
        return
    months = reader.months_of(reader.text[: match.start()], about)
    at = about.here(months[-1] if months else None)
    if at is None or at.value is None:
        yield unchecked("target", match, "there is no figure for the month")
        return
    stated = printed_number(match["n"]) if match["n"] else None
    known = _targets(series, at)
    if stated is not None and known and not any(fits(stated, one, None) for one in known):
        told = ", ".join(sorted(f"{one:g}" for one in known))
        yield judged("target", match, False, f"the stored target is {told}", figure_of(series, at, "target"))
        return
    goal = stated.number if stated is not None else next(iter(known), None) if len(known) == 1 else None
    way = match["dir"]
    holds: bool | None = None
    lower, upper = facts.edges(at)
    if way in ("below", "above", "under", "over"):
        up = way in ("above", "over")
        if facts.side(at) is not None and stated is None and (lower is None) == (upper is None):
            holds = facts.side(at) == ("above" if up else "below")
        elif goal is not None:
            holds = at.value > goal if up else at.value < goal
        elif facts.side(at) is not None:
            edge = upper if upper is not None else lower
            holds = None if edge is None else (at.value > edge if up else at.value < edge)
    else:
        met = facts.is_met(at)
        if met is None and goal is not None and series.indicator.polarity in ("higher", "lower"):
            met = at.value >= goal if series.indicator.polarity == "higher" else at.value <= goal
        holds = None if met is None else met != (way in ("worse than", "missed", "misses"))
        if way.startswith("exceed") and series.indicator.polarity != "higher" and not holds:
            # Beaten, or gone beyond? Of a figure that should be low it may be either.
            holds = None
    told = f"{told_of(series, at)}; target {', '.join(f'{one:g}' for one in sorted(known)) or 'not stored'}"
    if match["gap"] and goal is not None and holds:
        holds = all_hold(holds, fits(printed_number(match["gap"]), abs(at.value - goal), stored_decimals(series, at)))
    elif match["gap"] and holds:
        holds = None
    yield judged("target", match, holds, told, figure_of(series, at), unsure="no target is stored for the month")
    if match["run"]:
        number = ordinal_number(match["nth"]) if match["nth"] else int(printed_number(match["months"]).value)
        yield from judge_run("target_run", match, number, facts.target_run(series, at), None, series, at)


@reads(
    rf"(?:has )?(?P<what>met|missed) (?:its|the|our) target for (?:the )?(?:(?P<nth>{ORDINAL}) (?:consecutive "
    rf")?month|(?P<months>{NUM}) (?:consecutive )?months?)\b",
    rf"(?P<what>target missed|target met|off the way to the target) for (?:the )?(?:(?P<nth>{ORDINAL}) "
    rf"(?:consecutive )?month|(?P<months>{NUM}) (?:consecutive )?months?)\b",
)
def target_streak(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None:
        yield unchecked("target_run", match, about.why_not or "no month")
        return
    number = ordinal_number(match["nth"]) if match["nth"] else int(printed_number(match["months"]).value)
    kind = "met" if match["what"] in ("met", "target met") else "missed"
    yield from judge_run("target_run", match, number, facts.target_run(series, at), kind, series, at)


def _targets(series: Series, at: Month) -> set[float]:
    """The numbers that may be called this month's target."""
    found = {
        float(at[name])
        for name in ("target", "registered_target", "trajectory", "target_lower", "target_upper")
        if at[name] is not None
    }
    if not found:
        found = {
            float(one["value"])
            for one in series.printed
            if one["role"] == "target"
            and one["period_start"] <= at.month.replace(day=28)
            and one["period_end"] >= at.month
        }
    return found
