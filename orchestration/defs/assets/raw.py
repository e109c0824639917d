"""From landing to schema raw: the files received, and the monthly returns by month. Calls `intake` and `loading`."""

from collections import Counter
from collections.abc import Iterator

import dagster as dg

from orchestration.defs.partitions import months, selected_months
from orchestration.defs.resources import OWNERS, POOL, Bellwether
from orchestration.runtime import loading
from orchestration.runtime.progress import report

RECEIVED = dg.AssetKey(["landing", "received"])


@dg.asset(
    key=RECEIVED,
    group_name="landing",
    owners=OWNERS,
    kinds={"python", "file"},
    pool=POOL,
    description=(
        "Every file that arrived: archived by hash, recognised by its content, checked in one pass, and ended in "
        "exactly one outcome. A bad file never stops the others."
    ),
)
def received(bellwether: Bellwether) -> dg.MaterializeResult[None]:
    from orchestration import intake

    settings = bellwether.settings
    report("step", "files received")
    if bellwether.full:
        loading.remove_build(settings)
    outcomes = intake.receive(settings, received_at=bellwether.moment, on_file=lambda one: report("file", one))
    counts = Counter("duplicate" if one.is_duplicate else one.outcome for one in outcomes)
    refused = [one for one in outcomes if not one.loaded and not one.is_duplicate]
    return dg.MaterializeResult(
        metadata={
            "files": len(outcomes),
            "rows loaded": sum(one.rows_loaded for one in outcomes),
            "rows set aside": sum(one.rows_quarantined for one in outcomes),
            **{outcome.replace("_", " "): count for outcome, count in sorted(counts.items())},
            "refused files": dg.MetadataValue.md(
                "\n".join(
                    f"- {one.file_name}: {one.problems[0].message if one.problems else one.outcome}" for one in refused
                )
                or "none"
            ),
        }
    )


@dg.multi_asset(
    name="raw_monthly",
    specs=[
        dg.AssetSpec(
            ["raw", table],
            deps=[RECEIVED],
            group_name="raw",
            owners=OWNERS,
            kinds={"duckdb", "parquet", "table"},
            description=f"Returns of the kind {table}, as text with their lineage, by the month they report on.",
        )
        for table in loading.MONTHLY_TABLES
    ],
    partitions_def=months,
    backfill_policy=dg.BackfillPolicy.single_run(),
    can_subset=True,
    pool=POOL,
)
def raw_monthly(context: dg.AssetExecutionContext, bellwether: Bellwether) -> Iterator[dg.MaterializeResult[None]]:
    report("step", "monthly returns loaded")
    yield from load(context, bellwether, given=selected_months(context))


def load(
    context: dg.AssetExecutionContext, bellwether: Bellwether, given: list[str] | None = None
) -> Iterator[dg.MaterializeResult[None]]:
    """Loads the selected raw tables and tells of each: rows held, rows added, and the months that came besides
    those given.
    """
    from orchestration import intake

    settings = bellwether.settings
    loading.start_build(settings, bellwether.project_hash)
    tables = [key.path[-1] for key in context.selected_asset_keys]
    outcomes = intake.read_outcomes(settings)
    loads = loading.load_tables(settings, [*loading.ALWAYS, *tables], outcomes, reload_months=given or ())
    for key in sorted(context.selected_asset_keys):
        held = loads[key.path[-1]]
        report("table", key.path[-1])
        for month in sorted(held.added.keys() - set(given or ())) if given is not None else ():
            if months.has_partition_key(month):
                metadata = {"rows added": held.added[month]}
                context.log_event(dg.AssetMaterialization(asset_key=key, partition=month, metadata=metadata))
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={"dagster/row_count": held.n_rows, "submissions": held.n_submissions, "rows added": held.n_added},
        )
