"""Make the returns that ship with the product from five councils' printed figures.

Belongs here: where each printed figure stands in a return (file, sheet, row, column), and how a return file is written
so that the same figures are the same bytes. Does not belong here: what a figure means (data/registry), how a return is
read (orchestration/intake), targets, events, commentary and registers (small files kept by hand beside the returns).
Used when the transcription changes, never at run time:

    python data/returns/transcribe.py ../shared/seeds

Every transcribed figure is placed exactly once; the script stops when one is left over. Figures are given as printed,
also where a report contradicts itself.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

HERE = Path(__file__).resolve().parent
Row = dict[str, str]

RETURN_COLUMNS = [
    "authority_code", "period_basis", "period_start", "period_end", "indicator", "breakdown_dimension",
    "breakdown_value",
    "numerator", "denominator", "value", "unit", "role", "rag", "direction", "status", "note", "issue_date",
    "section", "label",
]  # fmt: skip


# --- what was transcribed ---------------------------------------------------------------------------------------------


@dataclass
class Figures:
    """The transcribed figures and the cells printed without one. Each figure can be taken once."""

    rows: list[Row]
    gaps: list[Row]
    taken: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, source: Path) -> Figures:
        def table(name: str) -> list[Row]:
            with (source / name).open(encoding="utf-8-sig", newline="") as handle:
                return list(csv.DictReader(handle))

        return cls(table("observations.csv"), table("not_reported.csv"))

    def take(self, seed: str, section: str, name: str, **wanted: str) -> Row | None:
        """The one figure of a section and row that has the wanted values (a date may be a month), or None."""
        found = [
            row
            for row in self.rows
            if row["seed"] == seed
            and row["section"].startswith(section)
            and row["indicator_name"].startswith(name)
            and all(
                row[key].startswith(value) if key == "period_end" else row[key] == value
                for key, value in wanted.items()
            )
        ]
        if len(found) > 1:
            raise ValueError(f"{section} / {name} / {wanted}: {[row['obs_id'] for row in found]}")
        if not found:
            return None
        if found[0]["obs_id"] in self.taken:
            raise ValueError(f"{found[0]['obs_id']} is placed twice")
        self.taken.add(found[0]["obs_id"])
        return found[0]

    def marker(self, seed: str, section: str, code: str, period: str) -> str:
        """What is printed in a cell that holds no figure ('' when it is blank or not listed)."""
        for gap in self.gaps:
            is_here = (gap["seed"], gap["indicator_code"]) == (seed, code) and gap["section"].startswith(section)
            if is_here and period in gap["period"].split(" and ") and not gap["marker"][0].isdigit():
                return "" if gap["marker"] == "blank" else gap["marker"]
        return ""

    def rest(self, seed: str) -> list[Row]:
        """The figures of a report that no table has taken, in the order of the report."""
        found = [row for row in self.rows if row["seed"] == seed and row["obs_id"] not in self.taken]
        self.taken.update(row["obs_id"] for row in found)
        return found


# --- writing files that are the same bytes every time -----------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """A value with the number format it is shown in."""

    value: str | float | int | date | None
    number_format: str = "General"
    bold: bool = False


Grid = list[list[Cell]]
PROVISIONAL = "*"  # the mark beside a figure that its sender calls early or not validated; the footnote says so
STAMP = datetime(2017, 1, 1, tzinfo=UTC)
ZIP_STAMP = (2017, 1, 1, 0, 0, 0)


def text(value: str, *, bold: bool = False) -> Cell:
    return Cell(value or None, bold=bold)


def number(row: Row | None, otherwise: str = "", *, percent_format: bool = False) -> Cell:
    """The cell of a figure; a percentage as the plain number or, with ``percent_format``, as spreadsheets store one."""
    if row is None:
        return text(otherwise)
    if row["validated"] == "false":
        return text(f"{row['value']}{'%' if percent_format else ''}{PROVISIONAL}")
    value = float(row["value"])
    decimals = len(row["value"].partition(".")[2])
    if percent_format and row["unit"] == "percent":
        return Cell(round(value / 100, decimals + 2), f"0.{'0' * decimals}%" if decimals else "0%")
    if not decimals:
        return Cell(int(value), "0")
    return Cell(value, f"0.{'0' * decimals}")


def write_xlsx(path: Path, sheets: dict[str, Grid]) -> None:
    """A workbook without anything of the moment in it: fixed properties, fixed times inside the archive."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, grid in sheets.items():
        sheet = book.create_sheet(title)
        for r, line in enumerate(grid, start=1):
            for c, cell in enumerate(line, start=1):
                if cell.value is not None:
                    written = sheet.cell(r, c, cell.value)
                    written.number_format = cell.number_format
                    if cell.bold:
                        written.font = Font(bold=True)
    book.properties.creator = ""
    book.properties.created = STAMP.replace(tzinfo=None)
    buffer = io.BytesIO()
    book.save(buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as fixed:
        for item in made.infolist():
            content = made.read(item)
            if item.filename == "docProps/core.xml":
                stamp = STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            entry = zipfile.ZipInfo(item.filename, ZIP_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            fixed.writestr(entry, content)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def cover(**lines: str | date) -> Grid:
    """The first sheet: what the file is, for whom and to which month."""
    return [
        [
            text(key.replace("_", " ").capitalize(), bold=True),
            Cell(value, "yyyy-mm-dd" if isinstance(value, date) else "General"),
        ]
        for key, value in lines.items()
    ]


# --- figures as rows of an indicator return ---------------------------------------------------------------------------

BASIS = {"rolling_year": "rolling_12m", "national": "year"}
ROLE = {"actual_restated": "actual", "target_or_actual_ambiguous": "ambiguous"}
# Codes that the registry has renamed since the transcription.
CURATED = {"contacts_received_share_pct": "contacts_police_pct", "lac_pep_timely": "lac_pep_late_count"}
DIRECTION = {"up (OCR glyph)": "up", "down (OCR glyph)": "down", "↑": "up", "↓": "down", "stable": "same"}

# Signs that the report prints and the transcription has in words only.
PRINTED_SIGN = {"O0058": "80.8%"}
PRINTED_DIRECTION = {"O0029": "down"}

# Own remarks, where a figure would mislead without one.
REMARKS = {
    "O0016": "the report also prints it without the sign, and with the unit referrals",
    "O0020": "rolling year: the report names both bases together",
    "O0028": "the text calls it below the target of 587; it is above",
    "O0029": "distance from the target of 587, stated as below",
    "O0033": "stands in the target column; not clear whether it is the target or the average of the three years",
    "O0037": "as projected in October 2011",
    "O0038": "as projected at the end of quarter 2",
    "O0056": "basis not stated",
    "O0057": "relative to the target",
    "O0058": "printed with a percent sign; it is a rate",
    "O0061": "223 elsewhere in the report",
    "O0064": "labelled year to date; the single month gives the same figure",
    "O0065": "points or relative: not stated",
    "O0066": "reference year not stated: given with the day of the report",
    "O0073": "points or relative: not stated",
    "O0209": "the text compares with January; December is meant",
    "O0211": "per cent of the month before",
    "O0213": "per cent of the month before",
    "O0215": "per cent of the month before",
    "O0262": "weeks in a row below 5 per cent",
    "O0336": "percentage points",
    "O0337": "percentage points; the table gives 3.1",
    "O0450": "percentage points",
    "O0457": "percentage points",
    "O0595": "the text names the county border only, not the distance",
    "O0753": "period of the target not stated",
    "O0754": "period of the target not stated",
    "O0873": "all audits",
    "O0968": "15 November 2013; also in the table",
    "O0987": "the text counts moves, the indicator placements",
    "O0988": "indigenous children only; the term is not defined",
    "O0993": "the actual is called slightly above, without a figure",
    "O1001": "stated in words",
    "O1004": "stated in words",
    "O1005": "the table shows two months of decrease",
}


def basis_of(row: Row) -> tuple[str, str, str]:
    """Period basis, first and last day as a sender states them.

    A snapshot is a day: what is transcribed as one over a span (a target from October on, a survey wave) is given
    as the year or quarter it fills, else as a target of each month in it.
    """
    basis, start, end = BASIS.get(row["period_type"], row["period_type"]), row["period_start"], row["period_end"]
    if not start:
        return "snapshot", "2013-09-23", "2013-09-23"
    if row["period_type"] == "snapshot" and start != end:
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        basis = {12: "year", 3: "quarter"}.get(months, "month")
    return basis, start, end


def remark_of(row: Row) -> str:
    """What the report prints where it is not just the number, that a period is inferred, and our own remark."""
    printed = row["value_text"].strip()
    plain = printed.rstrip("%*").strip().replace(",", "")
    remarks = [] if plain in (row["value"], "") else [f"printed: {printed}"]
    if row["period_inferred"] == "true":
        remarks.append("period not printed, inferred")
    if row["obs_id"] in REMARKS:
        remarks.append(REMARKS[row["obs_id"]])
    return "; ".join(remarks)


def status_of(row: Row) -> str:
    if row["validated"] == "false":
        return "provisional"
    if row["measure_role"] == "actual_restated":
        return "restated"
    return "validated" if row["validated"] == "true" else ""


def return_row(row: Row, authority: str, issue_date: str, *, by_label: bool = False) -> list[str]:
    """A transcribed figure as a row of an indicator return; the indicator by its code or by the sender's own label."""
    basis, start, end = basis_of(row)
    return [
        authority, basis, start, end,
        row["indicator_name"] if by_label else CURATED.get(row["indicator_code"], row["indicator_code"]),
        row["breakdown_dimension"], row["breakdown_value"], row["numerator"], row["denominator"],
        PRINTED_SIGN.get(row["obs_id"], row["value"]),
        row["unit"],
        ROLE.get(row["measure_role"], row["measure_role"]),
        row["rag"].capitalize(),
        PRINTED_DIRECTION.get(row["obs_id"]) or DIRECTION.get(row["direction_of_travel"], ""),
        status_of(row), remark_of(row),
        issue_date,
        row["section"].partition(" (heading")[0],  # without the transcriber's remark on a wrong heading
        row["indicator_name"],
    ]  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """A figure that a report speaks of and does not give as a number."""

    indicator: str
    basis: str
    start: str
    end: str
    section: str
    label: str
    note: str
    value: str = "not available"
    role: str = "actual"
    breakdown: tuple[str, str] = ("", "")
    unit: str = ""

    def as_row(self, authority: str, issue_date: str) -> list[str]:
        return [
            authority, self.basis, self.start, self.end, self.indicator, *self.breakdown, "", "", self.value,
            self.unit, self.role,
            "", "", "", self.note, issue_date, self.section, self.label,
        ]  # fmt: skip


# --- East Sussex ------------------------------------------------------------------------------------------------------

DASHBOARD_NOTE = "monthly series March 2011 to March 2015 shown in a chart only"
SEPTEMBER_2012 = ("month", "2012-09-01", "2012-09-30")
END_SEPTEMBER_2012 = ("snapshot", "2012-09-30", "2012-09-30")
HALF_2012 = ("ytd", "2012-04-01", "2012-09-30")
YEAR_2012 = ("year", "2012-04-01", "2013-03-31")

# The dashboard's charts by number: indicator and the latest period on the axis for which the text gives no figure.
EAST_SUSSEX_CHARTS = [
    (1, "contacts_received", SEPTEMBER_2012), (2, "contacts_rate_10k", SEPTEMBER_2012),
    (3, "referrals_received", SEPTEMBER_2012), (4, "referrals_rate_10k", SEPTEMBER_2012),
    (5, "rereferrals_pct", SEPTEMBER_2012), (6, "assessments_completed", SEPTEMBER_2012),
    (7, "assessments_rate_10k", SEPTEMBER_2012), (8, "referrals_to_assessment_pct", SEPTEMBER_2012),
    (9, "assessments_to_cin_plan_pct", SEPTEMBER_2012), (10, "assessments_to_cpp_pct", SEPTEMBER_2012),
    (11, "cpp_count", ("snapshot", "2012-08-31", "2012-08-31")), (12, "cpp_rate_10k", END_SEPTEMBER_2012),
    (13, "lac_count", ("snapshot", "2012-08-31", "2012-08-31")), (14, "lac_rate_10k", END_SEPTEMBER_2012),
    (15, "fostered_inhouse_pct", END_SEPTEMBER_2012), (16, "fostered_agency_pct", END_SEPTEMBER_2012),
    (17, "supervised_contacts_inhouse_pct", SEPTEMBER_2012), (17, "supervised_contacts_agency_pct", SEPTEMBER_2012),
    (18, "adopters_recruited", HALF_2012), (19, "adoption_a1_days", ("three_year_average", "2009-10-01", "2012-09-30")),
    (20, "eh_children_1to1", END_SEPTEMBER_2012), (21, "eh_households_1to1", END_SEPTEMBER_2012),
    (22, "specialist_assessments_inhouse", SEPTEMBER_2012),
]  # fmt: skip

EAST_SUSSEX_WORDS = [
    Gap("foster_carers_approved", *HALF_2012, "Appendix 1, 3.5", "Foster carers and prospective adopters approved",
        "words only: as many as in the whole year before"),
    Gap("lac_count", *END_SEPTEMBER_2012, "2.5", "Looked after children", "words only: lowest of the year"),
    Gap("referrals_received", *HALF_2012, "2.2", "Referrals", "words only: fewer, better than target"),
    Gap("care_proceedings_started", *HALF_2012, "2.5", "Court proceedings begun", "words only: fewer"),
]  # fmt: skip

NEWSLETTER = "Newsletter 6, Monitoring how we're doing"
NEWSLETTER_WORDS = [
    Gap("eh_children_1to1", *YEAR_2012, NEWSLETTER, "Families with targeted Early Help", "words only: increased"),
    Gap("referrals_received", *YEAR_2012, NEWSLETTER, "Referrals", "words only: reduced"),
    Gap("rereferrals_pct", *YEAR_2012, NEWSLETTER, "Re-referrals", "words only: reduced"),
    Gap("assessments_completed", *YEAR_2012, NEWSLETTER, "Assessments", "words only: substantially reduced"),
    Gap("cpp_count", *YEAR_2012, NEWSLETTER, "Child protection plans", "words only: significantly reduced"),
    Gap("lac_admissions", *YEAR_2012, NEWSLETTER, "Children admitted to care", "words only: reduced"),
    Gap("care_proceedings_started", *YEAR_2012, NEWSLETTER, "Care proceedings", "words only: reduced"),
    Gap("cpp_repeat_pct", *YEAR_2012, "Newsletter 6, Ones to watch", "More than one child protection plan",
        "named as one to watch; look-back not stated"),
]  # fmt: skip


def east_sussex(figures: Figures) -> None:
    labels = {gap["section"]: gap["indicator_name"] for gap in figures.gaps if gap["seed"] == "000"}
    charts = [
        Gap(code, *period, section := f"Appendix 2, Q2 CMT Dashboard ind.{n}", labels[section], DASHBOARD_NOTE)
        for n, code, period in EAST_SUSSEX_CHARTS
    ]
    authority, issued = "845", "2012-11-12"
    rows = [return_row(row, authority, issued) for row in figures.rest("000")]
    rows += [gap.as_row(authority, issued) for gap in [*charts, *EAST_SUSSEX_WORDS]]
    write_csv(HERE / "east_sussex" / "thrive_dashboard_2012-13_q2.csv", RETURN_COLUMNS, rows)

    authority, issued = "East Sussex", "2013-06-10"
    rows = [return_row(row, authority, issued) for row in figures.rest("001")]
    rows += [gap.as_row(authority, issued) for gap in NEWSLETTER_WORDS]
    write_xlsx(HERE / "east_sussex" / "thrive_one_year_on_2013.xlsx", {"Figures": return_grid(rows)})


NUMERIC = {"numerator", "denominator", "value"}
DATES = {"period_start", "period_end", "issue_date"}


def return_grid(rows: list[list[str]]) -> Grid:
    """The rows of an indicator return as a sheet: numbers as numbers, dates as dates."""

    def cell(column: str, value: str) -> Cell:
        if column in DATES and value:
            return Cell(date.fromisoformat(value), "yyyy-mm-dd")
        if column in NUMERIC and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return Cell(float(value) if "." in value else int(value))
        return text(value)

    header = [text(column, bold=True) for column in RETURN_COLUMNS]
    return [header, *([cell(c, v) for c, v in zip(RETURN_COLUMNS, row, strict=True)] for row in rows)]


# --- Peterborough -----------------------------------------------------------------------------------------------------

JUNE_2013 = ("month", "2013-06-01", "2013-06-30")
YEAR_2013 = ("year", "2013-04-01", "2014-03-31")
PETERBOROUGH_WORDS = [
    Gap("Number of Child Protection Plans", "snapshot", "2013-06-30", "2013-06-30", "3.6 Child Protection Plans",
        "Number of Child Protection Plans", "words only: stable after a rise in spring"),
    Gap("Unallocated cases", "snapshot", "2013-06-30", "2013-06-30", "3.8 Unallocated Cases", "Unallocated cases",
        "words only"),
    Gap("Re-referral year to date percentage", *YEAR_2013, "3.3 Re-referrals", "Re-referral target",
        "only the gap to the target is given", value="not stated", role="target"),
    Gap("Core assessment timescales year to date", *YEAR_2013, "3.5 Core Assessments",
        "Core assessment timescale target",
        "only the gap to the target is given", value="not stated", role="target"),
    Gap("Initial assessments in timescale (%)", *YEAR_2013, "3.4 Initial Assessments",
        "Initial assessment timeliness target",
        "not given", value="not stated", role="target"),
    Gap("Initial assessments in timescale (%)", *JUNE_2013, "3.4 Initial Assessments",
        "Initial assessment timeliness percentage",
        "only the counts are given", value="not stated"),
]  # fmt: skip


def peterborough(figures: Figures) -> None:
    authority, issued = "Peterborough", "2013-09-23"
    rows = [return_row(row, authority, issued, by_label=True) for row in figures.rest("002")]
    rows += [gap.as_row(authority, issued) for gap in PETERBOROUGH_WORDS]
    write_csv(HERE / "peterborough" / "directors_update_2013-06.csv", RETURN_COLUMNS, rows)


# --- Surrey: the compendium -------------------------------------------------------------------------------------------

SURREY_ISSUED = "2017-02-23"
MONTHS = [f"2016-{m:02}" for m in range(1, 13)] + ["2017-01"]
MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan"]
ARROWS = {"up (OCR glyph)": "↑", "down (OCR glyph)": "↓", "up": "↑", "down": "↓", "stable": "→"}


@dataclass(frozen=True)
class Table:
    """A month-across table: its heading, its rows (printed label, indicator code) and its columns."""

    title: str
    rows: tuple[tuple[str, str], ...]
    months: int = 13
    national: bool = True
    three_year: str = "(Jan)"
    percent_format: bool = False
    footnote: str = ""


COMPENDIUM: dict[str, list[Table]] = {
    "2 Contact and intervention": [
        Table("2.6 Contact, referral and assessment - Volumes", (
            ("Total number of contacts received", "contacts_received"),
            ("Number of children referred for assessment", "referrals_received"),
            ("Referrals as % of 0-17 year-old population", "referrals_pct_0_17"),
            ("Assessments in process", "assessments_open"),
        ), national=False),
        Table("2.8 Contact, referral and assessment - Re-referrals", (
            ("Referrals for assessment that are re-referrals", "rereferrals_count"),
            ("Re-referrals as a % of all referrals", "rereferrals_pct"),
        )),
        Table("2.9 Contact, referral and assessment - Workforce", (
            ("Caseloads - total cases held (assessment)", "caseload_total"),
            ("Caseloads - cases per FTE (assessment)", "caseload_per_fte"),
            ("Caseloads - cases per FTE (intervention)", "caseload_per_fte"),
        ), footnote="Note: referral and assessment teams were reorganised in December 2016."),
        Table("2.10 Child Protection - Volumes", (
            ("Number of new Child Protection (CP) plans", "cpp_new"),
            ("Number of children with CP plans", "cpp_count"),
            ("Number of CP as % of 0-17 population", "cpp_pct_0_17"),
        )),
        Table("2.12 Child Protection - Timeliness", (
            ("% Initial CP Conferences within timescale", "icpc_timescale_pct"),
            ("% CP reviews on time", "cpp_reviews_on_time_pct"),
            ("% CP Cases open for longer than 18 months", "cpp_open_18m_pct"),
            ("% CP Cases open for longer than 2 years", "cpp_open_2y_pct"),
        ), footnote="* Early data for January: provisional."),
        Table("2.15 Child Protection - workforce", (
            ("Caseloads - total cases held (Child Protection)", "caseload_total"),
            ("Caseloads - cases per FTE (Child Protection)", "caseload_per_fte"),
        )),
    ],
    "3 Care planning and review": [
        Table("3.1 Looked After Children and Care Leavers - volumes", (
            ("Number of Looked After Children (LAC)", "lac_count"),
            ("Number of LAC as % of 0-17 population", "lac_pct_0_17"),
            ("Number of Care Leavers supported", "care_leavers_supported"),
            ("Number of UASC", "uasc_count"),
        )),
        Table("3.2 Looked After Children and Care Leavers - timeliness and completion of plans and reviews", (
            ("LAC reviews within timescale", "lac_reviews_on_time_pct"),
            ("LAC with a PEP in place", "lac_pep_pct"),
            ("% Care Leavers with a Pathway Plan", "pathway_plan_pct"),
        ), percent_format=True),
        Table("3.3 Looked After Children - Placement stability and distance", (
            ("% LAC with 3 or more placements during the year (cumulative)", "lac_3plus_placements_fy_pct"),
            ("% LAC placed out of county and 20 miles or more from where they used to live",
                "lac_out_of_county_20mi_pct"),
        ), percent_format=True, footnote="Note: cumulative measures begin anew in April."),
        Table("3.4 Looked After Children and Care Leavers - Outcome indicators", (
            ("% Looked After Children with up to date health and dental assessments (cumulative)",
                "lac_health_dental_pct"),
            ("% LAC and Care leavers aged 17-21 who are in education, employment or training (quarterly cumulative)",
             "lac_cl_eet_17_21_pct"),
        )),
        # The heading of the three-year column is stale in print, and so here.
        Table("3.6 Looked After Children and Care Leavers - Workforce", (
            ("Caseloads - total cases held (LAC teams)", "caseload_total"),
            ("Caseloads - cases per FTE (LAC)", "caseload_per_fte"),
        ), three_year="(Sep)"),
    ],
    "4 Working together": [
        Table("4.1 Early Help", (
            ("Number of contacts resulting in Early Help", "contacts_to_early_help"),
            ("Number of Child and Family Assessments stepped down to Early Help", "cfa_stepdown_to_eh"),
        )),
        Table("4.2 Child Sexual Exploitation (CSE) and Missing Children", (
            ("Number of children identified as at risk of CSE", "cse_at_risk"),
            ("Number of children starting a missing episode within the calendar month", "missing_started"),
            ("Number of children offered a return home interview within the calendar month", "rhi_offered"),
            ("Number of children accepting a return home interview within the calendar month", "rhi_accepted"),
        ), months=12, footnote="Note: reported one month in arrears."),
    ],
}  # fmt: skip


def compendium_table(figures: Figures, table: Table) -> Grid:
    """Title, two header rows, one row a measure, footnote."""
    months, section = MONTHS[: table.months], table.title
    comparators = [("3-year", table.three_year, "3-year average", "3-year (Jan)")]
    if table.national:
        comparators.append(("National", "(Mar 16)", "national", "National (Mar 16)"))
    grid: Grid = [
        [text(table.title, bold=True)],
        [*[text("")] * (2 + table.months), *(text(top, bold=True) for top, *_ in comparators)],
        [
            text(h, bold=True)
            for h in ("Direction", "Measure", *MONTH_NAMES[: table.months], *(c[1] for c in comparators))
        ],
    ]
    for label, code in table.rows:
        cells, arrow = [], ""
        for month in months:
            row = figures.take("003", section, label, is_target="false", is_benchmark="", period_end=month)
            arrow = ARROWS.get(row["direction_of_travel"], arrow) if row else arrow
            gap = figures.marker("003", section, code, month)
            # One code, two rows of 2.9: the row for intervention has every month.
            cells.append(number(row, gap, percent_format=table.percent_format))
        for *_, benchmark, period in comparators:
            row = figures.take("003", section, label, is_benchmark=benchmark)
            cells.append(number(row, figures.marker("003", section, code, period), percent_format=table.percent_format))
        grid.append([text(arrow), text(label), *cells])
    if table.footnote:
        grid.append([text(table.footnote)])
    return [*grid, []]


# --- Surrey: the board's key measures (Appendix I) --------------------------------------------------------------------


@dataclass(frozen=True)
class KeyMeasure:
    """A row of the board's table: label and part as printed, where its figures are, what stands in empty cells."""

    label: str
    code: str
    part: str = ""
    name: str = ""  # how the transcription calls the row, where that differs from the label
    breakdown: str = ""  # the transcription's breakdown value of this part
    baseline: str = ""
    target: str = ""
    empty: str = "-"


CASELOAD = "Average number of cases per FTE social worker (locums are counted as 1 FTE each)"
DECISIONS = "MASH - timeliness of decision making on contacts"
INTERVIEWS = "% of return home interviews taken up"
REVIEW = "To be reviewed at SSCB"
NOT_YET = "To be established"

KEY_MEASURES = [
    KeyMeasure(CASELOAD, "caseload_per_fte", "Assessment", breakdown="Assessment", empty=""),
    KeyMeasure(CASELOAD, "caseload_per_fte", "Intervention", breakdown="Intervention", empty=""),
    KeyMeasure(CASELOAD, "caseload_per_fte", "RAIS", breakdown="RAIS", baseline="23 (July 2016)"),
    KeyMeasure(CASELOAD, "caseload_per_fte", "CP", breakdown="Child Protection", baseline="16.5 (July 2016)"),
    KeyMeasure(CASELOAD, "caseload_per_fte", "LAC", breakdown="LAC", baseline="15.9 (July 2016)"),
    KeyMeasure(DECISIONS, "mash_decision_timeliness_24h_pct", "All decisions", baseline="76.2% (Jul, Aug & Sept 2016)",
               target="95% (from Oct 2016)"),
    KeyMeasure(DECISIONS, "mash_decision_timeliness_24h_pct", "Social care outcome",
               breakdown="Progress to Childrens Social Care", empty=""),
    KeyMeasure("MASH - proportion of repeat contacts within 12 month period", "mash_repeat_contacts_12m_pct",
               baseline="47% (year ending 31 Aug 2016)"),
    KeyMeasure("% contacts arriving in MASH with parental consent already obtained", "mash_parental_consent_pct",
               baseline=NOT_YET),
    KeyMeasure("% Child in Need re-referrals", "rereferrals_pct", baseline="24.3% (Aug 2016)"),
    KeyMeasure("Number of children receiving Early Help", "children_receiving_eh", baseline=NOT_YET, target="-"),
    KeyMeasure("% Children and Family Assessments completed within 45 days", "cfa_45wd_pct",
        baseline="66.1% (Aug 2016)",
               target="90% (by March 2017)"),
    KeyMeasure("% of Initial Child Protection Conferences (ICPC) within required timescales", "icpc_timescale_pct",
               baseline="72.4% (Aug 2016)", target="80% (by March 2017)"),
    KeyMeasure("% of children subject to a Child Protection Plan for more than 18 months", "cpp_open_18m_pct",
               baseline="6.7% (Aug 2016)", target="3.7% (by Aug 2017)"),
    KeyMeasure("Attendance at ICPC by Police", "icpc_attendance_police_pct", baseline="91% (Jan-Jun 2016)",
        target=REVIEW),
    KeyMeasure("Attendance at ICPC by Education", "icpc_attendance_education_pct", baseline="84% (Jan-Jun 2016)",
               target=REVIEW),
    KeyMeasure("Attendance at ICPC by the appropriate health professional", "icpc_attendance_health_pct",
        baseline=NOT_YET,
               target=REVIEW),
    KeyMeasure("Appropriate contribution from GP at ICPC", "icpc_gp_contribution_pct", baseline=NOT_YET, target=REVIEW),
    KeyMeasure("'Child seen' and 'seen alone' (where appropriate)", "cp_child_seen_alone_pct", baseline=NOT_YET,
               target="100%"),
    KeyMeasure("Child voice: involvement in case decision making (% cases with good or outstanding child involvement)",
               "child_voice_good_pct", baseline=NOT_YET),
    KeyMeasure("Number of children starting a missing episode in the month", "missing_started",
        baseline="88 (July 2016)"),
    KeyMeasure("Number of children with repeat missing episodes in the last rolling quarter", "missing_repeat_quarter",
               baseline=NOT_YET),
    KeyMeasure(INTERVIEWS, "rhi_takeup_pct", "Of interviews offered", baseline="66.3% (July 2016)"),
    KeyMeasure(INTERVIEWS, "rhi_pct_of_missing", "Of all young people with a missing episode", empty=""),
    KeyMeasure("Number of children at risk of CSE", "cse_at_risk", baseline="145 (July 2016)"),
    KeyMeasure("The number of children where risk has been downgraded", "cse_risk_downgraded", baseline=NOT_YET),
    KeyMeasure("% of Looked After Children with three or more placements in the financial year (cumulative)",
               "lac_3plus_placements_fy_pct", baseline="8.6% (2015/16)", target="7.8% (by March 2017)"),
    KeyMeasure("% Looked After Children placed out of county and 20 miles or more from where they used to live",
               "lac_out_of_county_20mi_pct", baseline="22.8% (Aug 2016)"),
    KeyMeasure("% LAC and Care leavers aged 17-21 who are in education, employment or training (quarterly cumulative)",
               "lac_cl_eet_17_21_pct", baseline="48% (Q4 15/16)", target="55% (by March 2017)"),
    KeyMeasure("% Care Leavers with completed Pathway Plans (whether or not it was completed in time)",
        "pathway_plan_pct",
               baseline="88.1% (Aug 2016)", target="90% (from Oct 2016)"),
    KeyMeasure("Timely completion of Personalised Education Plans (PEPs)", "lac_pep_timely", baseline="32 (Aug 2016)"),
    KeyMeasure("Social worker and senior social worker vacancy rate "
               "(% vacant or locum covered posts against budgeted headcount)",
               "sw_vacancy_rate_pct", baseline="27% (July 2016)", target="20% (by Aug 2017)"),
    KeyMeasure("Social worker and senior social worker starters", "sw_starters"),
    KeyMeasure("Social worker and senior social worker leavers", "sw_leavers"),
    KeyMeasure("Number of Starters minus number of leavers", "sw_net_starters", baseline="3 (July 2016)"),
    KeyMeasure("Turnover", "sw_turnover_pct", baseline="23% (July 2016)", target="20% (by Aug 2017)"),
]  # fmt: skip

# Printed heading -> the end of the period it shows and whether it is an average.
KEY_COLUMNS = [
    ("Aug", "2016-08", False), ("Sep", "2016-09", False), ("Q2 ave.", "2016-09", True), ("Oct", "2016-10", False),
    ("Nov", "2016-11", False), ("Dec", "2016-12", False), ("Q3 ave.", "2016-12", True), ("Jan", "2017-01", False),
]  # fmt: skip
KEY_TITLE = "Appendix I Improvement Board Key Measures Summary"


def key_measures(figures: Figures) -> Grid:
    """The board's table: RAG, direction, measure, part, baseline, target, months and quarters' averages."""
    header = ["RAG", "Direction", "Measure", "Team", "Baseline", "Target", *(c[0] for c in KEY_COLUMNS)]
    grid: Grid = [[text(KEY_TITLE, bold=True)], [text(h, bold=True) for h in header]]
    for measure in KEY_MEASURES:
        name = measure.name or measure.label

        def taken(measure: KeyMeasure = measure, name: str = name, **wanted: str) -> Row | None:
            return figures.take(
                "003", KEY_TITLE, name, indicator_code=measure.code, breakdown_value=measure.breakdown, **wanted
            )

        for role, printed in (("baseline", measure.baseline), ("target", measure.target)):
            row = taken(measure_role=role)
            if (row is not None) != bool(re.match(r"\d", printed)):
                raise ValueError(f"{measure.label}: {role} '{printed}' against {row and row['value_text']}")
            if row is not None and float(row["value"]) != float(re.match(r"[\d.]+", printed).group()):  # type: ignore[union-attr]
                raise ValueError(f"{measure.label}: {role} '{printed}' is not {row['value']}")
        cells, rag, arrow = [], "", ""
        for heading, month, is_average in KEY_COLUMNS:
            row = taken(measure_role="average" if is_average else "actual", period_end=month)
            rag = row["rag"].capitalize() if row and row["rag"] else rag
            arrow = ARROWS.get(row["direction_of_travel"], arrow) if row else arrow
            period = heading[:2] if is_average else month
            gap = figures.marker("003", KEY_TITLE, measure.code, period) if measure.empty else ""
            cells.append(number(row, gap or measure.empty, percent_format=True))
        line = [text(rag or "-"), text(arrow or "-"), text(measure.label), text(measure.part)]
        grid.append([*line, text(measure.baseline), text(measure.target), *cells])
    return [*grid, [text("Note: targets that are bands are sent in the targets return.")]]


def surrey_compendium(figures: Figures) -> None:
    sheets: dict[str, Grid] = {
        "Cover": cover(
            authority="Surrey",
            report="Children's services: monthly performance compendium",
            performance_to="January 2017",
            issue_date=date.fromisoformat(SURREY_ISSUED),
        )
    }
    for title, tables in COMPENDIUM.items():
        sheets[title] = [line for table in tables for line in compendium_table(figures, table)]
    sheets["Appendix I"] = key_measures(figures)
    write_xlsx(HERE / "surrey" / "performance_compendium_2017-01.xlsx", sheets)


# --- Surrey: the hub's cross-tabulations ------------------------------------------------------------------------------

SOURCES = ["Family", "Health", "Legal", "Other", "Police", "School / Education", "Self", "Voluntary Organisation"]
METHODS = [
    "CASREV", "CO", "Email (In)", "Email (Out)", "Home Visit", "Letter (In)", "MARF", "Meeting", "OTFO", "POLNOT",
    "Telephone Call (In)", "Telephone Call (Out)",
]  # fmt: skip
OUTCOMES = [
    "Continue with Early Help Episode", "Information and Advice", "MASH Enquiry", "Progress to Childrens Social Care",
    "Progress to Early Help",
]  # fmt: skip
PRINTED_CODE = {"CO": "СО"}  # the report prints the second code with two Cyrillic letters
TOTAL = "Grand Total"


def matrix(figures: Figures, section: str, title: str, corner: str, dimension: str, labels: list[str]) -> Grid:
    """A cross-tabulation with its printed totals; cells printed blank stay blank."""

    def cell(label: str, source: str) -> Cell:
        parts = {dimension: label, "contact_source": source}
        named = {d: v for d, v in parts.items() if v != TOTAL}
        row = figures.take("003", section, "MASH completed contacts", breakdown_dimension="|".join(named),
                           breakdown_value="|".join(named.values()))  # fmt: skip
        return number(row)

    return [
        [text(title, bold=True)],
        [text(h, bold=True) for h in (corner, *SOURCES, TOTAL)],
        *(
            [text(PRINTED_CODE.get(label, label)), *(cell(label, source) for source in (*SOURCES, TOTAL))]
            for label in (*labels, TOTAL)
        ),
    ]


def surrey_contacts(figures: Figures) -> None:
    methods, outcomes = (
        "2.1 MASH - Completed contacts by source and method",
        "2.2 MASH - Completed contacts by source and outcome",
    )
    sheets: dict[str, Grid] = {
        "Cover": cover(
            authority="Surrey",
            report="MASH: completed contacts",
            month="January 2017",
            issue_date=date.fromisoformat(SURREY_ISSUED),
        ),
        "2.1 Method": matrix(figures, methods, methods, "Contact Method", "contact_method", METHODS),
        "2.2 Outcome": matrix(figures, outcomes, outcomes, "Contact Outcome", "contact_outcome", OUTCOMES),
    }
    write_xlsx(HERE / "surrey" / "mash_contacts_2017-01.xlsx", sheets)


# --- Surrey: figures of the text --------------------------------------------------------------------------------------

JANUARY_2017 = ("month", "2017-01-01", "2017-01-31")
END_JANUARY_2017 = ("snapshot", "2017-01-31", "2017-01-31")
CHART = "shown in a chart only"


def split_by(dimensions: str) -> tuple[str, str]:
    """A breakdown whose parts are not given."""
    return dimensions, "|".join("not given" for _ in dimensions.split("|"))


SURREY_CHARTS = [
    Gap("mash_override_pct", *JANUARY_2017, "2.3", "Management oversight by recommendation and outcome", CHART,
        breakdown=split_by("recommended_outcome|contact_outcome")),
    Gap("mash_decision_timeliness_24h_pct", *JANUARY_2017, "2.4", "Timeliness by outcome", CHART,
        breakdown=split_by("contact_outcome")),
    Gap("cfa_45wd_pct", "month", "2016-07-01", "2016-07-31", "2.7",
        "% Child and Family Assessments completed within 45 days",
        "monthly series January 2016 to January 2017 shown in a chart only"),
    Gap("assessments_open", *END_JANUARY_2017, "2.7", "Number of open Child and Family Assessments", CHART,
        breakdown=("assessment_type", "Child and Family Assessment")),
    Gap("assessments_open", *END_JANUARY_2017, "2.7", "Open Child and Family Assessments by area and timescale", CHART,
        breakdown=split_by("area|rag_band")),
    Gap("caseload_per_fte", *END_JANUARY_2017, "2.9", "Caseload distribution per worker", CHART,
        breakdown=split_by("worker")),
    Gap("audit_grade", *JANUARY_2017, "2.11", "Audit, contact and referral", CHART,
        breakdown=("service", "Contact, referral and assessment")),
    Gap("cp_visits_overdue", *END_JANUARY_2017, "2.13", "No visit for over 10 and 14 days, by area", CHART,
        breakdown=split_by("area|rag_band")),
    Gap("cp_child_seen_alone_pct", *JANUARY_2017, "2.14", "Child seen alone, by team", CHART,
        breakdown=split_by("team")),
    Gap("audit_grade", *JANUARY_2017, "2.16", "Audit, child protection", CHART, breakdown=("service",
        "Child Protection")),
    Gap("audit_grade", *JANUARY_2017, "3.6", "Audit, looked after children", CHART, breakdown=("service", "LAC")),
    Gap("audit_grade", *JANUARY_2017, "App II", "Audit results by type and area", CHART,
        breakdown=split_by("audit_type|area")),
]  # fmt: skip


# What the text says of its tables without a number: a place among others, and how many lie in a target's range.
SURREY_WORDS = [
    Gap("mash_contacts_completed", *JANUARY_2017, "2.2 MASH - narrative",
        "Source with the highest share that progresses to Children's Social Care",
        "printed: consistently result in the highest ratio; stated in words", value="1", role="claim", unit="rank",
        breakdown=("contact_outcome|contact_source", "Progress to Childrens Social Care|School / Education")),
    Gap("caseload_per_fte", *END_JANUARY_2017, "1.3 narrative", "Teams whose average caseload is in the target range",
        "printed: mostly within our target range; more than half; stated in words", value="51", role="claim",
        unit="percent"),
    Gap("caseload_per_fte", *END_JANUARY_2017, "3.6 Looked After Children and Care Leavers - Workforce",
        "Average caseload in the target range", "printed: well within our target range; stated in words", value="100",
        role="claim", unit="percent", breakdown=("team", "LAC")),
]  # fmt: skip


def surrey_text(figures: Figures) -> None:
    authority = "E10000030"
    rows = [return_row(row, authority, SURREY_ISSUED) for row in figures.rest("003")]
    rows += [gap.as_row(authority, SURREY_ISSUED) for gap in [*SURREY_WORDS, *SURREY_CHARTS]]
    write_csv(HERE / "surrey" / "compendium_text_figures_2017-01.csv", RETURN_COLUMNS, rows)


# --- Kent -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuarterTable:
    """A table whose rows are roles of one indicator; columns as (heading, last day of the period)."""

    title: str
    columns: tuple[tuple[str, str], ...]
    basis: str = "year to date"
    extra: str = "Stat. N."
    note: str = ""


# As printed: months, whose basis the heading of the first column states; a full date where the text gives one.
def months_to(november: str = "Nov 13", day: str = "2013-11-30") -> tuple[tuple[str, str], ...]:
    return (
        ("Mar 11", "2011-03-31"), ("Mar 12", "2012-03-31"), ("Mar 13", "2013-03-31"), ("Jun 13", "2013-06-30"),
        ("Sep 13", "2013-09-30"), (november, day), ("Mar 14", "2014-03-31"),
    )  # fmt: skip


QUARTER_ENDS = (
    ("Sep 12", "2012-09-30"), ("Dec 12", "2012-12-31"), ("Mar 13", "2013-03-31"), ("Jun 13", "2013-06-30"),
    ("Sep 13", "2013-09-30"), ("Dec 13", "2013-12-31"), ("Mar 14", "2014-03-31"),
)  # fmt: skip

KENT_TABLES = [
    QuarterTable("Percentage of initial assessments completed within 10 days", months_to("YTD 15 Nov 13", "2013-11-15"),
                 note="Note: separate initial assessments ended on 15 November 2013."),
    QuarterTable("Percentage of caseholding posts filled by permanent qualified social workers", QUARTER_ENDS,
                 basis="quarter end", extra="Agency",
                 note="Note: no Amber from 2013/14: Green at 90% or more, otherwise Red."),
    QuarterTable("Percentage of children becoming subject to a child protection plan for the second or subsequent time",
                 months_to(),
                 note="Note: from 2013/14 a plan within 24 months of an earlier one; earlier years restated."),
    QuarterTable("Percentage of children subject to a child protection plan for two or more years at the point of "
                 "de-registration", months_to()),
    QuarterTable("Percentage of children leaving care who are adopted", months_to()),
    QuarterTable("Children in Care with 3 or more placements in the last 12 months", months_to(),
        basis="rolling 12 months",
                 note="Note: missing episodes are counted at the end of a year only."),
]  # fmt: skip
NOT_VALIDATED = f"{PROVISIONAL} Not validated; the last validated figures are those of September 2013."


def quarter_table(figures: Figures, table: QuarterTable) -> Grid:
    """Title, header, one row a role, footnotes."""
    shown: dict[str, list[Cell]] = {"Actual": [], "Target": [], "RAG Rating": [], table.extra: []}
    provisional = False
    for _, day in table.columns:
        actual = figures.take("004", table.title, table.title, measure_role="actual", is_benchmark="", period_end=day)
        rag = actual["rag"].capitalize() if actual else ""
        provisional = provisional or bool(actual and actual["validated"] == "false")
        shown["Actual"].append(number(actual, percent_format=True))
        target = figures.take("004", table.title, table.title, measure_role="target", period_end=day)
        shown["Target"].append(number(target, percent_format=True))
        shown["RAG Rating"].append(text(rag))
        if table.extra == "Agency":
            other = figures.take("004", table.title, "Agency", period_end=day)
        else:
            other = figures.take("004", table.title, table.title, measure_role="benchmark", period_end=day)
        shown[table.extra].append(number(other, percent_format=True))
    grid: Grid = [
        [text(table.title, bold=True)],
        [text(h, bold=True) for h in (f"Trend Data - {table.basis}", *(heading for heading, _ in table.columns))],
        *([text(label), *cells] for label, cells in shown.items()),
    ]
    if provisional:
        grid.append([text(NOT_VALIDATED)])
    if table.note:
        grid.append([text(table.note)])
    return [*grid, []]


SEPTEMBER_QUARTER = ("quarter", "2013-07-01", "2013-09-30")
BAND_CHART = "series and expected range shown in a chart only"
LEAD = "Lead indicators"
KENT_CHARTS = [
    Gap("contacts_received", *SEPTEMBER_QUARTER, LEAD, "Quarterly number of contacts received", BAND_CHART),
    Gap("referrals_received", *SEPTEMBER_QUARTER, LEAD, "Quarterly number of referrals", BAND_CHART),
    Gap("lac_count", "snapshot", "2013-11-30", "2013-11-30", LEAD, "Number of indigenous Children in Care", BAND_CHART),
    Gap("cpp_count", "snapshot", "2013-09-30", "2013-09-30", LEAD, "Number of children with child protection plans",
        BAND_CHART),
    Gap("initial_assessments_open_overdue", "snapshot", "2013-09-30", "2013-09-30", LEAD,
        "Initial assessments in progress, out of timescale", BAND_CHART),
    Gap("core_assessments_open_overdue", "snapshot", "2013-09-30", "2013-09-30", LEAD,
        "Core assessments in progress, out of timescale", BAND_CHART),
    Gap("initial_assessments_open_overdue", "snapshot", "2013-12-31", "2013-12-31", LEAD,
        "Initial assessments in progress, out of timescale", "not available for the third quarter: change of system"),
]  # fmt: skip


def kent(figures: Figures) -> None:
    sheets: dict[str, Grid] = {
        "Cover": cover(
            authority="Kent",
            report="Specialist Children's Services: quarterly performance report, quarter 3 2013/14",
            performance_to="December 2013",
        )
    }
    for number_, table in enumerate(KENT_TABLES, start=1):
        sheets[f"Indicator {number_}"] = quarter_table(figures, table)
    write_xlsx(HERE / "kent" / "quarterly_performance_2013-14_q3.xlsx", sheets)
    rows = [return_row(row, "Kent", "") for row in figures.rest("004")]
    rows += [gap.as_row("Kent", "") for gap in KENT_CHARTS]
    write_csv(HERE / "kent" / "quarterly_text_figures_2013-14_q3.csv", RETURN_COLUMNS, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the shipped returns from the transcribed figures.")
    parser.add_argument("source", type=Path, help="folder with observations.csv and not_reported.csv")
    figures = Figures.read(parser.parse_args().source)
    surrey_compendium(figures)
    surrey_contacts(figures)
    surrey_text(figures)
    kent(figures)
    east_sussex(figures)
    peterborough(figures)
    left = [row["obs_id"] for row in figures.rows if row["obs_id"] not in figures.taken]
    if left:
        raise SystemExit(f"{len(left)} figures stand in no return: {', '.join(left[:20])}")


if __name__ == "__main__":
    main()
