"""The encoder that ships inside the package: int8 ONNX, no torch, no download.

Every text is encoded beside texts of exactly its own length, so nothing is padded and nothing masked, and the graph
quantises each token by itself: a vector depends on its text alone, to the last bit, whatever stands beside it and
however many threads run (docs/decisions/0010-int8-encoder.md).
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Vectors
from matcher.embed.manifest import GRAPH_FILE, TOKENIZER_FILE, ModelManifest, read_file
from matcher.errors import ModelError

__all__ = ["BundledEncoder"]

# Attention takes memory with the square of the length: beyond this it leaves the caches and batches get slower.
_TOKENS_PER_BATCH = 512


class BundledEncoder:
    """Encodes with an exported folder; the one in this package unless told otherwise.

    Files are read, checked and loaded when the first text comes. One instance may serve many threads.
    """

    def __init__(self, folder: Path | None = None, *, threads: int = 0, batch_size: int = 32) -> None:
        self._folder = folder or Path(str(files("matcher.embed") / "model"))
        self._threads = threads or os.cpu_count() or 1
        self._batch_size = batch_size
        self._manifest = ModelManifest.read(self._folder)

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
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        if not texts:
            return vectors
        pieces = [self._pieces(prefix + text) for text in texts]
        batches = list(_batches([len(ids) for ids in pieces], self._batch_size))
        # Loaded here, before several threads could do it at once.
        session = self._session

        def run(rows: list[int]) -> None:
            ids = np.stack([pieces[row] for row in rows]).astype(np.int64)
            vectors[rows] = _unit_means(session.run(None, {"input_ids": ids})[0])

        if self._threads == 1 or len(batches) == 1:
            for rows in batches:
                run(rows)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(run, batches))
        return vectors

    def _pieces(self, text: str) -> npt.NDArray[np.int32]:
        # Half a surrogate pair, as broken exports hold, is not text to the tokenizer.
        whole = text.encode("utf-8", errors="replace").decode("utf-8")
        return np.array(self._tokenizer.encode(whole).ids, dtype=np.int32)

    @cached_property
    def _tokenizer(self) -> Any:
        import tokenizers  # noqa: PLC0415

        content = read_file(self._folder, TOKENIZER_FILE, self._manifest)
        try:
            tokenizer = tokenizers.Tokenizer.from_str(content.decode("utf-8"))
        except Exception as error:
            # The library raises plain Exception.
            raise ModelError(
                f"无法载入 {self._folder / TOKENIZER_FILE}：tokenizers {tokenizers.__version__} "
                "不认这个文件；请升级 tokenizers。"
            ) from error
        tokenizer.enable_truncation(self._manifest.max_tokens)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # noqa: PLC0415

        content = read_file(self._folder, GRAPH_FILE, self._manifest)
        options = onnxruntime.SessionOptions()
        # Threads work on whole batches: no waiting inside a layer, and no spinning that starves other processes.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Shapes differ from batch to batch; a remembered memory plan for each would only pile up.
        options.enable_mem_pattern = False
        try:
            return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            # The runtime's errors have no base of their own.
            raise ModelError(
                f"无法载入编码器 {self._folder / GRAPH_FILE}：onnxruntime {onnxruntime.__version__} "
                "不认这个文件；请升级 onnxruntime。"
            ) from error


def _batches(lengths: Sequence[int], batch_size: int) -> Iterator[list[int]]:
    """Rows of equal length, at most `batch_size` together and fewer where texts are long, longest first."""
    by_length: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        by_length.setdefault(length, []).append(row)
    for length in sorted(by_length, reverse=True):
        rows = by_length[length]
        step = max(1, min(batch_size, _TOKENS_PER_BATCH // length))
        for start in range(0, len(rows), step):
            yield rows[start : start + step]


def _unit_means(tokens: Vectors) -> Vectors:
    """Unit vectors along the mean over the tokens: float32 (n, length, dim) to (n, dim).

    Done here because the runtime's own reduction takes another order, and so other last bits, when n is 1.
    """
    sums: Vectors = tokens.sum(axis=1)
    lengths: Vectors = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
    return sums / lengths
