"""The work behind `matcher match`, `matcher leads` and `matcher demo`: read, match with a bar, write or show."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from matcher.cli.choose import about, open_index
from matcher.cli.console import log, output, tracked
from matcher.cli.reading import read_files, unused
from matcher.config import load_settings
from matcher.engine import Matcher
from matcher.errors import ConfigError, RecordError
from matcher.index.filters import Filter
from matcher.records import Achievement, MatchList, Need, Record, Side
from matcher.report import check_target, render_matches, write_leads

__all__ = ["run", "save"]

# More than this many tables on a terminal nobody reads.
_SHOWN = 5


def run(
    side: Side,
    files: Sequence[Path],
    *,
    index: str | None,
    top: int,
    out: Path | None,
    wanted: Filter | None,
    today: dt.date | None,
    mapping: Path | None,
    rerank: int | None,
) -> None:
    """Match every record of one side in the files against the index.

    Raises:
        MatcherError: as reading, opening and writing say; RecordError where the files hold nothing of that side.
    """
    if out is not None:
        check_target(out)
        if out.resolve() in {path.resolve() for path in (*files, *([mapping] if mapping else []))}:
            raise ConfigError(f"--out 写的 {out} 就是输入文件，会把它盖掉；请换一个文件名。")
    settings = load_settings(rerank=rerank)
    read = read_files(files, settings, expected=side, mapping=mapping)
    name, matcher = open_index(index, settings, rerank=rerank)
    answers: Iterator[MatchList]
    queries: Sequence[Record]
    if side is Side.NEED:
        queries, answers = read.needs, matcher.match_many(read.needs, top=top, conditions=wanted, today=today)
    else:
        queries = read.achievements
        answers = matcher.leads_many(read.achievements, top=top, conditions=wanted, today=today)
    if not queries:
        what, verb = ("需求", "match") if side is Side.NEED else ("成果", "leads")
        raise RecordError(
            f"文件 {'、'.join(map(str, files))} 里没有可用的{what}；请确认给 matcher {verb} 的是{what}表，"
            "或先用 matcher check 查看表头识别结果。"
        )
    found = list(tracked(answers, "正在匹配", len(queries)))
    if out is None:
        for answer, query in list(zip(found, queries, strict=True))[:_SHOWN]:
            output().print(render_matches(answer, query, matcher.partners(answer)), "")
        if len(found) > _SHOWN:
            log(f"只显示了前 {_SHOWN} 条；全部 {len(found)} 条请用 --out leads.xlsx 写成表格。")
        return
    save(out, found, queries, matcher, name=name, files=files, rejected=len(read.rejected))


def save(
    out: Path,
    found: Sequence[MatchList],
    queries: Sequence[Record],
    matcher: Matcher,
    *,
    name: str,
    files: Sequence[Path],
    rejected: int,
) -> None:
    """Write the report and say in one line what is in it."""
    if out.suffix.lower() == ".xlsx" and out.exists():
        # Somebody may have filled in the feedback columns.
        older = unused(out.with_name(f"{out.stem}-旧{out.suffix}"))
        out.rename(older)
        log(f"原来的 {out} 已改名为 {older.name} 保留。")
    records = [*queries, *(record for answer in found for record in matcher.partners(answer).values())]
    write_leads(
        out,
        found,
        needs={record.id: record for record in records if isinstance(record, Need)},
        achievements={record.id: record for record in records if isinstance(record, Achievement)},
        organisations={answer.query_id: matcher.organisations(answer) for answer in found},
        about=about(name, matcher, files, excluded={"未能读取的行": rejected} if rejected else {}),
    )
    none = sum(answer.none_fits for answer in found)
    log(f"已写入 {out}：{len(found)} 条查询，{sum(map(len, found))} 个匹配；其中 {none} 条没有合适的对象，已如实标明。")
