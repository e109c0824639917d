"""Validity: a figure on its own is possible. `difference` is how far it lies outside what is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from expectations.suites.evidence import within_tolerance

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

    from expectations.catalogue import Rule


def expectations(rule: Rule) -> Sequence[Expectation]:
    """A figure lies no further outside its limits than its rounding explains."""
    return [within_tolerance(rule, "distance")]
