"""Commands over single children: a council's own publication, and the keys of its own identifiers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import duckdb
import pytest

from orchestration import publish
from orchestration.intake.children.pseudonyms import pseudonyms
from orchestration.settings import Settings

from .conftest import Bellwether


@pytest.fixture
def with_children(settings: Settings) -> Settings:
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("create schema restricted")
        connection.execute(
            "create table restricted.caseload as select 'E10000030' as authority_code, 'w1' as worker_key, 21 as cases"
        )
    publish.publish(
        settings,
        as_of=date(2017, 1, 31),
        published_at=datetime(2017, 2, 2, 12, tzinfo=UTC),
        code_version="0.1.0+abc",
        registry_hash="r1",
        fingerprint="f1",
        gate_result={},
    )
    return settings


def test_a_council_queries_its_own_publication(bellwether: Bellwether, with_children: Settings) -> None:
    for authority in ("E10000030", "Surrey"):
        query = "select worker_key, cases from restricted.caseload"
        said = bellwether("sql", "--restricted", authority, query, "--home", with_children.home, "--format", "csv")
        assert said.out.splitlines() == ["worker_key,cases", "w1,21"]


def test_the_shared_publication_answers_no_such_query(bellwether: Bellwether, with_children: Settings) -> None:
    said = bellwether("sql", "from restricted.caseload", "--home", with_children.home)
    assert said.code == 2


def test_an_authority_without_lists_is_told_so(bellwether: Bellwether, with_children: Settings) -> None:
    said = bellwether("sql", "--restricted", "Kent", "select 1", "--home", with_children.home)
    assert said.code == 2
    assert "no restricted publication" in said.err and "E10000030" in said.err


def test_pseudonym_gives_the_keys_that_lists_were_loaded_with(bellwether: Bellwether, settings: Settings) -> None:
    settings.child_key.write_bytes(bytes(range(32)))
    said = bellwether(
        "pseudonym", "--authority", "Surrey", "100234", " 100234 ", "--home", settings.home, "--format", "csv"
    )
    key = pseudonyms(bytes(range(32)))("E10000030", "child", "100234")
    assert said.out.splitlines() == ["child,child_key", f"100234,{key}", f" 100234 ,{key}"]
    worker = bellwether("pseudonym", "--authority", "Surrey", "--kind", "worker", "100234", "--home", settings.home)
    assert key not in worker.out and "worker_key" in worker.out


def test_pseudonym_makes_no_secret_of_its_own(bellwether: Bellwether, settings: Settings) -> None:
    said = bellwether("pseudonym", "--authority", "Surrey", "100234", "--home", settings.home)
    assert said.code == 2
    assert "no child-level list has been loaded" in said.err
    assert not settings.child_key.exists()


def test_a_secret_that_is_none_is_named_and_no_key_is_given(bellwether: Bellwether, settings: Settings) -> None:
    settings.child_key.write_bytes(b"short")
    said = bellwether("pseudonym", "--authority", "Surrey", "100234", "--home", settings.home)
    assert (said.code, said.out) == (2, "")
    assert "child_key does not hold 32 bytes" in said.err
