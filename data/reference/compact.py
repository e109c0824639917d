"""Make the compact tables of published statistics that the product ships.

Belongs here: which published file becomes which table, our canonical measure names, what is left out as redundant.
Does not belong here: reading of these tables (the contract `published_statistics`), their meaning (the registry).
Used when a new release is taken in, never at run time:

    python data/reference/compact.py ../shared/published

Values are copied as published, symbols included; no figure is computed, rounded or corrected.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Constant in every row, or derivable from the code of the row by data/registry.
REDUNDANT = {"time_identifier", "country_code", "country_name", "region_name", "age_group"}
IDENTITY = ["time_period", "geographic_level", "region_code", "new_la_code", "old_la_code", "la_name"]


@dataclass(frozen=True)
class Table:
    """One published file and the compact table made from it."""

    dataset: str
    release: str
    release_date: str
    source: str
    renames: dict[str, str] = field(default_factory=dict)
    category_column: str | None = None  # only where it distinguishes rows


C1_FILE_2023 = "release_2023/c1_children_in_need_referrals_and_rereferrals_2013_to_2023.csv"
C1_FILE_2025 = "release_2025/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv"
CLA_FILE_2023 = "release_2023/cla_number_and_rate_per_10k_children.csv"
CLA_FILE_2025 = "release_2025/cla_number_and_rate_per_10k_children.csv"

# Headers of the release of 2023 that the release of 2025 renamed.
C1_2023 = {
    "Referrals": "referral_count",
    "Referrals_rate": "referral_rate",
    "Re_referrals": "rereferral_count",
    "Re_referrals_percent": "rereferral_percent",
    "No_Further_Action": "no_further_action_count",
    "No_Further_Action_percent": "no_further_action_percent",
    "Not_in_Need": "not_in_need_count",
    "Not_in_Need_percent": "not_in_need_percent",
    "Referrals_child": "referral_child_count",
    "Referrals_child_rate": "referral_child_rate",
    "Re_referrals_child": "rereferral_child_count",
    "Re_referrals_child_percent": "rereferral_child_percent",
}
CLA_2023 = {"number": "children_count"}

TABLES = [
    Table("c2", "2021", "2021-10-28", "monthly/c2_children_in_need_assessments_duration_2014_to_2021.csv"),
    Table("c5", "2021", "2021-10-28", "monthly/c5_children_in_need_referrals_by_source_2014_to_2021.csv"),
    Table("c6", "2021", "2021-10-28", "monthly/c6_children_in_need_referrals_by_month_2013_to_2021.csv"),
    Table("b1", "2023", "2023-10-26", "release_2023/b1_children_in_need_2013_to_2023.csv"),
    Table("c1", "2023", "2023-10-26", C1_FILE_2023, C1_2023),
    Table("d3", "2023", "2023-10-26", "release_2023/d3_cpps_subsequent_plan_2013_to_2023.csv"),
    Table("d5", "2023", "2023-10-26", "release_2023/d5_cpps_at31march_by_duration_2013_to_2023.csv"),
    Table("cla", "2023", "2023-11-16", CLA_FILE_2023, CLA_2023, "population_count"),
    Table("csww", "2023", "2024-02-29", "release_2023/csww_indicators_2017_to_2023.csv"),
    Table("b1", "2025", "2025-10-30", "release_2025/b1_children_in_need_2013_to_2025.csv"),
    Table("c1", "2025", "2025-10-30", C1_FILE_2025),
    Table("c4", "2025", "2025-10-30", "release_2025/c4_children_in_need_section_47s_and_icpcs_2013_to_2025.csv"),
    Table("d3", "2025", "2025-10-30", "release_2025/d3_cpps_subsequent_plan_2013_to_2025.csv"),
    Table("d5", "2025", "2025-10-30", "release_2025/d5_cpps_at31march_by_duration_2013_to_2025.csv"),
    Table("cla", "2025", "2025-11-20", CLA_FILE_2025, {}, "population_type"),
    Table("csww", "2025", "2026-02-26", "release_2025/csww_indicators_2017_to_2025.csv"),
    Table("population", "2024", "2025-07-30", "reference/ons_mid-year_population_estimates_2012_to_2024.csv"),
]

# The release of 2023 says "at 31 March", that of 2025 "on 31 March": one group of children.
CATEGORIES = {"Children looked after at 31 March each year": "Children looked after on 31 March each year"}


def canonical(header: str) -> str:
    """The measure name of a published header: lower case, joined by underscores (`61+_days` -> `61_plus_days`)."""
    return header.strip().lower().replace("+", "_plus").replace("-", "_").replace(" ", "_")


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a published file as text, its byte order mark removed."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def compact(table: Table, rows: list[dict[str, str]]) -> tuple[list[str], Iterator[list[str]]]:
    """Header and rows of the compact table."""
    labels = {table.category_column, "category", "Category"}
    measures = [h for h in rows[0] if h not in REDUNDANT and h not in IDENTITY and h not in labels]
    header = ["dataset", "release", "release_date", *IDENTITY]
    if table.category_column:
        header.append("category")
    header += [table.renames.get(h, canonical(h)) for h in measures]

    def body() -> Iterator[list[str]]:
        for row in rows:
            cells = [table.dataset, table.release, table.release_date, *(row[c] for c in IDENTITY)]
            if table.category_column:
                category = row[table.category_column]
                cells.append(CATEGORIES.get(category, category))
            yield [*cells, *(row[h] for h in measures)]

    return header, body()


def write(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    """A comma-separated table with Unix line ends, so that the same figures are the same bytes on every machine."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def codes_in(source: Path, table: str, year: str) -> dict[str, str]:
    """Three-digit code -> nine-character code, as a published table uses it for a year (the most frequent of two)."""
    seen: dict[str, Counter[str]] = {}
    for row in read(source / table):
        if row["time_period"] == year and row["old_la_code"] and " / " not in row["old_la_code"]:
            seen.setdefault(row["old_la_code"], Counter())[row["new_la_code"]] += 1
    return {old: counts.most_common(1)[0][0] for old, counts in seen.items()}


