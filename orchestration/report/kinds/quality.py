"""Data quality of one authority: its incidents with their evidence cell by cell, findings, score, returns, corrections.

Belongs here: how an incident, a finding and the cells it rests on are shown; the pages about all authorities use the
same (`quality_overview`). Does not belong here: what a finding is (`expectations`) and what comes first (`incidents`).

What an incident is at the moment is shown, whatever month the other pages are of.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from orchestration.report.kinds import indicator
from orchestration.report.pages import Block, Facts, Link, Page, Section, Words
from orchestration.report.reading import Book, Rows
from orchestration.report.tables import Cell, Column, Row, Table, written_date, written_month
from orchestration.report.words import BASES, SEVERITIES, period_of, title_of, worded

NAME = "quality"

INCIDENTS = "quality.incident"
FINDINGS = "quality.finding"
SCORECARD = "quality.scorecard"
RESTATEMENTS = "marts.mart_restatement"
SUBMISSIONS = "quality.submission"
EXPECTED = "quality.expected_return"

# Incidents explained with their cells; the rest stand in the tables.
EXPLAINED = 50
# Cells of one incident, findings of a page: beyond these a query helps more than a page.
CELLS_SHOWN = 60
FINDINGS_SHOWN = 3_000
RESTATEMENTS_SHOWN = 10_000
# Months of the scorecard that are read at a glance.
SCORE_MONTHS = 24

OWNERS = {"sender": "Who sent it", "performance_team": "Performance team", "data_engineer": "Data engineer"}

# Where the page of an indicator lies, or "" where there is none: (authority code, indicator code) -> path.
FigurePath: TypeAlias = Callable[[str | None, str | None], str]


def path_of(book: Book) -> str:
    """Where the page lies."""
    return f"{book.authority.folder}/quality.html"


def pages(book: Book, month: date | None) -> Iterator[Page]:
    """One page, for every authority: that nothing was found is worth saying too."""
    incidents, findings = book.rows(INCIDENTS), book.rows(FINDINGS)
    rules = rules_of(book.reader.whole("quality.rule"))

    def figure_path(_: str | None, code: str | None) -> str:
        return indicator.path_of(book, code) if code and indicator.has_page(book, code) else ""

    name_of = {code: known.name for code, known in book.reader.indicators.items()}
    sections = [
        Section("now", "Where it stands", tuple(_now(incidents, findings))),
        *incident_sections(
            incidents, findings, rules, name_of, figure_path, where={"authority_code": book.authority.code}
        ),
        Section("score", "Score by dimension of quality", tuple(_score(book))),
        Section("returns", "Returns", tuple(_returns(book))),
        Section("restated", "Figures that were changed", tuple(_restated(book, figure_path))),
    ]
    yield Page(
        path=path_of(book),
        title="Data quality",
        lead="What does not fit together in the figures, with the cells it rests on and what to do about it. A finding "
        "says that figures disagree, not that somebody did wrong.",
        sections=tuple(section for section in sections if section.blocks),
        landscape=True,
    )


# --- what every page about incidents shares


def rules_of(rows: Rows) -> dict[str, dict[str, Any]]:
    """Rules by their id."""
    return {row["rule_id"]: row for row in rows}


def incident_sections(
    incidents: Rows,
    findings: Rows,
    rules: Mapping[str, Mapping[str, Any]],
    name_of: Mapping[str, str],
    figure_path: FigurePath,
    *,
    where: Mapping[str, str],
) -> Iterator[Section]:
    """The list of incidents, the first of them explained cell by cell, and all findings one by one.

    `incidents` are in their order. Every incident and finding has its address on the page: an explained incident is a
    section, another a row of the list."""
    explained = [row for row in incidents if row["status"] != "resolved"][:EXPLAINED]
    with_section = {row["incident_id"] for row in explained}
    by_incident: dict[str, Rows] = {}
    for row in findings:
        by_incident.setdefault(row["incident_id"] or "", []).append(row)
    if incidents:
        yield Section("incidents", "Incidents", (incident_table(incidents, with_section, where=where),))
    for row in explained:
        its = by_incident.get(row["incident_id"], [])
        yield Section(
            f"incident-{row['incident_id']}",
            row["title"],
            tuple(_explained(row, its, rules, name_of, figure_path)),
            in_contents=False,
        )
    rank = {row["incident_id"]: number for number, row in enumerate(incidents)}
    titles = {row["incident_id"]: row["title"] for row in incidents}
    ordered = sorted(
        findings,
        key=lambda row: (
            row["status"] == "resolved",
            rank.get(row["incident_id"] or "", len(rank)),
            row["period_start"] or date.min,
            row["finding_id"],
        ),
    )
    if ordered:
        yield Section(
            "findings",
            "Findings one by one",
            (finding_table(ordered, titles, rules, name_of, figure_path, where=where),),
        )


def incident_table(incidents: Rows, with_section: set[str], *, where: Mapping[str, str], name: str = "") -> Table:
    """Incidents in their order. Those without a section of their own have their address here."""
    return Table(
        id="incident-list",
        caption=f"Incidents{name}, what changes most first",
        columns=(
            Column("rank", "Place", "count", field="rank", note="among all"),
            Column("title", "Incident", field="title"),
            Column("severity", "Severity", "tag", field="severity", choose=True),
            Column("status", "Status", "status", field="status", choose=True),
            Column("message", "What was found", "long", field="message"),
            Column("n_open", "Open findings", "count", field="n_open"),
            Column("n_figures", "Figures touched", "count", field="n_figures"),
            Column("period", "Of"),
            Column("opened_at", "Opened", "date", field="opened_at"),
            Column("owner", "Who can end it", choose=True),
        ),
        rows=tuple(
            Row(
                (
                    row["rank"],
                    Cell(row["title"], href=f"#incident-{row['incident_id']}")
                    if row["incident_id"] in with_section
                    else row["title"],
                    row["severity"],
                    row["status"],
                    row["message"],
                    row["n_open"],
                    row["n_figures"],
                    span_of(row),
                    Cell(row["opened_at"], status="not known"),
                    worded(OWNERS, row["owner"]),
                ),
                key=(row["incident_id"],),
                anchor="" if row["incident_id"] in with_section else f"incident-{row['incident_id']}",
            )
            for row in incidents
        ),
        source=INCIDENTS,
        where=where,
        keys=("incident_id",),
        row_headings=False,
    )


def span_of(incident: Mapping[str, Any]) -> str:
    """The months that an incident is about: "Oct 2016 to Jan 2017"."""
    first, last = incident["first_period"], incident["last_period"]
    if first is None:
        return ""
    if last is None or (first.year, first.month) == (last.year, last.month):
        return written_month(first)
    return f"{written_month(first)} to {written_month(last)}"


def _explained(
    incident: Mapping[str, Any],
    findings: Rows,
    rules: Mapping[str, Mapping[str, Any]],
    name_of: Mapping[str, str],
    figure_path: FigurePath,
) -> Iterator[Block]:
    """One incident: what was found, what to do, how it stands, and the cells of its open findings."""
    standing = [row for row in findings if row["status"] != "resolved"]
    yield Words(incident["message"] or "")
    facts: list[tuple[str, str | Link]] = []
    if incident["what_to_do"]:
        facts.append(("What to do", incident["what_to_do"]))
    facts.append(
        ("How it stands", f"{worded(SEVERITIES, incident['severity'])}, {incident['status']}, {_found(incident)}")
    )
    if incident["acknowledged_until"]:
        facts.append(
            (
                "Known",
                f"until {written_date(incident['acknowledged_until'])}, says {incident['acknowledged_by']}: "
                f"{incident['acknowledged_reason']}",
            )
        )
    if incident["explained_by"]:
        facts.append(("Explained by", incident["explained_by"]))
    for code in incident["indicator_codes"] or ():
        path = figure_path(incident["authority_code"], code)
        name = name_of.get(code, code)
        facts.append(("Figure", Link(name, path) if path else name))
    for rule_id in incident["rule_ids"] or ():
        title = rules[rule_id]["title"] if rule_id in rules else rule_id
        facts.append(("Rule", Link(title, f"quality/rules.html#rule-{rule_id}")))
    yield Facts(tuple(facts))
    cells = [(row, cell) for row in standing for cell in cells_of(row["evidence"])]
    if cells:
        left = len(cells) - CELLS_SHOWN
        yield Table(
            id=f"cells-{incident['incident_id']}",
            caption="The cells it rests on",
            columns=(
                Column("finding", "Finding"),
                Column("what", "What"),
                Column("says", "Says"),
                Column("where", "Where"),
            ),
            rows=tuple(
                Row((Cell(row["subject"], href=f"#finding-{row['finding_id']}"), cell["what"], cell["value"], place))
                for row, cell, place in ((row, cell, place_of(cell["where"])) for row, cell in cells[:CELLS_SHOWN])
            ),
            note=f"{left:,} more cells are in {FINDINGS}, column evidence." if left > 0 else "",
        )


def _found(incident: Mapping[str, Any]) -> str:
    number = incident["n_open"]
    found = f"{number:,} open finding{'' if number == 1 else 's'}"
    if incident["opened_at"]:
        found += f" since {written_date(incident['opened_at'])}"
    if incident["n_reopened"]:
        found += f", came back {incident['n_reopened']} time{'' if incident['n_reopened'] == 1 else 's'}"
    return found


def finding_table(
    findings: Rows,
    titles: Mapping[str, str],
    rules: Mapping[str, Mapping[str, Any]],
    name_of: Mapping[str, str],
    figure_path: FigurePath,
    *,
    where: Mapping[str, str],
) -> Table:
    """Findings one by one, each with its address."""
    left = len(findings) - FINDINGS_SHOWN
    return Table(
        id="finding-list",
        caption="Findings: open ones first, in the order of their incidents",
        columns=(
            Column("message", "What was found", "long", field="message"),
            Column("observed", "Given", "figure", field="observed"),
            Column("expected", "By the others", "figure", field="expected", note="or the limit"),
            Column("figure", "Figure"),
            Column("period_start", "Of", "month", field="period_start"),
            Column("rule", "Rule", choose=True),
            Column("severity", "Severity", "tag", field="severity", choose=True),
            Column("status", "Status", "status", field="status", choose=True),
            Column("incident", "Incident"),
            Column("place", "Where"),
            Column("first_seen", "First seen", "date", field="first_seen"),
            Column("resolved_at", "Resolved", "date", field="resolved_at"),
        ),
        rows=tuple(_finding(row, titles, rules, name_of, figure_path) for row in findings[:FINDINGS_SHOWN]),
        source=FINDINGS,
        where=where,
        keys=("finding_id",),
        row_headings=False,
        note=f"{left:,} more findings are in {FINDINGS} of the publication." if left > 0 else "",
    )


def _finding(
    row: Mapping[str, Any],
    titles: Mapping[str, str],
    rules: Mapping[str, Mapping[str, Any]],
    name_of: Mapping[str, str],
    figure_path: FigurePath,
) -> Row:
    code = row["indicator_code"]
    path = figure_path(row["authority_code"], code)
    rule_id = row["rule_id"]
    return Row(
        (
            row["message"],
            _number(row["observed"]),
            _number(row["expected"]),
            Cell(name_of.get(code or "", code), status="none in particular", href=path if code else ""),
            Cell(row["period_start"], status="no month"),
            Cell(rules[rule_id]["title"] if rule_id in rules else rule_id, href=f"quality/rules.html#rule-{rule_id}"),
            row["severity"],
            row["status"],
            Cell(titles[row["incident_id"]], href=f"#incident-{row['incident_id']}")
            if row["incident_id"] in titles
            else "",
            place_of(row["source_ref"] or ""),
            Cell(row["first_seen"], status="not known"),
            Cell(row["resolved_at"], status="not resolved"),
        ),
        key=(row["finding_id"],),
        anchor=f"finding-{row['finding_id']}",
    )


def _number(value: float | None) -> Cell:
    """A number of any indicator: whole if it is whole, else two decimals."""
    if value is None:
        return Cell(None, status="no number")
    return Cell(value, decimals=0 if abs(value - round(value)) < 1e-9 else 2)


def cells_of(evidence: str | None) -> list[dict[str, str]]:
    """The cells that evidence names, as what, value and where. Evidence in another shape is shown rather than lost."""
    try:
        entries = json.loads(evidence or "[]")
    except json.JSONDecodeError:
        return [{"what": "evidence", "value": str(evidence), "where": ""}]
    if not isinstance(entries, list):
        entries = [entries]
    return [
        {key: "" if entry.get(key) is None else str(entry[key]) for key in ("what", "value", "where")}
        if isinstance(entry, Mapping)
        else {"what": "evidence", "value": str(entry), "where": ""}
        for entry in entries
    ]


def place_of(source_ref: str) -> str:
    """A source reference in words: `a.xlsx#Front door!B4` reads "a.xlsx, sheet Front door, cell B4"."""
    file, separator, place = source_ref.rpartition("#")
    sheet, in_sheet, cell = place.rpartition("!")
    if not separator:
        return source_ref
    return f"{file}, sheet {sheet}, cell {cell}" if in_sheet else f"{file}, {place}"


# --- parts of the page of an authority


def _now(incidents: Rows, findings: Rows) -> Iterator[Block]:
    if not findings:
        yield Words("No rule found anything in the figures of this authority.")
        return
    status = Counter(row["status"] for row in incidents)
    standing = [row for row in findings if row["status"] != "resolved"]
    severities = Counter(row["severity"] for row in standing)
    facts: list[tuple[str, str | Link]] = [
        ("Open incidents", f"{status['open'] + status['reopened']:,}"),
        ("Known and being dealt with", f"{status['acknowledged']:,}"),
        ("Resolved incidents", f"{status['resolved']:,}"),
        (
            "Findings that stand",
            ", ".join(
                f"{severities[severity]:,} {worded(SEVERITIES, severity).lower()}"
                for severity in SEVERITIES
                if severities[severity]
            )
            or "none",
        ),
    ]
    yield Facts(tuple(facts))


def score_table(rows: Rows, *, where: Mapping[str, str]) -> Table:
    """The scorecard by month: dimensions across, the newest months."""
    months = sorted({row["month"] for row in rows})[-SCORE_MONTHS:]
    dimensions = sorted({row["dimension"] for row in rows})
    cells = {(row["month"], row["dimension"]): row for row in rows}
    return Table(
        id="scorecard",
        caption="Comparisons that agreed, per cent, by month and dimension",
        columns=(
            Column("month", "Month", "month"),
            *(
                Column(dimension, title_of(dimension), "figure", field="score", key_part=(("dimension", dimension),))
                for dimension in dimensions
            ),
            Column("n_failed", "Failed", "count"),
            Column("n_comparisons", "Compared", "count"),
        ),
        rows=tuple(
            Row(
                (
                    month,
                    *(
                        Cell(cells[month, dimension]["score"])
                        if (month, dimension) in cells
                        else Cell(None, status="no_row")
                        for dimension in dimensions
                    ),
                    *(
                        sum(cells[month, dimension][field] for dimension in dimensions if (month, dimension) in cells)
                        for field in ("n_failed", "n_comparisons")
                    ),
                ),
                key=(month.isoformat(),),
            )
            for month in reversed(months)
        ),
        source=SCORECARD,
        where=where,
        keys=("month",),
        decimals=1,
        chart="lines",
        options={
            "time": "month",
            "parts": [{"key": dimension, "label": title_of(dimension)} for dimension in dimensions],
            "unit": "% of comparisons that agreed",
            # A line goes from month to month only.
            "step": 45,
            "decimals": 1,
        },
        summary=_score_summary(rows, dimensions),
        note="Of all comparisons that the rules made about a month, the share that agreed.",
    )


def _score_summary(rows: Rows, dimensions: list[str]) -> str:
    newest = max(row["month"] for row in rows)
    said = [
        f"{title_of(row['dimension']).lower()} {row['score']:.1f} %"
        for row in sorted(rows, key=lambda row: row["dimension"])
        if row["month"] == newest
    ]
    return f"{len(dimensions)} dimensions of quality by month. {written_month(newest)}: {', '.join(said)}."


def _score(book: Book) -> Iterator[Block]:
    rows = [row for row in book.rows(SCORECARD) if row["month"] is not None and row["score"] is not None]
    if rows:
        yield score_table(rows, where={"authority_code": book.authority.code})


def _returns(book: Book) -> Iterator[Block]:
    names = {book.authority.code: book.authority.name}
    expected, submissions = book.rows(EXPECTED), book.rows(SUBMISSIONS)
    where = {"authority_code": book.authority.code}
    if expected:
        yield expected_table(expected, names, where=where)
    if submissions:
        yield submission_table(submissions, names, where=where)


def expected_table(rows: Rows, names: Mapping[str, str], *, where: Mapping[str, str]) -> Table:
    """Returns that were expected: what is missing first, then what was late."""
    order = {"missing": 0, "late": 1, "not_due": 2, "received": 3}
    ordered = sorted(
        rows,
        key=lambda row: (order.get(row["state"], 9), row["due_date"], row["authority_code"] or "", row["return_name"]),
    )
    one = len(names) == 1
    return Table(
        id="expected-returns",
        caption="Returns that are expected",
        columns=(
            *(() if one else (Column("authority", "Authority"),)),
            Column("return_name", "Return", "status", field="return_name"),
            Column("period_end", "Of the period to", "date"),
            Column("due_date", "Due", "date", field="due_date"),
            Column("state", "State", "tag", field="state", choose=True),
            Column("first_received", "Received", "date", field="first_received"),
        ),
        rows=tuple(
            Row(
                (
                    *(() if one else (names.get(row["authority_code"], row["authority_code"]),)),
                    row["return_name"],
                    row["period_end"],
                    row["due_date"],
                    row["state"],
                    Cell(row["first_received"], status="not received"),
                ),
                key=(row["authority_code"] or "", row["return_name"], row["period_end"].isoformat()),
            )
            for row in ordered
        ),
        source=EXPECTED,
        where=where,
        keys=("authority_code", "return_name", "period_end"),
        row_headings=not one,
    )


def submission_table(rows: Rows, names: Mapping[str, str], *, where: Mapping[str, str]) -> Table:
    """Files that came, newest first, with what became of them."""
    ordered = sorted(rows, key=lambda row: (row["known_from"], row["submission_id"]), reverse=True)
    one = len(names) == 1
    return Table(
        id="files",
        caption="Files that came",
        columns=(
            Column("file_name", "File", field="file_name"),
            *(() if one else (Column("authority", "From", choose=True),)),
            Column("return_name", "Return", "status", field="return_name", choose=True),
            Column("reporting_month", "Month", field="reporting_month"),
            Column("known_from", "Issued", "date", field="known_from"),
            Column("outcome", "Outcome", "status", field="outcome", choose=True),
            Column("verdict", "Gate", "status", field="verdict", choose=True),
            Column("rows_loaded", "Rows loaded", "count", field="rows_loaded"),
            Column("rows_quarantined", "Set aside", "count", field="rows_quarantined"),
            Column("sequence_number", "Sending", "count", field="sequence_number"),
        ),
        rows=tuple(
            Row(
                (
                    row["file_name"],
                    *(
                        ()
                        if one
                        else (names.get(row["authority_code"] or "", row["authority_code"] or "several authorities"),)
                    ),
                    row["return_name"],
                    Cell(row["reporting_month"], status="no month"),
                    row["known_from"],
                    row["outcome"],
                    row["verdict"],
                    Cell(row["rows_loaded"], status="not read"),
                    Cell(row["rows_quarantined"], status="not read"),
                    row["sequence_number"],
                ),
                key=(row["submission_id"],),
                anchor=f"submission-{row['submission_id']}",
            )
            for row in ordered
        ),
        source=SUBMISSIONS,
        where=where,
        keys=("submission_id",),
    )


def _restated(book: Book, figure_path: FigurePath) -> Iterator[Block]:
    rows = book.rows(RESTATEMENTS)
    if rows:
        names = {code: known.name for code, known in book.reader.indicators.items()}
        decimals = {code: known.decimals for code, known in book.reader.indicators.items()}
        yield restatement_table(rows, {}, names, decimals, figure_path, where={"authority_code": book.authority.code})


def restatement_table(
    rows: Rows,
    authorities: Mapping[str, str],
    names: Mapping[str, str],
    decimals: Mapping[str, int],
    figure_path: FigurePath,
    *,
    where: Mapping[str, str],
) -> Table:
    """Figures that a later return changed, newest change first; without `authorities` all are one's."""
    ordered = sorted(
        rows,
        key=lambda row: (
            -row["last_changed_at"].toordinal(),
            row["authority_code"],
            row["indicator_code"],
            row["period_start"],
            row["breakdown_value"],
        ),
    )
    left = len(ordered) - RESTATEMENTS_SHOWN
    keys = (
        "authority_code",
        "indicator_code",
        "period_basis",
        "period_start",
        "period_end",
        "breakdown_dimension",
        "breakdown_value",
        "source_kind",
    )

    def key_of(row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(value.isoformat() if isinstance(value, date) else str(value) for value in map(row.get, keys))

    return Table(
        id="restatements",
        caption="Figures that were changed after they were first given, newest change first",
        columns=(
            *((Column("authority", "Authority", choose=len(authorities) < 60),) if authorities else ()),
            Column("indicator", "Figure"),
            Column("period", "Period"),
            Column("basis", "Kind of period", choose=True),
            Column("part", "Part"),
            Column("first_value", "First", "figure", field="first_value"),
            Column("latest_value", "Now", "figure", field="latest_value"),
            Column("change", "Change", "change"),
            Column("n_versions", "Versions", "count", field="n_versions"),
            Column("last_changed_at", "Changed", "date", field="last_changed_at"),
        ),
        rows=tuple(
            Row(
                (
                    *((authorities.get(row["authority_code"], row["authority_code"]),) if authorities else ()),
                    Cell(
                        names.get(row["indicator_code"], row["indicator_code"]),
                        href=figure_path(row["authority_code"], row["indicator_code"]),
                    ),
                    period_of(row["period_basis"], row["period_start"], row["period_end"]),
                    BASES.get(row["period_basis"], row["period_basis"]),
                    "all"
                    if row["breakdown_dimension"] == "all"
                    else f"{title_of(row['breakdown_dimension'])}: {row['breakdown_value']}".replace("|", ", "),
                    Cell(row["first_value"], status=row["first_status"] or ""),
                    Cell(row["latest_value"], status=row["latest_status"] or ""),
                    Cell(row["latest_value"] - row["first_value"])
                    if row["latest_value"] is not None and row["first_value"] is not None
                    else Cell(None, status="no number"),
                    row["n_versions"],
                    row["last_changed_at"],
                ),
                key=key_of(row),
                decimals=decimals.get(row["indicator_code"], 1),
            )
            for row in ordered[:RESTATEMENTS_SHOWN]
        ),
        source=RESTATEMENTS,
        where=where,
        keys=keys,
        row_headings=bool(authorities),
        note=f"{left:,} more are in {RESTATEMENTS} of the publication." if left > 0 else "",
    )
