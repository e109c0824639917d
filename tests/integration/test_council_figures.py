"""Every figure that five councils printed is in the publication as printed, and every cell without a figure says why.

Belongs here: the comparison of ``marts.fct_reported_figure`` with the transcription in ``../shared/seeds``, row by row
and in both directions. Does not belong here: how the returns are read (unit tests of intake) or made
(data/returns/transcribe.py).
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from orchestration.registry import load_registry
from orchestration.registry.models import Registry

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = PROJECT.parent / "shared" / "seeds"
WITHOUT_SHARED = os.environ.get("BELLWETHER_WITHOUT_SHARED") == "1"

AUTHORITY = {"East Sussex": "E10000011", "Peterborough": "E06000031", "Surrey": "E10000030", "Kent": "E10000016"}
ROLE = {"actual_restated": "actual", "target_or_actual_ambiguous": "ambiguous"}
BASIS = {"rolling_year": "rolling_12m", "national": "year"}

# The print leaves one end of a target's period open, or states none. The transcription closed it, we do not.
TARGET_PERIOD_AS_PRINTED: dict[str, tuple[date | None, date | None]] = {
    "O0738": (date(2016, 10, 1), None),  # from October 2016
    "O0834": (date(2016, 10, 1), None),
    "O0764": (None, date(2017, 3, 31)),  # by March 2017
    "O0774": (None, date(2017, 3, 31)),
    "O0812": (None, date(2017, 3, 31)),
    "O0824": (None, date(2017, 3, 31)),
    "O0784": (None, date(2017, 8, 31)),  # by August 2017
    "O0845": (None, date(2017, 8, 31)),
    "O0872": (None, date(2017, 8, 31)),
    "O0787": (None, None),  # no period printed
}
# A comparator whose year the report does not state: given with the day of the report, "not stated" in its note.
UNDATED = {"O0066": (date(2013, 9, 23), date(2013, 9, 23))}
# Quarterly figures in a monthly table: the rating stands on the row's last column, the last figure before it.
RATED_ON_THE_LAST_COLUMN = "O0822"
# Said in words, and set down as a claim: indicator and breakdown. The transcription holds printed numbers only.
WORDS = Counter(
    {
        ("mash_contacts_completed", "Progress to Childrens Social Care|School / Education"): 1,
        ("caseload_per_fte", "all"): 1,
        ("caseload_per_fte", "LAC"): 1,
    }
)
# Not a cell: a second, wrong reading of a row by the scan that made the text.
NOT_A_CELL = {"20.5 / 20.0"}


class Key(NamedTuple):
    """What makes a printed figure the same figure; the basis of its period is compared apart."""

    authority_code: str
    indicator_code: str
    role: str
    start: date | None
    end: date | None
    dimension: str
    breakdown: str
    value: float
    is_provisional: bool


@dataclass(frozen=True)
class Expected:
    """A transcribed figure: its key and the basis its period must have (None where the dates alone decide)."""

    obs_id: str
    key: Key
    basis: str | None
    row: dict[str, str]


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """A transcribed table; empty where ``../shared`` is absent, which `test_the_transcription_is_present` reports."""
    path = SEEDS / name
    if not path.exists():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return tuple(csv.DictReader(handle))


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(PROJECT)


@pytest.fixture(scope="module")
def connection(publication: Path) -> Iterable[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(publication), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def reported(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The councils' figures as published, one dictionary a row."""
    cursor = connection.execute("select * from marts.fct_reported_figure where source_kind = 'reported'")
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def plain(text: str | None) -> str:
    """A breakdown value with look-alike letters made Latin: one code of the hub is printed with Cyrillic letters."""
    return (text or "all").translate(str.maketrans("СО", "CO"))


def same_basis(basis: str | None, start: date | None, end: date | None) -> str | None:
    """The basis for comparison: twelve months that end on 31 March are year, year to date and rolling year at once."""
    is_financial_year = start and end and (end.month, end.day) == (3, 31) and start == date(end.year - 1, 4, 1)
    return "year" if is_financial_year and basis in ("year", "ytd", "rolling_12m") else basis


