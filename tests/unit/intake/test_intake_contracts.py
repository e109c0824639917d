"""Contracts: complete, consistent with the raw tables, and strict about their own spelling."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from orchestration.intake import RAW_TABLES
from orchestration.intake.contracts import Contract, ContractError, load_contracts, read_contract
from orchestration.intake.tables import OF_LISTS
from orchestration.intake.text import display, fold_lookalikes, key, lookalikes, words
from orchestration.settings import PROJECT

FOLDER = PROJECT / "data" / "contracts"
CONTRACTS = load_contracts(FOLDER)


def test_every_raw_table_has_its_contract() -> None:
    filled = [table for contract in CONTRACTS.values() for table in contract.tables if table not in OF_LISTS]
    assert sorted([*filled, *OF_LISTS]) == sorted(RAW_TABLES.keys() - {"submission", "problem"})


def test_every_raw_table_is_a_source_of_the_warehouse() -> None:
    sources = yaml.safe_load((PROJECT / "dbt_project" / "models" / "sources.yml").read_text(encoding="utf-8"))[
        "sources"
    ]
    (raw,) = [source for source in sources if source["name"] == "raw"]
    assert sorted(table["name"] for table in raw["tables"]) == sorted(RAW_TABLES)
    assert all(table["description"] for table in raw["tables"])


def test_a_person_in_a_list_is_loaded_as_a_key_and_nothing_else_of_a_list_names_one() -> None:
    for contract in CONTRACTS.values():
        for part in contract.lists:
            for column in part.columns:
                names_one = column.type == "identifier" or column.name in ("family_id", "worker", "personal_adviser")
                assert bool(column.key) == names_one == column.raw_name.endswith("_key")


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.name)
def test_a_contract_says_what_it_is(contract: Contract) -> None:
    assert contract.title and contract.description and contract.version
    assert contract.formats.csv or contract.formats.xlsx or contract.formats.xml
    assert all(c.description for c in contract.columns)
    if contract.frequency == "monthly":
        assert contract.due_working_day == 10


@pytest.mark.parametrize("contract", [c for c in CONTRACTS.values() if c.layout == "rows"], ids=lambda c: c.name)
def test_a_row_shaped_return_has_the_columns_of_its_table(contract: Contract) -> None:
    table = [name for name, _ in RAW_TABLES[contract.name]]
    assert table == [
        *(c.name for c in contract.columns),
        "extra",
        "submission_id",
        "source_sheet",
        "source_row",
        "source_column",
    ]


def test_no_two_returns_are_recognised_by_the_same_columns() -> None:
    signed = [c for c in CONTRACTS.values() if c.signature]
    for one in signed:
        for other in signed:
            if one is not other and one.signature and other.signature:
                assert not {c.name for c in one.columns if c.required} <= set(other.signature.all_of)


@pytest.mark.parametrize(
    "change",
    [
        {"colums": []},
        {"layout": "table"},
        {"name": "other"},
        {"signature": {"all_of": ["no_such_column"]}},
        {"period": {"start": "nope"}},
    ],
)
def test_a_wrong_contract_is_refused_by_name(tmp_path: Path, change: dict[str, object]) -> None:
    content = yaml.safe_load((FOLDER / "events.yml").read_text(encoding="utf-8")) | change
    path = tmp_path / "events.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ContractError, match=r"events\.yml"):
        read_contract(path)


def test_importing_intake_imports_no_heavy_library() -> None:
    heavy = ("pandas", "pyarrow", "duckdb", "openpyxl", "numpy", "yaml", "pydantic")
    script = f"import sys, orchestration.intake; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout.strip() == "[]"


def test_headings_are_compared_whatever_their_case_spacing_and_letters() -> None:
    assert key(" Period\u00a0Start ") == key("period-start") == key("PERIOD_START") == "period_start"
    assert key("61+_days") == "61_plus_days"
    assert words("Referrals – total*") == "referrals - total"
    assert fold_lookalikes("СО Мау") == "CO May"
    assert lookalikes("СО") == "СО" and lookalikes("Жизнь") == "" and lookalikes("café") == ""
    assert display("a\x00b\nc") == "a�b c"
