"""The shipped registry is sound, compiled, and knows every code and name of the real material.

The material lies at ../shared from the project's root. Where it cannot be (a clone without it), set
BELLWETHER_WITHOUT_SHARED=1; without that, its absence fails one test that says so.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from orchestration.registry import check, load_registry, stale_files
from orchestration.registry.models import Registry

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"
WITHOUT_SHARED = os.environ.get("BELLWETHER_WITHOUT_SHARED") == "1"

# Files of the published material that hold rows by authority; the years of these end in September or June.
YEAR_ENDS = {"csww": (9, 30), "ons": (6, 30)}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(PROJECT)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def seeds(name: str) -> list[dict[str, str]]:
    path = SHARED / "seeds" / name
    return read(path) if path.is_file() else []


def published_rows() -> list[tuple[str, date, dict[str, str]]]:
    """File name, last day of the period and row, of every published table."""
    found = []
    for path in sorted((SHARED / "published").glob("*/*.csv")):
        rows = read(path)
        if rows and "time_period" in rows[0]:
            month, day = YEAR_ENDS.get(path.name.split("_")[0], (3, 31))
            found += [(path.name, date(int(row["time_period"]), month, day), row) for row in rows]
    return found


def test_the_registry_has_no_problems(registry: Registry) -> None:
    assert [str(problem) for problem in check(registry)] == []


def test_the_compiled_files_are_current(registry: Registry) -> None:
    stale = [path.relative_to(PROJECT).as_posix() for path in stale_files(registry, PROJECT)]
    assert stale == [], "run `bellwether registry compile` and commit what it writes"


def test_the_shared_material_is_there() -> None:
    assert WITHOUT_SHARED or (SHARED / "seeds/indicators.csv").is_file(), (
        "../shared is not beside the project, so the registry is not compared with it; put it there, or set "
        "BELLWETHER_WITHOUT_SHARED=1"
    )


def test_every_indicator_of_the_material_resolves(registry: Registry) -> None:
    codes = {row["code"] for row in seeds("indicators.csv")}
    assert {code for code in codes if registry.resolve_indicator(code) is None} == set()


def test_every_figure_of_the_material_has_an_indicator(registry: Registry) -> None:
    codes = {row["indicator_code"] for row in seeds("observations.csv")}
    for row in seeds("not_reported.csv"):
        codes |= {code.strip() for code in row["indicator_code"].split("/")}
    assert {code for code in codes if code and registry.resolve_indicator(code) is None} == set()


def test_a_figure_has_the_unit_of_its_indicator(registry: Registry) -> None:
    """Units in print are the registry's own, but for thresholds, ranks, claims and relative changes; the posts of one
    programme are printed as full-time equivalents and, by state of recruitment, as posts."""
    differing = defaultdict(set)
    if not seeds("observations.csv"):
        return
    for row in seeds("observations.csv"):
        if row["measure_role"] in ("actual", "target", "average", "baseline", "benchmark", "actual_restated"):
            code = registry.resolve_indicator(row["indicator_code"])
            unit = registry.indicator_by_code[code].unit if code else None
            if row["unit"] != unit:
                differing[row["indicator_code"]].add(row["unit"])
    assert dict(differing) == {"eh_interface_posts": {"count"}}


def test_figures_of_the_material_are_plausible(registry: Registry) -> None:
    outside = []
    for row in seeds("observations.csv"):
        code = registry.resolve_indicator(row["indicator_code"])
        if row["measure_role"] != "actual" or code is None or not row["value"]:
            continue
        indicator = registry.indicator_by_code[code]
        low, high = indicator.plausible_min, indicator.plausible_max
        value = float(row["value"])
        if (low is not None and value < low) or (high is not None and value > high):
            outside.append((row["obs_id"], code, value))
    assert outside == []


def test_every_authority_of_the_published_tables_resolves(registry: Registry) -> None:
    """By nine-character code, by three-digit code and by name, to one and the same authority on the day, in a region
    that contains it."""
    regions = {authority.authority_code: authority.region_code for authority in registry.authorities}
    names = {authority.authority_code: authority.name for authority in registry.authorities}
    seen = {
        (day, row["new_la_code"], row["old_la_code"], row["la_name"], row["region_code"])
        for _, day, row in published_rows()
        if row["geographic_level"] == "Local authority"
    }
    wrong = []
    for day, new, old, name, region in sorted(seen):
        codes = {registry.resolve_authority(new, day), registry.resolve_authority(old, day)}
        by_name = registry.resolve_authority(name, day)
        code = next(iter(codes))
        # A table that gives a dissolved authority after its end, or a new one before its beginning, means the authority
        # of the code; its name may be another's on that day (Dorset).
        same_name = by_name in codes or names.get(by_name or "") == names.get(code or "")
        if len(codes) != 1 or code is None or not same_name:
            wrong.append((day, new, old, name, codes, by_name))
        elif regions[code] not in (region, regions.get(region)):
            wrong.append((day, new, region, regions[code]))
    assert wrong == []


def test_every_region_and_nation_of_the_published_tables_resolves(registry: Registry) -> None:
    wrong = set()
    for _, day, row in published_rows():
        if row["geographic_level"] == "Regional":
            by_name = registry.resolve_authority(row["region_name"], day)
            if registry.resolve_authority(row["region_code"], day) != by_name or by_name is None:
                wrong.add((row["region_code"], row["region_name"]))
        elif row["geographic_level"] == "National":
            code = row["country_code"]
            if registry.resolve_authority(code, day) != "E92000001" or code != "E92000001":
                wrong.add((code, row["country_name"]))
    assert wrong == set()


def test_every_authority_of_the_neighbour_groupings_resolves(registry: Registry) -> None:
    cells = set()
    for path in (SHARED / "published/reference").glob("*.csv"):
        for row in read(path):
            for header, cell in row.items():
                if cell and header and (header in ("LA num", "old_la_code") or header.startswith(("SN_", "SN"))):
                    cells |= {part for part in cell.split() if part.isdigit() and len(part) == 3}
    assert {code for code in cells if registry.resolve_authority(code) is None} == set()


@pytest.mark.parametrize(
    ("day", "councils"),
    [
        ("2012-06-01", 152),
        ("2019-06-01", 151),
        ("2021-06-01", 152),
        ("2023-06-01", 153),
        ("2025-06-01", 153),
    ],
)
def test_england_has_as_many_councils_as_there_were(registry: Registry, day: str, councils: int) -> None:
    on = date.fromisoformat(day)
    found = [
        authority
        for authority in registry.authorities
        if authority.authority_type == "local_authority"
        and (authority.valid_from or date.min) <= on <= (authority.valid_to or date.max)
    ]
    assert len(found) == councils


def test_every_measure_column_of_the_shipped_tables_is_mapped(registry: Registry) -> None:
    known = {(entry.dataset, entry.measure) for entry in registry.published_measures}
    row_columns = {
        *("dataset", "release", "release_date", "time_period", "geographic_level", "region_code", "new_la_code"),
        *("old_la_code", "la_name", "category"),
    }
    tables = sorted((PROJECT / "data/reference/published").glob("*.csv"))
    assert tables
    missing = set()
    for path in tables:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            first = next(reader)
            missing |= {(first["dataset"], name) for name in first if name not in row_columns} - known
    assert missing == set()


def test_every_release_of_the_shipped_tables_has_its_date(registry: Registry) -> None:
    dates = {(entry.dataset, entry.release): entry.release_date.isoformat() for entry in registry.releases}
    for path in sorted((PROJECT / "data/reference/published").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            first = next(csv.DictReader(stream))
        assert dates[first["dataset"], first["release"]] == first["release_date"], path.name


def test_every_symbol_of_the_published_tables_is_known(registry: Registry) -> None:
    known = {symbol.symbol for symbol in registry.symbols if symbol.publisher in ("dfe", "any")}
    text_columns = {
        *("time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name"),
        *("old_la_code", "new_la_code", "la_name", "category", "Category", "population_type", "population_count"),
        "age_group",
    }
    found = {
        cell
        for _, _, row in published_rows()
        for name, cell in row.items()
        if name not in text_columns and not cell.replace(".", "", 1).replace("-", "", 1).isdigit()
    }
    assert found - known == set()


def test_the_hubs_codes_of_the_material_are_mapped(registry: Registry) -> None:
    """Every method, source and outcome of Surrey's hub has a conformed code from October 2016, by either alphabet."""
    known = {
        (code.dimension, code.local_code.lower())
        for code in registry.contact_codes
        if code.authority_code == "E10000030" and code.valid_from == date(2016, 10, 1)
    }
    missing = set()
    for row in seeds("observations.csv"):
        if row["indicator_code"] != "mash_contacts_completed":
            continue
        dimensions = row["breakdown_dimension"].split("|")
        for dimension, value in zip(dimensions, row["breakdown_value"].split("|"), strict=True):
            if dimension.startswith("contact_") and "total" not in value.lower():
                key = (dimension.removeprefix("contact_"), value.lower())
                if key not in known:
                    missing.add(key)
    assert missing == set()


