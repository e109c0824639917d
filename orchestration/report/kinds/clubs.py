"""Sets of authorities that compare with one another: clubs, statistical neighbours, areas of similar deprivation.

Belongs here: members beside members, indicator by indicator, and who stands out. Does not belong here: who is in a set
(the registry), places, averages and limits (`mart_benchmark`), one indicator over all authorities (`benchmarking`).
Only what may be compared stands in the tables; what may not is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.report.kinds import benchmarking
from orchestration.report.kinds.benchmarking import BENCHMARK, PERIOD_KEYS, Period, marks_of, name_of
from orchestration.report.pages import Block, Facts, Link, Links, Notice, Page, Section, Words
from orchestration.report.reading import Indicator, Reader, Rows
from orchestration.report.tables import Cell, Column, Row, Table, written_number
from orchestration.report.words import BANDS, COMPARABILITIES, title_of, unit_of, worded

NAME = "clubs"

INDEX = "clubs/index.html"
DEPRIVATION = "deprivation_alike"
# Sets of an authority's own: each has a page of its own within the set's folder.
OWN_SETS = ("statistical_neighbours", "deprivation")
ENGLAND = (("comparator_set", "england"), ("vintage", "all"))

NO_SCORES = (
    "No deprivation scores have been entered, so areas cannot be told alike by them. Bellwether makes none up: enter "
    "the edition that you work with in data/registry/deprivation.csv (authority_code, vintage, score, source, note), "
    "then run `bellwether registry compile`. Each authority is then compared with the ten nearest in score."
)


@dataclass(frozen=True)
class Figures:
    """What is compared: the period of each indicator, and the figures of all authorities for it."""

    periods: Mapping[str, Period]
    # Indicator -> authority -> its row in England's set.
    england: Mapping[str, Mapping[str, dict[str, Any]]]

    def comparable(self, reader: Reader) -> list[Indicator]:
        """The indicators that may be compared, theme by theme."""
        found = [reader.indicators[code] for code in self.periods if code in reader.indicators]
        found = [one for one in found if one.comparability != "different"]
        return sorted(found, key=lambda one: (one.theme, one.name))


def pages(reader: Reader, codes: tuple[str, ...], month: date | None) -> Iterator[Page]:
    """The list of sets, a page for each club, and for neighbours and similar areas one for each authority in scope."""
    sets = _sets(reader)
    members = _members(reader, sets)
    periods = {
        code: period
        for code, found in benchmarking.periods_of(reader).items()
        if code in reader.indicators and (period := benchmarking.newest(found, month))
    }
    england = {
        code: {row["authority_code"]: row for row in rows}
        for code, rows in benchmarking.rows_of(reader, periods).items()
    }
    figures = Figures(periods, england)
    in_scope = set(codes)
    yield _index(sets, members, in_scope)
    for one in sets:
        of_set = members.get(one["comparator_set"], {})
        if one["kind"] == "club":
            club = sorted(of_set, key=lambda code: name_of(reader, code))
            if in_scope & set(club):
                yield _club(reader, one, club, figures, in_scope)
        elif one["kind"] in OWN_SETS:
            own = [code for code in of_set if code in in_scope and code in reader.authorities]
            yield _list_of_own(reader, one, of_set, own)
            together = {
                code: {row["authority_code"]: row for row in rows if row["vintage"] == one["vintage"]}
                for code, rows in benchmarking.rows_of(reader, periods, one["comparator_set"]).items()
            }
            for code in own:
                yield _own_view(reader, one, code, of_set[code], figures, together, in_scope)
    if not any(one["kind"] == "deprivation" for one in sets):
        yield _no_scores()


def path_of_view(comparator_set: str, slug: str) -> str:
    """Where an authority's view of one of its own sets lies."""
    return f"clubs/{comparator_set}/{slug}.html"


def _sets(reader: Reader) -> Rows:
    """Clubs and the newest edition of each other set of authorities' own."""
    rows = reader.rows(
        """
        select * from marts.dim_comparator_set
        where kind not in ('nation', 'region')
        qualify row_number() over (partition by comparator_set order by vintage desc) = 1
        order by kind, name
        """
    )
    order = {"statistical_neighbours": 0, "deprivation": 1, "club": 2}
    return sorted(rows, key=lambda row: (order.get(row["kind"], 3), row["name"]))


