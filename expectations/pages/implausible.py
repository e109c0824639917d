"""The published figures that are most worth a phone call, as a page: docs/implausible.md.

    python -m expectations.pages.implausible HOME/warehouse/bellwether.duckdb > docs/implausible.md

Belongs here: the page made from a finished build. Does not belong here: what makes a figure implausible
(models/evidence/evidence_national.sql).
"""

from __future__ import annotations

import json
import sys

import duckdb

from expectations.findings import readable
from expectations.pages.disagreements import evidence_of

SHOWN = 30
HEAD = """# Published figures worth a phone call

The national tables hold figures that are possible, and so unlike the same authority in other years, or all others in
that year, that somebody should ask before they are compared with anything. The rules `accuracy.*` find them
(`models/evidence/evidence_national.sql`). Listed are the {shown} most surprising of {incidents}, a table of an
authority each, with the figure in which the surprise is largest and how many times its limit that is. None of them is
held to be wrong here.

`tests/integration/test_implausible.py` works the page out again from a run;
`python -m expectations.pages.implausible HOME/warehouse/bellwether.duckdb` writes it."""


def page(connection: duckdb.DuckDBPyConnection) -> str:
    """The whole page, from a finished build."""
    found = connection.execute(
        f"""
        with authority as (
            select authority_code, any_value(name) as name from registry.reg_authority group by authority_code
        ),
        evidence as (
            select rule_id, submission_id, authority_code, indicator_code, period_start, subject,
                max(abs(difference) / tolerance) as surprise
            from ({evidence_of(connection)})
            where rule_id like 'accuracy.%' and tolerance > 0
            group by all
        ),
        findings as (
            select
                coalesce(authority.name, finding.authority_code) as name, finding.cause, rule.title, finding.rule_id,
                finding.message, finding.evidence, evidence.surprise,
                count(*) over of_table as n_figures, count(distinct finding.cause) over of_table as n_years
            from gate.evidence_finding as finding
            inner join evidence
                on finding.rule_id = evidence.rule_id and finding.submission_id = evidence.submission_id
                and finding.authority_code = evidence.authority_code and finding.subject = evidence.subject
                and finding.indicator_code is not distinct from evidence.indicator_code
                and finding.period_start is not distinct from evidence.period_start
            inner join registry.reg_rule as rule on finding.rule_id = rule.rule_id
            left join authority on finding.authority_code = authority.authority_code
            -- One row a table of an authority, whatever number of its years stand out: one call asks for all.
            window of_table as (
                partition by finding.authority_code, regexp_replace(finding.cause, ', year from .*', '')
            )
            qualify row_number() over (
                partition by finding.authority_code, regexp_replace(finding.cause, ', year from .*', '')
                order by evidence.surprise desc, finding.finding_id
            ) = 1
        )
        select * from findings order by surprise desc, name, cause
        """
    ).fetchall()
    lines = [
        HEAD.format(shown=min(SHOWN, len(found)), incidents=len(found)),
        "",
        "| authority | what | why | cells | surprise, times its limit | figures | years |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, _cause, title, _rule, message, evidence, surprise, n_figures, n_years in found[:SHOWN]:
        cells = "; ".join(
            f"{cell['what']}: {cell['value']}" + (f" [{cell['where']}]" if cell["where"] else "")
            for cell in json.loads(evidence)[:4]
        )
        told = (name, message, title, cells, readable(round(surprise, 1)), str(n_figures), str(n_years))
        lines.append(f"| {' | '.join(told)} |")
    return "\n".join(lines) + "\n"


def main(build_file: str) -> None:
    """Prints the page of a finished build."""
    with duckdb.connect(build_file, read_only=True) as connection:
        sys.stdout.write(page(connection))


if __name__ == "__main__":
    main(sys.argv[1])
