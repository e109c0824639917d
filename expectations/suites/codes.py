"""Codes and labels: what is not known, or only looks as if it were, is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from expectations.suites.evidence import within_tolerance

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

    from expectations.catalogue import Rule


def expectations(rule: Rule) -> Sequence[Expectation]:
    """What was observed of the unwanted is no more than what is tolerated of it."""
    return [within_tolerance(rule, "observed")]
