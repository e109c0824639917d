"""The sentences that reports carry about a figure, each with the figures it stands on.

Belongs here: which sentence is true and how it is worded. Does not belong here: reading a publication (`series`), facts
(`facts`).

Changes are taken from the unrounded figures and rounded half up; where that differs from the difference of the two
printed numbers, the sentence says "before rounding". Percentages move in percentage points. What cannot be said
is said so, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from orchestration.statements import facts
from orchestration.statements.series import Month, Series
from orchestration.statements.words import (
    counted,
    financial_year,
    month_beside,
    month_name,
    months_back,
    number_word,
    ordinal,
    ordinal_word,
    plain,
    rounded,
    sentence_case,
    shown,
    shown_change,
)

# How few months a superlative may stand on.
FEWEST_MONTHS = 6
# Fewer points have limits that say nothing yet.
FEWEST_POINTS = 6

WHY_NOT = {
    "missing": "none was sent",
    "suppressed": "it is suppressed, so that no child can be told from it",
    "not_available": "it is not available",
    "not_applicable": "it does not apply",
    "not_due": "it is not due yet",
    "low_reliability": "it was withdrawn as not reliable",
    "rounded_to_zero": "it is more than nothing but rounds to 0",
    "quarantined": "it is held back until its sender has answered",
    "zero_denominator": "there was nothing to take a share of",
    "insufficient_history": "the series does not go back far enough",
    "not_comparable": "the definition changed in between",
    "parts_missing": "the months have no numerators and denominators to add up",
}


@dataclass(frozen=True)
class Figure:
    """A figure that a statement stands on: which column of which month or period, and where it was read."""

    authority_code: str
    indicator_code: str
    period: str
    column: str
    value: float | str | None
    source_ref: str | None = None


@dataclass(frozen=True)
class Statement:
    """One sentence, what it is about, the rule it follows and its figures."""

    kind: str
    text: str
    rule: str
    figures: tuple[Figure, ...] = field(default=())


def statements(series: Series, month: date | None = None) -> list[Statement]:
    """Everything worth saying of a month (default: the last one with a figure), the most important first.

    Raises LookupError where the mart has no row for the month.
    """
    at = series.at(month) if month else series.last_with_figure()
    if at is None:
        wanted = f" for {month_name(month)}" if month else ""
        raise LookupError(f"{series.indicator.name}, {series.authority_name}: there is no figure{wanted}.")
    if at.value is None:
        return [_no_figure(series, at), *_break(series, at)]
    said: list[Statement] = [_headline(series, at), *_caveats(series, at), *_break(series, at)]
    for part in (
        _direction,
        _run,
        _last_year,
        _extreme,
        _target,
        _rating,
        _signal,
        _windows,
        _projection,
        _monthly_comparators,
        _places,
        _neighbours,
    ):
        said += part(series, at)
    return said


def when(series: Series, month: date, beside: date | None = None) -> str:
    """The period of a month's figure in words: in June 2013, at the end of June 2013, from April to June 2013."""
    name = month_beside(month, beside) if beside else month_name(month)
    basis = series.indicator.time_basis
    if basis == "snapshot":
        return f"at the end of {name}"
    if basis == "rolling_12m":
        return f"in the twelve months to {name}"
    if basis == "cumulative_ytd" and month.month != 4:
        return f"from April to {name}"
    return f"in {name}"


def change_words(series: Series, now: float, then: float) -> str:
    """The change from `then` to `now`: 132 (17.4%) more than, 4.9 percentage points higher than, the same as."""
    unit = series.indicator.written
    change = now - then
    if rounded(now, unit.decimals) == rounded(then, unit.decimals):
        return "the same as" if abs(change) < 0.5 * 10**-unit.decimals else "almost the same as"
    size = shown_change(abs(change), unit)
    percent = ""
    if not unit.is_percent and then > 0:
        percent = f" ({plain(abs(change) / then * 100, 1)}%)"
    more, less = ("more", "fewer") if unit.unit == "count" and unit.kind == "count" else ("higher", "lower")
    return f"{size}{percent} {more if change > 0 else less} than"


