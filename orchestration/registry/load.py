"""Reads data/registry, and what other folders add to it, into one Registry.

Belongs here: where each entry comes from and how a cell of text becomes a typed field. Does not belong here: whether
the entries agree with one another (`problems`). An empty cell is None; every fault of every file is reported at once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from orchestration.registry import RegistryError
from orchestration.registry.authorities import Authority, AuthorityName
from orchestration.registry.entry import Entry
from orchestration.registry.models import (
    Alias,
    BankHoliday,
    ChildCode,
    ChildMeasure,
    ChildMeasureRole,
    ClubMember,
    Comparator,
    ComparatorMember,
    ContactCode,
    DeprivationScore,
    Event,
    ExpectedReturn,
    Flow,
    Indicator,
    Measure,
    PartitionPart,
    PublishedMeasure,
    Registry,
    Release,
    Retired,
    RuleEntry,
    Symbol,
    Target,
    Term,
)

REGISTRY = Path("data/registry")
NEIGHBOURS = Path("data/reference/statistical_neighbours.csv")
RULES = Path("expectations/catalogue.yml")
NEIGHBOUR_SET = "statistical_neighbours"

# Fields of a rule that its catalogue may carry and that the warehouse does not need.
RULE_FIELDS = tuple(field for field in RuleEntry.model_fields if field != "rule_id")

Model = TypeVar("Model", bound=Entry)


class Reader:
    """Reads files below one project and collects every fault it meets."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.faults: list[str] = []

    def entry(self, model: type[Model], values: dict[str, Any], where: str) -> Iterator[Model]:
        """The entry, or nothing and its faults."""
        try:
            yield model.model_validate(values)
        except ValidationError as error:
            for fault in error.errors():
                field = ".".join(str(part) for part in fault["loc"])
                self.faults.append(f"{where}, {field}: {fault['msg']} (found {fault['input']!r})")

    def table(
        self, path: Path, model: type[Model], *, required: bool = True, named: dict[str, str] | None = None
    ) -> list[Model]:
        """The rows of a CSV file, whose header must be fields of the model; ``named`` are what its place says."""
        file = self.project / path
        if not file.is_file():
            if required:
                self.faults.append(f"{path.as_posix()}: the file is missing")
            return []
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            unknown = [name for name in reader.fieldnames or [] if name not in model.model_fields]
            if unknown:
                self.faults.append(f"{path.as_posix()}, row 1: unknown columns {', '.join(unknown)}")
                return []
            found: list[Model] = []
            for row in reader:
                where = f"{path.as_posix()}, row {reader.line_num}"
                if None in row or None in row.values():
                    self.faults.append(f"{where}: the number of cells differs from the header's {len(row) - 1}")
                    continue
                values = {name: cell for name, cell in row.items() if cell != ""}
                found.extend(self.entry(model, values | (named or {}), where))
            return found

    def document(self, path: Path, *, required: bool = True) -> Any:
        """The content of a YAML file; None when it is absent and may be."""
        file = self.project / path
        if not file.is_file():
            if required:
                self.faults.append(f"{path.as_posix()}: the file is missing")
            return None
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            return yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
        except yaml.YAMLError as error:
            self.faults.append(f"{path.as_posix()}: not readable as YAML: {error}")
            return None

    def listed(self, path: Path, key: str, model: type[Model]) -> list[Model]:
        """The entries under one key of a YAML file."""
        content = self.document(path) or {}
        found: list[Model] = []
        for position, values in enumerate(content.get(key) or [], start=1):
            found.extend(self.entry(model, values, f"{path.as_posix()}, {key} no. {position}"))
        return found

    def indicators(self) -> list[Indicator]:
        """The entries of every theme's file, in file order."""
        found: list[Indicator] = []
        for file in sorted((self.project / REGISTRY / "indicators").glob("*.yml")):
            path = file.relative_to(self.project)
            content = self.document(path) or {}
            for values in content.get("indicators") or []:
                where = f"{path.as_posix()}, {values.get('code', 'an entry without a code')}"
                complete = {**values, "theme": content.get("theme", ""), "file": path.name}
                complete.setdefault("versions", [only_version(values)])
                found.extend(self.entry(Indicator, complete, where))
        return found

    def vocabulary(self) -> list[Term]:
        """The words of vocabulary.yml: a list of {code, label, description} a vocabulary."""
        path = REGISTRY / "vocabulary.yml"
        found: list[Term] = []
        for name, words in (self.document(path) or {}).items():
            for word in words:
                found.extend(self.entry(Term, {"vocabulary": name, **word}, f"{path.as_posix()}, {name}"))
        return found

    def contact_codes(self) -> list[ContactCode]:
        """Every list of contact codes. A list named for an authority may leave its code out of the rows."""
        found: list[ContactCode] = []
        for file in sorted((self.project / REGISTRY / "contact_codes").glob("*.csv")):
            found.extend(self.table(file.relative_to(self.project), ContactCode))
        return found

    def child_codes(self) -> list[ChildCode]:
        """The code lists of every child-level return: the folder is the return, the file the code list."""
        found: list[ChildCode] = []
        for file in sorted((self.project / REGISTRY / "codes").glob("*/*.csv")):
            named = {"return_name": file.parent.name, "code_list": file.stem}
            found.extend(self.table(file.relative_to(self.project), ChildCode, named=named))
        return found

    def rules(self) -> list[RuleEntry]:
        """The quality rules of the catalogue, if the project has one yet."""
        content = self.document(RULES, required=False) or []
        if isinstance(content, dict):
            content = content.get("rules") or []
        found: list[RuleEntry] = []
        for values in content:
            chosen = {field: values[field] for field in RULE_FIELDS if values.get(field) is not None}
            rule_id = values.get("id") or values.get("rule_id")
            found.extend(self.entry(RuleEntry, {"rule_id": rule_id, **chosen}, f"{RULES.as_posix()}, {rule_id}"))
        return found

    def neighbours(self) -> list[ComparatorMember]:
        """The statistical neighbours of every vintage, if the project has them yet."""
        file = self.project / NEIGHBOURS
        if not file.is_file():
            return []
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            wanted = ("vintage", "authority_code", "member_code", "member_rank", "closeness")
            found: list[ComparatorMember] = []
            for row in reader:
                values = {name: row[name] for name in wanted if row.get(name)}
                where = f"{NEIGHBOURS.as_posix()}, row {reader.line_num}"
                found.extend(self.entry(ComparatorMember, {"comparator_set": NEIGHBOUR_SET, **values}, where))
            return found


