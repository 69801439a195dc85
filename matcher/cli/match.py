"""`matcher search`, `matcher match` and `matcher leads`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import options as o
from matcher.errors import ConfigError
from matcher.records import Side

Out = Annotated[
    Path | None,
    typer.Option("--out", help="结果文件：.xlsx、.csv 或 .json；不写则显示在屏幕上", metavar="文件", dir_okay=False),
]

Feedback = Annotated[
    list[Path] | None,
    typer.Option(
        "--feedback", help="填好的反馈表：不合适的不再列入，评过的按所评；可重复", metavar="文件", dir_okay=False
    ),
]


def search(
    text: Annotated[str, typer.Argument(help="用自己的话写的需求", metavar="需求")],
    index: o.IndexName = None,
    top: o.Top = 10,
    field: o.FieldName = None,
    industry: o.Industry = None,
    region: o.Region = None,
    trl: o.Trl = None,
    mode: o.Mode = None,
    status: o.Status = None,
    after: o.After = None,
    before: o.Before = None,
    stated: o.Stated = False,
    on: o.On = None,
    rerank: o.Rerank = None,
) -> None:
    """用自己的话找成果。

    例如：matcher search "石墨电极抗氧化涂层"
    """
    from matcher.cli.choose import open_index
    from matcher.cli.conditions import conditions
    from matcher.cli.console import output
    from matcher.config import load_settings
    from matcher.records import Need
    from matcher.report import render_matches

    if not text.strip():
        raise ConfigError('需求不能为空；请写一句话，例如：matcher search "石墨电极抗氧化涂层"。')
    wanted = conditions(
        fields=field, industries=industry, regions=region, trl=trl, modes=mode, statuses=status,
        after=after, before=before, stated=stated,
    )  # fmt: skip
    _, matcher = open_index(index, load_settings(rerank=rerank), rerank=rerank)
    answer = matcher.search(text, top=top, conditions=wanted, today=o.day(on, "--on"))
    output().print(render_matches(answer, Need(id=answer.query_id, title=text), matcher.partners(answer)))


def _verb(side: Side, told: str) -> Callable[..., None]:
    """`matcher match` or `matcher leads`: the same options for the records of either side."""

    def command(
        files: o.Files,
        index: o.IndexName = None,
        top: o.Top = 10,
        out: Out = None,
        field: o.FieldName = None,
        industry: o.Industry = None,
        region: o.Region = None,
        trl: o.Trl = None,
        mode: o.Mode = None,
        status: o.Status = None,
        after: o.After = None,
        before: o.Before = None,
        stated: o.Stated = False,
        on: o.On = None,
        mapping: o.Mapping = None,
        rerank: o.Rerank = None,
        feedback: Feedback = None,
        labels: o.Labels = None,
    ) -> None:
        from matcher.cli.conditions import conditions
        from matcher.cli.matching import run

        wanted = conditions(
            fields=field, industries=industry, regions=region, trl=trl, modes=mode, statuses=status,
            after=after, before=before, stated=stated,
        )  # fmt: skip
        run(
            side, files, index=index, top=top, out=out, wanted=wanted, today=o.day(on, "--on"), mapping=mapping,
            rerank=rerank, feedback=feedback or [], labels=labels,
        )  # fmt: skip

    command.__doc__ = told
    return command


match = _verb(Side.NEED, "为需求表中的每条需求找成果。")
leads = _verb(Side.ACHIEVEMENT, "为成果表中的每项成果找可能的需求和该联系的企业。")
