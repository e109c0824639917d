"""Data quality of all authorities: scorecard, incidents in order, returns, restatements, and the rules themselves.

Belongs here: what is told of all together, and incidents that are nobody's in particular. Does not belong here: how an
incident or a return is shown (`quality`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from orchestration.report.kinds import quality
from orchestration.report.pages import Block, Facts, Link, Links, Page, Section, Words
from orchestration.report.reading import Reader, Rows
from orchestration.report.tables import Cell, Column, Row, Table, written_month
from orchestration.report.words import SEVERITIES, title_of, worded

NAME = "quality_overview"

INCIDENTS_SHOWN = 1_000
SUBMISSIONS_SHOWN = 3_000
PROBLEMS_SHOWN = 1_000
# The scorecard of all: this year of months against the year before it.
YEAR = 12

_TRAIL = (Link("Overview", "index.html"), Link("Data quality", "quality/index.html"))
_BESIDE = (
    Link("Data quality", "quality/index.html"),
    Link("Returns", "quality/returns.html"),
    Link("Restatements", "quality/restatements.html"),
    Link("Rules", "quality/rules.html"),
)


def pages(reader: Reader, codes: tuple[str, ...], month: date | None) -> Iterator[Page]:
    """The four pages, about the authorities in scope and what is nobody's."""
    yield _index(reader, codes)
    yield _returns(reader, codes)
    yield _restatements(reader, codes)
    yield _rules(reader, codes)


def _page(path: str, title: str, lead: str, sections: list[Section]) -> Page:
    return Page(
        path=path,
        title=title,
        lead=lead,
        sections=tuple(section for section in sections if section.blocks),
        trail=_TRAIL[:1] if path == "quality/index.html" else _TRAIL,
        beside=_BESIDE,
        landscape=True,
    )


def _in_scope(reader: Reader, codes: tuple[str, ...], rows: Rows) -> Rows:
    """Rows of the authorities in scope, and those of nobody in particular."""
    within = set(codes)
    return [row for row in rows if row["authority_code"] not in reader.authorities or row["authority_code"] in within]


def _nobodys(reader: Reader, rows: Rows) -> Rows:
    """What has no page of an authority to stand on."""
    return [row for row in rows if row["authority_code"] not in reader.authorities]


# --- scorecard and incidents


def _index(reader: Reader, codes: tuple[str, ...]) -> Page:
    incidents = _in_scope(reader, codes, reader.whole(quality.INCIDENTS))
    scores = _in_scope(reader, codes, reader.whole(quality.SCORECARD))
    own = _nobodys(reader, incidents)
    own_findings = _nobodys(reader, reader.whole(quality.FINDINGS))
    names = {code: indicator.name for code, indicator in reader.indicators.items()}
    rules = quality.rules_of(reader.whole("quality.rule"))

    def figure_path(_: str | None, code: str | None) -> str:
        return ""

    sections = [
        Section("now", "Where it stands", tuple(_now(incidents))),
        Section("score", "Scorecard", tuple(_scorecard(reader, scores))),
        Section("all-incidents", "Incidents of all, what changes most first", tuple(_all(reader, incidents))),
    ]
    if own:
        sections.append(
            Section(
                "nobodys",
                "Incidents of no single authority",
                (Words("About national tables, the machinery, or a code that no authority has."),),
            )
        )
        sections += quality.incident_sections(own, own_findings, rules, names, figure_path, where={})
    return _page(
        "quality/index.html",
        "Data quality",
        "Which figures not to trust, why, and what is being done. A finding says that figures disagree, not that "
        "somebody did wrong.",
        sections,
    )


def _now(incidents: Rows) -> Iterator[Block]:
    standing = [row for row in incidents if row["status"] != "resolved"]
    severities = Counter(row["severity"] for row in standing)
    yield Facts(
        (
            ("Open incidents", f"{len(standing):,}"),
            *(
                (f"Of severity {worded(SEVERITIES, severity).lower()}", f"{severities[severity]:,}")
                for severity in SEVERITIES
                if severities[severity]
            ),
            ("Known and being dealt with", f"{sum(row['status'] == 'acknowledged' for row in standing):,}"),
            ("Authorities concerned", f"{len({row['authority_code'] for row in standing} - {None}):,}"),
            ("Resolved", f"{len(incidents) - len(standing):,}"),
        )
    )


