"""Puts the definitions together.

Belongs here: which assets, jobs, schedules, sensors and resources there are. Does not belong here: any of them.
Building opens no database and parses no dbt project; it reads the settings and the manifest that was made beforehand,
if there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.defs.assets.dbt import dbt_steps
from orchestration.defs.assets.publish import publication_asset
from orchestration.defs.assets.quality import evidence_gate_asset, incidents, submission_gate_asset
from orchestration.defs.assets.raw import raw_monthly, received
from orchestration.defs.assets.reference import raw_reference
from orchestration.defs.assets.report import alerts, notes_to_senders, site, workbook
from orchestration.defs.jobs import monthly_load, publication_as_at
from orchestration.defs.packs import packs
from orchestration.defs.resources import Bellwether, Notifier, dbt_resource
from orchestration.defs.schedules import monthly_packs, monthly_schedule, quarterly_packs
from orchestration.defs.sensors import alert_delivery, landing_sensor, run_failure_notice
from orchestration.runtime.dbt_manifest import read_manifest
from orchestration.settings import Settings, load_settings


def build_defs(overrides: Mapping[str, Any] | None = None, *, settings: Settings | None = None) -> dg.Definitions:
    """A fresh set of definitions. `overrides` replaces resources by name (tests, deployments)."""
    settings = settings or load_settings()
    steps = dbt_steps(read_manifest(settings))
    return dg.Definitions(
        assets=[
            received,
            raw_monthly,
            raw_reference,
            *steps.definitions,
            submission_gate_asset(steps.before_gate),
            evidence_gate_asset(steps.before_evidence_gate),
            incidents,
            publication_asset(steps.published),
            site,
            workbook,
            notes_to_senders,
            alerts,
        ],
        jobs=[monthly_load, packs, publication_as_at],
        schedules=[monthly_schedule, monthly_packs, quarterly_packs],
        sensors=[landing_sensor, run_failure_notice, alert_delivery],
        resources={
            "bellwether": Bellwether.configure_at_launch(),
            "dbt": dbt_resource(settings),
            "notifier": Notifier(),
            **(overrides or {}),
        },
        executor=dg.in_process_executor,
    )
