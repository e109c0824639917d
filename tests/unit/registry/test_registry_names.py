"""Labels are compared in one normal form, and authorities by the code of the day."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.registry import code_of, normalise
from orchestration.registry.authorities import Authority, AuthorityName
from orchestration.registry.models import Registry


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("  Number of  CP Plans ", "number of cp plans"),
        ("Caseloads – cases per FTE", "caseloads - cases per fte"),
        ("Actual*", "actual"),
        ("Rate per 10,000²", "rate per 10,000"),
        ("‘Child seen’", "'child seen'"),
        ("cafe\u0301", "café"),
        ("", ""),
    ],
)
def test_normalise_takes_away_what_print_adds(printed: str, normal: str) -> None:
    assert normalise(printed) == normal


def test_normalise_is_stable() -> None:
    for text in ("A – B *", "x²  y", "ＦＵＬＬ"):
        assert normalise(normalise(text)) == normalise(text)


def test_normalise_keeps_look_alike_letters_apart() -> None:
    assert normalise("СО") != normalise("CO")


def test_code_of_makes_a_code() -> None:
    assert code_of("61+ days") == "61_days"
    assert code_of("At31_episodes") == "at31_episodes"


def registry() -> Registry:
    def council(code: str, dfe: str, name: str, **dates: str | date) -> Authority:
        return Authority.model_validate(
            {
                "authority_code": code,
                "dfe_code": dfe,
                "name": name,
                "region_code": "E12000008",
                "authority_type": "local_authority",
                **dates,
            }
        )

    return Registry(
        authorities=[
            council("E10000002", "825", "Buckinghamshire", valid_to=date(2020, 3, 31), successor_code="E06000060"),
            council("E06000060", "825", "Buckinghamshire", valid_from=date(2020, 4, 1)),
            council("E10000009", "835", "Dorset", valid_to=date(2019, 3, 31), successor_code="E06000059"),
            council("E06000059", "838", "Dorset", valid_from=date(2019, 4, 1)),
        ],
        authority_names=[AuthorityName(name="Bucks", authority_code="E06000060")],
    )


@pytest.mark.parametrize("text", ["E06000060", "e10000002", "825", "Buckinghamshire", "BUCKINGHAMSHIRE ", "Bucks"])
def test_a_body_with_two_codes_resolves_to_the_code_of_the_day(text: str) -> None:
    assert registry().resolve_authority(text, date(2019, 3, 31)) == "E10000002"
    assert registry().resolve_authority(text, date(2020, 3, 31)) == "E10000002"
    assert registry().resolve_authority(text, date(2020, 4, 1)) == "E06000060"
    assert registry().resolve_authority(text) == "E06000060"


def test_a_dissolved_authority_keeps_its_code_and_gives_its_name_away() -> None:
    found = registry()
    assert found.resolve_authority("E10000009", date(2023, 3, 31)) == "E10000009"
    assert found.resolve_authority("835", date(2023, 3, 31)) == "E10000009"
    assert found.resolve_authority("Dorset", date(2019, 3, 31)) == "E10000009"
    assert found.resolve_authority("Dorset", date(2019, 4, 1)) == "E06000059"


def test_an_unknown_authority_is_none() -> None:
    assert registry().resolve_authority("Rutshire") is None
    assert registry().resolve_authority("") is None
