"""The encoder's loss against the same sums written out in numpy."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.train.encoder_data import Step
from matcher.train.encoder_recipe import EncoderRecipe

torch = pytest.importorskip("torch", reason="needs the train extra")

ONLY = EncoderRecipe(
    order_weight=0.0,
    partner_weight=0.0,
    written_weight=0.0,
    bodies_weight=0.0,
    scale=20.0,
    widths=(32,),
    frozen_layers=0,
)
NOTHING = Step(needs=[], achievements=[], owners=[], targets=[], asked=[], answers=[], near=[], titles=[], windows=[])
# Two needs; three achievements belong to the first, two to the second.
GRADED = replace(
    NOTHING,
    needs=["换热器结垢", "花生脱壳"],
    achievements=["换热器清洗装置", "空分装置", "炭材料", "花生脱壳机", "小麦"],
    owners=[0, 0, 0, 1, 1],
    targets=[4.0, 2.0, 1.8, 3.0, 1.0],
)


def network(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    # Without dropout, so that the same text has one vector.
    return SentenceTransformer(str(folder), device="cpu").eval()


def loss_of(folder: Path, recipe: EncoderRecipe, step: Step) -> float:
    from matcher.train.encoder_model import StepLoss

    with torch.no_grad():
        return float(StepLoss(network(folder), recipe)(step))


def vectors(folder: Path, texts: Sequence[str], width: int = 32) -> np.ndarray:
    found = np.asarray(network(folder).encode(list(texts), show_progress_bar=False), dtype=np.float64)[:, :width]
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def cross_entropy(scores: np.ndarray) -> float:
    """Mean over rows of log Σ exp(row) − its diagonal entry."""
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(scores)), np.arange(len(scores))]))


def test_cosent_by_hand() -> None:
    from matcher.train.encoder_model import cosent

    # 3.0 before 2.0 and 1.9; 2.0 and 1.9 differ by less than the margin: two sums in all.
    got = cosent(torch.tensor([1.0, 0.5, 2.0]), torch.tensor([3.0, 2.0, 1.9]), 0.25)
    assert float(got) == pytest.approx(np.log(1 + np.exp(0.5 - 1) + np.exp(2 - 1)))
    assert float(cosent(torch.tensor([1.0, 0.5]), torch.tensor([2.0, 2.2]), 0.25)) == 0.0


def test_info_nce_by_hand() -> None:
    from matcher.train.encoder_model import info_nce

    scores = np.array([[2.0, 1.0], [0.0, 3.0]])
    own = cross_entropy(scores) + cross_entropy(scores.T)
    assert float(info_nce(torch.tensor(scores))) == pytest.approx(own)
    # Each answer has one more wrong question of its own.
    back = np.mean([np.log(np.exp([2, 0, 1]).sum()) - 2, np.log(np.exp([1, 3, -1]).sum()) - 3])
    got = info_nce(torch.tensor(scores), torch.tensor([1.0, -1.0], dtype=torch.float64))
    assert float(got) == pytest.approx(cross_entropy(scores) + back)


def test_graded_pairs_are_ordered_within_their_need(tiny_encoder: Path) -> None:
    needs, offers = vectors(tiny_encoder, GRADED.needs), vectors(tiny_encoder, GRADED.achievements)
    cosines = 20 * np.array([needs[i] @ offer for i, offer in zip(GRADED.owners, offers, strict=True)])
    # First need: 4.0 before 2.0 and 1.8 (which are within the margin of one another). Second: 3.0 before 1.0.
    first = np.log(1 + np.exp(cosines[1] - cosines[0]) + np.exp(cosines[2] - cosines[0]))
    second = np.log(1 + np.exp(cosines[4] - cosines[3]))
    got = loss_of(tiny_encoder, replace(ONLY, order_weight=0.5), GRADED)
    assert got == pytest.approx(0.5 * (first + second) / 2, rel=1e-4)


def test_graded_pairs_are_ordered_across_needs_where_they_differ_much(tiny_encoder: Path) -> None:
    needs, offers = vectors(tiny_encoder, GRADED.needs), vectors(tiny_encoder, GRADED.achievements)
    cosines = 20 * np.array([needs[i] @ offer for i, offer in zip(GRADED.owners, offers, strict=True)])
    # 4.0 before 2.0, 1.8 and 1.0, 3.0 before 1.8 and 1.0; 3.0 and 2.0 are just one apart.
    pairs = [(0, 1), (0, 2), (0, 4), (3, 2), (3, 4)]
    wanted = np.log(1 + sum(np.exp(cosines[worse] - cosines[better]) for better, worse in pairs))
    assert loss_of(tiny_encoder, replace(ONLY, across_weight=0.5), GRADED) == pytest.approx(0.5 * wanted, rel=1e-4)


def test_partners_are_told_from_the_texts_of_other_needs(tiny_encoder: Path) -> None:
    needs, offers = vectors(tiny_encoder, GRADED.needs), vectors(tiny_encoder, GRADED.achievements)
    scores = np.exp(20 * needs @ offers.T)
    # Partners are those from 2.8 on: the first of the first need, the first of the second.
    first = np.log((scores[0, 0] + scores[0, 3:].sum()) / scores[0, 0])
    second = np.log((scores[1, 3] + scores[1, :3].sum()) / scores[1, 3])
    got = loss_of(tiny_encoder, replace(ONLY, partner_weight=2.0), GRADED)
    assert got == pytest.approx(2 * (first + second) / 2, rel=1e-4)


def test_written_needs_have_a_near_miss_of_their_own(tiny_encoder: Path) -> None:
    step = replace(
        NOTHING,
        asked=["结垢清洗", "花生机", "余热"],
        answers=["换热器结垢清洗", "花生脱壳机", "空分装置余热回收"],
        near=["换热器余热", "", "空分装置"],
    )
    asked, answers = vectors(tiny_encoder, step.asked), vectors(tiny_encoder, step.answers)
    scores = 20 * asked @ answers.T
    near = 20 * (answers * vectors(tiny_encoder, ["换热器余热", "花", "空分装置"])).sum(axis=1)
    # The second has no near miss: nothing is added to its sum.
    back = np.log(np.exp(scores).sum(axis=0) + np.exp(near) * [1, 0, 1]) - np.diag(scores)
    got = loss_of(tiny_encoder, replace(ONLY, written_weight=1.5), step)
    assert got == pytest.approx(1.5 * (cross_entropy(scores) + back.mean()), rel=1e-4)


def test_one_answer_to_two_questions_is_wrong_for_neither(tiny_encoder: Path) -> None:
    step = replace(NOTHING, asked=["结垢清洗", "换热"], answers=["换热器结垢清洗"] * 2, near=["", ""])
    # Each question has nothing but its own answer to choose from: log 1.
    assert loss_of(tiny_encoder, replace(ONLY, written_weight=1.0), step) == pytest.approx(0.0, abs=1e-5)


def test_titles_find_their_bodies(tiny_encoder: Path) -> None:
    step = replace(NOTHING, titles=["换热器", "花生机"], windows=["结垢清洗余热", "脱壳小麦"])
    scores = 20 * vectors(tiny_encoder, step.titles) @ vectors(tiny_encoder, step.windows).T
    got = loss_of(tiny_encoder, replace(ONLY, bodies_weight=0.6), step)
    assert got == pytest.approx(0.6 * (cross_entropy(scores) + cross_entropy(scores.T)), rel=1e-4)


def test_the_first_numbers_of_a_vector_must_serve_too(tiny_encoder: Path) -> None:
    recipe = replace(ONLY, bodies_weight=1.0)
    step = replace(NOTHING, titles=["换热器", "花生机"], windows=["结垢清洗余热", "脱壳小麦"])

    def alone(width: int) -> float:
        scores = 20 * vectors(tiny_encoder, step.titles, width) @ vectors(tiny_encoder, step.windows, width).T
        return cross_entropy(scores) + cross_entropy(scores.T)

    got = loss_of(tiny_encoder, replace(recipe, widths=(32, 8)), step)
    assert got == pytest.approx((alone(32) + alone(8)) / 2, rel=1e-4)
