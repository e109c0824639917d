"""A home with a publication made by hand, and the command line as people call it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

# The small build file of the tests of publishing serves here too.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "publish"))

from hand_made import write_build

from orchestration import cli, publish
from orchestration.settings import Settings


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Bellwether = Callable[..., Said]


@pytest.fixture
def empty_home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", shipped_returns=False)


@pytest.fixture
def settings(empty_home: Settings) -> Settings:
    """A home with one publication."""
    write_build(empty_home)
    publish.publish(
        empty_home,
        as_of=date(2017, 1, 31),
        published_at=datetime(2017, 2, 1, 12, tzinfo=UTC),
        code_version="0.1.0+abc",
        registry_hash="r1",
        fingerprint="f1",
        gate_result={},
    )
    return empty_home


@pytest.fixture
def bellwether(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Bellwether:
    """Calls the command with arguments."""

    def call(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["bellwether", *(str(one) for one in arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsysbinary.readouterr()
        code = end.value.code
        return Said(code if isinstance(code, int) else 1, out.decode(errors="replace"), err.decode())

    return call
