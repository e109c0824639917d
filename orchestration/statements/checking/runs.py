"""Streaks and superlatives: "for the third month running", highest and lowest in, of or since.

Belongs here: runs of months, counted by `facts`. Does not belong here: months above an average (`usual`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.statements import facts
from orchestration.statements.checking.claims import Claim, figure_of, judged, told_of, unchecked
from orchestration.statements.checking.months import speaks_of_performance, way_of
from orchestration.statements.checking.phrases import MOVE, NUM
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.reading import MONTH, ORDINAL, ordinal_number, printed_number
from orchestration.statements.series import Month, Series
from orchestration.statements.words import month_name, months_back

# "had fallen for two months before rising": a run that was over by the month of the text.
_HAD = re.compile(r"\bhad(?: been)?\b[^.;,]{0,40}$")
_UNTIL = re.compile(r",? (?:before|until|up to|but)\b")


def judge_run(
    kind: str, match: re.Match[str], number: int, run: facts.Run | None, wanted: str | None, series: Series, at: Month
) -> Iterator[Claim]:
    """ "for the third month running" needs just three: a longer run has another number, a shorter one was broken."""
    if run is None:
        yield unchecked(kind, match, "the months before cannot be compared")
        return
    told = f"{run.kind} for {run.months} month{'' if run.months == 1 else 's'} since {month_name(run.first)}"
    same = wanted is None or run.kind == wanted
    if same and run.months < number and not run.is_whole:
        yield unchecked(
            kind, match, f"stored months show {run.months} only; what was before is not stored or not comparable"
        )
        return
    yield judged(kind, match, same and run.months == number, told, figure_of(series, at))


@reads(
    rf"(?P<joint>joint )?(?P<kind>highest|lowest)(?: (?:rate|number|level|point|figure|value|it has been|ever))*"
    rf"(?: (?P<since>since (?P<month>{MONTH}))| (?:(?:in|for|of|during|within|over(?= the )) )*(?:the |a "
    rf")?(?:(?P<over>over|more than) )?(?:a |the )?(?:last |past |previous )?"
    rf"(?:(?P<months>{NUM}) (?:(?P<set>comparable months with a figure since (?P<from>{MONTH}))|months?)|"
    rf"(?P<year>twelve months|year)))"
    rf"(?P<with>, with (?P<other>{MONTH}))?"
)
def extreme(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if series is None or at is None or at.value is None or facts.is_running_total(series):
        yield unchecked("extreme", match, about.why_not or "there is no figure to be the highest or lowest")
        return
    highest = match["kind"] == "highest"
    now = facts.printed(series, at)
    exact = facts.is_exact(series, at)
    if match["since"] or match["set"]:
        first = reader.month_at(match["month"] or match["from"], about)
    else:
        number = int(printed_number(match["months"]).value) if match["months"] else 12
        # "for over a year": this month and twelve before it.
        first = months_back(at.month, number if match["over"] else number - 1)
    if first is None or first > at.month:
        return
    since = bool(match["since"])
    window = [one for one in series.months if first <= one.month < at.month and one.value is not None]
    if since:
        window = [one for one in window if one.month > first]
    comparable = [one for one in window if one.segment == at.segment]
    against = [
        one for one in comparable if (facts.printed(series, one) > now if highest else facts.printed(series, one) < now)
    ]
    if against:
        worst = against[-1]
        yield judged(
            "extreme",
            match,
            False,
            f"{told_of(series, worst)}, {told_of(series, at)}",
            figure_of(series, at),
            figure_of(series, worst),
        )
        return
    tied = [one for one in comparable if facts.printed(series, one) == now]
    if len(comparable) != len(window):
        yield unchecked("extreme", match, "the definition changed within that time; no comparable month contradicts it")
        return
    calendar = (at.month.year - first.year) * 12 + at.month.month - first.month
    if match["set"] and len(comparable) + 1 != printed_number(match["months"]).value:
        yield judged("extreme", match, False, f"{len(comparable) + 1} comparable months have a figure")
        return
    if len(comparable) < (1 if since else max(2, calendar - 6)) and not (since and calendar == 1):
        yield unchecked("extreme", match, f"only {len(comparable) + 1} of its months are stored")
        return
    if match["joint"] and not tied and exact:
        yield judged("extreme", match, False, "no other month has the same figure", figure_of(series, at))
        return
    if match["other"] and reader.month_at(match["other"], about) not in [one.month for one in tied]:
        yield judged("extreme", match, False, "that month has another figure", figure_of(series, at))
        return
    missing = calendar - len(comparable) - (1 if since else 0)
    note = f" ({missing} months of that time have no figure)" if missing > 0 else ""
    yield judged(
        "extreme",
        match,
        True,
        f"{told_of(series, at)}, none of {len(comparable)} other months is {'higher' if highest else 'lower'}{note}",
        figure_of(series, at),
    )


@reads(
    rf"(?P<who>performance\b[^.;]*?)?\b(?P<move>{MOVE})(?: slightly| again| significantly)*,? for (?:the "
    rf")?(?:(?P<nth>{ORDINAL}) (?:consecutive |successive )?month|(?P<months>{NUM}) (?:consecutive |successive "
    rf")?months)\b(?: running| in a row)?",
)
def running(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or facts.is_running_total(series):
        yield unchecked("run", match, about.why_not or "no month")
        return
    if _HAD.search(reader.text[: match.start()]) or _UNTIL.match(reader.text[match.end() :]):
        yield unchecked("run", match, "the run ended before the month the text is about")
        return
    wanted = way_of(series, match["move"], is_performance=speaks_of_performance(reader, match))
    if wanted is None:
        yield unchecked("run", match, "the indicator has no good direction")
        return
    number = ordinal_number(match["nth"]) if match["nth"] else int(printed_number(match["months"]).value)
    run = facts.direction_run(series, at)
    if run is None and facts.step(series, at) == 0:
        yield judged("run", match, False, "the figure did not move", figure_of(series, at))
        return
    yield from judge_run("run", match, number, run, "up" if wanted > 0 else "down", series, at)