def agreed(rows: Rows) -> float | None:
    """The share of the comparisons of some scorecard rows that agreed, per cent; None without any comparison."""
    compared = sum(row["n_comparisons"] for row in rows)
    return 100.0 * (1 - sum(row["n_failed"] for row in rows) / compared) if compared else None


def _scorecard(reader: Reader, rows: Rows) -> Iterator[Block]:
    """An authority a row, dimensions across: its newest twelve months with comparisons, against the twelve before."""
    if not rows:
        return
    dimensions = sorted({row["dimension"] for row in rows})
    by_authority: dict[str | None, Rows] = {}
    for row in rows:
        by_authority.setdefault(row["authority_code"], []).append(row)
    made = []
    for code, its in by_authority.items():
        months = sorted({row["month"] for row in its if row["month"] is not None}, reverse=True)
        if not months:
            continue
        now = [row for row in its if row["month"] in months[:YEAR]]
        before = [row for row in its if row["month"] in months[YEAR : 2 * YEAR]]
        score, score_before = agreed(now), agreed(before)
        authority = reader.authorities.get(code or "")
        name = authority.name if authority else (code or "National tables and the machinery")
        made.append(
            (
                name,
                Row(
                    (
                        Cell(name, href=f"{authority.folder}/quality.html#score" if authority else ""),
                        months[0],
                        *(
                            Cell(agreed([row for row in now if row["dimension"] == dimension]), status="no_row")
                            for dimension in dimensions
                        ),
                        Cell(score, status="no_row"),
                        Cell(
                            score - score_before if score is not None and score_before is not None else None,
                            status="too few months",
                        ),
                        sum(row["n_comparisons"] for row in now),
                    )
                ),
            )
        )
    yield Table(
        id="scorecards",
        caption="Comparisons that agreed, per cent, by authority and dimension of quality",
        columns=(
            Column("authority", "Authority"),
            Column("newest", "Newest month", "month"),
            *(Column(dimension, title_of(dimension), "figure") for dimension in dimensions),
            Column("score", "All", "figure"),
            Column("change", "Change", "change"),
            Column("n_comparisons", "Compared", "count"),
        ),
        rows=tuple(row for _, row in sorted(made, key=lambda item: item[0])),
        decimals=1,
        note=f"Over the newest {YEAR} months of an authority in which something was compared ({quality.SCORECARD}); "
        f"the change is against the {YEAR} such months before.",
    )


def _all(reader: Reader, incidents: Rows) -> Iterator[Block]:
    standing = [row for row in incidents if row["status"] != "resolved"]
    left = len(standing) - INCIDENTS_SHOWN
    yield Table(
        id="incidents-of-all",
        caption="Open incidents of all authorities",
        columns=(
            Column("rank", "Place", "count", field="rank"),
            Column("authority", "Authority", choose=True),
            Column("title", "Incident", field="title"),
            Column("severity", "Severity", "tag", field="severity", choose=True),
            Column("status", "Status", "status", field="status", choose=True),
            Column("message", "What was found", "long", field="message"),
            Column("n_open", "Open findings", "count", field="n_open"),
            Column("opened_at", "Opened", "date", field="opened_at"),
            Column("owner", "Who can end it", choose=True),
        ),
        rows=tuple(_incident(reader, row) for row in standing[:INCIDENTS_SHOWN]),
        source=quality.INCIDENTS,
        keys=("incident_id",),
        row_headings=False,
        empty="Nothing is open.",
        note=f"{left:,} more are in {quality.INCIDENTS} of the publication." if left > 0 else "",
    )


