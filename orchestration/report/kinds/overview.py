"""The pages that lead to the others: overview, lists of authorities and indicators, search, certificate.

Belongs here: what is there and where it is. Does not belong here: figures of an authority.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from orchestration.report.pages import Block, Facts, Link, Links, Page, Section, Words
from orchestration.report.reading import Reader
from orchestration.report.tables import Cell, Column, Row, Table, written_date, written_month
from orchestration.report.words import COMPARABILITIES, LIFECYCLES, POLARITIES, SEVERITIES, title_of, unit_of, worded

NAME = "overview"
# The certificate is of one publication: these pages are made again for each.
STAMPED = True
INCIDENTS_SHOWN = 10


def pages(reader: Reader, codes: tuple[str, ...], month: date | None) -> Iterator[Page]:
    """Overview, authorities, indicators, search and certificate."""
    sent = _returns(reader, codes)
    yield _overview(reader, codes, sent)
    yield _authorities(reader, codes, sent)
    yield _indicators(reader)
    yield Page(
        path="search.html",
        title="Search",
        lead="Authorities, indicators and pages by their names.",
        sections=(Section("results", "Results", (Words("The search needs scripts to be allowed in your browser."),)),),
    )
    yield _about(reader)


def _returns(reader: Reader, codes: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """What each authority sent: files, newest month, open incidents."""
    rows = reader.rows(
        """
        select
            authority_code,
            count(*) as n_files,
            max(period_to) as newest,
            max(known_from) as last_known,
        from quality.submission
        where outcome != 'rejected' and return_name != 'published_statistics'
        group by all
        """
    )
    return {row["authority_code"]: row for row in rows if row["authority_code"] in codes}


def _open_incidents(reader: Reader) -> dict[str, int]:
    rows = reader.rows(
        "select authority_code, count(*) as n from quality.incident where status != 'resolved' group by all"
    )
    return {row["authority_code"]: row["n"] for row in rows}


def _overview(reader: Reader, codes: tuple[str, ...], sent: dict[str, dict[str, Any]]) -> Page:
    incidents = _open_incidents(reader)
    senders = sorted(sent, key=lambda code: reader.authorities[code].name)
    publication = reader.publication
    blocks: list[Block] = [
        Links(
            tuple(
                Link(
                    reader.authorities[code].name,
                    f"{reader.authorities[code].folder}/index.html",
                    f"figures up to {written_month(sent[code]['newest'])}, {_counted(incidents.get(code, 0))}"
                    if sent[code]["newest"]
                    else _counted(incidents.get(code, 0)),
                )
                for code in senders
            ),
            empty="No authority has sent a return; there are national statistics only.",
        ),
        Links((Link(f"All {len(codes)} authorities", "authorities/index.html"),)),
    ]
    return Page(
        path="index.html",
        title="Children’s social care: figures and how far to trust them",
        lead=(
            "Monthly returns and national statistics, conformed to one set of indicators, compared with targets, with "
            "last year and with other authorities, and checked for coding problems."
        ),
        sections=(
            Section("returns", "Authorities that send returns", tuple(blocks)),
            Section("incidents", "What to look at first", tuple(_first_incidents(reader, codes))),
            Section(
                "publication",
                "What these pages were made of",
                (
                    Facts(
                        (
                            (
                                "Figures as known on",
                                written_date(publication["data_as_at"]) if publication["data_as_at"] else "no figures",
                            ),
                            ("Indicators", Link(str(len(reader.indicators)), "indicators/index.html")),
                            ("Late and missing returns", Link("Returns", "quality/returns.html")),
                            ("Restated figures", Link("Restatements", "quality/restatements.html")),
                            ("Certificate", Link("About this publication", "about.html")),
                        )
                    ),
                ),
            ),
        ),
    )


def _counted(number: int) -> str:
    return f"{number} open {'incident' if number == 1 else 'incidents'}"


def _first_incidents(reader: Reader, codes: tuple[str, ...]) -> Iterator[Block]:
    rows = [
        row
        for row in reader.whole("quality.incident")
        if row["status"] != "resolved" and (row["authority_code"] is None or row["authority_code"] in codes)
    ]
    yield Words(f"{len(rows)} incidents are open; these change most.")
    yield Links(
        tuple(
            Link(
                f"{reader.authorities[row['authority_code']].name}: {row['title']}"
                if row["authority_code"]
                else row["title"],
                incident_path(reader, row),
                f"{worded(SEVERITIES, row['severity'])}. {row['message']}",
            )
            for row in rows[:INCIDENTS_SHOWN]
        ),
        empty="Nothing is open.",
    )
    yield Links((Link("Data quality", "quality/index.html"),))


def incident_path(reader: Reader, row: dict[str, Any]) -> str:
    """Where an incident is explained: with its authority, or with all where it has none."""
    authority = reader.authorities.get(row["authority_code"])
    page = f"{authority.folder}/quality.html" if authority else "quality/index.html"
    return f"{page}#incident-{row['incident_id']}"


def _authorities(reader: Reader, codes: tuple[str, ...], sent: dict[str, dict[str, Any]]) -> Page:
    incidents = _open_incidents(reader)
    rows = []
    for code in codes:
        authority = reader.authorities[code]
        own = sent.get(code)
        rows.append(
            Row(
                (
                    Cell(authority.name, href=f"{authority.folder}/index.html"),
                    authority.region,
                    title_of(authority.kind),
                    "sends returns" if own else "national statistics only",
                    Cell(own["newest"] if own else None, status=""),
                    incidents.get(code, 0),
                    Cell(authority.valid_to, status=""),
                )
            )
        )
    return Page(
        path="authorities/index.html",
        title="Authorities",
        lead=f"{len(codes)} authorities, former ones among them.",
        sections=(
            Section(
                "list",
                "All authorities",
                (
                    Table(
                        id="authorities",
                        caption="Authorities and what is held about them",
                        columns=(
                            Column("name", "Authority"),
                            Column("region", "Region", choose=True),
                            Column("kind", "Kind", choose=True),
                            Column("returns", "Figures from", choose=True),
                            Column("newest", "Newest return", "month"),
                            Column("incidents", "Open incidents", "count"),
                            Column("ended", "Ended", "date"),
                        ),
                        rows=tuple(rows),
                    ),
                ),
            ),
        ),
    )


def _indicators(reader: Reader) -> Page:
    compared = {
        row["indicator_code"] for row in reader.rows("select distinct indicator_code from marts.mart_benchmark")
    }
    rows = []
    for indicator in sorted(reader.indicators.values(), key=lambda one: (one.theme, one.name)):
        code = indicator.code
        rows.append(
            Row(
                (
                    Cell(indicator.name, href=f"indicators/{code}.html") if code in compared else indicator.name,
                    code,
                    title_of(indicator.theme),
                    unit_of(indicator),
                    POLARITIES[indicator.polarity],
                    title_of(COMPARABILITIES[indicator.comparability]),
                    title_of(worded(LIFECYCLES, indicator.lifecycle)),
                    ", ".join(indicator.flags),
                    indicator.description,
                )
            )
        )
    return Page(
        path="indicators/index.html",
        title="Indicators",
        lead="What is measured, in which unit, which way is good, and how far it can be compared. "
        "Names with a link have a comparison.",
        sections=(
            Section(
                "list",
                "All indicators",
                (
                    Table(
                        id="catalogue",
                        caption="Catalogue of indicators",
                        columns=(
                            Column("name", "Indicator"),
                            Column("code", "Code"),
                            Column("theme", "Theme", choose=True),
                            Column("unit", "Unit", choose=True),
                            Column("polarity", "Polarity", choose=True),
                            Column("comparability", "Comparing", choose=True),
                            Column("lifecycle", "State", choose=True),
                            Column("flags", "Flags", choose=True),
                            Column("description", "In words", "long"),
                        ),
                        rows=tuple(rows),
                    ),
                ),
            ),
        ),
    )


def _about(reader: Reader) -> Page:
    publication = reader.publication
    facts = [(title_of(name), str(value)) for name, value in publication.items() if value is not None]
    tables = reader.rows("select * from about.table_content order by table_schema, table_name")
    return Page(
        path="about.html",
        title="About this publication",
        lead="These pages show one publication of the warehouse and nothing else. This is its certificate.",
        sections=(
            Section("certificate", "Certificate", (Facts(tuple(facts)),)),
            Section(
                "tables",
                "Tables",
                (
                    Table(
                        id="tables-held",
                        caption="Tables of the publication",
                        columns=(
                            Column("name", "Table"),
                            Column("n_rows", "Rows", "count", field="n_rows"),
                            Column("n_columns", "Columns", "count", field="n_columns"),
                            Column("description", "What it holds", "long"),
                        ),
                        rows=tuple(
                            Row(
                                (
                                    f"{row['table_schema']}.{row['table_name']}",
                                    row["n_rows"],
                                    row["n_columns"],
                                    row["description"] or "",
                                ),
                                key=(row["table_schema"], row["table_name"]),
                            )
                            for row in tables
                        ),
                        source="about.table_content",
                        keys=("table_schema", "table_name"),
                    ),
                ),
            ),
            Section(
                "sources",
                "Sources",
                (
                    Words(
                        "National statistics are those of the Department for Education and the Office for National "
                        "Statistics, used under the Open Government Licence v3.0. Councils' figures are those of their "
                        "returns."
                    ),
                ),
            ),
        ),
    )
