"""How a dbt node looks in Dagster: its key, its group (the layer), its kinds and owner.

Belongs here: names and looks. Does not belong here: which nodes run when (`assets.dbt`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject

from orchestration.defs.resources import OWNERS

SUBMISSION_GATE = dg.AssetKey(["quality", "submission_gate"])
EVIDENCE_GATE = dg.AssetKey(["quality", "evidence_gate"])

# The tables of schema `gate`, by the asset that writes them.
_GATE_TABLES = {"evidence_finding": EVIDENCE_GATE}


class LayerTranslator(DagsterDbtTranslator):
    """Groups by schema: registry, staging, intermediate, evidence, marts, quality. What is made of child-level lists is
    a group of its own."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(
                # A dbt test that fails stops the build, and the counts stand on each model: a check event a test would
                # only cost time.
                enable_asset_checks=False,
                # Several tables of schema `gate` are one asset.
                enable_duplicate_source_asset_keys=True,
            )
        )

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        key = node_key(node)
        if node["resource_type"] == "source":
            return spec.replace_attributes(key=key)
        kinds = {"dbt", "duckdb", "csv" if node["resource_type"] == "seed" else node["config"]["materialized"]}
        return spec.replace_attributes(key=key, group_name=_group(node), owners=OWNERS, kinds=kinds)


def _group(node: Mapping[str, Any]) -> str:
    """The layer, or `children` within the intermediate one, which would be too large to read."""
    return "children" if node["schema"] == "intermediate" and "children" in node["fqn"] else str(node["schema"])


def node_key(node: Mapping[str, Any]) -> dg.AssetKey:
    """Schema and name, as in SQL; a table of schema `gate` is the gate that writes it."""
    if node["resource_type"] == "source" and node["schema"] == "gate":
        return _GATE_TABLES.get(node["name"], SUBMISSION_GATE)
    return dg.AssetKey([node["schema"], node["name"]])
