"""One opened version of a saved index."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.embed.base import Encoder
from matcher.errors import IndexDamagedError, IndexMismatchError
from matcher.index.manifest import Manifest, check_files
from matcher.index.saved import load_side
from matcher.index.side import SideIndex
from matcher.records import Side

__all__ = ["Bundle", "open_version"]


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Both sides of one version. It keeps answering after newer versions took over and its files were removed."""

    name: str
    version: str
    manifest: Manifest
    sides: Mapping[Side, SideIndex]

    def side(self, side: Side) -> SideIndex:
        """One side; empty where the index holds no such records."""
        return self.sides[side]


def open_version(folder: Path, name: str, encoder: Encoder, *, query_windows: int, verify: bool) -> Bundle:
    """Check a version against its manifest and open it.

    Raises:
        IndexDamagedError: files are missing or differ from the manifest.
        IndexMismatchError: another encoder or another format made it.
    """
    manifest = Manifest.read(folder)
    if encoder.id != manifest.encoder_id or encoder.dim != manifest.dim:
        raise IndexMismatchError(
            f"索引“{name}”由编码器 {manifest.encoder_id} 建立，当前编码器是 {encoder.id}；"
            f"请运行 matcher index --rebuild {name} 按库内记录重建，或把 MATCHER_ENCODER 设为建索引时的编码器。"
        )
    check_files(folder, manifest, verify=verify)
    sides = {
        side: load_side(
            folder / side.value, side, encoder, window_chars=manifest.window_chars, query_windows=query_windows
        )
        for side in Side
    }
    for side, info in manifest.sides.items():
        if len(sides[side]) != info.records:
            raise IndexDamagedError(f"索引“{name}”的记录数与清单不符；请重新建索引，或从备份恢复。")
    return Bundle(name, folder.name, manifest, sides)
