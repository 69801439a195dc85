"""The small file that names what a live index consists of; replacing it is the one step by which anything changes."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from matcher.errors import IndexDamagedError, IndexMismatchError

__all__ = ["State"]

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One moment of a live index.

    generation: grows by one with each change. following: number of the next segment; none is used twice.
    encoder_id, dim, window_chars: what all segments were made with. segments: their numbers, oldest first.
    frozen: the last segment that a compaction has taken, 0 where none was begun; only later ones may be merged.
    unmarked: records written since copies were last marked over all records.
    """

    generation: int = 0
    following: int = 1
    encoder_id: str = ""
    dim: int = 0
    window_chars: int = 0
    segments: tuple[int, ...] = ()
    frozen: int = 0
    unmarked: int = 0

    def to_json(self) -> bytes:
        """One line."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, sort_keys=True).encode() + b"\n"

    @classmethod
    def of(cls, data: bytes) -> "State":
        """What `to_json` wrote; nothing at all is the state before the first change.

        Raises:
            IndexDamagedError: it is something else.
            IndexMismatchError: it was written in a format this release does not read.
        """
        if not data:
            return cls()
        try:
            values: dict[str, Any] = json.loads(data)
            version = values.pop("format")
            if version != _FORMAT:
                raise IndexMismatchError(
                    f"在线索引的格式版本是 {version}，本程序只能读取版本 {_FORMAT}；请清空该文件夹后由数据库重建。"
                )
            return cls(**{**values, "segments": tuple(map(int, values["segments"]))})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamagedError(
                f"在线索引的状态文件损坏（{error}）；请从备份恢复，或清空该文件夹后由数据库重建。"
            ) from error
