"""Who may know whom: the imports of the Python packages, and the edges between the layers of the dbt project."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from orchestration.runtime.dbt_manifest import manifest_path, prepare_manifest
from orchestration.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("orchestration", "expectations")

# Modules that drive Dagster, and so may know it: its definitions, and the command line that launches the job.
COMMAND_LINE = ("orchestration.cli", "orchestration.commands")
DRIVERS = ("orchestration.defs", "orchestration.definitions", *COMMAND_LINE)

# What a layer of the dbt project may read. Seeds of the registry may be read by all of them.
MAY_READ = {
    "staging": {"source raw"},
    "intermediate": {"staging", "intermediate", "source gate", "record"},
    # Which returns are owed and have come is a table of quality: evidence on late and missing ones reads it.
    "evidence": {"intermediate", "marts", "quality", "evidence"},
    # A figure's mart counts the findings on it; quality is a part of the marts, built last.
    "marts": {"intermediate", "marts", "quality"},
    "quality": {"intermediate", "marts", "quality", "source gate", "source incidents", "record"},
    "restricted": {"intermediate"},
}
# Written by intake for us and typed by it; there is no sender's text in them to be staged.
RECORDS = {"submission", "problem"}


def modules() -> dict[str, Path]:
    """Every module of the packages, by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in (PROJECT / package).rglob("*.py"):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, path: Path) -> Iterator[tuple[str, bool]]:
    """What a module imports, and whether at once: not inside a function, nor for types only."""
    yield from _imports_in(ast.parse(path.read_text(encoding="utf-8")).body, at_import=True)


def _imports_in(body: Iterable[ast.stmt], *, at_import: bool) -> Iterator[tuple[str, bool]]:
    for node in body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, at_import) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield (node.module or "", at_import)
            yield from ((f"{node.module}.{alias.name}", at_import) for alias in node.names)
        for part in ("body", "orelse", "finalbody", "handlers"):
            inner = getattr(node, part, [])
            for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and part == "body"
            deferred = for_types or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for one in inner:
                if isinstance(one, ast.ExceptHandler):
                    yield from _imports_in(one.body, at_import=at_import)
            statements = [one for one in inner if isinstance(one, ast.stmt)]
            yield from _imports_in(statements, at_import=at_import and not deferred)


def begins(name: str, *beginnings: str) -> bool:
    return any(name == one or name.startswith((one + ".", one + "_")) for one in beginnings)


def _is_package(path: Path) -> bool:
    return path.name == "__init__.py"


def all_imports() -> list[tuple[str, str, bool]]:
    return [(name, what, early) for name, path in modules().items() for what, early in imports(name, path)]


def test_libraries_know_nothing_of_dagster() -> None:
    wrong = [
        f"{name} imports {what}"
        for name, what, _ in all_imports()
        if begins(what, "dagster", "orchestration.defs") and not begins(name, *DRIVERS)
    ]
    # The types of the job's launch stand in the command line alone.
    assert wrong == []


def test_expectations_know_neither_dagster_nor_orchestration() -> None:
    wrong = [
        f"{name} imports {what}"
        for name, what, _ in all_imports()
        if begins(name, "expectations") and begins(what, "orchestration", "dagster", "dbt")
    ]
    assert wrong == []


def test_libraries_do_not_know_the_command_line() -> None:
    wrong = [
        f"{name} imports {what}"
        for name, what, _ in all_imports()
        if begins(what, *COMMAND_LINE) and not begins(name, *COMMAND_LINE)
    ]
    assert wrong == []


def test_the_report_reads_only_a_publication() -> None:
    # `statements` reads only a publication too, and has the house's one way of writing numbers.
    allowed = ("orchestration.report", "orchestration.settings", "orchestration.warehouse", "orchestration.statements")
    wrong = [
        f"{name} imports {what}"
        for name, what, _ in all_imports()
        if begins(name, "orchestration.report") and begins(what, *PACKAGES) and not begins(what, *allowed)
        if what not in PACKAGES
    ]
    assert wrong == []