def only_version(values: dict[str, Any]) -> dict[str, Any]:
    """The version of an entry that never changed: always in force, meaning what the description says."""
    definition = values.get("description", "")
    return {"version": "1", "definition": definition, "changed_by": values.get("owner", "Registry")}


def read_registry(project: Path) -> Registry:
    """The registry of a project. Raises RegistryError with every fault found."""
    reader = Reader(project)
    registry = Registry(
        indicators=reader.indicators(),
        measures=reader.listed(REGISTRY / "measures.yml", "measures", Measure),
        child_measures=reader.table(REGISTRY / "child_measures.csv", ChildMeasure, required=False),
        child_measure_roles=reader.table(REGISTRY / "child_measure_roles.csv", ChildMeasureRole, required=False),
        retired=reader.listed(REGISTRY / "retired.yml", "retired", Retired),
        aliases=reader.table(REGISTRY / "aliases.csv", Alias, required=False),
        authorities=reader.table(REGISTRY / "authorities.csv", Authority),
        authority_names=reader.table(REGISTRY / "authority_names.csv", AuthorityName),
        published_measures=reader.table(REGISTRY / "codes/published.csv", PublishedMeasure),
        releases=reader.table(REGISTRY / "releases.csv", Release),
        symbols=reader.table(REGISTRY / "codes/symbols.csv", Symbol),
        vocabulary=reader.vocabulary(),
        contact_codes=reader.contact_codes(),
        child_codes=reader.child_codes(),
        targets=reader.table(REGISTRY / "targets.csv", Target),
        partitions=reader.table(REGISTRY / "partitions.csv", PartitionPart),
        flows=reader.table(REGISTRY / "flows.csv", Flow),
        events=reader.table(REGISTRY / "events.csv", Event),
        comparators=reader.table(REGISTRY / "comparators.csv", Comparator),
        comparator_members=reader.neighbours(),
        clubs=reader.table(REGISTRY / "clubs.csv", ClubMember, required=False),
        deprivation=reader.table(REGISTRY / "deprivation.csv", DeprivationScore, required=False),
        expected_returns=reader.table(REGISTRY / "expected_returns.csv", ExpectedReturn),
        bank_holidays=reader.table(REGISTRY / "bank_holidays.csv", BankHoliday),
        rules=reader.rules(),
    )
    if reader.faults:
        raise RegistryError(reader.faults)
    return registry