def neighbours_2021(source: Path) -> Iterator[list[str]]:
    """The groupings of April 2021, with the codes of the year that began then.

    The foot of the file, sets of four abolished authorities, is left out.
    """
    codes = codes_in(source, C1_FILE_2023, "2022")
    path = source / "reference/New_Statistical_Neighbour_Groupings_April_2021.csv"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        lines = csv.reader(handle)
        next(lines)  # the closeness columns share one name, so they are read by position
        for line in lines:
            if not line[0]:
                break
            for rank in range(1, 11):
                member, closeness = line[3 + 2 * rank], line[4 + 2 * rank]
                yield ["2021-04", codes[line[0]], codes[member], str(rank), closeness.strip().capitalize()]


def neighbours_2025(source: Path) -> Iterator[list[str]]:
    """The model of 2025."""
    codes = codes_in(source, C1_FILE_2025, "2025")
    for row in read(source / "reference/sn_model_2025_wide.csv"):
        for rank in range(1, 11):
            closeness = row[f"SN_{rank}P"].strip().capitalize()
            yield ["2025", codes[row["old_la_code"]], codes[row[f"SN_{rank}"]], str(rank), closeness]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the compact reference tables from the published files.")
    parser.add_argument("source", type=Path, help="holds monthly/, release_2023/, release_2025/, reference/")
    source: Path = parser.parse_args().source
    for table in TABLES:
        header, rows = compact(table, read(source / table.source))
        write(HERE / "published" / f"{table.dataset}_{table.release}.csv", header, rows)
    write(
        HERE / "statistical_neighbours.csv",
        ["vintage", "authority_code", "member_code", "member_rank", "closeness"],
        [*neighbours_2021(source), *neighbours_2025(source)],
    )


if __name__ == "__main__":
    main()
