"""Published tables: from one row a place and year to one row a figure.

Belongs here: the long form of ``published_statistics``, the release that a table belongs to, headings dated by
release. Does not belong here: what a measure means (the registry) or what a symbol means (staging).
"""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.intake.check import Checked, iso_day
from orchestration.intake.identify import Match
from orchestration.intake.outcome import Problem, Problems
from orchestration.intake.read_csv import Rows
from orchestration.intake.tables import RAW_TABLES
from orchestration.intake.text import key

if TYPE_CHECKING:
    import pyarrow as pa


@lru_cache(maxsize=4)
def releases(path: Path) -> dict[tuple[str, str], date]:
    """Day of publication by dataset and release, from the registry's list; empty if there is none."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["dataset"], row["release"]): day
            for row in csv.DictReader(file)
            if (day := iso_day(row["release_date"]))
        }


def release_of(checked: Checked) -> str | None:
    """The release that a table states, else its last reporting year; None if it has no rows."""
    import numpy as np

    for name in ("release", "time_period"):
        values = checked.values.get(name)
        if values is None or not checked.keep.any():
            continue
        present: list[str] = [
            t for i in np.unique(values.codes[checked.keep]).tolist() if (t := values.texts[i].strip())
        ]
        if present:
            return max(present)
    return None


def issue_date_of(checked: Checked, dataset: str, release: str, known: dict[tuple[str, str], date]) -> date | None:
    """The day of publication that the table states, else the registry's for that release."""
    values = checked.values.get("release_date")
    stated = [d for t in values.texts if (d := iso_day(t.strip()))] if values is not None else []
    return max(stated) if stated else known.get((dataset, release))


def check_release(match: Match, rows: Rows, release: str, problems: Problems) -> None:
    """Headings and measures that the release should not have, and a dataset that is not what the file says."""
    for i, measure in match.measures.items():
        heading = rows.header[i]
        alias = next((a for a in measure.aliases if key(a.header) == key(heading) != key(measure.name)), None)
        if alias and not alias.in_release(release):
            problems.add(
                Problem(
                    "old_heading",
                    "warning",
                    f"the heading '{heading}' is not that of release {release}; it was read as '{measure.name}'",
                    "check that the table is of the release it says",
                    rows.sheet,
                    1,
                    heading,
                    heading,
                )
            )


def long_form(
    rows: Rows, match: Match, checked: Checked, *, release: str, issue_date: date | None, submission_id: str
) -> pa.Table:
    """One row a figure, in the order of the file and, within a row, of its columns."""
    import numpy as np
    import pyarrow as pa

    contract_name = match.contract.name
    keep = np.flatnonzero(checked.keep)
    places = {measure.name: i for i, measure in match.measures.items()}
    extra = {key(heading): i for i, heading in match.extra.items()}
    figures = [
        *((name, i) for name, i in places.items()),
        *((name, i) for name, i in extra.items() if name not in places),
    ]
    n, m = len(keep), len(figures)
    by_row = np.arange(n * m).reshape(m, n).T.ravel() if n and m else np.array([], dtype=np.int64)
    each_row = pa.array(np.repeat(keep, m))

    def of_row(position: int | None) -> pa.Array:
        if position is None:
            return pa.nulls(n * m, pa.string())
        return rows.table.column(position).combine_chunks().take(each_row).cast(pa.string())

    def constant(text: str | None) -> pa.Array:
        return (
            pa.nulls(n * m, pa.string())
            if text is None
            else pa.DictionaryArray.from_arrays(np.zeros(n * m, np.int32), [text]).cast(pa.string())
        )

    kept = pa.array(keep)
    values = [rows.table.column(i).combine_chunks().take(kept).cast(pa.string()) for _, i in figures]
    columns: dict[str, pa.Array] = {
        "dataset": constant(match.dataset),
        "release": constant(release),
        "issue_date": constant(issue_date.isoformat() if issue_date else None),
        "category": of_row(_category(match, checked)),
        "measure": pa.array(np.tile(np.array([name for name, _ in figures], dtype=object), n), pa.string()),
        "header": pa.array(np.tile(np.array([rows.header[i] for _, i in figures], dtype=object), n), pa.string()),
        "value_text": pa.concat_arrays(values).take(pa.array(by_row)) if values else pa.nulls(0, pa.string()),
        "submission_id": constant(submission_id),
        "source_sheet": constant(rows.sheet),
        "source_row": pa.array(np.repeat(rows.numbers[keep], m), pa.int32()),
    }
    columns["source_column"] = columns["header"]
    for name, _ in RAW_TABLES[contract_name]:
        if name not in columns:
            columns[name] = of_row(match.position(name))
    return pa.table({name: columns[name] for name, _ in RAW_TABLES[contract_name]})


def _category(match: Match, checked: Checked) -> int | None:
    """The column of the category, where it distinguishes rows.

    A text that is the same throughout is only the table's name.
    """
    if match.category is None or match.dataset is None:
        return None
    if match.contract.datasets[match.dataset].category.always:
        return match.category
    values = checked.values.get("category")
    return match.category if values is not None and len({t for t in values.texts if t.strip()}) > 1 else None
