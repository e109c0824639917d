"""A pack made then and a pack made a year later: the same bytes, whatever came in between."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration import intake
from orchestration.runtime.as_at import made_of, publication_as_at
from orchestration.settings import Settings
from tests.integration.conftest import run_bellwether

pytestmark = pytest.mark.slow

DAY = date(2017, 2, 15)
HEADER = "authority_code,period_basis,period_start,period_end,indicator,value,issue_date\n"
MONTHS = {"2016-10": 31, "2016-11": 30, "2016-12": 31, "2017-01": 31, "2017-02": 28}


def send(settings: Settings, name: str, issued: str, received: datetime, **values: float) -> None:
    """A return of open assessments and contacts, taken in as on the day it came."""
    settings.landing.mkdir(parents=True, exist_ok=True)
    rows = []
    for month, value in ((key.removeprefix("m").replace("_", "-"), value) for key, value in values.items()):
        end = f"{month}-{MONTHS[month]}"
        rows.append(f"E10000030,snapshot,{end},{end},assessments_open,{value},{issued}\n")
        rows.append(f"E10000030,month,{month}-01,{end},contacts_received,{value * 5},{issued}\n")
    (settings.landing / name).write_text(HEADER + "".join(rows))
    (outcome,) = intake.receive(settings, received_at=received)
    assert outcome.loaded


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with two returns of Surrey, and no run yet."""
    home = tmp_path_factory.mktemp("packs") / "home"
    settings = Settings(home=home, shipped_returns=False, stable_seconds=0)
    send(settings, "autumn.csv", "2017-01-10", at(2017, 1, 10), m2016_10=1100, m2016_11=1150, m2016_12=1120)
    send(settings, "january.csv", "2017-02-10", at(2017, 2, 10), m2017_01=1175)
    return settings


def test_a_pack_is_the_same_a_year_later(own: Settings) -> None:
    asked = ("report", "--pack", "monthly", "--authority", "Surrey", "--as-at", DAY.isoformat())
    first = run_bellwether(own.home, *asked)
    assert first.returncode == 0, first.stdout + first.stderr
    (pack,) = own.packs.iterdir()
    assert pack.name == "surrey-monthly-2017-01-as-at-2017-02-15"
    before = files(pack)
    assert "bellwether.xlsx" in before and "site/authorities/surrey/compendium.html" in before

    # A resubmission with other figures, a new month, and the year after.
    send(own, "again.csv", "2017-03-10", at(2017, 3, 10), m2016_12=1300, m2017_01=1400, m2017_02=1500)
    shutil.rmtree(own.as_at)
    again = run_bellwether(own.home, *asked)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "identical" in again.stdout
    assert files(pack) == before
    # Made elsewhere, so that nothing of the first can be in it.
    elsewhere = own.home / "elsewhere"
    assert run_bellwether(own.home, *asked, "--out", str(elsewhere)).returncode == 0
    assert files(elsewhere / pack.name) == before

    # A file that comes late with an earlier issue date belongs to the day; the pack itself stays what it was.
    known = made_of(own, DAY)
    send(own, "late.csv", "2017-01-20", at(2018, 3, 1), m2016_11=999)
    assert made_of(own, DAY) != known
    remade = run_bellwether(own.home, "report", "--remake", str(pack))
    assert remade.returncode == 0, remade.stdout + remade.stderr
    assert "identical" in remade.stdout
    assert files(pack) == before


def test_nothing_of_the_home_is_changed_by_a_publication_as_at_a_day(own: Settings) -> None:
    outside = {
        name: content for name, content in files(own.home).items() if not name.startswith(("as_at/", "reports/"))
    }
    made = publication_as_at(own, date(2017, 1, 15))
    now = files(own.home)
    assert {name: content for name, content in now.items() if not name.startswith(("as_at/", "reports/"))} == outside
    assert not own.published.exists() and not own.history.exists() and not own.warehouse.exists()
    with duckdb.connect(str(made.path), read_only=True) as connection:
        shown = connection.execute("select distinct submission_id from quality.submission").fetchall()
        published_at = connection.execute("select published_at from about.publication").fetchall()
    assert len(shown) == 1
    assert published_at == [(datetime.fromisoformat("2017-01-15T23:59:59"),)]


def test_the_publication_as_at_a_day_holds_what_the_full_one_says_was_known(
    publication: Path, home: Path, tmp_path: Path
) -> None:
    """`marts.as_at(day)` of everything, and the fact table of what had come by the day: figure by figure the same."""
    day = date(2017, 3, 1)
    # The shipped home is shared by other tests: its raw is linked, and the cache lies here.
    here = Settings(home=tmp_path / "home", shipped_returns=False)
    here.home.mkdir()
    here.raw.symlink_to(home / "raw")
    then = publication_as_at(here, day)
    with duckdb.connect(str(publication), read_only=True) as connection:
        result = connection.execute("from marts.as_at(?)", [day])
        columns = [column[0] for column in result.description or []]
        wanted = sorted(map(repr, result.fetchall()))
    with duckdb.connect(str(then.path), read_only=True) as connection:
        names = ", ".join(columns)
        held = sorted(map(repr, connection.execute(f"select {names} from marts.fct_indicator_value").fetchall()))
    assert held == wanted
    assert len(held) > 500
