"""The loss of an imitation against the same sums in numpy, and the student as it begins."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.train.fast_recipe import FastRecipe

torch = pytest.importorskip("torch", reason="needs the train extra")

RECIPE = FastRecipe(layers=(1,), matches=((1, 1, 0.3), (1, 2, 1.0)), vector_weight=10.0, order_weight=1.5, scale=5.0)
TEXTS = ["换热器结垢清洗", "花生", "空分装置余热"]


def drawn(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def kl(scores: np.ndarray, wanted: np.ndarray) -> float:
    """Mean over rows of Σ p log(p / q), each row's own entry left out."""
    total = 0.0
    for at in range(len(scores)):
        others = [other for other in range(len(scores)) if other != at]
        q, p = (np.exp(each[at, others]) / np.exp(each[at, others]).sum() for each in (scores, wanted))
        total += float((p * np.log(p / q)).sum())
    return total / len(scores)


def test_the_loss_by_hand() -> None:
    from matcher.train.fast_model import imitation_loss

    lengths, variances = [4, 2, 3], [2.0, 0.5]
    states, wanted = drawn(1, 2, 3, 4, 6), drawn(2, 2, 3, 4, 6)
    real = np.arange(4)[None, :] < np.array(lengths)[:, None]
    distances = [
        sum(((states[k, t, :n] - wanted[k, t, :n]) ** 2).sum() for t, n in enumerate(lengths)) / (9 * 6 * variances[k])
        for k in range(2)
    ]
    mine, theirs = (
        unit(np.array([each[1, t, :n].mean(axis=0) for t, n in enumerate(lengths)])) for each in (states, wanted)
    )
    whole = (
        0.3 * distances[0]
        + 1.0 * distances[1]
        + 10 * (1 - (mine * theirs).sum(axis=1)).mean()
        + 1.5 * kl(5 * mine @ mine.T, 5 * theirs @ theirs.T)
    )
    given = list(torch.from_numpy(states)), torch.from_numpy(wanted), torch.from_numpy(real), variances, RECIPE
    assert float(imitation_loss(*given)) == pytest.approx(whole, rel=1e-5)
    # What stands where a text has ended counts nowhere.
    states[:, ~real] = 99.0
    given = list(torch.from_numpy(states)), *given[1:]
    assert float(imitation_loss(*given)) == pytest.approx(whole, rel=1e-5)


def test_a_text_alone_has_nothing_to_be_similar_to() -> None:
    from matcher.train.fast_model import imitation_loss

    states = torch.from_numpy(drawn(3, 2, 1, 4, 6))
    assert float(imitation_loss(list(states), states, torch.ones(1, 4, dtype=torch.bool), [1.0, 1.0], RECIPE)) == (
        pytest.approx(0.0, abs=1e-5)
    )


def test_the_student_begins_as_layers_of_the_teacher(tiny_encoder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from matcher.train.fast_model import build_student

    teacher: Any = SentenceTransformer(str(tiny_encoder), device="cpu")[0].model
    student = build_student(tiny_encoder, RECIPE, "cpu")
    bert: Any = student[0].model
    assert len(bert.encoder.layer) == bert.config.num_hidden_layers == 1
    for name, weight in bert.encoder.layer[0].state_dict().items():
        assert torch.equal(weight, teacher.encoder.layer[1].state_dict()[name])
    assert not bert.embeddings.word_embeddings.weight.requires_grad
    assert bert.embeddings.position_embeddings.weight.requires_grad
    # Nothing is left to chance while it learns.
    student.train()
    again = [student({**student.preprocess(TEXTS[:1])})["sentence_embedding"] for _ in range(2)]
    assert torch.equal(*again)


def test_texts_read_in_a_batch_are_as_if_read_alone(tiny_encoder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from matcher.train.fast_model import Reader, cut_texts

    network: Any = SentenceTransformer(str(tiny_encoder), device="cpu").eval()
    pieces = cut_texts(network, TEXTS, 64)
    # The short text first, so that it is padded.
    found = Reader(network, pieces, bf16=False).vectors([[1, 0], [2]])
    alone = np.stack([network.encode(TEXTS[at], normalize_embeddings=True) for at in (1, 0, 2)])
    assert found == pytest.approx(alone, abs=1e-5)
    assert [len(each) for each in cut_texts(network, TEXTS, 5)] == [5, min(5, len(pieces[1])), 5]
