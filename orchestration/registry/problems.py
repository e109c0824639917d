"""Whether the registry's entries agree with one another.

Belongs here: one function a rule, each over the whole registry, each naming entry, value and what to do. Does not
belong here: the shape of a single entry (`models`) and quality rules over figures (`expectations`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from orchestration.registry.authorities import bodies, lookup_rows
from orchestration.registry.models import (
    Alias,
    ChildCode,
    ClubMember,
    Indicator,
    IndicatorVersion,
    Registry,
    RegistryProblem,
    Target,
)
from orchestration.registry.names import code_of, normalise
from orchestration.registry.patterns import pattern_fault

Rule = Callable[[Registry], Iterator[RegistryProblem]]

RULES: dict[str, Rule] = {}

CODE = re.compile(r"[a-z][a-z0-9_]*")

# Dimensions whose values are a closed vocabulary of the same name; others hold the sender's own words (teams, rounds).
CLOSED_DIMENSIONS = (
    "contact_source",
    "contact_method",
    "contact_outcome",
    "plan_duration",
    "assessment_duration",
    "icpc_duration",
    "percentile",
)

# Contact classes that our definition of an initial contact takes in (docs/indicators.md, initial_contacts).
INITIAL_CLASSES = ("request_for_service", "police_notification")


def rule(function: Rule) -> Rule:
    """Registers a rule under its function's name, which is the problem's code."""
    RULES[function.__name__] = function
    return function


def problem(code: str, where: str, message: str, what_to_do: str) -> RegistryProblem:
    return RegistryProblem(code=code, where=where, message=message, what_to_do=what_to_do)


def find_problems(registry: Registry) -> list[RegistryProblem]:
    """Every problem of every rule, ordered by rule and by entry."""
    return [found for function in RULES.values() for found in function(registry)]


def first_day(entry: Any) -> date:
    return entry.valid_from or date.min


def last_day(entry: Any) -> date:
    return entry.valid_to or date.max


def overlap(one: Any, other: Any) -> bool:
    return bool(first_day(one) <= last_day(other) and first_day(other) <= last_day(one))


def duplicates(values: Iterable[Any]) -> list[Any]:
    return sorted(value for value, times in Counter(values).items() if times > 1)


def overlapping(entries: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Pairs of neighbours in time whose days overlap."""
    ordered = sorted(entries, key=first_day)
    for one, other in pairwise(ordered):
        if overlap(one, other):
            yield one, other


def where_of(indicator: Indicator) -> str:
    return f"indicators/{indicator.file}, {indicator.code}"


def dated_entries(registry: Registry) -> Iterator[tuple[str, Any]]:
    """Everything with valid_from and valid_to, and where it stands."""
    for indicator in registry.indicators:
        for version in indicator.versions:
            yield f"{where_of(indicator)}, version {version.version}", version
    for alias in registry.aliases:
        yield f"aliases.csv, {alias.label!r}", alias
    for authority in registry.authorities:
        yield f"authorities.csv, {authority.authority_code}", authority
    for name in registry.authority_names:
        yield f"authority_names.csv, {name.name!r}", name
    for symbol in registry.symbols:
        yield f"codes/symbols.csv, {symbol.publisher} {symbol.symbol!r}", symbol
    for code in registry.contact_codes:
        yield f"contact_codes, {code.authority_code or 'default'} {code.dimension} {code.local_code!r}", code
    for spelt in registry.child_codes:
        yield f"codes/{spelt.return_name}/{spelt.code_list}.csv, {spelt.code}", spelt
    for target in registry.targets:
        yield f"targets.csv, {target.authority_code} {target.indicator}", target
    for club_member in registry.clubs:
        yield f"clubs.csv, {club_member.club} {club_member.authority_code}", club_member
    for entry in registry.rules:
        yield f"catalogue.yml, {entry.rule_id}", entry


# --- indicators -------------------------------------------------------------------------------------------------------


@rule
def indicator_code_unique(registry: Registry) -> Iterator[RegistryProblem]:
    codes = [indicator.code for indicator in registry.indicators]
    former = [former.code for indicator in registry.indicators for former in indicator.also_known_as]
    for code in duplicates(codes):
        yield problem("indicator_code_unique", code, "Two entries have this code.", "Rename or merge one of them.")
    for code in duplicates(former):
        yield problem("indicator_code_unique", code, "Two entries were known as this.", "Leave it with one of them.")
    for code in sorted(set(codes) & set(former)):
        yield problem(
            "indicator_code_unique", code, "Is a current code and another's former code.", "Drop one of the two."
        )


@rule
def annualised_is_a_rate_of_a_flow(registry: Registry) -> Iterator[RegistryProblem]:
    """Only what happens over time grows with it: a stock, a percentage or a running total has no yearly scale."""
    for indicator in registry.indicators:
        if indicator.annualised and (indicator.kind, indicator.time_basis) != ("rate_per_10000", "flow"):
            yield problem(
                "annualised_is_a_rate_of_a_flow",
                where_of(indicator),
                f"It is annualised, but its kind is {indicator.kind} and its time basis {indicator.time_basis}.",
                "Take `annualised` out, or make it a rate_per_10000 of a flow.",
            )


@rule
def code_well_formed(registry: Registry) -> Iterator[RegistryProblem]:
    named = [(where_of(indicator), indicator.code) for indicator in registry.indicators]
    named += [("measures.yml", measure.measure_code) for measure in registry.measures]
    for where, code in named:
        if not CODE.fullmatch(code):
            yield problem(
                "code_well_formed", where, f"{code!r} is no code.", "Use lower case letters, digits and underscores."
            )


