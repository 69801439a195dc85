"""The encoder that made an index and is not at hand: enough to read its records, not to search it."""

from collections.abc import Sequence

from matcher.embed.base import Vectors
from matcher.errors import IndexMismatchError

__all__ = ["Absent"]


class Absent:
    """Stands for an encoder by its id and width."""

    def __init__(self, encoder_id: str, dim: int) -> None:
        self._id = encoder_id
        self._dim = dim

    @property
    def id(self) -> str:
        """Of the encoder it stands for."""
        return self._id

    @property
    def dim(self) -> int:
        """Width of its vectors."""
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Raises IndexMismatchError, always."""
        del texts
        raise IndexMismatchError(f"在线索引由编码器 {self._id} 建立，该编码器不在手边；请先整理以重建，再查询。")

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Raises IndexMismatchError, always."""
        return self.encode_queries(texts)
