"""Writing to a live index: small changes at once, all of it anew beside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from matcher.config import Settings
from matcher.corpus.classify import Classifier
from matcher.corpus.prepare import prepare
from matcher.embed.base import Encoder
from matcher.errors import IndexMismatchError
from matcher.index.disk import Disk
from matcher.index.side import Reuse
from matcher.index.tokens import lexicon_id
from matcher.index.vectors import KnownVectors
from matcher.live.absent import Absent
from matcher.live.building import Draft, build_segment, living, reuse_of
from matcher.live.changes import Applied, Change, Key, last_of_each
from matcher.live.folder import LiveFolder
from matcher.live.merging import MOST_DELTAS, due
from matcher.live.preparing import companions, prepared
from matcher.live.state import State
from matcher.live.view import View
from matcher.records import Side

__all__ = ["LiveWriter"]

# Nobody holds the lock for longer than it takes to write `MOST_MERGED` records.
_PATIENCE_S = 60.0
# From one record in so many changed since copies were marked, marking them anew is worth it.
_STALE_SHARE = 10
_MADE_OTHERWISE = "在线索引 {} 由编码器 {} 或另一种分段长度建立，与当前的 {} 不符；请先整理以重建，再写入。"


class LiveWriter:
    """Applies changes to a live index. Costs nothing between calls: each takes the folder's lock for itself."""

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        settings: Settings,
        *,
        classifier: Classifier | None = None,
        disk: Disk | None = None,
    ) -> None:
        """Nothing is read or made yet.

        Args:
            folder: of the index; made when first needed.
            encoder: makes the vectors.
            settings: `window_chars` counts.
            classifier: labels records that carry no labels; None loads the one in the package.
            disk: None is the real one.

        Raises:
            ModelError: the classifier's files are missing or damaged.
        """
        self._folder = LiveFolder(folder, disk or Disk())
        self._encoder = encoder
        self._settings = settings
        self._classifier = classifier or Classifier.load()

    def apply(self, changes: Iterable[Change]) -> Applied:
        """Make the index follow; all of it is durable when this returns, and nothing before a single last step.

        Of several changes of one record the last counts. What the index holds with the same stamp already is left as
        it is, so that the same changes may be applied again.

        Raises:
            RecordError: a record is not of the side or id it is given for, or cannot be saved.
            IndexLockedError: another process has been writing for a minute.
            IndexMismatchError: the index was made by another encoder or with other windows; `compact` makes it anew.
            IndexDamagedError: files of the index are missing or damaged.
            IndexStoreError: the medium is full or the folder not writable.
            ModelError: the encoder's files are missing or damaged.
        """
        wanted = last_of_each(changes)
        return self.apply_from(wanted.values) if wanted else Applied()

    def apply_from(self, read: Callable[[], Iterable[Change]]) -> Applied:
        """As `apply`, with changes that are read while nobody else writes.

        So of two that follow one database neither puts what it read before over what the other has read since; stamps
        could not tell, as a record that went leaves none, and a restored database goes back to older ones.

        Args:
            read: called once; must not wait for anybody who may be writing here.

        Raises:
            As `apply`, and what `read` raises; nothing was written then.
        """
        with self._folder.locked(timeout_s=_PATIENCE_S):
            wanted = last_of_each(read())
            if not wanted:
                return Applied()
            view = self._view()
            if not self._alike(view.state):
                raise IndexMismatchError(
                    _MADE_OTHERWISE.format(self._folder.path, view.state.encoder_id, self._encoder.id)
                )
            applied = self._add(view, wanted)
            if applied.written or applied.removed:
                self._merge(self._view())
            return applied

    def stamps(self) -> dict[Key, int]:
        """The stamp of every live record; errors as in `apply`."""
        with self._folder.locked(timeout_s=_PATIENCE_S):
            return self._view().stamps()

    def wants_compaction(self) -> bool:
        """Whether `compact` is worth its cost: much has changed since the last one, or it cannot go on without."""
        with self._folder.locked(timeout_s=_PATIENCE_S):
            view = self._view()
        state = view.state
        records = sum(map(len, view.segments))
        stale = _STALE_SHARE * state.unmarked > records or len(state.segments) > 1 + MOST_DELTAS
        return bool(state.segments) and (stale or not self._alike(state) or _words_changed(view))

    def compact(self) -> bool:
        """Write all live records as a new base, with copies marked over all of them; False: there was nothing to do.

        Takes long; searching and `apply` go on meanwhile, here or in other processes, and what is applied meanwhile
        stays on top of the new base. Only where the encoder or the windows are to change `apply` has to wait.

        Raises:
            IndexLockedError: it is being compacted already; otherwise as in `apply`.
        """
        with self._folder.locked(".compacting", timeout_s=0), ExitStack() as held:
            held.enter_context(self._folder.locked(timeout_s=_PATIENCE_S))
            view = self._view()
            if not self._worth_compacting(view):
                return False
            alike = self._alike(view.state)
            if alike:
                taken = replace(view.state, generation=view.state.generation + 1, frozen=view.state.segments[-1])
                self._folder.publish(taken)
                held.close()
            self._folder.disk.remove(self._folder.beside)
            drafts = {
                side: replace(draft, records=prepare(draft.records, self._classifier))
                for side, draft in living(view, range(len(view.segments))).items()
            }
            self._build(self._folder.beside, drafts, reuse_of(view.segments, self._encoder))
            if alike:
                held.enter_context(self._folder.locked(timeout_s=_PATIENCE_S))
            # What was applied meanwhile stays on top.
            now = State.of(self._folder.read())
            self._folder.begin(now)
            self._folder.adopt(self._folder.beside, now.following)
            later = now.segments[len(view.segments) :]
            self._publish(now, (now.following, *later), unmarked=now.unmarked - view.state.unmarked, frozen=0)
            return True

    def _view(self) -> View:
        """The index at this moment; the caller holds the lock."""
        data = self._folder.read()
        state = State.of(data)
        encoder = self._encoder if self._made_alike(state) else Absent(state.encoder_id, state.dim)
        return self._folder.view(data, encoder, query_windows=self._settings.query_windows)

    def _made_alike(self, state: State) -> bool:
        return not state.segments or (state.encoder_id, state.dim) == (self._encoder.id, self._encoder.dim)

    def _alike(self, state: State) -> bool:
        return self._made_alike(state) and state.window_chars in (0, self._settings.window_chars)

    def _worth_compacting(self, view: View) -> bool:
        state = view.state
        changed = state.unmarked or len(state.segments) > 1 or not self._alike(state) or _words_changed(view)
        return bool(state.segments and changed)

    def _add(self, view: View, changes: Mapping[Key, Change]) -> Applied:
        """Write what differs as a new segment; the caller holds the lock."""
        needed = [change for key, change in changes.items() if _differs(change, view.stamp(*key))]
        if not needed:
            return Applied(unchanged=len(changes))
        reuse = Reuse(vectors=KnownVectors())
        drafts = {side: self._draft(view, side, needed, reuse.vectors) for side in Side}
        written = self._folder.begin(view.state)
        encoded = self._build(written, drafts, reuse)
        self._folder.adopt(written, view.state.following)
        # The first records of all were just compared with each other.
        unmarked = view.state.unmarked + len(needed) if view.segments else 0
        self._publish(view.state, (*view.state.segments, view.state.following), unmarked=unmarked)
        removed = sum(change.record is None for change in needed)
        return Applied(
            written=len(needed) - removed, removed=removed, unchanged=len(changes) - len(needed), encoded=encoded
        )

    def _draft(self, view: View, side: Side, needed: Sequence[Change], known: KnownVectors) -> Draft:
        mine = [change for change in needed if change.side is side]
        given = {change.id: change.record for change in mine if change.record is not None}
        gone = frozenset(change.id for change in mine if change.record is None)
        moved = {i: record for i, record in companions(view, side, given).items() if i not in given and i not in gone}
        stamps = {change.id: change.stamp for change in mine if change.id in given}
        for record_id in moved:
            stamps[record_id] = view.stamp(side, record_id) or 0
        for record_id in (*given, *moved):
            if (found := view.locate(side, record_id)) is not None:
                known.add(*view.segments[found[0]].passages_of(side, found[1]))
        records = [*prepared(view, side, given, gone, self._classifier), *moved.values()]
        return Draft(records=records, stamps=stamps, gone=gone)

    def _merge(self, view: View) -> None:
        """Write the last segments as one, where there are too many; the caller holds the lock."""
        state = view.state
        fixed = sum(number <= state.frozen for number in state.segments)
        at = due([len(segment) for segment in view.segments], fixed)
        if at is None:
            return
        places = range(at, len(view.segments))
        written = self._folder.begin(state)
        self._build(written, living(view, places), reuse_of(view.segments[at:], self._encoder))
        self._folder.adopt(written, state.following)
        self._publish(state, (*state.segments[:at], state.following))

    def _build(self, folder: Path, drafts: Mapping[Side, Draft], reuse: Reuse) -> int:
        return build_segment(
            folder,
            drafts,
            reuse,
            self._encoder,
            window_chars=self._settings.window_chars,
            disk=self._folder.disk,
        )

    def _publish(
        self, state: State, segments: tuple[int, ...], *, unmarked: int | None = None, frozen: int | None = None
    ) -> None:
        """Let a segment that was adopted take its place, and remove those that lost theirs."""
        now = replace(
            state,
            generation=state.generation + 1,
            following=state.following + 1,
            segments=segments,
            encoder_id=self._encoder.id,
            dim=self._encoder.dim,
            window_chars=self._settings.window_chars,
            unmarked=state.unmarked if unmarked is None else unmarked,
            frozen=state.frozen if frozen is None else frozen,
        )
        self._folder.publish(now)
        self._folder.clean(now)


def _differs(change: Change, stamp: int | None) -> bool:
    return stamp is not None if change.record is None else stamp != change.stamp


def _words_changed(view: View) -> bool:
    return any(segment.manifest.lexicon != lexicon_id() for segment in view.segments)