@rule
def retired_code_stays_retired(registry: Registry) -> Iterator[RegistryProblem]:
    for code in duplicates(entry.code for entry in registry.retired):
        yield problem("retired_code_stays_retired", f"retired.yml, {code}", "Is listed twice.", "Keep one entry.")
    for entry in registry.retired:
        where = f"retired.yml, {entry.code}"
        if entry.code in registry.indicator_by_code:
            yield problem(
                "retired_code_stays_retired", where, "The code is in use again.", "Give the new indicator a new code."
            )
        if entry.replaced_by and entry.replaced_by not in registry.indicator_by_code:
            yield problem(
                "retired_code_stays_retired",
                where,
                f"Its successor {entry.replaced_by!r} is no indicator.",
                "Name an indicator that exists, or none.",
            )


@rule
def former_code_is_retired(registry: Registry) -> Iterator[RegistryProblem]:
    retired = {entry.code: entry for entry in registry.retired}
    for former, current in sorted(registry.former_code_of.items()):
        entry = retired.get(former)
        if entry is None or entry.replaced_by != current:
            yield problem(
                "former_code_is_retired",
                f"{current}, also_known_as {former}",
                "The former code is not in retired.yml with this indicator as its successor.",
                "Add it there, so that nobody uses it again.",
            )


@rule
def vocabulary_known(registry: Registry) -> Iterator[RegistryProblem]:
    """Every coded field holds a word of its vocabulary."""
    uses: list[tuple[str, str, str | None]] = []
    for indicator in registry.indicators:
        for vocabulary, word in (
            ("theme", indicator.theme),
            ("unit", indicator.unit),
            ("polarity", indicator.polarity),
            ("kind", indicator.kind),
            ("time_basis", indicator.time_basis),
            ("comparability", indicator.comparability),
            ("lifecycle", indicator.lifecycle),
        ):
            uses.append((where_of(indicator), vocabulary, word))
        uses += [(where_of(indicator), "comparability", version.comparability) for version in indicator.versions]
    for measure in registry.measures:
        where = f"measures.yml, {measure.measure_code}"
        uses += [(where, "unit", measure.unit), (where, "time_basis", measure.time_basis)]
    for alias in registry.aliases:
        where = f"aliases.csv, {alias.label!r}"
        uses += [(where, "role", alias.role), (where, "unit", alias.unit), (where, "scenario", alias.scenario)]
        uses += [(where, "breakdown_dimension", part) for part in (alias.breakdown_dimension or "").split("|") if part]
    for authority in registry.authorities:
        uses.append((f"authorities.csv, {authority.authority_code}", "authority_type", authority.authority_type))
    for entry in registry.published_measures:
        where = f"codes/published.csv, {entry.dataset} {entry.measure}"
        uses += [(where, "component", entry.component), (where, "period_basis", entry.period_basis)]
        uses.append((where, "breakdown_dimension", entry.breakdown_dimension))
        if entry.breakdown_dimension in CLOSED_DIMENSIONS:
            uses.append((where, entry.breakdown_dimension, entry.breakdown_value))
    for symbol in registry.symbols:
        uses.append((f"codes/symbols.csv, {symbol.symbol!r}", "value_status", symbol.value_status))
    for code in registry.contact_codes:
        where = f"contact_codes, {code.authority_code or 'default'} {code.local_code!r}"
        conformed = "contact_class" if code.dimension == "code" else f"contact_{code.dimension}"
        uses += [(where, "contact_dimension", code.dimension), (where, "contact_class", code.contact_class)]
        uses.append((where, conformed, code.conformed_code))
    for target in registry.targets:
        where = f"targets.csv, {target.authority_code} {target.indicator}"
        uses += [(where, "bound", target.bound), (where, "unit", target.unit), (where, "target_period", target.per)]
        uses.append((where, "target_path", target.path))
    for event in registry.events:
        where = f"events.csv, {event.title!r}"
        uses += [(where, "event_kind", event.kind), (where, "date_precision", event.date_precision)]
    for comparator in registry.comparators:
        uses.append((f"comparators.csv, {comparator.comparator_set}", "comparator_kind", comparator.kind))
    for expected in registry.expected_returns:
        where = f"expected_returns.csv, {expected.return_name} {expected.authority_code}"
        uses.append((where, "frequency", expected.frequency))
    for quality_rule in registry.rules:
        where = f"catalogue.yml, {quality_rule.rule_id}"
        uses += [(where, "severity", quality_rule.severity), (where, "gate", quality_rule.gate)]
    for where, vocabulary, used in uses:
        if used is not None and used not in registry.terms.get(vocabulary, set()):
            yield problem(
                "vocabulary_known",
                where,
                f"{used!r} is no word of the vocabulary {vocabulary}.",
                "Use one of its words, or add the word to vocabulary.yml with what it means.",
            )


@rule
def vocabulary_word_unique(registry: Registry) -> Iterator[RegistryProblem]:
    for vocabulary, code in duplicates((term.vocabulary, term.code) for term in registry.vocabulary):
        yield problem(
            "vocabulary_word_unique",
            f"vocabulary.yml, {vocabulary}",
            f"{code!r} stands there twice.",
            "A word has one meaning: keep one.",
        )


