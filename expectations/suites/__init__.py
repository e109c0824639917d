"""What each rule expects of its evidence, one module a subject.

Belongs here: pure functions from a rule to Great Expectations' expectations. Great Expectations takes seconds to
import, so each function imports it itself. Does not belong here: arithmetic (SQL), running a suite
(`expectations.run`).

Every frame of evidence has the same columns: rule_id, submission_id, authority_code, indicator_code, period_start,
subject,
cause, explained_by, expected, observed, difference, tolerance, stands_for, evidence, source_ref, known_from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from expectations.suites import agreement, codes, completeness, evidence, uniqueness, validity

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

    from expectations.catalogue import Rule

Suite = Callable[["Rule"], "Sequence[Expectation]"]

SUITES: dict[str, Suite] = {
    "agreement": agreement.expectations,
    "codes": codes.expectations,
    "completeness": completeness.expectations,
    "uniqueness": uniqueness.expectations,
    "validity": validity.expectations,
}

sound_evidence = evidence.expectations