def _members(reader: Reader, sets: Rows) -> dict[str, dict[str, Rows]]:
    """Set -> authority -> its members on the day of the publication, the nearest first."""
    editions = {row["comparator_set"]: row["vintage"] for row in sets}
    found: dict[str, dict[str, Rows]] = {}
    for row in reader.rows(
        """
        select * from marts.dim_comparator_member
        where coalesce(valid_from, date '0001-01-01') <= ? and coalesce(valid_to, date '9999-12-31') >= ?
        order by comparator_set, vintage, authority_code, place nulls last, member_code
        """,
        [reader.day, reader.day],
    ):
        if editions.get(row["comparator_set"]) == row["vintage"]:
            found.setdefault(row["comparator_set"], {}).setdefault(row["authority_code"], []).append(row)
    return found


def _trail(*steps: Link) -> tuple[Link, ...]:
    return Link("Overview", "index.html"), *steps


# --- the list of sets


def _index(sets: Rows, members: Mapping[str, Mapping[str, Rows]], in_scope: set[str]) -> Page:
    rows = []
    for one in sets:
        of_set = members.get(one["comparator_set"], {})
        # A club without a member in scope has no page.
        is_shown = one["kind"] != "club" or bool(in_scope & set(of_set))
        rows.append(
            Row(
                (
                    Cell(one["name"], href=f"clubs/{one['comparator_set']}.html" if is_shown else ""),
                    title_of(one["kind"]),
                    "" if one["vintage"] == "all" else one["vintage"],
                    len(of_set),
                    one["note"] or "",
                )
            )
        )
    blocks: list[Block] = [
        Table(
            id="sets-table",
            caption="Sets of authorities that are compared",
            columns=(
                Column("set", "Set"),
                Column("kind", "Kind"),
                Column("edition", "Edition"),
                Column("n", "Authorities", "count"),
                Column("note", "Rests on", "long"),
            ),
            rows=tuple(rows),
        )
    ]
    if not any(one["kind"] == "deprivation" for one in sets):
        blocks.append(Links((Link("Areas with similar deprivation", f"clubs/{DEPRIVATION}.html", "no scores yet"),)))
    blocks.append(Links((Link("All authorities, indicator by indicator", "indicators/index.html"),)))
    return Page(
        path=INDEX,
        title="Benchmarking",
        lead="Who compares with whom. Rates and percentages are compared, counts are not: they depend on size.",
        sections=(Section("sets", "Sets", tuple(blocks)),),
        trail=_trail(),
    )


def _no_scores() -> Page:
    return Page(
        path=f"clubs/{DEPRIVATION}.html",
        title="Areas with similar deprivation",
        sections=(Section("none", "No scores yet", (Words(NO_SCORES),)),),
        trail=_trail(Link("Benchmarking", INDEX)),
    )


# --- a club


def _club(reader: Reader, one: dict[str, Any], club: list[str], figures: Figures, in_scope: set[str]) -> Page:
    comparable = [
        indicator
        for indicator in figures.comparable(reader)
        if sum(_value(figures, indicator.code, code) is not None for code in club) > 1
    ]
    together = {
        code: {row["authority_code"]: row for row in rows}
        for code, rows in benchmarking.rows_of(
            reader, {indicator.code: figures.periods[indicator.code] for indicator in comparable}, one["comparator_set"]
        ).items()
    }
    sections = (
        Section("members", "Members", (_member_links(reader, club, in_scope),)),
        Section("figures", "Figures", tuple(_figures(reader, one, club, comparable, figures))),
        Section("places", "Places in the club", tuple(_places(reader, one, club, comparable, figures, together))),
        Section("out", "Who stands out", tuple(_standing_out(reader, club, comparable, figures))),
        Section("not-compared", "What is not compared", tuple(_not_compared(reader, figures))),
    )
    return Page(
        path=f"clubs/{one['comparator_set']}.html",
        title=one["name"],
        caption="Benchmarking club",
        lead=f"{len(club)} authorities, {len(comparable)} indicators that may be compared.",
        sections=tuple(section for section in sections if section.blocks),
        trail=_trail(Link("Benchmarking", INDEX)),
        landscape=True,
    )


def _member_links(reader: Reader, club: list[str], in_scope: set[str]) -> Block:
    linked = [code for code in club if code in in_scope and code in reader.authorities]
    if len(linked) < len(club):
        return Words(", ".join(name_of(reader, code) for code in club) + ".")
    return Links(
        tuple(
            Link(reader.authorities[code].name, f"{reader.authorities[code].folder}/index.html", "") for code in linked
        )
    )


def _value(figures: Figures, code: str, authority: str) -> float | None:
    row = figures.england.get(code, {}).get(authority)
    value: float | None = row["value"] if row else None
    return value


