"""What the rules find in the reports that ship with the product, as a page: docs/disagreements.md.

    python -m expectations.pages.disagreements HOME/warehouse/bellwether.duckdb > docs/disagreements.md

Belongs here: the page made from a finished build. Does not belong here: the rules (catalogue, models/evidence). It
names figures and cells; a test makes it again from a run over the shipped returns.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import groupby

import duckdb

from expectations.findings import readable

# Rules whose findings show that something is missing or unlikely. All others hold two figures against one another.
NOT_A_DISAGREEMENT = frozenset(
    {
        "codes.look_alike_letters",
        "completeness.average_left_out",
        "completeness.rating_left_out",
        "completeness.target_without_figure",
        "timeliness.figure_repeated",
        "trend.month_missing",
        "trend.month_out_of_line",
    }
)
CELLS_SHOWN = 8

HEAD = """# Disagreements in the shipped reports

What the rules find in the five reports of `data/returns`, one row a disagreement: two figures, or a figure and what is
said of it, that cannot both be right. The same slip printed in two tables is one row. Every row was read against the
print; figures and cells stand in it, so that anybody can do so again. `tests/integration/test_disagreements.py` works
the page out again from a run; `python -m expectations.pages.disagreements HOME/warehouse/bellwether.duckdb` writes it.

Expected is what follows from the other figures, or their limit; a difference up to the tolerance would be rounding. No
rule knows an authority or a figure: the same rules judge every return that is sent."""


@dataclass(frozen=True)
class Row:
    """One disagreement; `places` are the cells in which it stands, when one slip is printed in several tables."""

    authority: str
    rule_id: str
    title: str
    indicator_code: str
    subject: str
    expected: float
    observed: float
    tolerance: float
    evidence: str
    finding_ids: tuple[str, ...]
    status: str

    @property
    def cells(self) -> str:
        """The cells with their values and places, the first ones of many."""
        cells = json.loads(self.evidence)
        told = [
            f"{cell['what']}: {cell['value']}" + (f" [{cell['where']}]" if cell["where"] else "")
            for cell in cells[:CELLS_SHOWN]
        ]
        more = [f"and {len(cells) - CELLS_SHOWN} more"] if len(cells) > CELLS_SHOWN else []
        return "; ".join([*told, *more])

    def line(self) -> str:
        """The row of the table."""
        columns = (
            ", ".join(f"`{one}`" for one in self.finding_ids),
            f"`{self.rule_id}`",
            self.subject,
            readable(self.expected),
            readable(self.observed),
            readable(round(self.tolerance, 4)),
            self.cells,
            self.status,
        )
        return "| " + " | ".join(column.replace("|", "\\|").replace("\n", " ") for column in columns) + " |"


def evidence_of(connection: duckdb.DuckDBPyConnection) -> str:
    """A query over the evidence of all rules: what a row is about, its difference and tolerance."""
    models = connection.execute(
        """
        select table_name from information_schema.columns
        where table_schema = 'evidence' and column_name = 'rule_id' order by table_name
        """
    ).fetchall()
    columns = "rule_id, submission_id, authority_code, indicator_code, period_start, subject, difference, tolerance"
    return " union all by name ".join(f"select {columns} from evidence.{model}" for (model,) in models)


def rows(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every finding over the councils' returns with its tolerance, in a stable order; a slip in two tables is one."""
    found = connection.execute(
        f"""
        with evidence as (
            select rule_id, submission_id, subject, period_start, indicator_code, min(tolerance) as tolerance
            from ({evidence_of(connection)})
            group by all
        ),
        authority as (
            select authority_code, any_value(name) as name from registry.reg_authority group by authority_code
        )
        select
            coalesce(authority.name, finding.authority_code), finding.rule_id, rule.title,
            coalesce(finding.indicator_code, ''), finding.subject, finding.expected, finding.observed,
            evidence.tolerance, finding.evidence, finding.finding_id, finding.status
        from (select * from gate.finding union all by name select * from gate.evidence_finding) as finding
        inner join evidence
            on finding.rule_id = evidence.rule_id and finding.submission_id = evidence.submission_id
            and finding.subject = evidence.subject and finding.period_start is not distinct from evidence.period_start
            and finding.indicator_code is not distinct from evidence.indicator_code
        inner join registry.reg_rule as rule on finding.rule_id = rule.rule_id
        inner join raw.submission as submission
            on finding.submission_id = submission.submission_id and submission.return_name <> 'published_statistics'
        left join authority on finding.authority_code = authority.authority_code
        order by 1, finding.rule_id, finding.indicator_code nulls first, finding.period_start nulls first,
            finding.expected, finding.observed, finding.source_ref, finding.subject
        """
    ).fetchall()
    merged = []
    # One slip printed in two tables: the same rule, indicator, expected and observed, side by side in this order.
    for _, same in groupby(found, key=lambda row: (*row[:2], row[3], row[5], row[6], row[4].partition(" in ")[0])):
        places = list(same)
        authority, rule_id, title, indicator, subject, expected, observed, tolerance, evidence, _, status = places[0]
        merged.append(
            Row(
                authority=authority,
                rule_id=rule_id,
                title=title,
                indicator_code=indicator,
                subject=subject,
                expected=expected,
                observed=observed,
                tolerance=tolerance,
                evidence=evidence,
                finding_ids=tuple(row[9] for row in places),
                status=status,
            )
        )
    return merged


def table(listed: list[Row]) -> list[str]:
    """The rows as a Markdown table."""
    return [
        "| id | rule | what | expected | observed | tolerance | cells | status |",
        "|---|---|---|---|---|---|---|---|",
        *(row.line() for row in listed),
    ]


def page(connection: duckdb.DuckDBPyConnection) -> str:
    """The whole page, from a finished build."""
    found = rows(connection)
    disagreements = [row for row in found if row.rule_id not in NOT_A_DISAGREEMENT]
    others = [row for row in found if row.rule_id in NOT_A_DISAGREEMENT]
    by_rule = Counter((row.rule_id, row.title) for row in disagreements)
    lines = [
        HEAD,
        "",
        f"{len(disagreements)} disagreements, by {len(by_rule)} rules:",
        "",
        "| rule | what it finds | rows |",
        "|---|---|---|",
        *(f"| `{rule_id}` | {title} | {n} |" for (rule_id, title), n in sorted(by_rule.items())),
    ]
    for authority, of_authority in groupby(disagreements, key=lambda row: row.authority):
        listed = list(of_authority)
        lines += ["", f"## {authority}: {len(listed)}", "", *table(listed)]
    lines += [
        "",
        f"## Left out or unlikely: {len(others)}",
        "",
        "Nothing here contradicts another figure; somebody should look all the same.",
        "",
        *table(others),
    ]
    return "\n".join(lines) + "\n"


def main(build_file: str) -> None:
    """Prints the page of a finished build."""
    with duckdb.connect(build_file, read_only=True) as connection:
        sys.stdout.write(page(connection))


if __name__ == "__main__":
    main(sys.argv[1])
