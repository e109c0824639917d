"""The part of a contract that describes child-level lists: several tables under one return.

Belongs here: the models of a list and its columns. Does not belong here: finding lists in a file or judging their
rows (lists.py).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from orchestration.intake.text import key

ListType = Literal["identifier", "text", "category", "date", "number", "whole", "postcode"]
STANDARD_MONTHS = 6
Person = Literal["child", "adopter", "family", "worker", "personal_adviser"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class ListColumn(_Model):
    """One column of a list: its heading in the template, others it is known by, and what its cells must be."""

    name: str
    header: str
    type: ListType
    blank: Literal["refuse", "warn", "allowed"]
    codes: str | None = None
    aliases: list[str] = []
    pattern: str | None = None
    none_is_a_code: bool = False
    extension: bool = False
    key: Person | None = None
    load: bool = True
    ahead: bool = False
    elements: list[str] = []
    many: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> ListColumn:
        if (self.type == "category") != (self.codes is not None):
            raise ValueError(f"'{self.name}': a category, and nothing else, has a code list")
        if self.type == "identifier" and self.key is None:
            raise ValueError(f"'{self.name}': an identifier names a kind of person, and is loaded as its key only")
        if self.pattern:
            re.compile(self.pattern)
        return self

    @property
    def raw_name(self) -> str:
        """The column of the raw table: a person stands there as a key."""
        return f"{self.key}_key" if self.key else self.name

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset({key(self.name), key(self.header), *(key(alias) for alias in self.aliases)})

    @cached_property
    def expression(self) -> re.Pattern[str] | None:
        return re.compile(self.pattern) if self.pattern else None


class ChildList(_Model):
    """One list: the columns by which it is known, the day its rows are about, and all its columns."""

    name: str
    number: int
    title: str
    description: str
    path: str | None = None
    all_of: list[str]
    event_date: str | None = None
    in_window: bool = False
    window_months: int = STANDARD_MONTHS
    columns: list[ListColumn]

    @model_validator(mode="after")
    def _consistent(self) -> ChildList:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"list '{self.name}': two columns have one name")
        for name in [*self.all_of, *([self.event_date] if self.event_date else [])]:
            if name not in names:
                raise ValueError(f"list '{self.name}': '{name}' is no column")
        seen: dict[str, str] = {}
        for column in self.columns:
            for heading in column.keys:
                if seen.setdefault(heading, column.name) != column.name:
                    raise ValueError(f"list '{self.name}': heading '{heading}' belongs to two columns")
        return self

    def column(self, name: str) -> ListColumn:
        return next(c for c in self.columns if c.name == name)
