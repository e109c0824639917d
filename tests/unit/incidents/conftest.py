"""Findings by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from orchestration.incidents.records import Found

MakeFound = Callable[..., Found]


def make_found(finding_id: str = "f1", **given: Any) -> Found:
    """A finding about referrals of January 2017 in one authority, unless told otherwise."""
    row: dict[str, Any] = {
        "finding_id": finding_id, "rule_id": "arithmetic.breakdown_total", "severity": "warning",
        "authority_code": "E10000030", "indicator_code": "referrals_received", "period_start": date(2017, 1, 1),
        "subject": finding_id, "cause": "Referrals received", "explained_by": None,
        "message": f"{finding_id} is wrong.",
        "evidence": "[]", "expected": 10.0, "observed": 12.0, "submission_id": "s1", "source_ref": "a.csv",
        "first_seen": date(2017, 2, 23), "last_seen": date(2017, 2, 23), "ended_on": None,
    }  # fmt: skip
    return Found(**(row | given))


@pytest.fixture(scope="session")
def found() -> MakeFound:
    return make_found
