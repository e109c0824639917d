"""The findings page: what is wrong in the returns, why it matters and what to do, for the people who send them.

Belongs here: reading quality.finding, quality.rule and quality.submission of one publication and writing one HTML
file that opens offline. Does not belong here: deciding what a finding is (`expectations`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

PAGE = "findings.html"
TEMPLATES = Path(__file__).resolve().parent / "templates"

# Above this many of one rule a page helps nobody; the rest is a query away.
SHOWN_A_RULE = 100

SEVERITIES = ("critical", "warning", "info")
SEVERITY_NAMES = {"critical": "Critical", "warning": "Warning", "info": "Information"}
SEVERITY_MEANINGS = {
    "critical": "cannot be used as it is; a return is held back until it is corrected",
    "warning": "published, with this finding beside the figure",
    "info": "worth knowing",
}


class Cell(BaseModel):
    """A cell of the evidence: what it is, what it says, where it stands."""

    model_config = ConfigDict(frozen=True)

    what: str = ""
    value: str = ""
    where: str = ""


class FindingRow(BaseModel):
    """A finding as the page shows it."""

    model_config = ConfigDict(frozen=True)

    finding_id: str
    authority: str
    indicator_code: str
    subject: str
    message: str
    expected: str
    observed: str
    file_name: str
    submission_id: str
    status: str
    first_seen: date | None
    cells: tuple[Cell, ...]


class RuleGroup(BaseModel):
    """A rule with its findings."""

    model_config = ConfigDict(frozen=True)

    rule_id: str
    title: str
    why_it_matters: str
    what_to_do: str
    severity: str
    dimension: str
    findings: tuple[FindingRow, ...]
    n_findings: int
    authorities: tuple[tuple[str, int], ...]


def write_findings_page(
    publication_path: Path, out_dir: Path, *, authority_names: Mapping[str, str] | None = None
) -> Path:
    """Writes findings.html from a publication into `out_dir` and returns its path.

    `authority_names` gives names for authority codes; without it they come from the publication, and where it has
    none the codes stand alone. The file is replaced in one
    step, so that a reader sees the old page or the new one. Raises OSError where the publication cannot be read."""
    import duckdb

    with duckdb.connect(str(publication_path), read_only=True) as connection:
        findings = _read(
            connection,
            """
            select finding.*, submission.file_name
            from quality.finding as finding
            left join quality.submission as submission on finding.submission_id = submission.submission_id
            order by
                finding.authority_code nulls first,
                submission.file_name,
                finding.period_start,
                finding.source_ref,
                finding.subject,
                finding.finding_id
            """,
        )
        rules = _read(connection, "select * from quality.rule order by rule_id")
        submissions = _read(connection, "select * from quality.submission order by authority_code, file_name")
        names = _names(connection) if authority_names is None else authority_names
    html = render(findings, rules, submissions, publication_path.stem, names)
    out_dir.mkdir(parents=True, exist_ok=True)
    page = out_dir / PAGE
    draft = page.with_suffix(".html.new")
    draft.write_text(html, encoding="utf-8")
    draft.replace(page)
    return page


def render(
    findings: list[dict[str, Any]],
    rules: list[dict[str, Any]],
    submissions: list[dict[str, Any]],
    publication: str,
    authority_names: Mapping[str, str],
) -> str:
    """The page as text. Pure: the same rows give the same page."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    open_findings = [row for row in findings if row["status"] != "resolved"]
    of_submission = Counter(row["submission_id"] for row in open_findings)
    groups = _groups(open_findings, {rule["rule_id"]: rule for rule in rules}, authority_names)
    return environment.get_template("findings.html").render(
        publication=publication,
        groups=groups,
        severities=[
            {
                "key": severity,
                "name": SEVERITY_NAMES[severity],
                "meaning": SEVERITY_MEANINGS[severity],
                "n_findings": sum(group.n_findings for group in groups if group.severity == severity),
                "groups": [group for group in groups if group.severity == severity],
            }
            for severity in SEVERITIES
        ],
        authorities=_authorities(open_findings, authority_names),
        submissions=[_submission(row, of_submission[row["submission_id"]], authority_names) for row in submissions],
        n_findings=len(open_findings),
        n_rules=len(rules),
        n_resolved=len(findings) - len(open_findings),
        shown=SHOWN_A_RULE,
        data_as_at=max((row["last_seen"] for row in findings if row["last_seen"]), default=None),
    )


def cells_of(evidence: str | None) -> tuple[Cell, ...]:
    """The cells that the evidence names. Evidence in another shape is shown as it is rather than lost."""
    try:
        entries = json.loads(evidence or "[]")
    except json.JSONDecodeError:
        return (Cell(what="evidence", value=str(evidence)),)
    if not isinstance(entries, list):
        entries = [entries]
    return tuple(_cell(entry) for entry in entries)


