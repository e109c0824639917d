"""The page of actions and audits: what is overdue by the day of the data, what was put off, audits as counted."""

from __future__ import annotations

from datetime import date
from typing import Any

from orchestration.report.kinds import registers
from orchestration.report.pages import Notice, Page
from orchestration.report.write import render

from .conftest import HOSTILE, SURREY, cells, column, indicator, links, section, table


def action(action_id: str, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "authority_code": SURREY,
        "action_id": action_id,
        "raised_in": date(2016, 12, 1),
        "action": f"Action {action_id}",
        "due_date": date(2017, 2, 28),
        "due_precision": "month",
        "n_put_off": 0,
        "is_carried_forward": False,
        "status": "open",
        "is_closed": False,
        "was_overdue_when_told": False,
        "is_in_newest_issue": True,
        "n_issues": 1,
        "submission_id": "s1",
        "source_ref": "actions.csv#row 2",
        "known_from": date(2017, 2, 23),
    }
    return row | given


def audit(audits: float | None, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "authority_code": SURREY,
        "month": date(2017, 1, 1),
        "period_basis": "month",
        "period_start": date(2017, 1, 1),
        "period_end": date(2017, 1, 31),
        "audit_type": "all",
        "area": "all",
        "grade": "all",
        "bound": "exact",
        "audits": audits,
        "value_status": "reported" if audits is not None else "not_available",
        "submission_id": "s1",
        "source_ref": "audits.csv#row 2",
        "known_from": date(2017, 2, 23),
    }
    return row | given


def page_of(reader: Any, month: date | None = None) -> Page:
    (page,) = registers.pages(reader.of(SURREY), month)
    return page


def test_an_authority_without_registers_has_no_page(publish: Any) -> None:
    assert list(registers.pages(publish({}).of(SURREY), None)) == []


def test_days_past_are_counted_to_the_day_of_the_data_and_for_open_actions_only(publish: Any) -> None:
    rows = [
        action("late"),
        action("today", due_date=date(2017, 3, 1)),
        action("done", status="done", is_closed=True, done_date=date(2017, 2, 20)),
        action("no day", due_date=None),
    ]
    shown = table(page_of(publish({"marts.fct_action": rows})), "action-list")
    past = dict(zip(column(shown, "action"), column(shown, "days_past"), strict=True))
    assert past == {"Action late": 1, "Action today": "no", "Action done": "done or cancelled", "Action no day": "no"}
    assert [row.anchor for row in shown.rows] == ["action-late", "action-today", "action-no day", "action-done"]
    later = table(page_of(publish({"marts.fct_action": rows}, day=date(2017, 3, 11))), "action-list")
    assert column(later, "days_past")[0] == 11


def test_an_old_register_says_that_it_is_old_and_a_dropped_action_that_it_was_dropped(publish: Any) -> None:
    fresh = page_of(publish({"marts.fct_action": [action("a")]}))
    assert [block for block in section(fresh, "actions").blocks if isinstance(block, Notice)] == []
    rows = [action("a"), action("b", is_in_newest_issue=False, known_from=date(2017, 1, 23))]
    old = page_of(publish({"marts.fct_action": rows}, day=date(2018, 3, 1)))
    notices = [block.text for block in section(old, "actions").blocks if isinstance(block, Notice)]
    assert any("last sent on 23 February 2017" in text for text in notices)
    assert any("1 action not said to be done is missing" in text for text in notices)


def test_an_action_leads_to_its_figure_where_there_is_a_page_of_it(publish: Any) -> None:
    rows = [action("a", indicator_code="lac_count"), action("b", indicator_code="cpp_count", due_date=None)]
    given = {
        "marts.fct_action": rows,
        "marts.dim_indicator": [indicator("lac_count"), indicator("cpp_count")],
        "marts.fct_indicator_value": [{"authority_code": SURREY, "indicator_code": "lac_count", "value": 1.0}],
    }
    shown = table(page_of(publish(given)), "action-list")
    assert column(shown, "indicator") == ["Lac count", "Cpp count"]
    assert links(shown) == {"authorities/surrey/indicators/lac_count.html"}