def is_rounded_apart(series: Series, now: float, then: float) -> bool:
    """Whether the rounded change differs from the difference of the two printed figures."""
    decimals = series.indicator.decimals
    apart = rounded(now, decimals) - rounded(then, decimals)
    return apart != 0 and abs(apart) != rounded(abs(now - then), decimals)


def _figure(series: Series, month: Month, column: str, value: Any = None) -> Figure:
    held = month["value"] if column == "value" else month[column]
    return Figure(
        series.authority_code,
        series.indicator.code,
        month.month.isoformat()[:7],
        column,
        value if value is not None else held,
        month.source_ref,
    )


def _headline(series: Series, at: Month) -> Statement:
    assert at.value is not None
    text = (
        f"{series.indicator.name}: {shown(at.value, series.indicator.written)}{_parts(series, at)} "
        f"{when(series, at.month)}"
    )
    figures = [_figure(series, at, "value")]
    before = series.before(at.month)
    if facts.is_running_total(series):
        return Statement("value", f"{text}.", "the month's figure", tuple(figures))
    if before is not None and at["previous_value"] is not None:
        text += f", {_against(series, at.value, at['previous_value'], before.month, at.month)}."
        figures += [_figure(series, before, "value"), _figure(series, at, "change")]
        return Statement("change", text, "value minus the month before, unrounded", tuple(figures))
    why = at["previous_status"] or "missing"
    text += f"; no change on the month before can be given: {_why(why)}."
    return Statement("value", text, "the month's figure", tuple(figures))


def _parts(series: Series, at: Month) -> str:
    """' (48 of 223)' behind a percentage that follows from its parts at its decimals."""
    numerator, denominator = at["numerator"], at["denominator"]
    if not series.indicator.written.is_percent or numerator is None or not denominator or at.value is None:
        return ""
    decimals = series.indicator.decimals
    if rounded(numerator / denominator * 100, decimals) != rounded(at.value, decimals):
        return ""
    return f" ({plain(numerator, 0)} of {plain(denominator, 0)})"


def _against(series: Series, now: float, then: float, then_month: date, beside: date) -> str:
    apart = ", before rounding" if is_rounded_apart(series, now, then) else ""
    return f"{change_words(series, now, then)} {when(series, then_month, beside)}{apart}"


def _why(status: str) -> str:
    return WHY_NOT.get(status, status.replace("_", " "))


def _no_figure(series: Series, at: Month) -> Statement:
    text = f"{series.indicator.name}: there is no figure for {month_name(at.month)}; {_why(at.status)}."
    return Statement("no_figure", text, "value_status", (_figure(series, at, "value_status"),))


def _caveats(series: Series, at: Month) -> Iterator[Statement]:
    if at["is_provisional"]:
        yield Statement(
            "provisional",
            f"The figure for {month_name(at.month)} is provisional and may change.",
            "is_provisional",
            (_figure(series, at, "is_provisional"),),
        )
    if (number := at["open_findings"]) or 0:
        text = (
            f"{sentence_case(counted(number, 'question'))} about the quality of this figure "
            f"{'is' if number == 1 else 'are'} open."
        )
        yield Statement("findings", text, "open_findings", (_figure(series, at, "open_findings"),))


def _break(series: Series, at: Month) -> Iterator[Statement]:
    """A break in the last twelve months is said."""
    broken = [
        one for one in series.months if months_back(at.month, 12) < one.month <= at.month and one["has_series_break"]
    ]
    for one in broken[-1:]:
        note = series.notes.get(str(one["definition_version"]), "")
        why = f" ({note.split('. ')[0].rstrip('.')})" if note else ""
        yield Statement(
            "break",
            f"The definition changed in {month_name(one.month)}{why}: earlier months are not compared with later ones.",
            "has_series_break",
            (_figure(series, one, "has_series_break", True),),
        )