def test_there_are_no_circles() -> None:
    there = modules()
    graph = {}
    for name, path in there.items():
        at_once = {what for what, early in imports(name, path) if early and what in there and what != name}
        # `from package import module` needs the module; the package it is in is being imported already.
        graph[name] = {what for what in at_once if not (name.startswith(what + ".") and _is_package(there[what]))}
    done: set[str] = set()

    def follow(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, f"a circle of imports: {' -> '.join((*way[way.index(name) :], name))}"
        if name not in done:
            for what in sorted(graph[name]):
                follow(what, (*way, name))
            done.add(name)

    for name in sorted(graph):
        follow(name, ())


def test_nothing_heavy_is_imported_by_a_library_at_import() -> None:
    heavy = ("great_expectations", "pandas", "dbt")
    wrong = [f"{name} imports {what}" for name, what, early in all_imports() if early and begins(what, *heavy)]
    # Suites are imported by the function that judges, and by nothing else.
    assert [one for one in wrong if not one.startswith("expectations.suites")] == []


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    prepare_manifest(settings)
    content: dict[str, Any] = json.loads(manifest_path(settings).read_text())
    return content


def layer(node: Mapping[str, Any]) -> str:
    """The layer of a model, or what else it is: a seed, a source of a schema, a record of intake."""
    if node["resource_type"] == "seed":
        return "seed"
    if node["resource_type"] == "source":
        return "record" if node["schema"] == "raw" and node["name"] in RECORDS else f"source {node['schema']}"
    return str(node["schema"])


def test_layers_read_only_the_layers_before_them(manifest: dict[str, Any]) -> None:
    everything = {**manifest["nodes"], **manifest["sources"]}
    wrong = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model":
            continue
        for parent in (everything[one] for one in node["depends_on"]["nodes"]):
            if layer(parent) not in MAY_READ[layer(node)] | {"seed"}:
                wrong.append(f"{node['schema']}.{node['name']} reads {layer(parent)}: {parent['name']}")
    assert wrong == []


def test_every_model_is_in_a_layer_and_named_for_it(manifest: dict[str, Any]) -> None:
    beginnings = {
        "staging": ("stg_",),
        "intermediate": ("int_",),
        "evidence": ("evidence_",),
        "marts": ("dim_", "fct_", "mart_"),
        "quality": ("",),
        "restricted": ("",),
    }
    wrong = [
        f"{node['schema']}.{node['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and not node["name"].startswith(beginnings[node["schema"]])
    ]
    assert wrong == []


def test_what_is_shared_of_children_has_gone_through_the_one_place_that_hides(manifest: dict[str, Any]) -> None:
    nodes = manifest["nodes"]
    names = {name: node["name"] for name, node in nodes.items()}
    wrong = []
    for name, node in nodes.items():
        if node["resource_type"] != "model" or node["schema"] not in ("marts", "quality"):
            continue
        waiting, seen = [name], set()
        while waiting:
            one = waiting.pop()
            # Which measures a list has unknown categories for is said in words, without their number.
            if one in seen or names.get(one) in ("int_children__shared_measure", "int_children__unmapped"):
                continue
            seen.add(one)
            waiting += nodes[one]["depends_on"].get("nodes", []) if one in nodes else []
        # Which lists came, how long they are, what days they cover, and which of their spellings are on a code list:
        # nothing of that is a child's.
        told = {"stg_children__list", "stg_children__spelling", "int_children__list"}
        told |= {"int_children__code", "int_children__unmapped"}
        wrong += [
            f"{node['name']} reads {names[one]}"
            for one in seen
            if one in nodes
            and names[one].startswith(("stg_annex_a__", "stg_children__", "int_children__"))
            and names[one] not in {*told, "int_children__shared_figure"}
        ]
    assert wrong == []


def test_a_step_of_dbt_reads_only_steps_before_it(manifest: dict[str, Any]) -> None:
    """Else the gates would stand in a circle."""
    from orchestration.defs.assets.dbt import AFTER_EVIDENCE, BEFORE_GATE, MARTS, nodes_by_step

    order = {BEFORE_GATE: 0, MARTS: 1, AFTER_EVIDENCE: 2}
    step_of = {node["unique_id"]: step for step, nodes in nodes_by_step(manifest).items() for node in nodes}
    wrong = [
        f"{name} ({step}) reads {parent} ({step_of[parent]})"
        for name, step in step_of.items()
        for parent in manifest["nodes"][name]["depends_on"].get("nodes", [])
        if parent in step_of and order[step_of[parent]] > order[step]
    ]
    assert wrong == []
