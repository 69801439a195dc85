"""Which level model and re-ranker stand beside which encoder of the package."""

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from matcher import Matcher
from matcher.config import Settings
from matcher.embed.bundled import FAST_FOLDER, BundledEncoder
from matcher.embed.cross import CROSS_FOLDER
from matcher.errors import ModelError
from matcher.rank import models
from matcher.rank.levels import FAST_LEVELS, LevelModel
from matcher.rank.models import load_models, together
from matcher.rank.rerank import CROSS, load_reranker
from matcher.records import Achievement, Need
from matcher.train.model_files import read_model
from matcher.train.registry import Registry

ACHIEVEMENTS = [
    Achievement(id="A1", title="花生收获机摘果滚筒", summary="低损伤摘果，破碎率低于1%。"),
    Achievement(id="A2", title="冷箱泄漏在线监测", summary="多参数融合判断泄漏位置。"),
    Achievement(id="A3", title="菊花热泵烘干工艺", summary="色泽保持好，能耗低。"),
]


@pytest.mark.parametrize("dim", [0, 128])
def test_the_fast_encoder_has_levels_of_its_own(dim: int) -> None:
    whole, fast = (load_models(Settings(encoder=name, dim=dim)) for name in ("bundled", "fast"))
    assert whole.levels.id == LevelModel.load().id
    assert fast.levels.id == LevelModel.load(FAST_LEVELS).id
    assert fast.levels.id != whole.levels.id
    assert fast.reranker is None


@pytest.mark.parametrize(
    ("encoder", "dim", "reads"), [("bundled", 0, True), ("bundled", 128, True), ("hashing", 0, False)]
)
def test_the_packages_reranker_reads_for_the_packages_encoder(encoder: str, dim: int, reads: bool) -> None:
    found = load_models(Settings(encoder=encoder, dim=dim, rerank=7)).reranker
    assert (found is not None) == reads
    if found is not None:
        assert found.top == 7
        assert CROSS in found.model.features
        assert found.model.made_from.count(BundledEncoder().id) == 1


def test_a_level_model_of_ones_own_is_not_overruled(tmp_path: Path) -> None:
    registry, packaged = Registry(tmp_path / "models"), LevelModel.load()
    replace(packaged, none_fits_below=0.3).save(tmp_path / "own.json")
    model = read_model(tmp_path / "own.json")
    before = load_models(Settings(encoder="bundled", model_dir=registry.root))
    promised = together(
        replace(before, levels=LevelModel.load(tmp_path / "own.json")),
        {**registry.journal().current, model.kind: model.id},
    )
    registry.promote([model], before=registry.journal().current)
    after = load_models(Settings(encoder="bundled", model_dir=registry.root))
    assert before.reranker is not None
    # What `matcher models promote` compares is what answers afterwards.
    assert (promised.levels.id, promised.reranker) == (after.levels.id, None)
    assert after.reranker is None
    registry.rollback()
    assert load_models(Settings(encoder="bundled", model_dir=registry.root)).reranker is not None


def test_a_promoted_level_model_serves_the_encoder_it_was_fitted_on(tmp_path: Path) -> None:
    fast = BundledEncoder(FAST_FOLDER).id
    for at, (fitted_on, taken) in enumerate((("bundled:other:0123456789ab", False), (fast, True))):
        levels = replace(LevelModel.load(), none_fits_below=0.3 + at / 10, made_from=f"编码器 {fitted_on}")
        levels.save(tmp_path / f"{at}.json")
        registry = Registry(tmp_path / "models")
        registry.promote([read_model(tmp_path / f"{at}.json")], before=registry.journal().current)
        found = load_models(Settings(encoder="fast", model_dir=tmp_path / "models")).levels
        assert found.id == (levels.id if taken else LevelModel.load(FAST_LEVELS).id)
        assert load_models(Settings(encoder="bundled", model_dir=tmp_path / "models")).levels.id == levels.id


def test_a_damaged_reranker_stops_only_those_whom_it_would_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = tmp_path / "cross"
    shutil.copytree(CROSS_FOLDER, damaged)
    (damaged / "manifest.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr(models, "load_reranker", partial(load_reranker, cross=damaged))
    with pytest.raises(ModelError, match="manifest"):
        load_models(Settings())
    for settings in (Settings(rerank=0), Settings(encoder="fast"), Settings(encoder="hashing")):
        assert load_models(settings).reranker is None


def test_why_the_packages_reranker_keeps_silent_is_spelled_once() -> None:
    root = Path(models.__file__).resolve().parents[2]
    sources = [path for part in ("matcher", "api") for path in (root / part).rglob("*.py")]
    assert [path.name for path in sources if models.PAIRED in path.read_text(encoding="utf-8")] == ["models.py"]


def test_both_find_the_same_partner_and_grade_it_alike() -> None:
    need = Need(id="N1", title="花生联合收获机摘果破碎率高", problem="摘果时荚果破碎，希望降低损伤。")
    fits = []
    for name in ("bundled", "fast"):
        matcher = Matcher.build(achievements=ACHIEVEMENTS, settings=Settings(encoder=name, rerank=0))
        answer = matcher.match(need, top=3)
        assert answer.matches[0].achievement_id == "A1"
        fits.append([match.fit for match in sorted(answer.matches, key=lambda match: match.achievement_id)])
    np.testing.assert_allclose(fits[0], fits[1], atol=0.25)