def _direction(series: Series, at: Month) -> Iterator[Statement]:
    """What the change means by polarity."""
    way, meaning = at["value_direction"], at["performance_direction"]
    if meaning not in ("improving", "worsening") or way not in ("up", "down"):
        return
    beside = months_back(at.month, 12) if facts.is_running_total(series) else months_back(at.month, 1)
    other = series.at(beside)
    # What prints the same is not called a change.
    if other is None or not facts.comparable(at, other) or facts.printed(series, at) == facts.printed(series, other):
        return
    word = "an improvement" if meaning == "improving" else "a worsening"
    yield Statement(
        "direction",
        f"{sentence_case(way)} on {month_beside(beside, at.month)}, {word}.",
        f"polarity: {series.indicator.polarity}",
        (_figure(series, at, "value"), _figure(series, at, "performance_direction")),
    )


def _run(series: Series, at: Month) -> Iterator[Statement]:
    run = facts.direction_run(series, at)
    if run is None or run.months < 2 or facts.is_running_total(series):
        return
    yield Statement(
        "run",
        f"{sentence_case(run.kind)} for the {ordinal_word(run.months)} month running.",
        "consecutive changes of one sign, as printed",
        tuple(_figure(series, series.by_month[months_back(at.month, n)], "value") for n in range(run.months, -1, -1)),
    )


def _last_year(series: Series, at: Month) -> Iterator[Statement]:
    then = at["same_month_last_year_value"]
    assert at.value is not None
    year_ago = months_back(at.month, 12)
    other = series.at(year_ago)
    if then is not None:
        text = f"{sentence_case(_against(series, at.value, then, year_ago, at.month))}."
        figures = [_figure(series, at, "value"), _figure(series, at, "same_month_last_year_value")]
        yield Statement("last_year", text, "value minus the same month last year", tuple(figures))
    elif other is not None:
        why = at["same_month_last_year_status"] or other.status
        yield Statement(
            "last_year",
            f"No comparison with {month_name(year_ago)} can be given: {_why(why)}.",
            "same_month_last_year_status",
            (_figure(series, at, "same_month_last_year_status"),),
        )


def _extreme(series: Series, at: Month) -> Iterator[Statement]:
    found = facts.extreme(series, at, over=12)
    if found is None or found.months < FEWEST_MONTHS:
        return
    joint = "Joint " if found.joint_with else ""
    with_whom = f", with {month_beside(found.joint_with[-1], at.month)}" if found.joint_with else ""
    kind = found.kind if joint else sentence_case(found.kind)
    if found.months == 12:
        text = f"{joint}{kind} in the last twelve months{with_whom}."
    else:
        text = (
            f"{joint}{kind} of the {number_word(found.months)} comparable months with a figure "
            f"since {month_beside(found.first, at.month)}{with_whom}."
        )
    earlier = facts.since(series, at, found.kind)
    if found.months == 12 and not found.joint_with and earlier is not None:
        text = f"{kind} since {month_name(earlier.month)}, and {text[0].lower()}{text[1:]}"
    months = facts.stretch(series, at, 12)
    yield Statement(
        "extreme", text, "as printed, over comparable months", tuple(_figure(series, one, "value") for one in months)
    )


def target_words(series: Series, at: Month) -> str:
    """The target as people say it: at least 90.0%, fewer than 587, between 20.0% and 25.0%."""
    unit = series.indicator.written
    lower, upper = facts.edges(at)
    bound = at["target_bound"]
    if bound == "band" and lower is not None and upper is not None:
        return f"between {shown(lower, unit)} and {shown(upper, unit)}"
    edge = upper if upper is not None else lower
    assert edge is not None
    words = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
    return f"{words.get(bound, 'at most' if upper is not None else 'at least')} {shown(edge, unit)}"


