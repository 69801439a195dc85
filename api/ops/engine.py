"""What answers at the moment: the encoder behind the index, the index's segments, and how far it is behind."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.db.tables import IndexQueue, RecordRow
from api.records.states import State as RecordState
from matcher.embed.bundled import packaged_folders
from matcher.embed.manifest import ModelManifest, holds_model
from matcher.embed.promoted import Kind
from matcher.errors import IndexStoreError
from matcher.index.disk import Disk
from matcher.index.manifest import Manifest
from matcher.live.folder import LiveFolder
from matcher.live.state import State
from matcher.records import Side, Tier

__all__ = ["EncoderFacts", "IndexFacts", "Queue", "SegmentFacts", "encoder_facts", "index_facts", "published", "queue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderFacts:
    """What is known of an encoder; `manifest` is None where it has none (one of another library, or for tests)."""

    id: str
    dim: int
    manifest: ModelManifest | None
    packaged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFacts:
    """One segment on disk."""

    number: int
    created_at: str
    records: Mapping[Side, int]
    disk_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """The index folder at one moment.

    compacted_at: when the oldest segment was last written out of others, "" before that.
    """

    state: State
    segments: tuple[SegmentFacts, ...]
    compacted_at: str
    disk_bytes: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What the index has still to learn; `oldest_at` is None where there is nothing."""

    length: int
    oldest_at: dt.datetime | None


def encoder_facts(encoder_id: str, models: Path, dim: int) -> EncoderFacts:
    """An encoder by its id, looked up in the package and in the registry of models.

    Args:
        encoder_id: as the matcher names it, `bundled:<name>:<hash>` with `:d<width>` where it was narrowed.
        models: folder of the registry.
        dim: width of the vectors in the index, 0 where there is none yet.

    Raises:
        ModelError: a manifest is damaged.
    """
    packed, parts = packaged_folders(), encoder_id.split(":")
    # A registered model lies in a folder named by its hash; damage to another one does not matter.
    named = (folder for folder in _registered(models) if folder.name in parts)
    for folder in (*packed, *named):
        manifest = ModelManifest.read(folder)
        if manifest.content_hash in parts:
            return EncoderFacts(id=encoder_id, dim=dim or manifest.dim, manifest=manifest, packaged=folder in packed)
    return EncoderFacts(id=encoder_id, dim=dim, manifest=None, packaged=False)


def _registered(models: Path) -> Iterator[Path]:
    folder = models / Kind.ENCODER.value
    if folder.is_dir():
        yield from filter(holds_model, sorted(folder.iterdir()))


def index_facts(folder: Path) -> IndexFacts:
    """The live index below a folder; one that was never written has no segments.

    Raises:
        IndexDamagedError: its state file cannot be read.
        IndexMismatchError: it was written in a format this release does not read.
    """
    state = State.of(LiveFolder(folder, Disk()).read())
    segments = tuple(found for number in state.segments if (found := _segment(folder, number)) is not None)
    # Segments are numbered in order; the first of all was written as it came, any other oldest one took older ones in.
    compacted = bool(segments) and segments[0].number > 1
    return IndexFacts(
        state=state,
        segments=segments,
        compacted_at=segments[0].created_at if compacted else "",
        disk_bytes=_size(folder),
    )


def _segment(folder: Path, number: int) -> SegmentFacts | None:
    """None where a newer state took it away meanwhile."""
    path = folder / "segments" / str(number)
    try:
        manifest = Manifest.read(path)
    except IndexStoreError:
        return None
    records = {side: manifest.sides[side].records if side in manifest.sides else 0 for side in Side}
    return SegmentFacts(number=number, created_at=manifest.created_at, records=records, disk_bytes=_size(path))


def _size(folder: Path) -> int:
    """Bytes of all files below; those that go away meanwhile are not counted."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def queue(session: Session) -> Queue:
    """How many entries wait for the index, and since when."""
    length = session.scalar(select(func.count()).select_from(IndexQueue)) or 0
    return Queue(length, session.scalar(select(IndexQueue.queued_at).order_by(IndexQueue.id).limit(1)))


def published(session: Session) -> Mapping[Side, int]:
    """Records that the index shall hold, by side; the condition is `api.records.content.is_indexed`."""
    counted = session.execute(
        select(RecordRow.side, func.count())
        .where(
            RecordRow.state == RecordState.PUBLISHED.value,
            RecordRow.visibility < int(Tier.SECRET),
            RecordRow.deleted_at.is_(None),
        )
        .group_by(RecordRow.side)
    )
    found = dict(counted.all())
    return {side: found.get(side.value, 0) for side in Side}
