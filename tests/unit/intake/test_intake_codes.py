"""Code lists: the families of spellings map, what is doubtful does not, and an authority's own rows come first."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from orchestration.intake.children.codes import CodeListError, load_code_lists, read_code_list, spelling
from orchestration.intake.contracts import load_contracts
from orchestration.registry import load_registry
from orchestration.settings import PROJECT

LISTS = load_code_lists(PROJECT / "data" / "registry" / "codes" / "annex_a")
ON = date(2021, 3, 31)
HEADER = "code,label,grouped,pattern,authority_code,valid_from,valid_to,note\n"


def code(name: str, text: str) -> str | None:
    return LISTS[name].code(text, authority_code=None, on=ON)


@pytest.mark.parametrize(
    ("name", "expected", "texts"),
    [
        ("ethnicity", "WBRI", ["a) WBRI", "wbri", "White British", "White - British", "WBRI - White British",
                               "White: English / Welsh / Scottish / Northern Irish / British", "White\u00a0 British"]),
        ("ethnicity", "MWBC", ["f) MWBC", "White & Black Caribbean", "Mixed - White and Black Caribbean"]),
        ("ethnicity", "white", ["a) White", "White"]),
        ("ethnicity", "black", ["d) Black or black British"]),
        ("contact_source", "health_services", ["d) Health Services", "Health services"]),
        ("legal_status", "full_care_orders", ["b) Full care orders"]),
        ("closure_reason", "RC7", ["g) 'Other' incl. Child no longer in need"]),
        ("ethnicity", "APKN", ["k) APKN", "Pakistani", "Asian or Asian British - Pakistani"]),
        ("ethnicity", "AOTH", ["Any other Asian background", "AOTH"]),
        ("ethnicity", "NOBT", ["s) NOBT", "Not Stated", "Information not yet obtained", "Unknown"]),
        ("ethnicity", "REFU", ["s) REFU", "Refused", "Declined to say"]),
        ("contact_source", "1A", ["a) 1A: Individual", "1A", "Family member, relative or carer"]),
        ("contact_source", "3E", ["k) 3E: Health services", "A&E"]),
        ("contact_source", "6", ["q) 6: Police", "POLICE", "6"]),
        ("contact_source", "10", ["u) 10: Unknown", "Unknown"]),
        ("yes_no", "yes", ["a) Yes", "Y", "TRUE", "1"]),
        ("yes_no", "no", ["b) No", "n", "false", "0"]),
        ("gender", "female", ["b) Female", "F", "2"]),
        ("need", "N1", ["N1 - Abuse or Neglect", "a) N1: Abuse or neglect", "abuse/neglect"]),
        ("abuse", "PHY", ["b) Physical abuse", "PHY", "Physical"]),
        ("legal_status", "C2", ["C2: FCO", "C2 - Full care order", "Full care order"]),
        ("placement_type", "U4", ["d) U4: Foster placement - long term", "U4"]),
        ("activity", "G5", ["G5: Not in education, employment or training - other"]),
    ],
)  # fmt: skip
def test_a_family_of_spellings_is_one_code(name: str, expected: str, texts: list[str]) -> None:
    assert {text: code(name, text) for text in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ethnicity", "White or Asian"), ("ethnicity", "Background"), ("ethnicity", "a)"), ("ethnicity", ""),
        ("contact_source", "Health or housing"), ("contact_source", "1"), ("yes_no", "Yes - see note"),
        ("gender", "Femail"), ("need", "PSRMEM - Support with memory"), ("need", "N"), ("legal_status", "C"),
    ],
)  # fmt: skip
def test_what_could_be_several_codes_or_none_is_not_guessed(name: str, text: str) -> None:
    assert code(name, text) is None


def test_every_code_and_its_label_lead_to_itself() -> None:
    for code_list in LISTS.values():
        for own in (c for c in code_list.labels if re.fullmatch(r"[A-Z]+\d*[A-Z]?", c)):
            assert code_list.code(own, authority_code=None, on=ON) == own
            assert code_list.code(f"b) {own}", authority_code=None, on=ON) == own


def test_a_group_that_is_said_alone_is_counted_with_its_codes_and_is_no_code_of_the_guidance() -> None:
    """What stands for a group has the group's own word as its code, so that nobody takes it for a detailed one."""
    codes = load_registry(PROJECT).child_codes
    alone = [code for code in codes if code.note == "The group alone, as the template of Annex A lists it."]
    assert {"white", "health_services"} <= {code.code for code in alone}
    for code in alone:
        others = {one.group for one in codes if one.code_list == code.code_list and one is not code}
        assert not re.fullmatch(r"[A-Z]+\d*[A-Z]?", code.code)
        assert code.group in others or code.grouped is None


def test_every_category_has_its_code_list_and_every_code_list_a_category() -> None:
    contract = load_contracts(PROJECT / "data" / "contracts")["annex_a"]
    assert {c.codes for part in contract.lists for c in part.columns if c.codes} == set(LISTS)


def test_an_authoritys_own_rows_go_first_and_only_while_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "source.csv"
    path.write_text(
        HEADER + "6,Police,,police|mash,,,,\n8,Other,,mash,E10000030,2020-01-01,2020-12-31,The hub's own contacts\n",
        encoding="utf-8",
    )
    codes = read_code_list(path)
    assert codes.code("MASH", authority_code="E10000030", on=date(2020, 6, 1)) == "8"
    assert codes.code("MASH", authority_code="E10000030", on=date(2021, 1, 1)) == "6"
    assert codes.code("MASH", authority_code="E10000016", on=date(2020, 6, 1)) == "6"


def test_two_codes_for_one_spelling_are_none_whatever_their_order(tmp_path: Path) -> None:
    path = tmp_path / "source.csv"
    path.write_text(HEADER + "6,Police,,police|other,,,,\n8,Other,,other,,,,\n", encoding="utf-8")
    assert read_code_list(path).code("Other", authority_code=None, on=ON) is None


@pytest.mark.parametrize(
    "line", ["6,Police,,,,,,", "6,Police,,poli(ce,,,,", "6,Police,,(?=police).*,,,,", "6,Police,,police,,never,,", "6"]
)
def test_a_wrong_line_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "source.csv"
    path.write_text(HEADER + line + "\n", encoding="utf-8")
    with pytest.raises(CodeListError, match=r"source\.csv, line 2"):
        read_code_list(path)


def test_a_spelling_is_compared_without_the_templates_letter() -> None:
    assert (
        spelling("b) N2 - Child’s disability") == spelling("(B)  n2: CHILD'S   DISABILITY") == "n2 child s disability"
    )
    assert spelling("a)") == "a"