def _target(series: Series, at: Month) -> Iterator[Statement]:
    run = facts.target_run(series, at)
    if run is None:
        if at["target"] is not None or at["target_upper"] is not None:
            yield Statement(
                "target",
                f"The target cannot be judged: {at['rag_reason']}.",
                "rag_reason",
                (_figure(series, at, "rag_reason"),),
            )
        return
    figures = [
        _figure(series, at, name)
        for name in ("value", "target", "target_lower", "target_upper", "trajectory")
        if at[name] is not None
    ]
    words = target_words(series, at)
    met = run.kind == "met"
    if at["trajectory"] is not None and at["trajectory"] != at["target"]:
        text = f"This month's step on the way to the target is {words}; it is {'met' if met else 'not met'}."
    else:
        text = f"The target of {words} is {'met' if met else 'not met'}."
    yield Statement("target", text, f"bound {at['target_bound']}", tuple(figures))
    if run.months > 1:
        if met:
            text = f"Has met its target for {counted(run.months, 'month')}."
        else:
            where = facts.side(at)
            sides = {facts.side(series.by_month[months_back(at.month, n)]) for n in range(run.months)}
            moving = at["trajectory"] is not None and at["trajectory"] != at["target"]
            words = (
                f"{sentence_case(str(where))} target"
                if sides <= {"above", "below"} and len(sides) == 1
                else "Target missed"
            )
            words = "Off the way to the target" if moving else words
            text = f"{words} for the {ordinal_word(run.months)} month running."
        months = [series.by_month[months_back(at.month, n)] for n in range(run.months)]
        yield Statement(
            "target_run", text, "consecutive months", tuple(_figure(series, one, "value") for one in months)
        )


def _rating(series: Series, at: Month) -> Iterator[Statement]:
    rag, previous = at["rag"], at["previous_rag"]
    if rag in ("GREEN", "AMBER", "RED"):
        text = f"Rated {rag.lower()}"
        if previous in ("GREEN", "AMBER", "RED") and at["previous_rag_month"] is not None:
            same = "as" if previous == rag else f"after {previous.lower()}"
            text += f", {same} in {month_beside(at['previous_rag_month'], at.month)}"
    elif at["target_bound"] is not None:
        text = f"Not rated: {at['rag_reason']}"
    else:
        return
    figures = (_figure(series, at, "rag"), _figure(series, at, "rag_reason"), _figure(series, at, "previous_rag"))
    yield Statement("rating", f"{text}.", str(at["rag_reason"]), figures)


def _signal(series: Series, at: Month) -> Iterator[Statement]:
    """Trend or noise, by the control chart (Provost & Murray 2011; NHS England, Making Data Count)."""
    lower, upper, centre = at["control_lower"], at["control_upper"], at["control_centre"]
    if at["signal"] is None or lower is None or upper is None or centre is None:
        return
    points = at["control_points"]
    if points is not None and points < FEWEST_POINTS:
        text = f"Too few months ({number_word(points)}) to tell a trend from noise."
        yield Statement("signal", text, "control_points", (_figure(series, at, "control_points"),))
        return
    unit = series.indicator.written
    usual = f"{shown(lower, unit)} to {shown(upper, unit)}"
    rules = (at["signal_rule"] or "").split("|")
    care = "; the limits are provisional" if at["control_status"] == "provisional" else ""
    run = facts.one_side_run(series, at)
    if at["signal"] == "common_cause":
        text = f"Within what is usual, {usual}{care}."
    elif "outside_limit" in rules:
        text = f"Outside what is usual, {usual}{care}."
    elif "one_side" in rules and run is not None and run.months >= 7:
        text = (
            f"{sentence_case(number_word(run.months))} months in a row {run.kind} the average of "
            f"{shown(centre, unit)}{care}."
        )
    elif "one_side" in rules and run is not None:
        text = f"Part of a run of months {run.kind} the average of {shown(centre, unit)}{care}."
    elif "one_direction" in rules:
        text = f"Part of a run of months in one direction: more than noise{care}."
    else:
        text = f"Near the limit of what is usual in two of three months, {usual}{care}."
    meaning = {"improvement": "an improvement", "concern": "a concern"}.get(at["signal"])
    if meaning:
        text = f"{text[:-1]}: {meaning}."
    yield Statement(
        "signal",
        text,
        at["signal_rule"] or "common_cause",
        tuple(_figure(series, at, name) for name in ("value", "control_centre", "control_lower", "control_upper")),
    )


