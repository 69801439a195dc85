"""The re-ranker: reads a need and an achievement together and says how well they fit. int8 ONNX, no torch.

Its input is `<s> need </s></s> achievement </s>`, each side cut to a number of pieces; its answer a linear function of
the mean over the tokens. It cuts texts with the encoder's own tokenizer, which is not stored a second time.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import numpy as np

from matcher.embed.base import Vectors
from matcher.embed.bundled import BUNDLED_FOLDER
from matcher.embed.manifest import GRAPH_FILE, MANIFEST_FILE, TOKENIZER_FILE, FileMark, read_file
from matcher.embed.onnx import PieceIds, open_graph, open_tokenizer, piece_ids, token_sums
from matcher.errors import ModelError

__all__ = ["CROSS_FOLDER", "CrossEncoder", "CrossManifest", "cutting_hash"]

CROSS_FOLDER = Path(str(package_files("matcher.embed") / "cross"))

_FORMAT = 1
_START, _END = 0, 2
_MEND = "请重新安装本软件包，或用 matcher train reranker 重新生成；也可以用 --rerank 0 关闭重排"


@dataclass(frozen=True, slots=True)
class CrossManifest:
    """Everything about an exported re-ranker that is not in its graph.

    need_pieces, achievement_pieces: what is read of each side. weights, bias: the linear output, one weight for each
    column of the graph's token vectors. cutting: `cutting_hash` of the tokenizer it was trained with.
    """

    name: str
    source: str
    licence: str
    need_pieces: int
    achievement_pieces: int
    weights: tuple[float, ...]
    bias: float
    cutting: str
    files: Mapping[str, FileMark]
    made_with: Mapping[str, str]
    format: int = _FORMAT

    @property
    def content_hash(self) -> str:
        """Twelve hex digits that change whenever a score could change."""
        numbers = [self.need_pieces, self.achievement_pieces, self.weights, self.bias, self.cutting]
        marks = [[name, mark.sha256] for name, mark in sorted(self.files.items())]
        return hashlib.sha256(json.dumps([numbers, marks]).encode()).hexdigest()[:12]

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into `folder`."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "CrossManifest":
        """Read the manifest of a re-ranker folder.

        Raises:
            ModelError: there is none, it cannot be read, or it is of another format.
        """
        path = folder / MANIFEST_FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            found = values["format"]
            if found == _FORMAT:
                values["files"] = {name: FileMark(**mark) for name, mark in values["files"].items()}
                values["weights"] = tuple(map(float, values["weights"]))
                return cls(**values)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelError(f"重排模型说明文件 {path} 缺失或已损坏；{_MEND}。") from error
        raise ModelError(f"重排模型说明文件 {path} 的格式版本是 {found}，本程序只认 {_FORMAT}；{_MEND}。")


def cutting_hash(tokenizer: bytes) -> str:
    """SHA-256 (hex) of what a `tokenizer.json` says about cutting; how texts were padded or cut short does not count.

    Raises:
        ValueError: it is not JSON.
    """
    values = json.loads(tokenizer)
    parts = [values.get(name) for name in ("normalizer", "pre_tokenizer", "model", "added_tokens")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class CrossEncoder:
    """Scores pairs with an exported folder; the one in this package unless told otherwise.

    Files are read, checked and loaded when the first pair comes. One instance may serve many threads. A score depends
    on its pair alone, to the last bit.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 0, batch_size: int = 32) -> None:
        """Raises ModelError where the manifest is missing or damaged."""
        self._folder = folder or CROSS_FOLDER
        self._threads = threads or os.cpu_count() or 1
        self._batch_size = batch_size
        self._manifest = CrossManifest.read(self._folder)

    @property
    def id(self) -> str:
        """Name and hash of everything a score depends on."""
        return f"cross:{self._manifest.name}:{self._manifest.content_hash}"

    def score(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Logits of (need, achievement) texts: float32 (len(pairs),), in order; σ(0) = ½ is a fair fit.

        Raises:
            ModelError: the model files are missing or damaged.
        """
        if not pairs:
            return np.empty(0, dtype=np.float32)
        weights = np.asarray(self._manifest.weights, dtype=np.float32)
        pieces = self._joined(pairs)
        session = self._session
        sums = token_sums(session, pieces, dim=len(weights), threads=self._threads, batch_size=self._batch_size)
        lengths = np.array([len(ids) for ids in pieces], dtype=np.float32)
        logits: Vectors = (sums * weights).sum(axis=1) / lengths + np.float32(self._manifest.bias)
        return logits

    def _joined(self, pairs: Sequence[tuple[str, str]]) -> list[PieceIds]:
        """`<s> need </s></s> achievement </s>`; the same text is cut once."""
        needs, achievements = (
            {text: piece_ids(self._tokenizer, text, marks=False)[:most] for text in dict.fromkeys(texts)}
            for texts, most in zip(
                zip(*pairs, strict=True),
                (self._manifest.need_pieces, self._manifest.achievement_pieces),
                strict=True,
            )
        )
        return [
            np.array([_START, *needs[need], _END, _END, *achievements[achievement], _END], dtype=np.int32)
            for need, achievement in pairs
        ]

    @cached_property
    def _tokenizer(self) -> Any:
        """The one in the folder, else the bundled encoder's, if it cuts as the model learned."""
        here = self._folder / TOKENIZER_FILE
        path = here if here.is_file() else BUNDLED_FOLDER / TOKENIZER_FILE
        try:
            content = path.read_bytes()
            same = cutting_hash(content) == self._manifest.cutting
        except (OSError, ValueError, AttributeError) as error:
            raise ModelError(f"读不到重排模型所用的分词文件 {path}；{_MEND}。") from error
        if not same:
            raise ModelError(f"分词文件 {path} 与重排模型 {self._folder} 训练时所用的不同；{_MEND}。")
        tokenizer = open_tokenizer(content, path)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        content = read_file(self._folder, GRAPH_FILE, self._manifest.files)
        return open_graph(content, self._folder / GRAPH_FILE)
