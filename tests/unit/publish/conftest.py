"""A home of its own for each test, and a way to publish in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration import publish
from orchestration.publish import Publication
from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", shipped_returns=False, keep_publications=3)


@pytest.fixture
def make(settings: Settings) -> Callable[..., Publication]:
    """Publishes the build file as it is; the n-th publication is made in the n-th minute."""
    made: list[Publication] = []

    def publish_once(**changed: object) -> Publication:
        arguments: dict[str, object] = {
            "as_of": date(2017, 1, 31),
            "published_at": datetime(2017, 2, 1, 12, len(made), tzinfo=UTC),
            "code_version": "0.1.0+abc",
            "registry_hash": "r1",
            "fingerprint": "f1",
            "gate_result": {"findings": {"warning": 2}},
        }
        publication = publish.publish(settings, **{**arguments, **changed})  # type: ignore[arg-type]
        made.append(publication)
        return publication

    return publish_once
