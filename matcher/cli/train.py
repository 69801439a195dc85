"""`matcher train …`."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import options as o
from matcher.errors import ConfigError

app = typer.Typer(help="用人工评级重新生成模型。", no_args_is_help=True)

# Of the trainings by a list of data.
_Data = Annotated[Path, typer.Option("--data", help="训练数据清单 DATA.toml", dir_okay=False)]
_Out = Annotated[Path, typer.Option("--out", help="写到哪个文件夹", file_okay=False)]
_Folds = Annotated[int, typer.Option("--folds", min=0, max=20, help="按需求分几折求未见需求的得分；0 为不求")]
_Fold = Annotated[int | None, typer.Option("--fold", min=0, help="只训练留出这一折的模型")]
_Recipe = Annotated[Path | None, typer.Option("--recipe", help="训练参数（TOML）", dir_okay=False)]
_Seed = Annotated[int | None, typer.Option("--seed", min=0, help="随机种子，默认 MATCHER_SEED")]
_Resume = Annotated[bool, typer.Option("--resume", help="接着上次中断处训练")]


@app.command("ranker")
def ranker(
    out: Annotated[
        Path, typer.Option("--out", help="写到哪里；随包模型在 matcher/rank/model/levels.json", dir_okay=False)
    ],
    data: Annotated[
        Path | None,
        typer.Option("--data", help="训练数据清单 DATA.toml，代替下面四项；其中编写的需求和反馈也学", dir_okay=False),
    ] = None,
    needs: o.NeedSets = None,
    achievements: o.AchievementSets = None,
    judgements: o.JudgementSets = None,
    feedback: Annotated[
        list[Path] | None,
        typer.Option(
            "--feedback", help="填好的匹配清单、待评表或反馈表，可重复；属于最后一组需求和成果", dir_okay=False
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            help="在哪个模型的基础上学：in-use（正在使用的）、none（不用）或模型文件；默认需求不足 100 条时为 in-use",
            metavar="模型",
        ),
    ] = None,
    labels: o.Labels = None,
    unseen: Annotated[
        Path | None,
        typer.Option("--unseen", help="分折训练的编码器文件夹：每条需求用没见过它的编码器取特征", file_okay=False),
    ] = None,
    cross: Annotated[
        Path | None,
        typer.Option(
            "--cross",
            help="重排模型文件夹：把它的得分作为一项特征；分折训练的用未见时的得分，否则现在逐对去读",
            file_okay=False,
        ),
    ] = None,
) -> None:
    """用人工评级、使用反馈和编写的需求拟合分级模型（P(等级)），按需求交叉验证。"""
    from matcher.cli.train_ranker import GradedFiles, fit_ranker

    files = GradedFiles(needs or [], achievements or [], judgements or [], feedback or [])
    if data is not None and files.all:
        raise ConfigError("--data 已列出全部文件，不能与 --needs、--achievements、--judgements、--feedback 同用。")
    fit_ranker(data or files, rules=labels, base=base, out=out, unseen=unseen, cross=cross)


@app.command("fields")
def fields(
    achievements: Annotated[
        list[Path], typer.Option("--achievements", help="带行业、领域两列的成果文件，可重复", dir_okay=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", help="写到哪个文件夹；随包模型在 matcher/corpus/taxonomy", file_okay=False)
    ],
    needs: Annotated[list[Path] | None, typer.Option("--needs", help="需求文件，可重复", dir_okay=False)] = None,
) -> None:
    """用平台标注的行业和领域训练分类器，按名称分组交叉验证。"""
    from matcher.cli.train_fields import fit_fields

    fit_fields(achievements, needs or [], out)


@app.command("reranker")
def reranker(
    data: _Data,
    base: Annotated[
        Path, typer.Option("--base", help="起点：编码器的浮点文件夹，或 matcher train encoder 的输出", file_okay=False)
    ],
    out: _Out,
    folds: _Folds = 5,
    fold: _Fold = None,
    recipe: _Recipe = None,
    seed: _Seed = None,
    resume: _Resume = False,
) -> None:
    """训练重排模型：把需求和成果放在一起读，判断是否相配。"""
    from matcher.cli.train_reranker import fit_reranker

    fit_reranker(data, base, out, folds=folds, fold=fold, recipe=recipe, seed=seed, resume=resume)


@app.command("encoder")
def encoder(
    data: _Data,
    base: Annotated[
        Path, typer.Option("--base", help="起点：编码器的浮点文件夹（matcher models unpack 所得）", file_okay=False)
    ],
    out: _Out,
    folds: _Folds = 5,
    fold: _Fold = None,
    recipe: _Recipe = None,
    seed: _Seed = None,
    resume: _Resume = False,
) -> None:
    """用评级、编写的需求和题名正文对微调编码器。"""
    from matcher.cli.train_encoder import fit_encoder

    fit_encoder(data, base, out, folds=folds, fold=fold, recipe=recipe, seed=seed, resume=resume)


@app.command("average")
def average(
    trainings: Annotated[
        list[Path], typer.Argument(help="matcher train encoder 的输出，可多个", metavar="文件夹…", file_okay=False)
    ],
    base: Annotated[Path, typer.Option("--base", help="各次训练共同的起点（浮点文件夹）", file_okay=False)],
    data: _Data,
    out: _Out,
    share: Annotated[float, typer.Option("--share", help="从起点走向各次训练的平均走多远，0 到 1")] = 0.8,
) -> None:
    """把从同一起点的几次编码器训练平均成一个。"""
    from matcher.cli.train_average import average_trained

    average_trained(trainings, base, data, out, share=share)


@app.command("fast")
def fast(
    data: _Data,
    teacher: Annotated[
        Path,
        typer.Option("--teacher", help="教师：编码器的浮点文件夹，或 matcher train encoder 的输出", file_okay=False),
    ],
    out: _Out,
    recipe: _Recipe = None,
    seed: _Seed = None,
    resume: _Resume = False,
) -> None:
    """训练层数少的快速编码器：逐字模仿训练好的编码器。"""
    from matcher.cli.train_fast import fit_fast

    fit_fast(data, teacher, out, recipe=recipe, seed=seed, resume=resume)
