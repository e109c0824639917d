"""The graph: it loads without touching anything, and its order is the order of the gates."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.runtime.loading import MONTHLY_TABLES

PROJECT = Path(__file__).resolve().parents[2]

_LOAD = """
import socket, sys

def refuse(*arguments, **options):
    raise AssertionError("the network was asked for while definitions load")

socket.socket.connect = refuse
from orchestration.definitions import defs
print([name for name in ("duckdb", "great_expectations", "pandas") if name in sys.modules])
print(len(defs.resolve_all_asset_keys()))
"""


def key(text: str) -> dg.AssetKey:
    return dg.AssetKey(text.split("/"))


def ancestors(defs: dg.Definitions, text: str) -> set[str]:
    graph = defs.resolve_asset_graph()
    return {one.to_user_string() for one in graph.get_ancestor_asset_keys(key(text))}


def keys(defs: dg.Definitions) -> set[str]:
    return {one.to_user_string() for one in defs.resolve_all_asset_keys()}


def test_they_load_without_a_network_a_database_or_a_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "BELLWETHER_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", _LOAD], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    heavy, count = done.stdout.splitlines()
    assert heavy == "[]"
    assert int(count) > 10
    assert not home.exists()


def test_without_a_manifest_stand_ins_hold_the_places_and_say_what_to_do(without_manifest: dg.Definitions) -> None:
    assert {"dbt/before_gate", "dbt/marts", "dbt/after_evidence"} <= keys(without_manifest)
    assert "make manifest" in without_manifest.resolve_asset_graph().get(key("dbt/marts")).description
    above = ancestors(without_manifest, "publish/publication")
    assert {
        "landing/received",
        "dbt/before_gate",
        "quality/submission_gate",
        "dbt/marts",
        "quality/evidence_gate",
    } <= above


def test_every_asset_says_what_it_is_and_whose(with_manifest: dg.Definitions) -> None:
    graph = with_manifest.resolve_asset_graph()
    nodes = [graph.get(one) for one in with_manifest.resolve_all_asset_keys()]
    assert [node.key.to_user_string() for node in nodes if not node.owners or not node.kinds] == []
    hand_made = [
        node
        for node in nodes
        if node.group_name not in ("registry", "staging", "intermediate", "children", "evidence", "marts")
    ]
    assert [node.key.to_user_string() for node in hand_made if not node.description] == []


def test_groups_are_the_layers(with_manifest: dg.Definitions) -> None:
    groups = {spec.group_name for spec in with_manifest.resolve_all_asset_specs()}
    assert groups == {
        "landing",
        "raw",
        "registry",
        "staging",
        "intermediate",
        "children",
        "evidence",
        "gates",
        "marts",
        "quality",
        "restricted",
        "publication",
        "report",
    }


def test_nothing_passes_the_submission_gate_unjudged(with_manifest: dg.Definitions) -> None:
    assert "quality/submission_gate" in ancestors(with_manifest, "marts/fct_indicator_value")
    assert "quality/submission_gate" in ancestors(with_manifest, "marts/mart_contact_flow")
    below = ancestors(with_manifest, "quality/submission_gate")
    assert {"landing/received", "raw/submission", "staging/stg_performance_workbook__cell"} <= below
    assert not {one for one in below if one.startswith("marts/")}


def test_the_publication_waits_for_both_gates_and_every_table_in_it(with_manifest: dg.Definitions) -> None:
    above = ancestors(with_manifest, "publish/publication")
    tables = {one for one in keys(with_manifest) if one.startswith(("marts/", "quality/"))}
    assert tables <= above
    assert ancestors(with_manifest, "report/site") >= {"publish/publication"}


def test_monthly_returns_are_partitioned_by_month_and_backfilled_in_one_run(with_manifest: dg.Definitions) -> None:
    graph = with_manifest.resolve_asset_graph()
    partitioned = {
        one.to_user_string() for one in with_manifest.resolve_all_asset_keys() if graph.get(one).is_partitioned
    }
    assert partitioned == {f"raw/{table}" for table in MONTHLY_TABLES}
    for one in partitioned:
        assert graph.get(key(one)).backfill_policy == dg.BackfillPolicy.single_run()


def test_steps_that_open_the_build_file_share_the_pool(with_manifest: dg.Definitions) -> None:
    outside = {"notes_to_senders", "site", "workbook", "alerts"}
    job = with_manifest.resolve_job_def("monthly_load")
    pools = {node.name: node.definition.pools for node in job.graph.nodes}  # type: ignore[attr-defined]
    assert {name.split("__")[-1] for name, pool in pools.items() if pool != {"warehouse"}} == outside


def test_the_job_is_everything(with_manifest: dg.Definitions) -> None:
    job = with_manifest.resolve_job_def("monthly_load")
    assert {one.to_user_string() for one in job.asset_layer.executable_asset_keys} == keys(with_manifest)
    assert job.partitions_def is not None


def test_a_publication_as_at_a_day_receives_nothing_and_tells_nobody(with_manifest: dg.Definitions) -> None:
    job = with_manifest.resolve_job_def("publication_as_at")
    made = {one.to_user_string() for one in job.asset_layer.executable_asset_keys}
    assert "publish/publication" in made
    assert set(keys(with_manifest) - made) == {
        one for one in keys(with_manifest) if one.startswith(("landing/", "report/"))
    }


def test_each_rule_is_an_asset_check(with_manifest: dg.Definitions) -> None:
    from expectations.catalogue import load_rules

    checks = with_manifest.resolve_asset_graph().asset_check_keys
    assert {check.name for check in checks} == {rule.id.replace(".", "__") for rule in load_rules()}


def test_only_explicit_jobs_start_anything(with_manifest: dg.Definitions) -> None:
    assert [one for one in with_manifest.resolve_all_asset_specs() if one.automation_condition] == []


@pytest.mark.slow
def test_dg_checks_and_lists_the_definitions_from_the_repository_root(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "BELLWETHER_HOME": str(tmp_path / "home"),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "COLUMNS": "200",
    }
    dg_command = str(Path(sys.executable).with_name("dg"))
    for command, expected in ((["check", "defs"], "loaded successfully"), (["list", "defs"], "monthly_load")):
        done = subprocess.run(
            [dg_command, *command], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert expected in done.stdout + done.stderr
