"""Whole trainings of a student of one layer by a teacher of two."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from matcher.embed.bundled import BundledEncoder
from matcher.errors import ConfigError, ModelError
from matcher.train.export import ModelOrigin
from matcher.train.fast import FastTrained, train_fast
from matcher.train.fast_data import FastTexts
from matcher.train.fast_recipe import FastRecipe

ORIGIN = ModelOrigin("tiny-fast", "random numbers", "none")
WORDS = ["换热器", "结垢清洗", "花生", "脱壳机", "小麦", "空分装置", "余热回收", "炭材料"]
ALL = ["".join(pair) for pair in permutations(WORDS, 2)]
TEXTS = FastTexts(tuple(ALL[:44]), tuple(ALL[44:]))
RECIPE = FastRecipe(
    layers=(0,),
    matches=((1, 1, 0.3), (1, 2, 1.0)),
    passes=2,
    learning_rate=3e-3,
    tokens=200,
    together=20,
    pieces=16,
    evaluations=3,
)


def train(out: Path, teacher: Path, recipe: FastRecipe = RECIPE, seed: int = 3, **options: Any) -> FastTrained:
    return train_fast(TEXTS, teacher, out, recipe, origin=ORIGIN, seed=seed, **options)


def weights_of(trained: FastTrained) -> str:
    return hashlib.sha256((trained.float_folder / "model.safetensors").read_bytes()).hexdigest()


def stop_at(count: int) -> Callable[[int, int], None]:
    def stop(done: int, total: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return stop


@pytest.mark.slow
def test_a_student_comes_close_to_its_teacher(tiny_encoder: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    trained = train(tmp_path, tiny_encoder, replace(RECIPE, passes=30))
    assert trained.before is not None
    assert trained.after is not None
    assert trained.after.texts == len(TEXTS.held)
    # Texts it never learned from: most of what parted the two is gone.
    assert 1 - trained.after.cosine < (1 - trained.before.cosine) / 3
    assert trained.after.correlation > trained.before.correlation
    assert trained.after.found >= trained.before.found
    assert json.loads((trained.float_folder / "config.json").read_text())["num_hidden_layers"] == 1
    assert not (tmp_path / "work").exists()
    # What is shipped is what was measured, but for the rounding to integers.
    wanted = vectors_of(tiny_encoder)
    shipped = BundledEncoder(trained.int8_folder).encode_queries(list(TEXTS.held))
    assert float((shipped * wanted).sum(axis=1).mean()) == pytest.approx(trained.after.cosine, abs=0.02)
    assert trained.id == BundledEncoder(trained.int8_folder).id


def vectors_of(teacher: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(teacher), device="cpu").encode(list(TEXTS.held), normalize_embeddings=True)


@pytest.mark.slow
def test_an_interrupted_training_ends_with_the_same_weights(tiny_encoder: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    counted: list[tuple[int, int]] = []
    whole = train(tmp_path / "whole", tiny_encoder, progress=lambda *done: counted.append(done))
    total = counted[-1][1]
    assert counted == [(done, total) for done in range(1, total + 1)]
    read = total - whole.steps
    assert weights_of(train(tmp_path / "other", tiny_encoder, seed=4)) != weights_of(whole)

    # Stopped while the teacher reads, then in the midst of the steps.
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", tiny_encoder, progress=stop_at(read - 1))
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", tiny_encoder, progress=stop_at(total - 1), resume=True)
    with pytest.raises(ConfigError, match="去掉 --resume"):
        train(tmp_path / "cut", tiny_encoder, replace(RECIPE, scale=9.0), resume=True)
    seen: list[int] = []
    ended = train(tmp_path / "cut", tiny_encoder, resume=True, progress=lambda done, _: seen.append(done))
    assert weights_of(ended) == weights_of(whole)
    assert (ended.before, ended.after, ended.id) == (whole.before, whole.after, whole.id)
    # Neither the teacher nor the first steps once more.
    assert read < seen[0]
    assert len(seen) < whole.steps


@pytest.mark.slow
def test_nothing_held_out_is_nothing_measured(tiny_encoder: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    trained = train_fast(
        FastTexts(TEXTS.learned, ()), tiny_encoder, tmp_path, replace(RECIPE, passes=1), origin=ORIGIN, seed=3
    )
    assert trained.before is trained.after is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layers": (0, 2)}, r"layers 是 \[0, 2\].*第 0 到 1 层"),
        ({"layers": (1, 0)}, "从小到大"),
        ({"layers": ()}, "layers"),
        ({"matches": ((2, 2, 1.0),)}, "学生的第 2 层.*学生只有 1 层"),
        ({"matches": ((1, 3, 0.3), (1, 2, 1.0))}, "教师的第 3 层.*教师只有 2 层"),
        ({"matches": ((1, 1, 1.0),)}, "最后一组"),
        ({"matches": ()}, "最后一组"),
    ],
)
def test_layers_that_are_not_there(tiny_encoder: Path, tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        train(tmp_path, tiny_encoder, replace(RECIPE, **change))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_no_encoder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"empty.*完整的 sentence-transformers 文件夹"):
        train(tmp_path / "out", tmp_path / "empty")


def test_a_disk_without_room(tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    usage = type("Usage", (), {"free": 0})()
    monkeypatch.setattr("matcher.train.fast_states.shutil.disk_usage", lambda _: usage)
    with pytest.raises(ModelError, match="腾出空间"):
        train(tmp_path, tiny_encoder)