@pytest.mark.parametrize(
    ("code", "authority", "day", "version"),
    [
        ("cpp_repeat_24m_pct", "E10000016", "2013-03-31", "kent-1"),
        ("cpp_repeat_24m_pct", "E10000016", "2013-04-01", "kent-2"),
        ("referrals_received", "E10000016", "2012-07-31", "kent-2"),
        ("referrals_received", "E10000016", "2012-08-01", "kent-3"),
        ("assessments_completed", "E10000016", "2013-11-15", "kent-2"),
        ("assessments_completed", "E10000011", "2012-10-01", "east-sussex-2"),
        ("assessments_completed", "E10000030", "2013-04-01", "2"),
        ("contacts_received", "E10000030", "2016-09-30", "surrey-1"),
        ("contacts_received", "E10000030", "2016-10-01", "surrey-2"),
        ("caseload_per_fte", "E10000030", "2016-12-01", "surrey-2"),
        ("caseholding_posts_permanent_pct", "E10000016", "2013-04-01", "kent-2"),
        ("lac_3plus_placements_12m_pct", "E10000030", "2011-04-01", "2"),
        ("lac_rate_10k", "E10000030", "2023-04-01", "2"),
    ],
)
def test_definitions_change_on_their_real_dates(
    registry: Registry, code: str, authority: str, day: str, version: str
) -> None:
    on = date.fromisoformat(day)
    in_force = [
        entry
        for entry in registry.indicator_by_code[code].versions
        if (entry.valid_from or date.min) <= on <= (entry.valid_to or date.max)
    ]
    own = [entry for entry in in_force if entry.authority_code == authority]
    general = [entry for entry in in_force if entry.authority_code is None]
    assert (own or general)[0].version == version


def test_targets_of_the_material_are_in_the_registry(registry: Registry) -> None:
    """Every printed target value is a target, an upper or a lower edge of its authority and indicator."""
    authorities = {"000": "E10000011", "001": "E10000011", "002": "E06000031", "003": "E10000030", "004": "E10000016"}
    known = defaultdict(set)
    for target in registry.targets:
        known[target.authority_code, target.indicator] |= {target.target, target.upper, target.lower}
    missing = [
        (row["obs_id"], row["indicator_code"], row["value"])
        for row in seeds("observations.csv")
        if row["measure_role"] == "target"
        and float(row["value"]) not in known[authorities[row["seed"]], row["indicator_code"]]
    ]
    assert missing == []
