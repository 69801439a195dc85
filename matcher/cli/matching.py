"""The work behind `matcher match`, `matcher leads` and `matcher demo`: read, match with a bar, write or show."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from matcher.cli.choose import about, open_index
from matcher.cli.console import log, output, tracked
from matcher.cli.reading import read_files, unused
from matcher.config import load_settings
from matcher.corpus.side import side_label
from matcher.engine import Matcher
from matcher.errors import ConfigError, RecordError
from matcher.index.filters import Filter
from matcher.index.side import SideIndex
from matcher.rank.feedback import heard
from matcher.rank.given import Told
from matcher.rank.labels import LabelRules
from matcher.rank.verdicts import RejectedRow, Verdict, read_verdicts
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
    feedback: Sequence[Path] = (),
    labels: Path | None = None,
) -> None:
    """Match every record of one side in the files against the index.

    Args:
        side: of the records in `files`.
        files: tables.
        index: the name of one; None takes the only one.
        top: matches for each at most.
        out: the file to write; None shows the first on the screen.
        wanted: conditions that partners must meet.
        today: the day validity is judged on; None is today.
        mapping: which heading means what.
        rerank: how many candidates are read; None is the setting.
        feedback: filled workbooks about records in `files`; of needs, what they say moves the other candidates too.
        labels: which word of a verdict counts as what; None takes those in the package.

    Raises:
        MatcherError: as reading, opening and writing say; RecordError where the files hold nothing of that side.
    """
    if labels and not feedback:
        raise ConfigError("--labels 说明反馈里的词怎么算，要和 --feedback 一起用；请给出反馈文件。")
    if out is not None:
        check_target(out)
        if out.resolve() in {path.resolve() for path in (*files, *feedback, *filter(None, (mapping, labels)))}:
            raise ConfigError(f"--out 写的 {out} 就是输入文件，会把它盖掉；请换一个文件名。")
    settings = load_settings(rerank=rerank)
    read = read_files(files, settings, expected=side, mapping=mapping)
    name, matcher = open_index(index, settings, rerank=rerank)
    queries: Sequence[Record] = read.needs if side is Side.NEED else read.achievements
    given = _given(feedback, labels, side, {record.id for record in queries}, matcher) if feedback else None
    answers: Iterator[MatchList]
    if side is Side.NEED:
        answers = matcher.match_many(read.needs, top=top, conditions=wanted, today=today, given=given)
    else:
        answers = matcher.leads_many(read.achievements, top=top, conditions=wanted, today=today, given=given)
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


def _given(files: Sequence[Path], labels: Path | None, side: Side, asked: Collection[str], matcher: Matcher) -> Told:
    """What the workbooks say of these records of one side; what becomes of every row is told."""
    rows: list[Verdict] = []
    unusable: list[RejectedRow] = []
    for path in files:
        found, bad = read_verdicts(path, max_bytes=matcher.settings.max_file_mb * 1_000_000)
        rows.extend(found)
        unusable.extend(bad)
    partners = matcher.side(side.other)
    copies = _copies(asked, matcher.side(side)) if matcher.has(side) else {}
    here, elsewhere = [], 0
    for row in filter(lambda row: row.decided, rows):
        own = _id_of(side, row)
        meant = copies.get(own, [own] if own in asked else [])
        here += [_about(side, each, row) for each in meant]
        elsewhere += not meant
    unusable += [
        RejectedRow(row.place, f"索引里没有编号为“{_id_of(side.other, row)}”的{side_label(partners.side)}")
        for row in here
        if _id_of(side.other, row) not in partners
    ]
    told = heard([row for row in here if _id_of(side.other, row) in partners], LabelRules.load(labels))
    what = side_label(side)
    if elsewhere:
        log(f"提示：{elsewhere} 条反馈说的不是这次的{what}，未用。")
    for head, lines in (
        ("提示：", (*told.conflicts, *told.partly)),
        ("未能使用：", [f"{row.place}：{row.reason}。" for row in (*unusable, *told.rejected)]),
    ):
        for line in lines[:_SHOWN]:
            log(f"{head}{line}")
        if len(lines) > _SHOWN:
            log(f"{head}……共 {len(lines)} 条。")
    if not told.rows:
        log(f"提示：反馈里没有能用于这次{what}的结论，按没有反馈匹配。")
        return {}
    given = told.by_need if side is Side.NEED else told.by_achievement()
    log(
        f"已参考 {len(given)} {'条' if side is Side.NEED else '项'}{what}的 {told.rows} 条反馈：不合适的不再列入，"
        f"评过的按所评{'，其余候选据此调整' if side is Side.NEED else ''}。"
        "新的清单不带旧反馈，下一轮请把这些文件和新填的一起用 --feedback 给出。"
    )
    return given


def _copies(asked: Collection[str], side: SideIndex) -> dict[str, list[str]]:
    """Id → those of the asked records that are it or a copy of it: what was said of one is said of all."""
    found: dict[str, list[str]] = {}
    for each in sorted(asked):
        if each in side:
            for copy in side.cluster(side.canonical(each)):
                found.setdefault(copy, []).append(each)
    return found


def _id_of(side: Side, row: Verdict) -> str:
    return row.need_id if side is Side.NEED else row.achievement_id


def _about(side: Side, record_id: str, row: Verdict) -> Verdict:
    """The row as if it had been said of that record of a side."""
    return replace(row, need_id=record_id) if side is Side.NEED else replace(row, achievement_id=record_id)


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
