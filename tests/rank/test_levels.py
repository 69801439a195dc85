import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import ModelError
from matcher.rank.levels import LevelModel, column_order, expected_levels, fits, levels_of

MODEL = LevelModel(features=("a", "b"), weights=(2.0, 1.0), thresholds=(0.0, 1.0, 3.0), none_fits_below=0.3)


def test_probabilities_are_differences_of_logistic_curves() -> None:
    # latent = 2·0.5 + 0 = 1, so P(≥2) = σ(1), P(≥3) = σ(0) = 1/2, P(≥4) = σ(−2)
    sigma = [1 / (1 + np.exp(-1)), 0.5, 1 / (1 + np.exp(2))]
    probs = MODEL.probs(np.array([[0.5, 0.0]]))
    assert probs[0] == pytest.approx([1 - sigma[0], sigma[0] - sigma[1], sigma[1] - sigma[2], sigma[2]])
    assert fits(probs) == pytest.approx([0.5])
    assert levels_of(probs).tolist() == [3]
    assert expected_levels(probs) == pytest.approx([1 + sum(sigma)])


@given(st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=2, max_size=20))
def test_a_better_pair_never_gets_a_lower_level(rows: list[tuple[float, float]]) -> None:
    x = np.array(rows)
    order = np.argsort(MODEL.latent(x), kind="stable")
    probs = MODEL.probs(x)[order]
    assert probs.sum(axis=1) == pytest.approx(np.ones(len(rows)))
    assert (np.diff(levels_of(probs)) >= 0).all()
    assert (np.diff(expected_levels(probs)) >= -1e-9).all()


def test_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "levels.json")
    assert LevelModel.load(tmp_path / "levels.json") == MODEL


@pytest.mark.parametrize("text", ["", "{", "[]", '{"features": ["a"]}'])
def test_a_damaged_file_is_one_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "levels.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"levels\.json"):
        LevelModel.load(path)


def test_counts_that_differ_are_refused(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "levels.json")
    data = json.loads((tmp_path / "levels.json").read_text(encoding="utf-8"))
    data["weights"] = [1.0]
    (tmp_path / "levels.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ModelError, match="不一致"):
        LevelModel.load(tmp_path / "levels.json")


def test_columns_are_found_by_name() -> None:
    assert column_order(("x", "b", "a"), ("a", "b")) == [2, 1]
    with pytest.raises(ModelError, match="zz"):
        column_order(("a",), ("zz",))


def test_the_model_in_the_package_is_monotone() -> None:
    model = LevelModel.load()
    assert all(weight >= 0 for weight in model.weights)
    assert list(model.thresholds) == sorted(model.thresholds)
    assert 0 < model.none_fits_below < 1
