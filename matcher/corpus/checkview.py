"""The check report as a person reads it in a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from matcher.corpus.check import CheckReport
from matcher.corpus.columns import Found, field_label
from matcher.corpus.load import ColumnReport, TableReport
from matcher.corpus.side import side_label

__all__ = ["render"]

_SHOWN_REJECTED = 20
_SHOWN_CLUSTERS = 10
_LONGEST = 40
_FOUND = {
    Found.ALIAS: "",
    Found.TAIL: "按相近列名推断",
    Found.MAPPING: "按映射",
    Found.NONE: "未识别，原样保留",
    Found.RETURNED: "退回表的说明列，不读取",
}


def render(report: CheckReport) -> RenderableType:
    """Everything in the report, in Chinese, for a rich console."""
    return Group(*_parts(report))


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _folded(heading: str) -> Column:
    return Column(heading, overflow="fold")


def _parts(report: CheckReport) -> Iterator[RenderableType]:
    loaded = report.loaded
    for table in loaded.tables:
        yield from _table(table)
    for side, items in report.fill.items():
        yield _title(f"{side_label(side)}各字段填写情况（共 {items[0].total} 条）")
        view = Table("字段", Column("已填", justify="right"), Column("比例", justify="right"))
        for item in items:
            if item.filled:
                view.add_row(item.label, str(item.filled), f"{item.rate:.0%}")
        yield view
        empty = "、".join(item.label for item in items if not item.filled)
        yield Text(f"全部未填：{empty}。" if empty else "")
    yield from _clusters(report)
    yield from _rejected(report)
    for note in loaded.notes:
        yield Text(f"注意：{note}")
    yield Text(
        f"合计：需求 {len(loaded.needs)} 条，成果 {len(loaded.achievements)} 条；"
        f"重复发布 {report.copies} 条（{len(report.clusters)} 组）；退回 {len(loaded.rejected)} 行。",
        style="bold",
    )


def _table(table: TableReport) -> Iterator[RenderableType]:
    where = f"{table.file}" + (f"，工作表“{table.sheet}”" if table.sheet else "")
    read = f"{table.rows} 行，读入 {table.loaded} 条" + (f"，与前面相同 {table.merged} 行" if table.merged else "")
    read += f"，退回 {table.rejected} 行" if table.rejected else ""
    encoding = f"，编码 {table.encoding}" if table.encoding else ""
    yield _title(f"{where}：{side_label(table.side)}，{read}{encoding}")
    view = Table(_folded("列名"), "读作", Column("已填", justify="right"), _folded("说明"))
    for column in table.columns:
        label = "" if column.found is Found.RETURNED else field_label(column.field)
        view.add_row(Text(column.heading), label, str(column.filled), Text(_remark(column)))
    yield view
    yield Text(f"{table.side_reason}。")
    for note in table.notes:
        yield Text(f"注意：{note}")


def _remark(column: ColumnReport) -> str:
    parts = [_FOUND[column.found]]
    if column.unread:
        parts.append(f"{column.unread} 个值未能识别，原文保留（如“{'”、“'.join(column.examples)}”）")
    return "；".join(filter(None, parts))


def _clusters(report: CheckReport) -> Iterator[RenderableType]:
    if not report.clusters:
        return
    largest = sorted(report.clusters, key=lambda cluster: (-len(cluster.members), cluster.side, cluster.canonical))
    titles = {(record.side, record.id): record.title for record in (*report.loaded.needs, *report.loaded.achievements)}
    yield _title(f"重复发布：{len(report.clusters)} 组（列出最大的 {min(_SHOWN_CLUSTERS, len(largest))} 组）")
    view = Table("类型", _folded("名称"), "保留", _folded("重复的编号"), _folded("依据"))
    for cluster in largest[:_SHOWN_CLUSTERS]:
        reasons = "、".join(dict.fromkeys(member.reason for member in cluster.members))
        copies = "、".join(member.id for member in cluster.members)
        title = titles.get((cluster.side, cluster.canonical), "")
        view.add_row(side_label(cluster.side), Text(title[:_LONGEST]), Text(cluster.canonical), Text(copies), reasons)
    yield view


def _rejected(report: CheckReport) -> Iterator[RenderableType]:
    rows = report.loaded.rejected
    if not rows:
        return
    yield _title(f"退回的行：{len(rows)} 行")
    view = Table(_folded("文件与行号"), _folded("原因"))
    for row in rows[:_SHOWN_REJECTED]:
        where = f"{row.file}" + (f"“{row.sheet}”" if row.sheet else "") + f" 第 {row.row} 行"
        view.add_row(Text(where), Text(row.reason))
    yield view
    if len(rows) > _SHOWN_REJECTED:
        yield Text(f"另有 {len(rows) - _SHOWN_REJECTED} 行，见退回表。")
