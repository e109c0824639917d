"""How long the site and the workbook of a large publication take, how big they are, and what a second run costs.

    python tests/benchmarks/bench_report.py [--publication FILE] [--authorities 153 --indicators 60 --months 60]

Nothing is asserted; what the numbers were is in docs/packs.md.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path

from orchestration.report.site import Written, write_site
from orchestration.report.workbook import write_workbook
from tests.benchmarks.big_publication import make


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the report of a made-up publication.")
    parser.add_argument("--publication", type=Path, help="This one, instead of making one.")
    parser.add_argument("--authorities", type=int, default=153)
    parser.add_argument("--indicators", type=int, default=60)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--out", type=Path, help="Keep what is written here.")
    parser.add_argument("--no-workbook", action="store_true")
    given = parser.parse_args()
    out = given.out or Path(tempfile.mkdtemp(prefix="bench-report-"))
    try:
        publication = given.publication or make(
            out / "big.duckdb", authorities=given.authorities, indicators=given.indicators, months=given.months
        )
        print(f"publication {publication.stat().st_size / 1e6:.0f} MB")
        for words in ("whole site", "again, nothing changed"):
            begun = _clocks()
            written = write_site(publication, out / "site")
            print(f"{words}: {_since(begun)}; {_said(written)}")
        if not given.no_workbook:
            begun = _clocks()
            book = write_workbook(publication, out / "bellwether.xlsx")
            n_rows = sum(rows for _, rows in book.sheets)
            print(f"workbook: {_since(begun)}; {n_rows:,} rows, {len(book.sheets)} sheets, {book.n_bytes / 1e6:.1f} MB")
        # Kilobytes on Linux; of this process, and of the largest that it started.
        own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(f"memory: {own / 1024:,.0f} MB, largest child {children / 1024:,.0f} MB")
    finally:
        if not given.out:
            shutil.rmtree(out)


def _clocks() -> tuple[float, float]:
    """Time on the wall, and of processors in this process and those it started and saw end."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.monotonic(), sum(one.ru_utime + one.ru_stime for one in used)


def _since(begun: tuple[float, float]) -> str:
    wall, used = _clocks()
    return f"{wall - begun[0]:.1f} s ({used - begun[1]:.1f} s of processors)"


def _said(written: Written) -> str:
    return (
        f"{written.n_pages:,} pages, {written.n_new:,} written, {written.n_bytes / 1e6:.0f} MB, "
        f"largest {written.largest} ({written.largest_bytes / 1e6:.2f} MB)"
    )


if __name__ == "__main__":
    main()
