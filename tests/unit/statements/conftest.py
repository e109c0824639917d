"""Series made by hand, in the shape of the marts: what the SQL computes is computed here for a few columns, plainly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from orchestration.statements import Indicator, Series
from orchestration.statements.series import as_month
from orchestration.statements.words import months_back

AUTHORITY = "E10000030"


def indicator(**changes: Any) -> Indicator:
    """Contacts, a monthly count without a good direction, or what is changed about them."""
    given: dict[str, Any] = {
        "code": "contacts_received",
        "name": "Contacts received",
        "unit": "count",
        "polarity": "none",
        "kind": "count",
        "time_basis": "flow",
        "decimals": 0,
    }
    return Indicator(**(given | changes))


PERCENT = {
    "code": "rereferrals_pct",
    "name": "Re-referrals, percentage of referrals",
    "unit": "percent",
    "polarity": "lower",
    "kind": "percent",
    "time_basis": "average",
    "decimals": 1,
}


def series(
    values: Sequence[float | None],
    *,
    first: date = date(2015, 4, 1),
    of: Indicator | None = None,
    breaks: Sequence[int] = (),
    target: dict[str, Any] | None = None,
    last: dict[str, Any] | None = None,
    benchmarks: Sequence[dict[str, Any]] = (),
) -> Series:
    """A series of consecutive months; None is a month without a figure, at positions in `breaks` a stretch begins."""
    about = of or indicator()
    rows: list[dict[str, Any]] = []
    for position, value in enumerate(values):
        month = months_back(first, -position)
        segment = 1 + sum(1 for at in breaks if at <= position)
        before = rows[-1] if rows else None
        year_ago = rows[position - 12] if position >= 12 else None
        previous = before["value"] if before and before["series_segment"] == segment else None
        last_year = year_ago["value"] if year_ago and year_ago["series_segment"] == segment else None
        moved = None if value is None or previous is None else value - previous
        good = {"higher": 1, "lower": -1}.get(about.polarity, 0)
        row: dict[str, Any] = {
            "month": month,
            "value": value,
            "value_status": "reported" if value is not None else "missing",
            "series_segment": segment,
            "has_series_break": position in breaks,
            "definition_version": str(segment),
            "is_provisional": False,
            "source_ref": f"figures.csv#row {position + 2}",
            "previous_value": previous,
            "previous_status": "reported"
            if previous is not None
            else "insufficient_history"
            if before is None
            else "not_comparable"
            if before["series_segment"] != segment
            else "missing",
            "change": moved,
            "same_month_last_year_value": last_year,
            "same_month_last_year_status": "reported" if last_year is not None else "not_comparable",
            "value_direction": "not_known" if moved is None else "up" if moved > 0 else "down" if moved < 0 else "same",
            "performance_direction": "not_known"
            if moved is None
            else "neutral"
            if not good or not moved
            else "improving"
            if (moved > 0) == (good > 0)
            else "worsening",
            "rag": "not_rated",
            "rag_reason": "no target is registered for this month",
            "open_findings": 0,
        }
        row |= target or {}
        if about.time_basis == "flow" and value is not None:
            row |= _windows(rows, row, month, segment)
        rows.append(row)
    rows[-1] |= last or {}
    return Series(AUTHORITY, "Surrey", about, [as_month(row) for row in rows], benchmarks)


def _windows(rows: Sequence[dict[str, Any]], row: dict[str, Any], month: date, segment: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, length in (
        ("quarter", (month.month - 1) % 3 + 1),
        ("ytd", (month.month - 4) % 12 + 1),
        ("rolling_12m", 12),
    ):
        window = [*rows, row][-length:]
        there = [one for one in window if one["value"] is not None]
        comparable = all(one["series_segment"] == segment for one in window)
        status = "not_comparable" if not comparable else "complete" if len(there) == length else "incomplete"
        found |= {
            f"{name}_value": sum(one["value"] for one in there) if comparable else None,
            f"{name}_status": status,
            f"{name}_months": len(there),
            f"{name}_months_expected": length,
        }
    return found