def _of(figures: Figures, code: str, authority: str) -> Cell:
    """The figure of an authority; one that may not be compared says so."""
    row = figures.england.get(code, {}).get(authority)
    if row is None:
        return Cell(None, status="no_row")
    return Cell(row["value"], status=row["value_status"], marks=marks_of(row))


def _row_key(figures: Figures, indicator: Indicator) -> tuple[str, ...]:
    return indicator.code, *figures.periods[indicator.code].key


def _lead_cells(figures: Figures, indicator: Indicator, authorities: list[str]) -> tuple[Any, ...]:
    """Indicator, unit, period, and how far the figures of these authorities may be compared."""
    rows = [figures.england.get(indicator.code, {}).get(code) for code in authorities]
    found = {row["comparability"] for row in rows if row is not None and row["value"] is not None}
    words = {"same": "yes", "with_care": "with care", "different": "not all"}
    worst = next((kind for kind in ("different", "with_care", "same") if kind in found), "same")
    return (
        Cell(indicator.name, href=benchmarking.path_of(indicator.code)),
        unit_of(indicator),
        figures.periods[indicator.code].name,
        worded(words, worst),
    )


LEAD_COLUMNS = (
    Column("indicator", "Indicator"),
    Column("unit", "Unit"),
    Column("period", "Period"),
    Column("comparable", "Comparable", choose=True),
)


def _authority_column(reader: Reader, code: str, label: str = "") -> Column:
    return Column(
        code,
        label or name_of(reader, code),
        "figure",
        field="value",
        key_part=(("authority_code", code), *ENGLAND),
    )


def _figures(
    reader: Reader, one: dict[str, Any], club: list[str], comparable: list[Indicator], figures: Figures
) -> Iterator[Block]:
    if not comparable:
        yield Words("No two members have a figure for one period that may be compared.")
        return
    yield Table(
        id="figures-table",
        caption=f"{one['name']}: newest figures that may be compared",
        columns=(
            *LEAD_COLUMNS,
            *(_authority_column(reader, code) for code in club),
            Column(
                "england",
                "England",
                "figure",
                field="published_value",
                key_part=(("authority_code", club[0]), *ENGLAND),
            ),
        ),
        rows=tuple(
            Row(
                (
                    *_lead_cells(figures, indicator, club),
                    *(_of(figures, indicator.code, code) for code in club),
                    _england(figures, indicator.code, club[0]),
                ),
                key=_row_key(figures, indicator),
                decimals=indicator.decimals,
            )
            for indicator in comparable
        ),
        source=BENCHMARK,
        keys=("indicator_code", *PERIOD_KEYS),
        note="England's figure is its own, as published or worked out from its published counts.",
    )


def _england(figures: Figures, code: str, authority: str) -> Cell:
    row = figures.england.get(code, {}).get(authority)
    return (
        Cell(None, status="no_row")
        if row is None
        else Cell(row["published_value"], status=row["published_value_status"])
    )


def _places(
    reader: Reader,
    one: dict[str, Any],
    club: list[str],
    comparable: list[Indicator],
    figures: Figures,
    together: Mapping[str, Mapping[str, dict[str, Any]]],
) -> Iterator[Block]:
    rows = []
    for indicator in comparable:
        of_club = together.get(indicator.code, {})
        if not any(row["rank"] is not None for row in of_club.values()):
            continue
        n_ranked = max(row["n_ranked"] for row in of_club.values())
        rows.append(
            Row(
                (
                    Cell(indicator.name, href=benchmarking.path_of(indicator.code)),
                    figures.periods[indicator.code].name,
                    "best first" if indicator.polarity in ("higher", "lower") else "largest first",
                    n_ranked,
                    *(
                        Cell(of_club[code]["rank"], status="no_row") if code in of_club else Cell(None, status="no_row")
                        for code in club
                    ),
                ),
                key=_row_key(figures, indicator),
            )
        )
    if not rows:
        return
    yield Table(
        id="places-table",
        caption=f"{one['name']}: places",
        columns=(
            Column("indicator", "Indicator"),
            Column("period", "Period"),
            Column("order", "Order"),
            Column("n", "Of", "count"),
            *(
                Column(code, name_of(reader, code), "count", field="rank", key_part=(("authority_code", code),))
                for code in club
            ),
        ),
        rows=tuple(rows),
        source=BENCHMARK,
        where={"comparator_set": one["comparator_set"], "vintage": one["vintage"]},
        keys=("indicator_code", *PERIOD_KEYS),
        note="Equal figures share a place. A difference of places may be chance: see who stands out.",
    )


