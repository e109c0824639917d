"""The months by which monthly returns are partitioned.

A run that is given no month loads whatever is new, whatever its month, and reports each month that it loaded; a run
that is given a month, or a range of them as one backfill, loads those again besides. So no run leaves a received file
out of the publication.
"""

from __future__ import annotations

import dagster as dg

# The oldest monthly figures that councils still hold; a return from before is loaded too, only not shown as a
# partition.
FIRST_MONTH = "2005-04"

months = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, fmt="%Y-%m", end_offset=1)


def selected_months(context: dg.AssetExecutionContext) -> list[str]:
    """The months that this run was given, as YYYY-MM; none when it was given none."""
    if not context.has_partition_key and not context.has_partition_key_range:
        return []
    return list(context.partition_keys)
