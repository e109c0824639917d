"""The catalogue of rules as objects, and the hash that says under which rules something was judged.

Belongs here: reading and checking catalogue.yml. Does not belong here: judging anything.
"""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

PACKAGE = Path(__file__).resolve().parent
CATALOGUE = PACKAGE / "catalogue.yml"

RULE_ERROR = "gate.rule_error"
# What no evidence is judged for, because it is about the machinery; told as findings like all else.
RULE_WITHOUT_DATA = "gate.rule_without_data"
RUN_FAILED = "operations.run_failed"
SENSOR_FAILED = "operations.sensor_failed"
CHANNEL_DOWN = "operations.channel_down"


class Dimension(StrEnum):
    """The six dimensions of data quality."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    CONSISTENCY = "consistency"
    UNIQUENESS = "uniqueness"
    TIMELINESS = "timeliness"
    ACCURACY = "accuracy"


class Severity(StrEnum):
    """What a finding costs: a critical one of the submission gate holds the submission back."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def one_less(self) -> Severity:
        """The next lower severity: what a registered event explains weighs less. Of info there is no less."""
        return Severity.WARNING if self is Severity.CRITICAL else Severity.INFO


class Owner(StrEnum):
    """Who can end a finding: whoever made the return, the authority's performance team, or whoever runs the
    warehouse."""

    SENDER = "sender"
    PERFORMANCE_TEAM = "performance_team"
    DATA_ENGINEER = "data_engineer"


class Gate(StrEnum):
    """Where a rule is judged: before a submission is admitted, or over everything that was."""

    SUBMISSION = "submission"
    EVIDENCE = "evidence"


class Example(BaseModel):
    """Rows of the intermediate models that show a rule; fields left out take the defaults of the tests.

    `series` are monthly figures from April 2015 on, by indicator, or by indicator, dimension and category; null: none
    was sent. `history` are rows of the history of versions that no longer stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    figures: tuple[dict[str, Any], ...] = ()
    contacts: tuple[dict[str, Any], ...] = ()
    returns: tuple[dict[str, Any], ...] = Field(default=(), description="rows of quality.expected_return")
    series: dict[str, tuple[float | None, ...]] = {}
    history: tuple[dict[str, Any], ...] = ()
    tables: dict[str, tuple[dict[str, Any], ...]] = Field(
        default_factory=dict, description="rows of other models; `times` repeats a row, each for a child of its own"
    )


class Rule(BaseModel):
    """One rule. `evidence` names the model that holds its numbers, `suite` the module that holds its expectation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    title: str
    why_it_matters: str
    what_to_do: str
    message: str = Field(description="one sentence; may use {subject}, {expected}, {observed:cell|cells}, {difference}")
    dimension: Dimension
    severity: Severity
    owner: Owner
    gate: Gate
    corrects: bool = Field(default=False, description="`expected` is the figure that should stand")
    joins_within_months: int | None = Field(
        default=None, ge=0, description="findings with one cause are one incident when their periods are this near"
    )
    blocks_publication: bool = False
    parameters: dict[str, float] = Field(default={}, description="the numbers that its evidence works with, by name")
    valid_from: date | None = None
    valid_to: date | None = None
    evidence: str | None = Field(default=None, pattern=r"^evidence_[a-z_]+$")
    suite: str | None = None
    passing: Example | None = None
    failing: Example | None = None

    def applies_on(self, day: date | None) -> bool:
        """Is the rule in force for figures of that day? Without a day it is."""
        if day is None:
            return True
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@cache
def load_rules(path: Path = CATALOGUE) -> tuple[Rule, ...]:
    """Every rule of the catalogue, in its order. Raises ValueError (pydantic's included) naming the rule and the
    field."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules = tuple(Rule(**entry) for entry in content["rules"])
    ids = [rule.id for rule in rules]
    twice = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
    if twice:
        raise ValueError(f"{path.name}: rule ids used twice: {', '.join(twice)}. An id is for ever; choose another.")
    return rules


@cache
def rules_hash() -> str:
    """Sixteen hexadecimal digits over the catalogue and the code that judges: the same digits, the same judgement."""
    digest = hashlib.sha256()
    for file in sorted([CATALOGUE, *PACKAGE.glob("*.py"), *(PACKAGE / "suites").glob("*.py")]):
        digest.update(file.relative_to(PACKAGE).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
