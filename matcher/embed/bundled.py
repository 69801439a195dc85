"""The encoders that ship inside the package: int8 ONNX, no torch, no download."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from matcher.embed.base import Vectors
from matcher.embed.folder import BUNDLED_FOLDER, ModelFolder
from matcher.embed.manifest import ModelManifest, holds_model
from matcher.embed.onnx import piece_ids, token_sums
from matcher.embed.words import WordTable

__all__ = ["BUNDLED_FOLDER", "FAST_FOLDER", "BundledEncoder", "packaged_folders"]

FAST_FOLDER = BUNDLED_FOLDER.with_name("fast")
"""An encoder of fewer layers over the same words; not every package has one."""


def packaged_folders() -> tuple[Path, ...]:
    """Where the encoders of this package lie: the whole one, and the fast one if there is one."""
    return (BUNDLED_FOLDER, *([FAST_FOLDER] if holds_model(FAST_FOLDER) else []))


class BundledEncoder:
    """Encodes with an exported folder; the one in this package unless told otherwise.

    Files are read, checked and loaded when the first text comes. One instance may serve many threads. A vector depends
    on its text alone, to the last bit, whatever stands beside it and however many threads run.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 0, batch_size: int = 32) -> None:
        self._threads = threads or os.cpu_count() or 1
        self._batch_size = batch_size
        path = folder or BUNDLED_FOLDER
        self._manifest = ModelManifest.read(path)
        self._folder = ModelFolder(path, self._manifest.files)

    @property
    def id(self) -> str:
        """Name and hash of the weights, the tokenizer and the prefixes."""
        return f"bundled:{self._manifest.name}:{self._manifest.content_hash}"

    @property
    def dim(self) -> int:
        """Width of the vectors."""
        return self._manifest.dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what someone looks for: float32 (len(texts), dim), unit rows, in order.

        Raises:
            ModelError: the model files are missing or damaged.
        """
        return self._encode(texts, self._manifest.query_prefix)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what can be found: float32 (len(texts), dim), unit rows, in order.

        Raises:
            ModelError: the model files are missing or damaged.
        """
        return self._encode(texts, self._manifest.passage_prefix)

    def _encode(self, texts: Sequence[str], prefix: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        pieces = [piece_ids(self._tokenizer, prefix + text) for text in texts]
        sums = token_sums(self._graph, self._words, pieces, threads=self._threads, batch_size=self._batch_size)
        # The unit vector along the mean is that along the sum.
        lengths: Vectors = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
        return sums / lengths

    @cached_property
    def _tokenizer(self) -> Any:
        tokenizer = self._folder.tokenizer()
        tokenizer.enable_truncation(self._manifest.max_tokens)
        return tokenizer

    @cached_property
    def _words(self) -> WordTable:
        return self._folder.words(self.dim)

    @cached_property
    def _graph(self) -> Any:
        return self._folder.graph()
