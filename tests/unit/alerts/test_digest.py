"""What a digest tells, and how long it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from orchestration.alerts.config import Route
from orchestration.alerts.digest import Change, as_html, as_text, first_sentence, keys, make, passes

from .conftest import change

DAY = date(2017, 3, 1)
STANDING = {"was_open": True, "was_known": True, "n_new": 0, "event_keys": ()}
WHERE = ("Findings: site/quality/index.html", "bellwether incidents ID", "bellwether ack ID")


def resolved(number: int) -> Change:
    return change(number, was_open=True, was_known=True, n_open=0, n_new=0, status="resolved")


def digest_of(*changes: Change) -> str:
    made = make(changes, day=DAY, route="r", where=WHERE)
    assert made is not None
    return as_text(made)


def test_standing_problems_are_counted_and_not_repeated() -> None:
    assert make([change(1, **STANDING), change(2, **STANDING)], day=DAY, route="r") is None
    text = digest_of(change(1, **STANDING, title="Old"), change(2, title="Fresh"))
    assert "1 new, 1 still open, 0 resolved" in text
    assert "Fresh" in text and "Old" not in text


def test_what_came_back_grew_ended_or_is_no_longer_acknowledged_is_told_as_such() -> None:
    text = digest_of(
        change(1, title="Returner", was_known=True),
        change(2, title="Grower", **(STANDING | {"n_new": 3})),
        change(3, title="Sleeper", **(STANDING | {"n_acknowledgements_ended": 1})),
        resolved(4),
    )
    assert "came back" in text and "3 new" in text
    assert "ACKNOWLEDGED UNTIL NOW, AND STILL OPEN\n- Surrey: Sleeper" in text
    assert "RESOLVED\n- Surrey: Referrals received" in text


def test_the_weightiest_comes_first_and_what_is_alike_elsewhere_is_one_line() -> None:
    same = [change(number, authority=f"Council {number}", title="Alike") for number in range(3, 40)]
    text = digest_of(change(2, title="Second"), change(1, title="First"), *same)
    lines = [line for line in text.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]
    assert [line.split(": ")[1].split(",")[0] for line in lines] == ["First", "Second", "Alike"]
    assert "the same in 36 others" in lines[2]


def four_hundred() -> list[Change]:
    """Four hundred incidents of all kinds, with long names."""
    themes = [
        "front_door",
        "child_protection",
        "looked_after",
        "care_leavers",
        "workforce",
        "adoption",
        "early_help",
        None,
    ]
    made = []
    for number in range(1, 401):
        one = change(
            number,
            authority=f"Council number {number % 60}",
            title=f"Plans {number} that are a second or subsequent plan, percentage",
            theme=themes[number % 8],
            severity="critical" if number < 5 else "warning",
            what_to_do="Work the percentage out again from the two counts; then send the whole return again. " * 3,
            n_open=1 + number % 4,
        )
        if number % 5 == 0:
            one = replace(one, was_open=True, n_new=0)
        elif number % 7 == 0:
            one = resolved(number)
        elif number % 11 == 0:
            one = replace(one, was_open=True, n_new=0, n_acknowledgements_ended=1)
        made.append(one)
    return made


def test_a_digest_of_four_hundred_is_read_in_a_minute() -> None:
    text = digest_of(*four_hundred())
    assert len(text.splitlines()) <= 40
    # Some 250 words a minute are read on a screen; ids, and what is only looked up, are passed over.
    assert len(text.split()) <= 400
    assert max(map(len, text.splitlines())) <= 260


def test_a_long_message_keeps_its_figures() -> None:
    where = "Re-referrals, percentage of referrals, Dec 2016 in 2.8 Contact, referral and assessment - Re-referrals"
    one = change(1, message=f"{where}, against the counts of the same return: 24.1 is printed, the parts make 25.15.")
    assert one.said == "24.1 is printed, the parts make 25.15."
    assert change(2, message="Text contains 2 letters.").said == "Text contains 2 letters."


def test_names_of_senders_cannot_break_the_page_or_the_lines() -> None:
    made = make([change(title="<script>alert(1)</script>", authority="A&B")], day=DAY, route="r", where=WHERE)
    assert made is not None
    html = as_html(made)
    assert "<script>" not in html and "&lt;script&gt;" in html and "A&amp;B" in html


def test_the_digest_beside_the_pages_leads_to_each_incident_and_a_mail_to_none() -> None:
    made = make([change(1), change(2, title="Other")], day=DAY, route="r", where=WHERE)
    assert made is not None
    assert as_html(made, pages="site/quality/index.html").count('<a href="site/quality/index.html#incident-') == 2
    assert "<a href" not in as_html(made)


def test_the_same_news_is_the_same_message_and_other_news_is_another() -> None:
    one, other = change(1), change(2)
    made = make([one, other], day=DAY, route="r")
    assert made is not None
    assert keys(made, [one, other]) == keys(made, [other, one])
    assert keys(made, [one]) != keys(made, [one, other])
    assert keys(made, [one, change(3, **(STANDING | {"event_keys": ("x",)}))]) == keys(made, [one])


def test_a_route_gets_what_passes_all_its_filters() -> None:
    surrey = frozenset({"E10000030"})
    route = Route(name="r", channel="c", authorities=("Surrey",), themes=("front_door", "other"), owners=("sender",))
    assert passes(route, change(), surrey)
    assert passes(route, change(theme=None), surrey)
    assert not passes(route, change(theme="workforce"), surrey)
    assert not passes(route, change(authority_code="E10000016"), surrey)
    assert not passes(route, change(owner="data_engineer"), surrey)
    assert not passes(Route(name="r", channel="c", severities=("critical",)), change(), frozenset())
    assert passes(Route(name="r", channel="c"), change(authority_code=None, theme=None), frozenset())


def test_what_to_do_is_one_short_sentence() -> None:
    assert first_sentence("Add the code; or correct it, if it is a slip.") == "Add the code."
    assert first_sentence("word " * 60).endswith("word ...") and len(first_sentence("word " * 60)) < 120
