"""Which return a heading row belongs to, and which column is which.

Belongs here: recognition by content and contract, near misses in words, headings that are missing, doubled or extra.
Does not belong here: reading files or judging cells. A file's name is never asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from orchestration.intake.contracts import Column, Contract, Contracts, Dataset, Measure
from orchestration.intake.outcome import Problem
from orchestration.intake.periods import read_day
from orchestration.intake.read_csv import repeated
from orchestration.intake.sheets import looks_numeric
from orchestration.intake.text import display, fold_lookalikes, key, listing, lookalikes

TABLE_LAYOUTS = ("rows", "statistics")


@dataclass(slots=True)
class Match:
    """A heading row under a contract: the contract's columns by position, the columns it does not know, and what is
    wrong."""

    contract: Contract
    columns: dict[int, Column]
    extra: dict[int, str] = field(default_factory=dict)
    dataset: str | None = None
    measures: dict[int, Measure] = field(default_factory=dict)
    category: int | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def position(self, name: str) -> int | None:
        return next((i for i, column in self.columns.items() if column.name == name), None)

    @property
    def rejected(self) -> bool:
        return any(p.severity == "error" for p in self.problems)


@dataclass(slots=True)
class NoMatch:
    """A heading row that is no return: why, for the sender.

    ``likeness`` ranks near misses among sheets and dialects (0 to 1).
    """

    problem: Problem
    likeness: float = 0.0


def identify(
    header: list[str], contracts: Contracts, *, on: date, sheet: str | None = None, row: int = 1
) -> Match | NoMatch:
    """The one contract whose signature the headings show."""
    present = [key(cell) for cell in header]
    found: dict[str, frozenset[str]] = {}
    for contract in contracts.values():
        if contract.layout not in TABLE_LAYOUTS or contract.signature is None:
            continue
        names = _names_present(contract, present)
        signature = contract.signature
        if not names.issuperset(signature.all_of) or (signature.any_of and not names.intersection(signature.any_of)):
            continue
        if contract.layout == "statistics" and not _best_dataset(contract, present):
            continue
        found[contract.name] = names
    # A return that explains strictly fewer of the headings than another is not what was meant.
    best = [n for n, names in found.items() if not any(names < other for other in found.values())]
    if len(best) == 1:
        return _match(contracts[best[0]], header, present, on, sheet, row)
    if best:
        return NoMatch(
            Problem(
                "ambiguous",
                "error",
                f"the headings fit more than one return: {listing(best)}",
                "leave out the columns that do not belong to the return you mean",
                sheet,
                row,
            ),
            1.0,
        )
    return _near_miss(header, present, contracts, sheet, row)


def _names_present(contract: Contract, present: list[str]) -> frozenset[str]:
    return frozenset(contract.by_key[p].name for p in present if p in contract.by_key)


def _best_dataset(contract: Contract, present: list[str]) -> list[str]:
    """The datasets that explain most of the headings (more than one if they explain them equally well)."""
    scores: dict[str, tuple[int, float]] = {}
    for name, dataset in contract.datasets.items():
        matched = len(_measures(dataset, present))
        if matched:
            scores[name] = (matched, matched / len(dataset.measures))
    top = max(scores.values(), default=None)
    return [name for name, score in scores.items() if score == top]


def _measures(dataset: Dataset, present: list[str]) -> dict[int, Measure]:
    return {i: m for i, heading in enumerate(present) for m in dataset.measures if heading in m.keys}


def _match(contract: Contract, header: list[str], present: list[str], on: date, sheet: str | None, row: int) -> Match:
    match = Match(contract, {i: contract.by_key[p] for i, p in enumerate(present) if p in contract.by_key})
    if contract.layout == "statistics":
        _match_dataset(match, contract, present, sheet, row)
    _check_doubled(match, header, sheet, row)
    known = match.columns.keys() | match.measures.keys() | ({match.category} if match.category is not None else set())
    for i, cell in enumerate(header):
        if i in known:
            _check_spelling(match, cell, i, on, sheet, row)
        elif cell:
            match.extra[i] = cell
    for column in contract.columns:
        if column.required and match.position(column.name) is None:
            match.problems.append(
                Problem(
                    "missing_column",
                    "error",
                    f"the column '{column.name}' is missing ({column.description.rstrip('.')})",
                    f"add the column '{column.name}' to the heading row",
                    sheet,
                    row,
                    column.name,
                )
            )
    return match


def _match_dataset(match: Match, contract: Contract, present: list[str], sheet: str | None, row: int) -> None:
    names = _best_dataset(contract, present)
    if len(names) > 1:
        match.problems.append(
            Problem(
                "ambiguous",
                "error",
                f"the measures fit more than one published table: {listing(names)}",
                "send the table with all its columns",
                sheet,
                row,
            )
        )
    match.dataset = names[0]
    dataset = contract.datasets[names[0]]
    match.measures = {i: m for i, m in _measures(dataset, present).items() if i not in match.columns}
    headings = {key(a.header) for a in dataset.category.aliases}
    match.category = next((i for i, p in enumerate(present) if p in headings), match.position("category"))


def _check_doubled(match: Match, header: list[str], sheet: str | None, row: int) -> None:
    """Two columns under one name: nobody can say which was meant."""
    names: dict[str, list[int]] = {}
    for i, column in match.columns.items():
        names.setdefault(column.name, []).append(i)
    for i, measure in match.measures.items():
        names.setdefault(measure.name, []).append(i)
    doubled = {n: places for n, places in names.items() if len(places) > 1}
    for heading, places in repeated(header).items():
        if not any(i in match.columns or i in match.measures for i in places):
            doubled[heading] = places
    for name, places in doubled.items():
        headings = [header[i] for i in places]
        match.problems.append(
            Problem(
                "duplicate_heading",
                "error",
                f"{len(places)} columns are headed '{name}': {listing(headings)}",
                "keep one of them, or give the other its own heading",
                sheet,
                row,
                headings[0],
            )
        )


def _check_spelling(match: Match, cell: str, position: int, on: date, sheet: str | None, row: int) -> None:
    """Look-alike letters in a heading, and names that are no longer, or not yet, in use."""
    if found := lookalikes(cell):
        match.problems.append(
            Problem(
                "lookalike_letters",
                "warning",
                f"the heading '{cell}' has letters that only look Latin ({found}); "
                f"it was read as '{fold_lookalikes(cell)}'",
                "type the heading again",
                sheet,
                row,
                cell,
                cell,
            )
        )
    column = match.columns.get(position)
    if column is None:
        return
    alias = next((a for a in column.aliases if key(a.header) == key(cell)), None)
    if alias and not alias.on(on):
        match.problems.append(
            Problem(
                "old_heading",
                "warning",
                f"the heading '{cell}' was not in use on {on:%d %B %Y}; it was read as '{column.name}'",
                f"use the heading '{column.name}'",
                sheet,
                row,
                cell,
                cell,
            )
        )


def _near_miss(header: list[str], present: list[str], contracts: Contracts, sheet: str | None, row: int) -> NoMatch:
    """What the headings come closest to, and what is missing for it."""
    scores: list[tuple[float, str, list[str]]] = []
    for contract in contracts.values():
        if contract.layout not in TABLE_LAYOUTS or contract.signature is None:
            continue
        needed = list(dict.fromkeys([*contract.signature.all_of, *(c.name for c in contract.columns if c.required)]))
        names = _names_present(contract, present)
        missing = [n for n in needed if n not in names]
        if contract.signature.any_of and not names.intersection(contract.signature.any_of):
            missing.append(" or ".join(contract.signature.any_of))
        scores.append(((len(needed) - len(missing)) / max(len(needed), 1), contract.name, missing))
    likeness, name, missing = max(scores, key=lambda s: s[0], default=(0.0, "", []))
    known = ", ".join(sorted(c.replace("_", " ") for c in contracts))
    # A row with a number or a day in it is no heading row but data, perhaps a child's: it is not shown.
    is_data = any(looks_numeric(cell) or read_day(cell) for cell in header if cell)
    shown = [] if is_data else [display(cell, 30) for cell in header if cell]
    if likeness >= 0.5 and missing:
        what, be = ("column", "is") if len(missing) == 1 else ("columns", "are")
        return NoMatch(
            Problem(
                "near_miss",
                "error",
                f"it looks like the return '{name}', but the {what} {listing(missing)} {be} missing",
                f"add the {what} to the heading row, spelled as here",
                sheet,
                row,
                missing[0],
            ),
            likeness,
        )
    if likeness >= 0.5:
        return NoMatch(
            Problem(
                "near_miss",
                "error",
                f"it has the headings of '{name}' and none of the measures that are known",
                "send the table as published, or tell us about the new table",
                sheet,
                row,
            ),
            likeness,
        )
    return NoMatch(
        Problem(
            "not_recognised",
            "error",
            f"the headings are those of no return that is known (found {listing(shown, 8)})"
            if shown
            else "the first row holds no headings",
            f"send one of: {known}; the heading row comes first and is spelled as in the return's description",
            sheet,
            row,
        ),
        likeness,
    )
