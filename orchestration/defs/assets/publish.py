"""The publication as an asset. Calls `publish`; what blocks it was decided by the gates."""

from datetime import timedelta
from typing import Any

import dagster as dg

from orchestration import incidents, publish
from orchestration.defs.resources import OWNERS, POOL, Bellwether
from orchestration.defs.translator import EVIDENCE_GATE, INCIDENTS
from orchestration.runtime.progress import report
from orchestration.warehouse import open_readonly

PUBLICATION = dg.AssetKey(["publish", "publication"])


def publication_asset(deps: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """One file of marts and quality tables, swapped in whole."""

    @dg.asset(
        key=PUBLICATION,
        deps=[EVIDENCE_GATE, INCIDENTS, *deps],
        group_name="publication",
        owners=OWNERS,
        kinds={"duckdb", "parquet"},
        pool=POOL,
        # Returns are due monthly; after that and the working days that councils have, silence is a fault.
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=45), warn_window=timedelta(days=35)),
        description=(
            "The file that analysts read: marts and quality tables with their certificate, under a new name each "
            "time, and Parquet beside it. Readers are never disturbed."
        ),
    )
    def publication(bellwether: Bellwether) -> dg.MaterializeResult[None]:
        from orchestration.registry import load_registry, registry_hash

        settings = bellwether.settings
        report("step", "published")
        gate_result = _gate_result(bellwether)
        if gate_result["blocked_by"]:
            raise dg.Failure(
                "The warehouse contradicts itself, so the last publication stays in place: "
                + "; ".join(gate_result["blocked_by"])
            )
        made = publish.publish(
            settings,
            as_of=bellwether.as_of_day,
            published_at=bellwether.started,
            code_version=publish.code_version(settings.project),
            registry_hash=registry_hash(load_registry(settings.project)),
            fingerprint=publish.fingerprint(settings, bellwether.as_of_day, bellwether.project_hash),
            gate_result=gate_result,
        )
        # What this run changed is part of the past from the moment that readers can see it.
        incidents.commit(settings)
        return dg.MaterializeResult(
            metadata={
                "publication": made.publication_id,
                "path": dg.MetadataValue.path(made.path),
                "tables": made.n_tables,
                "dagster/row_count": made.n_rows,
                "content hash": made.content_hash,
            }
        )

    return publication


def _gate_result(bellwether: Bellwether) -> dict[str, Any]:
    """What the gates decided, for the certificate: findings by severity, submissions held back, what blocks."""
    from expectations.catalogue import load_rules, rules_hash

    blockers = [rule.id for rule in load_rules() if rule.blocks_publication]
    with open_readonly(bellwether.settings.build_file) as connection:
        findings = dict(
            connection.execute(
                """
                select severity, count(*)
                from (select severity from gate.finding union all select severity from gate.evidence_finding)
                group by all order by all
                """
            ).fetchall()
        )
        verdicts = dict(
            connection.execute("select verdict, count(*) from gate.verdict group by all order by all").fetchall()
        )
        blocked_by = connection.execute(
            """
            select rule_id || ': ' || message
            from (select * from gate.finding union all select * from gate.evidence_finding)
            where rule_id in (select unnest(?))
            order by all limit 20
            """,
            [blockers],
        ).fetchall()
    return {
        "findings": findings,
        "submissions": verdicts,
        "rules_hash": rules_hash(),
        "blocked_by": [message for (message,) in blocked_by],
    }