def expected(registry: Registry) -> list[Expected]:
    figures = []
    for row in table("observations.csv"):
        obs_id, start, end = row["obs_id"], day(row["period_start"]), day(row["period_end"])
        basis: str | None = BASIS.get(row["period_type"], row["period_type"])
        if basis == "snapshot" and start != end:
            basis = None  # a snapshot is a day; what was transcribed as one over a span is given as the span
        if obs_id in TARGET_PERIOD_AS_PRINTED:
            (start, end), basis = TARGET_PERIOD_AS_PRINTED[obs_id], None
        if obs_id in UNDATED:
            (start, end), basis = UNDATED[obs_id], None
        key = Key(
            AUTHORITY[row["authority"]],
            registry.resolve_indicator(row["indicator_code"]) or row["indicator_code"],
            ROLE.get(row["measure_role"], row["measure_role"]),
            start,
            end,
            row["breakdown_dimension"] or "all",
            plain(row["breakdown_value"]),
            round(float(row["value"]), 6),
            row["validated"] == "false",
        )
        figures.append(Expected(obs_id, key, same_basis(basis, start, end), row))
    return figures


def key_of(figure: dict[str, Any]) -> Key:
    return Key(
        figure["authority_code"],
        figure["indicator_code"],
        figure["role"],
        figure["period_start"],
        figure["period_end"],
        figure["breakdown_dimension"],
        plain(figure["breakdown_value"]),
        round(figure["value"], 6),
        figure["is_provisional"],
    )


def by_key(reported: list[dict[str, Any]]) -> dict[Key, list[dict[str, Any]]]:
    found: dict[Key, list[dict[str, Any]]] = {}
    for figure in reported:
        if figure["value_status"] == "reported":
            found.setdefault(key_of(figure), []).append(figure)
    return found


def shown(items: Iterable[object], limit: int = 12) -> str:
    listed = [str(item) for item in items]
    more = f"\n... and {len(listed) - limit} more" if len(listed) > limit else ""
    return "\n".join(listed[:limit]) + more


# --- the figures ------------------------------------------------------------------------------------------------------


def test_the_transcription_is_present() -> None:
    """Without it the tests of this file compare nothing: say so, unless BELLWETHER_WITHOUT_SHARED=1 asks for that."""
    assert WITHOUT_SHARED or len(table("observations.csv")) == 1005, f"{SEEDS} holds no observations.csv of 1,005 rows"
    assert WITHOUT_SHARED or len(table("not_reported.csv")) == 371, f"{SEEDS} holds no not_reported.csv of 371 rows"


def test_every_printed_figure_is_published_once_for_each_time_it_is_printed(
    registry: Registry, reported: list[dict[str, Any]]
) -> None:
    """All 1,005 with value, status, period, role and breakdown, as a multiset: n times printed is n rows, no more."""
    figures = expected(registry)
    wanted = Counter(figure.key for figure in figures)
    found = Counter({key: len(rows) for key, rows in by_key(reported).items()})
    if not figures:
        return
    missing = [f"{figure.obs_id} {figure.key}" for figure in figures if found[figure.key] < wanted[figure.key]]
    assert not missing, f"{len(missing)} printed figures are not published as printed:\n{shown(missing)}"
    invented = found - wanted
    words = Counter({(key.indicator_code, key.breakdown): n for key, n in invented.items() if key.role == "claim"})
    assert words == WORDS, f"claims in words: {shown(words)}"
    invented = Counter({key: n for key, n in invented.items() if key.role != "claim"})
    assert not invented, f"{sum(invented.values())} published figures were not printed:\n{shown(invented)}"


def test_every_figure_has_the_basis_of_its_period(registry: Registry, reported: list[dict[str, Any]]) -> None:
    published = by_key(reported)
    wrong = []
    wanted: dict[Key, list[Expected]] = {}
    for figure in expected(registry):
        wanted.setdefault(figure.key, []).append(figure)
    for key, figures in wanted.items():
        bases = Counter(same_basis(row["period_basis"], key.start, key.end) for row in published.get(key, []))
        needed: Counter[str | None] = Counter(figure.basis for figure in figures if figure.basis)
        if needed - bases:
            wrong.append(f"{[f.obs_id for f in figures]}: {dict(needed)} printed, {dict(bases)} published, {key}")
    assert not wrong, f"{len(wrong)} figures have another basis:\n{shown(wrong)}"


def test_every_figure_has_its_printed_unit(registry: Registry, reported: list[dict[str, Any]]) -> None:
    published = by_key(reported)
    wrong = [
        f"{figure.obs_id}: {figure.row['unit']} printed, {units} published"
        for figure in expected(registry)
        if figure.row["unit"] not in (units := {row["unit"] for row in published.get(figure.key, [])})
    ]
    assert not wrong, f"{len(wrong)} figures have another unit:\n{shown(wrong)}"


