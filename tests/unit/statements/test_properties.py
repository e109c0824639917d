"""What the generator writes the checker confirms, and what is changed in it the checker finds, whatever the series."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.statements import AGREES, CONTRADICTED, Series, SeriesBook, Statement, check_text, statements

from .conftest import PERCENT, indicator, series

COUNTS = st.lists(
    st.one_of(st.integers(0, 2500).map(float), st.integers(90, 110).map(float), st.none()), min_size=1, max_size=30
)
SHARES = st.lists(
    st.one_of(st.floats(0, 100, allow_nan=False), st.integers(200, 300).map(lambda n: n / 10), st.none()),
    min_size=1,
    max_size=30,
)
TARGETS = st.one_of(
    st.none(),
    st.tuples(st.sampled_from(["<=", "<", ">=", ">"]), st.integers(1, 60)).map(
        lambda one: {"target": float(one[1]), "target_bound": one[0]}
    ),
    st.integers(5, 40).map(lambda low: {"target_bound": "band", "target_lower": float(low), "target_upper": low + 5.0}),
)
POLARITIES = st.sampled_from(["higher", "lower", "none"])
BREAKS = st.lists(st.integers(1, 20), max_size=2, unique=True)


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    """A count or a percentage, with gaps, breaks, a target, limits and a comparison."""
    polarity, breaks = draw(POLARITIES), draw(BREAKS)
    last: dict[str, Any] = {}
    if draw(st.booleans()):
        values = draw(COUNTS)
        about = indicator(polarity=polarity)
        target = None
    else:
        values = draw(SHARES)
        about = indicator(**(PERCENT | {"polarity": polarity}))
        target = draw(TARGETS)
        last |= {"national_value": draw(st.integers(1, 99)) / 1.0, "national_year": 2015}
    if draw(st.booleans()) and values[-1] is not None:
        centre = draw(st.integers(20, 400)) / 2
        signal, rule = draw(
            st.sampled_from(
                [("common_cause", None), ("neutral_high", "outside_limit"), ("concern", "outside_limit|one_side")]
            )
        )
        last |= {
            "control_centre": centre,
            "control_lower": centre * 0.8,
            "control_upper": centre * 1.2,
            "control_status": "final",
            "signal": signal,
            "signal_rule": rule,
        }
    if draw(st.booleans()):
        last |= {"is_provisional": True, "open_findings": draw(st.integers(1, 3))}
    if target and values[-1] is not None and draw(st.booleans()):
        last |= {"rag": draw(st.sampled_from(["GREEN", "AMBER", "RED"])), "previous_rag": None}
    return series(values, of=about, breaks=breaks, target=target, last=last)


def said_of(made: Series) -> list[tuple[Statement, Any]]:
    at = made.last_with_figure() or made.months[-1]
    return [(one, at.month) for one in statements(made, at.month)]


def verdicts(made: Series, text: str, month: Any) -> tuple[set[str], Any]:
    checked = check_text(SeriesBook(made), text, indicator=made.indicator.code, month=month)
    return {claim.verdict for one in checked for claim in one.claims}, checked


@settings(max_examples=200, deadline=None)
@given(any_series())
def test_every_sentence_written_is_confirmed(made: Series) -> None:
    for one, month in said_of(made):
        found, checked = verdicts(made, one.text, month)
        assert found == {AGREES}, (one.text, checked)


SWAPS = [
    ("more than", "fewer than"),
    ("fewer than", "more than"),
    ("higher than", "lower than"),
    ("lower than", "higher than"),
    ("Up on", "Down on"),
    ("Down on", "Up on"),
    ("an improvement.", "a worsening."),
    ("a worsening.", "an improvement."),
    ("Up for", "Down for"),
    ("Down for", "Up for"),
    ("highest in the last", "lowest in the last"),
    ("lowest in the last", "highest in the last"),
    ("Highest in", "Lowest in"),
    ("Lowest in", "Highest in"),
    ("Highest of", "Lowest of"),
    ("Lowest of", "Highest of"),
    ("is not met", "is met"),
    ("is met", "is not met"),
    ("Below target", "Above target"),
    ("Above target", "Below target"),
    ("Above the England", "Below the England"),
    ("Below the England", "Above the England"),
    ("Within what", "Outside what"),
    # A longer run than is stored may be true; a shorter one is not.
    ("third month running", "second month running"),
    ("fourth month running", "third month running"),
    ("Rated green", "Rated red"),
    ("Rated red", "Rated amber"),
    ("Rated amber", "Rated green"),
]


@settings(max_examples=200, deadline=None)
@given(any_series())
def test_a_turned_word_is_found(made: Series) -> None:
    for one, month in said_of(made):
        for old, new in SWAPS:
            if old not in one.text or (old.endswith(" than") and one.kind.startswith("target")):
                continue
            turned = one.text.replace(old, new, 1)
            found, checked = verdicts(made, turned, month)
            assert CONTRADICTED in found, (turned, checked)


@settings(max_examples=200, deadline=None)
@given(any_series(), st.integers(0, 3), st.integers(2, 9))
def test_a_changed_number_is_found(made: Series, which: int, by: int) -> None:
    for one, month in said_of(made):
        if one.kind not in NUMBERED:
            continue
        numbers = [
            found
            for found in re.finditer(r"(?<![\w/,.])\d[\d,]*(?:\.\d+)?(?=[ %,.:;)])(?!,\d)", one.text)
            if not is_year(one.text, found)
        ]
        if len(numbers) <= which:
            continue
        at = numbers[which]
        printed = at[0].rstrip(",")
        decimals = len(printed.partition(".")[2])
        changed = f"{float(printed.replace(',', '')) + by:,.{decimals}f}"
        turned = one.text[: at.start()] + changed + one.text[at.start() + len(printed) :]
        found, checked = verdicts(made, turned, month)
        assert CONTRADICTED in found, (one.text, turned, checked)


NUMBERED = {"value", "change", "last_year", "target", "quarter", "ytd", "rolling_12m"}


def is_year(text: str, found: re.Match[str]) -> bool:
    """Whether the number is the year of a month or of a financial year."""
    before = text[: found.start()].split()[-1:]
    return (
        bool(re.fullmatch(r"20\d\d", found[0].rstrip(",")))
        and bool(before)
        and before[0].isalpha()
        and before[0][0].isupper()
    )
