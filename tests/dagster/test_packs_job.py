"""The job that makes packs: one for each authority that sends returns; one that has no figure stops nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.defs.packs import packs, recipients
from orchestration.report.reading import Reader
from orchestration.runtime import as_at
from orchestration.runtime.as_at import AsAt, MadeOf
from orchestration.settings import Settings
from tests.benchmarks.big_publication import make


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("publication") / "small.duckdb"
    return make(path, authorities=2, indicators=4, months=14, long_table=100)


@pytest.fixture(autouse=True)
def day_made(publication: Path, monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """In place of building the day: the small publication; the days that were asked for."""
    asked: list[date] = []

    def given(settings: Settings, day: date, *, only: MadeOf | None = None, debug: bool = False) -> AsAt:
        asked.append(day)
        return AsAt(publication, MadeOf(day.isoformat(), (), (), "1", "r", "p"), was_made=False)

    monkeypatch.setattr(as_at, "publication_as_at", given)
    return asked


def run(tmp_path: Path, **config: Any) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        return packs.execute_in_process(
            instance=instance, run_config={"ops": {"make_packs": {"config": config}}}, raise_on_error=False
        )


def test_each_authority_that_sends_returns_gets_its_pack(
    settings: Settings, tmp_path: Path, day_made: list[date]
) -> None:
    done = run(tmp_path, kind="monthly", month="2026-09", as_at="2026-10-19")
    assert done.success
    assert day_made == [date(2026, 10, 19)]
    assert sorted(path.name for path in settings.packs.iterdir()) == [
        "middlesbrough-monthly-2026-09-as-at-2026-10-19",
        "script-alert-1-script-sons-monthly-2026-09-as-at-2026-10-19",
    ]


def test_a_month_without_figures_gives_no_pack_and_no_failure(settings: Settings, tmp_path: Path) -> None:
    assert run(tmp_path, kind="monthly", month="2030-01", as_at="2026-10-19").success
    assert not settings.packs.exists()


def test_a_kind_that_is_none_fails(tmp_path: Path) -> None:
    assert not run(tmp_path, kind="weekly", month="2026-09", as_at="2026-10-19").success


def test_who_gets_packs_can_be_set(settings: Settings, publication: Path) -> None:
    only = settings.model_copy(update={"pack_authorities": ("E06000002", "E99999999")})
    assert recipients(only, Reader(publication)) == ["E06000002"]
    assert recipients(settings, Reader(publication)) == ["E06000001", "E06000002"]
