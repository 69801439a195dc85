"""Options that several commands share, and how they become arguments of the engine."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from matcher.corpus.values.date import parse_period
from matcher.errors import ConfigError
from matcher.records import Side

__all__ = [
    "After",
    "Before",
    "FieldName",
    "Files",
    "IndexName",
    "Industry",
    "Labels",
    "Mapping",
    "Mode",
    "On",
    "Region",
    "Rerank",
    "SideOption",
    "Stated",
    "Status",
    "Top",
    "Trl",
    "day",
    "record_side",
]

Rerank = Annotated[
    int | None,
    typer.Option("--rerank", min=0, max=200, help="每条细读并重排前几个候选；0 为不重排，默认 MATCHER_RERANK"),
]
Labels = Annotated[
    Path | None,
    typer.Option("--labels", help="自己的标签规则（TSV），见 docs/feedback.md", metavar="文件", dir_okay=False),
]
NeedSets = Annotated[
    list[Path] | None, typer.Option("--needs", help="需求文件；可重复，与成果、标注一一对应", dir_okay=False)
]
AchievementSets = Annotated[list[Path] | None, typer.Option("--achievements", help="成果文件，可重复", dir_okay=False)]
JudgementSets = Annotated[
    list[Path] | None, typer.Option("--judgements", help="标注文件（TSV），可重复", dir_okay=False)
]
Files = Annotated[
    list[Path], typer.Argument(help="一个或多个文件：xlsx、xls、ods、csv、tsv、json、jsonl", metavar="文件…")
]
IndexName = Annotated[str | None, typer.Option("--index", help="索引名称；只有一个索引时可省略", metavar="名称")]
Top = Annotated[int, typer.Option("--top", min=1, max=1000, help="每条最多给出几个匹配")]
On = Annotated[str | None, typer.Option("--on", help="按哪一天判断是否过期，默认今天", metavar="年-月-日")]
SideOption = Annotated[
    str | None, typer.Option("--side", help="文件是 need（需求）还是 achievement（成果）；默认按表头判断")
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", help="自定义表头对应关系（TOML 或 JSON）", metavar="文件", dir_okay=False)
]
FieldName = Annotated[list[str] | None, typer.Option("--field", help="技术领域（规划领域或高新技术领域名称），可重复")]
Industry = Annotated[list[str] | None, typer.Option("--industry", help="国民经济行业代码，如 C、34、C34，可重复")]
Region = Annotated[list[str] | None, typer.Option("--region", help="地区名称或代码，如 河南、开封、4102，可重复")]
Trl = Annotated[str | None, typer.Option("--trl", help="技术成熟度范围，如 6 或 6-8")]
Mode = Annotated[list[str] | None, typer.Option("--mode", help="合作方式，如 技术转让，可重复")]
Status = Annotated[list[str] | None, typer.Option("--status", help="状态，如 发布，可重复")]
After = Annotated[str | None, typer.Option("--after", help="只要这一天及以后发布的", metavar="年-月-日")]
Before = Annotated[str | None, typer.Option("--before", help="只要这一天及以前发布的", metavar="年-月-日")]
Stated = Annotated[bool, typer.Option("--stated", help="未写明上述条件的记录也排除（默认保留）")]


def day(text: str | None, option: str) -> dt.date | None:
    """A date option, written as dates are in the files that are read.

    Raises:
        ConfigError: not a single calendar day.
    """
    if text is None:
        return None
    period = parse_period(text)
    if period is None or period.first is None or period.first != period.last:
        raise ConfigError(f"{option} 的“{text}”不是某一天；请写成 2025-06-30 这样的形式。")
    return period.first


def record_side(text: str | None) -> Side | None:
    """The side option, in English or Chinese.

    Raises:
        ConfigError: neither of the two.
    """
    if text is None:
        return None
    names = {"need": Side.NEED, "需求": Side.NEED, "achievement": Side.ACHIEVEMENT, "成果": Side.ACHIEVEMENT}
    if text not in names:
        raise ConfigError(f"--side 的“{text}”不认识；请写 need（需求）或 achievement（成果）。")
    return names[text]
