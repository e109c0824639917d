"""Expectations over evidence as such: that a frame is sound before anything is judged on it, and that a row keeps its
tolerance.

What is not sound is our fault, not a sender's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

    from expectations.catalogue import Rule

# A submission may be missing: a return that has not come has none.
NEVER_NULL = ("subject", "cause", "expected", "observed", "difference", "tolerance", "known_from")


def expectations(known_rules: Sequence[str]) -> Sequence[Expectation]:
    """The rule is in the catalogue; no number that a rule compares is missing; no tolerance is negative."""
    from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
    from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
    from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
    from great_expectations.expectations.metadata_types import FailureSeverity

    return [
        ExpectColumnValuesToBeInSet(column="rule_id", value_set=list(known_rules), severity=FailureSeverity.CRITICAL),
        *(ExpectColumnValuesToNotBeNull(column=column, severity=FailureSeverity.CRITICAL) for column in NEVER_NULL),
        ExpectColumnValuesToBeBetween(column="tolerance", min_value=0, severity=FailureSeverity.CRITICAL),
    ]


def within_tolerance(rule: Rule, column: str) -> Expectation:
    """In every row, `column` is at most the tolerance of that row. A missing number is never within."""
    from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
        ExpectColumnPairValuesAToBeGreaterThanB,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity

    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="tolerance",
        column_B=column,
        or_equal=True,
        ignore_row_if="neither",
        severity=FailureSeverity(rule.severity.value),
        meta={"rule_id": rule.id},
    )
