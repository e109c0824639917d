"""alerts.yml: what it may hold, and that its faults are told without its secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.alerts import AlertsError, load_config
from orchestration.alerts.config import SAMPLE


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "alerts.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_nobody_is_told_anything(tmp_path: Path) -> None:
    assert load_config(tmp_path / "none.yml").routes == ()


def test_the_sample_is_sound_and_names_its_secrets_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BELLWETHER_TEAMS_URL", raising=False)
    config = load_config(SAMPLE)
    assert {route.channel for route in config.routes} <= set(config.channels)
    assert ("engineers", "BELLWETHER_TEAMS_URL") in config.missing_variables()
    monkeypatch.setenv("BELLWETHER_TEAMS_URL", "https://example.org/x")
    assert ("engineers", "BELLWETHER_TEAMS_URL") not in config.missing_variables()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channels: [", "no YAML"),
        ("- a", "should hold"),
        ("routes: [{name: a, channel: b}]", "names the channel 'b'"),
        ("channels: {a: {kind: pigeon}}", "channels.a"),
        ("channels: {a: {kind: email, host: h, sender: s@x.org, to: [nobody], pasword: hunter2}}", "channels.a"),
        ("channels: {a: {kind: webhook, url: 'https://user:hunter2@x.org/'}}", "url_env"),
        ("channels: {a: {kind: webhook}}", "give url"),
    ],
)
def test_a_fault_names_its_place_and_never_a_secret(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AlertsError, match=said) as fault:
        load_config(written(tmp_path, text))
    assert "hunter2" not in str(fault.value)