@rule
def measure_known(registry: Registry) -> Iterator[RegistryProblem]:
    known = {measure.measure_code for measure in registry.measures}
    for code in duplicates(measure.measure_code for measure in registry.measures):
        yield problem("measure_known", f"measures.yml, {code}", "Is listed twice.", "Keep one entry.")
    for indicator in registry.indicators:
        named = [indicator.numerator, indicator.denominator]
        for version in indicator.versions:
            named += [version.numerator_measure, version.denominator_measure]
        for measure in sorted({name for name in named if name} - known):
            yield problem(
                "measure_known",
                where_of(indicator),
                f"{measure!r} is no measure.",
                "Add it to measures.yml, or correct the name.",
            )


@rule
def measure_used(registry: Registry) -> Iterator[RegistryProblem]:
    used = {name for indicator in registry.indicators for name in (indicator.numerator, indicator.denominator)}
    used |= {
        name
        for indicator in registry.indicators
        for version in indicator.versions
        for name in (version.numerator_measure, version.denominator_measure)
    }
    for measure in registry.measures:
        if measure.measure_code not in used:
            yield problem(
                "measure_used",
                f"measures.yml, {measure.measure_code}",
                "No indicator is built from it.",
                "Remove it, or name it in an indicator.",
            )


@rule
def kind_has_its_parts(registry: Registry) -> Iterator[RegistryProblem]:
    for indicator in registry.indicators:
        parts = (indicator.numerator is not None, indicator.denominator is not None)
        if indicator.kind == "count" and parts[1]:
            yield problem(
                "kind_has_its_parts", where_of(indicator), "A count has no denominator.", "Remove it, or change kind."
            )
        if indicator.kind in ("percent", "rate_per_10000", "ratio") and not all(parts):
            yield problem(
                "kind_has_its_parts",
                where_of(indicator),
                f"A {indicator.kind} needs a numerator and a denominator.",
                "Name both measures.",
            )
        if indicator.kind in ("percent", "rate_per_10000") and indicator.unit != indicator.kind:
            yield problem(
                "kind_has_its_parts",
                where_of(indicator),
                f"Its kind is {indicator.kind}, its unit {indicator.unit}.",
                "Make them the same.",
            )


@rule
def plausible_range_ordered(registry: Registry) -> Iterator[RegistryProblem]:
    for indicator in registry.indicators:
        low, high = indicator.plausible_min, indicator.plausible_max
        if low is not None and high is not None and low >= high:
            yield problem(
                "plausible_range_ordered", where_of(indicator), f"{low} is not below {high}.", "Correct the range."
            )


@rule
def difference_explained(registry: Registry) -> Iterator[RegistryProblem]:
    for indicator in registry.indicators:
        if indicator.comparability != "same" and not indicator.comparability_reason:
            yield problem(
                "difference_explained",
                where_of(indicator),
                f"Comparability is {indicator.comparability} and no reason is given.",
                "Say in comparability_reason what differs between authorities.",
            )


# --- versions ---------------------------------------------------------------------------------------------------------


def general_versions(indicator: Indicator) -> list[IndicatorVersion]:
    return sorted((v for v in indicator.versions if v.authority_code is None), key=first_day)


@rule
def version_unique(registry: Registry) -> Iterator[RegistryProblem]:
    for indicator in registry.indicators:
        for version in duplicates(version.version for version in indicator.versions):
            yield problem(
                "version_unique", where_of(indicator), f"Version {version!r} stands there twice.", "Rename one."
            )


@rule
def versions_do_not_overlap(registry: Registry) -> Iterator[RegistryProblem]:
    for indicator in registry.indicators:
        by_authority: dict[str | None, list[IndicatorVersion]] = defaultdict(list)
        for version in indicator.versions:
            by_authority[version.authority_code].append(version)
        for versions in by_authority.values():
            for one, other in overlapping(versions):
                yield problem(
                    "versions_do_not_overlap",
                    where_of(indicator),
                    f"Versions {one.version!r} and {other.version!r} are both in force on {first_day(other)}.",
                    "End the earlier one the day before the later begins.",
                )


@rule
def versions_leave_no_gap(registry: Registry) -> Iterator[RegistryProblem]:
    for indicator in registry.indicators:
        versions = general_versions(indicator)
        if not versions:
            yield problem(
                "versions_leave_no_gap",
                where_of(indicator),
                "There is no general version.",
                "Add one without an authority: what the indicator means where nothing else is said.",
            )
            continue
        for one, other in pairwise(versions):
            if one.valid_to is not None and one.valid_to + timedelta(days=1) < first_day(other):
                yield problem(
                    "versions_leave_no_gap",
                    where_of(indicator),
                    f"No version is in force between {one.valid_to} and {other.valid_from}.",
                    "Let the earlier one end the day before the later begins.",
                )
        if versions[-1].valid_to is not None and indicator.lifecycle != "retired":
            yield problem(
                "versions_leave_no_gap",
                where_of(indicator),
                f"The last version ends on {versions[-1].valid_to}, but the indicator is {indicator.lifecycle}.",
                "Leave its end open, or retire the indicator.",
            )


@rule
def change_is_explained(registry: Registry) -> Iterator[RegistryProblem]:
    for indicator in registry.indicators:
        for version in indicator.versions:
            where = f"{where_of(indicator)}, version {version.version}"
            if not version.comparable_with_previous and not version.change_note:
                yield problem(
                    "change_is_explained", where, "It breaks the series without a note.", "Say in change_note why."
                )
            if not version.comparable_with_previous and version.valid_from is None:
                yield problem(
                    "change_is_explained",
                    where,
                    "It breaks a series that has no earlier part.",
                    "Give the day of the break in valid_from.",
                )
            if version.restated_back_to and version.restated_back_to >= first_day(version):
                yield problem(
                    "change_is_explained",
                    where,
                    f"Restated back to {version.restated_back_to}, which is not before it begins.",
                    "Give the first day of the earlier periods that were recalculated.",
                )


