"""The compiled tables: their columns, types and meaning, and the rows that fill them.

Belongs here: what each dbt seed holds. Does not belong here: writing files (`compile`). One list of columns serves the
CSV header, dbt's column types and dbt's documentation, so the three cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from orchestration.registry.authorities import lookup_rows
from orchestration.registry.names import normalise

if TYPE_CHECKING:
    from orchestration.registry.models import Registry

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Column:
    """One column of a seed: its DuckDB type and what it says."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Seed:
    """One compiled table."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: Callable[[Registry], Iterable[Row]]


def columns(*specs: str) -> tuple[Column, ...]:
    """Columns from lines of `name type: description`."""
    found = []
    for spec in specs:
        head, _, description = spec.partition(": ")
        name, _, kind = head.partition(" ")
        found.append(Column(name, kind, description))
    return tuple(found)


def picked(entries: Iterable[Any], fields: tuple[str, ...]) -> list[Row]:
    """The named fields of each entry."""
    return [tuple(getattr(entry, field) for field in fields) for entry in entries]


def by_text(rows: Iterable[Row]) -> list[Row]:
    """Rows in the order of their own text, so that the order of source files never shows."""
    return sorted(rows, key=lambda row: tuple("" if cell is None else str(cell) for cell in row))


def indicator_rows(registry: Registry) -> list[Row]:
    fields = (
        *("code", "name", "theme", "unit", "polarity", "kind", "time_basis", "decimals", "numerator", "denominator"),
        *("description", "owner", "source", "key_indicator", "key_focus", "annex_a", "comparability", "lifecycle"),
        *("rounding_tolerance", "plausible_min", "plausible_max", "comparability_reason", "same_across_sources"),
        "annualised",
    )
    return by_text(picked(registry.indicators, fields))


def version_rows(registry: Registry) -> list[Row]:
    """Versions, with the indicator's own measures where a version does not name others."""
    return by_text(
        (
            indicator.code,
            version.version,
            version.authority_code,
            version.valid_from,
            version.valid_to,
            version.definition,
            version.numerator_measure or indicator.numerator,
            version.denominator_measure or indicator.denominator,
            version.comparable_with_previous,
            version.change_note,
            version.changed_by,
            version.comparability,
            version.restated_back_to,
        )
        for indicator in registry.indicators
        for version in indicator.versions
    )


def alias_rows(registry: Registry) -> list[Row]:
    """The councils' labels, former codes, and nothing that a code already says by itself."""
    rows: list[Row] = []
    for alias in registry.aliases:
        rows.append(
            (
                alias.authority_code,
                alias.return_name,
                normalise(alias.section) if alias.section else None,
                normalise(alias.label),
                normalise(alias.sublabel) if alias.sublabel else None,
                registry.resolve_indicator(alias.indicator_code) or alias.indicator_code,
                alias.role,
                alias.breakdown_dimension,
                alias.breakdown_value,
                alias.unit,
                alias.scenario,
                alias.valid_from,
                alias.valid_to,
                alias.note,
            )
        )
    for indicator in registry.indicators:
        for former in indicator.also_known_as:
            note = f"former code: {former.why}"
            rows.append((None, None, None, former.code, None, indicator.code, *[None] * 7, note))
    return by_text(rows)


def contact_code_rows(registry: Registry) -> list[Row]:
    return by_text(
        (
            entry.authority_code,
            entry.dimension,
            normalise(entry.local_code),
            entry.conformed_code,
            entry.contact_class,
            entry.is_initial_contact,
            entry.valid_from,
            entry.valid_to,
            entry.note,
        )
        for entry in registry.contact_codes
    )


def child_code_rows(registry: Registry) -> list[Row]:
    """The code lists with each code's group as a word; patterns are compared with spellings, never with cells."""
    fields = (
        "return_name",
        "code_list",
        "code",
        "label",
        "group",
        "pattern",
        "authority_code",
        "valid_from",
        "valid_to",
    )
    return by_text(picked(registry.child_codes, fields))