def test_what_was_put_off_is_shown_issue_by_issue(publish: Any) -> None:
    current = action("a", due_date=date(2017, 3, 31), n_put_off=1, is_carried_forward=True, n_issues=2)
    shared = ("authority_code", "action_id", "raised_in", "action", "status", "is_closed")
    issues = [
        {name: current[name] for name in shared}
        | {"due_date": due, "known_from": told, "was_put_off": put_off, "version_number": number}
        for number, (due, told, put_off) in enumerate(
            [(date(2017, 1, 31), date(2017, 1, 5), False), (date(2017, 3, 31), date(2017, 2, 23), True)], start=1
        )
    ]
    page = page_of(publish({"marts.fct_action": [current], "marts.fct_action_history": issues}))
    shown = table(page, "put-off-issues")
    assert column(shown, "due_date") == [date(2017, 1, 31), date(2017, 3, 31)]
    assert column(shown, "was_put_off") == [False, True]
    assert links(shown) == {"#action-a"}


def test_audits_stand_by_type_and_area_with_the_whole_last(publish: Any) -> None:
    rows = [
        audit(80.0),
        audit(12.0, audit_type="CP", area="East"),
        audit(None, audit_type="CP", area="West"),
        audit(9.0, audit_type="CIN", area="East"),
        audit(457.0, period_basis="cumulative", period_start=date(2016, 7, 1)),
        audit(70.0, month=date(2016, 12, 1), period_start=date(2016, 12, 1), period_end=date(2016, 12, 31)),
    ]
    page = page_of(publish({"marts.fct_audit": rows}))
    month = table(page, "audits-month")
    assert [one.label for one in month.columns] == ["Type", "East", "West", "All areas"]
    assert [cells(row) for row in month.rows] == [
        ["CIN", 9.0, "not given", "not given"],
        ["CP", 12.0, "not_available", "not given"],
        ["All types", "not given", "not given", 80.0],
    ]
    assert [cells(row) for row in table(page, "audits-cumulative").rows] == [["All types", 457.0]]
    assert "Jul 2016 to Jan 2017" in table(page, "audits-cumulative").caption
    assert column(table(page, "audits-by-month"), "audits") == [70.0, 80.0]


def test_both_ends_of_a_range_stand_beside_each_other(publish: Any) -> None:
    rows = [audit(20.0, bound="at_least"), audit(25.0, bound="at_most")]
    shown = table(page_of(publish({"marts.fct_audit": rows})), "audit-ranges")
    assert [cells(row)[-2:] for row in shown.rows] == [[20.0, 25.0]]


def test_grades_carry_the_note_that_months_are_not_like_for_like(publish: Any) -> None:
    rows = [audit(10.0, grade="good"), audit(4.0, grade="inadequate")]
    page = page_of(publish({"marts.fct_audit": rows}))
    assert "not like for like" in section(page, "grades").blocks[0].text  # type: ignore[union-attr]
    assert [cells(row) for row in table(page, "grades-0").rows] == [[date(2017, 1, 31), 10.0, 4.0]]


def test_a_month_leaves_out_what_came_later(publish: Any) -> None:
    rows = [
        audit(80.0),
        audit(70.0, month=date(2016, 12, 1), period_start=date(2016, 12, 1), period_end=date(2016, 12, 31)),
    ]
    reader = publish({"marts.fct_audit": rows, "marts.fct_action": [action("later", raised_in=date(2017, 2, 1))]})
    page = page_of(reader, date(2016, 12, 1))
    assert [one.id for one in page.sections] == ["audits"]
    assert [cells(row) for row in table(page, "audits-month").rows] == [["All types", 70.0]]


def test_what_senders_wrote_is_text(publish: Any) -> None:
    rows = [action("a", action=HOSTILE, owner="=cmd|' /C calc'!A0", what_was_done=HOSTILE)]
    html = render(page_of(publish({"marts.fct_action": rows, "marts.fct_audit": [audit(1.0, audit_type=HOSTILE)]})))
    assert HOSTILE not in html
    # The action, what was done, the type of audit and the key of its row.
    assert html.count("&lt;script&gt;alert(1)") == 4
    assert "=cmd|" in html
