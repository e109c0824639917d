"""A home of its own, definitions on it, and a return to drop."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.build import build_defs
from orchestration.runtime.dbt_manifest import prepare_manifest
from orchestration.settings import Settings

HEADER = "authority_code,period_basis,period_start,period_end,indicator,value\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty home, which the environment names too, as Dagster's processes are told."""
    monkeypatch.setenv("BELLWETHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BELLWETHER_SHIPPED_RETURNS", "false")
    monkeypatch.setenv("BELLWETHER_STABLE_SECONDS", "0")
    return Settings()


@pytest.fixture(scope="session")
def with_manifest(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The definitions with the manifest of the dbt project as it is."""
    settings = Settings(home=tmp_path_factory.mktemp("with_manifest"), shipped_returns=False)
    prepare_manifest(settings)
    return build_defs(settings=settings)


@pytest.fixture
def without_manifest(settings: Settings) -> dg.Definitions:
    return build_defs(settings=settings)


def drop(settings: Settings, name: str, *months: str, value: int = 1175) -> Path:
    """Puts a return of one figure a month (YYYY-MM) into landing."""
    settings.landing.mkdir(parents=True, exist_ok=True)
    path = settings.landing / name
    rows = "".join(f"E10000030,snapshot,{month}-28,{month}-28,assessments_open,{value}\n" for month in months)
    path.write_text(HEADER + rows)
    return path
