"""The dbt project as assets, in the steps between which the quality gates stand.

before_gate: staging, the figures as sent and the evidence on single submissions. marts: all that is made of admitted
submissions. after_evidence: what needs the findings of the evidence gate. Nodes say where they belong by tag; a node
without a tag is of `marts`.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.defs.resources import OWNERS, POOL, Bellwether, DbtProcess
from orchestration.defs.translator import INCIDENTS, SUBMISSION_GATE, LayerTranslator, node_key
from orchestration.intake.tables import RAW_TABLES
from orchestration.runtime.dbt_manifest import dbt_environment, step_target
from orchestration.runtime.progress import report

BEFORE_GATE, MARTS, AFTER_EVIDENCE = "before_gate", "marts", "after_evidence"
_TOLD = {
    BEFORE_GATE: "returns read and conformed (dbt)",
    MARTS: "indicators and marts built (dbt)",
    AFTER_EVIDENCE: "findings gathered (dbt)",
}
_MISSING = "The dbt manifest has not been made yet, so the models are not shown: run `make manifest`, then reload."


@dataclass(frozen=True)
class DbtSteps:
    """The dbt steps as assets, and what of them each gate and the publication wait for."""

    definitions: list[dg.AssetsDefinition]
    before_gate: list[dg.AssetKey] = field(default_factory=list)
    before_evidence_gate: list[dg.AssetKey] = field(default_factory=list)
    published: list[dg.AssetKey] = field(default_factory=list)


def dbt_steps(manifest: Mapping[str, Any] | None) -> DbtSteps:
    """The steps of a manifest. Without one, stand-ins of the same place in the graph, which refuse to run and say
    what to do.
    """
    if manifest is None:
        return _stand_ins()
    steps = nodes_by_step(manifest)
    definitions = [
        _dbt_step(manifest, BEFORE_GATE, select=f"tag:{BEFORE_GATE}"),
        _dbt_step(manifest, MARTS, select="fqn:*", exclude=f"tag:{BEFORE_GATE} tag:{AFTER_EVIDENCE}"),
    ]
    if steps[AFTER_EVIDENCE]:
        definitions.append(_dbt_step(manifest, AFTER_EVIDENCE, select=f"tag:{AFTER_EVIDENCE}"))
    everything = [node for nodes in steps.values() for node in nodes]
    return DbtSteps(
        definitions=definitions,
        before_gate=[node_key(node) for node in steps[BEFORE_GATE]],
        before_evidence_gate=[node_key(node) for node in steps[MARTS]],
        published=[node_key(node) for node in everything if node["schema"] in ("marts", "quality", "restricted")],
    )


def nodes_by_step(manifest: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """Models and seeds by the step that makes them."""
    steps: dict[str, list[Mapping[str, Any]]] = {BEFORE_GATE: [], MARTS: [], AFTER_EVIDENCE: []}
    for node in manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed", "snapshot"):
            step = next((name for name in (BEFORE_GATE, AFTER_EVIDENCE) if name in node["tags"]), MARTS)
            steps[step].append(node)
    return steps


def _dbt_step(manifest: Mapping[str, Any], name: str, *, select: str, exclude: str = "") -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=manifest,
        select=select,
        exclude=exclude,
        name=f"dbt_{name}",
        dagster_dbt_translator=LayerTranslator(),
        pool=POOL,
    )
    def step(context: dg.AssetExecutionContext, dbt: DbtProcess, bellwether: Bellwether) -> Iterator[Any]:
        yield from _build(context, dbt, bellwether, name)

    return step


def _build(context: dg.AssetExecutionContext, dbt: DbtProcess, bellwether: Bellwether, name: str) -> Iterator[Any]:
    """Builds the step's nodes with their tests; each node's output tells its rows and how many tests it passed.

    Unit tests stay out: they test our SQL on made-up rows, once, in CI.
    """
    settings = bellwether.settings
    report("step", _TOLD[name])
    # dbt is a process of its own and is told by the environment; this process does not open the build file meanwhile.
    os.environ.update(dbt_environment(settings) | {"BELLWETHER_RUN_DAY": bellwether.as_of_day.isoformat()})
    arguments = ["build", "--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"]
    invocation = dbt.cli(arguments, context=context, target_path=step_target(settings, name))
    outputs: list[dg.Output[None]] = []
    tests: Counter[str] = Counter()
    try:
        for event in invocation.stream():
            if isinstance(event, dg.Output):
                outputs.append(event)
                report("table", event.output_name)
            elif isinstance(event, dg.AssetObservation):
                tests[event.asset_key.to_python_identifier()] += 1
    except DagsterDbtCliRuntimeError as error:
        raise dg.Failure(_said_by_dbt(error)) from None
    finally:
        # Whatever went wrong here, the build file is not left to a process that nobody listens to.
        invocation.process.terminate()
        invocation.process.wait()
    rows = _row_counts(bellwether)
    for output in outputs:
        metadata: dict[str, Any] = {**output.metadata, "dbt tests passed": tests[output.output_name]}
        if output.output_name in rows:
            metadata["dagster/row_count"] = rows[output.output_name]
        yield dg.Output(None, output_name=output.output_name, metadata=metadata)


def _said_by_dbt(error: DagsterDbtCliRuntimeError) -> str:
    """The part of the message that dbt said, without the command line before it."""
    said = str(error)
    return said.partition("Errors parsed from dbt logs:")[2].strip() or said


def _row_counts(bellwether: Bellwether) -> dict[str, int]:
    """Rows of every table of the build file, from its catalogue, by the name of the output that made it."""
    from orchestration.warehouse import open_readonly

    with open_readonly(bellwether.settings.build_file) as connection:
        tables = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()").fetchall()
    return {dg.AssetKey([schema, name]).to_python_identifier(): size for schema, name, size in tables}


def _stand_ins() -> DbtSteps:
    raw = [dg.AssetKey(["raw", table]) for table in RAW_TABLES]
    before = _stand_in(BEFORE_GATE, raw)
    marts = _stand_in(MARTS, [SUBMISSION_GATE])
    after = _stand_in(AFTER_EVIDENCE, [INCIDENTS])
    return DbtSteps(
        definitions=[before, marts, after],
        before_gate=[before.key],
        before_evidence_gate=[marts.key],
        published=[marts.key, after.key],
    )


def _stand_in(name: str, deps: list[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.asset(
        key=["dbt", name], deps=deps, group_name="dbt", owners=OWNERS, kinds={"dbt"}, description=_MISSING, pool=POOL
    )
    def stand_in() -> None:
        raise dg.Failure(_MISSING)

    return stand_in