# --- names, dates, authorities ----------------------------------------------------------------------------------------


@rule
def dates_in_order(registry: Registry) -> Iterator[RegistryProblem]:
    for where, entry in dated_entries(registry):
        if entry.valid_from and entry.valid_to and entry.valid_from > entry.valid_to:
            yield problem(
                "dates_in_order",
                where,
                f"It ends ({entry.valid_to}) before it begins ({entry.valid_from}).",
                "Correct one of the dates.",
            )
    for expected in registry.expected_returns:
        where = f"expected_returns.csv, {expected.return_name} {expected.authority_code}"
        if expected.last_period and expected.first_period > expected.last_period:
            yield problem(
                "dates_in_order", where, "The last period is before the first.", "Correct one of the periods."
            )
        if any(period and period.day != 1 for period in (expected.first_period, expected.last_period)):
            yield problem("dates_in_order", where, "A month is given by its first day.", "Write YYYY-MM-01.")


@rule
def authority_known(registry: Registry) -> Iterator[RegistryProblem]:
    known = {authority.authority_code for authority in registry.authorities}
    uses: list[tuple[str, str | None]] = []
    for indicator in registry.indicators:
        uses += [(where_of(indicator), version.authority_code) for version in indicator.versions]
    uses += [(f"aliases.csv, {alias.label!r}", alias.authority_code) for alias in registry.aliases]
    uses += [(f"authority_names.csv, {name.name!r}", name.authority_code) for name in registry.authority_names]
    uses += [(f"contact_codes, {code.local_code!r}", code.authority_code) for code in registry.contact_codes]
    uses += [
        (f"codes/{one.return_name}, {one.code_list} {one.code}", one.authority_code) for one in registry.child_codes
    ]
    uses += [(f"targets.csv, {target.indicator}", target.authority_code) for target in registry.targets]
    uses += [(f"events.csv, {event.title!r}", event.authority_code) for event in registry.events]
    for expected in registry.expected_returns:
        uses.append((f"expected_returns.csv, {expected.return_name}", expected.authority_code))
    for member in registry.comparator_members:
        where = f"statistical_neighbours.csv, {member.vintage} {member.authority_code}"
        uses += [(where, member.authority_code), (where, member.member_code)]
    uses += [(f"clubs.csv, {member.club}", member.authority_code) for member in registry.clubs]
    uses += [(f"deprivation.csv, {one.vintage}", one.authority_code) for one in registry.deprivation]
    for authority in registry.authorities:
        where = f"authorities.csv, {authority.authority_code}"
        uses += [(where, code) for code in (*authority.successors, authority.region_code)]
    for where, code in uses:
        if code is not None and code not in known:
            yield problem(
                "authority_known", where, f"{code!r} is no authority.", "Add it to authorities.csv, or correct it."
            )


@rule
def authority_code_unique(registry: Registry) -> Iterator[RegistryProblem]:
    for code in duplicates(authority.authority_code for authority in registry.authorities):
        yield problem(
            "authority_code_unique", f"authorities.csv, {code}", "Two rows have this code.", "Keep one of them."
        )
    by_dfe: dict[str, list[Any]] = defaultdict(list)
    for authority in registry.authorities:
        if authority.dfe_code:
            by_dfe[authority.dfe_code].append(authority)
    for dfe_code, authorities in sorted(by_dfe.items()):
        for one, other in overlapping(authorities):
            yield problem(
                "authority_code_unique",
                f"authorities.csv, {dfe_code}",
                f"{one.authority_code} and {other.authority_code} have this three-digit code on the same day.",
                "End the earlier one the day before the later begins.",
            )


@rule
def succession_consistent(registry: Registry) -> Iterator[RegistryProblem]:
    by_code = {authority.authority_code: authority for authority in registry.authorities}
    succeeded = {code for authority in registry.authorities for code in authority.successors}
    for authority in registry.authorities:
        where = f"authorities.csv, {authority.authority_code}"
        if (authority.valid_to is None) != (not authority.successors):
            yield problem(
                "succession_consistent",
                where,
                "An end and a successor go together.",
                "Give both, or neither; an authority's area always has a successor.",
            )
        for code in authority.successors:
            successor = by_code.get(code)
            if successor is None or authority.valid_to is None:
                continue
            if successor.valid_from != authority.valid_to + timedelta(days=1):
                yield problem(
                    "succession_consistent",
                    where,
                    f"It ends on {authority.valid_to}, its successor {code} begins on {successor.valid_from}.",
                    "The successor begins the day after.",
                )
        if authority.authority_type == "local_authority" and authority.region_code is None:
            yield problem("succession_consistent", where, "It has no region.", "Give the region's code and name.")
    lines = bodies(registry.authorities)
    for authority in registry.authorities:
        began_here = authority.valid_from is not None and authority.valid_from.year >= 2010
        if began_here and authority.authority_type == "local_authority" and authority.authority_code not in succeeded:
            yield problem(
                "succession_consistent",
                f"authorities.csv, {authority.authority_code}",
                f"It begins on {authority.valid_from} and follows nobody.",
                "Name it as successor of the authorities it follows.",
            )
        if len(set(lines[authority.authority_code])) != len(lines[authority.authority_code]):
            yield problem(
                "succession_consistent",
                f"authorities.csv, {authority.authority_code}",
                "It succeeds itself.",
                "Break the circle of successors.",
            )


