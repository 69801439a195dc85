"""Checkpoints averaged; and a training that goes on where it stopped."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import ConfigError
from matcher.index.base import QueryText
from matcher.records import Achievement, Need
from matcher.train.data import GradedNeed, TrainingSet, WrittenNeed
from matcher.train.encoder import train_encoder
from matcher.train.encoder_data import Lessons, lessons
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.export import ModelOrigin
from matcher.train.trained import Trained

torch = pytest.importorskip("torch", reason="needs the train extra")

ORIGIN = ModelOrigin("tiny", "random numbers", "none")
TITLES = ["换热器结垢清洗", "花生脱壳机", "小麦脱壳装置", "空分装置余热回收", "炭材料"]
RECIPE = EncoderRecipe(
    steps=6,
    warmup_steps=1,
    needs=2,
    pairs=3,
    written=2,
    bodies=2,
    mined=1,
    mined_first=1,
    mined_by=("lexical",),
    learning_rate=3e-3,
    frozen_layers=0,
    evaluations=3,
    blend=1.0,
    widths=(32, 16),
)
BIAS = "0.model.encoder.layer.0.output.dense.bias"


def taught() -> Lessons:
    achievements = tuple(Achievement(id=f"A{at}", title=title, summary=title[::-1]) for at, title in enumerate(TITLES))
    ids = [record.id for record in achievements]
    graded = tuple(
        GradedNeed(
            Need(id=f"N{at}", title=f"{title}装置"),
            {i: 4.0 if i == own else 1.0 for i in ids},
            {i: 4 if i == own else 1 for i in ids},
        )
        for at, (title, own) in enumerate(zip(TITLES, ids, strict=True))
    )
    written = tuple(
        WrittenNeed(i, (QueryText(title[:3], title[1:]), QueryText(title[2:])), (QueryText("小麦"),))
        for i, title in zip(ids, TITLES, strict=True)
    )
    return lessons([TrainingSet(achievements, graded, written, bodies=achievements)], RECIPE)


def train(out: Path, base: Path, recipe: EncoderRecipe = RECIPE, *, judged: bool = False, **options: Any) -> Trained:
    learned = taught()
    held_back = learned.graded[:2] if judged else ()
    return train_encoder(learned, held_back, base, out, recipe, origin=ORIGIN, seed=3, **options)


def stop_at(step: int) -> Callable[[int, int], None]:
    def stop(done: int, total: int) -> None:
        if done == step:
            raise KeyboardInterrupt

    return stop


def weights_of(trained: Trained) -> str:
    return hashlib.sha256((trained.float_folder / "model.safetensors").read_bytes()).hexdigest()


def moved(folder: Path, out: Path, by: float) -> Path:
    """A copy of an encoder with one bias moved."""
    from sentence_transformers import SentenceTransformer

    network = SentenceTransformer(str(folder), device="cpu")
    with torch.no_grad():
        network.state_dict()[BIAS].add_(by)
    network.save(str(out), create_model_card=False)
    return out


def test_the_mean_of_checkpoints(tiny_encoder: Path, tmp_path: Path) -> None:
    from matcher.train.encoder_model import average, build_network

    before = build_network(tiny_encoder, RECIPE, "cpu").state_dict()
    network = build_network(tiny_encoder, RECIPE, "cpu")
    average(network, [moved(tiny_encoder, tmp_path / str(by), by) for by in (1.0, 2.0, 6.0)])
    assert torch.allclose(network.state_dict()[BIAS], before[BIAS] + 3.0)
    other = BIAS.replace("layer.0", "layer.1")
    assert torch.allclose(network.state_dict()[other], before[other])


def test_frozen_words_stay_as_they_are_to_the_last_bit(tiny_encoder: Path, tmp_path: Path) -> None:
    from matcher.train.encoder_model import average, blend, build_network

    words = "0.model.embeddings.word_embeddings.weight"
    network = build_network(tiny_encoder, RECIPE, "cpu")
    before = network.state_dict()[words].clone()
    # 0.3 · w + 0.7 · w and the third of three w are not always w.
    assert not torch.equal(0.3 * before + 0.7 * before, before)
    average(network, [moved(tiny_encoder, tmp_path / str(by), by) for by in (1.0, 2.0, 6.0)])
    blend(network, tiny_encoder, 0.7)
    assert torch.equal(network.state_dict()[words], before)


def test_last_states_end_with_the_best(tmp_path: Path) -> None:
    from matcher.train.fitting import last_states

    for step in (9, 10, 100, 20):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").touch()
    # Cut off while it was written.
    (tmp_path / "checkpoint-200").mkdir()

    def names(count: int, best: str | None) -> list[str]:
        return [path.name for path in last_states(tmp_path, count, best)]

    assert names(2, None) == ["checkpoint-20", "checkpoint-100"]
    assert names(2, str(tmp_path / "checkpoint-20")) == ["checkpoint-10", "checkpoint-20"]
    assert names(9, str(tmp_path / "checkpoint-9")) == ["checkpoint-9"]


@pytest.mark.slow
@pytest.mark.parametrize("average", [1, 2])
def test_an_interrupted_training_ends_with_the_same_weights(tiny_encoder: Path, tmp_path: Path, average: int) -> None:
    recipe = replace(RECIPE, average=average)
    whole = train(tmp_path / "whole", tiny_encoder, recipe, judged=True)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", tiny_encoder, recipe, judged=True, progress=stop_at(5))
    assert weights_of(train(tmp_path / "cut", tiny_encoder, recipe, judged=True, resume=True)) == weights_of(whole)


@pytest.mark.slow
def test_patience_outlives_an_interruption(tiny_encoder: Path, tmp_path: Path) -> None:
    # Nothing is learned, so nothing is gained: the first look, and three more.
    recipe = replace(RECIPE, learning_rate=0.0, steps=10, evaluations=10, patience=3)
    assert train(tmp_path / "whole", tiny_encoder, recipe, judged=True).steps == 4
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "cut", tiny_encoder, recipe, judged=True, progress=stop_at(3))
    assert train(tmp_path / "cut", tiny_encoder, recipe, judged=True, resume=True).steps == 4


@pytest.mark.slow
def test_another_training_is_not_gone_on_with(tiny_encoder: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, tiny_encoder, progress=stop_at(3))
    with pytest.raises(ConfigError, match="去掉 --resume"):
        train(tmp_path, tiny_encoder, replace(RECIPE, order_margin=0.5), resume=True)
    # Nothing was lost by the refusal.
    seen: list[int] = []
    train(tmp_path, tiny_encoder, resume=True, progress=lambda done, _: seen.append(done))
    assert seen == [3, 4, 5, 6]
