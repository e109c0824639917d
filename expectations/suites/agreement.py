"""Two figures that should be one: totals and their parts, percentages and theirs, the same figure in two places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from expectations.suites.evidence import within_tolerance

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

    from expectations.catalogue import Rule


def expectations(rule: Rule) -> Sequence[Expectation]:
    """The distance between expected and observed is within the row's own tolerance."""
    return [within_tolerance(rule, "distance")]
