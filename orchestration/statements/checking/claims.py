"""What a checked sentence is: its claims, their verdicts, and how both are counted and written out.

Belongs here: claims as data, and the few ways to make one. Does not belong here: what a sentence means, or whether it
holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.statements.generator import Figure
from orchestration.statements.series import Month, Series
from orchestration.statements.words import month_name, shown

AGREES, CONTRADICTED, NOT_CHECKABLE = "agrees", "contradicted", "not_checkable"


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


def figure_of(series: Series, month: Month, column: str = "value") -> Figure:
    return Figure(
        series.authority_code,
        series.indicator.code,
        month.month.isoformat()[:7],
        column,
        month.value if column == "value" else month[column],
        month.source_ref,
    )


def unchecked(kind: str, match: re.Match[str], why: str) -> Claim:
    return Claim(kind, match[0].strip(), NOT_CHECKABLE, why)


def judged(
    kind: str, match: re.Match[str], holds: bool | None, reason: str, *stored: Figure, unsure: str = ""
) -> Claim:
    verdict = NOT_CHECKABLE if holds is None else AGREES if holds else CONTRADICTED
    return Claim(kind, match[0].strip(), verdict, (unsure or reason) if holds is None else reason, stored)


def all_hold(*holds: bool | None) -> bool | None:
    """False if any is, else None if any is open, else True."""
    return False if False in holds else None if None in holds else True


def told_of(series: Series, month: Month, column: str = "value") -> str:
    value = month.value if column == "value" else month[column]
    name = month_name(month.month)
    return f"{name} has {shown(value, series.indicator.written)}" if value is not None else f"{name} has no figure"


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
