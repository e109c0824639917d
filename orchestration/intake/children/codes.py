"""Code lists of child-level returns: which code a council's spelling stands for.

Belongs here: reading ``data/registry/codes/<return>/*.csv`` and mapping one spelling on one day. Does not belong here:
the spellings themselves (they are data), or what a code means for a measure (dbt). A spelling that no row covers, or
that rows of two codes cover, has no code: it is reported and stays as sent.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from orchestration.intake.text import key, tidy
from orchestration.registry.patterns import pattern_fault

COLUMNS = ("code", "label", "grouped", "pattern", "authority_code", "valid_from", "valid_to", "note")
# The letter that the template puts before a code: "a) ", "(b) ", "zz) ", "d1) ".
_PREFIX = re.compile(r"^\(?[a-z]{1,2}\d?\)\s*(?=\S)", re.IGNORECASE)


class CodeListError(Exception):
    """A code list cannot be used; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a code list: the spellings of a code, by authority and date."""

    code: str
    pattern: re.Pattern[str]
    authority_code: str | None
    valid_from: date
    valid_to: date

    def holds(self, authority_code: str | None, on: date) -> bool:
        return self.authority_code in (None, authority_code) and self.valid_from <= on <= self.valid_to


@dataclass(slots=True)
class CodeList:
    """The codes of one category, and the spellings that stand for them."""

    name: str
    rules: list[Rule]
    labels: dict[str, str]
    _known: dict[tuple[str, str | None, date], str | None] = field(default_factory=dict)

    def code(self, text: str, *, authority_code: str | None, on: date) -> str | None:
        """The code of a cell's text, or None. An authority's own rows go before those for all."""
        said = spelling(text)
        asked = (said, authority_code, on)
        if asked not in self._known:
            self._known[asked] = self._find(said, authority_code, on)
        return self._known[asked]

    def _find(self, said: str, authority_code: str | None, on: date) -> str | None:
        holding = [rule for rule in self.rules if rule.holds(authority_code, on) and rule.pattern.fullmatch(said)]
        own = {rule.code for rule in holding if rule.authority_code}
        found = own or {rule.code for rule in holding}
        return found.pop() if len(found) == 1 else None


def spelling(text: str) -> str:
    """A category as it is compared.

    Lower case, no leading letter of the template, only letters and figures with single spaces between:
    ``b) N1 - Child’s need`` -> ``n1 child s need``.
    """
    return key(_PREFIX.sub("", tidy(text))).replace("_", " ")


def read_code_list(path: Path) -> CodeList:
    """One code list. Raises CodeListError naming the line."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise CodeListError(f"{path.name}: the columns must be {', '.join(COLUMNS)}")
        rules: list[Rule] = []
        labels: dict[str, str] = {}
        for row in reader:
            where = f"{path.name}, line {reader.line_num}"
            if None in row or None in row.values() or not row["code"] or not row["pattern"]:
                raise CodeListError(f"{where}: a code and a pattern are needed, and a cell for every column")
            if labels.setdefault(row["code"], row["label"]) != row["label"]:
                raise CodeListError(f"{where}: '{row['code']}' has two labels")
            if fault := pattern_fault(row["pattern"]):
                raise CodeListError(f"{where}: {fault}")
            try:
                rules.append(
                    Rule(
                        row["code"],
                        re.compile(row["pattern"]),
                        row["authority_code"] or None,
                        date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min,
                        date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max,
                    )
                )
            except ValueError as error:
                raise CodeListError(f"{where}: {error}") from error
    return CodeList(path.stem, rules, labels)


@lru_cache(maxsize=4)
def load_code_lists(folder: Path) -> dict[str, CodeList]:
    """All code lists of a folder by name. Raises CodeListError."""
    return {path.stem: read_code_list(path) for path in sorted(folder.glob("*.csv"))}
