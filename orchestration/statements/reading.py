"""A text taken apart: sentences, the numbers printed in them, the months and the indicators they name.

Belongs here: reading what is printed. Does not belong here: whether it is true (`checking`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.statements.series import Label
from orchestration.statements.words import MONTHS, ORDINALS, SMALL, rounded

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-") | {
    ord("’"): "'",
    ord("‘"): "'",
    0xA0: " ",
    ord("“"): '"',
    ord("”"): '"',
}
MONTH_WORDS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
MONTH_WORDS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1) if name != "May"} | {"sept": 9}

MONTH = r"(?:" + "|".join(sorted(MONTH_WORDS, key=len, reverse=True)) + r")\b(?: \d{4}\b)?"
WORDS = "|".join(SMALL[1:])
ORDINAL = r"(?:\d+(?:st|nd|rd|th)|" + "|".join(ORDINALS[1:]) + r")"
# Never the inside of another number, nor the tail of a word, nor a day or a year of a date such as 2012/13.
NUMBER = r"(?<![\w.,/-])£?-?\d+(?:,\d{3})*(?:\.\d+)?(?![\d/]|\.\d|,\d{3}|[a-z])"
PERCENT = r"(?: ?%| per cent\b| percent\b)"

HEDGES = {
    "about": "approximately|approx\\.?|about|around|roughly|circa|some|in the region of|close to|just about",
    "over": "more than|well over|just over|over|in excess of|greater than",
    "least": "at least|no less than|no fewer than",
    "under": "less than|fewer than|lower than|just under|under",
    "nearly": "nearly|almost|just short of",
    "most": "at most|up to|no more than",
}
HEDGE = "(?:" + "|".join(HEDGES.values()) + ")"
_HEDGE_OF = {word: kind for kind, words in HEDGES.items() for word in words.replace("\\.?", "").split("|")}

# Before a label these narrow nothing; another word there means another, narrower thing.
_OPEN_BEFORE = frozenset(
    re.findall(
        r"\S+",
        """
        the a an our its their your his this that these those of in on and or for to at by from with has had have seen
        number numbers total overall all rate rates percentage proportion share percent volume volumes level levels
        figure more fewer less many most some number: % than were was is are that which there's number's not when while
        as increase increased decrease decreased rise reduction reduced over about approximately nearly almost now
        council's county's recorded
        """,
    )
)
_NARROWS_AFTER = re.compile(
    r"^ (?:from|by|with|without|that|which|where|whose|who|of|for|resulting|result|progressed|progressing|referred|"
    r"going|coming|completed|started|aged|under|open|waiting|placed|leaving|subject|starting|supervised|in (?!"
    + MONTH
    + r"|the (?:month|year|quarter|last|past|same)|a (?:month|year)|all\b|total\b|\d{4}))\b(?! £?\d| april to)"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence as written, and the paragraph it stands in."""

    text: str
    paragraph: int


@dataclass(frozen=True)
class Printed:
    """A number as printed: 17.4 has one decimal; `hedge` is how it is qualified (about, over, nearly ...)."""

    text: str
    value: Decimal
    decimals: int
    is_percent: bool = False
    hedge: str | None = None

    @property
    def number(self) -> float:
        return float(self.value)


@dataclass(frozen=True)
class Mention:
    """A label found in a sentence; `narrowed` where the words around it make it a part or something else."""

    start: int
    end: int
    label: Label
    narrowed: bool


