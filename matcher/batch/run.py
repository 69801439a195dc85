"""A whole run: encode, match block by block, write the folder; the same call goes on where an earlier one stopped."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from matcher.batch.base import WORK
from matcher.batch.block import BlockMatcher
from matcher.batch.folder import Found, Receipt, write_run
from matcher.batch.leads import leads_of
from matcher.batch.manifest import MANIFEST, RunManifest
from matcher.batch.plan import RunPlan, plan_of
from matcher.batch.rows import Rows
from matcher.batch.work import Work
from matcher.config import Settings
from matcher.corpus.prepare import mark_copies
from matcher.corpus.side import side_label
from matcher.embed.base import Encoder
from matcher.embed.remember import RememberingEncoder
from matcher.errors import ConfigError, IndexStoreError, RecordError, RunError
from matcher.index.disk import Disk
from matcher.index.side import SideIndex
from matcher.rank.models import Models
from matcher.records import Achievement, Need, Record, Side

__all__ = ["BLOCK", "Outcome", "Progress", "Watch", "run_batch"]

BLOCK = 64
"""Needs matched together: one matrix product, and what a kill loses at most."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (done, total)."""


def _nobody(*_: object) -> None:
    """Hears what nobody asked to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who is told how far a run has come (texts encoded, needs matched, pairs written), and what there is to say."""

    encoding: Progress = _nobody
    matching: Progress = _nobody
    writing: Progress = _nobody
    say: Callable[[str], None] = _nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The receipt of the run; `already`: it was finished before; `kept`: needs matched by an earlier call."""

    manifest: RunManifest
    already: bool = False
    kept: int = 0


def run_batch(
    out: Path,
    *,
    needs: Sequence[Need],
    achievements: Sequence[Achievement],
    models: Models,
    settings: Settings,
    receipt: Receipt,
    top: int = 20,
    today: dt.date | None = None,
    block: int = BLOCK,
    watch: Watch | None = None,
    disk: Disk | None = None,
) -> Outcome:
    """Match all needs with all achievements in both directions and leave a run folder (`matcher.batch.base`).

    The same call after a kill at any moment ends with the same `matches.csv`, byte for byte.

    Args:
        out: the folder; new, empty, or of the same run.
        needs: at least one.
        achievements: at least one.
        models: what grades a pair.
        settings: those that shape matching.
        receipt: what the manifest tells besides.
        top: how many matches a record has at most, at least 1.
        today: the day validity is judged on; None is the day the run was begun.
        block: needs matched together, at least 1.
        watch: told how far it has come.
        disk: does what is done on disk.

    Raises:
        ConfigError: top < 1.
        RecordError: a side is empty, an id is used twice, or a record cannot be saved.
        RunError: the folder holds something else, another run or another process's, or cannot be written.
        ModelError: the files of a model are missing or damaged.
    """
    if top < 1:
        raise ConfigError(f"top 是 {top}；至少要给出 1 个匹配，请改正后重试。")
    watch, disk = watch or Watch(), disk or Disk()
    _check_records({Side.NEED: needs, Side.ACHIEVEMENT: achievements})
    _check_place(out)
    work = Work(out, disk)
    before = _finished(out)
    begun = before.plan if before else work.plan
    on = today or (begun.today if begun else dt.date.today())
    plan = plan_of((*needs, *achievements), models, settings, top=top, today=on, block=block)
    if before is not None:
        if changed := before.plan.differences(plan):
            raise RunError(
                f"{out} 里已有一次完成的匹配，与这次不同（{'、'.join(changed)}）；请换一个 --out，"
                "两次结果可用 matcher batch diff 比较。"
            )
        work.remove()
        return Outcome(manifest=before, already=True)
    try:
        with work.alone():
            if changed := work.begin(plan, receipt.command):
                watch.say(
                    f"注意：{out} 里没做完的匹配与这次不同（{'、'.join(changed)}），从头开始；未变的文本不重新编码。"
                )
            call = _Call(out, work, plan, models, settings, watch, disk)
            outcome = call.finish(sorted(needs, key=_by_id), sorted(achievements, key=_by_id), receipt)
            work.remove()
            return outcome
    except OSError as error:
        raise RunError(
            f"无法写入 {out}（{error}）；请检查磁盘空间和权限，再执行同一命令，已完成的部分不会丢失。"
        ) from error


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    """One call of `run_batch`, past all checks."""

    out: Path
    work: Work
    plan: RunPlan
    models: Models
    settings: Settings
    watch: Watch
    disk: Disk

    def finish(self, needs: list[Need], achievements: list[Achievement], receipt: Receipt) -> Outcome:
        """Do what is left to do."""
        encoder = RememberingEncoder(self.models.encoder)
        side = self._side(achievements, encoder)
        needs, achievements = _marked(needs), [each for each in side.records if isinstance(each, Achievement)]
        rows, kept = self._rows(needs, side, encoder)
        hard = frozenset(self.settings.hard_gates)
        leads = leads_of(rows, needs, achievements, top=self.plan.top, hard=hard, today=self.plan.today)
        manifest = write_run(
            self.out,
            Found(needs, achievements, rows, leads),
            plan=self.plan,
            receipt=receipt,
            disk=self.disk,
            progress=self.watch.writing,
        )
        return Outcome(manifest=manifest, kept=kept)

    def _side(self, achievements: Sequence[Achievement], encoder: Encoder) -> SideIndex:
        """The achievements, encoded, with the records in memory: conditions look at them again and again."""
        store, name = self.work.store, self.work.index_name
        opened = None
        if self.work.index_ready(self.plan):
            # What a crash of the machine spoilt is made again.
            with suppress(IndexStoreError):
                opened = store.open(name, encoder, query_windows=self.settings.query_windows)
        if opened is None:
            store.write(
                name,
                encoder=encoder,
                achievements=achievements,
                window_chars=self.settings.window_chars,
                prepare=mark_copies,
                progress=self.watch.encoding,
            )
            self.work.index_done(self.plan)
            opened = store.open(name, encoder, query_windows=self.settings.query_windows)
        side = opened.side(Side.ACHIEVEMENT)
        heads = map(side.canonical, side.ids)
        return SideIndex(
            Side.ACHIEVEMENT,
            records=[_headed(record, head) for record, head in zip(achievements, heads, strict=True)],
            ids=side.ids,
            columns=side.columns,
            lexical=side.lexical,
            dense=side.dense,
        )

    def _rows(self, needs: Sequence[Need], side: SideIndex, encoder: Encoder) -> tuple[Rows, int]:
        """The pairs of all blocks, and of how many needs they were there already."""
        plan = self.plan
        matcher = BlockMatcher(side, encoder, self.models, self.settings, top=plan.top, today=plan.today)
        parts, kept = [], 0
        for number, first in enumerate(range(0, len(needs), plan.block)):
            block = needs[first : first + plan.block]
            part = self.work.part(number)
            if part is None:
                part = matcher.match(block, first)
                self.work.keep(number, part)
            else:
                kept += len(block)
            parts.append(part)
            self.watch.matching(first + len(block), len(needs))
        return Rows.joined(parts), kept


def _by_id(record: Record) -> str:
    return record.id


def _marked(needs: Sequence[Need]) -> list[Need]:
    return [need for need in mark_copies(needs) if isinstance(need, Need)]


def _headed(achievement: Achievement, head: str) -> Achievement:
    head = "" if head == achievement.id else head
    return achievement if achievement.duplicate_of == head else replace(achievement, duplicate_of=head)


def _check_records(sides: Mapping[Side, Sequence[Record]]) -> None:
    for side, records in sides.items():
        if not records:
            raise RecordError(f"没有可用的{side_label(side)}，无法匹配；请用 matcher check 查看{side_label(side)}表。")
        seen: set[str] = set()
        for record in records:
            if record.id in seen:
                raise RecordError(f"{side_label(side)}编号“{record.id}”出现了两次；请保留一条或改用不同编号后重试。")
            seen.add(record.id)


def _check_place(out: Path) -> None:
    """Only a new or empty folder, or one of ours, is written to."""
    if out.exists() and not out.is_dir():
        raise RunError(f"--out 写的 {out} 是一个文件；请写一个文件夹名。")
    if out.is_dir() and not {MANIFEST, WORK} & (there := {path.name for path in out.iterdir()}) and there:
        raise RunError(f"文件夹 {out} 里已有别的文件（如 {min(there)}）；请换一个新的文件夹名。")


def _finished(out: Path) -> RunManifest | None:
    """The receipt of the run that was finished here, if one was."""
    if not (out / MANIFEST).is_file():
        return None
    try:
        return RunManifest.read(out / MANIFEST)
    except (OSError, ValueError) as error:
        raise RunError(f"{out / MANIFEST} 已损坏或不是匹配结果的清单（{error}）；请换一个 --out。") from error
