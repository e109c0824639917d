"""The shapes of the registry's entries, checked where they enter.

Belongs here: one model a kind of entry, and the two questions every caller asks (which authority, which indicator).
Does not belong here: reading files, and judging entries against one another (`problems`).
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from orchestration.registry.authorities import Authority, AuthorityName, lookup_rows
from orchestration.registry.entry import Entry
from orchestration.registry.names import code_of, normalise


class FormerCode(Entry):
    """A code by which this indicator was known before it was curated, and why it is no longer its name."""

    code: str
    why: str


class IndicatorVersion(Entry):
    """What an indicator meant between two dates, everywhere (no authority) or at one authority.

    An authority's own version goes before the general one on the days it covers. `restated_back_to` says from which day
    the sender recalculated earlier periods under this version."""

    version: str
    authority_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    definition: str
    numerator_measure: str | None = None
    denominator_measure: str | None = None
    comparability: str | None = None
    comparable_with_previous: bool = True
    restated_back_to: date | None = None
    change_note: str | None = None
    changed_by: str


class Indicator(Entry):
    """A figure people read. The plausible range is that of one local authority's figure, not of a region or England.

    `same_across_sources` says why a council's figures and the national ones may follow one another in a series; without
    it a change of source breaks the series.
    `annualised`: a rate of a month or a quarter is put on the scale of a year (x 12, x 4)."""

    code: str
    name: str
    unit: str
    polarity: str
    kind: str
    time_basis: str
    decimals: int = Field(ge=0, le=4)
    numerator: str | None = None
    denominator: str | None = None
    description: str
    why: str | None = None
    owner: str
    source: str
    key_indicator: bool = False
    key_focus: bool = False
    annex_a: bool = False
    annualised: bool = False
    comparability: str
    comparability_reason: str | None = None
    same_across_sources: str | None = None
    lifecycle: str = "live"
    rounding_tolerance: float = Field(gt=0)
    plausible_min: float | None = None
    plausible_max: float | None = None
    also_known_as: tuple[FormerCode, ...] = ()
    versions: tuple[IndicatorVersion, ...]
    theme: str
    file: str


class Measure(Entry):
    """A raw count (or other amount) that indicators are built from."""

    measure_code: str
    name: str
    unit: str
    time_basis: str
    description: str


class ChildMeasure(Entry):
    """A measure that child-level lists tell: which list, and what it needs to be told.

    `basis`: events (happened in the month), stock (open at its end) or state (how things stood, known for the day of
    the list only). `with_lists`: further lists it looks into, joined by bars. `history_months`: how far back it looks
    from the beginning of the month. `column_name`: without a value in this column it cannot be told."""

    measure_code: str
    list: str
    basis: Literal["events", "stock", "state"]
    with_lists: str | None = None
    history_months: int = Field(default=0, ge=0)
    column_name: str | None = None


class ChildMeasureRole(Entry):
    """What a measure of children is to others, where no percentage of the registry says it; disclosure rests on it.

    `role` and `parent_code`: a part of its parent, the rest of the cases without it, or a number of workers.
    `register_name` and `is_stock`: the number at the end of a month is that of the month before, and who came, less who
    went. `item_dimension` and `item_values` (joined by bars): the figure is also an item of a breakdown of its
    whole."""

    measure_code: str
    role: Literal["part", "rest", "worker"] | None = None
    parent_code: str | None = None
    register_name: str | None = None
    is_stock: bool | None = None
    item_dimension: str | None = None
    item_values: str | None = None
    why: str | None = None


class Retired(Entry):
    """A code that must never be used again for anything else."""

    code: str
    retired_on: date
    replaced_by: str | None = None
    why: str


class Alias(Entry):
    """A council's own label for an indicator, by authority, return, section and date.

    `scenario` says what a projection printed under the label supposes, where it is not what the council expects."""

    authority_code: str | None = None
    return_name: str | None = None
    section: str | None = None
    label: str
    sublabel: str | None = None
    indicator_code: str
    role: str | None = None
    breakdown_dimension: str | None = None
    breakdown_value: str | None = None
    unit: str | None = None
    scenario: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = None


class PublishedMeasure(Entry):
    """Which part of which indicator a column of the national statistics is."""

    dataset: str
    category: str | None = None
    measure: str
    indicator_code: str
    component: str
    period_basis: str
    month_number: int | None = Field(default=None, ge=1, le=12)
    breakdown_dimension: str | None = None
    breakdown_value: str | None = None
    year_end: str
    note: str | None = None


class Release(Entry):
    """When the Department published a table of a given last period."""

    dataset: str
    release: str
    release_date: date
    date_precision: Literal["day", "month"]
    note: str | None = None


class Symbol(Entry):
    """What a symbol in a numeric cell means, by publisher and by the day the figures were issued."""

    publisher: Literal["dfe", "council", "any"]
    symbol: str
    valid_from: date | None = None
    valid_to: date | None = None
    value_status: str
    note: str | None = None


class Term(Entry):
    """One word of a vocabulary."""

    vocabulary: str
    code: str
    label: str
    description: str


class ContactCode(Entry):
    """What a sender's own contact code means: the columns of the `contact_codes` return."""

    authority_code: str | None = None
    dimension: str
    local_code: str
    conformed_code: str
    contact_class: str | None = None
    is_initial_contact: bool | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = None


