"""The vocabulary that several readings share: moves, units, months to compare with.

Belongs here: patterns without a verdict. Does not belong here: numbers, months and labels (`reading`), and a pattern
that one reading alone uses.
"""

from __future__ import annotations

import re

from orchestration.statements.reading import MONTH, NUMBER, PERCENT, WORDS

UP = r"increas(?:e|es|ed|ing)|r[io]se|risen|rises|grew|grown|went up|gone up|climbed|up"
DOWN = (
    r"decreas(?:e|es|ed|ing)|fell|fallen|falls?|reduc(?:e|es|ed|ing|tion)|dropp?(?:ed|s)?|drop|declin(?:e|es|"
    r"ed)|went down|gone down|down"
)
GOOD = r"improv(?:e|es|ed|ing|ement)"
BAD = r"worsen(?:s|ed|ing)?|deteriorat(?:e|es|ed|ing)"
MOVE = f"(?:{UP}|{DOWN}|{GOOD}|{BAD})"
NUM = f"(?:{NUMBER}|\\b(?:{WORDS})\\b)"
UNIT = rf"(?:{PERCENT}|(?:%|per cent)?[ -]?(?:percentage[ -])?points?\b| per 10,000)"
LAST_YEAR = (
    r"(?:(?:in |at |than |on |with |the |during )*(?:same|this) (?:point|time|month|period) (?:in |of )?last "
    r"year|a year (?:ago|before|earlier)|"
    r"last year|the same month last year)"
)
LAST_MONTH = (
    r"(?:(?:in |than |on |with |compared to |compared with |from )*(?:last month|(?:the )?previous "
    r"month|a month (?:ago|before|earlier)|the month before)|month[- ]on[- ]month|in a month)"
)
AT = r"(?:in|at the end of|from april to|in the twelve months to|on|to|of|since|during|at end of|at)"
_NO_NOUN = r"(?!(?:from|in|on|since|during|compared|following|to|and|at|over|than)\b)"
NOUN = rf"{_NO_NOUN}[a-z'-]+(?: {_NO_NOUN}[a-z'-]+){{0,3}}"
BASE = rf"(?:(?:{AT} )?{MONTH}|{LAST_YEAR}|{LAST_MONTH})"


def is_percent_unit(unit: str | None) -> bool:
    return bool(unit and re.fullmatch(PERCENT, unit))


_COMPARED_WITH = re.compile(
    rf"\b(?:than|from|since|on|against|compared (?:with|to))(?: (?:in|at|at the end of))? {MONTH}(?! ?(?:-|to) {MONTH})"
    rf"|\bfrom {NUMBER}{PERCENT}? (?:in|at the end of) {MONTH}"
)


def without_bases(text: str) -> str:
    """ "up 4.9 points on December", "up from 5,525 in December": a month to compare with is not the month spoken of."""
    return _COMPARED_WITH.sub(" ", text)


def without_ranges(text: str) -> str:
    """ "April - November 2013" is a stretch that ends with its last month."""
    return re.sub(rf"\b{MONTH} ?(?:-|to) (?={MONTH})", "", text)
