"""Contracts: what each return looks like, read from ``data/contracts``.

Belongs here: the models that a contract file must satisfy and finding columns by heading and date. Does not belong
here: applying a contract to a file (identify, check, published).
"""

from __future__ import annotations

from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestration.intake.children.contract import ChildList
from orchestration.intake.tables import LINEAGE, OF_LISTS, RAW_TABLES, ROW_TABLES
from orchestration.intake.text import key

_LINEAGE = frozenset(name for name, _ in LINEAGE)
ColumnType = Literal[
    "text", "number", "integer", "date", "month", "day_or_month", "year", "code", "boolean", "authority"
]


class ContractError(Exception):
    """A contract file does not satisfy its model; the message names the file and the entry."""


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Alias(Model):
    """Another heading of a column, and when it was in use: by date, or by release for published tables."""

    header: str
    valid_from: date | None = None
    valid_to: date | None = None
    first_release: str | None = None
    last_release: str | None = None

    def in_release(self, release: str) -> bool:
        return (self.first_release or "") <= release <= (self.last_release or "9999")

    def on(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


class Column(Model):
    """One column of a return."""

    name: str
    type: ColumnType
    description: str
    required: bool = False
    codes: list[str] = []
    unknown: Literal["refuse", "warn"] = Field(default="refuse", description="what an unlisted code does to its row")
    key: bool | None = Field(
        default=None, description="whether a row without a usable value is set aside; default by type"
    )
    allow_empty: bool = False
    empty_means: str | None = None
    max_future_days: int = Field(default=400, description="how long after receipt a date may lie")
    has_begun: bool = Field(default=False, description="whether the period must have begun when the return arrives")
    is_prose: bool = Field(default=False, description="free text, in which look-alike letters mean nothing")
    aliases: list[Alias] = []

    @property
    def is_key(self) -> bool:
        """Whether a row whose value cannot be used is set aside (else the value is only a warning)."""
        if self.key is not None:
            return self.key
        return self.type in ("date", "month", "day_or_month", "year", "authority") or (
            self.type == "code" and self.unknown == "refuse"
        )

    @property
    def must_be_filled(self) -> bool:
        return self.is_key and self.required and not self.allow_empty and self.empty_means is None

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset({key(self.name), *(key(a.header) for a in self.aliases)})


class Csv(Model):
    """The dialects of CSV that a return may come in."""

    delimiters: list[str]
    encodings: list[Literal["utf-8", "cp1252"]]


class Xml(Model):
    """A return in XML: its outermost element, the element of one record, and where its header says what it is."""

    root: str
    record: str
    collection: list[str]
    collection_name: str = Field(alias="is")


class Formats(Model):
    csv: Csv | None = None
    xlsx: bool = False
    zip: bool = False
    xml: Xml | None = None


class Signature(Model):
    """The columns by which a return is recognised: all of one list, and at least one of the other."""

    all_of: list[str]
    any_of: list[str] = []


class PeriodColumns(Model):
    """Which columns say the period that a row is about."""

    start: str | None = None
    end: str | None = None
    month: str | None = None


class Measure(Model):
    """A measure of a published table: our name, the headings it had."""

    name: str
    first_release: str | None = None
    last_release: str | None = None
    aliases: list[Alias] = []

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset({key(self.name), *(key(a.header) for a in self.aliases)})


class Category(Model):
    """The column that distinguishes rows of a published table beside time and place."""

    always: bool = False
    aliases: list[Alias] = []


class Dataset(Model):
    """One published table."""

    title: str
    category: Category = Category()
    measures: list[Measure]


class Contract(Model):
    """One return."""

    name: str
    version: str
    title: str
    description: str
    layout: Literal["rows", "workbook", "statistics", "lists"]
    frequency: Literal["monthly", "quarterly", "annual", "on_change"]
    due_working_day: int | None = None
    formats: Formats
    signature: Signature | None = None
    period: PeriodColumns = PeriodColumns()
    columns: list[Column] = []
    terms: dict[str, list[str]] = {}
    datasets: dict[str, Dataset] = {}
    lists: list[ChildList] = []
    financial_year: bool = Field(default=False, description="whether its lists describe a whole financial year")
    nobody: list[str] = Field(default=[], description="what stands in a worker's cell that names nobody")
    child_level: bool = Field(default=False, description="rows are about single children: files are for their owner")

    @model_validator(mode="after")
    def _consistent(self) -> Contract:
        names = [c.name for c in self.columns]
        if len(set(names)) != len(names):
            raise ValueError("two columns have one name")
        seen: dict[str, str] = {}
        for column in self.columns:
            for heading in column.keys:
                if heading in seen:
                    raise ValueError(f"heading '{heading}' belongs to both '{seen[heading]}' and '{column.name}'")
                seen[heading] = column.name
        for name in [*(self.signature.all_of + self.signature.any_of if self.signature else []), *self._period_names()]:
            if name not in names:
                raise ValueError(f"'{name}' is used in the signature or period and is no column")
        if self.layout == "rows":
            table = [n for n, _ in RAW_TABLES[self.name]] if self.name in ROW_TABLES else ["extra"]
            if names != table[: table.index("extra")]:
                raise ValueError(f"the columns are not those of raw.{self.name}: {names}")
        for part in self.lists:
            if bool(self.formats.xml) != bool(part.path and all(column.elements for column in part.columns)):
                raise ValueError(f"list '{part.name}': a return in XML, and no other, has a path and elements")
            table = [n for n, _ in RAW_TABLES.get(f"{self.name}_{part.name}", [])]
            if [c.raw_name for c in part.columns if c.load] != [n for n in table if n not in _LINEAGE]:
                raise ValueError(f"the columns are not those of raw.{self.name}_{part.name}")
        return self

    def _period_names(self) -> list[str]:
        return [n for n in (self.period.start, self.period.end, self.period.month) if n]

    @property
    def tables(self) -> list[str]:
        """The raw tables that this return fills."""
        if not self.lists:
            return [self.name]
        return [*(f"{self.name}_{part.name}" for part in self.lists), *OF_LISTS]

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Every heading, as compared, with its column."""
        return {heading: column for column in self.columns for heading in column.keys}

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


Contracts = dict[str, Contract]


def read_contract(path: Path) -> Contract:
    """One contract file. Raises ContractError naming it."""
    try:
        contract = Contract.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValueError, yaml.YAMLError) as error:
        raise ContractError(f"{path.name}: {error}") from error
    if contract.name != path.stem:
        raise ContractError(f"{path.name}: the contract inside is named '{contract.name}'")
    return contract


@lru_cache(maxsize=4)
def load_contracts(folder: Path) -> Contracts:
    """All contracts of a folder by name. Raises ContractError."""
    return {contract.name: contract for contract in map(read_contract, sorted(folder.glob("*.yml")))}