class ChildCode(Entry):
    """One row of a code list of child-level returns: the spellings of a code, by authority and date. A spelling is
    compared whole, in lower case, letters and figures only, with single spaces between."""

    return_name: str
    code_list: str
    code: str
    label: str
    grouped: str | None = None
    pattern: str
    authority_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    note: str | None = None

    @property
    def group(self) -> str:
        """The code's group as a word of a breakdown; a code without a group is its own."""
        return code_of(self.grouped or self.code)


class Target(Entry):
    """A target and the days it is valid on: the columns of the `targets` return.

    `path` says how it binds the months before its last day: `level`, the same each month, or `straight_line` from the
    stored figure of `baseline_month` (empty: of the last month before it) to the target on its last day."""

    authority_code: str | None = None
    indicator: str
    valid_from: date | None = None
    valid_to: date | None = None
    target: float | None = None
    upper: float | None = None
    lower: float | None = None
    bound: str
    unit: str
    per: str
    tolerance: float | None = None
    path: str = "level"
    baseline_month: date | None = None
    origin: str
    note: str | None = None


class PartitionPart(Entry):
    """One indicator that is part of a whole: percentages that make 100 together (no whole indicator) or at most 100, or
    counts that make another count (sign -1 where the part is taken off)."""

    partition_code: str
    part_indicator_code: str
    sign: Literal[1, -1]
    whole_indicator_code: str | None = None
    relation: Literal["equal", "at_most"]
    note: str | None = None

    @field_validator("sign", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        return int(value) if isinstance(value, str) else value


class Flow(Entry):
    """Two counts of one way through the service: what is a part of the other, or follows from it, moves with it."""

    flow_code: str
    upstream_indicator_code: str
    upstream_dimension: str | None = None
    upstream_value: str | None = None
    downstream_indicator_code: str
    relation: Literal["part", "follows"]
    theme: str
    title: str


class Event(Entry):
    """Something that happened and that a reader of a series should know: the columns of the `events` return."""

    authority_code: str | None = None
    event_date: date
    date_precision: str
    title: str
    kind: str
    indicator: str | None = None
    rebase: bool = False
    note: str | None = None


class Comparator(Entry):
    """A set of authorities to compare with."""

    comparator_set: str
    vintage: str
    name: str
    kind: str


class ComparatorMember(Entry):
    """One member of one authority's comparator set of one vintage."""

    comparator_set: str
    vintage: str
    authority_code: str
    member_code: str
    member_rank: int | None = None
    closeness: str | None = None


class ClubMember(Entry):
    """One authority's membership of a benchmarking club: authorities that agreed to compare with one another."""

    club: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    authority_code: str
    valid_from: date | None = None
    valid_to: date | None = None
    name: str
    note: str | None = None


class DeprivationScore(Entry):
    """How deprived an authority's area is by one edition of an index, as published; higher is more deprived. None
    ships: a deployment enters the edition it works with."""

    authority_code: str
    vintage: str = Field(pattern=r"^[12]\d{3}$")
    score: float = Field(allow_inf_nan=False)
    source: str = Field(min_length=1)
    note: str | None = None


class ExpectedReturn(Entry):
    """A return that an authority is expected to send, from its first to its last reporting month (open: still
    expected). A month is given by its first day."""

    return_name: str
    authority_code: str
    frequency: str
    first_period: date
    last_period: date | None = None
    due_working_day: int = Field(ge=1)
    note: str | None = None


class BankHoliday(Entry):
    """A day that is no working day in England."""

    bank_holiday: date
    name: str


class RuleEntry(Entry):
    """A data-quality rule as its catalogue describes it."""

    rule_id: str
    title: str
    why_it_matters: str
    what_to_do: str
    dimension: str
    severity: str
    owner: str
    corrects: bool = False
    joins_within_months: int | None = None
    gate: str
    blocks_publication: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    parameters: dict[str, float] = Field(default={})


class RegistryProblem(Entry):
    """One inconsistency: where it is, what is wrong, what to do."""

    code: str
    where: str
    message: str
    what_to_do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message} {self.what_to_do} [{self.code}]"


