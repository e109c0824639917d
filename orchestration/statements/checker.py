"""What a text claims about figures, held against the stored series.

It understands, for an indicator named by a label of the publication (or given) and a month named (or given):
values; changes by a number, in per cent or percentage points, and from one value to another; up, down, more, fewer
against a named month, last month or last year; "for the third month running"; highest and lowest in, of or since;
below, above, met and missed targets with or without their number; England and statistical neighbours; places ("13th of
152"); "48 of 223 (21.5%)"; "one in four", "two thirds"; year to date, quarter, twelve months; ratings; usual range;
projections; breaks and figures that are not there.

It does not understand, and says `not_checkable`: plans, wishes and expectations, words without measure
("significantly", "stable"), causes, parts of a whole (a team, a source) unless a label means just that, and anything
whose month, basis or indicator is not plain. It would rather say so than accuse wrongly. Numbers hold if the stored
figure, rounded half up, gives what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from orchestration.statements import facts
from orchestration.statements.generator import Figure, benchmark_period, latest_benchmark
from orchestration.statements.reading import (
    HEDGE,
    MONTH,
    NUMBER,
    ORDINAL,
    PERCENT,
    WORDS,
    Mention,
    Printed,
    fits,
    mentions,
    month_of,
    normal,
    ordinal_number,
    printed_number,
    sentences,
)
from orchestration.statements.series import Label, Month, Series, load_labels, load_part, load_series
from orchestration.statements.words import (
    SMALL,
    financial_year,
    month_name,
    months_back,
    rounded,
    shown,
    shown_change,
)

if TYPE_CHECKING:
    import duckdb

AGREES, CONTRADICTED, NOT_CHECKABLE = "agrees", "contradicted", "not_checkable"

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
_PERIOD_WORDS = re.compile(
    r"\b(?:year[- ]to[- ]date|ytd|quarter(?:ly)?|rolling|twelve months|12 months|average|year|annual|weeks?|"
    r"weekly|three-year|"
    r"3-year|outturn|projected|target|national|england|neighbours?|baseline)\b"
)
_UP = r"increas(?:e|es|ed|ing)|r[io]se|risen|rises|grew|grown|went up|gone up|climbed|up"
_DOWN = (
    r"decreas(?:e|es|ed|ing)|fell|fallen|falls?|reduc(?:e|es|ed|ing|tion)|dropp?(?:ed|s)?|drop|declin(?:e|es|"
    r"ed)|went down|gone down|down"
)
_GOOD = r"improv(?:e|es|ed|ing|ement)"
_BAD = r"worsen(?:s|ed|ing)?|deteriorat(?:e|es|ed|ing)"
_MOVE = f"(?:{_UP}|{_DOWN}|{_GOOD}|{_BAD})"
_NUM = f"(?:{NUMBER}|\\b(?:{WORDS})\\b)"
_UNIT = rf"(?:{PERCENT}|(?:%|per cent)?[ -]?(?:percentage[ -])?points?\b| per 10,000)"
_LAST_YEAR = (
    r"(?:(?:in |at |than |on |with |the |during )*(?:same|this) (?:point|time|month|period) (?:in |of )?last "
    r"year|a year (?:ago|before|earlier)|"
    r"last year|the same month last year)"
)
_LAST_MONTH = (
    r"(?:(?:in |than |on |with |compared to |compared with |from )*(?:last month|(?:the )?previous "
    r"month|a month (?:ago|before|earlier)|the month before)|month[- ]on[- ]month|in a month)"
)
_AT = r"(?:in|at the end of|from april to|in the twelve months to|on|to|of|since|during|at end of|at)"
_NO_NOUN = r"(?!(?:from|in|on|since|during|compared|following|to|and|at|over|than)\b)"
_NOUN = rf"{_NO_NOUN}[a-z'-]+(?: {_NO_NOUN}[a-z'-]+){{0,3}}"
_BASE = rf"(?:(?:{_AT} )?{MONTH}|{_LAST_YEAR}|{_LAST_MONTH})"


@dataclass(frozen=True)
class Claim:
    """One thing a sentence says, and the verdict on it."""

    kind: str
    words: str
    verdict: str
    reason: str
    stored: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A sentence with its claims; without any it says nothing that can be held against figures."""

    text: str
    claims: tuple[Claim, ...] = field(default=())

    @property
    def verdict(self) -> str:
        """The worst of the claims; `not_checkable` where there is none."""
        verdicts = {one.verdict for one in self.claims}
        return next((one for one in (CONTRADICTED, AGREES) if one in verdicts), NOT_CHECKABLE)


class Book(Protocol):
    """Where the checker looks things up."""

    labels: Sequence[Label]
    authority_name: str

    def series(self, indicator_code: str) -> Series: ...


