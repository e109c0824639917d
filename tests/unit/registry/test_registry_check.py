"""Every rule of the registry finds what it is for, and leaves a sound registry alone.

Each example spoils one small sound registry in one way and names the rule that must speak.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from orchestration.registry import check
from orchestration.registry.authorities import Authority, AuthorityName
from orchestration.registry.models import (
    Alias,
    ChildCode,
    ChildMeasure,
    ChildMeasureRole,
    ClubMember,
    Comparator,
    ComparatorMember,
    ContactCode,
    DeprivationScore,
    Event,
    ExpectedReturn,
    Flow,
    Indicator,
    Measure,
    PartitionPart,
    PublishedMeasure,
    Registry,
    Release,
    Retired,
    RuleEntry,
    Symbol,
    Target,
    Term,
)
from orchestration.registry.problems import RULES

WORDS = {
    "theme": ["front_door"],
    "unit": ["count", "percent"],
    "polarity": ["higher", "lower", "closest_to_target", "none"],
    "kind": ["count", "percent"],
    "time_basis": ["flow", "average"],
    "comparability": ["same", "with_care", "different"],
    "lifecycle": ["live", "retired"],
    "authority_type": ["local_authority", "region"],
    "component": ["value"],
    "period_basis": ["month", "year"],
    "breakdown_dimension": ["team", "contact_source"],
    "contact_source": ["police"],
    "contact_class": ["request_for_service", "consultation_advice"],
    "contact_dimension": ["source", "code"],
    "value_status": ["suppressed", "not_available"],
    "bound": ["<=", ">=", "band", "open_band"],
    "target_period": ["month", "year"],
    "target_path": ["level", "straight_line"],
    "scenario": ["do_nothing"],
    "event_kind": ["process"],
    "date_precision": ["day", "month", "year"],
    "comparator_kind": ["deprivation", "statistical_neighbours"],
    "frequency": ["annual"],
    "severity": ["warning"],
    "gate": ["evidence"],
    "role": ["target", "projection"],
}


def deprived(**changes: Any) -> DeprivationScore:
    """A made-up score of a made-up index."""
    entry = {"authority_code": "E10000030", "vintage": "2025", "score": 10.1, "source": "Made-up index", **changes}
    return DeprivationScore.model_validate(entry)


def club_member(**changes: Any) -> ClubMember:
    return ClubMember.model_validate({"club": "shires", "name": "Shires", "authority_code": "E10000030", **changes})


def indicator(code: str, **changes: Any) -> Indicator:
    values: dict[str, Any] = {
        "code": code,
        "name": code,
        "unit": "count",
        "polarity": "none",
        "kind": "count",
        "time_basis": "flow",
        "decimals": 0,
        "numerator": "referrals",
        "description": "What it means.",
        "owner": "Registry",
        "source": "test",
        "comparability": "same",
        "rounding_tolerance": 0.5,
        "plausible_min": 0,
        "plausible_max": 100,
        "versions": [version("1")],
        "theme": "front_door",
        "file": "front_door.yml",
    }
    return Indicator.model_validate(values | changes)


def version(name: str, **changes: Any) -> dict[str, Any]:
    return {"version": name, "definition": "What it means.", "changed_by": "Registry", **changes}


def council(code: str, dfe: str, name: str, **changes: Any) -> Authority:
    values = {"region_code": "E12000008", "region_name": "South East", "authority_type": "local_authority"}
    return Authority.model_validate({"authority_code": code, "dfe_code": dfe, "name": name, **values, **changes})


def published(**changes: Any) -> PublishedMeasure:
    values = {
        "dataset": "c6",
        "measure": "april",
        "indicator_code": "referrals",
        "component": "value",
        "period_basis": "month",
        "month_number": 4,
        "year_end": "03-31",
    }
    return PublishedMeasure.model_validate(values | changes)


def target(**changes: Any) -> Target:
    values = {
        "authority_code": "E10000030",
        "indicator": "rereferrals_pct",
        "valid_from": date(2016, 10, 1),
        "valid_to": date(2017, 3, 31),
        "upper": 25,
        "lower": 20,
        "bound": "band",
        "unit": "percent",
        "per": "month",
        "origin": "test",
    }
    return Target.model_validate(values | changes)


def part(code: str = "referrals", **changes: Any) -> PartitionPart:
    values = {"partition_code": "whole", "part_indicator_code": code, "sign": 1, "relation": "equal"}
    return PartitionPart.model_validate(values | changes)


def told(**changes: Any) -> ChildMeasure:
    values = {"measure_code": "referrals", "list": "referrals", "basis": "events"}
    return ChildMeasure.model_validate(values | changes)


def said(**changes: Any) -> ChildMeasureRole:
    values = {"measure_code": "rereferrals", "role": "part", "parent_code": "referrals"}
    return ChildMeasureRole.model_validate(values | changes)


def flow(code: str = "referrals", **changes: Any) -> Flow:
    values = {
        "flow_code": "one_to_other",
        "upstream_indicator_code": code,
        "downstream_indicator_code": code,
        "relation": "follows",
        "theme": "front door",
        "title": "One for each 100 others",
    }
    return Flow.model_validate(values | changes)


def event(**changes: Any) -> Event:
    values = {
        "authority_code": "E10000030",
        "event_date": date(2016, 10, 1),
        "date_precision": "month",
        "title": "Hub begins",
        "kind": "process",
        "indicator": "referrals",
        "rebase": True,
    }
    return Event.model_validate(values | changes)


def contact_code(**changes: Any) -> ContactCode:
    values = {"dimension": "source", "local_code": "Police", "conformed_code": "police"}
    return ContactCode.model_validate(values | changes)


def child_code(**changes: Any) -> ChildCode:
    values = {
        "return_name": "lists",
        "code_list": "contact_source",
        "code": "6",
        "label": "Police",
        "grouped": "Police",
    }
    return ChildCode.model_validate(values | {"pattern": "6( .*)?|police"} | changes)


def alias(**changes: Any) -> Alias:
    return Alias.model_validate({"label": "Number of referrals", "indicator_code": "referrals"} | changes)


def rule_entry(**changes: Any) -> RuleEntry:
    values = {
        "rule_id": "totals",
        "title": "t",
        "why_it_matters": "w",
        "what_to_do": "d",
        "dimension": "consistency",
        "severity": "warning",
        "owner": "sender",
        "gate": "evidence",
    }
    return RuleEntry.model_validate(values | changes)


def sound() -> Registry:
    """A small registry in which nothing is wrong and every list has an entry."""
    percent = {"unit": "percent", "kind": "percent", "time_basis": "average", "numerator": "rereferrals"}
    return Registry(
        indicators=[
            indicator(
                "referrals",
                also_known_as=[{"code": "referrals_old", "why": "renamed"}],
                versions=[
                    version("1", valid_to=date(2013, 3, 31)),
                    version(
                        "2",
                        valid_from=date(2013, 4, 1),
                        comparable_with_previous=False,
                        change_note="Changed nationally.",
                    ),
                    version("surrey-1", authority_code="E10000030", valid_to=date(2016, 9, 30)),
                ],
            ),
            indicator("rereferrals_pct", polarity="closest_to_target", denominator="referrals", **percent),
        ],
        measures=[
            Measure(measure_code=code, name=code, unit="count", time_basis="flow", description=code)
            for code in ("referrals", "rereferrals")
        ],
        retired=[Retired(code="referrals_old", retired_on=date(2017, 1, 1), replaced_by="referrals", why="renamed")],
        aliases=[alias(authority_code="E10000030"), alias(authority_code="E10000030", section="2.6")],
        authorities=[
            council("E10000030", "936", "Surrey"),
            council("E10000002", "825", "Bucks", valid_to=date(2020, 3, 31), successor_code="E06000060"),
            council("E06000060", "825", "Bucks", valid_from=date(2020, 4, 1)),
            council("E12000008", "", "South East", authority_type="region", dfe_code=None),
        ],
        authority_names=[AuthorityName(name="Surrey County Council", authority_code="E10000030")],
        published_measures=[published(), published(measure="may", month_number=5)],
        releases=[Release(dataset="c6", release="2021", release_date=date(2021, 10, 28), date_precision="day")],
        symbols=[
            Symbol(publisher="dfe", symbol="x", valid_to=date(2018, 12, 31), value_status="suppressed"),
            Symbol(publisher="dfe", symbol="x", valid_from=date(2019, 1, 1), value_status="not_available"),
        ],
        vocabulary=[
            Term(vocabulary=name, code=word, label=word, description=word)
            for name, words in WORDS.items()
            for word in words
        ],
        contact_codes=[
            contact_code(),
            contact_code(
                dimension="code",
                local_code="CA",
                conformed_code="consultation_advice",
                contact_class="consultation_advice",
                is_initial_contact=False,
            ),
        ],
        targets=[target(), target(valid_from=date(2017, 4, 1), valid_to=None)],
        partitions=[part()],
        flows=[flow()],
        child_measures=[told()],
        child_measure_roles=[said()],
        events=[event()],
        comparators=[
            Comparator(
                comparator_set="statistical_neighbours", vintage="2025", name="n", kind="statistical_neighbours"
            ),
            Comparator(comparator_set="deprivation_alike", vintage="newest", name="d", kind="deprivation"),
        ],
        comparator_members=[
            ComparatorMember(
                comparator_set="statistical_neighbours",
                vintage="2025",
                authority_code="E10000030",
                member_code="E06000060",
            )
        ],
        clubs=[
            club_member(),
            club_member(authority_code="E10000002", valid_to=date(2020, 3, 31)),
            club_member(authority_code="E06000060", valid_from=date(2020, 4, 1)),
        ],
        deprivation=[deprived(), deprived(authority_code="E06000060", score=11), deprived(vintage="2019")],
        expected_returns=[
            ExpectedReturn(
                return_name="contact_matrix",
                authority_code="E10000030",
                frequency="annual",
                first_period=date(2017, 1, 1),
                due_working_day=10,
            )
        ],
        rules=[rule_entry()],
    )


def adding(attribute: str, *entries: Any) -> Callable[[Registry], Registry]:
    """The registry with entries added to one of its lists."""
    return lambda registry: registry.model_copy(update={attribute: [*getattr(registry, attribute), *entries]})


def replacing(attribute: str, *entries: Any) -> Callable[[Registry], Registry]:
    """The registry with one of its lists replaced."""
    return lambda registry: registry.model_copy(update={attribute: list(entries)})


def with_versions(*versions: dict[str, Any], **changes: Any) -> Callable[[Registry], Registry]:
    return adding("indicators", indicator("assessments", versions=list(versions), **changes))


def with_authority(code: str, dfe: str, name: str, **changes: Any) -> Callable[[Registry], Registry]:
    return adding("authorities", council(code, dfe, name, **changes))


def word(vocabulary: str, code: str) -> Term:
    return Term(vocabulary=vocabulary, code=code, label=code, description=code)


FAILING: list[tuple[str, str, Callable[[Registry], Registry]]] = [
    ("indicator_code_unique", "twice", adding("indicators", indicator("referrals"))),
    (
        "indicator_code_unique",
        "former of two",
        adding("indicators", indicator("b", also_known_as=[{"code": "referrals_old", "why": "w"}])),
    ),
    ("indicator_code_unique", "current and former", adding("indicators", indicator("referrals_old"))),
    ("code_well_formed", "capitals", adding("indicators", indicator("Referrals Received"))),
    ("retired_code_stays_retired", "used again", adding("indicators", indicator("referrals_old"))),
    (
        "retired_code_stays_retired",
        "no successor",
        adding("retired", Retired(code="gone", retired_on=date(2017, 1, 1), replaced_by="nothing", why="w")),
    ),
    ("former_code_is_retired", "not listed", replacing("retired")),
    ("vocabulary_known", "unit", adding("indicators", indicator("b", unit="furlongs"))),
    (
        "vocabulary_known",
        "contact",
        adding("contact_codes", contact_code(local_code="P", conformed_code="constabulary")),
    ),
    (
        "vocabulary_known",
        "closed dimension",
        adding("published_measures", published(measure="p", breakdown_dimension="contact_source", breakdown_value="x")),
    ),
    ("vocabulary_known", "rule", adding("rules", rule_entry(rule_id="other", gate="kitchen"))),
    ("vocabulary_word_unique", "twice", adding("vocabulary", word("unit", "count"))),
    ("measure_known", "unknown", adding("indicators", indicator("b", numerator="sheep"))),
    ("measure_known", "version", with_versions(version("1", denominator_measure="sheep"))),
    (
        "measure_used",
        "unused",
        adding("measures", Measure(measure_code="sheep", name="s", unit="count", time_basis="flow", description="s")),
    ),
    ("kind_has_its_parts", "count over", adding("indicators", indicator("b", denominator="referrals"))),
    ("kind_has_its_parts", "percent of nothing", adding("indicators", indicator("b", kind="percent", unit="percent"))),
    ("kind_has_its_parts", "unit", adding("indicators", indicator("b", kind="percent", denominator="referrals"))),
    ("plausible_range_ordered", "upside down", adding("indicators", indicator("b", plausible_min=5, plausible_max=5))),
    ("difference_explained", "no reason", adding("indicators", indicator("b", comparability="different"))),
    (
        "version_unique",
        "twice",
        with_versions(version("1", valid_to=date(2012, 1, 1)), version("1", valid_from=date(2012, 1, 2))),
    ),
    (
        "versions_do_not_overlap",
        "one day",
        with_versions(version("1", valid_to=date(2013, 4, 1)), version("2", valid_from=date(2013, 4, 1))),
    ),
    (
        "versions_do_not_overlap",
        "an authority's own",
        with_versions(version("1"), version("a", authority_code="E10000030"), version("b", authority_code="E10000030")),
    ),
    (
        "versions_leave_no_gap",
        "a day",
        with_versions(version("1", valid_to=date(2013, 3, 30)), version("2", valid_from=date(2013, 4, 1))),
    ),
    ("versions_leave_no_gap", "none general", with_versions(version("a", authority_code="E10000030"))),
    ("versions_leave_no_gap", "ends while live", with_versions(version("1", valid_to=date(2013, 3, 31)))),
    (
        "change_is_explained",
        "no note",
        with_versions(
            version("1", valid_to=date(2013, 3, 31)),
            version("2", valid_from=date(2013, 4, 1), comparable_with_previous=False),
        ),
    ),
    ("change_is_explained", "no day", with_versions(version("1", comparable_with_previous=False, change_note="n"))),
    (
        "change_is_explained",
        "restated forward",
        with_versions(version("1", valid_from=date(2013, 4, 1), restated_back_to=date(2014, 4, 1))),
    ),
    ("dates_in_order", "target", adding("targets", target(per="year", valid_to=date(2016, 1, 1)))),
    (
        "dates_in_order",
        "expected return",
        adding(
            "expected_returns",
            ExpectedReturn(
                return_name="r",
                authority_code="E10000030",
                frequency="annual",
                first_period=date(2017, 1, 2),
                due_working_day=1,
            ),
        ),
    ),
    ("authority_known", "event", adding("events", event(title="b", authority_code="E99999999"))),
    (
        "authority_known",
        "neighbour",
        adding(
            "comparator_members",
            ComparatorMember(
                comparator_set="statistical_neighbours",
                vintage="2025",
                authority_code="E10000030",
                member_code="E99999999",
            ),
        ),
    ),
    ("authority_code_unique", "twice", with_authority("E10000030", "999", "Surrey Again")),
    ("authority_code_unique", "three digits", with_authority("E10000031", "936", "Warwickshire")),
    ("succession_consistent", "no successor", with_authority("E10000009", "835", "Dorset", valid_to=date(2019, 3, 31))),
    (
        "succession_consistent",
        "a day late",
        with_authority("E10000009", "835", "Dorset", valid_to=date(2020, 3, 30), successor_code="E06000060"),
    ),
    (
        "succession_consistent",
        "from nowhere",
        with_authority("E06000065", "815", "North Yorkshire", valid_from=date(2023, 4, 1)),
    ),
    ("succession_consistent", "no region", with_authority("E10000016", "886", "Kent", region_code=None)),
    (
        "authority_name_unambiguous",
        "two councils",
        adding("authority_names", AuthorityName(name="surrey county council", authority_code="E06000060")),
    ),
    (
        "authority_name_unambiguous",
        "another's name",
        adding("authority_names", AuthorityName(name="Surrey", authority_code="E06000060")),
    ),
    (
        "authority_name_unambiguous",
        "dated overlap",
        adding(
            "authority_names", AuthorityName(name="Surrey", authority_code="E06000060", valid_from=date(2020, 4, 1))
        ),
    ),
    ("alias_target_known", "dangling", adding("aliases", alias(label="b", indicator_code="sheep"))),
    (
        "alias_unique",
        "same place",
        adding(
            "aliases",
            alias(authority_code="E10000030", label="Number of  REFERRALS*", indicator_code="rereferrals_pct"),
        ),
    ),
    ("scenario_of_projection", "no role", adding("aliases", alias(label="b", scenario="do_nothing"))),
    (
        "vocabulary_known",
        "scenario",
        adding("aliases", alias(label="b", role="projection", scenario="hope")),
    ),
    ("vocabulary_known", "path", adding("targets", target(per="year", path="by leaps"))),
    ("alias_reachable", "a code", adding("aliases", alias(label="rereferrals_pct"))),
    ("alias_reachable", "empty", adding("aliases", alias(label=" * "))),
    ("alias_reachable", "half a breakdown", adding("aliases", alias(label="b", breakdown_dimension="team"))),
    (
        "alias_reachable",
        "uneven breakdown",
        adding("aliases", alias(label="b", breakdown_dimension="team|contact_source", breakdown_value="a")),
    ),
    ("published_measure_known", "twice", adding("published_measures", published())),
    ("published_measure_known", "dangling", adding("published_measures", published(indicator_code="sheep"))),
    (
        "published_measure_known",
        "month without number",
        adding("published_measures", published(measure="june", month_number=None)),
    ),
    (
        "published_measure_known",
        "half a breakdown",
        adding("published_measures", published(measure="b", breakdown_dimension="team")),
    ),
    ("published_measure_known", "year end", adding("published_measures", published(measure="b", year_end="31 March"))),
    (
        "release_unique",
        "twice",
        adding("releases", Release(dataset="c6", release="2021", release_date=date(2021, 11, 1), date_precision="day")),
    ),
    (
        "symbol_unambiguous",
        "two meanings",
        adding("symbols", Symbol(publisher="dfe", symbol="X", value_status="not_available")),
    ),
    ("contact_code_unambiguous", "two meanings", adding("contact_codes", contact_code(local_code="police "))),
    (
        "contact_code_unambiguous",
        "no class",
        adding("contact_codes", contact_code(dimension="code", local_code="b", conformed_code="consultation_advice")),
    ),
    (
        "contact_code_unambiguous",
        "not our definition",
        adding(
            "contact_codes",
            contact_code(
                dimension="code",
                local_code="b",
                conformed_code="consultation_advice",
                contact_class="consultation_advice",
                is_initial_contact=True,
            ),
        ),
    ),
    ("child_code_sound", "pattern", adding("child_codes", child_code(pattern="poli(ce"))),
    ("child_code_sound", "not in RE2", adding("child_codes", child_code(pattern="(?=police).*"))),
    ("child_code_sound", "two labels", adding("child_codes", child_code(), child_code(label="Constabulary"))),
    ("child_code_sound", "no such source", adding("child_codes", child_code(grouped="Sheep"))),
    ("child_code_sound", "takes another", adding("child_codes", child_code(), child_code(code="8", pattern="6|8"))),
    ("target_sound", "dangling", adding("targets", target(indicator="sheep"))),
    ("target_sound", "unit", adding("targets", target(per="year", unit="count"))),
    (
        "target_sound",
        "against polarity",
        lambda r: adding("targets", target(indicator="b", bound="<=", target=5))(
            adding("indicators", indicator("b", unit="percent", polarity="higher"))(r)
        ),
    ),
    ("target_sound", "no edges", adding("targets", target(per="year", upper=None))),
    (
        "target_sound",
        "an open band of one edge",
        adding("targets", target(per="year", bound="open_band", target=20, lower=None)),
    ),
    ("target_sound", "edges upside down", adding("targets", target(per="year", upper=20, lower=25))),
    ("target_sound", "no number", adding("targets", target(per="year", bound="<=", upper=None, lower=None))),
    (
        "target_sound",
        "a line without end",
        adding("targets", target(per="year", bound="<=", target=5, path="straight_line", valid_to=None)),
    ),
    ("target_sound", "a line to nowhere", adding("targets", target(per="year", path="straight_line"))),
    ("target_sound", "no first day", adding("targets", target(per="year", baseline_month=date(2016, 8, 31)))),
    ("target_sound", "baseline after the end", adding("targets", target(per="year", baseline_month=date(2017, 4, 1)))),
    ("target_sound", "two at once", adding("targets", target(valid_from=date(2017, 1, 1), valid_to=date(2017, 2, 1)))),
    ("partition_sound", "dangling part", adding("partitions", part(part_indicator_code="sheep"))),
    (
        "partition_sound",
        "dangling whole",
        adding("partitions", part(partition_code="other", whole_indicator_code="sheep")),
    ),
    ("partition_sound", "twice", adding("partitions", part())),
    ("partition_sound", "two relations", adding("partitions", part(relation="at_most"))),
    ("child_measures_sound", "dangling measure", adding("child_measures", told(measure_code="sheep"))),
    ("child_measures_sound", "told twice", adding("child_measures", told())),
    ("child_measures_sound", "dangling parent", replacing("child_measure_roles", said(parent_code="sheep"))),
    ("child_measures_sound", "said twice", adding("child_measure_roles", said(parent_code=None))),
    ("flow_sound", "dangling", adding("flows", flow(flow_code="b", upstream_indicator_code="sheep"))),
    ("flow_sound", "no count", adding("flows", flow(flow_code="b", downstream_indicator_code="rereferrals_pct"))),
    ("flow_sound", "twice", adding("flows", flow())),
    ("closest_to_target_has_target", "no band", replacing("targets")),
    ("event_sound", "dangling", adding("events", event(title="b", indicator="sheep"))),
    (
        "event_sound",
        "rebase on a year",
        adding("events", event(title="b", event_date=date(2011, 1, 1), date_precision="year")),
    ),
    ("event_sound", "mid-month", adding("events", event(title="b", event_date=date(2016, 10, 14)))),
    ("event_sound", "twice", adding("events", event())),
    (
        "comparator_sound",
        "no such vintage",
        adding(
            "comparator_members",
            ComparatorMember(
                comparator_set="statistical_neighbours",
                vintage="1999",
                authority_code="E10000030",
                member_code="E06000060",
            ),
        ),
    ),
    (
        "comparator_sound",
        "itself",
        adding(
            "comparator_members",
            ComparatorMember(
                comparator_set="statistical_neighbours",
                vintage="2025",
                authority_code="E10000030",
                member_code="E10000030",
            ),
        ),
    ),
    (
        "comparator_sound",
        "twice",
        adding(
            "comparator_members",
            ComparatorMember(
                comparator_set="statistical_neighbours",
                vintage="2025",
                authority_code="E10000030",
                member_code="E06000060",
            ),
        ),
    ),
    ("authority_known", "club", adding("clubs", club_member(authority_code="E99999999"))),
    (
        "dates_in_order",
        "club",
        adding("clubs", club_member(club="new", valid_from="2020-04-01", valid_to="2019-04-01")),
    ),
    (
        "annualised_is_a_rate_of_a_flow",
        "a percentage on the scale of a year",
        adding("indicators", indicator("b", unit="percent", kind="percent", annualised=True)),
    ),
    ("club_sound", "a region as member", adding("clubs", club_member(authority_code="E12000008"))),
    ("club_sound", "code of another set", adding("clubs", club_member(club="statistical_neighbours"))),
    ("club_sound", "code of the list of sets", adding("clubs", club_member(club="index"))),
    ("club_sound", "two names", adding("clubs", club_member(authority_code="E06000060", name="Counties"))),
    ("authority_known", "deprivation", adding("deprivation", deprived(authority_code="E99999999"))),
    ("deprivation_sound", "a region", adding("deprivation", deprived(authority_code="E12000008"))),
    ("deprivation_sound", "twice", adding("deprivation", deprived(score=12))),
    ("deprivation_sound", "two indices", adding("deprivation", deprived(authority_code="E10000002", source="Other"))),
    ("deprivation_sound", "no set", replacing("comparators")),
    ("club_sound", "a member twice", adding("clubs", club_member(valid_from=date(2020, 4, 1)))),
    (
        "expected_return_unique",
        "twice",
        adding(
            "expected_returns",
            ExpectedReturn(
                return_name="contact_matrix",
                authority_code="E10000030",
                frequency="annual",
                first_period=date(2017, 1, 1),
                due_working_day=5,
            ),
        ),
    ),
    ("rule_unique", "twice", adding("rules", rule_entry())),
]


def test_a_sound_registry_has_no_problems() -> None:
    assert [str(found) for found in check(sound())] == []


def test_an_empty_registry_does_not_break_a_rule() -> None:
    assert check(Registry()) == []


@pytest.mark.parametrize(("code", "spoil"), [pytest.param(c, s, id=f"{c}: {n}") for c, n, s in FAILING])
def test_a_rule_finds_what_it_is_for(code: str, spoil: Callable[[Registry], Registry]) -> None:
    spoilt = Registry.model_validate(spoil(sound()).model_dump())
    found = [entry for entry in check(spoilt) if entry.code == code]
    assert found, f"{code} says nothing"
    assert all(entry.where and entry.message and entry.what_to_do for entry in found)


def test_every_rule_has_a_failing_example() -> None:
    assert set(RULES) == {code for code, _, _ in FAILING}


def test_a_problem_reads_as_a_sentence_with_its_place() -> None:
    found = check(adding("aliases", alias(label="b", indicator_code="sheep"))(sound()))
    assert str(found[0]) == (
        "aliases.csv, 'b': 'sheep' is no indicator. Add the indicator, or correct the code. [alias_target_known]"
    )