class Registry(BaseModel):
    """Everything the registry holds, in file order."""

    model_config = ConfigDict(arbitrary_types_allowed=True, ignored_types=(cached_property,))

    indicators: list[Indicator] = []
    measures: list[Measure] = []
    child_measures: list[ChildMeasure] = []
    child_measure_roles: list[ChildMeasureRole] = []
    retired: list[Retired] = []
    aliases: list[Alias] = []
    authorities: list[Authority] = []
    authority_names: list[AuthorityName] = []
    published_measures: list[PublishedMeasure] = []
    releases: list[Release] = []
    symbols: list[Symbol] = []
    vocabulary: list[Term] = []
    contact_codes: list[ContactCode] = []
    child_codes: list[ChildCode] = []
    targets: list[Target] = []
    partitions: list[PartitionPart] = []
    flows: list[Flow] = []
    events: list[Event] = []
    comparators: list[Comparator] = []
    comparator_members: list[ComparatorMember] = []
    clubs: list[ClubMember] = []
    deprivation: list[DeprivationScore] = []
    expected_returns: list[ExpectedReturn] = []
    bank_holidays: list[BankHoliday] = []
    rules: list[RuleEntry] = []

    @cached_property
    def indicator_by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def former_code_of(self) -> dict[str, str]:
        """Former indicator code -> the curated code that took its place."""
        return {former.code: indicator.code for indicator in self.indicators for former in indicator.also_known_as}

    @cached_property
    def terms(self) -> dict[str, set[str]]:
        """Vocabulary -> its codes."""
        found: dict[str, set[str]] = {}
        for term in self.vocabulary:
            found.setdefault(term.vocabulary, set()).add(term.code)
        return found

    @cached_property
    def authority_lookup(self) -> dict[str, list[AuthorityName]]:
        """Normalised name, spelling or code -> the authorities it means, by date."""
        found: dict[str, list[AuthorityName]] = {}
        for row in lookup_rows(self.authorities, self.authority_names):
            found.setdefault(row.name, []).append(row)
        return found

    def resolve_authority(self, text: str, on: date | None = None) -> str | None:
        """The nine-character code valid on the day for a code, three-digit code, name or spelling; None if unknown.

        Without a day the latest meaning is taken. A code outlives the authority it was given to: after a change of
        code alone it resolves to the code of the day asked for."""
        rows = self.authority_lookup.get(normalise(text), [])
        if not rows:
            return None
        if on is None:
            return max(rows, key=lambda row: row.valid_from or date.min).authority_code
        for row in rows:
            if (row.valid_from or date.min) <= on <= (row.valid_to or date.max):
                return row.authority_code
        return None

    def resolve_indicator(self, code: str) -> str | None:
        """The curated code for a current or a former indicator code; None if neither."""
        if code in self.indicator_by_code:
            return code
        return self.former_code_of.get(code)
