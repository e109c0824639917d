"""An explanation as people read it, and as JSON. The ancestry itself is `explain`'s."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from orchestration.explain import Explanation

_BASES = {
    "ytd": "year to date",
    "rolling_12m": "rolling twelve months",
    "three_year_average": "average of three years",
    "half_year": "half year",
}


def as_json(found: Sequence[Explanation]) -> str:
    """All explanations as one JSON list."""
    return json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1, default=str) + "\n"


def as_text(found: Sequence[Explanation]) -> str:
    """All explanations, one below the other."""
    return "\n".join(_told(one) for one in found)


def _told(one: Explanation) -> str:
    figure = one.figure
    basis = _BASES.get(figure["period_basis"], figure["period_basis"])
    days = f"{figure['period_start']} to {figure['period_end']}"
    if figure["period_start"] == figure["period_end"]:
        days = str(figure["period_end"])
    lines = [f"{one.indicator['name']} ({figure['indicator_code']})"]
    lines.append(f"{one.authority['name']} ({figure['authority_code']}), {basis}, {days}")
    if figure["breakdown_dimension"] != "all":
        lines.append(f"{figure['breakdown_dimension']}: {figure['breakdown_value']}")
    lines.append("")
    lines += _pairs(_value(one))
    if one.definition:
        lines += ["", f"Definition {figure['definition_version']}"]
        lines += _pairs(
            [
                ("in force", _span(one.definition["valid_from"], one.definition["valid_to"])),
                ("text", one.definition["definition"]),
                ("change", one.definition["change_note"]),
            ]
        )
    lines += ["", "Read from"]
    lines += _pairs([*one.place.items(), ("as printed", figure.get("value_text"))])
    if one.submission:
        lines += ["", f"Submission {one.submission['submission_id']}"]
        wanted = ("return_name", "file_name", "received_at", "issue_date", "outcome", "verdict", "contract_version")
        lines += _pairs([(name.replace("_", " "), one.submission.get(name)) for name in wanted])
    if len(one.versions) > 1:
        lines += ["", "What it was before"]
        lines += [
            f"  {_span(version['known_from'], version['known_to'])}: {_shown(version)}  ({version['source_ref']})"
            for version in one.versions
        ]
    lines += ["", f"Findings on it: {len(one.findings) or 'none'}"]
    for finding in one.findings:
        lines.append(f"  {finding['severity']}: {finding['message']} [{finding['rule_id']}]")
    return "\n".join(lines) + "\n"


def _value(one: Explanation) -> list[tuple[str, Any]]:
    figure = one.figure
    rows: list[tuple[str, Any]] = [
        ("value", f"{_shown(figure)} {one.indicator['unit']}"),
        ("status", figure["value_status"]),
    ]
    if figure["numerator"] is not None or figure["denominator"] is not None:
        rows.append(("worked out as", f"{_number(figure['numerator'])} of {_number(figure['denominator'])}"))
    # Only a rate of ours has one: its source is the count's, and this is where the children come from.
    rows.append(("population", figure.get("denominator_vintage")))
    rows.append(("provisional", "yes" if figure["is_provisional"] else None))
    rows.append(("source", figure["source_kind"]))
    return rows


def _shown(figure: dict[str, Any]) -> str:
    return _number(figure["value"]) if figure["value"] is not None else f"no number ({figure['value_status']})"


def _span(first: Any, last: Any) -> str:
    return f"{first or 'the beginning'} to {last or 'now'}"


def _number(value: Any) -> str:
    return "not given" if value is None else f"{value:,.10g}"


def _pairs(pairs: Sequence[tuple[str, Any]]) -> list[str]:
    return [f"  {name:<17}{value}" for name, value in pairs if value is not None and value != ""]
