"""Restricted publications: own rows only, private, and released, kept and removed with the shared one."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hand_made import write_build

from orchestration import publish
from orchestration.publish import Publication, PublicationError, restricted
from orchestration.settings import Settings

SURREY, KENT = "E10000030", "E10000016"


@pytest.fixture(autouse=True)
def build(settings: Settings) -> None:
    write_build(settings)
    add_children(settings)


def add_children(settings: Settings) -> None:
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("create schema restricted")
        connection.execute(
            f"""
            create table restricted.unallocated_case as select * from (values
                ('{SURREY}', 'a1', 3), ('{SURREY}', 'a2', 4), ('{KENT}', 'b1', 5)
            ) as cases(authority_code, child_key, age)
            """
        )
        connection.execute("comment on column restricted.unallocated_case.age is 'Completed years.'")
        connection.execute(
            f"create table restricted.caseload as select '{KENT}' as authority_code, 'w' as worker_key, 21 as cases"
        )


def files(settings: Settings) -> set[str]:
    return {str(path.relative_to(settings.restricted)) for path in settings.restricted.rglob("*") if path.is_file()}


def test_each_authority_gets_its_own_rows_and_no_other(settings: Settings, make: Callable[..., Publication]) -> None:
    made = make()
    assert publish.restricted_authorities(settings, made.publication_id) == [KENT, SURREY]
    with publish.connect_restricted(settings, SURREY) as connection:
        rows = connection.execute("select child_key from restricted.unallocated_case order by all").fetchall()
        assert rows == [("a1",), ("a2",)]
        assert connection.execute("select count(*) from restricted.caseload").fetchall() == [(0,)]
        assert connection.execute("select publication_id, n_rows from about.publication").fetchall() == [
            (made.publication_id, 2)
        ]
        (comment,) = connection.execute(
            "select comment from duckdb_columns() where table_name = 'unallocated_case' and column_name = 'age'"
        ).fetchall()[0]
        assert comment == "Completed years."
    text = (settings.restricted / SURREY / f"{made.publication_id}.duckdb").read_bytes()
    assert b"b1" not in text or KENT.encode() not in text


def test_the_shared_publication_has_none_of_it(settings: Settings, make: Callable[..., Publication]) -> None:
    made = make()
    with publish.connect(settings) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
    assert ("restricted",) not in schemas
    assert not [path for path in (made.folder / "parquet").iterdir() if "restricted" in path.name]


def test_only_the_account_of_the_warehouse_may_open_it(settings: Settings, make: Callable[..., Publication]) -> None:
    make()
    modes = {
        path.is_dir(): stat.S_IMODE(path.stat().st_mode)
        for path in (settings.restricted, *settings.restricted.rglob("*"))
    }
    assert modes == {True: 0o700, False: 0o600}


def test_it_is_kept_gone_back_to_and_removed_with_the_shared_one(
    settings: Settings, make: Callable[..., Publication]
) -> None:
    made = [make() for _ in range(5)]
    kept = {one.publication_id for one in made[-3:]}
    assert files(settings) == {f"{code}/{one}.duckdb" for code in (SURREY, KENT) for one in kept}
    publish.rollback(settings)
    with publish.connect_restricted(settings, KENT) as connection:
        assert connection.execute("select publication_id from about.publication").fetchall() == [
            (made[-2].publication_id,)
        ]


def test_nothing_is_released_when_a_run_is_killed_before_the_pointer(
    settings: Settings, make: Callable[..., Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make()

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("orchestration.publish.build.sync_folder", killed)
        with pytest.raises(KeyboardInterrupt):
            make(registry_hash="r2")
    with publish.connect_restricted(settings, KENT) as connection:
        found = connection.execute("select publication_id from about.publication").fetchall()
    assert found == [(first.publication_id,)]


@pytest.mark.parametrize("step", ["prove", "sync_file"])
def test_a_half_made_one_is_a_leftover(
    settings: Settings, make: Callable[..., Publication], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = make()

    def killed(path: Path, *arguments: object) -> None:
        if settings.restricted in path.parents:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"orchestration.publish.content.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            make()
    assert len(files(settings)) > 2
    last = make()
    assert files(settings) == {
        f"{code}/{one.publication_id}.duckdb" for code in (SURREY, KENT) for one in (first, last)
    }


def test_an_authority_that_is_gone_leaves_no_folder(settings: Settings, make: Callable[..., Publication]) -> None:
    make()
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(f"delete from restricted.unallocated_case where authority_code = '{SURREY}'")
    for _ in range(3):
        make()
    assert not (settings.restricted / SURREY).exists()
    with pytest.raises(PublicationError, match=f"no restricted publication.*There are: {KENT}"):
        publish.connect_restricted(settings, SURREY)


def test_a_build_without_children_has_none(settings: Settings, make: Callable[..., Publication]) -> None:
    write_build(settings)
    made = make()
    assert publish.restricted_authorities(settings, made.publication_id) == []
    assert not settings.restricted.exists()


def test_paths_are_by_authority_and_publication(settings: Settings) -> None:
    path = restricted.restricted_path(settings, SURREY, "20170201T120000000Z-abcdef12")
    assert path == settings.restricted / SURREY / "20170201T120000000Z-abcdef12.duckdb"