def _cell(entry: Any) -> Cell:
    if not isinstance(entry, Mapping):
        return Cell(what="evidence", value=str(entry))
    what, value, where = (str(entry.get(key) or "") for key in ("what", "value", "where"))
    return Cell(what=what, value=value, where=place_of(where))


def place_of(source_ref: str) -> str:
    """A source reference in words: `a.xlsx#Front door!B4` reads "a.xlsx, sheet Front door, cell B4"."""
    file, separator, place = source_ref.rpartition("#")
    sheet, in_sheet, cell = place.rpartition("!")
    if not separator:
        return source_ref
    return f"{file}, sheet {sheet}, cell {cell}" if in_sheet else f"{file}, {place}"


def readable(number: float | None) -> str:
    """1,423 and 24.1; nothing where there is no number."""
    if number is None:
        return ""
    if abs(number - round(number)) < 1e-9:
        return f"{round(number):,}"
    return f"{number:,.2f}".rstrip("0").rstrip(".") if abs(number) >= 1 else f"{number:.4g}"


def _groups(
    findings: list[dict[str, Any]], rules: Mapping[str, dict[str, Any]], names: Mapping[str, str]
) -> list[RuleGroup]:
    by_rule: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in findings:
        by_rule.setdefault((row["severity"], row["rule_id"]), []).append(row)
    groups = []
    for (severity, rule_id), rows in by_rule.items():
        rule = rules.get(rule_id, {})
        counts: dict[str, int] = {}
        for row in rows:
            name = _named(row["authority_code"], names)
            counts[name] = counts.get(name, 0) + 1
        groups.append(
            RuleGroup(
                rule_id=rule_id,
                title=rule.get("title") or rule_id,
                why_it_matters=rule.get("why_it_matters") or "",
                what_to_do=rule.get("what_to_do") or "",
                severity=severity,
                dimension=rule.get("dimension") or "",
                findings=tuple(_row(row, names) for row in rows[:SHOWN_A_RULE]),
                n_findings=len(rows),
                authorities=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
            )
        )
    order = {severity: number for number, severity in enumerate(SEVERITIES)}
    return sorted(groups, key=lambda group: (order.get(group.severity, 9), -group.n_findings, group.rule_id))


def _row(row: Mapping[str, Any], names: Mapping[str, str]) -> FindingRow:
    return FindingRow(
        finding_id=row["finding_id"],
        authority=_named(row["authority_code"], names),
        indicator_code=row["indicator_code"] or "",
        subject=row["subject"] or "",
        message=row["message"] or "",
        expected=readable(row["expected"]),
        observed=readable(row["observed"]),
        file_name=row["file_name"] or "",
        submission_id=row["submission_id"] or "",
        status=row["status"] or "",
        first_seen=row["first_seen"],
        cells=cells_of(row["evidence"]),
    )


def _authorities(findings: list[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """One row an authority: how many findings of each severity."""
    counts: dict[str, dict[str, int]] = {}
    for row in findings:
        of_authority = counts.setdefault(_named(row["authority_code"], names), dict.fromkeys(SEVERITIES, 0))
        of_authority[row["severity"]] = of_authority.get(row["severity"], 0) + 1
    return [
        {"name": name, **of_authority, "total": sum(of_authority.values())}
        for name, of_authority in sorted(
            counts.items(), key=lambda item: (-item[1]["critical"], -sum(item[1].values()), item[0])
        )
    ]


def _submission(row: Mapping[str, Any], n_findings: int, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "file_name": row["file_name"],
        "submission_id": row["submission_id"],
        "return_name": str(row["return_name"] or "").replace("_", " "),
        "authority": _named(row["authority_code"], names) if row["authority_code"] else "several authorities",
        "reporting_month": row["reporting_month"] or "",
        "outcome": str(row["outcome"] or "").replace("_", " "),
        "verdict": str(row.get("verdict") or "").replace("_", " "),
        "rows_quarantined": row.get("rows_quarantined") or 0,
        "n_findings": n_findings,
    }


def _named(authority_code: str | None, names: Mapping[str, str]) -> str:
    if authority_code is None:
        return "No single authority"
    return names.get(authority_code, authority_code)


def _names(connection: Any) -> dict[str, str]:
    """Authority code -> name, as the publication has them."""
    listed = _read(
        connection,
        "select 1 from information_schema.tables where table_schema = 'marts' and table_name = 'dim_authority'",
    )
    if not listed:
        return {}
    rows = _read(
        connection, "select authority_code, max(name) as name from marts.dim_authority group by authority_code"
    )
    return {row["authority_code"]: row["name"] for row in rows}


def _read(connection: Any, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
