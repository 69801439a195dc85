"""The work behind `matcher batch`: read both lists, match with bars, say what came out; or compare two runs."""

import datetime as dt
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from matcher.batch import read_run
from matcher.batch.diff import compare
from matcher.batch.difffile import check_diff_target, write_diff
from matcher.batch.diffview import SHOWN, render_diff
from matcher.batch.folder import Receipt
from matcher.batch.manifest import mark_of
from matcher.batch.run import Progress, Watch, run_batch
from matcher.cli.console import bar, log, output
from matcher.cli.reading import read_files
from matcher.config import load_settings
from matcher.rank.gates import is_over
from matcher.rank.models import load_models
from matcher.records import Side

__all__ = ["run", "show_diff"]


def run(
    needs: Path,
    achievements: Path,
    *,
    out: Path,
    top: int,
    today: dt.date | None,
    mapping: Path | None,
    rerank: int | None,
) -> None:
    """Match two files in both directions and leave a run folder.

    Raises:
        MatcherError: as reading, matching and writing say.
    """
    settings = load_settings(rerank=rerank)
    asked = read_files([needs], settings, expected=Side.NEED, mapping=mapping)
    offered = read_files([achievements], settings, expected=Side.ACHIEVEMENT, mapping=mapping)
    inputs = (needs, achievements, *([mapping] if mapping else []))
    words = ["matcher", "batch", str(needs), str(achievements), "--top", str(top), "--out", str(out)]
    for option, value in (("--on", today), ("--mapping", mapping), ("--rerank", rerank)):
        words += [] if value is None else [option, str(value)]
    receipt = Receipt(
        command=shlex.join(words),
        inputs=tuple(mark_of(path, str(path)) for path in inputs),
        rejected=len(asked.rejected) + len(offered.rejected),
    )
    with _watch() as watch:
        outcome = run_batch(
            out,
            needs=asked.needs,
            achievements=offered.achievements,
            models=load_models(settings),
            settings=settings,
            receipt=receipt,
            top=top,
            today=today,
            watch=watch,
        )
    counts, day = outcome.manifest.counts, outcome.manifest.plan.today
    for name, records in (("需求", asked.needs), ("成果", offered.achievements)):
        if over := sum(is_over(record, day) for record in records):
            told = f"{len(records)} 条{name}中有 {over} 条到 {day} 已过期或已结束，对方的名单里不列"
            log(f"提示：{told}；如要按别的日期判断，请用 --on。")
    if outcome.already:
        log(f"{out} 里已是这次匹配的完整结果（{counts['pairs']} 对），无需再做。")
        return
    if outcome.kept:
        log(f"接着上次中断的地方：{outcome.kept} 条需求上次已匹配完。")
    log(
        f"已写入 {out}：{counts['needs']} 条需求 × {counts['achievements']} 项成果，{counts['pairs']} 对；"
        f"{counts['needs_served']} 条需求有 3 级以上的成果，{counts['achievements_served']} 项成果有 3 级以上的需求。"
    )


@contextmanager
def _watch() -> Iterator[Watch]:
    """A bar for each stage, the next one where the one before ends."""
    with ExitStack() as stack:

        def stage(what: str) -> Progress:
            shown: list[Callable[[int, int], None]] = []

            def show(done: int, total: int) -> None:
                if not shown:
                    stack.pop_all().close()
                    shown.append(stack.enter_context(bar(what)))
                shown[0](done, total)

            return show

        yield Watch(encoding=stage("正在编码成果"), matching=stage("正在匹配需求"), writing=stage("正在写入"), say=log)


def show_diff(before: Path, after: Path, *, out: Path | None) -> None:
    """Compare two runs on the terminal, and in a file where one is asked for.

    Raises:
        MatcherError: as reading and writing say.
    """
    if out is not None:
        check_diff_target(out)
    older, newer = read_run(before), read_run(after)
    changes = compare(older, newer)
    listed = sum(bool(pair.need_rank or pair.achievement_rank) for pair in newer.pairs)
    output().print(render_diff(changes, listed))
    if out is not None:
        write_diff(out, changes)
        log(f"已写入 {out}：{len(changes)} 处变化。")
    elif len(changes) > SHOWN:
        log(f"共 {len(changes)} 处变化；全部请用 --out diff.xlsx 写成表格。")
