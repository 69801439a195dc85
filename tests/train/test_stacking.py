"""Features by models that have not seen the pairs."""

from pathlib import Path

import numpy as np
import pytest

from matcher.errors import ConfigError, EvaluationError
from matcher.rank.features import FEATURES
from matcher.train.crossval import Labels
from matcher.train.scores import Scored, figures, rank_by, read_pair_scores, read_scores, write_scores
from matcher.train.stacking import unseen_folds, with_cross

SCORED = Scored("N1", ("A1", "A2", "A3"), {"A1": 1, "A2": 4, "A3": 3}, np.array([0.9, 0.5, 0.1], dtype=np.float32))


def fold(folder: Path, needs: tuple[str, ...]) -> None:
    (folder / "int8").mkdir(parents=True)
    (folder / "int8" / "manifest.json").write_text("{}", encoding="utf-8")
    write_scores(folder / "scores.tsv", [Scored(i, ("A1",), {"A1": 1}, np.zeros(1, dtype=np.float32)) for i in needs])


def test_each_fold_names_the_needs_it_held_out(tmp_path: Path) -> None:
    for number, needs in ((10, ("N3",)), (0, ("N1", "N2"))):
        fold(tmp_path / f"fold-{number}", needs)
    found = unseen_folds(tmp_path)
    assert [(each.folder.name, each.needs) for each in found] == [("fold-0", {"N1", "N2"}), ("fold-10", {"N3"})]


def test_folds_missing_or_not_whole_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--folds 5"):
        unseen_folds(tmp_path)
    fold(tmp_path / "fold-0", ("N1",))
    (tmp_path / "fold-0" / "int8" / "manifest.json").unlink()
    with pytest.raises(ConfigError, match="--resume"):
        unseen_folds(tmp_path)


def test_pairs_without_a_score_are_left_out() -> None:
    x = np.arange(3.0 * len(FEATURES)).reshape(3, -1)
    x[:, FEATURES.index("title_share")] = 0.75
    labels = Labels.graded(x, np.array([1, 2, 3]), np.array([0, 0, 1]))
    keys = [("N1", "A1"), ("N1", "A2"), ("N2", "A1")]
    found = with_cross(labels, keys, {("N2", "A1"): -1.5, ("N1", "A1"): 0.25})
    assert found.x[:, : len(FEATURES)].tolist() == x[[0, 2]].tolist()
    assert found.x[:, len(FEATURES) :].tolist() == [[0.25, 0.0625], [-1.5, -0.375]]
    assert found.low.tolist() == [1, 3]
    assert found.groups.tolist() == [0, 1]


def test_scores_survive_the_table(tmp_path: Path) -> None:
    write_scores(tmp_path / "s.tsv", [SCORED])
    (found,) = read_scores(tmp_path / "s.tsv", {"N1": SCORED.levels})
    assert found.ids == SCORED.ids
    np.testing.assert_allclose(found.scores, SCORED.scores, atol=1e-6)
    assert read_pair_scores(tmp_path / "s.tsv")["N1", "A2"] == 0.5
    with pytest.raises(EvaluationError, match="不符"):
        read_scores(tmp_path / "s.tsv", {})
    with pytest.raises(EvaluationError, match="缺失"):
        read_pair_scores(tmp_path / "no.tsv")


def test_ranking_figures_by_hand() -> None:
    # Gains 2^(level−1) − 1: 0, 7, 3; the order is A1, A2, A3, the best A2, A3, A1.
    wanted = (7 / np.log2(3) + 3 / np.log2(4)) / (7 + 3 / np.log2(3))
    measured = rank_by([SCORED])
    assert measured["ndcg@10"][0] == pytest.approx(wanted)
    # The first of level 3 or more stands second.
    assert measured["mrr"][0] == 0.5
    assert f"ndcg@10 {wanted:.4f}" in figures([SCORED])
