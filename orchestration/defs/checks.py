"""Rules of the quality gates as asset checks: one check a rule.

Belongs here: turning a rule's standing into Dagster's shape. Does not belong here: judging (`expectations`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster as dg

from expectations.catalogue import Gate, Severity, load_rules

if TYPE_CHECKING:
    from expectations.gate import RuleCheck


def check_name(rule_id: str) -> str:
    """A rule's id as Dagster allows it: totals.rows -> totals__rows."""
    return rule_id.replace(".", "__")


def check_specs(gate: Gate, asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """A check for every rule of the gate, described by its title and reason."""
    return [
        dg.AssetCheckSpec(
            name=check_name(rule.id), asset=asset, description=f"{rule.title}. {rule.why_it_matters.strip()}"
        )
        for rule in load_rules()
        if rule.gate is gate
    ]


def check_results(checks: list[RuleCheck], gate: Gate, asset: dg.AssetKey) -> list[dg.AssetCheckResult]:
    """What became of each rule of the gate."""
    return [
        dg.AssetCheckResult(
            asset_key=asset,
            check_name=check_name(check.rule_id),
            passed=check.passed,
            severity=dg.AssetCheckSeverity.ERROR if check.severity is Severity.CRITICAL else dg.AssetCheckSeverity.WARN,
            metadata={
                "state": check.state.value,
                "comparisons": check.n_evaluated,
                "failed": check.n_failed,
                "what it means": check.description,
                "first findings": dg.MetadataValue.md(
                    "\n".join(f"- {one['message']} ({one['source_ref'] or 'no cell'})" for one in check.sample)
                    or "none"
                ),
            },
        )
        for check in checks
        if check.gate is gate
    ]
