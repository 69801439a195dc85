"""A toy encoder that counts what it is given, records in endless variety, and a classifier loaded once."""

from collections.abc import Sequence

import pytest

from matcher.config import Settings
from matcher.corpus.classify import Classifier
from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models


class CountingEncoder(HashingEncoder):
    """Remembers every passage it was given; its id can be changed."""

    def __init__(self, dim: int = 48, *, name: str = "") -> None:
        super().__init__(dim)
        self.passages: list[str] = []
        self._name = name

    @property
    def id(self) -> str:
        return super().id + self._name

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages.extend(texts)
        return super().encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return super().encode_passages(texts)


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def counting() -> type[CountingEncoder]:
    return CountingEncoder


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture
def live_settings() -> Settings:
    return Settings(window_chars=60, rerank=0)


@pytest.fixture
def models(encoder: CountingEncoder) -> Models:
    return Models(encoder, LevelModel.load(), None)
