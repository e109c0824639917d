"""Commands as people type them: what they print, and how they end."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.settings import Settings

from .conftest import Bellwether

HEAVY = ("duckdb", "pandas", "dagster", "dbt", "great_expectations", "pyarrow", "pydantic", "rich")


def test_help_imports_nothing_heavy() -> None:
    asked = (
        "import sys; sys.argv = ['bellwether', '--help']\n"
        "from orchestration import cli\n"
        "try: cli.main()\n"
        f"finally: print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_a_query_gives_an_aligned_table(bellwether: Bellwether, settings: Settings) -> None:
    query = "select indicator_code, value from marts.fct_indicator_value order by all"
    said = bellwether("sql", query, "--home", settings.home)
    assert said.out.splitlines() == [
        "indicator_code    value",
        "----------------  -----",
        "initial_contacts    812",
        "initial_contacts",
        "repeat_plans       23.3",
        "(3 rows)",
    ]


def test_a_query_cannot_write(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("sql", "delete from marts.fct_indicator_value", "--home", settings.home)
    assert said.code == 2
    assert "read-only" in said.err


def test_exports_escape_formulas_and_keep_numbers(bellwether: Bellwether, settings: Settings, tmp_path: Path) -> None:
    query = "select '=1+1' as text, -5.5 as number, '-7' as minus, null as nothing"
    as_csv = bellwether("sql", query, "--home", settings.home, "--format", "csv")
    assert list(csv.reader(io.StringIO(as_csv.out))) == [
        ["text", "number", "minus", "nothing"],
        ["'=1+1", "-5.5", "'-7", ""],
    ]
    book = tmp_path / "out.xlsx"
    bellwether("sql", query, "--home", settings.home, "--format", "xlsx", "--output", book)
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == ["'=1+1", -5.5, "'-7", None]
    assert [cell.data_type for cell in sheet[2]][:2] == ["s", "n"]


def test_json_and_parquet_give_values_as_they_are(bellwether: Bellwether, settings: Settings, tmp_path: Path) -> None:
    query = "select date '2017-01-31' as day, '=x' as text, null::double as nothing, 1.5 as number"
    said = bellwether("sql", query, "--home", settings.home, "--format", "json")
    assert json.loads(said.out) == [{"day": "2017-01-31", "text": "=x", "nothing": None, "number": 1.5}]
    file = tmp_path / "out.parquet"
    bellwether("sql", query, "--home", settings.home, "--format", "parquet", "--output", file)
    assert [str(value) for value in duckdb.sql(f"from '{file}'").fetchall()[0]] == ["2017-01-31", "=x", "None", "1.5"]


def test_queries_come_one_after_another_without_an_argument(settings: Settings) -> None:
    command = [sys.executable, "-m", "orchestration.cli", "sql", "--home", str(settings.home)]
    asked = "select 1 as one;\nselect 2\n as two;\n"
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["one", "---", "1", "(1", "rows)", "two", "---", "2", "(1", "rows)"]


def test_findings_are_filtered(bellwether: Bellwether, settings: Settings) -> None:
    def rules(*filters: str) -> list[str]:
        said = bellwether("findings", *filters, "--home", settings.home, "--format", "json")
        return [one["rule_id"] for one in json.loads(said.out)]

    assert rules() == ["codes.known", "ratio.percentage"]
    assert rules("--severity", "critical") == ["codes.known"]
    assert rules("--authority", "Surrey") == ["ratio.percentage"]
    assert rules("--indicator", "Repeat plans") == ["ratio.percentage"]
    assert rules("--rule", "codes.") == ["codes.known"]


def test_publications_are_listed_and_the_path_is_for_scripts(bellwether: Bellwether, settings: Settings) -> None:
    listed = json.loads(bellwether("publications", "--home", settings.home, "--format", "json").out)
    assert [one["current"] for one in listed] == ["*"]
    path = Path(bellwether("publications", "--path", "--home", settings.home).out.strip())
    assert path.exists()
    assert listed[0]["publication_id"] in path.name


@pytest.mark.parametrize("command", [["sql", "select 1"], ["findings"], ["publications", "--path"], ["report"]])
def test_without_a_publication_one_line_says_what_to_do(
    bellwether: Bellwether, empty_home: Settings, command: list[str]
) -> None:
    said = bellwether(*command, "--home", empty_home.home)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "bellwether run" in said.err


def test_a_fault_is_one_line_without_a_traceback(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("sql", "select nothing_of_the_kind", "--home", settings.home)
    assert said.code == 2
    assert said.err.startswith("Error: ")
    assert "Traceback" not in said.err


def test_rollback_without_an_earlier_one_says_so(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("rollback", "--home", settings.home)
    assert (said.code, "no earlier publication" in said.err) == (2, True)


def test_doctor_finds_a_damaged_publication(bellwether: Bellwether, settings: Settings) -> None:
    assert "ok     Publication" in bellwether("doctor", "--home", settings.home).out
    pointed = json.loads((settings.published / "current.json").read_text())
    (settings.published / pointed["file"]).write_text("not a database")
    said = bellwether("doctor", "--home", settings.home)
    assert said.code == 2
    assert "wrong  Publication" in said.out


def test_a_check_of_a_file_loads_nothing(bellwether: Bellwether, empty_home: Settings, tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(
        "authority_code,period_basis,period_start,period_end,indicator,value\n"
        "E10000030,month,2016-10-01,2016-10-31,assessments_open,1175\n"
    )
    said = bellwether("check", file, "--home", empty_home.home)
    assert said.code == 0
    assert said.out.startswith("figures.csv: accepted")
    assert not empty_home.raw.exists()


def test_a_check_of_a_bad_file_says_what_to_do_and_ends_with_1(
    bellwether: Bellwether, empty_home: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "nothing.csv"
    file.write_text("")
    said = bellwether("check", file, "--home", empty_home.home, "--format", "json")
    assert said.code == 1
    problem = json.loads(said.out)[0]
    assert problem["outcome"] == "rejected"
    assert problem["message"]
    assert problem["what_to_do"]