def fields_of(attribute: str, names: tuple[Column, ...]) -> Callable[[Registry], list[Row]]:
    """Rows of a list of the registry whose entries have fields named as the columns."""
    fields = tuple(column.name for column in names)

    def rows(registry: Registry) -> list[Row]:
        return by_text(picked(getattr(registry, attribute), fields))

    return rows


def simple(name: str, attribute: str, description: str, *specs: str) -> Seed:
    """A seed whose columns are fields of the registry's entries."""
    chosen = columns(*specs)
    return Seed(name, description, chosen, fields_of(attribute, chosen))


SEEDS: tuple[Seed, ...] = (
    Seed(
        "reg_indicator",
        "One row an indicator: a figure people read, with its unit, polarity, time basis and tolerances.",
        columns(
            "indicator_code varchar: Code of the indicator, never re-used",
            "name varchar: Name as a report prints it",
            "theme varchar: Part of the service the indicator belongs to",
            "unit varchar: Unit of the value (vocabulary `unit`); percentages are 24.1, not 0.241",
            "polarity varchar: Which way is better - higher, lower, closest_to_target, or none",
            "kind varchar: count, rate_per_10000, percent, mean or ratio; says how periods are put together",
            "time_basis varchar: flow, snapshot, cumulative_ytd, average or rolling_12m",
            "decimals integer: Decimals shown; marts hold full precision",
            "numerator_measure varchar: Measure above the line, if the indicator is built from measures",
            "denominator_measure varchar: Measure below the line, if any",
            "description varchar: Definition in force, in words",
            "owner varchar: Who answers for the definition",
            "source varchar: Where the figures come from",
            "is_key_indicator boolean: Part of an improvement board's key indicator set (printed with a star)",
            "is_key_focus boolean: Followed weekly at team level (printed with an exclamation mark)",
            "is_annex_a boolean: Can be checked against the child-level Annex A lists of an inspection",
            "comparability varchar: Between authorities - same, with_care or different",
            "lifecycle varchar: live, planned (no recording yet) or retired",
            "rounding_tolerance double: Largest difference that rounding alone explains, in the indicator's unit",
            "plausible_min double: Values of a local authority below this are questioned",
            "plausible_max double: Values of a local authority above this are questioned",
            "comparability_reason varchar: Why authorities are not simply comparable",
            "same_across_sources varchar: Why figures of councils and of the national tables may follow one another in "
            "a series; empty where a change of source breaks it",
            "is_annualised boolean: True when a rate of a month or quarter is put on the scale of a year (x 12, x 4)",
        ),
        indicator_rows,
    ),
    Seed(
        "reg_indicator_version",
        "One row an indicator and definition version. General versions (no authority) follow one another without a "
        "gap; an authority's own version goes before them on the days it covers.",
        columns(
            "indicator_code varchar: Code of the indicator",
            "definition_version varchar: Version, unique within the indicator",
            "authority_code varchar: Authority whose own version this is; empty for the general one",
            "valid_from date: First day; empty for since ever",
            "valid_to date: Last day; empty for still in force",
            "definition varchar: What the indicator means in these days",
            "numerator_measure varchar: Measure above the line in this version",
            "denominator_measure varchar: Measure below the line in this version",
            "comparable_with_previous boolean: False when the change breaks the series",
            "change_note varchar: What changed and why",
            "changed_by varchar: Who changed it - the Department, the authority, or this registry",
            "comparability varchar: Overrides the indicator's comparability between authorities, if given",
            "restated_back_to date: First day of earlier periods that the sender recalculated under this version",
        ),
        version_rows,
    ),
    Seed(
        "reg_alias",
        "One row a label that a sender uses for an indicator; labels, sections and sublabels are normalised.",
        columns(
            "authority_code varchar: Authority that uses the label; empty for any",
            "return_name varchar: Return it is used in; empty for any",
            "section varchar: Beginning of the normalised section title; empty for any",
            "label varchar: Normalised label",
            "sublabel varchar: Normalised sub-label; empty for any",
            "indicator_code varchar: Indicator it means",
            "role varchar: Role of the figure, when the label itself says it; empty to keep the sender's",
            "breakdown_dimension varchar: Dimension the label stands for; empty for none",
            "breakdown_value varchar: Value of that dimension",
            "unit varchar: Unit the sender prints in, if not the indicator's",
            "scenario varchar: What a projection under the label supposes (do_nothing); empty for what is expected",
            "valid_from date: First day the label has this meaning",
            "valid_to date: Last day the label has this meaning",
            "note varchar: Why",
        ),
        alias_rows,
    ),
    simple(
        "reg_authority",
        "authorities",
        "One row an authority, region, nation or joint return and nine-character code; a change of code is a new row.",
        "authority_code varchar: Nine-character code valid at the time (two, joined, for a joint return)",
        "dfe_code varchar: Three-digit code as text",
        "name varchar: Name of the authority",
        "region_code varchar: Region's nine-character code",
        "region_name varchar: Region's name",
        "authority_type varchar: england, region, local_authority or joint_return",
        "valid_from date: First day of the code; empty when before 2010",
        "valid_to date: Last day of the code; empty when in force",
        "successor_code varchar: Code that follows; several joined by a vertical bar",
    ),
    Seed(
        "reg_authority_name",
        "One row a normalised name, spelling or code, the authority it means and the days on which it does.",
        columns(
            "name_normalised varchar: Normalised name, spelling, nine-character or three-digit code",
            "authority_code varchar: Authority it means on those days",
            "valid_from date: First day; empty for since ever",
            "valid_to date: Last day; empty for still",
        ),
        lambda registry: by_text(
            picked(
                lookup_rows(registry.authorities, registry.authority_names),
                ("name", "authority_code", "valid_from", "valid_to"),
            )
        ),
    ),
    simple(
        "reg_measure",
        "measures",
        "One row a raw count or amount that indicators are built from.",
        "measure_code varchar: Code of the measure",
        "name varchar: Name",
        "unit varchar: Unit",
        "time_basis varchar: flow, snapshot, cumulative_ytd, average or rolling_12m",
        "description varchar: What is counted",
    ),
    simple(
        "reg_published_measure",
        "published_measures",
        "One row a column of the national statistics and the part of an indicator it supplies; a column may supply "
        "several (a count is a value of its own and the numerator of a rate). Several numerators of one indicator, "
        "dataset and breakdown add up.",
        "dataset varchar: Table family of the Department",
        "category varchar: Row category where it decides the meaning; empty for any",
        "measure varchar: Canonical name of the column",
        "indicator_code varchar: Indicator it supplies",
        "component varchar: value, numerator or denominator",
        "period_basis varchar: year, snapshot or month",
        "month_number integer: Calendar month of a month column",
        "breakdown_dimension varchar: Dimension the column stands for; empty for none",
        "breakdown_value varchar: Value of that dimension",
        "year_end varchar: Month and day on which the year of `time_period` ends (03-31, 09-30) or the snapshot is "
        "taken (06-30 for population)",
    ),
    simple(
        "reg_symbol",
        "symbols",
        "One row a symbol in a numeric cell, by publisher and by day of issue.",
        "publisher varchar: dfe, council or any",
        "symbol varchar: The symbol in lower case, `(blank)` for an empty cell",
        "valid_from date: First day of issue with this meaning",
        "valid_to date: Last day of issue with this meaning",
        "value_status varchar: Status it stands for (vocabulary `value_status`)",
        "note varchar: Source of the meaning",
    ),
    simple(
        "reg_vocabulary",
        "vocabulary",
        "One row a word of a controlled vocabulary.",
        "vocabulary varchar: Name of the vocabulary",
        "code varchar: The word",
        "label varchar: As shown to people",
        "description varchar: What it means",
    ),
    Seed(
        "reg_contact_code",
        "One row a sender's contact code, dated; rows without an authority are the default for all.",
        columns(
            "authority_code varchar: Authority whose list this is; empty for the default",
            "dimension varchar: source, method, outcome or code",
            "local_code varchar: Normalised local code",
            "conformed_code varchar: Conformed code of that dimension",
            "contact_class varchar: Class of contact, where the code tells it",
            "is_initial_contact boolean: Counts as an initial contact; empty where the code does not tell",
            "valid_from date: First day",
            "valid_to date: Last day",
            "note varchar: What is known and what is not",
        ),
        contact_code_rows,
    ),
    Seed(
        "reg_child_code",
        "One row a code of a child-level return and the spellings that stand for it, by authority and date. A spelling "
        "that rows of two codes cover has no code; an authority's own rows go before those for all.",
        columns(
            "return_name varchar: Return whose code list this is",
            "code_list varchar: Name of the code list",
            "code varchar: The code",
            "label varchar: What it means",
            "grouped varchar: Group of codes it is counted in, as a breakdown value; the code itself where none is",
            "pattern varchar: Expression that the whole spelling (raw.child_spelling.spelling) must match",
            "authority_code varchar: Authority whose own spelling this is; empty for all",
            "valid_from date: First day; empty for since ever",
            "valid_to date: Last day; empty for still",
        ),
        child_code_rows,
    ),
    simple(
        "reg_target",
        "targets",
        "One row a target, as the `targets` return has it.",
        "authority_code varchar: Authority the target binds",
        "indicator varchar: Indicator code",
        "valid_from date: First day the target is valid on",
        "valid_to date: Last day the target is valid on",
        "target double: The value aimed at; empty for a band",
        "upper double: Upper edge of a band, or of what is tolerated",
        "lower double: Lower edge of a band, or of what is tolerated",
        "bound varchar: <, <=, >, >=, band or open_band (its edges are outside)",
        "unit varchar: Unit of the target",
        "per varchar: Period that the target is for - month, quarter or year",
        "tolerance double: Distance from the target that is still amber, in the target's unit",
        "path varchar: How it binds the months before its last day - level or straight_line",
        "baseline_month date: Month whose stored figure it sets out from; empty for the last one before it",
        "origin varchar: Who set it and where it is printed",
        "note varchar: What a reader must know",
    ),
    simple(
        "reg_event",
        "events",
        "One row a dated event that a reader of a series should know.",
        "authority_code varchar: Authority; empty for national",
        "event_date date: Day, or the first day of the month or year",
        "date_precision varchar: day, month, year or uncertain",
        "title varchar: What happened",
        "kind varchar: system, form, process, definition, recording or milestone",
        "indicator varchar: Indicator it touches; empty for all",
        "rebase boolean: True when control limits start anew",
        "note varchar: Source and doubts",
    ),
    simple(
        "reg_comparator",
        "comparators",
        "One row a set of authorities to compare with, and its vintage.",
        "comparator_set varchar: Code of the set",
        "vintage varchar: Edition of the set",
        "name varchar: Name as printed",
        "kind varchar: nation, region, statistical_neighbours, deprivation or club",
    ),
    simple(
        "reg_comparator_member",
        "comparator_members",
        "One row a member of an authority's comparator set.",
        "comparator_set varchar: Code of the set",
        "vintage varchar: Edition of the set",
        "authority_code varchar: Authority whose set it is",
        "member_code varchar: Authority in the set",
        "member_rank integer: Place, 1 the nearest",
        "closeness varchar: Band of closeness, in the publisher's words",
    ),
    simple(
        "reg_club_member",
        "clubs",
        "One row an authority's membership of a benchmarking club that users defined.",
        "club varchar: Code of the club; the comparator set's code in the marts",
        "authority_code varchar: The member",
        "valid_from date: First day of membership; empty for since ever",
        "valid_to date: Last day of membership; empty for still",
        "name varchar: Name of the club",
        "note varchar: Who it is, and why the club is one",
    ),
    simple(
        "reg_deprivation",
        "deprivation",
        "One row an authority and edition of an index of deprivation. Ships empty: a deployment enters the scores it "
        "works with.",
        "authority_code varchar: The authority",
        "vintage varchar: Edition of the index, by its year",
        "score double: Score as published; higher is more deprived",
        "source varchar: The index, the table and its publisher",
        "note varchar: What a reader should know",
    ),
    simple(
        "reg_expected_return",
        "expected_returns",
        "One row a return that an authority is expected to send.",
        "return_name varchar: Name of the return",
        "authority_code varchar: Authority that sends it (England for the national statistics)",
        "frequency varchar: monthly, quarterly or annual",
        "first_period date: First reporting month, by its first day",
        "last_period date: Last reporting month, by its first day; empty when still expected",
        "due_working_day integer: Working day after the period's end on which it is due",
    ),
    simple(
        "reg_bank_holiday",
        "bank_holidays",
        "One row a bank holiday of England: days that working-day counts leave out.",
        "bank_holiday date: The day",
        "name varchar: Name of the holiday",
    ),
    simple(
        "reg_child_measure",
        "child_measures",
        "One row a measure of children and list that tells it.",
        "measure_code varchar: The measure",
        "list varchar: The list of a child-level return",
        "basis varchar: events (in the month), stock (open at its end) or state (on the list's own day)",
        "with_lists varchar: Further lists it looks into, joined by bars",
        "history_months integer: How far back it looks from the beginning of the month",
        "column_name varchar: Without a value in this column it cannot be told; empty: it always can",
    ),
    simple(
        "reg_child_measure_role",
        "child_measure_roles",
        "One row a measure of children that is something to another, where no percentage says it.",
        "measure_code varchar: The measure",
        "role varchar: part, rest or worker; empty where only the register is said",
        "parent_code varchar: The measure it is a part (or the rest) of",
        "register_name varchar: The register it belongs to",
        "is_stock boolean: True for the number at the end, false for who came or went",
        "item_dimension varchar: Breakdown of its whole in which it is an item",
        "item_values varchar: The items it is, joined by bars",
        "why varchar: Why, where it is not obvious",
    ),
    simple(
        "reg_partition",
        "partitions",
        "One row an indicator that is part of a whole with others.",
        "partition_code varchar: Which whole",
        "part_indicator_code varchar: The part",
        "sign integer: 1, or -1 where the part is taken off",
        "whole_indicator_code varchar: The count that the parts make; NULL where they are percentages of 100",
        "relation varchar: equal, or at_most where the parts are not all of it",
        "note varchar: Why, where it is not obvious",
    ),
    simple(
        "reg_flow",
        "flows",
        "One row two counts of one way through the service that move together.",
        "flow_code varchar: Stable code",
        "upstream_indicator_code varchar: The count that comes first, or the whole",
        "upstream_dimension varchar: The breakdown of it that is meant; empty for all",
        "upstream_value varchar: The category of that breakdown",
        "downstream_indicator_code varchar: The count that follows from it, or the part",
        "relation varchar: part, or follows",
        "theme varchar: What findings about it have in common, in words",
        "title varchar: The ratio in words",
    ),
    Seed(
        "reg_rule_parameter",
        "One row a number that a data-quality rule works with, from the catalogue of expectations.",
        columns(
            "rule_id varchar: The rule",
            "parameter varchar: Its name",
            "value double: The number",
        ),
        lambda registry: by_text(
            (entry.rule_id, name, value) for entry in registry.rules for name, value in entry.parameters.items()
        ),
    ),
    simple(
        "reg_rule",
        "rules",
        "One row a data-quality rule, from the catalogue of expectations.",
        "rule_id varchar: Stable id",
        "title varchar: What is checked",
        "why_it_matters varchar: What goes wrong when it fails",
        "what_to_do varchar: What the sender or the team can do",
        "dimension varchar: Quality dimension",
        "severity varchar: critical, warning or info",
        "owner varchar: Who can end a finding: sender, performance_team or data_engineer",
        "corrects boolean: True where the expected number is the figure that should stand",
        "joins_within_months integer: Findings of one cause are one incident when as near as this; empty: always",
        "gate varchar: submission or evidence",
        "blocks_publication boolean: True when a failure keeps the last publication in place",
        "valid_from date: First day the rule is applied to",
        "valid_to date: Last day the rule is applied to",
    ),
)


def cell_text(cell: Any) -> str:
    """A cell as the seeds hold it: empty for none, true/false, ISO dates, numbers without a trailing .0."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