@rule
def authority_name_unambiguous(registry: Registry) -> Iterator[RegistryProblem]:
    """A name means one authority on a day; a spelling that repeats a name or code is superfluous."""
    known = {authority.authority_code for authority in registry.authorities}
    rows = [row for row in lookup_rows(registry.authorities, registry.authority_names) if row.authority_code in known]
    by_name: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    for name, meanings in sorted(by_name.items()):
        for one, other in overlapping(meanings):
            yield problem(
                "authority_name_unambiguous",
                f"authority_names.csv, {name!r}",
                f"It means {one.authority_code} and {other.authority_code} on {first_day(other)}.",
                "Date the spellings so that they do not overlap.",
            )
    bodies_of = bodies(registry.authorities)
    spelled: dict[str, set[str]] = defaultdict(set)
    for spelling in registry.authority_names:
        if spelling.authority_code in bodies_of and not (spelling.valid_from or spelling.valid_to):
            spelled[normalise(spelling.name)].add(bodies_of[spelling.authority_code][0].authority_code)
    for authority in registry.authorities:
        for key in (authority.authority_code, authority.dfe_code, authority.name):
            if key and normalise(key) in spelled:
                spelled[normalise(key)].add(f"{authority.authority_code} by itself")
    for name, meanings_of in sorted(spelled.items()):
        if len(meanings_of) > 1:
            yield problem(
                "authority_name_unambiguous",
                f"authority_names.csv, {name!r}",
                f"The spelling already means something: {', '.join(sorted(meanings_of))}.",
                "Remove it, or date it.",
            )


# --- aliases ----------------------------------------------------------------------------------------------------------


def alias_place(alias: Alias) -> tuple[str, ...]:
    """Where an alias applies: two of the same place and time would compete."""
    return (
        alias.authority_code or "",
        alias.return_name or "",
        normalise(alias.section or ""),
        normalise(alias.label),
        normalise(alias.sublabel or ""),
    )


@rule
def alias_target_known(registry: Registry) -> Iterator[RegistryProblem]:
    for alias in registry.aliases:
        if registry.resolve_indicator(alias.indicator_code) is None:
            yield problem(
                "alias_target_known",
                f"aliases.csv, {alias.label!r}",
                f"{alias.indicator_code!r} is no indicator.",
                "Add the indicator, or correct the code.",
            )


@rule
def alias_unique(registry: Registry) -> Iterator[RegistryProblem]:
    by_place: dict[tuple[str, ...], list[Alias]] = defaultdict(list)
    for alias in registry.aliases:
        by_place[alias_place(alias)].append(alias)
    for place, aliases in sorted(by_place.items()):
        for one, other in overlapping(aliases):
            yield problem(
                "alias_unique",
                f"aliases.csv, {place[3]!r}",
                f"It means {one.indicator_code} and {other.indicator_code} in the same place on {first_day(other)}.",
                "Tell them apart by section, sub-label or date, or remove one.",
            )


@rule
def scenario_of_projection(registry: Registry) -> Iterator[RegistryProblem]:
    for alias in registry.aliases:
        if alias.scenario and alias.role != "projection":
            yield problem(
                "scenario_of_projection",
                f"aliases.csv, {alias.label!r}",
                "Only a projection supposes something.",
                "Give the role projection, or leave the scenario out.",
            )


@rule
def alias_reachable(registry: Registry) -> Iterator[RegistryProblem]:
    """An alias is looked up only when its label is no code, so one that repeats a code is never reached."""
    for alias in registry.aliases:
        label = normalise(alias.label)
        if not label:
            yield problem("alias_reachable", "aliases.csv", f"{alias.label!r} is empty as a label.", "Give the label.")
        if label in registry.indicator_by_code and label != alias.indicator_code:
            yield problem(
                "alias_reachable",
                f"aliases.csv, {label!r}",
                "The label is an indicator's code, which goes before any alias.",
                "Remove the alias.",
            )
        if (alias.breakdown_dimension is None) != (alias.breakdown_value is None):
            yield problem(
                "alias_reachable",
                f"aliases.csv, {label!r}",
                "A breakdown needs a dimension and a value.",
                "Give both, or neither.",
            )
        if alias.breakdown_dimension and alias.breakdown_value:
            parts = (len(alias.breakdown_dimension.split("|")), len(alias.breakdown_value.split("|")))
            if parts[0] != parts[1]:
                yield problem(
                    "alias_reachable",
                    f"aliases.csv, {label!r}",
                    f"{parts[0]} dimensions and {parts[1]} values.",
                    "Give one value a dimension, joined in the same order.",
                )


# --- codes, targets, events, comparators ------------------------------------------------------------------------------


@rule
def published_measure_known(registry: Registry) -> Iterator[RegistryProblem]:
    keys = Counter(
        (e.dataset, e.category, e.measure, e.indicator_code, e.component, e.breakdown_dimension, e.breakdown_value)
        for e in registry.published_measures
    )
    for key, times in keys.items():
        if times > 1:
            yield problem(
                "published_measure_known", f"codes/published.csv, {key[0]} {key[2]}", "Is listed twice.", "Keep one."
            )
    for entry in registry.published_measures:
        where = f"codes/published.csv, {entry.dataset} {entry.measure}"
        if entry.indicator_code not in registry.indicator_by_code:
            yield problem(
                "published_measure_known",
                where,
                f"{entry.indicator_code!r} is no indicator.",
                "Add the indicator, or correct the code.",
            )
        if (entry.period_basis == "month") != (entry.month_number is not None):
            yield problem(
                "published_measure_known", where, "A month column and its number go together.", "Give both or neither."
            )
        if (entry.breakdown_dimension is None) != (entry.breakdown_value is None):
            yield problem(
                "published_measure_known", where, "A breakdown needs a dimension and a value.", "Give both or neither."
            )
        if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", entry.year_end):
            yield problem("published_measure_known", where, f"{entry.year_end!r} is no month and day.", "Write MM-DD.")