def _standing_out(
    reader: Reader, authorities: list[str], comparable: list[Indicator], figures: Figures
) -> Iterator[Block]:
    """Against England's funnel, and against areas of similar deprivation, where a place is more than chance."""
    yield outside_table(
        reader,
        "out-england",
        "Outside the limits of England's funnel",
        "england",
        [
            row
            for indicator in comparable
            for code in authorities
            if (row := figures.england.get(indicator.code, {}).get(code)) is not None
        ],
    )
    alike = benchmarking.rows_of(
        reader, {indicator.code: figures.periods[indicator.code] for indicator in comparable}, DEPRIVATION
    )
    if not alike:
        yield Words("Against areas with similar deprivation nothing can be said: " + NO_SCORES)
        return
    rows = [row for found in alike.values() for row in found if row["authority_code"] in authorities]
    heading = "Outside the limits of the ten areas with similar deprivation"
    yield outside_table(reader, "out-alike", heading, DEPRIVATION, rows)


def outside_table(reader: Reader, name: str, caption: str, comparator_set: str, rows: Rows) -> Table:
    """Those of the rows that lie outside their funnel's limits, those outside the wider limits first."""
    outside = [
        row for row in rows if row["band"] not in ("within", "not_judged") and row["comparability"] != "different"
    ]
    outside.sort(key=lambda row: (not row["band"].endswith("998"), row["indicator_code"], row["authority_code"]))
    return Table(
        id=name,
        caption=caption,
        columns=(
            Column("authority", "Authority", choose=True),
            Column("indicator", "Indicator"),
            Column("period", "Period"),
            Column("band", "Where", choose=True),
            Column("value", "Figure", "figure", field="value"),
            Column("baseline", "All together", "figure", field="funnel_baseline"),
            Column("lower", "95% from", "figure", field="funnel_lower_95"),
            Column("upper", "95% to", "figure", field="funnel_upper_95"),
            Column("lower_998", "99.8% from", "figure", field="funnel_lower_998"),
            Column("upper_998", "99.8% to", "figure", field="funnel_upper_998"),
        ),
        rows=tuple(
            Row(
                (
                    name_of(reader, row["authority_code"]),
                    Cell(
                        reader.indicators[row["indicator_code"]].name, href=benchmarking.path_of(row["indicator_code"])
                    ),
                    Period(row["period_basis"], row["period_start"], row["period_end"]).name,
                    worded(BANDS, row["band"]),
                    row["value"],
                    row["funnel_baseline"],
                    row["funnel_lower_95"],
                    row["funnel_upper_95"],
                    row["funnel_lower_998"],
                    row["funnel_upper_998"],
                ),
                key=(
                    row["authority_code"],
                    row["indicator_code"],
                    row["vintage"],
                    row["period_basis"],
                    row["period_start"].isoformat(),
                    row["period_end"].isoformat(),
                ),
                decimals=reader.indicators[row["indicator_code"]].decimals,
            )
            for row in outside
        ),
        source=BENCHMARK,
        where={"comparator_set": comparator_set},
        keys=("authority_code", "indicator_code", "vintage", *PERIOD_KEYS),
        empty="Nobody lies outside the limits.",
        note="Standing out is no fault: it is a reason to look, at practice and at recording.",
    )


def _not_compared(reader: Reader, figures: Figures) -> Iterator[Block]:
    apart = [
        one
        for one in reader.indicators.values()
        if one.comparability == "different" and one.lifecycle != "retired" and one.kind != "count"
    ]
    yield Words(
        "Counts are not compared, their rates are. Figures of an authority that counts by a definition of its own are "
        "marked, or left out where it says that they are another thing."
    )
    if apart:
        yield Links(
            tuple(
                Link(one.name, "indicators/index.html", COMPARABILITIES["different"])
                for one in sorted(apart, key=lambda one: one.name)
            )
        )


# --- an authority among its own


def _list_of_own(reader: Reader, one: dict[str, Any], of_set: Mapping[str, Rows], own: list[str]) -> Page:
    rows = []
    for code in sorted(own, key=lambda code: reader.authorities[code].name):
        authority = reader.authorities[code]
        rows.append(
            Row(
                (
                    Cell(authority.name, href=path_of_view(one["comparator_set"], authority.slug)),
                    authority.region,
                    len(of_set[code]),
                    ", ".join(name_of(reader, member["member_code"]) for member in of_set[code]),
                )
            )
        )
    facts = [("Edition", one["vintage"])] + ([("Rests on", one["note"])] if one["note"] else [])
    return Page(
        path=f"clubs/{one['comparator_set']}.html",
        title=one["name"],
        lead="Each authority has its own list. It is not mutual: who is near to one may have others nearer to itself.",
        sections=(
            Section(
                "authorities",
                "Authorities",
                (
                    Facts(tuple(facts)),
                    Table(
                        id="lists",
                        caption=f"{one['name']}: whom each authority is compared with",
                        columns=(
                            Column("authority", "Authority"),
                            Column("region", "Region", choose=True),
                            Column("n", "How many", "count"),
                            Column("members", "Compared with, the nearest first", "long"),
                        ),
                        rows=tuple(rows),
                        empty="No authority of this site has a list.",
                    ),
                ),
            ),
        ),
        trail=_trail(Link("Benchmarking", INDEX)),
    )