def _incident(reader: Reader, row: dict[str, Any]) -> Row:
    authority = reader.authorities.get(row["authority_code"] or "")
    page = f"{authority.folder}/quality.html" if authority else ""
    return Row(
        (
            row["rank"],
            Cell(authority.name, href=f"{authority.folder}/index.html")
            if authority
            else (row["authority_code"] or "no single authority"),
            Cell(row["title"], href=f"{page}#incident-{row['incident_id']}"),
            row["severity"],
            row["status"],
            row["message"],
            row["n_open"],
            Cell(row["opened_at"], status="not known"),
            worded(quality.OWNERS, row["owner"]),
        ),
        key=(row["incident_id"],),
        # Every incident can be linked to here, also by who does not know whose page it is on (the digest).
        anchor=f"incident-{row['incident_id']}" if authority else "",
    )


# --- returns


def _returns(reader: Reader, codes: tuple[str, ...]) -> Page:
    expected = _in_scope(reader, codes, reader.whole(quality.EXPECTED))
    submissions = _in_scope(reader, codes, reader.whole(quality.SUBMISSIONS))
    names = {code: authority.name for code, authority in reader.authorities.items()}
    states = Counter(row["state"] for row in expected)
    sections = [
        Section(
            "now",
            "Where they stand",
            (
                Facts(
                    (
                        ("Files received", f"{len(submissions):,}"),
                        ("Refused", f"{sum(row['outcome'] == 'rejected' for row in submissions):,}"),
                        ("Held back by the gate", f"{sum(row['verdict'] == 'held_back' for row in submissions):,}"),
                        ("Returns missing", f"{states['missing']:,}"),
                        ("Returns that came late", f"{states['late']:,}"),
                        ("Returns in time", f"{states['received']:,}"),
                    )
                ),
            ),
        ),
        Section("expected", "Expected returns", (quality.expected_table(expected, names, where={}),)),
        Section("submissions", "Files", tuple(_files(submissions, names))),
        Section("problems", "What was wrong in files", tuple(_problems(reader, submissions, names))),
    ]
    return _page(
        "quality/returns.html",
        "Returns",
        "What was expected, what came, what was late, and what became of each file.",
        sections,
    )


def _files(submissions: Rows, names: dict[str, str]) -> Iterator[Block]:
    newest = sorted(submissions, key=lambda row: (row["known_from"], row["submission_id"]), reverse=True)
    left = len(newest) - SUBMISSIONS_SHOWN
    if left > 0:
        yield Words(f"The newest {SUBMISSIONS_SHOWN:,} files; {left:,} more are in {quality.SUBMISSIONS}.")
    yield quality.submission_table(newest[:SUBMISSIONS_SHOWN], names, where={})


def _problems(reader: Reader, submissions: Rows, names: dict[str, str]) -> Iterator[Block]:
    of_file = {row["submission_id"]: row for row in submissions}
    rows = [row for row in reader.whole("quality.submission_problem") if row["submission_id"] in of_file]
    if not rows:
        yield Words("Nothing was wrong in the files that came.")
        return
    left = len(rows) - PROBLEMS_SHOWN
    yield Table(
        id="file-problems",
        caption="Problems that the desk found in files",
        columns=(
            Column("file", "File"),
            Column("severity", "Severity", "tag", field="severity", choose=True),
            Column("message", "Problem", "long", field="message"),
            Column("place", "Where"),
            Column("what_to_do", "What to do", "long", field="what_to_do"),
        ),
        rows=tuple(
            Row(
                (
                    Cell(of_file[row["submission_id"]]["file_name"], href=f"#submission-{row['submission_id']}"),
                    row["severity"],
                    row["message"],
                    ", ".join(
                        part
                        for part in (
                            f"sheet {row['sheet']}" if row["sheet"] else "",
                            f"row {row['row_number']}" if row["row_number"] else "",
                            f"column {row['column_name']}" if row["column_name"] else "",
                        )
                        if part
                    ),
                    row["what_to_do"],
                )
            )
            for row in rows[:PROBLEMS_SHOWN]
        ),
        note=f"{left:,} more are in quality.submission_problem." if left > 0 else "",
    )


# --- restatements


