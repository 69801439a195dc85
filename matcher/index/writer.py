"""Writing the next version of an index: merge, build with what is known, save, switch."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.embed.base import Encoder
from matcher.errors import IndexMismatchError, IndexNotFoundError, IndexStoreError
from matcher.index.codec import encode_record
from matcher.index.disk import Disk
from matcher.index.manifest import (
    FORMAT,
    MANIFEST,
    Manifest,
    SideInfo,
    check_files,
    describe_files,
    versions_in_use,
)
from matcher.index.merge import SideChanges, compare, merge
from matcher.index.saved import RECORDS, load_lines, load_reuse, save_side
from matcher.index.side import Reuse, SideData
from matcher.index.staging import Staging
from matcher.index.tokens import KnownWords, lexicon_id
from matcher.index.vectors import KnownVectors, Progress
from matcher.index.versions import VersionFolder
from matcher.records import Record, Side

__all__ = ["Changes", "Prepare", "Request", "describe_version", "write_version"]

Prepare = Callable[[Sequence[Record]], Sequence[Record]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the next version shall hold; see `IndexStore.write`."""

    new: Mapping[Side, Iterable[Record] | None]
    encoder: Encoder
    window_chars: int
    update: bool
    change_encoder: bool
    remove: frozenset[str]
    sync: bool
    created_at: str
    prepare: Prepare | None
    progress: Progress | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What writing did: texts that went through the encoder; ids that were to be removed but were not there."""

    version: str
    sides: Mapping[Side, SideChanges]
    encoded: int = 0
    not_found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Old:
    folder: Path
    manifest: Manifest
    records: Mapping[Side, Sequence[Record]]
    lines: Mapping[Side, Mapping[str, bytes]]


def write_version(versions: VersionFolder, request: Request, disk: Disk) -> Changes:
    """Write and publish; the caller holds the lock. Nothing is published where nothing changed.

    Raises:
        IndexNotFoundError: an update of an index that does not exist.
        IndexMismatchError: an update with another encoder or of another format.
        IndexDamagedError: an update of an index whose files are damaged.
        RecordError: an id is used twice, or a record cannot be saved.
        ModelError: the encoder's files are missing or damaged.
        OSError: the medium is full or not writable.
    """
    old = _read_old(versions, request)
    versions.clean(_serving(versions, old))
    records = {side: _next_records(side, old, request) for side in Side}
    lines = {side: {record.id: encode_record(record) for record in records[side]} for side in Side}
    changes = {side: compare(old.lines[side] if old else {}, lines[side]) for side in Side}
    known_ids = {record_id for side in Side for record_id in (old.lines[side] if old else {})}
    not_found = tuple(sorted(request.remove - known_ids))
    if old and request.update and not _differs(old.manifest, request, changes):
        return Changes(version=old.folder.name, sides=changes, not_found=not_found)
    staging = Staging(versions.staging, request.encoder.id, request.encoder.dim, disk)
    reuse = _reuse(old, request, staging)
    built = [
        SideData.build(
            side,
            records[side],
            request.encoder,
            window_chars=request.window_chars,
            reuse=reuse,
            progress=request.progress,
        )
        for side in Side
    ]
    version, folder = versions.begin()
    for data in built:
        save_side(data, folder / data.side.value, disk)
    with disk.create(folder / MANIFEST) as file:
        described = describe_version(
            built, folder, request.encoder, window_chars=request.window_chars, created_at=request.created_at
        )
        file.write(described.to_json())
    versions.publish(version)
    staging.remove()
    return Changes(
        version=str(version), sides=changes, encoded=sum(data.encoded for data in built), not_found=not_found
    )


def _read_old(versions: VersionFolder, request: Request) -> _Old | None:
    """The version that serves, checked byte by byte: what is damaged must not be carried into the next one."""
    if not versions.exists():
        if request.update:
            raise IndexNotFoundError("要更新的索引还不存在；第一次建立请去掉 --update。")
        return None
    try:
        folder = versions.path(versions.current())
        manifest = Manifest.read(folder)
        check_files(folder, manifest, verify=True)
        if request.update and not request.change_encoder and manifest.encoder_id != request.encoder.id:
            raise IndexMismatchError(
                f"索引由编码器 {manifest.encoder_id} 建立，当前编码器是 {request.encoder.id}，不能增量更新；"
                "请先用 matcher index --rebuild 索引名 按库内记录重建，或去掉 --update 用全部文件重建。"
            )
        records = {side: load_lines(folder / side.value, side) for side in Side}
        lines = {side: {item.id: found.line(at) for at, item in enumerate(found)} for side, found in records.items()}
        return _Old(folder, manifest, records, lines)
    except IndexStoreError:
        if request.update:
            raise
        # A full rebuild is the way out of a damaged index.
        return None


def _serving(versions: VersionFolder, old: _Old | None) -> int | None:
    """The number of the version that serves: 0 before the first, None where that cannot be told."""
    if old:
        return int(old.folder.name)
    return None if versions.exists() else 0


def _next_records(side: Side, old: _Old | None, request: Request) -> Sequence[Record]:
    before = old.records[side] if old and request.update else ()
    merged = merge(before, request.new[side], request.remove, sync=request.sync)
    return request.prepare(merged) if request.prepare and merged else merged


def _differs(before: Manifest, request: Request, changes: Mapping[Side, SideChanges]) -> bool:
    made_alike = (before.encoder_id, before.window_chars, before.lexicon) == (
        request.encoder.id,
        request.window_chars,
        lexicon_id(),
    )
    return not made_alike or any(change.any for change in changes.values())


def _reuse(old: _Old | None, request: Request, staging: Staging) -> Reuse:
    known = KnownVectors()
    words = KnownWords()
    staging.resume(known)
    if old:
        same_encoder = (old.manifest.encoder_id, old.manifest.dim) == (request.encoder.id, request.encoder.dim)
        same_words = old.manifest.lexicon == lexicon_id()
        for side in Side:
            load_reuse(old.folder / side.value, known if same_encoder else None, words if same_words else None)
    return Reuse(vectors=known, words=words, sink=staging)


def describe_version(
    built: Sequence[SideData], folder: Path, encoder: Encoder, *, window_chars: int, created_at: str
) -> Manifest:
    """What a version whose other files are all in the folder says about itself."""
    files = describe_files(folder)
    hashes = {data.side: files[f"{data.side.value}/{RECORDS}"].sha256 for data in built}
    return Manifest(
        format=FORMAT,
        created_at=created_at,
        encoder_id=encoder.id,
        dim=encoder.dim,
        window_chars=window_chars,
        lexicon=lexicon_id(),
        corpus_sha256=hashlib.sha256("".join(hashes[side] for side in Side).encode()).hexdigest(),
        sides={
            data.side: SideInfo(records=len(data.ids), passages=len(data.passages), sha256=hashes[data.side])
            for data in built
        },
        libraries=versions_in_use(),
        files=files,
    )
