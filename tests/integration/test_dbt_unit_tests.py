"""dbt's own unit tests of the models, run on the warehouse that the integration run built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT, Settings

pytestmark = pytest.mark.slow


def test_every_dbt_unit_test_passes(settings: Settings, tmp_path: Path) -> None:
    # A copy: dbt writes into the file, and other tests may be reading the home. Same name: views name their database.
    build_file = tmp_path / settings.build_file.name
    shutil.copy(settings.build_file, build_file)
    environment = {
        **os.environ,
        "BELLWETHER_BUILD_FILE": str(build_file),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    dbt = Path(sys.executable).with_name("dbt")
    command = [str(dbt), "test", "--select", "test_type:unit", "--project-dir", ".", "--profiles-dir", "."]
    done = subprocess.run(
        command,
        cwd=PROJECT / "dbt_project",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "PASS=0" not in done.stdout, "no unit test was found"
