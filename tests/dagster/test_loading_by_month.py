"""Raw assets: every run takes in what is new; a month that is named is loaded again; nothing is there twice."""

from __future__ import annotations

from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration import intake
from orchestration.defs.assets.raw import raw_monthly, received
from orchestration.defs.assets.reference import raw_reference
from orchestration.defs.resources import Bellwether
from orchestration.runtime.loading import LoadError, load_tables
from orchestration.settings import Settings

from .conftest import drop

ASSETS = [received, raw_monthly, raw_reference]
TABLE = dg.AssetKey(["raw", "indicator_return"])


def load(settings: Settings, instance: dg.DagsterInstance, **options: Any) -> dg.ExecuteInProcessResult:
    resources = {"bellwether": Bellwether(home=str(settings.home))}
    return dg.materialize(ASSETS, resources=resources, instance=instance, **options)


def count(settings: Settings, table: str) -> int:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        return int(connection.execute(f"select count(*) from raw.{table}").fetchall()[0][0])


def months_told(instance: dg.DagsterInstance) -> set[str]:
    return set(instance.get_materialized_partitions(TABLE))


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path_factory.mktemp("dagster"))) as made:
        yield made


def test_without_a_month_everything_new_is_loaded_and_its_months_are_told(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    drop(settings, "a.csv", "2016-10")
    drop(settings, "b.csv", "2016-11", "2016-12")
    assert load(settings, instance).success
    assert count(settings, "indicator_return") == 3
    assert count(settings, "submission") == 2
    # A return belongs to the month of its last day.
    assert months_told(instance) == {"2016-10", "2016-12"}


def test_a_second_run_adds_nothing(settings: Settings, instance: dg.DagsterInstance) -> None:
    drop(settings, "a.csv", "2016-10")
    load(settings, instance)
    drop(settings, "again.csv", "2016-10")
    load(settings, instance)
    assert count(settings, "indicator_return") == 1
    assert count(settings, "submission") == 1


def test_a_run_of_one_month_still_loads_what_came_for_another(settings: Settings, instance: dg.DagsterInstance) -> None:
    drop(settings, "a.csv", "2016-10")
    drop(settings, "b.csv", "2016-11")
    resources = {"bellwether": Bellwether(home=str(settings.home))}
    # A month needs assets of one partitioning; the job runs all of them together.
    job = dg.Definitions(
        assets=ASSETS,
        jobs=[dg.define_asset_job("all_raw")],
        resources=resources,
    ).resolve_job_def("all_raw")
    assert job.execute_in_process(instance=instance, partition_key="2016-10").success
    assert count(settings, "indicator_return") == 2
    assert months_told(instance) == {"2016-10", "2016-11"}


def test_a_range_of_months_is_loaded_again_in_one_run(settings: Settings, instance: dg.DagsterInstance) -> None:
    drop(settings, "a.csv", "2016-10")
    drop(settings, "b.csv", "2016-11")
    load(settings, instance)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("update raw.indicator_return set value = 'changed by hand'")
    resources = {"bellwether": Bellwether(home=str(settings.home))}
    job = dg.Definitions(
        assets=ASSETS,
        jobs=[dg.define_asset_job("all_raw")],
        resources=resources,
    ).resolve_job_def("all_raw")
    tags = {"dagster/asset_partition_range_start": "2016-10", "dagster/asset_partition_range_end": "2016-11"}
    assert job.execute_in_process(instance=instance, tags=tags).success
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        assert connection.execute("select distinct value from raw.indicator_return").fetchall() == [("1175",)]


def test_every_raw_table_is_there_with_all_its_columns_before_anything_came(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    load(settings, instance)
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        for table, columns in intake.RAW_TABLES.items():
            there = connection.execute(f"describe raw.{table}").fetchall()
            assert [(row[0], row[1]) for row in there] == columns


def test_a_build_file_of_other_code_is_started_anew(settings: Settings, instance: dg.DagsterInstance) -> None:
    drop(settings, "a.csv", "2016-10")
    load(settings, instance)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("update raw._made_by set hash = 'other code'")
        connection.execute("create table raw.left_by_other_code as select 1 as one")
    load(settings, instance)
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert "left_by_other_code" not in tables
    assert count(settings, "indicator_return") == 1


def test_a_raw_file_that_lost_rows_is_not_loaded(settings: Settings, instance: dg.DagsterInstance) -> None:
    drop(settings, "a.csv", "2016-10", "2016-11")
    load(settings, instance)
    settings.build_file.unlink()
    (file,) = (settings.raw / "indicator_return").glob("*.parquet")
    duckdb.sql(f"copy (select * from '{file}' limit 1) to '{file}.tmp' (format parquet)")
    file.with_name(file.name + ".tmp").replace(file)
    with pytest.raises(LoadError, match="1 rows, intake counted 2"):
        load_tables(settings, ["indicator_return"], intake.read_outcomes(settings))
    assert count(settings, "indicator_return") == 0


def test_a_raw_file_from_before_its_contract_gained_a_column_is_loaded(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    drop(settings, "a.csv", "2016-10")
    load(settings, instance)
    settings.build_file.unlink()
    (file,) = (settings.raw / "indicator_return").glob("*.parquet")
    duckdb.sql(f"copy (select * exclude (label) from '{file}') to '{file}.tmp' (format parquet)")
    file.with_name(file.name + ".tmp").replace(file)
    load_tables(settings, ["indicator_return"], intake.read_outcomes(settings))
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        rows = connection.execute("select label, value is not null from raw.indicator_return").fetchall()
    assert rows == [(None, True)]


def test_rows_of_every_table_are_told(settings: Settings, instance: dg.DagsterInstance) -> None:
    drop(settings, "a.csv", "2016-10")
    result = load(settings, instance)
    told = {
        event.asset_key.to_user_string(): event.materialization.metadata["dagster/row_count"].value
        for event in result.get_asset_materialization_events()
        if event.asset_key and "dagster/row_count" in event.materialization.metadata
    }
    assert told["raw/indicator_return"] == 1
    assert told["raw/submission"] == 1
    assert told["raw/targets"] == 0
