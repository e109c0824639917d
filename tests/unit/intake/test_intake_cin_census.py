"""The children in need census: elements as rows, every one accounted for, nothing of a child in any message.

Belongs here: what XML and this return ask for. Does not belong here: rules of all lists (test_intake_lists). The
children here are made up by the tests.
"""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime

import pytest
from intake_files import Desk, codes

from orchestration.intake import Outcome
from orchestration.intake.children.codes import load_code_lists
from orchestration.intake.contracts import load_contracts
from orchestration.settings import PROJECT

RECEIVED = datetime(2024, 6, 1, tzinfo=UTC)
CONTRACT = load_contracts(PROJECT / "data" / "contracts")["cin_census"]
CODES = load_code_lists(PROJECT / "data" / "registry" / "codes" / "cin_census")
HEADER = """<Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year>
<ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel><LEA>886</LEA></Source>
</Header>"""
CHILD = """<Child>
<ChildIdentifiers><LAchildID>CH9001</LAchildID><UPN>A123456789123</UPN><PersonBirthDate>2015-03-27</PersonBirthDate><Sex>1</Sex></ChildIdentifiers>
<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities><Disability>HAND</Disability><Disability>HEAR</Disability></Disabilities></ChildCharacteristics>
<CINdetails>
<CINreferralDate>2023-10-06</CINreferralDate><ReferralSource>1A</ReferralSource><PrimaryNeedCode>N4</PrimaryNeedCode><ReferralNFA>0</ReferralNFA>
<Assessments><AssessmentActualStartDate>2023-10-08</AssessmentActualStartDate><AssessmentAuthorisationDate>2023-11-19</AssessmentAuthorisationDate>
<FactorsIdentifiedAtAssessment><AssessmentFactors>1C</AssessmentFactors><AssessmentFactors>6B</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>
<CINPlanDates><CINPlanStartDate>2023-11-24</CINPlanStartDate></CINPlanDates>
<Section47><S47ActualStartDate>2024-01-02</S47ActualStartDate><DateOfInitialCPC>2024-01-17</DateOfInitialCPC><ICPCnotRequired>false</ICPCnotRequired></Section47>
<ChildProtectionPlans><CPPstartDate>2024-01-17</CPPstartDate><InitialCategoryOfAbuse>PHY</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>
<NumberOfPreviousCPP>1</NumberOfPreviousCPP><Reviews><CPPreviewDate>2024-02-15</CPPreviewDate><CPPreviewDate>2024-03-20</CPPreviewDate></Reviews></ChildProtectionPlans>
</CINdetails>
<CINdetails><CINreferralDate>2024-03-06</CINreferralDate><ReferralSource>6</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode><ReferralNFA>1</ReferralNFA></CINdetails>
</Child>"""
SECRET = ("CH900", "A123456789123", "2015-03-27", "Zebedee")
ROWS = {"child": 1, "disabilities": 2, "referrals": 2, "assessments": 1, "plans": 1, "section_47": 1,
        "child_protection": 1, "reviews": 2}  # fmt: skip


def message(children: str = CHILD, header: str = HEADER, before: str = "") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="utf-8"?>\n{before}<Message>{header}\n<Children>{children}</Children></Message>'
    )
    return text.encode()


def receive(desk: Desk, content: bytes, name: str = "census.xml") -> Outcome:
    outcome = desk.one(content, name, RECEIVED)
    assert outcome.rows_in_file == outcome.rows_loaded + outcome.rows_quarantined
    assert not [secret for secret in SECRET if secret in outcome.to_json()]
    return outcome


def test_the_elements_of_every_path_are_the_rows_of_its_list(desk: Desk) -> None:
    outcome = receive(desk, message())
    assert (outcome.return_name, outcome.outcome, outcome.authority_code) == ("cin_census", "accepted", "E10000016")
    assert {name: len(desk.rows(f"cin_census_{name}")) for name in ROWS} == ROWS
    assert (outcome.period_from, outcome.period_to) == (date(2023, 4, 1), date(2024, 3, 31))
    (assessment,) = desk.rows("cin_census_assessments")
    assert (assessment["referral_date"], assessment["start_date"], assessment["factors"]) == (
        "2023-10-06", "2023-10-08", "1C|6B"
    )  # fmt: skip
    assert [r["disability"] for r in desk.rows("cin_census_disabilities")] == ["HAND", "HEAR"]
    reviews = desk.rows("cin_census_reviews")
    assert [(r["plan_start_date"], r["review_date"]) for r in reviews] == [
        ("2024-01-17", "2024-02-15"), ("2024-01-17", "2024-03-20")
    ]  # fmt: skip
    for name in ROWS:
        for row in desk.rows(f"cin_census_{name}"):
            assert (row["date_of_birth"], row["gender"], row["ethnicity"]) == ("2015-03-27", "1", "WBRI")
    assert len({r["child_key"] for name in ROWS for r in desk.rows(f"cin_census_{name}")}) == 1


def test_no_identifier_is_in_raw(desk: Desk) -> None:
    receive(desk, message())
    tables = {p.parent.name for p in desk.settings.raw.rglob("*.parquet")}
    held = [str(v) for t in tables for r in desk.rows(t) for v in r.values()]
    assert tables == {*(f"cin_census_{name}" for name in ROWS), "child_list", "child_spelling"}
    assert not [text for text in held for secret in ("CH900", "A123456789123") if secret in text]


