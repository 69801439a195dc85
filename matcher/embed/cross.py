"""The re-ranker: reads a need and an achievement together and says how well they fit. int8 ONNX, no torch.

Its input is `<s> need </s></s> achievement </s>`, each side cut to a number of pieces; its answer a linear function of
the mean over the tokens. Tokenizer and word table are the encoder's own and not stored a second time in the package.
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
from matcher.embed.folder import ModelFolder
from matcher.embed.manifest import FORMAT, GO_BACK, MANIFEST_FILE, FileMark, marks_in
from matcher.embed.onnx import PieceIds, piece_ids, token_sums
from matcher.embed.words import WordTable
from matcher.errors import ModelError

__all__ = ["CROSS_FOLDER", "CrossEncoder", "CrossManifest"]

CROSS_FOLDER = Path(str(package_files("matcher.embed") / "cross"))

_START, _END = 0, 2
_MEND = "请重新安装本软件包，或用 matcher train reranker 重新生成；也可以用 --rerank 0 关闭重排"


@dataclass(frozen=True, slots=True)
class CrossManifest:
    """Everything about an exported re-ranker that is not in its other files.

    need_pieces, achievement_pieces: what is read of each side. weights, bias: the linear output, one weight for each
    column of the graph's token vectors.
    """

    name: str
    source: str
    licence: str
    need_pieces: int
    achievement_pieces: int
    weights: tuple[float, ...]
    bias: float
    files: Mapping[str, FileMark]
    made_with: Mapping[str, str]
    format: int = FORMAT

    @property
    def content_hash(self) -> str:
        """Twelve hex digits that change whenever a score could change."""
        numbers = [self.need_pieces, self.achievement_pieces, self.weights, self.bias]
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
            if found == FORMAT:
                values["files"] = marks_in(values)
                values["weights"] = tuple(map(float, values["weights"]))
                return cls(**values)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelError(f"重排模型说明文件 {path} 缺失或已损坏；{_MEND}。") from error
        raise ModelError(
            f"重排模型说明文件 {path} 的格式版本是 {found}，本程序只认 {FORMAT}；{GO_BACK}；"
            "还想用它的，请用 matcher train reranker 重新生成；也可以用 --rerank 0 关闭重排。"
        )


class CrossEncoder:
    """Scores pairs with an exported folder; the one in this package unless told otherwise.

    Files are read, checked and loaded when the first pair comes. One instance may serve many threads. A score depends
    on its pair alone, to the last bit.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 0, batch_size: int = 32) -> None:
        """Raises ModelError where the manifest is missing or damaged."""
        self._threads = threads or os.cpu_count() or 1
        self._batch_size = batch_size
        path = folder or CROSS_FOLDER
        self._manifest = CrossManifest.read(path)
        self._folder = ModelFolder(path, self._manifest.files)

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
        sums = token_sums(self._graph, self._words, pieces, threads=self._threads, batch_size=self._batch_size)
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
        tokenizer = self._folder.tokenizer()
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _words(self) -> WordTable:
        return self._folder.words(len(self._manifest.weights))

    @cached_property
    def _graph(self) -> Any:
        return self._folder.graph()