def test_printed_ratings_stand_beside_the_figures(registry: Registry, reported: list[dict[str, Any]]) -> None:
    """45 figures carry the rating that their report printed, but for one whose row goes on to later, empty columns."""
    published = by_key(reported)
    rated = [figure for figure in expected(registry) if figure.row["rag"] and figure.obs_id != RATED_ON_THE_LAST_COLUMN]
    wrong = [
        f"{figure.obs_id}: {figure.row['rag']} printed, {ratings} published"
        for figure in rated
        if figure.row["rag"]
        not in (ratings := {str(row["printed_rag"]).upper() for row in published.get(figure.key, [])})
    ]
    assert not wrong, f"{len(wrong)} ratings differ:\n{shown(wrong)}"
    last = [
        row["printed_rag"] for row in reported if row["printed_rag"] and row["indicator_code"] == "lac_cl_eet_17_21_pct"
    ]
    assert last == ["Green"]


def test_counts_given_with_a_figure_are_kept(registry: Registry, reported: list[dict[str, Any]]) -> None:
    """Numerators and denominators of the long returns; the month-across tables print none beside their figures."""
    published = by_key(reported)
    wrong = []
    for figure in expected(registry):
        given = tuple(float(figure.row[part]) if figure.row[part] else None for part in ("numerator", "denominator"))
        rows = published.get(figure.key, [])
        in_a_table = any("!" in row["source_ref"] for row in rows)
        if any(given) and not in_a_table and given not in {(row["numerator"], row["denominator"]) for row in rows}:
            wrong.append(f"{figure.obs_id}: {given}")
    assert not wrong, f"{len(wrong)} figures have lost their counts:\n{shown(wrong)}"


def test_an_undated_comparator_says_that_its_year_is_not_stated(reported: list[dict[str, Any]]) -> None:
    found = [
        figure["note"]
        for figure in reported
        if (figure["authority_code"], figure["indicator_code"], figure["role"])
        == (AUTHORITY["Peterborough"], "rereferrals_pct", "benchmark")
    ]
    assert len(found) == 1 and "not stated" in found[0]


def test_a_report_that_contradicts_itself_is_loaded_with_both_figures(reported: list[dict[str, Any]]) -> None:
    """Children starting a missing episode in August 2016: 71 in Surrey's chapter 4.2, 83 in its Appendix I."""
    values = {
        figure["value"]
        for figure in reported
        if (figure["authority_code"], figure["indicator_code"], figure["role"], figure["period_start"])
        == (AUTHORITY["Surrey"], "missing_started", "actual", date(2016, 8, 1))
    }
    assert values == {71.0, 83.0}


def test_every_label_of_a_council_is_known(reported: list[dict[str, Any]]) -> None:
    unknown = {(figure["section"], figure["printed_label"]) for figure in reported if not figure["indicator_code"]}
    assert not unknown, f"labels without an indicator (data/registry/aliases.csv):\n{shown(sorted(unknown))}"


# --- the cells without a figure ---------------------------------------------------------------------------------------


class Absence(NamedTuple):
    """A cell, or a figure spoken of, that the report leaves without a number."""

    authority_code: str
    indicator_code: str
    place: str  # start of the section, or for charts and words the section itself
    role: str
    end: date | None
    breakdown: str | None  # None: not compared
    statuses: frozenset[str]


NOT_AVAILABLE = frozenset({"not_available"})
STATUS = {
    "-": frozenset({"missing"}),
    "_": frozenset({"missing"}),
    "Av. Feb": frozenset({"not_due"}),
    "tbc": frozenset({"not_due"}),
    "To be established": frozenset({"not_due"}),
}
QUARTER_END = {"Q2": date(2016, 9, 30), "Q3": date(2016, 12, 31)}
TEAM = {
    "assessment": "Assessment",
    "intervention": "Intervention",
    "Child Protection": "Child Protection",
    "LAC": "LAC",
    "LAC teams": "LAC",
    "locums are counted as 1 FTE each": "RAIS",
}
COMPARATOR_END = {"3-year (Jan)": date(2017, 1, 31), "National (Mar 16)": date(2016, 3, 31)}
MONTH_END = {
    "Mar 11": date(2011, 3, 31),
    "Mar 12": date(2012, 3, 31),
    "Mar 13": date(2013, 3, 31),
    "Mar 14": date(2014, 3, 31),
}


