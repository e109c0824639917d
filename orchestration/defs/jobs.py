"""The jobs: from landing to publication and report; and from what is held to a publication as at a day."""

from __future__ import annotations

import dagster as dg

JOB_NAME = "monthly_load"
# Over the links of a scratch home, where nothing arrives and nobody is to be told anything.
AS_AT_JOB_NAME = "publication_as_at"

monthly_load = dg.define_asset_job(
    JOB_NAME,
    selection=dg.AssetSelection.all(),
    description=(
        "Everything new in landing to a new publication and its pages. Give it a month to load that month's "
        "returns again; a range of months is one run."
    ),
    executor_def=dg.in_process_executor,
)

publication_as_at = dg.define_asset_job(
    AS_AT_JOB_NAME,
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("landing", "report"),
    description=(
        "A publication of what is held, without receiving files, writing pages or telling anybody. It is run by "
        "`bellwether report --as-at`, on a home that is thrown away; here it would publish over the readers' heads."
    ),
    executor_def=dg.in_process_executor,
)
