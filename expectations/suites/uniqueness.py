"""Uniqueness: a return gives each figure once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

    from expectations.catalogue import Rule


def expectations(rule: Rule) -> Sequence[Expectation]:
    """One row, and one value, a key."""
    from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
    from great_expectations.expectations.metadata_types import FailureSeverity

    return [
        ExpectColumnValuesToBeInSet(
            column="observed", value_set=[1.0], severity=FailureSeverity(rule.severity.value), meta={"rule_id": rule.id}
        )
    ]