def _windows(series: Series, at: Month) -> Iterator[Statement]:
    """Quarter, year to date and rolling year, for figures that have such windows."""
    if series.indicator.time_basis not in ("flow", "average"):
        return
    year_start = at.month.year if at.month.month >= 4 else at.month.year - 1
    quarter_start = months_back(at.month, (at.month.month - 1) % 3)
    for name, words, first in (
        ("quarter", "Quarter to date", quarter_start),
        ("ytd", "Year to date", date(year_start, 4, 1)),
        ("rolling_12m", "Twelve months", months_back(at.month, 11)),
    ):
        if first == at.month:
            continue
        value, status = at[f"{name}_value"], at[f"{name}_status"]
        span = f"{month_beside(first, at.month)} to {month_name(at.month)}"
        figures: tuple[Figure, ...] = (
            _figure(series, at, f"{name}_value"),
            _figure(series, at, f"{name}_status"),
        )
        if value is None or status not in ("complete", "as_reported"):
            if status in (None, "not_applicable"):
                continue
            why = (
                f"{number_word(at[f'{name}_months'] or 0)} of its "
                f"{number_word(at[f'{name}_months_expected'] or 0)} months have a figure"
                if status == "incomplete"
                else _why(status)
            )
            yield Statement(name, f"{words}, {span}: cannot be given; {why}.", f"{name}_status", figures)
            continue
        text = f"{words}, {span}: {shown(value, series.indicator.written)}"
        year_ago = series.before(at.month, 12)
        if (
            name == "ytd"
            and year_ago is not None
            and year_ago.segment == at.segment
            and year_ago["ytd_value"] is not None
            and year_ago["ytd_status"] in ("complete", "as_reported")
        ):
            text += f", {change_words(series, value, year_ago['ytd_value'])} in the same months a year before"
            if is_rounded_apart(series, value, year_ago["ytd_value"]):
                text += ", before rounding"
            figures += (_figure(series, year_ago, "ytd_value"),)
        yield Statement(name, f"{text}.", "sums, never means of ratios", figures)


def _projection(series: Series, at: Month) -> Iterator[Statement]:
    value = at["projected_outturn"]
    # In March the year is over: the outturn is the year to date.
    if value is None or at["projection_year_end"] is None or at.month.month == 3:
        return
    unit = series.indicator.written
    text = f"Projected outturn for {financial_year(at['projection_year_end'])}: {shown(value, unit)}"
    if at["projected_outturn_lower"] is not None and at["projected_outturn_upper"] is not None:
        text += (
            f", between {shown(at['projected_outturn_lower'], unit)} and {shown(at['projected_outturn_upper'], unit)}"
        )
    columns = ("projected_outturn", "projected_outturn_lower", "projected_outturn_upper")
    figures = tuple(_figure(series, at, name) for name in columns)
    yield Statement("projection", f"{text}.", at["projection_method"] or "", figures)


def _monthly_comparators(series: Series, at: Month) -> Iterator[Statement]:
    """The month beside the latest published year of England and of the neighbours."""
    assert at.value is not None
    for column, year, whose in (
        ("national_value", at["national_year"], "England"),
        ("neighbour_value", at["neighbour_year"], "statistical neighbours'"),
    ):
        other = at[column]
        if other is None or year is None:
            continue
        yield Statement(
            column.removesuffix("_value"),
            f"{_beside(series, at.value, other)} the {whose} average of {shown(other, series.indicator.written)} "
            f"({_year_label(int(year))}).",
            "the latest year published by then",
            (_figure(series, at, "value"), _figure(series, at, column)),
        )


def _beside(series: Series, value: float, other: float) -> str:
    decimals = series.indicator.decimals
    now, then = rounded(value, decimals), rounded(other, decimals)
    return "The same as" if now == then else "Above" if now > then else "Below"


