"""One segment of a live index on disk: a version as in `IndexStore`, with stamps and what it takes away.

::

    manifest.json, need/, achievement/   see `matcher.index.store`
    stamps.npz                           int64, one a record of each side
    gone.json                            ids of each side that were removed when it was written
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Encoder, Vectors
from matcher.errors import IndexDamagedError
from matcher.index.bundle import open_version
from matcher.index.disk import Disk
from matcher.index.manifest import MANIFEST, Manifest
from matcher.index.saved import load_keys, load_tokens, load_vectors, save_side, term_count
from matcher.index.side import SideData
from matcher.index.store import timestamp
from matcher.index.union.segment import Segment
from matcher.index.vectors import Keys
from matcher.index.writer import describe_version
from matcher.records import Side

__all__ = ["Content", "SavedSegment", "open_segment", "write_segment"]

_STAMPS, _GONE = "stamps.npz", "gone.json"

Stamps = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One side of a segment to be written; `stamps`: of each record by id."""

    data: SideData
    stamps: Mapping[str, int]
    gone: frozenset[str]


class SavedSegment:
    """An opened segment. It keeps answering after its files were removed."""

    def __init__(
        self, folder: Path, manifest: Manifest, parts: Mapping[Side, Segment], stamps: Mapping[Side, Stamps]
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.parts = parts
        self.stamps = stamps
        self._known: dict[Side, tuple[Keys, Vectors]] = {}

    def __len__(self) -> int:
        """Records and removals of both sides: what it costs to write it again."""
        return sum(len(part) + len(part.gone) for part in self.parts.values())

    def passages_of(self, side: Side, row: int) -> tuple[Keys, Vectors]:
        """Keys, uint8 (m, 16), and vectors, float32 (m, d), of the passages of one record; reads files."""
        count = len(self.parts[side])
        owners = self.parts[side].index.dense.passages.records[count:]
        first, last = count + np.searchsorted(owners, [row, row + 1])
        rows = [row, *range(int(first), int(last))]
        if side not in self._known:
            folder = self.folder / side.value
            self._known[side] = (load_keys(folder), load_vectors(folder))
        keys, vectors = self._known[side]
        return keys[rows], vectors[rows]


def write_segment(
    folder: Path, contents: Sequence[Content], encoder: Encoder, *, window_chars: int, disk: Disk
) -> None:
    """Write a segment into a new folder, every file forced to the medium.

    Raises:
        OSError: the medium is full or not writable.
        RecordError: a record holds a number that JSON cannot.
    """
    disk.make_folder(folder)
    for content in contents:
        save_side(content.data, folder / content.data.side.value, disk)
    stamps = {
        content.data.side.value: np.array([content.stamps[i] for i in content.data.ids], dtype=np.int64)
        for content in contents
    }
    with disk.create(folder / _STAMPS) as file:
        np.savez(file, allow_pickle=False, **stamps)
    gone = {content.data.side.value: sorted(content.gone) for content in contents}
    with disk.create(folder / _GONE) as file:
        file.write(json.dumps(gone, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    built = [content.data for content in contents]
    manifest = describe_version(built, folder, encoder, window_chars=window_chars, created_at=timestamp())
    with disk.create(folder / MANIFEST) as file:
        file.write(manifest.to_json())
    disk.sync(folder)


def open_segment(folder: Path, name: str, encoder: Encoder, *, query_windows: int) -> SavedSegment:
    """Open what `write_segment` wrote; all that searching reads is opened now.

    Raises:
        IndexDamagedError: files are missing or differ from the manifest.
        IndexMismatchError: another encoder or another format made it.
    """
    bundle = open_version(folder, name, encoder, query_windows=query_windows, verify=False)
    try:
        gone = json.loads((folder / _GONE).read_bytes())
        with np.load(folder / _STAMPS, allow_pickle=False) as archive:
            stamps = {side: archive[side.value] for side in Side}
        parts = {
            side: Segment(
                bundle.side(side),
                gone=frozenset(gone[side.value]),
                term_count=term_count(folder / side.value),
                tokens=partial(load_tokens, folder / side.value),
            )
            for side in Side
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"索引文件夹 {folder} 无法打开（{error}）；请从备份恢复，或由数据库重建。") from error
    return SavedSegment(folder, bundle.manifest, parts, stamps)
