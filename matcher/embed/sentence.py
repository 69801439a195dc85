"""Any sentence-transformers model, by name or folder."""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from matcher.embed.base import Vectors
from matcher.errors import ModelError

__all__ = ["Prefixes", "SentenceEncoder", "choose_prefixes"]

_PLAIN_E5 = re.compile(r"(^|[/\\_-])e5-(?!.*instruct)", re.IGNORECASE)


class Prefixes(NamedTuple):
    """What is put before every text of either side."""

    query: str
    passage: str


def choose_prefixes(name: str, prompts: dict[str, str]) -> Prefixes:
    """The prompts in the model's own settings; without any, those the E5 family was trained with; else none."""
    query = prompts.get("query") or ""
    passage = prompts.get("document") or prompts.get("passage") or ""
    if not query and not passage and _PLAIN_E5.search(name):
        return Prefixes("query: ", "passage: ")
    return Prefixes(query, passage)


class SentenceEncoder:
    """Encodes with a sentence-transformers model in float32 on the CPU, loaded when first needed."""

    def __init__(self, name: str, *, threads: int = 0, batch_size: int = 32) -> None:
        self._name = name
        self._threads = threads
        self._batch_size = batch_size

    @property
    def id(self) -> str:
        """Name, and a hash of the weights and prefixes.

        Raises:
            ModelError: as `encode_queries`.
        """
        return f"sentence:{self._name}:{self._content_hash}"

    @property
    def dim(self) -> int:
        """Width of the vectors.

        Raises:
            ModelError: as `encode_queries`.
        """
        return int(self.encode_queries([""]).shape[1])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode what someone looks for: float32 (len(texts), dim), unit rows, in order.

        Raises:
            ModelError: sentence-transformers is not installed, or there is no such model here or within reach.
        """
        return self._encode(texts, self._prefixes.query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode what can be found: float32 (len(texts), dim), unit rows, in order; raises as `encode_queries`."""
        return self._encode(texts, self._prefixes.passage)

    def _encode(self, texts: Sequence[str], prefix: str) -> Vectors:
        # Half a surrogate pair, as broken exports hold, is not text to the tokenizer.
        whole = [(prefix + text).encode("utf-8", errors="replace").decode("utf-8") for text in texts]
        if not whole:
            return np.empty((0, self.dim), dtype=np.float32)
        vectors = self._model.encode(
            whole,
            batch_size=self._batch_size,
            prompt="",
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _prefixes(self) -> Prefixes:
        return choose_prefixes(self._name, dict(self._model.prompts))

    @cached_property
    def _content_hash(self) -> str:
        digest = hashlib.sha256("\n".join(self._prefixes).encode())
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.contiguous().numpy().tobytes())
        return digest.hexdigest()[:12]

    @cached_property
    def _model(self) -> Any:
        try:
            import torch  # noqa: PLC0415
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        except ImportError as error:
            raise ModelError(
                f"使用编码器 {self._name} 需要 sentence-transformers；请先运行 "
                "pip install 'tech-transfer-matcher[train]'，或把 MATCHER_ENCODER 改回 bundled。"
            ) from error
        if self._threads:
            torch.set_num_threads(self._threads)
        load = partial(SentenceTransformer, self._name, device="cpu", model_kwargs={"torch_dtype": torch.float32})
        # Without the network first: otherwise every file of a model that is already here is looked up there.
        with suppress(OSError, ValueError):
            return load(local_files_only=True)
        try:
            return load()
        except Exception as error:
            # Every layer below has errors of its own, with no common base.
            raise ModelError(
                f"无法载入编码器 {self._name}：既不是完整的本地模型文件夹，也无法从网络取得；"
                "请检查 MATCHER_ENCODER 的拼写或路径，离线时请给出本地文件夹，或改回 bundled。"
            ) from error
