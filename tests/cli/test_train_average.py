"""`matcher train average` through the door a user takes, on a tiny network."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from typer.testing import CliRunner, Result

from matcher.cli import app
from matcher.embed.bundled import BundledEncoder
from matcher.errors import ConfigError
from matcher.train.averaged import average_encoders, read_part
from matcher.train.card import NOT_MEASURED
from matcher.train.export import ModelOrigin

RECIPE = """
steps = 2
warmup_steps = 1
needs = 2
pairs = 3
written = 2
bodies = 2
frozen_layers = 0
learning_rate = 1e-2
blend = 1.0
evaluations = 1
widths = [32, 16]
"""
WEIGHTS = "model.safetensors"


def train(place: Path, base: Path, out: Path, seed: int) -> None:
    (place / "R.toml").write_text(RECIPE, encoding="utf-8")
    done = CliRunner().invoke(
        app,
        [
            *("train", "encoder", "--data", str(place / "DATA.toml"), "--recipe", str(place / "R.toml")),
            *("--base", str(base), "--out", str(out), "--folds", "0", "--seed", str(seed)),
        ],
    )
    assert done.exit_code == 0, done.output


def average(place: Path, base: Path, *more: str) -> Result:
    where = ("--data", str(place / "DATA.toml"), "--base", str(base), "--out", str(place / "mean"))
    return CliRunner().invoke(app, ["train", "average", *where, *more])


@pytest.mark.slow
def test_the_mean_lies_four_fifths_of_the_way_from_the_base(training_data: Path, tiny_encoder: Path) -> None:
    parts = [training_data / name for name in ("one", "two")]
    for seed, out in enumerate(parts):
        train(training_data, tiny_encoder, out, seed)
    done = average(training_data, tiny_encoder, "--share", "0.8", *map(str, parts))
    assert done.exit_code == 0, done.output
    begun, one, two, mean = (
        load_file(folder / WEIGHTS)
        for folder in (tiny_encoder, *(part / "float" for part in parts), training_data / "mean" / "float")
    )
    for name, value in mean.items():
        expected = 0.2 * begun[name] + 0.4 * one[name] + 0.4 * two[name]
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)
    assert any(np.abs(one[name] - two[name]).max() > 1e-3 for name in mean)

    card = json.loads((training_data / "mean" / "card.json").read_text(encoding="utf-8"))
    assert card["id"] == BundledEncoder(training_data / "mean" / "int8").id
    assert card["id"] in done.output
    ids = [json.loads((part / "card.json").read_text(encoding="utf-8"))["id"] for part in parts]
    assert card["recipe"] == {"share": 0.8, "parts": ids}
    assert card["steps"] == 4
    assert NOT_MEASURED in (training_data / "mean" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert not (training_data / "mean" / "base-int8").exists()


def test_what_is_no_training_is_named(training_data: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    done = average(training_data, tiny_encoder, str(tmp_path / "nowhere"))
    assert isinstance(done.exception, ConfigError)
    assert "nowhere 不是 matcher train encoder 写完的文件夹" in str(done.exception)
    facts = {"id": "x", "seed": 7, "steps": 1, "computed_in": "float32"}
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "card.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(ConfigError, match="half 中没有浮点文件夹"):
        read_part(tmp_path / "half")
    lost = average(training_data, tmp_path / "no base", str(tmp_path / "half"))
    assert "matcher models unpack" in str(lost.exception)


@pytest.mark.slow
def test_trainings_of_another_base_are_not_averaged(training_data: Path, tiny_encoder: Path) -> None:
    train(training_data, tiny_encoder, training_data / "one", 0)
    other = training_data / "other"
    shutil.copytree(tiny_encoder, other)
    weights = load_file(other / WEIGHTS)
    weights["embeddings.word_embeddings.weight"][5, 3] += 1
    save_file(weights, other / WEIGHTS, metadata={"format": "pt"})
    done = average(training_data, other, str(training_data / "one"))
    assert isinstance(done.exception, ConfigError)
    assert "词向量不同" in str(done.exception)
    assert not (training_data / "mean").exists()


@pytest.mark.parametrize("share", [0.0, 1.1])
def test_a_share_is_between_nothing_and_all(tmp_path: Path, share: float) -> None:
    with pytest.raises(ConfigError, match="--share 要大于 0、不超过 1"):
        average_encoders([], tmp_path, tmp_path / "out", share, origin=ModelOrigin("x", "x", "x"))
