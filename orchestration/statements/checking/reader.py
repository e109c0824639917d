"""One sentence while it is read: which of its words are understood, and which series and month they are about.

Belongs here: indicator, month, clause, part, plan and denial. Does not belong here: what a claim says (the modules of
readings).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.statements.checking.books import Book
from orchestration.statements.checking.claims import Claim
from orchestration.statements.reading import MONTH, Mention, mentions, month_of, normal
from orchestration.statements.series import Month, Series

# Wishes, plans and conditions state nothing about what was.
_NOT_STATED = re.compile(
    r"\b(?:will|would|could|should|may|might|if|expect(?:s|ed)?|anticipat(?:e|ed)|aims?|aiming|plan(?:s|ned)? to|"
    r"hope|intend|"
    r"unlikely|likely|estimated|predicted|need to|needs to|suggests)\b"
)
# The month, not the verb.
_MAY = re.compile(
    r"\b(?:in|of|on|since|to|until|and|than|from|with|for|by|during|end) may\b(?! (?:not|be|have|well)\b)|\bmay \d{4}"
)
_NEGATED = re.compile(r"\b(?:not|never|no longer|n't|without|rather than|instead of|failed to)\s+(?:\w+\s+){0,3}$")
_NAMED_MONTH = re.compile(
    r"(?<!than )(?<!compared to )(?<!compared with )(?<!increase )(?<!decrease )"
    rf"\b(?:in|at the end of|during) ({MONTH})"
)
_FOLLOWED_BY_MONTH = re.compile(rf",? (?:in|at the end of|during) ({MONTH})")
_POINTS_BACK = re.compile(
    r"(?:although |while |whilst )?(?:this|it|performance|the rate|the number|the figure)\b(?! time)"
)
# Words that make a figure one of a part of the whole.
_PART = re.compile(
    r"\b(?:police|schools?|education|health|famil(?:y|ies)|boys|girls|male|female|aged|under \d|teams?|district|"
    r"east|west|north|south|"
    r"in-house|disabled|disabilities|locality|hubs?|mash|average caseloads?|social workers?|expenditure|"
    r"spend|budget)\b"
)


class Reader:
    """One sentence while it is read: which parts are understood, and whom they are about."""

    def __init__(
        self, book: Book, text: str, indicator: str | None, month: date | None, before: str | None = None
    ) -> None:
        self.book = book
        # Whose the figures are narrows nothing: "children looked after by Surrey County Council".
        name = re.escape(normal(book.authority_name))
        whose = rf" (?:by|in|for|of) {name}(?: county council| city council| council)?\b|\b{name}'s "
        self.text = re.sub(whose, "", normal(text)) if book.authority_name else normal(text)
        self.carried = before if _POINTS_BACK.match(self.text) else None
        self.given = indicator
        self.month = month.replace(day=1) if month else None
        self.mentions = mentions(self.text, book.labels)
        self.used: list[tuple[int, int]] = []
        self.found: list[tuple[int, Claim]] = []

    def claims(self, readings: Sequence[Reading]) -> list[Claim]:
        """Every claim that one of the readings finds, in the order of the sentence."""
        for reading in readings:
            before = len(self.found)
            for match in reading.pattern.finditer(self.text):
                if any(match.start() < end and start < match.end() for start, end in self.used):
                    continue
                about = self.about(match, is_explained=reading.is_last)
                found = list(reading.judge(self, match, about))
                if found:
                    self.used.append(match.span())
                    self.found += [(match.start(), one) for one in found]
            if reading.is_last and len(self.found) > before:
                break
        return [one for _, one in sorted(self.found, key=lambda one: one[0])]

    def about(self, match: re.Match[str], *, is_explained: bool = False) -> About:
        """The series and month a claim is about, or why that cannot be told; an explanation in it may name parts."""
        around = self.text[self._clause_start(match.start()) : match.end()]
        if _NOT_STATED.search(_MAY.sub("", around)):
            return About(None, None, "it states a plan, a wish or a condition")
        if _NEGATED.search(self.text[: match.start()]):
            return About(None, None, "it is a denial")
        mention = self._mention(match)
        if mention is not None and mention.narrowed:
            return About(None, None, f"'{mention.label.text}' is narrowed to a part, or means more than one indicator")
        code = mention.label.indicator_code if mention else self.given or self.carried
        if code is None:
            return About(None, None, "it names no indicator that the registry knows")
        outside = self._clause(match)
        for one in self.mentions:
            if one.label.indicator_code == code:
                outside = outside.replace(one.label.text, " ")
        part = None if is_explained else _PART.search(outside)
        name = self.book.authority_name.lower()
        if part and part[0] not in name and part[0] not in (mention.label.text if mention else ""):
            return About(None, None, f"it may be about a part only ('{part[0]}')")
        series = self.book.series(code)
        if not series.months and not series.periods:
            return About(series, None, f"the publication holds no figure of {series.indicator.name} here")
        last = series.last_with_figure()
        month = self.month or (last.month if self.given and last is not None else None)
        return About(series, self._month_spoken_of(match, month), None)

    def _month_spoken_of(self, match: re.Match[str], month: date | None) -> date | None:
        """The month of the text, or the one its sentence names for the claim; None where it names several."""
        before = self.text[self._clause_start(match.start()) : match.start()]
        names = [one[1] for one in _NAMED_MONTH.finditer(before)]
        after = _FOLLOWED_BY_MONTH.match(self.text[match.end() :])
        if after and not names:
            names = [after[1]]
        named = {month_of(one, month) for one in names}
        if not named:
            return month
        return named.pop() if len(named) == 1 else None

    def subject(self) -> str | None:
        """The one indicator the sentence names, for a next one that says "this"."""
        codes = {one.label.indicator_code for one in self.mentions if not one.narrowed}
        if not self.mentions:
            return self.carried
        return codes.pop() if len(codes) == 1 and all(not one.narrowed for one in self.mentions) else None

    def _clause(self, match: re.Match[str]) -> str:
        """The part of the sentence up to its next semicolon."""
        end = self.text.find(";", match.end())
        return self.text[self._clause_start(match.start()) : end if end >= 0 else len(self.text)]

    def _clause_start(self, at: int) -> int:
        found = [one.end() for one in re.finditer(r"[;]\s|, (?:but|although|whilst|while)\b", self.text[:at])]
        return found[-1] if found else 0

    def _mention(self, match: re.Match[str]) -> Mention | None:
        """The label a claim belongs to: the nearest before its end in the clause, else the only one there is."""
        start = self._clause_start(match.start())
        if self.given:
            own = [one for one in self.mentions if one.label.indicator_code == self.given and not one.narrowed]
            if own and not [one for one in self.mentions if one.label.indicator_code != self.given]:
                return own[0]
        before = [one for one in self.mentions if start <= one.start < match.end()]
        if before:
            codes = {one.label.indicator_code for one in before}
            if len(codes) > 1:
                inside = [one for one in before if one.start >= match.start()]
                chosen = inside or before
                last = chosen[-1]
                if (
                    len({one.label.indicator_code for one in chosen if (one.start, one.end) == (last.start, last.end)})
                    > 1
                ):
                    return Mention(last.start, last.end, last.label, True)
                return last
            return before[-1]
        if self.mentions and len({one.label.indicator_code for one in self.mentions}) == 1 and not self.given:
            return self.mentions[0]
        return None

    def month_at(self, text: str | None, about: About) -> date | None:
        if not text:
            return about.month
        # Of "from April to November" the last month is the one that counts.
        found = re.findall(MONTH, text)
        return month_of(found[-1], about.month) if found else None

    def months_of(self, text: str | None, about: About) -> list[date]:
        """The months named in a piece of text."""
        named = [month_of(one, about.month) for one in re.findall(MONTH, text or "")]
        return [one for one in named if one is not None]


@dataclass(frozen=True)
class About:
    series: Series | None
    month: date | None
    why_not: str | None

    def here(self, month: date | None = None) -> Month | None:
        at = month or self.month
        return self.series.at(at) if self.series is not None and at is not None else None


Judge = Callable[[Reader, "re.Match[str]", About], Iterator[Claim]]


@dataclass(frozen=True)
class Reading:
    """A way of saying things and who judges it; after one that `is_last` the rest of the sentence is explanation."""

    pattern: re.Pattern[str]
    judge: Judge
    is_last: bool = False


def reads(*patterns: str, is_last: bool = False) -> Callable[[Judge], tuple[Reading, ...]]:
    """Turns a judge into readings, one a pattern; `readings` puts them in their order."""

    def as_readings(judge: Judge) -> tuple[Reading, ...]:
        return tuple(Reading(re.compile(one), judge, is_last) for one in patterns)

    return as_readings