def _own_view(
    reader: Reader,
    one: dict[str, Any],
    code: str,
    members: Rows,
    figures: Figures,
    together: Mapping[str, Mapping[str, dict[str, Any]]],
    in_scope: set[str],
) -> Page:
    authority = reader.authorities[code]
    others = [member["member_code"] for member in members]
    comparable = [
        indicator
        for indicator in figures.comparable(reader)
        if _value(figures, indicator.code, code) is not None
        and any(_value(figures, indicator.code, other) is not None for other in others)
    ]
    own_row = [together.get(indicator.code, {}).get(code) for indicator in comparable]
    own_set = (("authority_code", code), ("comparator_set", one["comparator_set"]), ("vintage", one["vintage"]))
    rows = []
    for indicator, row in zip(comparable, own_row, strict=True):
        rows.append(
            Row(
                (
                    *_lead_cells(figures, indicator, [code, *others]),
                    _of(figures, indicator.code, code),
                    Cell(row["mean"] if row else None, status="no_row"),
                    f"{row['rank']} of {row['n_ranked']}" if row and row["rank"] is not None else "",
                    worded(BANDS, row["band"]) if row else "",
                    *(_of(figures, indicator.code, other) for other in others),
                ),
                key=_row_key(figures, indicator),
                decimals=indicator.decimals,
            )
        )
    blocks: list[Block] = [
        Table(
            id="beside-table",
            caption=f"{authority.name} beside its {one['name'][:1].lower()}{one['name'][1:]}",
            columns=(
                *LEAD_COLUMNS,
                _authority_column(reader, code),
                Column("mean", "Mean of the others", "figure", field="mean", key_part=own_set),
                Column("place", "Place"),
                Column("band", "Against their funnel", choose=True),
                *(_authority_column(reader, other) for other in others),
            ),
            rows=tuple(rows),
            source=BENCHMARK,
            keys=("indicator_code", *PERIOD_KEYS),
            empty="There is no period for which it and one of the others have a figure.",
            note="The mean counts each of the others the same. Who has no figure is left out, never counted as 0.",
        )
    ]
    out = [row for row in own_row if row is not None]
    sections = [
        Section("beside", "Figures", tuple(blocks)),
        Section(
            "out",
            "Where it stands out",
            (outside_table(reader, "out-table", f"{authority.name}: outside the limits", one["comparator_set"], out),),
        ),
        Section("who", "Who they are", (_who(reader, one, members, in_scope),)),
    ]
    if not members:
        sections.insert(0, Section("none", "No list", (Notice("It has no list in this edition."),)))
    return Page(
        path=path_of_view(one["comparator_set"], authority.slug),
        title=f"{authority.name} and its peers",
        caption=one["name"],
        sections=tuple(sections),
        trail=_trail(Link("Benchmarking", INDEX), Link(one["name"], f"clubs/{one['comparator_set']}.html")),
        landscape=True,
    )


def _who(reader: Reader, one: dict[str, Any], members: Rows, in_scope: set[str]) -> Table:
    rows = []
    for member in members:
        code = member["member_code"]
        known = reader.authorities.get(code)
        difference = member["score_difference"]
        rows.append(
            Row(
                (
                    Cell(
                        name_of(reader, code), href=f"{known.folder}/index.html" if known and code in in_scope else ""
                    ),
                    known.region if known else "",
                    Cell(member["place"], status="no_row"),
                    member["closeness"]
                    or (f"{written_number(abs(difference), 1)} apart in score" if difference is not None else ""),
                ),
                key=(code,),
            )
        )
    return Table(
        id="who-table",
        caption=f"{one['name']}, edition {one['vintage']}",
        columns=(
            Column("authority", "Authority"),
            Column("region", "Region"),
            Column("place", "Nearness", "count", field="place"),
            Column("closeness", "How near"),
        ),
        rows=tuple(rows),
        source="marts.dim_comparator_member",
        where={
            "comparator_set": one["comparator_set"],
            "vintage": one["vintage"],
            "authority_code": members[0]["authority_code"] if members else "",
        },
        keys=("member_code",),
    )
