"""What the encoder and the re-ranker share: an ONNX session, a tokenizer, batches of equal length.

Every text is run beside texts of exactly its own length, so nothing is padded and nothing masked, and the graphs
quantise each token by itself: a result depends on its text alone, to the last bit, whatever stands beside it and
however many threads run (docs/decisions/0010-int8-encoder.md). The only file that imports onnxruntime.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Vectors
from matcher.embed.words import WordTable
from matcher.errors import ModelError

__all__ = ["PieceIds", "open_graph", "open_tokenizer", "piece_ids", "token_sums"]

PieceIds = npt.NDArray[np.int32]

# Attention takes memory with the square of the length: beyond this it leaves the caches and batches get slower.
_TOKENS_PER_BATCH = 512


def open_tokenizer(content: bytes, path: Path) -> Any:
    """A `tokenizers.Tokenizer` from the content of `path`.

    Raises:
        ModelError: the library does not know the format.
    """
    import tokenizers  # noqa: PLC0415

    try:
        return tokenizers.Tokenizer.from_str(content.decode("utf-8"))
    except Exception as error:
        # The library raises plain Exception.
        raise ModelError(
            f"无法载入 {path}：tokenizers {tokenizers.__version__} 不认这个文件；请升级 tokenizers。"
        ) from error


def piece_ids(tokenizer: Any, text: str, *, marks: bool = True) -> PieceIds:
    """int32 (length,), the pieces of a text, with the marks of start and end unless told otherwise."""
    # Half a surrogate pair, as broken exports hold, is not text to the tokenizer.
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    return np.array(tokenizer.encode(whole, add_special_tokens=marks).ids, dtype=np.int32)


def open_graph(content: bytes, path: Path) -> Any:
    """An `onnxruntime.InferenceSession` over the content of `path`.

    Raises:
        ModelError: the runtime does not know the format.
    """
    import onnxruntime  # noqa: PLC0415

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
            f"无法载入模型 {path}：onnxruntime {onnxruntime.__version__} 不认这个文件；请升级 onnxruntime。"
        ) from error


def token_sums(
    session: Any,
    words: WordTable,
    pieces: Sequence[PieceIds],
    *,
    threads: int,
    batch_size: int,
) -> Vectors:
    """The sum over the tokens of each text: float32 (len(pieces), words.dim), in order.

    Summed here because the runtime's own reduction takes another order, and so other last bits, in a batch of one.

    Raises:
        ModelError: a piece lies beyond the word table.
    """
    sums = np.empty((len(pieces), words.dim), dtype=np.float32)
    batches = list(_batches([len(ids) for ids in pieces], batch_size))

    def run(rows: list[int]) -> None:
        ids = np.stack([pieces[row] for row in rows]).astype(np.int64)
        sums[rows] = session.run(None, {"word_vectors": words.vectors(ids)})[0].sum(axis=1)

    _each(run, batches, threads)
    return sums


def _each(run: Callable[[list[int]], None], batches: list[list[int]], threads: int) -> None:
    if threads == 1 or len(batches) <= 1:
        for rows in batches:
            run(rows)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, batches))


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
