"""What can be said of a series: streaks, extremes, targets met. The generator says it, the checker holds others to it.

Belongs here: pure functions over a `Series`. A missing month ends a run, a series break too; neither is ever read as 0.
Figures are compared as they are printed (rounded half up), so that no sentence contradicts the numbers beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.statements.series import Month, Series
from orchestration.statements.words import months_back, rounded

# The margin of the mart's own rating: the last bit of a division does not miss a target that is met.
HAIR = 1e-9


@dataclass(frozen=True)
class Run:
    """Consecutive months of one kind, the last one included: `months` of them since `first`."""

    kind: str
    months: int
    first: date
    # Whether the month before the run is known to be otherwise; else the run may be longer than what is stored.
    is_whole: bool


@dataclass(frozen=True)
class Extreme:
    """A month that is the highest or lowest of `months` comparable months with figures, since `first`."""

    kind: str
    months: int
    first: date
    joint_with: tuple[date, ...]


def printed(series: Series, month: Month) -> Decimal:
    """The month's figure as printed; the month must have one."""
    assert month.value is not None
    return rounded(month.value, series.indicator.decimals)


def comparable(one: Month | None, other: Month | None) -> bool:
    """Both have a figure, and no series break lies between."""
    return (
        one is not None
        and other is not None
        and one.value is not None
        and other.value is not None
        and one.segment == other.segment
    )


def is_running_total(series: Series) -> bool:
    """A figure that begins anew each April: months of different years' ends cannot be compared."""
    return series.indicator.time_basis == "cumulative_ytd"


def step(series: Series, month: Month) -> int | None:
    """1 up, -1 down, 0 the same on the month before, as printed; None where they cannot be compared."""
    before = series.before(month.month)
    if not comparable(month, before) or (is_running_total(series) and month.month.month == 4):
        return None
    assert before is not None
    now, then = printed(series, month), printed(series, before)
    return (now > then) - (now < then)


def direction_run(series: Series, month: Month) -> Run | None:
    """For how many months the figure has gone up, or down, without a stop."""
    sign = step(series, month)
    if not sign:
        return None
    number, at = 1, month
    while (before := series.before(at.month)) is not None and step(series, before) == sign:
        number, at = number + 1, before
    beyond = series.before(at.month)
    whole = beyond is not None and step(series, beyond) is not None
    return Run("up" if sign > 0 else "down", number, at.month, whole)


def edges(month: Month) -> tuple[float | None, float | None]:
    """The lower and upper edge asked of a month: target, band, or its place on the way to a dated target."""
    goal = month["trajectory"] if month["trajectory"] is not None else month["target"]
    lower = month["target_lower"] if month["target_lower"] is not None else goal
    upper = month["target_upper"] if month["target_upper"] is not None else goal
    bound = month["target_bound"]
    if bound in ("<", "<="):
        return None, upper
    if bound in (">", ">="):
        return lower, None
    if bound == "band" and month["target_lower"] is None and month["target_upper"] is None:
        tolerance = month["target_tolerance"]
        # A point without edges or tolerance rates nothing.
        return (None, None) if goal is None or tolerance is None else (goal - tolerance, goal + tolerance)
    return (lower, upper) if bound == "band" else (None, None)


def is_met(month: Month) -> bool | None:
    """Whether the month meets its target; None without figure or target. The mart's GREEN is the same."""
    lower, upper = edges(month)
    if month.value is None or (lower is None and upper is None):
        return None
    strict = month["target_bound"] in ("<", ">")
    miss = max(
        month.value - upper if upper is not None else float("-inf"),
        lower - month.value if lower is not None else float("-inf"),
    )
    return miss < -HAIR if strict else miss <= HAIR


def side(month: Month) -> str | None:
    """Where the figure stands by its target's edges: below, above or within; None without either."""
    lower, upper = edges(month)
    if month.value is None or (lower is None and upper is None):
        return None
    if lower is not None and month.value < lower - HAIR:
        return "below"
    if upper is not None and month.value > upper + HAIR:
        return "above"
    return "within"


def target_run(series: Series, month: Month) -> Run | None:
    """For how many months the target has been met, or missed, without a stop or a change of definition."""
    met = is_met(month)
    if met is None:
        return None
    number, at = 1, month
    while comparable(at, before := series.before(at.month)) and before is not None and is_met(before) == met:
        number, at = number + 1, before
    beyond = series.before(at.month)
    return Run("met" if met else "missed", number, at.month, beyond is not None and is_met(beyond) is not None)


def stretch(series: Series, month: Month, over: int | None = None) -> list[Month]:
    """Comparable months with figures up to this one, newest first; `over` limits how many calendar months back."""
    first = months_back(month.month, over - 1) if over else date.min
    found = [one for one in series.months if first <= one.month <= month.month and comparable(month, one)]
    return sorted(found, key=lambda one: one.month, reverse=True)


def extreme(series: Series, month: Month, over: int | None = None) -> Extreme | None:
    """Whether the month is the highest or lowest of the comparable months of the last `over`; None if neither."""
    if month.value is None or is_running_total(series):
        return None
    months = stretch(series, month, over)
    values = {one.month: printed(series, one) for one in months}
    now = values[month.month]
    if len(set(values.values())) < 2:
        return None
    joint = tuple(sorted(at for at, value in values.items() if value == now and at != month.month))
    for kind, best in (("highest", max(values.values())), ("lowest", min(values.values()))):
        if now == best:
            return Extreme(kind, len(months), min(values), joint)
    return None


def since(series: Series, month: Month, kind: str) -> Month | None:
    """The last earlier month that was at least as high (or low); None if there is none, or a gap lies between."""
    now = printed(series, month)
    at = month
    while comparable(month, before := series.before(at.month)):
        assert before is not None
        then = printed(series, before)
        if (then >= now) if kind == "highest" else (then <= now):
            return before
        at = before
    return None


def one_side_run(series: Series, month: Month) -> Run | None:
    """For how many months the figure has been on this side of the chart's centre."""
    centre = month["control_centre"]
    if centre is None or month.value is None or abs(month.value - centre) <= HAIR:
        return None
    above = month.value > centre
    number, at = 1, month
    while comparable(at, before := series.before(at.month)):
        assert before is not None and before.value is not None
        if before["control_centre"] != centre or abs(before.value - centre) <= HAIR or (before.value > centre) != above:
            break
        number, at = number + 1, before
    return Run("above" if above else "below", number, at.month, True)


def is_exact(series: Series, *months: Month) -> bool:
    """Whether the stored figures are exact, not already rounded in print: counts, or more digits than are printed."""
    if series.indicator.kind == "count" and series.indicator.decimals == 0:
        return True
    return any(
        one.value is not None and abs(one.value - float(rounded(one.value, series.indicator.decimals))) > HAIR
        for one in months
    )