@rule
def release_unique(registry: Registry) -> Iterator[RegistryProblem]:
    for dataset, release in duplicates((entry.dataset, entry.release) for entry in registry.releases):
        yield problem(
            "release_unique", f"releases.csv, {dataset} {release}", "Has two dates of release.", "Keep one of them."
        )


@rule
def symbol_unambiguous(registry: Registry) -> Iterator[RegistryProblem]:
    by_symbol: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for symbol in registry.symbols:
        by_symbol[symbol.publisher, symbol.symbol.strip().lower()].append(symbol)
    for (publisher, text), symbols in sorted(by_symbol.items()):
        for one, other in overlapping(symbols):
            yield problem(
                "symbol_unambiguous",
                f"codes/symbols.csv, {publisher} {text!r}",
                f"It means {one.value_status} and {other.value_status} on {first_day(other)}.",
                "Date the two meanings so that they do not overlap.",
            )


@rule
def contact_code_unambiguous(registry: Registry) -> Iterator[RegistryProblem]:
    by_code: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for code in registry.contact_codes:
        by_code[code.authority_code or "", code.dimension, normalise(code.local_code)].append(code)
        where = f"contact_codes, {code.authority_code or 'default'} {code.local_code!r}"
        if code.dimension == "code" and code.contact_class is None:
            yield problem(
                "contact_code_unambiguous",
                where,
                "A contact code has no class.",
                "Give contact_class: it is what counts.",
            )
        initial = code.is_initial_contact
        if code.authority_code is None and initial is not None and code.contact_class is not None:
            ours = code.contact_class in INITIAL_CLASSES
            if initial != ours:
                yield problem(
                    "contact_code_unambiguous",
                    where,
                    f"The default says {initial} for class {code.contact_class}.",
                    "The default follows our definition; an authority that counts otherwise has a list of its own.",
                )
    for (authority, dimension, text), codes in sorted(by_code.items()):
        for one, other in overlapping(codes):
            yield problem(
                "contact_code_unambiguous",
                f"contact_codes, {authority or 'default'} {dimension} {text!r}",
                f"It means {one.conformed_code} and {other.conformed_code} on {first_day(other)}.",
                "Date the two meanings so that they do not overlap.",
            )


@rule
def child_code_sound(registry: Registry) -> Iterator[RegistryProblem]:
    """A code says one thing, its patterns can be used, and no two codes claim the same authority's own spelling of a
    code; sources of contact are those of the vocabulary, since contacts of all returns are counted by them."""
    said: dict[tuple[str, str, str], ChildCode] = {}
    sources = registry.terms.get("contact_source", set())
    by_list: dict[tuple[str, str], list[ChildCode]] = defaultdict(list)
    for entry in registry.child_codes:
        where = f"codes/{entry.return_name}/{entry.code_list}.csv, {entry.code}"
        if fault := pattern_fault(entry.pattern):
            yield problem("child_code_sound", where, f"It cannot be matched: {fault}.", "Correct the pattern.")
            continue
        by_list[entry.return_name, entry.code_list].append(entry)
        first = said.setdefault((entry.return_name, entry.code_list, entry.code), entry)
        if (first.label, first.grouped) != (entry.label, entry.grouped):
            message = "Two rows of the code have different labels or groups."
            yield problem("child_code_sound", where, message, "Give all its rows the same.")
        if entry.code_list == "contact_source" and entry.group not in sources:
            message = f"'{entry.group}' is no conformed source of contacts."
            yield problem("child_code_sound", where, message, f"Group it under one of {', '.join(sorted(sources))}.")
    for (return_name, code_list), entries in by_list.items():
        patterns = [(entry, re.compile(entry.pattern)) for entry in entries]
        for code in sorted({entry.code for entry in entries}):
            spelt = code_of(code).replace("_", " ")
            for entry, pattern in patterns:
                if entry.code != code and entry.authority_code is None and pattern.fullmatch(spelt):
                    where = f"codes/{return_name}/{code_list}.csv, {entry.code}"
                    message = f"Its pattern takes the code {code}."
                    yield problem("child_code_sound", where, message, "Make the pattern narrower.")


BANDS = ("band", "open_band")


def band_faults(target: Target) -> Iterator[tuple[str, str]]:
    """What is wrong with a target's numbers, and what to do."""
    if target.bound in BANDS:
        edges = (target.lower is not None, target.upper is not None)
        if not all(edges) and target.target is None:
            yield "A band has neither two edges nor a point.", "Give lower and upper, or the point aimed at."
        if target.bound == "open_band" and not all(edges):
            yield "An open band lacks an edge.", "Give lower and upper, or the bound `band` for a point."
        if all(edges) and (target.lower or 0) >= (target.upper or 0):
            yield "The lower edge is not below the upper.", "Correct the edges."
    elif target.target is None and target.upper is None and target.lower is None:
        yield "There is no number.", "Give the target."


def path_faults(target: Target) -> Iterator[tuple[str, str]]:
    """What is wrong with the way to a target, and what to do."""
    if target.path == "straight_line" and (target.valid_from is None or target.valid_to is None):
        yield "A straight line has no beginning or no end.", "Give valid_from and valid_to, or make the path level."
    if target.path == "straight_line" and target.target is None:
        yield "A straight line leads to no number.", "Give the target, or make the path level."
    if target.baseline_month is not None and target.baseline_month.day != 1:
        yield f"The baseline month {target.baseline_month} is no first day of a month.", "Write YYYY-MM-01."
    if target.baseline_month is not None and target.valid_to is not None and target.baseline_month > target.valid_to:
        yield "The target ends before the month it sets out from.", "Correct baseline_month or valid_to."


