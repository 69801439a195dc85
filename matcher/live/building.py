"""Segments from records: with the vectors and words that other segments hold, so that only what is new is encoded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.embed.base import Encoder
from matcher.index.disk import Disk
from matcher.index.saved import load_reuse
from matcher.index.side import Reuse, SideData
from matcher.index.tokens import KnownWords, lexicon_id
from matcher.index.vectors import KnownVectors
from matcher.live.segments import Content, SavedSegment, write_segment
from matcher.live.view import View
from matcher.records import Record, Side

__all__ = ["Draft", "build_segment", "living", "reuse_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One side of a segment before it is embedded; `stamps`: of each record by id."""

    records: Sequence[Record]
    stamps: Mapping[str, int]
    gone: frozenset[str] = frozenset()


def build_segment(
    folder: Path, drafts: Mapping[Side, Draft], reuse: Reuse, encoder: Encoder, *, window_chars: int, disk: Disk
) -> int:
    """Embed and write; answers how many texts the encoder was given.

    Raises:
        OSError: the medium is full or not writable.
        RecordError: a record holds a number that JSON cannot.
        ModelError: the encoder's files are missing or damaged.
    """
    contents = [
        Content(
            data=SideData.build(side, draft.records, encoder, window_chars=window_chars, reuse=reuse),
            stamps=draft.stamps,
            gone=draft.gone,
        )
        for side, draft in drafts.items()
    ]
    write_segment(folder, contents, encoder, window_chars=window_chars, disk=disk)
    return sum(content.data.encoded for content in contents)


def living(view: View, places: range) -> dict[Side, Draft]:
    """What stays of some segments when they are written as one; their removals too, unless nothing is before them."""
    drafts = {}
    for side in Side:
        index = view.sides[side]
        records: list[Record] = []
        stamps: dict[str, int] = {}
        gone: set[str] = set()
        for at in places:
            part = view.segments[at].parts[side]
            gone |= part.gone
            for row in view.live_rows(at, side):
                record = part.index.records[row]
                head = index.canonical(record.id)
                # Marks made in different segments meet in one now: only those that hold may be taken along.
                marked = "" if head == record.id else head
                records.append(record if record.duplicate_of == marked else replace(record, duplicate_of=marked))
                stamps[record.id] = int(view.segments[at].stamps[side][row])
        kept = frozenset(gone - stamps.keys()) if places.start else frozenset()
        drafts[side] = Draft(records=records, stamps=stamps, gone=kept)
    return drafts


def reuse_of(segments: Iterable[SavedSegment], encoder: Encoder) -> Reuse:
    """All vectors and words of some segments, as far as they would be made alike today.

    Raises:
        IndexDamagedError: their files are missing or do not fit together.
    """
    vectors, words = KnownVectors(), KnownWords()
    for segment in segments:
        same_encoder = segment.manifest.encoder_id == encoder.id
        same_words = segment.manifest.lexicon == lexicon_id()
        for side in Side:
            load_reuse(segment.folder / side.value, vectors if same_encoder else None, words if same_words else None)
    return Reuse(vectors=vectors, words=words)
