"""Fixtures of the intake tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_files import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A home of its own with an empty landing folder."""
    return Desk(tmp_path / "home")
