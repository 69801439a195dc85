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


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("THREADS", "-1", "值“-1”不可用，应不小于 0"),
        ("RERANK", "201", "值“201”不可用，应在 0 到 200 之间"),
        ("RERANK", "1.5", "值“1.5”不可用，应是整数，且在 0 到 200 之间"),
        ("WINDOW_CHARS", "ten", "值“ten”不可用，应是整数，且在 50 到 450 之间"),
        ("ENCODER", "", "值“”不可用，不能为空"),
        ("HARD_GATES", "region,moon", "值“moon”不可用，只能是 region、trl、modes、budget、validity、blocked"),
    ],
)
def test_what_a_value_may_be_is_told_in_chinese(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"MATCHER_{name}", value)
    with pytest.raises(ConfigError) as refused:
        load_settings()
    assert str(refused.value) == f"环境变量 MATCHER_{name} 的{told}；请改正后重试，允许的值见 docs/settings.md。"


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