def _year_label(year: int) -> str:
    return f"{year - 1}/{year % 100:02d}"


def latest_benchmark(series: Series, month: date, comparator_set: str) -> Mapping[str, Any] | None:
    """The latest comparison of a set whose period had ended by the end of the month; of two vintages the one in force
    then, before the first one the first: as the comparators of the month itself."""
    last_day = months_back(month, -1) - timedelta(days=1)
    found = [
        one
        for one in series.benchmarks
        if one["comparator_set"] == comparator_set
        and one["period_end"] <= last_day
        and one["value"] is not None
        and one["period_basis"] in ("year", "snapshot")
        and one.get("comparability") != "different"
    ]

    def preference(one: Mapping[str, Any]) -> tuple[date, bool, int]:
        begun = _first_day(str(one["vintage"]))
        in_force = begun <= last_day
        return one["period_end"], in_force, begun.toordinal() if in_force else -begun.toordinal()

    return max(found, key=preference, default=None)


def _first_day(vintage: str) -> date:
    """The day from which a vintage is in force: 2021-04 from 1 April 2021, 2025 from 1 January; all always."""
    numbers = [int(part) for part in vintage.split("-") if part.isdigit()]
    return date(*[*numbers, 1, 1][:3]) if numbers else date.min


def benchmark_period(one: Mapping[str, Any]) -> str:
    """The period of a comparison in words: 2024/25, or 31 March 2025 as March 2025."""
    if one["period_basis"] == "year" and one["period_end"].month == 3:
        return financial_year(one["period_end"])
    return month_name(one["period_end"])


def _benchmark_figures(series: Series, one: Mapping[str, Any], *columns: str) -> tuple[Figure, ...]:
    where = f"{benchmark_period(one)}, {one['comparator_set']} {one['vintage']}"
    return tuple(
        Figure(series.authority_code, series.indicator.code, where, name, one.get(name), one.get("source_ref"))
        for name in columns
    )


def _places(series: Series, at: Month) -> Iterator[Statement]:
    one = latest_benchmark(series, at.month, "england")
    if one is None:
        return
    unit = series.indicator.written
    period, own = benchmark_period(one), shown(one["value"], unit)
    basis = one.get("rank_basis")
    if one.get("rank") is not None and one.get("n_ranked") and basis in ("performance", "size"):
        if basis == "size":
            why = "by size only, largest first"
        else:
            why = f"{'lowest' if series.indicator.polarity == 'lower' else 'highest'} is best"
            if series.indicator.polarity == "closest_to_target":
                why = "closest to target is best"
        yield Statement(
            "rank",
            f"{ordinal(one['rank'])} of {one['n_ranked']} in England for {period} with {own} ({why}).",
            f"rank_basis {basis}",
            _benchmark_figures(series, one, "value", "rank", "n_ranked", "rank_basis"),
        )
    average = one.get("published_value") if one.get("published_value") is not None else one.get("pooled")
    if average is not None and series.indicator.kind != "count":
        yield Statement(
            "england",
            f"{own} for {period} is {_beside(series, one['value'], average).lower()} the England average of "
            f"{shown(average, unit)} ({period}).",
            "England's published figure, else the pooled one",
            _benchmark_figures(series, one, "value", "published_value", "pooled"),
        )


def _neighbours(series: Series, at: Month) -> Iterator[Statement]:
    one = latest_benchmark(series, at.month, "statistical_neighbours")
    if one is None or series.indicator.kind == "count" or not one.get("n_used"):
        return
    unit = series.indicator.written
    said = [f"{name} {shown(one[name], unit)}" for name in ("mean", "median", "pooled") if one.get(name) is not None]
    if not said:
        return
    left = f"{one['n_used']} of {one['n_members']} used"
    yield Statement(
        "neighbours",
        f"Statistical neighbours ({one['vintage']} set) for {benchmark_period(one)}: {', '.join(said)}; {left}.",
        "mean, median and pooled are three answers; none is the only one",
        _benchmark_figures(series, one, "mean", "median", "pooled", "n_used"),
    )