class PublicationBook:
    """The series of one authority in a publication, each read once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, authority_code: str, authority_name: str) -> None:
        self._connection = connection
        self._authority_code = authority_code
        self.authority_name = authority_name
        self.labels: Sequence[Label] = load_labels(connection, authority_code)
        self._read: dict[str, Series] = {}

    def series(self, indicator_code: str) -> Series:
        if indicator_code not in self._read:
            code, _, part = indicator_code.partition("|")
            dimension, _, value = part.partition("=")
            whole = load_series(self._connection, code, self._authority_code)
            self._read[indicator_code] = load_part(self._connection, whole, dimension, value) if part else whole
        return self._read[indicator_code]


class SeriesBook:
    """Series at hand, known by their names: for tests and notebooks."""

    def __init__(self, *series: Series, labels: Sequence[Label] = ()) -> None:
        self._series = {one.indicator.code: one for one in series}
        self.authority_name = series[0].authority_name if series else ""
        named = [Label(normal(one.indicator.name), one.indicator.code, False) for one in series]
        self.labels: Sequence[Label] = sorted([*labels, *named], key=lambda one: -len(one.text))

    def series(self, indicator_code: str) -> Series:
        return self._series[indicator_code]


def check_text(book: Book, text: str, *, indicator: str | None = None, month: date | None = None) -> list[Checked]:
    """Every sentence of a text with its claims and verdicts.

    `indicator` (a code) and `month` are what the text is about where it does not say so itself.
    """
    checked: list[Checked] = []
    before: str | None = None
    paragraph = -1
    for sentence in sentences(text):
        reader = _Reader(book, sentence.text, indicator, month, before if sentence.paragraph == paragraph else None)
        checked.append(Checked(sentence.text, tuple(reader.claims())))
        before, paragraph = reader.subject(), sentence.paragraph
    return checked


class _Reader:
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

    def claims(self) -> list[Claim]:
        for reading in _READINGS:
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

    def about(self, match: re.Match[str], *, is_explained: bool = False) -> _About:
        """The series and month a claim is about, or why that cannot be told; an explanation in it may name parts."""
        around = self.text[self._clause_start(match.start()) : match.end()]
        if _NOT_STATED.search(_MAY.sub("", around)):
            return _About(None, None, "it states a plan, a wish or a condition")
        if _NEGATED.search(self.text[: match.start()]):
            return _About(None, None, "it is a denial")
        mention = self._mention(match)
        if mention is not None and mention.narrowed:
            return _About(None, None, f"'{mention.label.text}' is narrowed to a part, or means more than one indicator")
        code = mention.label.indicator_code if mention else self.given or self.carried
        if code is None:
            return _About(None, None, "it names no indicator that the registry knows")
        outside = self._clause(match)
        for one in self.mentions:
            if one.label.indicator_code == code:
                outside = outside.replace(one.label.text, " ")
        part = None if is_explained else _PART.search(outside)
        name = self.book.authority_name.lower()
        if part and part[0] not in name and part[0] not in (mention.label.text if mention else ""):
            return _About(None, None, f"it may be about a part only ('{part[0]}')")
        series = self.book.series(code)
        if not series.months and not series.periods:
            return _About(series, None, f"the publication holds no figure of {series.indicator.name} here")
        last = series.last_with_figure()
        month = self.month or (last.month if self.given and last is not None else None)
        return _About(series, self._month_spoken_of(match, month), None)

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

    def month_at(self, text: str | None, about: _About) -> date | None:
        if not text:
            return about.month
        # Of "from April to November" the last month is the one that counts.
        found = re.findall(MONTH, text)
        return month_of(found[-1], about.month) if found else None

    def months_of(self, text: str | None, about: _About) -> list[date]:
        """The months named in a piece of text."""
        named = [month_of(one, about.month) for one in re.findall(MONTH, text or "")]
        return [one for one in named if one is not None]


@dataclass(frozen=True)
class _About:
    series: Series | None
    month: date | None
    why_not: str | None

    def here(self, month: date | None = None) -> Month | None:
        at = month or self.month
        return self.series.at(at) if self.series is not None and at is not None else None


Judge = Callable[[_Reader, "re.Match[str]", _About], Iterator[Claim]]


@dataclass(frozen=True)
class _Reading:
    """A way of saying things and who judges it; after one that `is_last` the rest of the sentence is explanation."""

    pattern: re.Pattern[str]
    judge: Judge
    is_last: bool = False


_READINGS: list[_Reading] = []


def _reads(*patterns: str, is_last: bool = False) -> Callable[[Judge], Judge]:
    def register(judge: Judge) -> Judge:
        _READINGS.extend(_Reading(re.compile(one), judge, is_last) for one in patterns)
        return judge

    return register


def _figure(series: Series, month: Month, column: str = "value") -> Figure:
    return Figure(
        series.authority_code,
        series.indicator.code,
        month.month.isoformat()[:7],
        column,
        month.value if column == "value" else month[column],
        month.source_ref,
    )


def _unchecked(kind: str, match: re.Match[str], why: str) -> Claim:
    return Claim(kind, match[0].strip(), NOT_CHECKABLE, why)


def _verdict(
    kind: str, match: re.Match[str], holds: bool | None, reason: str, *stored: Figure, unsure: str = ""
) -> Claim:
    verdict = NOT_CHECKABLE if holds is None else AGREES if holds else CONTRADICTED
    return Claim(kind, match[0].strip(), verdict, (unsure or reason) if holds is None else reason, stored)


def _all(*holds: bool | None) -> bool | None:
    """False if any is, else None if any is open, else True."""
    return False if False in holds else None if None in holds else True


def _stored_decimals(series: Series, *months: Month) -> int | None:
    return None if facts.is_exact(series, *months) else series.indicator.decimals


def _told(series: Series, month: Month, column: str = "value") -> str:
    value = month.value if column == "value" else month[column]
    name = month_name(month.month)
    return f"{name} has {shown(value, series.indicator.written)}" if value is not None else f"{name} has no figure"


def _base(reader: _Reader, about: _About, text: str | None, month: date) -> date | None:
    """The month that a change is counted from, by the words that name it."""
    if not text:
        return None
    if re.search(_LAST_YEAR, text):
        return months_back(month, 12)
    if re.search(_LAST_MONTH, text):
        return months_back(month, 1)
    return reader.month_at(text, about)


def _cannot_compare(series: Series, now: Month | None, then: Month | None, base: date) -> str | None:
    """Why two months cannot be compared, or None."""
    if now is not None and base >= now.month:
        return f"{month_name(base)} is not before the month the text is about"
    if now is None or now.value is None:
        return "there is no figure for the month itself"
    if then is None or then.value is None:
        return f"there is no figure for {month_name(base)} to compare with"
    if now.segment != then.segment:
        return f"the definition changed between {month_name(base)} and {month_name(now.month)}"
    return None


@_reads(rf"the definition changed in (?P<month>{MONTH}).*", is_last=True)
def _definition(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    month = reader.month_at(match["month"], about)
    if about.series is None or month is None:
        return
    at = about.here(month)
    changed = bool(at is not None and at["has_series_break"])
    yield _verdict(
        "break", match, changed, f"a series break {'is' if changed else 'is not'} stored for {month_name(month)}"
    )


@_reads(rf"there is no figure for (?P<month>{MONTH}).*", is_last=True)
def _absent(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    month = reader.month_at(match["month"], about)
    if about.series is None or month is None:
        return
    at = about.here(month)
    yield _verdict(
        "absent", match, at is None or at.value is None, _told(about.series, at) if at else "there is no figure"
    )


@_reads(
    r"no change on the month before can be given: .*",
    rf"no comparison with (?P<month>{MONTH}) can be given: .*",
    is_last=False,
)
def _no_comparison(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
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
    why = _cannot_compare(about.series, now, about.here(base), base)
    yield _verdict("absent", match, why is not None, why or "both months have comparable figures")


@_reads(rf"(?:the figure for (?P<month>{MONTH}) is |figures? (?:is|are) )(?:still )?provisional\b")
def _provisional(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at = about.here(reader.month_at(match["month"], about))
    if about.series is None or at is None:
        return
    holds = bool(at["is_provisional"])
    yield _verdict("provisional", match, holds, f"it is stored as {'provisional' if holds else 'not provisional'}")


@_reads(rf"(?P<n>{_NUM}) questions? about the quality of this figure (?:is|are) open")
def _questions(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at = about.here()
    if at is None:
        return
    number = at["open_findings"] or 0
    yield _verdict("findings", match, printed_number(match["n"]).value == number, f"{number} findings are open")


@_reads(r"(?:(?:quarter|year) to date|twelve months), [^:]*: cannot be given; .*", is_last=True)
def _no_window(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at = about.here()
    if at is None:
        return
    name = _window_name(match[0])
    status = at[f"{name}_status"]
    yield _verdict("window", match, status not in ("complete", "as_reported"), f"{name.replace('_', ' ')} is {status}")


def _window_name(text: str) -> str:
    return "quarter" if text.startswith("quarter") else "ytd" if text.startswith("year") else "rolling_12m"


@_reads(
    rf"(?:(?:quarter|year) to date|twelve months), [^:]*: (?P<n>{NUMBER})(?P<unit>{_UNIT}| days?| hours?)?"
    rf"(?:, (?P<change>.*) in the same months a year before)?"
)
def _window(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None:
        return
    name = _window_name(match[0])
    value = at[f"{name}_value"]
    if value is None:
        yield _unchecked("window", match, f"{name} is {at[f'{name}_status']}")
        return
    unit = series.indicator.written
    yield _verdict(
        "window",
        match,
        fits(printed_number(match["n"]), value, None),
        f"stored {shown(value, unit)}",
        _figure(series, at, f"{name}_value"),
    )
    before = series.before(at.month, 12)
    if match["change"] and name == "ytd" and before is not None and before["ytd_value"] is not None:
        yield from _change_parts("window", match, match["change"], series, value, before["ytd_value"], None)


@_reads(
    rf"projected outturn for (?P<year>\d{{4}}/\d\d): (?P<n>{NUMBER})(?:{_UNIT})?(?:, between "
    rf"(?P<lower>{NUMBER})(?:{_UNIT})? and (?P<upper>{NUMBER}))?"
)
def _projection(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
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
    yield _verdict(
        "projection", match, _all(year, *holds), f"stored {stored}", _figure(series, at, "projected_outturn")
    )


@_reads(rf"rated (?P<rag>green|amber|red)(?:, (?P<how>as|after (?P<was>green|amber|red)) in (?P<month>{MONTH}))?")
def _rating(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None:
        return
    if at["rag"] not in ("GREEN", "AMBER", "RED"):
        yield _unchecked("rating", match, f"it is not rated: {at['rag_reason']}")
        return
    holds = [at["rag"] == match["rag"].upper()]
    if match["how"]:
        was = (match["was"] or match["rag"]).upper()
        holds += [at["previous_rag"] == was, at["previous_rag_month"] == reader.month_at(match["month"], about)]
    yield _verdict(
        "rating",
        match,
        all(holds),
        f"stored {at['rag'].lower()}, before {str(at['previous_rag']).lower()}",
        _figure(series, at, "rag"),
    )


@_reads(r"not rated: .*")
def _not_rated(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at = about.here()
    if at is not None:
        yield _verdict("rating", match, at["rag"] == "not_rated", f"stored {at['rag']}")


@_reads(
    rf"(?P<where>within|outside) what is usual, (?P<lower>{NUMBER})(?:{_UNIT}| days?)? to (?P<upper>{NUMBER})",
    rf"(?P<where>near) the limit of what is usual in two of three months, (?P<lower>{NUMBER})(?:{_UNIT}| days?)? "
    rf"to (?P<upper>{NUMBER})",
)
def _usual(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or at["control_lower"] is None:
        return
    rules = (at["signal_rule"] or "").split("|")
    said = {
        "within": at["signal"] == "common_cause",
        "outside": "outside_limit" in rules,
        "near": "two_of_three" in rules,
    }
    limits = [fits(printed_number(match[name]), at[f"control_{name}"], None) for name in ("lower", "upper")]
    unit = series.indicator.written
    told = f"usual is {shown(at['control_lower'], unit)} to {shown(at['control_upper'], unit)}; signal {at['signal']}"
    yield _verdict("usual", match, _all(said[match["where"]], *limits), told, _figure(series, at))


@_reads(r"part of a run of months in one direction(?:: more than noise)?")
def _one_direction(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at = about.here()
    if at is not None:
        rules = (at["signal_rule"] or "").split("|")
        yield _verdict("one_direction", match, "one_direction" in rules, f"signal {at['signal']}, {at['signal_rule']}")


@_reads(rf"too few months \((?P<n>{_NUM})\) to tell a trend from noise")
def _too_few(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at = about.here()
    if at is not None:
        points = at["control_points"]
        yield _verdict("usual", match, printed_number(match["n"]).value == points, f"the chart has {points} points")


@_reads(r"the target cannot be judged: .*", is_last=True)
def _no_target(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at = about.here()
    if at is not None:
        yield _verdict("target", match, facts.is_met(at) is None, str(at["rag_reason"]))


@_reads(
    rf"(?:(?P<n>{_NUM}) months in a row|(?P<part>part of a run of months)) (?P<side>above|below) (?:the|its) "
    rf"average(?: of (?P<mean>{NUMBER}))?"
)
def _one_side(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or at["control_centre"] is None:
        if match["n"]:
            yield _unchecked("one_side", match, about.why_not or "there is no average to compare with")
        return
    run = facts.one_side_run(series, at)
    holds: list[bool | None] = [run is not None and run.kind == match["side"]]
    if match["n"]:
        holds.append(run is not None and run.months == printed_number(match["n"]).value)
    if match["mean"]:
        holds.append(fits(printed_number(match["mean"]), at["control_centre"], None))
    told = (
        f"{run.months} months {run.kind} the average of {shown(at['control_centre'], series.indicator.written)}"
        if run
        else "on the average"
    )
    yield _verdict("one_side", match, _all(*holds), told, _figure(series, at, "control_centre"))


@_reads(
    r"statistical neighbours \((?P<vintage>[^)]*) set\) for (?P<period>[^:]*): (?P<said>.*); (?P<used>\d+) of "
    r"(?P<members>\d+) used"
)
def _neighbour_answers(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    if about.series is None or about.month is None:
        return
    one = latest_benchmark(about.series, about.month, "statistical_neighbours")
    if one is None:
        yield _unchecked("neighbours", match, "no comparison with neighbours is stored")
        return
    holds: list[bool | None] = [
        str(one["vintage"]) == match["vintage"],
        benchmark_period(one).lower() == match["period"],
        int(match["used"]) == one["n_used"],
        int(match["members"]) == one["n_members"],
    ]
    for name, number in re.findall(rf"(mean|median|pooled) ({NUMBER})", match["said"]):
        holds.append(None if one.get(name) is None else fits(printed_number(number), one[name], None))
    yield _verdict(
        "neighbours",
        match,
        _all(*holds),
        f"stored mean {one.get('mean')}, median {one.get('median')}, pooled {one.get('pooled')}",
    )


@_reads(
    rf"(?P<rank>{ORDINAL})(?: (?:highest|lowest|largest|smallest))? (?:out )?of "
    rf"(?P<n>\d{{2,3}})\b(?P<rest>[^.;]*(?:\.\d[^.;]*)*)",
    r"ranked (?P<rank>\d+)(?:st|nd|rd|th)? out of (?P<n>\d{2,3})\b(?P<rest>.*)",
)
def _place(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    series = about.series
    if series is None:
        yield _unchecked("rank", match, about.why_not or "no series")
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
        yield _verdict("rank", match, holds, f"stored {told or f'{rank}, as printed'}")
    elif rows and not printed:
        yield _verdict("rank", match, False, f"stored {told}")
    else:
        yield _unchecked("rank", match, "no place is stored for that comparison")


_WHOM = r"(?P<whom>england(?:'s)?|national|statistical neighbours?'?s?|stat\.? n(?:eighbours?)?\.?)"


@_reads(
    rf"(?:(?P<own>{NUMBER})(?P<ownunit>{_UNIT})? for (?P<ownperiod>[^.;,]*) is )?"
    rf"(?P<dir>above|below|higher than|lower than|better than|worse than|the same as)(?: the)?(?: latest)?(?: "
    rf"published)?(?: rates? for)? {_WHOM}"
    rf"(?: (?:rates?|averages?|figures?))*(?:(?: of| \(|, which[a-z0-9 ]* was) "
    rf"?(?P<n>{NUMBER})(?P<unit>{_UNIT})?\)?)?(?: \((?P<period>[^)]*)\))?"
    rf"(?P<more>(?:, | and )+(?:that of )?statistical neighbours? \((?P<n2>{NUMBER}){PERCENT}?\))?"
)
def _others(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    series = about.series
    if series is None:
        yield _unchecked("comparator", match, about.why_not or "no series")
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
                yield _verdict("comparator", match, False, f"stored {told}")
                continue
            other: float | None = printed.number
            basis = "" if fitting else "; the comparator's own figure is not stored"
        else:
            sides = {_is_side(series, match["dir"], own, one) for one in known} if own is not None else set()
            # Printed and published comparators may differ: only what holds, or fails, beside all of them is judged.
            other = min(known) if len(sides) == 1 else None
            basis = "" if len(known) == 1 else f" and {len(known) - 1} more"
        if own is None or other is None:
            yield _unchecked(
                "comparator", match, "one of the two figures is not stored, or more than one could be meant"
            )
            continue
        holds = _is_side(series, match["dir"], own, other)
        told = f"{shown(own, series.indicator.written)} beside {shown(other, series.indicator.written)}{basis}"
        if match["own"]:
            holds = _all(holds, fits(printed_number(match["own"]), own, None))
        yield _verdict(
            "comparator",
            match,
            holds,
            told,
            *([own_source] if own_source else []),
            unsure="the indicator has no good direction",
        )


def _own_value(reader: _Reader, match: re.Match[str], about: _About) -> tuple[float | None, Figure | None]:
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
    return at.value, _figure(series, at)


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


@_reads(
    rf"(?:the target of|step on the way to the target is) (?P<words>(?:at least|at most|less than|more than) "
    rf"(?P<n>{NUMBER})|between (?P<lower>{NUMBER})\S* and (?P<upper>{NUMBER}))"
    rf"[^;.]*?(?:\.\d[^;.]*?)?(?:;? it)? is (?P<met>met|not met)"
)
def _target_met(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None:
        return
    met = facts.is_met(at)
    if met is None:
        yield _unchecked("target", match, f"the target cannot be judged: {at['rag_reason']}")
        return
    lower, upper = facts.edges(at)
    holds: list[bool | None] = [met == (match["met"] == "met")]
    for name, edge in (("lower", lower), ("upper", upper), ("n", upper if upper is not None else lower)):
        if match[name]:
            holds.append(edge is not None and fits(printed_number(match[name]), edge, None))
    yield _verdict("target", match, _all(*holds), f"{_told(series, at)}; edges {lower} to {upper}", _figure(series, at))


@_reads(
    rf"\bat (?P<own>{NUMBER}){PERCENT}?, (?:is |are )?(?:only |just )?(?P<gap>{_NUM})(?: percentage points?|"
    rf"{PERCENT})? (?P<dir>below|above|under|over) "
    rf"(?:the |our |its )?(?:\w+ )?target(?: for \d{{4}}/\d\d)? of (?P<n>{NUMBER})",
    rf"(?P<own>{NUMBER})(?: per 10,000|{PERCENT})?,? which is (?P<gap>{NUMBER}) ?%? (?P<dir>higher|lower|above|"
    rf"below)(?: than)? (?:the |our |its )?target of (?P<n>{NUMBER})",
)
def _target_sum(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    """A value, its target and the gap in one sentence must add up by themselves."""
    own, gap, target = (printed_number(match[name]) for name in ("own", "gap", "n"))
    apart = own.number - target.number
    up = match["dir"] in ("above", "over", "higher")
    percent = apart / target.number * 100 if target.number else None
    size = fits(gap, abs(apart), max(own.decimals, target.decimals)) or (
        percent is not None and fits(gap, abs(percent), None)
    )
    holds = (apart > 0) == up and apart != 0 and bool(size)
    yield _verdict(
        "target", match, holds, f"{match['own']} is {abs(apart):g} {'above' if apart > 0 else 'below'} {match['n']}"
    )
    if (
        about.series is not None
        and about.month is not None
        and _unit_fits(about.series, "%" in match[0][: match.start("gap") - match.start()], "per 10,000" in match[0])
    ):
        yield from _judge_value(reader, match, about, own, about.month)


@_reads(
    rf"(?P<dir>below|above|under|over|exceeded|exceeds|exceeding|better than|worse than|meets|has met|ahead of|"
    rf"within|missed|misses)(?: the| our| its)?"
    rf"(?: internal| local| challenging| indicative| slightly)* target(?: rate)?(?: set)?(?!\s*range)(?:(?: \(| "
    rf"of|,)? ?(?P<n>{NUMBER}){PERCENT}?\)?)?"
    rf"(?: by (?P<gap>{NUMBER}))?(?P<run>[^.;]*? for (?:the )?(?:(?P<nth>{ORDINAL}) (?:consecutive )?month|"
    rf"(?P<months>{_NUM}) months)\b(?: running| in a row)?)?"
)
def _target_side(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    series = about.series
    if series is None:
        yield _unchecked("target", match, about.why_not or "no series")
        return
    months = reader.months_of(reader.text[: match.start()], about)
    at = about.here(months[-1] if months else None)
    if at is None or at.value is None:
        yield _unchecked("target", match, "there is no figure for the month")
        return
    stated = printed_number(match["n"]) if match["n"] else None
    known = _targets(series, at)
    if stated is not None and known and not any(fits(stated, one, None) for one in known):
        told = ", ".join(sorted(f"{one:g}" for one in known))
        yield _verdict("target", match, False, f"the stored target is {told}", _figure(series, at, "target"))
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
    told = f"{_told(series, at)}; target {', '.join(f'{one:g}' for one in sorted(known)) or 'not stored'}"
    if match["gap"] and goal is not None and holds:
        holds = _all(holds, fits(printed_number(match["gap"]), abs(at.value - goal), _stored_decimals(series, at)))
    elif match["gap"] and holds:
        holds = None
    yield _verdict("target", match, holds, told, _figure(series, at), unsure="no target is stored for the month")
    if match["run"]:
        number = ordinal_number(match["nth"]) if match["nth"] else int(printed_number(match["months"]).value)
        yield from _judge_run("target_run", match, number, facts.target_run(series, at), None, series, at)


@_reads(
    rf"(?:has )?(?P<what>met|missed) (?:its|the|our) target for (?:the )?(?:(?P<nth>{ORDINAL}) (?:consecutive "
    rf")?month|(?P<months>{_NUM}) (?:consecutive )?months?)\b",
    rf"(?P<what>target missed|target met|off the way to the target) for (?:the )?(?:(?P<nth>{ORDINAL}) "
    rf"(?:consecutive )?month|(?P<months>{_NUM}) (?:consecutive )?months?)\b",
)
def _target_streak(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None:
        yield _unchecked("target_run", match, about.why_not or "no month")
        return
    number = ordinal_number(match["nth"]) if match["nth"] else int(printed_number(match["months"]).value)
    kind = "met" if match["what"] in ("met", "target met") else "missed"
    yield from _judge_run("target_run", match, number, facts.target_run(series, at), kind, series, at)


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


def _judge_run(
    kind: str, match: re.Match[str], number: int, run: facts.Run | None, wanted: str | None, series: Series, at: Month
) -> Iterator[Claim]:
    """ "for the third month running" needs just three: a longer run has another number, a shorter one was broken."""
    if run is None:
        yield _unchecked(kind, match, "the months before cannot be compared")
        return
    told = f"{run.kind} for {run.months} month{'' if run.months == 1 else 's'} since {month_name(run.first)}"
    same = wanted is None or run.kind == wanted
    if same and run.months < number and not run.is_whole:
        yield _unchecked(
            kind, match, f"stored months show {run.months} only; what was before is not stored or not comparable"
        )
        return
    yield _verdict(kind, match, same and run.months == number, told, _figure(series, at))


@_reads(
    rf"(?P<joint>joint )?(?P<kind>highest|lowest)(?: (?:rate|number|level|point|figure|value|it has been|ever))*"
    rf"(?: (?P<since>since (?P<month>{MONTH}))| (?:(?:in|for|of|during|within|over(?= the )) )*(?:the |a "
    rf")?(?:(?P<over>over|more than) )?(?:a |the )?(?:last |past |previous )?"
    rf"(?:(?P<months>{_NUM}) (?:(?P<set>comparable months with a figure since (?P<from>{MONTH}))|months?)|"
    rf"(?P<year>twelve months|year)))"
    rf"(?P<with>, with (?P<other>{MONTH}))?"
)
def _extreme(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if series is None or at is None or at.value is None or facts.is_running_total(series):
        yield _unchecked("extreme", match, about.why_not or "there is no figure to be the highest or lowest")
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
        yield _verdict(
            "extreme",
            match,
            False,
            f"{_told(series, worst)}, {_told(series, at)}",
            _figure(series, at),
            _figure(series, worst),
        )
        return
    tied = [one for one in comparable if facts.printed(series, one) == now]
    if len(comparable) != len(window):
        yield _unchecked(
            "extreme", match, "the definition changed within that time; no comparable month contradicts it"
        )
        return
    calendar = (at.month.year - first.year) * 12 + at.month.month - first.month
    if match["set"] and len(comparable) + 1 != printed_number(match["months"]).value:
        yield _verdict("extreme", match, False, f"{len(comparable) + 1} comparable months have a figure")
        return
    if len(comparable) < (1 if since else max(2, calendar - 6)) and not (since and calendar == 1):
        yield _unchecked("extreme", match, f"only {len(comparable) + 1} of its months are stored")
        return
    if match["joint"] and not tied and exact:
        yield _verdict("extreme", match, False, "no other month has the same figure", _figure(series, at))
        return
    if match["other"] and reader.month_at(match["other"], about) not in [one.month for one in tied]:
        yield _verdict("extreme", match, False, "that month has another figure", _figure(series, at))
        return
    missing = calendar - len(comparable) - (1 if since else 0)
    note = f" ({missing} months of that time have no figure)" if missing > 0 else ""
    yield _verdict(
        "extreme",
        match,
        True,
        f"{_told(series, at)}, none of {len(comparable)} other months is {'higher' if highest else 'lower'}{note}",
        _figure(series, at),
    )


@_reads(
    rf"(?P<who>performance\b[^.;]*?)?\b(?P<move>{_MOVE})(?: slightly| again| significantly)*,? for (?:the "
    rf")?(?:(?P<nth>{ORDINAL}) (?:consecutive |successive )?month|(?P<months>{_NUM}) (?:consecutive |successive "
    rf")?months)\b(?: running| in a row)?",
)
def _running(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or facts.is_running_total(series):
        yield _unchecked("run", match, about.why_not or "no month")
        return
    wanted = _way(series, match["move"], is_performance=_is_performance(reader, match))
    if wanted is None:
        yield _unchecked("run", match, "the indicator has no good direction")
        return
    number = ordinal_number(match["nth"]) if match["nth"] else int(printed_number(match["months"]).value)
    run = facts.direction_run(series, at)
    if run is None and facts.step(series, at) == 0:
        yield _verdict("run", match, False, "the figure did not move", _figure(series, at))
        return
    yield from _judge_run("run", match, number, run, "up" if wanted > 0 else "down", series, at)


def _is_performance(reader: _Reader, match: re.Match[str]) -> bool:
    """Performance, or timeliness, is said to move: what that means for the figure goes by polarity."""
    before = reader.text[max(0, match.start() - 150) : match.start() + 40]
    return bool(re.search(r"\bperformance\b", before + match[0]))


def _way(series: Series, move: str, *, is_performance: bool) -> int | None:
    """1 or -1: which way the figure is said to move; None where that cannot be told."""
    polarity = {"higher": 1, "lower": -1}.get(series.indicator.polarity)
    if re.fullmatch(_GOOD, move):
        return polarity
    if re.fullmatch(_BAD, move):
        return -polarity if polarity else None
    way = 1 if re.fullmatch(_UP, move) else -1
    if is_performance:
        return way * polarity if polarity else None
    return way


@_reads(
    rf"(?P<what>(?:almost )?the same) as (?P<base>{_AT} {MONTH}|{_LAST_YEAR}|{_LAST_MONTH})",
    rf"(?P<hedge>{HEDGE} )?(?P<n>{_NUM})(?P<unit>{_UNIT}| days?| hours?)?(?: \((?P<pct>{NUMBER}){PERCENT}\))?(?: "
    rf"of these| contacts| referrals| children)? "
    rf"(?P<dir>more|fewer|less|higher|lower)(?: [a-z]+){{0,3}} than (?P<base>{_BASE})",
)
def _more_than(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    series = about.series
    now = _month_before(reader, match, about)
    if series is None or now is None:
        yield _unchecked("change", match, about.why_not or "which month is meant is not said")
        return
    base = _base(reader, about, match["base"], now.month)
    if base is None:
        yield _unchecked("change", match, "which month it is compared with is not said")
        return
    then = series.at(base)
    why = _cannot_compare(series, now, then, base)
    if why or then is None or now.value is None or then.value is None:
        yield _unchecked("change", match, why or "no figure")
        return
    stored = (_figure(series, now), _figure(series, then))
    if "what" in match.groupdict() and match.groupdict().get("what"):
        same = facts.printed(series, now) == facts.printed(series, then)
        yield _verdict("change", match, same, f"{_told(series, now)}, {_told(series, then)}", *stored)
        return
    yield from _change_parts(
        "change", match, match[0], series, now.value, then.value, _stored_decimals(series, now, then), *stored
    )


def _month_before(reader: _Reader, match: re.Match[str], about: _About) -> Month | None:
    """The month a claim is about: the last one named before it in the sentence, else the month of the text."""
    before = reader.text[: match.start()]
    names = re.findall(rf"(?:in|at the end of|end of|to|during) ({MONTH})", before)
    named = [month_of(one, about.month) for one in names]
    known = [one for one in named if one is not None]
    return about.here(known[-1] if known else None)


_SIZE = re.compile(
    rf"(?P<hedge>{HEDGE} )?(?P<n>{_NUM})(?P<unit>{_UNIT}| days?| hours?)?(?: "
    rf"\((?P<pct>{NUMBER}){PERCENT}\))?[a-z ]*?\b(?P<dir>more|fewer|less|higher|lower) than"
)


def _change_parts(
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
        yield _verdict(
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
        printed_number(found["n"], percent=_is_percent(found["unit"]), hedge=found["hedge"]),
        printed_number(found["pct"], percent=True) if found["pct"] else None,
        *stored,
    )


def _is_percent(unit: str | None) -> bool:
    return bool(unit and re.fullmatch(PERCENT, unit))


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
    # Two stored figures that are themselves rounded leave their difference open by as much again.
    doubled = None if decimals is None else decimals
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
            right = fits(size, abs(change), doubled) or (
                abs(abs(change) - size.number) <= 0.5 * 10**-size.decimals + 10**-decimals - 1e-9 and size.hedge is None
            )
        if not right and size.is_percent and relative is not None and fits(size, abs(relative), None):
            # A percentage of a percentage: sloppy, but what is meant can hold.
            right = True
        holds.append(right)
    if percent is not None:
        holds.append(None if relative is None else fits(percent, abs(relative), None))
    return _verdict(kind, match, _all(*holds), told, *stored)


@_reads(
    rf"(?P<move>increase|rise|decrease|fall|reduction|drop) of (?P<n>{NUMBER}) (?P<what>[^().;]{{3,140}}) "
    rf"\((?P<pct>{NUMBER}){PERCENT}(?: (?:increase|decrease|rise|fall|reduction))?\)"
)
def _change_and_share(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    """A change and its percentage must fit each other: what it was before is the stored count without the change."""
    at, series = about.here(), about.series
    if series is None or at is None or at.value is None or not facts.is_exact(series, at):
        yield _unchecked("change", match, about.why_not or "there is no count for the month")
        return
    size = printed_number(match["n"]).number
    way = -1 if match["move"] in ("decrease", "fall", "reduction", "drop") else 1
    before = at.value - way * size
    if before <= 0:
        yield _unchecked("change", match, "the change is larger than the count")
        return
    share = size / before * 100
    told = f"{_told(series, at)}; {match['n']} {'more' if way > 0 else 'fewer'} than {before:,.0f} is {share:.1f}%"
    yield _verdict("share", match, fits(printed_number(match["pct"]), share, None), told, _figure(series, at))


@_reads(
    rf"\b(?P<move>{_MOVE})(?: slightly| again| further| sharply)* (?:of|by) (?P<hedge>{HEDGE} "
    rf")?(?P<n>{_NUM})(?P<unit>{_UNIT})?(?: {_NOUN})?"
    rf"(?: \((?P<pct>{NUMBER}){PERCENT}(?: (?:increase|decrease|rise|fall|reduction))?\))?(?P<after>,? "
    rf"(?:compared (?:to|with) |from |since |on |in |during )(?:{_LAST_MONTH}|{_LAST_YEAR}|{MONTH}))?(?=[ .,;:)]|$)",
    rf"(?P<n>{_NUM})(?P<unit>[ -]?percentage[ -]points?|{PERCENT}) (?P<move>increase|decrease|rise|fall|"
    rf"reduction|drop)(?P<after> (?:in|on|from|since) (?:{_LAST_MONTH}|{_LAST_YEAR}|{MONTH}))?",
    rf"(?:is|are|was|were|currently) (?P<n>{NUMBER})(?P<unit>{_UNIT})? (?P<move>higher|lower) than "
    rf"(?P<after>{_LAST_YEAR}|{_LAST_MONTH})",
)
def _moved_by(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    groups = match.groupdict()
    series = about.series
    if series is None:
        yield _unchecked("change", match, about.why_not or "no series")
        return
    after = groups.get("after") or ""
    month, base = about.month, None
    if re.search(_LAST_YEAR, after):
        base = months_back(month, 12) if month else None
    elif re.search(_LAST_MONTH, after):
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
        yield _unchecked("change", match, "which months are compared is not said")
        return
    now, then = series.at(month), series.at(base)
    why = _cannot_compare(series, now, then, base)
    if why or now is None or then is None or now.value is None or then.value is None:
        yield _unchecked("change", match, why or "no figure")
        return
    move = {"higher": "up", "lower": "down", "rise": "up", "fall": "down"}.get(match["move"], match["move"])
    move = "fell" if move == "fall" else move
    way = _way(series, move, is_performance=_is_performance(reader, match))
    size = printed_number(match["n"], percent=_is_percent(groups.get("unit")), hedge=groups.get("hedge"))
    percent = printed_number(groups["pct"], percent=True) if groups.get("pct") else None
    yield _size_of_change(
        "change",
        match,
        series,
        now.value,
        then.value,
        _stored_decimals(series, now, then),
        way,
        size,
        percent,
        _figure(series, now),
        _figure(series, then),
    )


@_reads(
    rf"\b(?:(?P<move>{_MOVE})\b[^.;]{{0,60}}? )?from (?P<a>{NUMBER})(?P<ua>{PERCENT})?(?: in (?:the (?:year|"
    rf"quarter) to )?(?P<ma>{MONTH}))? to (?P<b>{NUMBER})(?P<ub>{PERCENT})?(?P<after>[^.;]*)"
)
def _from_to(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    a, b = printed_number(match["a"]), printed_number(match["b"])
    if match["move"] and a.value != b.value:
        move = match["move"]
        if re.fullmatch(_UP, move) or re.fullmatch(_DOWN, move):
            said = 1 if re.fullmatch(_UP, move) else -1
            if not re.search(r"\bperformance\b", match[0]) and ((b.value > a.value) - (b.value < a.value)) != said:
                yield _verdict(
                    "from_to", match, False, f"from {match['a']} to {match['b']} is not the way the sentence says"
                )
                return
    series = about.series
    if series is None:
        yield _unchecked("from_to", match, about.why_not or "no series")
        return
    if not _unit_fits(series, bool(match["ub"]), False):
        yield _unchecked("from_to", match, "the numbers are in another unit than the indicator")
        return
    named = reader.months_of(match["after"], about)
    month = named[-1] if named else about.month
    if month is None:
        yield _unchecked("from_to", match, "which months are meant is not said")
        return
    base = (
        reader.month_at(match["ma"], about)
        if match["ma"]
        else months_back(month, 1)
        if re.search(_LAST_MONTH, match[0])
        else None
    )
    now, then = series.at(month), series.at(base) if base else None
    yield from _judge_value(reader, match, about, b, month)
    if then is not None and then.value is not None and now is not None:
        yield _verdict(
            "from_to",
            match,
            fits(a, then.value, _stored_decimals(series, then)),
            _told(series, then),
            _figure(series, then),
        )


@_reads(rf"^(?P<move>up|down) on (?P<month>{MONTH}), (?P<means>an improvement|a worsening)")
def _up_on(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    base = reader.month_at(match["month"], about)
    if at is None or series is None or base is None:
        return
    then = series.at(base)
    why = _cannot_compare(series, at, then, base)
    if why or then is None or at.value is None or then.value is None:
        yield _unchecked("direction", match, why or "no figure")
        return
    moved = (at.value > then.value) - (at.value < then.value)
    holds = [moved == (1 if match["move"] == "up" else -1)]
    if at["performance_direction"] in ("improving", "worsening"):
        holds.append((at["performance_direction"] == "improving") == (match["means"] == "an improvement"))
    yield _verdict(
        "direction",
        match,
        all(holds),
        f"{_told(series, at)}, {_told(series, then)}; {at['performance_direction']}",
        _figure(series, at),
        _figure(series, then),
    )


@_reads(
    rf"\b(?P<dir>higher|lower|more|fewer)(?: [a-z]+){{0,2}} than (?:in )?(?P<base>{MONTH}(?: (?:and|or) "
    rf"{MONTH})*|{_LAST_YEAR}|{_LAST_MONTH}|(?:at )?the same point last year|a month (?:and a year )?ago)"
)
def _beside_months(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    at, series = about.here(), about.series
    if at is None or series is None or facts.is_running_total(series):
        yield _unchecked("direction", match, about.why_not or "which month is meant is not said")
        return
    bases = reader.months_of(match["base"], about)
    if "year" in match["base"]:
        bases.append(months_back(at.month, 12))
    if "month" in match["base"]:
        bases.append(months_back(at.month, 1))
    for base in bases:
        then = series.at(base)
        why = _cannot_compare(series, at, then, base)
        if why or then is None or at.value is None or then.value is None:
            yield _unchecked("direction", match, why or "no figure")
            continue
        up = match["dir"] in ("higher", "more")
        now_printed, then_printed = facts.printed(series, at), facts.printed(series, then)
        holds = now_printed > then_printed if up else now_printed < then_printed
        yield _verdict(
            "direction",
            match,
            holds,
            f"{_told(series, at)}, {_told(series, then)}",
            _figure(series, at),
            _figure(series, then),
        )


@_reads(
    rf"\b(?P<move>{_MOVE})\b(?: slightly| again| significantly| further)* (?P<when>in (?P<month>{MONTH})|month[- "
    rf"]on[- ]month|in the quarter to (?P<qmonth>{MONTH})|"
    rf"(?:since|on|compared with|compared to|from) (?:{_LAST_MONTH}|{_LAST_YEAR})|since (?P<base>{MONTH})|in a "
    rf"month|in the month)(?: to (?P<n>{NUMBER})(?P<unit>{PERCENT})?)?"
)
def _moved(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    series = about.series
    if series is None or about.month is None or facts.is_running_total(series):
        yield _unchecked("direction", match, about.why_not or "which month is meant is not said")
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
    elif re.search(_LAST_YEAR, match["when"]):
        base = months_back(month, 12)
    now, then = series.at(month), series.at(base)
    why = _cannot_compare(series, now, then, base)
    if why or now is None or then is None or now.value is None or then.value is None:
        yield _unchecked("direction", match, why or "no figure")
    else:
        way = _way(series, match["move"], is_performance=_is_performance(reader, match))
        change = (facts.printed(series, now) > facts.printed(series, then)) - (
            facts.printed(series, now) < facts.printed(series, then)
        )
        holds = None if way is None or (change == 0 and not facts.is_exact(series, now, then)) else change == way
        yield _verdict(
            "direction",
            match,
            holds,
            f"{_told(series, now)}, {_told(series, then)}",
            _figure(series, now),
            _figure(series, then),
            unsure="the indicator has no good direction, or both months print the same",
        )
    if match["n"] and now is not None:
        yield from _judge_value(reader, match, about, printed_number(match["n"]), month)


@_reads(
    rf"(?P<pct>{NUMBER}){PERCENT} \((?P<n>{NUMBER}) of (?P<m>{NUMBER})\)",
    rf"(?P<n>{NUMBER}) of (?P<m>{NUMBER}) \((?P<pct>{NUMBER}){PERCENT}\)",
)
def _parts_of(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
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
    yield _verdict("parts", match, holds, told)
    series = about.series
    months = reader.months_of(reader.text[match.end() :][:40], about)
    at = about.here(months[0] if months else None)
    if series is None or at is None or at.value is None or not series.indicator.written.is_percent:
        return
    yield _verdict(
        "value", match, fits(share, at.value, _stored_decimals(series, at)), _told(series, at), _figure(series, at)
    )
    if at["numerator"] is not None and at["denominator"] is not None:
        right = fits(part, at["numerator"], None) and fits(whole, at["denominator"], None)
        yield _verdict(
            "parts",
            match,
            bool(right),
            f"stored {at['numerator']:g} of {at['denominator']:g}",
            _figure(series, at, "numerator"),
        )


@_reads(
    rf"(?P<m>{NUMBER}) [a-z ]{{3,60}}, of which (?P<a>{NUMBER}) (?:were )?(?P<x>[a-z ]+) (?:with|and) "
    rf"(?P<b>{NUMBER}) (?:were )?(?:outside|out|not|late)\b"
)
def _sum_of_parts(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    whole, a, b = (printed_number(match[name]).number for name in ("m", "a", "b"))
    yield _verdict("parts", match, whole == a + b, f"{a:g} and {b:g} make {a + b:g}")
    if about.series is not None and about.month is not None:
        yield from _judge_value(reader, match, about, printed_number(match["m"]), about.month)


@_reads(
    rf"^(?P<name>[^:]{{3,120}}): (?P<n>{NUMBER})(?P<unit>{_UNIT}| days?| hours?| months?)?(?P<when> (?:in the "
    rf"twelve months to|from april to|at the end of|in) (?P<month>{MONTH}))",
    rf"\b(?:was|is|were|are|stands at|stood at|remains at|is at|was at|at|to|remaining steady at|subject to)(?: "
    rf"currently| now)? (?P<hedge>{HEDGE} )?(?P<n>{NUMBER})(?P<unit>{_UNIT})?(?=[ .,;:)]|$)(?! ?(?:more|less|"
    rf"fewer|higher|lower|above|below|better|worse|of|out of|or|to|and \d)\b)",
)
def _value(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    series = about.series
    groups = match.groupdict()
    if re.search(
        r"\b(?:target|average|national|england|threshold|page|section|item|grade|key)\b[^,;]{0,25}$|\byears? $",
        reader.text[: match.start()],
    ):
        return
    if series is None:
        if not (about.why_not or "").startswith("it names no"):
            yield _unchecked("value", match, about.why_not or "no series")
        return
    named = groups.get("month")
    months = reader.months_of(named or _without_ranges(reader.text), about)
    month = months[0] if len(set(months)) == 1 else about.month if not months else None
    if month is None:
        yield _unchecked("value", match, "which month is meant is not said")
        return
    unit = groups.get("unit") or ""
    printed = printed_number(match["n"], percent=_is_percent(unit), hedge=groups.get("hedge"))
    if named is None and not _unit_fits(series, _is_percent(unit), "per 10,000" in unit):
        yield _unchecked("value", match, "the number is in another unit than the indicator")
        return
    yield from _judge_value(reader, match, about, printed, month, is_of_month=named is not None)


def _without_ranges(text: str) -> str:
    """ "April - November 2013" is a stretch that ends with its last month."""
    return re.sub(rf"\b{MONTH} ?(?:-|to) (?={MONTH})", "", text)


_FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
# How far, in percentage points, a fraction in words may be from the figure, and from where on it is wrong.
NEAR_FRACTION, FAR_FRACTION = 2.5, 7.5


@_reads(
    rf"(?P<hedge>{HEDGE} )?(?:\b(?P<a>{WORDS}|\d+) in (?P<b>{WORDS}|\d+)\b|"
    r"\b(?:(?P<many>an?|one|two|three|four) )?(?P<part>half|third|quarter|fifth|tenth)s?\b)"
    r"(?! ?(?:quarter|month|year|time|consecutive|week|%|of the year|review|floor|stage|january|february|to date))"
)
def _fraction(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
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
        told = f"{_told(series, at)}; the words mean {share:.1f}%"
        yield _verdict("fraction", match, holds, told, _figure(series, at))


def _unit_fits(series: Series, is_percent: bool, is_rate: bool) -> bool:
    unit = series.indicator.written
    return unit.is_percent == is_percent and (unit.unit == "rate_per_10000") == is_rate


def _judge_value(
    reader: _Reader, match: re.Match[str], about: _About, printed: Printed, month: date, *, is_of_month: bool = False
) -> Iterator[Claim]:
    """A value may be that of the month, or of another window that ends with it: only what fits none is wrong."""
    series = about.series
    assert series is not None
    at = series.at(month)
    known: list[tuple[str, float, Figure]] = []
    if at is not None:
        if at.value is not None:
            known.append(("value", at.value, _figure(series, at)))
        for name in () if is_of_month else ("quarter_value", "ytd_value", "rolling_12m_value"):
            if at[name] is not None:
                known.append((name, float(at[name]), _figure(series, at, name)))
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
    decimals = None if at is None or at.value is None else _stored_decimals(series, at)
    for name, value, figure in known:
        if fits(printed, value, decimals if name == "value" else None):
            yield _verdict(
                "value", match, True, f"{name.replace('_', ' ')} {shown(value, series.indicator.written)}", figure
            )
            return
    if at is None or at.value is None:
        yield _unchecked("value", match, f"there is no figure for {month_name(month)}")
    elif (not is_of_month and _PERIOD_WORDS.search(_without_labels(reader))) or fits(
        printed, at.value, decimals
    ) is None:
        yield _unchecked("value", match, f"another period, or a rough number, may be meant; {_told(series, at)}")
    elif printed.value == 0 and printed.text.lower() in SMALL:
        yield _unchecked("value", match, "no number is printed")
    else:
        yield _verdict("value", match, False, _told(series, at), _figure(series, at))


def _without_labels(reader: _Reader) -> str:
    text = reader.text
    for one in reader.mentions:
        text = text.replace(one.label.text, " ")
    return text


@_reads(
    rf"(?<![\w-])(?:the |out of the |a total of )?(?P<hedge>{HEDGE} )?(?P<n>{NUMBER}) (?P<label>[a-z][a-z -]{{3,80}})"
)
def _counted(reader: _Reader, match: re.Match[str], about: _About) -> Iterator[Claim]:
    """ "891 contacts": a number straight before a label of a count."""
    at = match.start("label")
    named = next((one for one in reader.mentions if one.start == at), None)
    if named is None or named.narrowed or about.series is None or about.month is None:
        return
    series = reader.book.series(named.label.indicator_code)
    if series.indicator.kind != "count" or series.indicator.unit != "count" or not series.months:
        return
    months = reader.months_of(_without_ranges(reader.text), about)
    if len(set(months)) > 1:
        yield _unchecked("value", match, "which month is meant is not said")
        return
    month = months[0] if months else about.month
    printed = printed_number(match["n"], hedge=match["hedge"])
    if not re.search(r"\b(?:received|completed|there were|we had|were|in the month|supported|out of)\b", reader.text):
        yield _unchecked("value", match, "the sentence does not say that this is the month's figure")
        return
    yield from _judge_value(reader, match, _About(series, month, None), printed, month)


def count_verdicts(checked: Sequence[Checked]) -> Mapping[str, int]:
    """How many sentences have which verdict, and how many make no claim."""
    counts = {AGREES: 0, CONTRADICTED: 0, NOT_CHECKABLE: 0, "no_claim": 0}
    for one in checked:
        counts[one.verdict if one.claims else "no_claim"] += 1
    return counts


def as_records(checked: Sequence[Checked]) -> list[dict[str, Any]]:
    """Plain records of sentences, claims and stored figures, for JSON."""
    return [
        {
            "sentence": one.text,
            "verdict": one.verdict if one.claims else "no_claim",
            "claims": [
                {
                    "kind": claim.kind,
                    "words": claim.words,
                    "verdict": claim.verdict,
                    "reason": claim.reason,
                    "stored": [vars(figure) for figure in claim.stored],
                }
                for claim in one.claims
            ],
        }
        for one in checked
    ]
