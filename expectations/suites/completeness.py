"""Completeness: nothing that the return itself promises is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

    from expectations.catalogue import Rule


def expectations(rule: Rule) -> Sequence[Expectation]:
    """Nothing is missing: `difference` counts what is, whatever the rule counts (cells, months, figures)."""
    from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
    from great_expectations.expectations.metadata_types import FailureSeverity

    return [
        ExpectColumnValuesToBeBetween(
            column="difference", max_value=0, severity=FailureSeverity(rule.severity.value), meta={"rule_id": rule.id}
        )
    ]
