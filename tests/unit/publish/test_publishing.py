"""What a publication holds, and that nobody ever sees half of one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hand_made import write_build

from orchestration import publish
from orchestration.publish import Publication, PublicationError
from orchestration.settings import Settings

Make = Callable[..., Publication]


def read(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with publish.connect(settings) as connection:
        return connection.execute(query).fetchall()


def content(settings: Settings) -> dict[object, object]:
    return dict(read(settings, "select table_schema || '.' || table_name, content_hash from about.table_content"))


def test_it_holds_marts_and_quality_and_nothing_of_raw_or_gate(settings: Settings, make: Make) -> None:
    write_build(settings)
    make()
    schemas = {row[0] for row in read(settings, "select distinct schema_name from duckdb_tables()")}
    assert schemas == {"marts", "quality", "about"}


def test_views_are_published_as_tables(settings: Settings, make: Make) -> None:
    write_build(settings)
    make()
    assert read(settings, "select n from marts.mart_view") == [(3,)]
    assert read(settings, "select count(*) from duckdb_views() where not internal") == [(0,)]


def test_comments_of_tables_and_columns_come_with_it(settings: Settings, make: Make) -> None:
    write_build(settings)
    make()
    table = read(settings, "select comment from duckdb_tables() where table_name = 'fct_indicator_value'")
    column = read(
        settings,
        "select comment from duckdb_columns() where table_name = 'fct_indicator_value' and column_name = 'value'",
    )
    assert table == [("One row a figure; it's the current one.",)]
    assert column == [("The number, or NULL with a status.",)]


def test_everything_about_it_is_commented(settings: Settings, make: Make) -> None:
    write_build(settings)
    make()
    without = "select table_name, column_name from duckdb_columns() where schema_name = 'about' and comment is null"
    assert read(settings, without) == []


def test_the_certificate_says_what_it_was_made_from(settings: Settings, make: Make) -> None:
    write_build(settings)
    made = make()
    row = read(
        settings,
        """
        select publication_id, as_of::varchar, data_as_at::varchar, code_version, registry_hash, fingerprint,
            gate_result, n_tables, n_rows
        from about.publication
        """,
    )
    wanted = (made.publication_id, "2017-01-31", "2016-11-05", "0.1.0+abc", "r1", "f1")
    assert row == [(*wanted, '{"findings": {"warning": 2}}', 10, made.n_rows)]
    tools = json.loads(str(read(settings, "select tool_versions from about.publication")[0][0]))
    assert {"python", "duckdb", "dbt-core"} <= tools.keys()


def test_as_at_gives_the_fact_table_as_it_was_known_that_day(settings: Settings, make: Make) -> None:
    write_build(settings)
    make()
    query = """
        select value from marts.as_at(date '{}')
        where indicator_code = 'initial_contacts' and authority_code = 'E10000030'
    """
    assert read(settings, query.format("2016-10-31")) == []
    assert read(settings, query.format("2016-11-04")) == [(800.0,)]
    assert read(settings, query.format("2016-11-05")) == [(812.0,)]


def test_as_at_has_exactly_the_columns_of_the_fact_table(settings: Settings, make: Make) -> None:
    write_build(settings)
    make()
    assert read(settings, "describe from marts.as_at(date '2017-01-01')") == read(
        settings, "describe marts.fct_indicator_value"
    )


def test_two_builds_of_the_same_rows_have_the_same_hashes_whatever_their_order(settings: Settings, make: Make) -> None:
    write_build(settings)
    first = make()
    hashes = content(settings)
    write_build(settings, order="desc")
    second = make()
    assert content(settings) == hashes
    assert first.content_hash == second.content_hash
    assert first.publication_id != second.publication_id


def test_another_value_gives_another_hash_of_its_table_only(settings: Settings, make: Make) -> None:
    write_build(settings)
    make()
    before = content(settings)
    write_build(settings, extra_rows=1)
    make()
    after = content(settings)
    assert {name for name in after if before[name] != after[name]} == {"quality.submission"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("null::varchar as a", "'' as a"),
        ("'a' as a, 'b' as b", "'ab' as a, '' as b"),
        ("1.0::double as a", "1::integer as a"),
        ("'1' as a", "1 as a"),
        ("'x' as a, 'y' as b", "'y' as a, 'x' as b"),
        ("1 as a", "1 as b"),
    ],
)
def test_hashes_tell_apart_what_looks_alike(one: str, other: str, tmp_path: Path) -> None:
    from orchestration.publish.content import table_contents

    hashes = []
    for number, values in enumerate((one, other)):
        with duckdb.connect(str(tmp_path / f"{number}.duckdb")) as connection:
            connection.execute("create schema marts")
            connection.execute(f"create table marts.t as select {values}")
            hashes.append(table_contents(connection, ("marts",))[0].content_hash)
    assert hashes[0] != hashes[1]


def test_parquet_lies_beside_it_with_the_same_rows(settings: Settings, make: Make) -> None:
    write_build(settings)
    made = make()
    files = sorted(path.name for path in (made.folder / "parquet").iterdir())
    assert "marts.fct_indicator_value.parquet" in files
    assert "about.publication.parquet" in files
    file = made.folder / "parquet" / "marts.fct_indicator_value.parquet"
    assert duckdb.sql(f"select count(*) from '{file}'").fetchall() == [(3,)]


def test_ids_sort_by_time(settings: Settings, make: Make) -> None:
    write_build(settings)
    ids = [make().publication_id for _ in range(3)]
    assert ids == sorted(ids)


def test_the_last_ones_are_kept_and_the_current_one_always(settings: Settings, make: Make) -> None:
    write_build(settings)
    ids = [make().publication_id for _ in range(3)]
    publish.rollback(settings, ids[0])
    make_more = [make().publication_id for _ in range(2)]
    kept = [one.publication_id for one in publish.publications(settings)]
    assert kept == [ids[2], *make_more]
    publish.rollback(settings, ids[2])
    assert publish.prune(settings.model_copy(update={"keep_publications": 1})) == [make_more[0]]
    assert [one.publication_id for one in publish.publications(settings)] == [ids[2], make_more[1]]


def test_rollback_points_to_the_one_before_and_moves_nothing_else(settings: Settings, make: Make) -> None:
    write_build(settings)
    first, second = make(), make()
    assert publish.rollback(settings).publication_id == first.publication_id
    current = publish.current(settings)
    assert current is not None
    assert current.publication_id == first.publication_id
    assert current.is_current
    assert second.path.exists()
    with pytest.raises(PublicationError, match="no earlier publication"):
        publish.rollback(settings)
    with pytest.raises(PublicationError, match=first.publication_id):
        publish.rollback(settings, "no-such-id")


def test_an_open_reader_keeps_its_publication_while_the_next_is_made(settings: Settings, make: Make) -> None:
    write_build(settings)
    make()
    with publish.connect(settings) as reader:
        write_build(settings, extra_rows=5)
        make()
        assert reader.execute("select count(*) from quality.submission").fetchall() == [(3,)]
    assert read(settings, "select count(*) from quality.submission") == [(8,)]


def test_without_a_publication_readers_are_told_what_to_do(settings: Settings) -> None:
    assert publish.current(settings) is None
    assert publish.publications(settings) == []
    with pytest.raises(PublicationError, match="bellwether run"):
        publish.connect(settings)


def test_a_build_without_marts_is_not_published(settings: Settings, make: Make) -> None:
    write_build(settings)
    first = make()
    write_build(settings, with_marts=False)
    with pytest.raises(PublicationError, match="no marts"):
        make()
    current = publish.current(settings)
    assert current is not None
    assert current.publication_id == first.publication_id


def test_a_history_that_lacks_a_column_of_the_fact_table_is_not_published(settings: Settings, make: Make) -> None:
    write_build(settings)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("alter table marts.fct_indicator_version_history drop column value_text")
    with pytest.raises(PublicationError, match="value_text"):
        make()
    assert publish.current(settings) is None


def test_what_a_killed_run_left_is_cleared_by_the_next(settings: Settings, make: Make) -> None:
    write_build(settings)
    first = make()
    leftover = settings.published / ".building-12345"
    leftover.mkdir()
    (leftover / "draft.duckdb").write_text("half")
    without_certificate = settings.published / "bellwether-20170101T000000000Z-dead.duckdb"
    without_certificate.write_text("half")
    without_database = settings.published / "20170101T000000000Z-beef"
    shutil.copytree(first.folder, without_database)
    assert [one.publication_id for one in publish.publications(settings)] == [first.publication_id]
    second = make()
    assert not leftover.exists()
    assert not without_certificate.exists()
    assert not without_database.exists()
    assert [one.publication_id for one in publish.publications(settings)] == [
        first.publication_id,
        second.publication_id,
    ]


def test_a_pointer_to_a_publication_that_is_gone_says_what_to_do(settings: Settings, make: Make) -> None:
    write_build(settings)
    made = make()
    shutil.rmtree(made.folder)
    with pytest.raises(PublicationError, match="rollback"):
        publish.current(settings)
