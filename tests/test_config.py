import re
from pathlib import Path

import pytest

from matcher.config import Settings, load_settings
from matcher.errors import ConfigError


def test_defaults_work_without_any_variable() -> None:
    assert load_settings().encoder == "in-use"


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_INDEX_DIR", "elsewhere")
    monkeypatch.setenv("MATCHER_HARD_GATES", "region, blocked")
    settings = load_settings()
    assert str(settings.index_dir) == "elsewhere"
    assert settings.hard_gates == ("region", "blocked")


def test_no_gate_need_be_hard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_HARD_GATES", "")
    assert load_settings().hard_gates == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("MATCHER_THREADS", "-1"), ("MATCHER_WINDOW_CHARS", "ten"), ("MATCHER_HARD_GATES", "region,moon")],
)
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=name):
        load_settings()


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().threads = 3  # type: ignore[misc]


def test_every_setting_is_documented_with_its_default() -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(MATCHER_\w+)` \| `([^`]+)` \|", page, flags=re.MULTILINE))
    settings = Settings()
    shown = {
        f"MATCHER_{name.upper()}": ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in settings
    }
    assert rows == shown
