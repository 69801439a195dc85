"""A small corpus of our own, and an encoder that says what it was asked."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.index.store import IndexStore
from matcher.records import Achievement, Need


class CountingEncoder(HashingEncoder):
    """Remembers every passage it was given; can stop after so many, as an interruption would."""

    def __init__(self, dim: int = 64, *, name: str = "", stop_after: int | None = None) -> None:
        super().__init__(dim)
        self.passages: list[str] = []
        self._name = name
        self._stop_after = stop_after

    @property
    def id(self) -> str:
        return super().id + self._name

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        if self._stop_after is not None and len(self.passages) + len(texts) > self._stop_after:
            raise KeyboardInterrupt
        self.passages.extend(texts)
        return super().encode_passages(texts)


@pytest.fixture
def counting() -> type[CountingEncoder]:
    return CountingEncoder


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IndexStore:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735787045")
    return IndexStore(tmp_path / "indexes")


@pytest.fixture
def achievements() -> list[Achievement]:
    return [
        Achievement(id="A1", title="花生脱壳机", summary="低破损花生脱壳。适合小型加工厂。", org="开封农机研究所"),
        Achievement(
            id="A2", title="菊花精油提取", summary="超临界萃取菊花精油，得率提高。", published_on=dt.date(2024, 1, 2)
        ),
        Achievement(id="A3", title="空分装置冷箱监测", summary="在线监测冷箱泄漏并报警。"),
        Achievement(id="A4", title="炭材料抗氧化涂层"),
    ]


@pytest.fixture
def needs() -> list[Need]:
    return [
        Need(id="N1", title="降低花生脱壳破损率", problem="现有设备破损率高，希望降到百分之三以下。"),
        Need(id="N2", title="冷箱泄漏早期报警", problem="空分装置冷箱泄漏不易发现。"),
    ]
