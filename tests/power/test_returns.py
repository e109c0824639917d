"""From files in landing to findings: what the rules say of tables filled by hand they say of returns that were sent."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.power.faults import FAULTS
from tests.power.generator import World, clean_world
from tests.power.returns import write_returns
from tests.power.store import SEEDS, findings_of

pytestmark = pytest.mark.slow

FAULTY = {
    0: ("advice counted as contacts", 0.4),
    1: ("referrals counted twice", 0.4),
    2: ("figure in tens", 0.0),
    3: ("sudden zero", 0.0),
}


@pytest.fixture(scope="module")
def world() -> World:
    """Twelve authorities of the registry, of which four have a fault."""
    made = clean_world(7, 12, 30)
    with duckdb.connect() as connection:
        codes = connection.execute(
            f"select authority_code from read_csv('{SEEDS / 'reg_authority.csv'}', header = true) "
            "where authority_type = 'local_authority' and valid_from is null and valid_to is null order by 1 limit 12"
        ).fetchall()
    made = replace(made, authorities=tuple(str(code) for (code,) in codes))
    rng = np.random.default_rng(7)
    for authority, (kind, size) in FAULTY.items():
        FAULTS[kind].apply(made, authority, 18, size, rng)
    return made


def test_returns_give_the_findings_of_the_tables(world: World, tmp_path: Path) -> None:
    by_tables = {
        (one.rule_id, one.authority_code, one.period_start, one.subject)
        for one in findings_of(world, tmp_path / "tables")
    }
    home = tmp_path / "home"
    write_returns(world, home / "landing")
    told = {"BELLWETHER_SHIPPED_RETURNS": "false", "BELLWETHER_STABLE_SECONDS": "0"}
    command = [sys.executable, "-m", "orchestration.cli", "run", "--home", str(home), "--as-of", "2026-11-21"]
    done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    (published,) = (home / "published").glob("*.duckdb")
    with duckdb.connect(str(published), read_only=True) as connection:
        by_returns = set(
            connection.execute(
                """
                select rule_id, authority_code, period_start, subject from quality.finding
                where split_part(rule_id, '.', 1) in ('definition', 'trend')
                """
            ).fetchall()
        )
    by_tables = {one for one in by_tables if one[0].startswith(("definition", "trend"))}
    assert {authority for _, authority, _, _ in by_tables} >= {world.authorities[number] for number in FAULTY}
    assert by_returns == by_tables
