"""How fast child-level lists become raw tables: a workbook of eleven lists, the same as a ZIP of CSVs.

Run with `make benchmark`. It measures and prints; nothing is asserted but that every row is accounted for.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from orchestration import intake
from orchestration.settings import Settings
from tests.children.lists import make_lists, write_folder, write_workbook
from tests.children.world import make_world

AT = date(2025, 3, 31)
CHILDREN = 90_000


def seconds(folder: Path, path: Path) -> tuple[int, float, float]:
    """Rows of a file; seconds from landing to raw tables, archive and outcome; seconds of the processor."""
    settings = Settings(home=folder, shipped_returns=False, stable_seconds=0)
    settings.landing.mkdir(parents=True)
    (settings.landing / path.name).write_bytes(path.read_bytes())
    started, worked = time.perf_counter(), time.process_time()
    (outcome,) = intake.receive(settings, received_at=datetime(2025, 4, 2, tzinfo=UTC))
    taken, worked = time.perf_counter() - started, time.process_time() - worked
    assert outcome.loaded and outcome.rows_in_file == outcome.rows_loaded + outcome.rows_quarantined
    return outcome.rows_in_file, taken, worked


def main() -> None:
    lists = make_lists(make_world(7, CHILDREN, date(2022, 10, 1), AT), AT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workbook = write_workbook(lists, folder / "annex_a.xlsx")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            for path in [folder / "csv" / "Front sheet.csv", *write_folder(lists, folder / "csv")]:
                package.write(path, path.name)
        zipped = folder / "annex_a.zip"
        zipped.write_bytes(buffer.getvalue())
        # The first file of a run also pays for contracts, registry and libraries.
        for label, path in (("first file, XLSX", workbook), ("XLSX", workbook), ("ZIP of CSVs", zipped)):
            rows, taken, worked = seconds(folder / f"home_{label}".replace(" ", "_"), path)
            print(f"{label:<18}{rows:>8,} rows {taken:>7.2f} s {rows / taken:>9,.0f} rows/s {worked:>7.2f} s CPU")


if __name__ == "__main__":
    main()