@rule
def target_sound(registry: Registry) -> Iterator[RegistryProblem]:
    by_place: dict[tuple[str, str, str], list[Target]] = defaultdict(list)
    for target in registry.targets:
        where = f"targets.csv, {target.authority_code} {target.indicator}"
        by_place[target.authority_code or "", target.indicator, target.per].append(target)
        indicator = registry.indicator_by_code.get(target.indicator)
        if indicator is None:
            yield problem(
                "target_sound", where, f"{target.indicator!r} is no indicator.", "Correct the code (a current one)."
            )
        else:
            if target.unit != indicator.unit:
                yield problem(
                    "target_sound",
                    where,
                    f"The target is in {target.unit}, the indicator in {indicator.unit}.",
                    "Give the target in the indicator's unit.",
                )
            wrong_way = {"higher": ("<", "<="), "lower": (">", ">=")}.get(indicator.polarity, ())
            if target.bound in wrong_way:
                yield problem(
                    "target_sound",
                    where,
                    f"The bound {target.bound} goes against the polarity {indicator.polarity}.",
                    "Correct the bound, or the polarity.",
                )
        for message, what_to_do in (*band_faults(target), *path_faults(target)):
            yield problem("target_sound", where, message, what_to_do)
    for (authority, code, per), targets in sorted(by_place.items()):
        for _, other in overlapping(targets):
            yield problem(
                "target_sound",
                f"targets.csv, {authority} {code}",
                f"Two targets for each {per} are valid on {first_day(other)}.",
                "End the earlier one the day before the later begins.",
            )


@rule
def closest_to_target_has_target(registry: Registry) -> Iterator[RegistryProblem]:
    banded = {target.indicator for target in registry.targets if target.bound in BANDS}
    for indicator in registry.indicators:
        if indicator.polarity == "closest_to_target" and indicator.code not in banded:
            yield problem(
                "closest_to_target_has_target",
                where_of(indicator),
                "Its polarity needs a band or a point to be close to, and no target gives one.",
                "Add a target with bound `band`, or choose another polarity.",
            )


@rule
def child_measures_sound(registry: Registry) -> Iterator[RegistryProblem]:
    """What is said of the measures of children is said once, of measures that there are."""
    measures = {measure.measure_code for measure in registry.measures}
    told = [(f"child_measures.csv, {one.measure_code} {one.list}", one.measure_code) for one in registry.child_measures]
    roles = registry.child_measure_roles
    said = [(f"child_measure_roles.csv, {one.measure_code}", one.measure_code) for one in roles]
    parents = [(f"child_measure_roles.csv, {one.measure_code}", one.parent_code) for one in roles if one.parent_code]
    for where, code in (*told, *said, *parents):
        if code not in measures:
            yield problem("child_measures_sound", where, f"{code!r} is no measure.", "Correct the code.")
    for where in duplicates(where for where, _ in (*told, *said)):
        yield problem("child_measures_sound", where, "Is listed twice.", "Keep one.")


@rule
def partition_sound(registry: Registry) -> Iterator[RegistryProblem]:
    """Every part and whole is an indicator, no part stands twice in a whole, and its parts agree on it."""
    wholes: dict[str, set[tuple[str | None, str]]] = {}
    for part in registry.partitions:
        where = f"partitions.csv, {part.partition_code} {part.part_indicator_code}"
        wholes.setdefault(part.partition_code, set()).add((part.whole_indicator_code, part.relation))
        for code in (part.part_indicator_code, part.whole_indicator_code):
            if code is not None and code not in registry.indicator_by_code:
                yield problem("partition_sound", where, f"{code!r} is no indicator.", "Correct the code.")
    for pair in duplicates((part.partition_code, part.part_indicator_code) for part in registry.partitions):
        yield problem("partition_sound", f"partitions.csv, {pair[0]} {pair[1]}", "Is listed twice.", "Keep one.")
    for code, meant in wholes.items():
        if len(meant) > 1:
            message = "Its parts name different wholes or relations."
            yield problem("partition_sound", f"partitions.csv, {code}", message, "Give all parts the same whole.")


@rule
def flow_sound(registry: Registry) -> Iterator[RegistryProblem]:
    """Both ends of a flow are indicators that count events, and its code is its own."""
    for flow in registry.flows:
        where = f"flows.csv, {flow.flow_code}"
        for code in (flow.upstream_indicator_code, flow.downstream_indicator_code):
            indicator = registry.indicator_by_code.get(code)
            if indicator is None:
                yield problem("flow_sound", where, f"{code!r} is no indicator.", "Correct the code.")
            elif (indicator.kind, indicator.time_basis) != ("count", "flow"):
                yield problem("flow_sound", where, f"{code!r} does not count events.", "Name a count that is a flow.")
    for repeated in duplicates(flow.flow_code for flow in registry.flows):
        yield problem("flow_sound", f"flows.csv, {repeated}", "Is listed twice.", "Keep one.")


