"""What the checker judges, and what it leaves alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchestration.statements import (
    AGREES,
    CONTRADICTED,
    NOT_CHECKABLE,
    SeriesBook,
    as_records,
    check_text,
    count_verdicts,
)
from orchestration.statements.series import Label

from .conftest import PERCENT, indicator, series

# Surrey, December 2015 to January 2017, contacts as printed (the break left out).
CONTACTS = [
    6000.0,
    6084.0,
    5855.0,
    6339.0,
    5787.0,
    6185.0,
    6515.0,
    6333.0,
    5670.0,
    6375.0,
    6844.0,
    6686.0,
    5525.0,
    6527.0,
]
RATES = [22.0, 23.0, 25.0, 28.0, 28.3, 27.9, 24.8, 24.3, 24.3, 23.8, 21.5, 21.0, 24.1, 29.0]
JANUARY = date(2017, 1, 1)
PHRASES = [Label("contacts", "contacts_received", False), Label("re-referral rate", "rereferrals_pct", False)]


def verdict(text: str, **options: Any) -> str:
    book = SeriesBook(
        series(CONTACTS, first=date(2015, 12, 1)),
        series(
            RATES,
            first=date(2015, 12, 1),
            of=indicator(**PERCENT),
            last={"national_value": 22.3, "national_year": 2016},
        ),
        labels=sorted(PHRASES, key=lambda one: -len(one.text)),
    )
    checked = check_text(book, text, **({"month": JANUARY} | options))
    return checked[0].verdict if len(checked) == 1 else "several"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Contacts rose from 5,525 to 6,527 in a month.", AGREES),
        ("Contacts rose from 5,252 to 6,527 in a month.", CONTRADICTED),
        ("Contacts fell in January.", CONTRADICTED),
        ("Contacts increased by 1,002 in January.", AGREES),
        ("Contacts increased by about 1,000 in January.", AGREES),
        ("Contacts increased by 18% in January.", AGREES),
        ("Contacts increased by 28% in January.", CONTRADICTED),
        ("Contacts increased by 1,002 (18.1%) compared with last month.", AGREES),
        ("Contacts decreased by 1,002 (18.1%) compared with last month.", CONTRADICTED),
        ("There were 443 more contacts than a year ago.", AGREES),
        ("Contacts are lower than in October and November.", AGREES),
        ("Contacts are lower than in October and December.", CONTRADICTED),
        ("Contacts were at their highest in the last three months.", CONTRADICTED),
        ("Contacts: highest in the last three months.", CONTRADICTED),
        ("The re-referral rate is the highest in over a year.", AGREES),
        ("The re-referral rate was 29.0%.", AGREES),
        ("The re-referral rate was 19.0%.", CONTRADICTED),
        ("The re-referral rate rose for the second month running.", AGREES),
        ("The re-referral rate rose for the fifth month running.", CONTRADICTED),
        ("The re-referral rate is above the England average of 22.3% (2015/16).", AGREES),
        ("The re-referral rate is below the England average of 22.3% (2015/16).", CONTRADICTED),
        ("The re-referral rate is above the England average of 25.3% (2015/16).", CONTRADICTED),
        ("48 of 223 (21.5%) were repeats.", AGREES),
        ("48 of 223 (25.1%) were repeats.", CONTRADICTED),
        ("The re-referral rate is well over one in four.", AGREES),
        ("The re-referral rate is about two thirds.", CONTRADICTED),
        ("The re-referral rate is about one in ten.", CONTRADICTED),
        ("The re-referral rate is nearly a third.", AGREES),
        ("The re-referral rate is over a half.", CONTRADICTED),
        ("The re-referral rate is about a quarter.", NOT_CHECKABLE),
        # The month that the sentence names counts, not that of the text.
        ("In October contacts were the highest in the last six months.", AGREES),
        ("Contacts were the highest in the last six months in October.", AGREES),
        ("In December contacts were the highest in the last six months.", CONTRADICTED),
        # A month to compare with is not the month spoken of.
        ("Contacts rose to 6,527, up from 5,525 in December.", AGREES),
        ("Contacts were 6,527, 1,002 more than in December.", AGREES),
        ("The re-referral rate stood at 29%, up 4.9 percentage points on December.", AGREES),
        ("The re-referral rate stood at 27%, up 4.9 percentage points on December.", CONTRADICTED),
        ("Contacts fell from 6,686 in November to 5,525 in December and rose to 6,527 in January.", AGREES),
        ("Contacts fell from 6,686 in November to 5,225 in December and rose to 6,527 in January.", CONTRADICTED),
        # The number is right, and the way wrong on the month and on the year before.
        ("Contacts fell to 6,527 in January.", CONTRADICTED),
        ("Contacts rose to 6,527 in January.", AGREES),
        # Above the year before and below the month before: either may be meant.
        ("Contacts fell to 6,686 in November.", AGREES),
        ("Contacts rose to 6,686 in November.", AGREES),
        # Over before the month the text is about.
        ("Contacts had fallen for two months before rising in January.", NOT_CHECKABLE),
        ("Contacts fell for two months until December.", NOT_CHECKABLE),
        # What it leaves alone.
        ("One in four contacts is by phone.", NOT_CHECKABLE),
        ("Police contacts fell in January.", NOT_CHECKABLE),
        ("Contacts from schools fell in January.", NOT_CHECKABLE),
        ("We expect that contacts fell in January.", NOT_CHECKABLE),
        ("Contacts have decreased significantly.", NOT_CHECKABLE),
        ("Contacts have not decreased in January.", NOT_CHECKABLE),
        ("Referrals fell in January.", NOT_CHECKABLE),
        ("Contacts fell in January 2013.", NOT_CHECKABLE),
        ("Contacts will fall in February.", NOT_CHECKABLE),
        ("The average for contacts was 19.0%.", NOT_CHECKABLE),
    ],
)
def test_a_sentence(text: str, expected: str) -> None:
    assert verdict(text) == expected


def test_without_a_month_nothing_is_guessed() -> None:
    assert verdict("Contacts fell in the month.", month=None) == NOT_CHECKABLE
    assert verdict("Contacts fell in January 2017.", month=None) == NOT_CHECKABLE


def test_a_given_indicator_speaks_where_the_sentence_names_none() -> None:
    assert verdict("Up for the second month running.", indicator="rereferrals_pct") == AGREES
    assert verdict("Performance improved in January.", indicator="rereferrals_pct") == CONTRADICTED
    assert verdict("Contacts fell in January.", indicator="rereferrals_pct") == CONTRADICTED


def test_what_is_said_next_is_about_the_same() -> None:
    book = SeriesBook(series(CONTACTS, first=date(2015, 12, 1)), labels=PHRASES[:1])
    text = "Contacts increased in January. This is lower than in October.\n\nThis is higher than in October."
    assert [one.verdict for one in check_text(book, text, month=JANUARY)] == [AGREES, AGREES, NOT_CHECKABLE]


def test_a_break_forbids_the_comparison_and_a_gap_is_no_zero() -> None:
    broken = SeriesBook(series([5.0, 9.0, 7.0], breaks=[2]), labels=PHRASES[:1])
    assert check_text(broken, "Contacts rose in June.", month=date(2015, 6, 1))[0].verdict == NOT_CHECKABLE
    gap = SeriesBook(series([5.0, None, 7.0]), labels=PHRASES[:1])
    claims = check_text(gap, "Contacts rose in June.", month=date(2015, 6, 1))[0].claims
    assert [(one.verdict, one.reason) for one in claims] == [
        (NOT_CHECKABLE, "there is no figure for May 2015 to compare with")
    ]


def test_counts_and_records() -> None:
    book = SeriesBook(series(CONTACTS, first=date(2015, 12, 1)), labels=PHRASES[:1])
    checked = check_text(book, "Contacts fell in January. All is well.", month=JANUARY)
    assert count_verdicts(checked) == {AGREES: 0, CONTRADICTED: 1, NOT_CHECKABLE: 0, "no_claim": 1}
    stored = as_records(checked)[0]["claims"][0]["stored"]
    assert [(one["period"], one["value"], one["source_ref"]) for one in stored] == [
        ("2017-01", 6527.0, "figures.csv#row 15"),
        ("2016-12", 5525.0, "figures.csv#row 14"),
    ]
