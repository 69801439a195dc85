"""A model that came back and does not answer, and a registry that is not there: told, with the reason."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matcher.cli import app
from matcher.config import Settings, load_settings
from matcher.embed.cross import CROSS_FOLDER
from matcher.embed.promoted import PACKAGE, Kind
from matcher.rank.levels import RERANKED_LEVELS, LevelModel
from matcher.train.model_files import read_model
from matcher.train.registry import Registry
from matcher.train.standing import idle_because, registry_missing

UNREAD = "随包的重排模型只配随包的编码器和分级模型，在用的是别的（docs/reranking.md）"


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A level model and a re-ranker of one's own in use, the re-ranker put in use last."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    found = Registry(tmp_path / "models")
    replace(LevelModel.load(), none_fits_below=0.3).save(tmp_path / "levels.json")
    shutil.copytree(CROSS_FOLDER, tmp_path / "cross")
    shutil.copyfile(RERANKED_LEVELS, tmp_path / "cross" / "levels.json")
    for path in (tmp_path / "levels.json", tmp_path / "cross"):
        found.promote([read_model(path)], before=found.journal().current)
    return found


def told(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["models", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_rollback_and_the_models_shown_say_the_same(registry: Registry) -> None:
    assert f"重排模型已退回 随软件包安装的，但现在没有用：{UNREAD}。" in told("rollback")
    assert f"重排模型：没有用；{UNREAD}" in told("show")
    assert re.search("重排模型.*随软件包安装的", told("list"))
    assert not re.search("重排模型.*随软件包安装的.*●", told("list"))
    # With the level model back, the re-ranker reads again.
    assert "分级模型已退回 随软件包安装的。" in told("rollback")
    assert registry.journal().current[Kind.RERANKER] == PACKAGE
    assert "重排模型：cross:" in told("show")


def test_reading_that_is_switched_off_is_told_by_both(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_RERANK", "0")
    said = "重排已关闭（MATCHER_RERANK 为 0）"
    assert f"重排模型已退回 随软件包安装的，但现在没有用：{said}。" in told("rollback")
    assert f"重排模型：没有用；{said}" in told("show")
    assert registry.journal().current[Kind.RERANKER] == PACKAGE


@pytest.mark.parametrize(
    ("kind", "encoder", "reason"),
    [
        (Kind.ENCODER, "in-use", ""),
        (Kind.ENCODER, "fast", "MATCHER_ENCODER 是 fast"),
        (Kind.RERANKER, "in-use", UNREAD),
        (Kind.RERANKER, "fast", UNREAD),
        # The fast encoder's own level model is one of the package's.
        (Kind.RANKER, "fast", ""),
    ],
)
def test_why_what_came_back_does_not_answer(registry: Registry, kind: Kind, encoder: str, reason: str) -> None:
    registry.rollback(Kind.RERANKER)
    assert idle_because(kind, PACKAGE, Settings(encoder=encoder, model_dir=registry.root)) == reason


def test_a_level_model_the_fast_encoder_does_not_take_is_told(registry: Registry) -> None:
    own = registry.journal().current[Kind.RANKER]
    settings = Settings(encoder="fast", model_dir=registry.root)
    assert "不是配在用的编码器拟合的" in idle_because(Kind.RANKER, own, settings)
    assert idle_because(Kind.RANKER, own, Settings(model_dir=registry.root)) == ""


def test_only_a_folder_that_was_set_and_is_not_there_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert registry_missing(load_settings()) == ""
    assert "还不存在" not in told("list")
    monkeypatch.setenv("MATCHER_MODEL_DIR", str(tmp_path / "county"))
    said = f"MATCHER_MODEL_DIR 指定的文件夹 {tmp_path / 'county'} 还不存在"
    assert said in registry_missing(load_settings())
    assert said in told("list")
    (tmp_path / "county").mkdir()
    assert registry_missing(load_settings()) == ""