def _restatements(reader: Reader, codes: tuple[str, ...]) -> Page:
    rows = _in_scope(reader, codes, reader.whole(quality.RESTATEMENTS))
    names = {code: authority.name for code, authority in reader.authorities.items()}
    indicators = {code: indicator.name for code, indicator in reader.indicators.items()}
    decimals = {code: indicator.decimals for code, indicator in reader.indicators.items()}

    def figure_path(authority_code: str | None, code: str | None) -> str:
        authority = reader.authorities.get(authority_code or "")
        # A figure that was changed is a figure that is there, so that its page is.
        return f"{authority.folder}/indicators/{code}.html" if authority and authority.code in codes else ""

    by_indicator = Counter(row["indicator_code"] for row in rows)
    sections = [
        Section(
            "indicators",
            "Which figures were changed most",
            (
                Table(
                    id="changed-indicators",
                    caption="Changed figures by indicator",
                    columns=(
                        Column("indicator", "Indicator"),
                        Column("n", "Figures changed", "count"),
                        Column("authorities", "Authorities", "count"),
                    ),
                    rows=tuple(
                        Row(
                            (
                                indicators.get(code, code),
                                number,
                                len({row["authority_code"] for row in rows if row["indicator_code"] == code}),
                            )
                        )
                        for code, number in by_indicator.most_common()
                    ),
                    empty="No figure was changed.",
                ),
            ),
        ),
    ]
    if rows:
        table = quality.restatement_table(rows, names, indicators, decimals, figure_path, where={})
        sections.append(Section("changes", "Each change", (table,)))
    return _page(
        "quality/restatements.html",
        "Restatements",
        "Figures that are not what they were when first given: what they were, what they are, and since when.",
        sections,
    )


# --- rules


def _rules(reader: Reader, codes: tuple[str, ...]) -> Page:
    findings = _in_scope(reader, codes, reader.whole(quality.FINDINGS))
    standing = Counter(row["rule_id"] for row in findings if row["status"] != "resolved")
    rules = reader.whole("quality.rule")
    return _page(
        "quality/rules.html",
        "Rules",
        f"The {len(rules)} rules that every publication is held against: why each matters, and what to do when it "
        "finds something.",
        [
            Section(
                "rules",
                "All rules",
                (
                    Table(
                        id="rules-list",
                        caption="Rules",
                        columns=(
                            Column("title", "Rule", field="title"),
                            Column("why_it_matters", "Why it matters", "long", field="why_it_matters"),
                            Column("what_to_do", "What to do", "long", field="what_to_do"),
                            Column("dimension", "Dimension", "status", field="dimension", choose=True),
                            Column("severity", "Severity", "tag", field="severity", choose=True),
                            Column("n", "Open", "count"),
                            Column("owner", "Who can end it", choose=True),
                            Column("rule_id", "Id", field="rule_id"),
                            Column("valid", "For figures"),
                        ),
                        rows=tuple(
                            Row(
                                (
                                    row["title"],
                                    row["why_it_matters"],
                                    row["what_to_do"],
                                    row["dimension"],
                                    row["severity"],
                                    standing[row["rule_id"]],
                                    worded(quality.OWNERS, row["owner"]),
                                    row["rule_id"],
                                    _valid(row),
                                ),
                                key=(row["rule_id"],),
                                anchor=f"rule-{row['rule_id']}",
                            )
                            for row in sorted(rules, key=lambda row: (-standing[row["rule_id"]], row["rule_id"]))
                        ),
                        source="quality.rule",
                        keys=("rule_id",),
                    ),
                ),
            ),
            Section(
                "findings", "Where to look", (Links((Link("Incidents of all", "quality/index.html#all-incidents"),)),)
            ),
        ],
    )


def _valid(rule: dict[str, Any]) -> str:
    first, last = rule["valid_from"], rule["valid_to"]
    if first is None and last is None:
        return "of any time"
    parts = [f"from {written_month(first)}" if first else "", f"until {written_month(last)}" if last else ""]
    return " ".join(part for part in parts if part)
