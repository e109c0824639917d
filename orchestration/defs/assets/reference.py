"""Raw tables that belong to no month: national statistics, code lists, targets, events, registers, and the record of
what was received.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.assets.raw import RECEIVED, load
from orchestration.defs.resources import OWNERS, POOL, Bellwether
from orchestration.intake.tables import RAW_TABLES
from orchestration.runtime import loading
from orchestration.runtime.progress import report

_DESCRIPTIONS = {
    "submission": "One row a received file, with its outcome.",
    "problem": "One row a problem that intake found in a file, with what its sender can do.",
    "published_statistics": "National statistics, one row a figure, release by release.",
    "contact_codes": "The authorities' own lists of contact codes, by date.",
    "targets": "Targets with their bounds, by date.",
    "events": "Dated events that explain or break a series.",
    "commentary": "What people said about a figure.",
    "action_register": "What councils said they would do about their figures, and what came of it.",
    "audit_register": "Case audits by type, area and grade.",
}


@dg.multi_asset(
    name="raw_reference",
    specs=[
        dg.AssetSpec(
            ["raw", table],
            deps=[RECEIVED],
            group_name="raw",
            owners=OWNERS,
            kinds={"duckdb", "parquet", "table"},
            description=_DESCRIPTIONS.get(table, f"Returns of the kind {table}, as text with their lineage."),
        )
        for table in RAW_TABLES
        if table not in loading.MONTHLY_TABLES
    ],
    can_subset=True,
    pool=POOL,
)
def raw_reference(context: dg.AssetExecutionContext, bellwether: Bellwether) -> Iterator[dg.MaterializeResult[None]]:
    report("step", "reference tables loaded")
    yield from load(context, bellwether)