@rule
def event_sound(registry: Registry) -> Iterator[RegistryProblem]:
    for event in registry.events:
        where = f"events.csv, {event.title!r}"
        if event.indicator and event.indicator not in registry.indicator_by_code:
            yield problem(
                "event_sound", where, f"{event.indicator!r} is no indicator.", "Correct the code, or leave it empty."
            )
        if event.rebase and event.date_precision in ("year", "uncertain"):
            yield problem(
                "event_sound",
                where,
                f"Limits cannot start anew on a date known to the {event.date_precision} only.",
                "Find the month, or set rebase to false.",
            )
        if event.date_precision in ("month", "year") and event.event_date.day != 1:
            yield problem(
                "event_sound",
                where,
                "The first day stands for a month or year.",
                "Give the first day, or the precision day.",
            )
    for key in duplicates((e.authority_code or "", e.event_date, e.title) for e in registry.events):
        yield problem("event_sound", f"events.csv, {key[2]!r}", "Is listed twice.", "Keep one, or tell them apart.")


@rule
def comparator_sound(registry: Registry) -> Iterator[RegistryProblem]:
    known = {(entry.comparator_set, entry.vintage) for entry in registry.comparators}
    for key in duplicates((entry.comparator_set, entry.vintage) for entry in registry.comparators):
        yield problem("comparator_sound", f"comparators.csv, {key[0]} {key[1]}", "Is listed twice.", "Keep one.")
    seen: set[tuple[str, str, str, str]] = set()
    for member in registry.comparator_members:
        where = f"statistical_neighbours.csv, {member.vintage} {member.authority_code}"
        if (member.comparator_set, member.vintage) not in known:
            yield problem(
                "comparator_sound",
                where,
                f"The set {member.comparator_set} has no vintage {member.vintage!r}.",
                "Add it to comparators.csv.",
            )
        if member.authority_code == member.member_code:
            yield problem("comparator_sound", where, "An authority is never its own comparator.", "Remove the row.")
        key = (member.comparator_set, member.vintage, member.authority_code, member.member_code)
        if key in seen:
            yield problem("comparator_sound", where, f"{member.member_code} is listed twice.", "Keep one row.")
        seen.add(key)


@rule
def club_sound(registry: Registry) -> Iterator[RegistryProblem]:
    # The pages of sets lie in one folder, whose list is its index.
    sets = {entry.comparator_set for entry in registry.comparators} | {"index"}
    local = {entry.authority_code for entry in registry.authorities if entry.authority_type == "local_authority"}
    named = {entry.authority_code for entry in registry.authorities}
    members: dict[tuple[str, str], list[ClubMember]] = {}
    names: dict[str, set[str]] = {}
    for member in registry.clubs:
        members.setdefault((member.club, member.authority_code), []).append(member)
        names.setdefault(member.club, set()).add(member.name)
        if member.authority_code in named - local:
            where = f"clubs.csv, {member.club} {member.authority_code}"
            yield problem("club_sound", where, "Only local authorities are members.", "Remove the row.")
    for club, found in names.items():
        if club in sets:
            message = "Has the code of a set of comparators.csv, or index."
            yield problem("club_sound", f"clubs.csv, {club}", message, "Give the club a code of its own.")
        if len(found) > 1:
            message = f"Has several names: {', '.join(sorted(found))}."
            yield problem("club_sound", f"clubs.csv, {club}", message, "Give all its rows the same name.")
    for (club, code), spans in members.items():
        for one, other in overlapping(spans):
            message = f"Is a member twice from {first_day(other)} (and from {first_day(one)})."
            yield problem("club_sound", f"clubs.csv, {club} {code}", message, "Make the days follow one another.")


@rule
def deprivation_sound(registry: Registry) -> Iterator[RegistryProblem]:
    """A score an authority and edition, and one source an edition: places among scores of two indices mean nothing."""
    named = {entry.authority_code for entry in registry.authorities}
    local = {entry.authority_code for entry in registry.authorities if entry.authority_type == "local_authority"}
    sources: dict[str, set[str]] = {}
    for one in registry.deprivation:
        sources.setdefault(one.vintage, set()).add(one.source)
        if one.authority_code in named - local:
            where = f"deprivation.csv, {one.vintage} {one.authority_code}"
            yield problem("deprivation_sound", where, "Only local authorities are compared.", "Remove the row.")
    for vintage, code in duplicates((one.vintage, one.authority_code) for one in registry.deprivation):
        yield problem("deprivation_sound", f"deprivation.csv, {vintage} {code}", "Is listed twice.", "Keep one.")
    for vintage, found in sources.items():
        if len(found) > 1:
            message = f"Has scores of several sources: {', '.join(sorted(found))}."
            yield problem("deprivation_sound", f"deprivation.csv, {vintage}", message, "Keep the scores of one index.")
    if registry.deprivation and not any(entry.kind == "deprivation" for entry in registry.comparators):
        message = "Holds scores, but no set of the kind deprivation is registered."
        yield problem("deprivation_sound", "deprivation.csv", message, "Add deprivation_alike to comparators.csv.")


@rule
def expected_return_unique(registry: Registry) -> Iterator[RegistryProblem]:
    by_return: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for expected in registry.expected_returns:
        by_return[expected.return_name, expected.authority_code].append(expected)
    for (return_name, authority), entries in sorted(by_return.items()):
        for first_period in duplicates(entry.first_period for entry in entries):
            yield problem(
                "expected_return_unique",
                f"expected_returns.csv, {return_name} {authority}",
                f"Two rows begin with {first_period}.",
                "Keep one of them.",
            )


@rule
def rule_unique(registry: Registry) -> Iterator[RegistryProblem]:
    for rule_id in duplicates(entry.rule_id for entry in registry.rules):
        yield problem("rule_unique", f"catalogue.yml, {rule_id}", "Two rules have this id.", "Rename one of them.")
