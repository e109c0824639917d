"""How cells and labels are read: the spellings that real returns use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.registry.names import normalise


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("1,423", 1423),
        ("18,893*", 18893),
        ("2.70%", 2.7),
        ("83.3%*", 83.3),
        ("24.3% (Aug 2016)", 24.3),
        ("48% (Q4 15/16)", 48),
        ("90% (by March 2017)", 90),
        ("(31.4)", 31.4),
        ("£792,000", 792000),
        ("-3", -3),
        ("~220", 220),
        (" 57.8 ", 57.8),
        ("57.8\u00a0%", 57.8),
        (".5", 0.5),
        ("0", 0),
        ("1234567", 1234567),
    ],
)
def test_a_printed_number_is_read(macro, evaluate, printed, number):
    assert evaluate(macro("text", "figure_number", "$1::varchar"), printed) == pytest.approx(number)


@pytest.mark.parametrize(
    "printed",
    [
        *(
            "",
            "-",
            "c",
            "x",
            ":",
            "..",
            "<5",
            "tbc",
            "Av. Feb",
            "To be established",
            "Between 15-20",
            "1,42",
            "1,4234",
            "12 of 14",
            "15 4",
            "1.2.3",
        ),
        *("RAIS 23 (July 2016)", "57.8% (31.4) (n)", "low", "NaN", "inf", "1e5"),
    ],
)
def test_what_is_no_number_is_not_made_one(macro, evaluate, printed):
    assert evaluate(macro("text", "figure_number", "$1::varchar"), printed) is None


@given(st.integers(min_value=0, max_value=10**9))
def test_a_number_with_thousands_commas_is_the_number(macro, evaluate, number):
    assert evaluate(macro("text", "figure_number", "$1::varchar"), f"{number:,}") == number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Caseloads – cases per FTE", "caseloads - cases per fte"),
        ("  Number of\nnew  plans ", "number of new plans"),
        ("Children’s Services*", "children's services"),
        ("Referrals\u00a0received ¹", "referrals received"),
    ],
)
def test_labels_that_look_alike_are_the_same_label(macro, evaluate, one, other):
    assert evaluate(macro("text", "normalise_label", "$1::varchar"), one) == other


LABELS = st.text(alphabet="abcXYZ019 -–—’'\"“”*%()/,.\u00a0\t²", max_size=40)


@given(LABELS)
def test_sql_and_registry_normalise_labels_alike(macro, evaluate, label):
    assert evaluate(macro("text", "normalise_label", "$1::varchar"), label) == normalise(label)
