"""The SSDA903 by the mechanism of the lists: known by its headings, its year, nothing of a child but a key.

Belongs here: what is this return's own. Does not belong here: rules of all lists (test_intake_lists). The children here
are made up by the tests.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from intake_files import Desk, codes, csv_bytes, workbook_bytes

from orchestration.intake import Outcome
from orchestration.intake.children.codes import load_code_lists
from orchestration.intake.children.headings import match_headings
from orchestration.intake.contracts import load_contracts
from orchestration.settings import PROJECT

RECEIVED = datetime(2018, 6, 1, tzinfo=UTC)
CONTRACTS = load_contracts(PROJECT / "data" / "contracts")
CONTRACT = CONTRACTS["ssda903"]
CODES = load_code_lists(PROJECT / "data" / "registry" / "codes" / "ssda903")
FILES: dict[str, list[list[Any]]] = {
    "header": [["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"],
               ["771", "2", "27/03/2008", "WROM", "D051910639385", "", ""]],
    "episodes": [["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE",
                  "HOME_POST", "PL_POST", "URN"],
                 ["771", "15/02/2016", "S", "C2", "N3", "U4", "PR1", "14/08/2017", "X1", "CLOSE", "ZZ1 1ZZ", "", "SC1"],
                 ["771", "14/08/2017", "P", "C2", "N3", "K2", "PR4", "", "", "", "ZZ1 1ZZ", "ZZ9 9ZZ", "SC2"]],
    "reviews": [["CHILD", "DOB", "REVIEW", "REVIEW_CODE"], ["771", "27/03/2008", "30/08/2017", "PN1"]],
    "missing": [["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"], ["771", "27/03/2008", "M", "13/11/2017", ""]],
    "uasc": [["CHILD", "SEX", "DOB", "DUC"], ["772", "1", "10/07/2012", "10/07/2030"]],
    "oc2": [["CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK",
             "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"],
            ["771", "27/03/2008", "12", "", "0", "", "1", "1", "1", "0", "", ""]],
    "ad1": [["CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"],
            ["773", "15/06/2013", "22/11/2015", "22/11/2015", "1", "2", "MM", "L12"]],
    "placed_for_adoption": [["CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"],
                            ["773", "15/06/2013", "22/11/2015", "", ""]],
    "previous_permanence": [["CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"],
                            ["771", "27/03/2008", "P1", "936", "zz/03/2014"]],
}  # fmt: skip
ROWS = sum(len(rows) - 1 for rows in FILES.values())
SECRET = ("771", "772", "773", "D051910639385", "ZZ1 1ZZ", "ZZ9 9ZZ")


def zipped(files: dict[str, list[list[Any]]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for n, rows in enumerate(files.values()):
            package.writestr(f"{n}.csv", csv_bytes(rows))
    return buffer.getvalue()


def receive(desk: Desk, content: bytes, name: str) -> Outcome:
    outcome = desk.one(content, name, RECEIVED)
    assert outcome.rows_in_file == outcome.rows_loaded + outcome.rows_quarantined
    return outcome


def test_every_file_is_known_by_its_headings_among_all_lists_of_all_returns() -> None:
    every = [part for contract in CONTRACTS.values() for part in contract.lists if contract.formats.csv]
    for part in CONTRACT.lists:
        headings = match_headings(FILES[part.name][0], every)
        assert headings and headings.part is part and not headings.missing()


@pytest.mark.parametrize("kind", ["zip", "workbook"])
def test_the_nine_files_load_whole_and_describe_their_year(desk: Desk, kind: str) -> None:
    content = zipped(FILES) if kind == "zip" else workbook_bytes(FILES)
    outcome = receive(desk, content, f"Kent SSDA903.{'zip' if kind == 'zip' else 'xlsx'}")
    assert (outcome.return_name, outcome.rows_loaded, outcome.outcome) == ("ssda903", ROWS, "accepted")
    accounts = {(r["return_name"], r["as_at"], r["window_from"]) for r in desk.rows("child_list")}
    assert accounts == {("ssda903", "2018-03-31", "2017-04-01")}
    assert [r["started_date"] for r in desk.rows("ssda903_episodes")] == ["2016-02-15", "2017-08-14"]
    assert [r["status_ceased_date"] for r in desk.rows("ssda903_uasc")] == ["2030-07-10"]
    assert [r["permanence_date"] for r in desk.rows("ssda903_previous_permanence")] == ["zz/03/2014"]


@pytest.mark.parametrize(
    ("name", "as_at", "window_from"),
    [
        ("Kent_SSDA903_2016-17.zip", "2017-03-31", "2016-04-01"),
        ("Kent SSDA903 2017-12-31.zip", "2017-12-31", "2017-04-01"),
        ("Kent SSDA903.zip", "2018-03-31", "2017-04-01"),
    ],
)
def test_the_name_of_the_file_may_say_its_year(desk: Desk, name: str, as_at: str, window_from: str) -> None:
    outcome = receive(desk, zipped(FILES), name)
    assert (outcome.period_from, outcome.period_to) == (date.fromisoformat(window_from), date.fromisoformat(as_at))


def test_a_year_that_is_not_over_reaches_to_its_newest_day(desk: Desk) -> None:
    rows = [
        FILES["episodes"][0],
        [*FILES["episodes"][1][:1], "14/05/2018", *FILES["episodes"][1][2:7], "", "", *[""] * 4],
    ]
    outcome = receive(desk, csv_bytes(rows), "Kent episodes.csv")
    assert (outcome.period_from, outcome.period_to) == (date(2018, 4, 1), date(2018, 5, 14))


def test_a_file_without_any_day_of_its_own_goes_by_the_day_of_receipt(desk: Desk) -> None:
    outcome = receive(desk, csv_bytes(FILES["header"]), "Kent header.csv")
    assert outcome.period_to == RECEIVED.date() and any("day of receipt" in note for note in outcome.notes)


def test_nothing_that_names_a_child_is_in_raw(desk: Desk) -> None:
    receive(desk, zipped(FILES), "Kent.zip")
    tables = {p.parent.name for p in desk.settings.raw.rglob("*.parquet")}
    held = [str(v) for t in tables for r in desk.rows(t) for v in r.values()]
    assert len(tables) == len(FILES) + 2
    # A key is 32 random hexadecimal digits, in which a short number may stand by chance.
    readable = [text for text in held if not re.fullmatch("[0-9a-f]{32}", text)]
    assert not [text for text in readable for secret in SECRET if secret in text]
    keys = {
        r["child_key"] for t in ("header", "episodes", "reviews", "missing", "oc2") for r in desk.rows(f"ssda903_{t}")
    }
    assert len(keys) == 1


def test_a_list_of_another_return_in_the_file_is_set_aside(desk: Desk) -> None:
    annex = [["Authority", "Child Unique ID", "Gender", "Ethnicity", "Date of Contact", "Contact Source"],
             ["Kent", "CH1", "a) Male", "WBRI", "01/05/2017", "6"]]  # fmt: skip
    outcome = receive(desk, zipped({"contacts": annex, **FILES}), "Kent SSDA903.zip")
    assert (outcome.return_name, outcome.rows_loaded, outcome.rows_quarantined) == ("ssda903", ROWS, 1)
    assert "second_return" in codes(outcome) and desk.rows("annex_a_contacts") == []


def test_every_code_of_the_guidance_leads_to_itself_and_every_category_has_its_list() -> None:
    assert {c.codes for part in CONTRACT.lists for c in part.columns if c.codes} == set(CODES)
    for name in ("legal_status", "placement_type", "placement_provider", "ceased_reason", "need", "review", "ethnicity",
                 "episode_reason", "placement_change", "permanence", "sdq_reason"):  # fmt: skip
        for code in CODES[name].labels:
            assert CODES[name].code(code, authority_code=None, on=RECEIVED.date()) == code
    said = {"gender": {"1": "male", "2": "female"}, "yes_no": {"0": "no", "1": "yes", "1.0": "yes"}}
    for name, pairs in said.items():
        for text, code in pairs.items():
            assert CODES[name].code(text, authority_code=None, on=RECEIVED.date()) == code
