"""What is said about a figure itself: a series break, none there, provisional, in question.

Belongs here: claims about status. Does not belong here: the size of a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.statements.checking.claims import Claim, judged, told_of
from orchestration.statements.checking.months import why_not_comparable
from orchestration.statements.checking.phrases import NUM
from orchestration.statements.checking.reader import About, Reader, reads
from orchestration.statements.reading import MONTH, printed_number
from orchestration.statements.words import month_name, months_back


@reads(rf"the definition changed in (?P<month>{MONTH}).*", is_last=True)
def definition(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    month = reader.month_at(match["month"], about)
    if about.series is None or month is None:
        return
    at = about.here(month)
    changed = bool(at is not None and at["has_series_break"])
    yield judged(
        "break", match, changed, f"a series break {'is' if changed else 'is not'} stored for {month_name(month)}"
    )


@reads(rf"there is no figure for (?P<month>{MONTH}).*", is_last=True)
def absent(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    month = reader.month_at(match["month"], about)
    if about.series is None or month is None:
        return
    at = about.here(month)
    yield judged(
        "absent", match, at is None or at.value is None, told_of(about.series, at) if at else "there is no figure"
    )


@reads(
    r"no change on the month before can be given: .*",
    rf"no comparison with (?P<month>{MONTH}) can be given: .*",
    is_last=False,
)
def no_comparison(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    if about.series is None or about.month is None:
        return
    month = reader.months_of(reader.text[: match.start()], about)
    now = about.here(month[0] if month else about.month)
    if now is None:
        return
    base = (
        reader.month_at(match.groupdict().get("month"), about)
        if "month" in match.groupdict()
        else months_back(now.month, 1)
    )
    assert base is not None
    why = why_not_comparable(about.series, now, about.here(base), base)
    yield judged("absent", match, why is not None, why or "both months have comparable figures")


@reads(rf"(?:the figure for (?P<month>{MONTH}) is |figures? (?:is|are) )(?:still )?provisional\b")
def provisional(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at = about.here(reader.month_at(match["month"], about))
    if about.series is None or at is None:
        return
    holds = bool(at["is_provisional"])
    yield judged("provisional", match, holds, f"it is stored as {'provisional' if holds else 'not provisional'}")


@reads(rf"(?P<n>{NUM}) questions? about the quality of this figure (?:is|are) open")
def questions(reader: Reader, match: re.Match[str], about: About) -> Iterator[Claim]:
    at = about.here()
    if at is None:
        return
    number = at["open_findings"] or 0
    yield judged("findings", match, printed_number(match["n"]).value == number, f"{number} findings are open")