def normal(text: str) -> str:
    """Lower case, plain dashes, quotes and blanks, no emphasis marks."""
    plain = re.sub(r"<[^<>]{1,80}>|\*+|_{2,}", "", text.translate(_DASHES))
    return re.sub(r"\s+", " ", plain).strip().lower()


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text. Bullets and blank lines end a paragraph; the cells of a table row are apart."""
    number = 0
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-•·*!]|\d+(?:\.\d+)*\.?)\s+\S)", text):
        for cell in re.split(r"\t+|<p>|</p>|\s\|\s", block):
            joined = re.sub(r"^\s*(?:[-•·*!#]+ |\d+(?:\.\d+)+\.? (?=[A-Z*\"']))", "", re.sub(r"\s+", " ", cell)).strip()
            if not joined:
                continue
            number += 1
            for part in re.split(
                r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!Stat\.)(?<!No\.)(?<!approx\.)\s+(?=[\"'(£]?[A-Z0-9])", joined
            ):
                if part.strip():
                    yield Sentence(part.strip(), number)


def printed_number(text: str, *, percent: bool = False, hedge: str | None = None) -> Printed:
    """The number of digits or of a word up to twenty. Raises ValueError for anything else."""
    cleaned = text.strip().lower()
    kind = _HEDGE_OF.get(hedge.strip()) if hedge else None
    if cleaned in SMALL:
        return Printed(text, Decimal(SMALL.index(cleaned)), 0, percent, kind)
    digits = cleaned.replace(",", "").replace("£", "").replace("%", "").strip()
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", digits):
        raise ValueError(f"{text!r} is not a number")
    decimals = len(digits.partition(".")[2])
    return Printed(text, Decimal(digits), decimals, percent, kind)


def ordinal_number(text: str) -> int:
    """2 of second, 13 of 13th. Raises ValueError for anything else."""
    cleaned = text.strip().lower()
    return ORDINALS.index(cleaned) if cleaned in ORDINALS else int(cleaned.rstrip("stndrh"))


def fits(printed: Printed, stored: float, stored_decimals: int | None) -> bool | None:
    """Whether a printed number is the stored one, at the decimals printed; None where a hedge leaves it open.

    `stored_decimals` is the rounding of the stored figure itself, None where it is exact: a stored 24.5 may stand
    for 24.46, so 24 and 25 both fit it.
    """
    own = 0.5 * 10**-stored_decimals if stored_decimals is not None else 0.0
    half = 0.5 * 10**-printed.decimals
    gap = abs(stored - printed.number)
    if printed.hedge is None:
        if rounded(stored, printed.decimals) == printed.value:
            return True
        return bool(
            stored_decimals is not None
            and stored_decimals >= printed.decimals
            and gap <= half + own + 1e-9
            and gap < 2 * half
        )
    value = printed.number
    if printed.hedge == "about":
        zeros = (
            len(str(abs(int(value)))) - len(str(abs(int(value))).rstrip("0")) if value and not printed.decimals else 0
        )
        if gap <= max(half * 10 ** min(zeros, 2), 0.05 * abs(value)) + own:
            return True
        return False if gap > 0.1 * abs(value) + half + own else None
    if printed.hedge in ("over", "least"):
        if stored > value - own or (printed.hedge == "least" and stored >= value):
            return True
        return False if stored < value - half - own else None
    if printed.hedge in ("under", "most"):
        if stored < value + own or (printed.hedge == "most" and stored <= value):
            return True
        return False if stored > value + half + own else None
    if value * 0.9 - own <= stored <= value + own:
        return True
    return False if stored > value + half + own or stored < 0.8 * value else None


def month_of(text: str, not_after: date | None) -> date | None:
    """The month a name means: with its year, or the latest such month up to `not_after`; None without either."""
    found = re.fullmatch(r"([a-z]+)(?: (\d{4}))?", text.strip().lower())
    if found is None or found[1] not in MONTH_WORDS:
        return None
    number = MONTH_WORDS[found[1]]
    if found[2]:
        return date(int(found[2]), number, 1)
    if not_after is None:
        return None
    return date(not_after.year if number <= not_after.month else not_after.year - 1, number, 1)


def mentions(sentence: str, labels: Sequence[Label]) -> list[Mention]:
    """The labels in a normalised sentence, longest first where they overlap, in the order of the sentence."""
    found: list[Mention] = []
    for label in labels:
        if label.text not in sentence:
            continue
        for match in re.finditer(rf"(?<![\w-]){re.escape(label.text)}(?![\w-])", sentence):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                # The same words under another indicator: which is meant cannot be told.
                same = [one for one in found if (one.start, one.end) == match.span()]
                if same and all(one.label.indicator_code != label.indicator_code for one in same):
                    stronger = [one for one in same if one.label.is_own and not label.is_own]
                    if not stronger:
                        found.append(Mention(match.start(), match.end(), label, True))
                continue
            found.append(Mention(match.start(), match.end(), label, _is_narrowed(sentence, match.start(), match.end())))
    return sorted(found, key=lambda one: (one.start, one.end))


def _is_narrowed(sentence: str, start: int, end: int) -> bool:
    before = re.findall(r"[^\s(]+", sentence[:start])[-1:]
    word = before[0].strip("\"'") if before else ""
    open_before = (
        not word
        or word in _OPEN_BEFORE
        or word in SMALL
        or word in MONTH_WORDS
        or re.fullmatch(r"[\d,.£%)]+|.*[:;,.)]", word)
    )
    return not open_before or bool(_NARROWS_AFTER.match(sentence[end:]))