def month_end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:7])
    return date.fromordinal(date(year + number // 12, number % 12 + 1, 1).toordinal() - 1)


def statuses(row: dict[str, str]) -> frozenset[str]:
    """What a marker means. A blank is nil only where printed totals prove it; in a period to come it may be not due."""
    if row["marker"] == "blank":
        if "means 0" in row["reason"]:
            return frozenset({"nil"})
        return frozenset({"missing", "not_due"}) if "not reached" in row["reason"] else frozenset({"missing"})
    return STATUS.get(row["marker"], NOT_AVAILABLE)


def absences(registry: Registry) -> list[Absence]:
    """The cells behind the 371 rows: a row may stand for two (two comparators, two indicators of one chart)."""
    found = []
    for row in table("not_reported.csv"):
        if row["marker"] in NOT_A_CELL:
            continue
        for code in row["indicator_code"].split(" / "):
            indicator = registry.resolve_indicator(code) or code
            for period in row["period"].split(" and "):
                found.append(absence(row, indicator, period))
    return found


def absence(row: dict[str, str], indicator: str, period: str) -> Absence:
    authority, section, wanted = AUTHORITY[row["authority"]], row["section"], statuses(row)
    if wanted == NOT_AVAILABLE:
        # Charts and words: the return says of the indicator, under that heading, that there is no figure.
        return Absence(authority, indicator, section, "", None, None, wanted)
    if " x " in period:
        return Absence(
            authority, indicator, section, "actual", date(2017, 1, 31), period[8:].replace(" x ", "|"), wanted
        )
    team = None
    if indicator.startswith("caseload") and row["indicator_name"].endswith(")"):
        team = TEAM[row["indicator_name"].rpartition("(")[2].removesuffix(")")]
    if period in COMPARATOR_END:
        # The three-year column of one table prints a stale month; which comparator it is, is what counts.
        end = None if section.startswith("3.6") else COMPARATOR_END[period]
        return Absence(authority, indicator, section, "benchmark", end, team, wanted)
    if period in QUARTER_END:
        return Absence(authority, indicator, section, "average", QUARTER_END[period], team, wanted)
    if period == "baseline":
        return Absence(authority, indicator, section, "baseline", None, team, wanted)
    if period[-6:] in MONTH_END:
        role = {"target": "target", "statistical neighbour": "benchmark"}.get(period[:-7], "actual")
        return Absence(authority, indicator, section, role, MONTH_END[period[-6:]], team, wanted)
    return Absence(authority, indicator, section, "actual", month_end(period), team, wanted)


def fits(figure: dict[str, Any], cell: Absence) -> bool:
    return (
        figure["authority_code"] == cell.authority_code
        and figure["indicator_code"] == cell.indicator_code
        and figure["value_status"] in cell.statuses
        and (figure["section"] or "").lower().startswith(cell.place.lower())
        and cell.role in ("", figure["role"])
        and cell.end in (None, figure["period_end"])
        and cell.breakdown in (None, plain(figure["breakdown_value"]))
    )


def test_every_cell_printed_without_a_figure_is_published_as_a_status(
    registry: Registry, reported: list[dict[str, Any]]
) -> None:
    """The 371 cells, each its own row: no number, and the reason."""
    without = [figure for figure in reported if figure["value_status"] != "reported"]
    used: set[str] = set()
    absent = []
    # The most particular first, so that a cell compared loosely does not take the row of another.
    for cell in sorted(absences(registry), key=lambda cell: (cell.end is None, cell.breakdown is None)):
        match = next((f for f in without if f["figure_id"] not in used and fits(f, cell)), None)
        if match is None:
            absent.append(cell)
        else:
            used.add(match["figure_id"])
    assert not absent, f"{len(absent)} cells are not published as statuses:\n{shown(absent)}"


def test_a_status_is_never_a_number(reported: list[dict[str, Any]]) -> None:
    """Without a figure there is no value; only nil, which the printed totals prove, is 0."""
    wrong = [
        figure["source_ref"]
        for figure in reported
        if figure["value_status"] != "reported" and figure["value"] != (0 if figure["value_status"] == "nil" else None)
    ]
    assert not wrong, shown(wrong)


def test_blank_cells_are_nil_only_where_the_totals_prove_it(reported: list[dict[str, Any]]) -> None:
    nil = [figure for figure in reported if figure["value_status"] == "nil"]
    assert len(nil) == 46
    assert {figure["indicator_code"] for figure in nil} == {"mash_contacts_completed"}


def test_a_figure_can_be_walked_back_to_its_cell(reported: list[dict[str, Any]]) -> None:
    """Surrey's rate of re-referrals in January 2017 stands in one cell of one sheet of its compendium."""
    found = [
        figure["source_ref"]
        for figure in reported
        if (figure["authority_code"], figure["indicator_code"], figure["role"])
        == (AUTHORITY["Surrey"], "rereferrals_pct", "actual")
        and figure["period_end"] == date(2017, 1, 31)
    ]
    assert len(found) == 2
    assert all(ref.startswith("performance_compendium_2017-01.xlsx#") and "!" in ref for ref in found)
