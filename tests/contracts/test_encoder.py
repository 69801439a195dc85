"""What every encoder promises."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from matcher.embed.base import Encoder
from matcher.embed.bundled import BundledEncoder
from matcher.embed.hashing import HashingEncoder
from matcher.embed.narrow import NarrowEncoder
from matcher.embed.sentence import SentenceEncoder

TEXTS = [
    "空分装置冷箱泄漏在线监测",
    "花生低破损脱壳设备，破损率不高于 3%",
    "炭电极浸渍",
    "小麦赤霉病抗性种质的分子标记辅助选育方法，已在豫东三地完成两年区域试验。",
    "CO₂ 捕集用 MDEA 溶剂，再生能耗 ≤ 2.8 GJ/t",
    "空分装置冷箱泄漏在线监测",
    "",
]


@pytest.fixture(
    scope="module",
    params=[
        "hashing",
        "narrow",
        pytest.param("bundled", marks=pytest.mark.model),
        pytest.param("sentence", marks=[pytest.mark.model, pytest.mark.slow]),
    ],
)
def make(request: pytest.FixtureRequest) -> Callable[[], Encoder]:
    """Gives a new instance each time."""
    if request.param == "hashing":
        return HashingEncoder
    if request.param == "narrow":
        return lambda: NarrowEncoder(HashingEncoder(), 64)
    if request.param == "bundled":
        return lambda: BundledEncoder(batch_size=4)
    folder: Path = request.getfixturevalue("float_model")
    return lambda: SentenceEncoder(str(folder), batch_size=4)


@pytest.fixture(scope="module")
def encoder(make: Callable[[], Encoder]) -> Encoder:
    return make()


@pytest.fixture(params=["encode_queries", "encode_passages"])
def encode(request: pytest.FixtureRequest, encoder: Encoder) -> Callable[[list[str]], np.ndarray]:
    method: Callable[[list[str]], np.ndarray] = getattr(encoder, request.param)
    return method


def test_is_an_encoder(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)


def test_vectors_are_float32_unit_rows(encoder: Encoder, encode: Callable[[list[str]], np.ndarray]) -> None:
    vectors = encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_order_is_kept(encode: Callable[[list[str]], np.ndarray]) -> None:
    np.testing.assert_allclose(encode(TEXTS[::-1])[::-1], encode(TEXTS), atol=1e-5)


def test_equal_texts_get_equal_vectors(encode: Callable[[list[str]], np.ndarray]) -> None:
    vectors = encode(TEXTS)
    assert TEXTS[0] == TEXTS[5]
    np.testing.assert_allclose(vectors[0], vectors[5], atol=1e-6)
    assert np.abs(vectors[0] - vectors[1]).max() > 0.01


def test_a_vector_does_not_depend_on_its_neighbours(encode: Callable[[list[str]], np.ndarray]) -> None:
    alone = np.concatenate([encode([text]) for text in TEXTS])
    np.testing.assert_allclose(encode(TEXTS), alone, atol=1e-5)


def test_two_instances_agree_to_the_last_bit(make: Callable[[], Encoder], encoder: Encoder) -> None:
    other = make()
    assert other.id == encoder.id
    assert other.dim == encoder.dim
    assert np.array_equal(other.encode_queries(TEXTS), encoder.encode_queries(TEXTS))
    assert np.array_equal(other.encode_passages(TEXTS), encoder.encode_passages(TEXTS))


def test_no_texts_give_no_rows(encoder: Encoder, encode: Callable[[list[str]], np.ndarray]) -> None:
    vectors = encode([])
    assert vectors.shape == (0, encoder.dim)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "\0", "\ud800 半个代理对", "😀🏭", "\u202eمرحبا", "\ue000\ufffe", "①㎡½ﬁ", "空分" * 20_000],
    ids=["empty", "blank", "nul", "lone surrogate", "emoji", "right to left", "private", "compatibility", "very long"],
)
def test_any_string_has_a_vector(encode: Callable[[list[str]], np.ndarray], text: str) -> None:
    vectors = encode([text, "正常文本"])
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_shared_content_is_nearer_than_none(encoder: Encoder) -> None:
    query = encoder.encode_queries(["花生脱壳破损率太高怎么办"])[0]
    near, far = encoder.encode_passages(["低破损花生脱壳设备", "医用缝合针表面镀层"]) @ query
    assert near > far
