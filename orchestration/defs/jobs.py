"""The one job: from landing to publication and report."""

from __future__ import annotations

import dagster as dg

JOB_NAME = "monthly_load"

monthly_load = dg.define_asset_job(
    JOB_NAME,
    selection=dg.AssetSelection.all(),
    description=(
        "Everything new in landing to a new publication and its pages. Give it a month to load that month's "
        "returns again; a range of months is one run."
    ),
    executor_def=dg.in_process_executor,
)