def test_that_there_is_no_disability_is_an_answer(desk: Desk) -> None:
    none = CHILD.replace("<Disability>HAND</Disability><Disability>HEAR</Disability>", "<Disability>NONE</Disability>")
    assert receive(desk, message(none)).outcome == "accepted"
    said = [r["as_sent"] for r in desk.rows("child_spelling") if r["code_list"] == "disability"]
    assert said == ["NONE"]


def test_earlier_years_name_the_sex_otherwise_and_prefixes_say_nothing(desk: Desk) -> None:
    old = CHILD.replace("<Sex>1</Sex>", "<GenderCurrent>2</GenderCurrent>")
    receive(desk, message(old).replace(b"<Child>", b"<c:Child xmlns:c='x'>").replace(b"</Child>", b"</c:Child>"))
    assert [r["gender"] for r in desk.rows("cin_census_child")] == ["2"]


@pytest.mark.parametrize(
    ("old", "new", "code", "table", "lost"),
    [
        ("<CINreferralDate>2024-03-06<", "<CINreferralDate>2024-02-31<", "impossible_date", "referrals", 1),
        ("<CINreferralDate>2024-03-06<", "<CINreferralDate>soon, says Zebedee<", "bad_date", "referrals", 1),
        ("<S47ActualStartDate>2024-01-02</S47ActualStartDate>", "", "missing_value", "section_47", 1),
        ("<CPPreviewDate>2024-03-20<", "<CPPreviewDate>2034-03-20<", "future_date", "reviews", 1),
        ("<CPPstartDate>2024-01-17</CPPstartDate>", "<CPPstartDate>2024-01-17</CPPstartDate>" * 2, "repeated_element",
         "child_protection", 3),
        ("<LAchildID>CH9001<", "<LAchildID> <", "missing_value", "child", sum(ROWS.values())),
    ],
)  # fmt: skip
def test_an_element_that_breaks_a_rule_goes_back_by_its_line_and_the_rest_loads(
    desk: Desk, old: str, new: str, code: str, table: str, lost: int
) -> None:
    content = message(CHILD.replace(old, new))
    outcome = receive(desk, content)
    assert outcome.rows_quarantined == lost and outcome.rows_loaded == sum(ROWS.values()) - lost
    found = [p for p in outcome.problems if p.severity == "error" and p.code == code]
    assert found and len(desk.rows(f"cin_census_{table}")) < ROWS[table]
    part = next(part for part in CONTRACT.lists if part.name == table)
    begun = f"<{str(part.path).rsplit('/', 1)[-1]}>".encode()
    lines = content.split(b"\n")
    assert all(begun in lines[(p.row or 0) - 1] for p in found if p.sheet == part.path)


def test_an_element_that_the_return_does_not_have_is_told_by_its_name(desk: Desk) -> None:
    outcome = receive(
        desk, message(CHILD.replace("</ChildIdentifiers>", "<Nickname>Zebedee</Nickname></ChildIdentifiers>"))
    )
    assert [note for note in outcome.notes if "'Nickname'" in note]


ENTITY = '<!DOCTYPE Message [<!ENTITY who "Zebedee">]>'
OUTSIDE = '<!DOCTYPE Message SYSTEM "file:///etc/hostname">'
LAUGHS = '<!DOCTYPE Message [<!ENTITY a "Zebedee"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (message(before=ENTITY), "document_type", 2),
        (message(before=OUTSIDE), "document_type", 2),
        (message(CHILD.replace("CH9001", "&c;"), before=LAUGHS), "document_type", 2),
        (message(CHILD.replace("CH9001", "&who;")), "bad_xml", 6),
        (message(CHILD.replace("</UPN>", "")), "bad_xml", 6),
        (message()[:900], "bad_xml", None),
        (message("<a>" * 50 + "</a>" * 50), "too_deep", 5),
        (message(header=HEADER.replace(">CIN<", ">SSDA<")), "wrong_kind", None),
        (b"<?xml version='1.0'?><Workbook><Message>CH9001</Message></Workbook>", "wrong_kind", None),
        (b"<?xml version='1.0'?><html>CH9001</html>", "wrong_kind", None),
    ],
    ids=[
        "entity",
        "outside",
        "laughs",
        "undeclared",
        "unclosed",
        "cut off",
        "deep",
        "other return",
        "workbook",
        "page",
    ],
)
def test_xml_that_is_unsafe_broken_or_something_else_is_refused_by_its_line(
    desk: Desk, content: bytes, code: str, row: int | None
) -> None:
    outcome = receive(desk, content)
    assert outcome.outcome == "rejected" and codes(outcome) == {code}
    assert row is None or outcome.problems[0].row == row
    assert not list(desk.settings.raw.rglob("*.parquet"))


def test_a_census_without_children_is_an_empty_answer(desk: Desk) -> None:
    outcome = receive(desk, message(""))
    assert outcome.loaded and outcome.rows_in_file == 0 and "no_rows" in codes(outcome)


def test_the_archived_file_is_its_owners_even_if_it_is_refused(desk: Desk) -> None:
    for content in (message(), message(before=ENTITY)):
        receive(desk, content)
    kept = list(desk.settings.archive.rglob("*.xml"))
    assert len(kept) == 2 and {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_every_category_has_its_list_and_every_code_leads_to_itself() -> None:
    assert {c.codes for part in CONTRACT.lists for c in part.columns if c.codes} == set(CODES)
    for name in ("ethnicity", "need", "closure_reason", "abuse", "contact_source", "disability"):
        for code in CODES[name].labels:
            assert CODES[name].code(code, authority_code=None, on=RECEIVED.date()) == code
