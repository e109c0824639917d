"""The two quality gates as assets, each rule an asset check, and the incidents that findings make.

Calls `expectations.gate` and `orchestration.incidents`.
"""

from collections import Counter

import dagster as dg

from expectations.catalogue import Gate
from orchestration.defs.checks import check_results, check_specs
from orchestration.defs.resources import OWNERS, POOL, Bellwether
from orchestration.defs.translator import EVIDENCE_GATE, INCIDENTS, SUBMISSION_GATE
from orchestration.runtime.progress import report
from orchestration.warehouse import open_build


def submission_gate_asset(deps: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The gate that admits a submission or holds it back."""

    @dg.asset(
        key=SUBMISSION_GATE,
        deps=deps,
        group_name="gates",
        owners=OWNERS,
        kinds={"python", "greatexpectations"},
        check_specs=check_specs(Gate.SUBMISSION, SUBMISSION_GATE),
        pool=POOL,
        description=(
            "Judges each new submission. A critical finding holds back that submission and nothing else: the values "
            "that it would have replaced stand."
        ),
    )
    def submission_gate(bellwether: Bellwether) -> dg.MaterializeResult:  # type: ignore[type-arg]
        from expectations.gate import checks_summary, write_gate

        report("step", "submissions judged (Great Expectations)")
        with open_build(bellwether.settings) as connection:
            verdicts = write_gate(connection)
            checks = checks_summary(connection)
            findings = _by_severity(connection.execute("select severity from gate.finding").fetchall())
        held_back = sorted(name for name, one in verdicts.items() if one.verdict.value == "held_back")
        return dg.MaterializeResult(
            metadata={
                "submissions judged": len(verdicts),
                "held back": len(held_back),
                "held back now": dg.MetadataValue.md("\n".join(f"- {name}" for name in held_back) or "none"),
                **findings,
            },
            check_results=check_results(checks, Gate.SUBMISSION, SUBMISSION_GATE),
        )

    return submission_gate


def evidence_gate_asset(deps: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The gate over everything admitted: it flags figures, and blocks a publication only when the warehouse is
    broken.
    """

    @dg.asset(
        key=EVIDENCE_GATE,
        deps=deps,
        group_name="gates",
        owners=OWNERS,
        kinds={"python", "greatexpectations"},
        check_specs=check_specs(Gate.EVIDENCE, EVIDENCE_GATE),
        pool=POOL,
        description=(
            "Judges the conformed figures and the evidence on them. Findings flag figures; only a rule that says so "
            "blocks the publication, and then the last one stays in place."
        ),
    )
    def evidence_gate(bellwether: Bellwether) -> dg.MaterializeResult:  # type: ignore[type-arg]
        from expectations.gate import checks_summary, write_evidence_gate

        report("step", "figures judged together (Great Expectations)")
        with open_build(bellwether.settings) as connection:
            judgement = write_evidence_gate(connection)
            checks = checks_summary(connection)
        findings = _by_severity([(one.severity.value,) for one in judgement.findings])
        return dg.MaterializeResult(
            metadata=dict(findings), check_results=check_results(checks, Gate.EVIDENCE, EVIDENCE_GATE)
        )

    return evidence_gate


@dg.asset(
    key=INCIDENTS,
    deps=[EVIDENCE_GATE],
    group_name="gates",
    owners=OWNERS,
    kinds={"python", "duckdb"},
    pool=POOL,
    description=(
        "What was found today against the log of earlier runs: findings opened, resolved and reopened, and the "
        "incidents they make. Added to the log when the publication is released."
    ),
)
def incidents(context: dg.AssetExecutionContext, bellwether: Bellwether) -> dg.MaterializeResult[None]:
    from orchestration import publish
    from orchestration.alerts import channels_down
    from orchestration.incidents import note_incidents, settle

    report("step", "incidents followed")
    settings = bellwether.settings
    current = publish.current(settings)
    settle(settings, current.fingerprint if current else None)
    with open_build(settings) as connection:
        noted = note_incidents(
            settings,
            connection,
            run_id=context.run_id,
            day=bellwether.as_of_day,
            started=bellwether.started,
            fingerprint=publish.fingerprint(settings, bellwether.as_of_day, bellwether.project_hash),
            channels_down=channels_down(settings),
        )
    report("incidents", noted)
    return dg.MaterializeResult(
        metadata={"opened": noted.n_opened, "standing": noted.n_standing, "resolved": noted.n_resolved}
    )


def _by_severity(rows: list[tuple[str]]) -> dict[str, int]:
    counts = Counter(severity for (severity,) in rows)
    return {f"{severity} findings": counts[severity] for severity in ("critical", "warning", "info")}
