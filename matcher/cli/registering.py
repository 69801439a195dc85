"""The work behind `matcher models list`, `show`, `promote` and `rollback`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from matcher.cli.console import bar, log, output
from matcher.cli.graded import read_graded
from matcher.cli.rebuilding import outdated, rebuild_behind
from matcher.config import Settings, load_settings
from matcher.embed.bundled import BUNDLED_FOLDER, FAST_FOLDER, BundledEncoder
from matcher.embed.cross import CROSS_FOLDER
from matcher.embed.load import IN_USE, encoder_of, load_encoder
from matcher.embed.manifest import holds_model
from matcher.embed.promoted import KIND_NAMES, PACKAGE, GuardFigure, Journal, Kind, Step
from matcher.errors import ConfigError, EvaluationError, ModelError
from matcher.evaluate import GradedSet
from matcher.rank.levels import FAST_LEVELS, RERANKED_LEVELS, WHOLE_LEVELS, LevelModel
from matcher.rank.models import LEVELS_FILE, PAIRED, Models, load_models, together
from matcher.rank.rerank import load_reranker
from matcher.train.guardsets import TOLERATED, compare_on, measure_models
from matcher.train.inventory import FAST_NAME, PACKAGE_NAME, take_inventory
from matcher.train.model_files import CARD_FILES, ModelFiles
from matcher.train.ranker_card import card_beside
from matcher.train.registry import ONE_OF_A_KIND, Registry
from matcher.train.standing import idle_because, registry_missing, unread_because

__all__ = ["list_models", "promote", "rollback", "show_in_use", "show_model"]

_SAMPLE = Path("corpora/sample")
_TILL_REBUILT = "重建之前仍用它回答。"
_NOT_TILL_REBUILT = "它已不在或读不了，重建之前不能用这个索引查询。"
_HOW_TO_LOSE = (
    "“输”：差的区间整个在变差的一边，或变差超过容许值（"
    + "，".join(f"{name} {most:g}" for name, most in TOLERATED.items())
    + "）。ece 越小越好，其余越大越好。"
)


def list_models() -> None:
    """Every model there is, which ones are in use, and what the guard sets said."""
    settings = load_settings()
    inventory = take_inventory(settings)
    table = Table(title=f"模型（{settings.model_dir}）", title_justify="left", show_lines=True)
    for heading in ("种类", "编号", "名称", "加入时间（UTC）", "在用", "守护集（原来 → 启用时）"):
        table.add_column(heading, overflow="fold")
    for model in inventory.models:
        told = "—" if model.id == PACKAGE else escape(_told(model.promoted))
        row = (KIND_NAMES[model.kind], model.id, escape(model.name), _minute(model.added_at) or "—")
        table.add_row(*row, "●" if model.in_use else "", told)
    output().print(table)
    if settings.encoder != IN_USE:
        log(f"提示：MATCHER_ENCODER 是 {settings.encoder}，用的是它，而不是模型库里启用的编码器。")
    if settings.rerank == 0:
        log("提示：MATCHER_RERANK 是 0，重排已关闭。")
    if inventory.trouble:
        log(f"提示：在用的模型现在不能用。{inventory.trouble}")
    if missing := registry_missing(settings):
        log(f"提示：{missing}")


def show_in_use() -> None:
    """The models that answer now, and the history of what was in use."""
    settings = load_settings()
    models = load_models(settings)
    print_ = output().print
    print_(f"编码器：{models.encoder.id}（{models.encoder.dim} 维）")
    if holds_model(FAST_FOLDER):
        print_(f"随包的{FAST_NAME}：{BundledEncoder(FAST_FOLDER).id}")
    print_(f"分级模型：{models.levels.id}；{models.levels.made_from}")
    journal = Journal.read(settings.model_dir)
    if models.reranker is None:
        print_(f"重排模型：没有用；{unread_because(settings, journal.current[Kind.RERANKER])}")
    else:
        print_(
            f"重排模型：{models.reranker.id}，细读前 {models.reranker.top} 个候选；{models.reranker.model.made_from}"
        )
    for step in journal.steps:
        changed = "、".join(f"{KIND_NAMES[kind]} {_called(model)}" for kind, model in step.models.items())
        why = f"；未通过守护集而启用，理由：{step.reason}" if step.reason else ""
        print_(f"{_minute(step.at)} {'退回' if step.rollback else '启用'} {escape(changed + why)}")


def _show_package() -> None:
    """The models that came with the software, with their cards."""
    print_ = output().print
    folders = {
        KIND_NAMES[Kind.ENCODER]: BUNDLED_FOLDER,
        FAST_NAME: FAST_FOLDER,
        KIND_NAMES[Kind.RERANKER]: CROSS_FOLDER,
    }
    for kind, folder in folders.items():
        there = f"{PACKAGE_NAME}，在 {folder}" if holds_model(folder) else "本软件包没有"
        print_(f"{kind}：{escape(there)}", soft_wrap=True)
        card = next((folder / name for name in CARD_FILES if (folder / name).is_file()), None)
        if card:
            print_(escape(card.read_text(encoding="utf-8")))
    for path in (WHOLE_LEVELS, FAST_LEVELS, RERANKED_LEVELS):
        levels = LevelModel.load(path)
        print_(f"{KIND_NAMES[Kind.RANKER]} {levels.id}：{path.name}，{escape(levels.made_from)}")
        if told := card_beside(path, levels):
            print_(escape(told.read_text(encoding="utf-8")))


def show_model(what: str) -> None:
    """One model of the registry, one that could come into it, or those of the package: hashes, figures, card.

    Raises:
        ModelError: it is missing or damaged.
    """
    if what == PACKAGE:
        _show_package()
        return
    settings = load_settings()
    registry = Registry(settings.model_dir)
    model = registry.find(what)
    step = registry.journal().figures_of(model.kind, model.id)
    print_ = output().print
    print_(f"{KIND_NAMES[model.kind]} {model.id}：{escape(model.name)}")
    print_(f"文件夹：{escape(str(model.folder))}（内容与登记的哈希一致）")
    for name, path in sorted(model.files.items()):
        print_(f"  {name}  {path.stat().st_size:,} 字节")
    print_(f"在用：{'是' if registry.journal().current[model.kind] == model.id else '否'}")
    if step:
        print_(_figures_table(step.figures, f"{_minute(step.at)} 启用时的守护集"))
        if step.reason:
            print_(f"未通过守护集而启用，理由：{escape(step.reason)}")
    if LEVELS_FILE in model.files:
        print_(f"分级模型由来：{escape(LevelModel.load(model.files[LEVELS_FILE]).made_from)}")
    print_("")
    for card in model.cards:
        print_(escape(card.read_text(encoding="utf-8")))
    if not model.cards:
        print_("没有模型卡。")


def promote(whats: Sequence[str], guards: Sequence[Path], *, force: str | None, rebuild_indexes: bool) -> None:
    """Put models in use together, if they do not lose on any guard set against those in use.

    Raises:
        ConfigError: options that cannot work.
        ModelError: a model is missing, damaged, or loses.
        MatcherError: as reading, indexing and measuring say.
    """
    if force is not None and not force.strip():
        raise ConfigError("--force 要写明理由，例如 --force “新平台的需求与示例数据差别太大”。")
    settings = load_settings()
    registry = Registry(settings.model_dir)
    models = [registry.find(what) for what in whats]
    state = registry.journal().current
    wanted = [model for model in models if state[model.kind] != model.id]
    if not wanted:
        log("这些模型已经在用，无需再次启用。")
        return
    _check_settings(wanted, settings)
    before = load_models(settings)
    after = together(_with(before, wanted, settings), {**state, **{model.kind: model.id for model in wanted}})
    figures = _guarded([*([_SAMPLE] if _SAMPLE.is_dir() else []), *guards], before, after, settings)
    output().print(_figures_table(figures, "守护集：候选与在用模型逐需求比较"), _HOW_TO_LOSE)
    lost = [figure for figure in figures if figure.lost]
    if lost and force is None:
        told = "；".join(f"{each.guard} 的 {each.figure} {each.before:.3f} → {each.after:.3f}" for each in lost)
        raise ModelError(
            f"候选模型在守护集上输了（{told}），没有启用，在用的模型不变；请改进后重试（换编码器时，常要连同重新拟合的"
            "分级模型一起启用），或确有理由时加 --force 理由。"
        )
    registry.promote(wanted, before=state, figures=figures, reason=(force or "").strip() if lost else "")
    for model in wanted:
        log(f"已启用{KIND_NAMES[model.kind]} {model.id}（{model.name}）。")
    if before.reranker is not None and after.reranker is None:
        log(f"提示：{PAIRED}，从现在起不再细读；要一起用，见 docs/reranking.md。")
    log("要退回原来的模型：matcher models rollback")
    if after.encoder.id not in after.levels.made_from:
        log(
            f"提示：分级模型 {after.levels.id} 不是用编码器 {after.encoder.id} 拟合的；"
            "请用 matcher train ranker 重新拟合并启用，把握才可靠。"
        )
    _tell_indexes(settings, rebuild_indexes=rebuild_indexes)


def rollback(kind: Kind | None, *, rebuild_indexes: bool) -> None:
    """Bring back what was in use before.

    Raises:
        ConfigError: there is nothing before.
        ModelError: the model to bring back is missing or damaged.
    """
    settings = load_settings()
    steps = Registry(settings.model_dir).rollback(kind)
    for each, model in {each: model for step in steps for each, model in step.models.items()}.items():
        idle = idle_because(each, model, settings)
        log(f"{KIND_NAMES[each]}已退回 {_called(model)}{f'，但现在没有用：{idle}' if idle else ''}。")
    if len(steps) > 1:
        log(f"中间有本程序读不了的旧格式模型，所以一并撤销了 {len(steps)} 次启用。")
    _tell_indexes(settings, rebuild_indexes=rebuild_indexes)


def _check_settings(wanted: Sequence[ModelFiles], settings: Settings) -> None:
    kinds = {model.kind for model in wanted}
    if len(kinds) < len(wanted):
        raise ConfigError(ONE_OF_A_KIND)
    if Kind.ENCODER in kinds and settings.encoder != IN_USE:
        raise ConfigError(
            f"MATCHER_ENCODER 是 {settings.encoder}，启用的编码器不会被用到；请先取消这个变量（或设为 {IN_USE}）。"
        )
    if Kind.RERANKER in kinds and settings.rerank == 0:
        raise ConfigError("MATCHER_RERANK 为 0，重排已关闭，无法比较；请先取消这个变量再启用重排模型。")


def _with(before: Models, wanted: Sequence[ModelFiles], settings: Settings) -> Models:
    """The models in use, some of them replaced."""
    after = before
    for model in wanted:
        if model.kind is Kind.ENCODER:
            encoder = load_encoder(
                str(model.folder), threads=settings.threads, batch_size=settings.batch_size, dim=settings.dim
            )
            after = replace(after, encoder=encoder)
        elif model.kind is Kind.RANKER:
            after = replace(after, levels=LevelModel.load(model.files[LEVELS_FILE]))
        else:
            levels = model.files[LEVELS_FILE]
            reranker = load_reranker(settings.rerank, threads=settings.threads, cross=model.folder, levels=levels)
            after = replace(after, reranker=reranker)
    return after


def _guarded(folders: Sequence[Path], before: Models, after: Models, settings: Settings) -> tuple[GuardFigure, ...]:
    if not folders:
        raise ConfigError(
            f"找不到 {_SAMPLE}，也没有给 --guard，无法比较；请在项目根目录运行，或用 --guard 指定守护集文件夹。"
        )
    figures: list[GuardFigure] = []
    for folder in folders:
        guard = _guard_set(folder, settings)
        measured = []
        for what, models in (("在用", before), ("候选", after)):
            log(f"正在评测守护集 {guard.name}（{what}的模型）……")
            with bar(f"{guard.name}（{what}）") as show:
                measured.append(measure_models(guard, models, settings, progress=show))
        figures += compare_on(guard.name, *measured, seed=settings.seed)
    return tuple(figures)


def _guard_set(folder: Path, settings: Settings) -> GradedSet:
    needs, achievements, judgements = (_only(folder, stem) for stem in ("needs", "achievements", "judgements"))
    return read_graded(needs, achievements, judgements, settings, name=folder.resolve().name)


def _only(folder: Path, stem: str) -> Path:
    found = sorted(path for path in folder.glob(f"{stem}.*") if path.is_file())
    if len(found) != 1:
        what = "没有" if not found else "有多个"
        raise EvaluationError(
            f"守护集文件夹 {folder} 里{what} {stem}.* 文件；请放入 needs、achievements 各一个表格和 judgements.tsv。"
        )
    return found[0]


def _figures_table(figures: Sequence[GuardFigure], title: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("守护集", "指标", "在用", "候选", "差", "差的 95% 区间", "结论"):
        table.add_column(heading, justify="left" if heading in {"守护集", "指标", "结论"} else "right")
    for each in figures:
        table.add_row(
            escape(each.guard),
            each.figure,
            f"{each.before:.3f}",
            f"{each.after:.3f}",
            f"{each.after - each.before:+.3f}",
            f"{each.low:+.3f} – {each.high:+.3f}",
            "[bold red]输[/]" if each.lost else "不输",
        )
    return table


def _told(step: Step | None) -> str:
    if step is None:
        return "没有启用过"
    lines = [f"{each.guard} {each.figure} {each.before:.3f} → {each.after:.3f}" for each in step.figures]
    return "\n".join([*lines, *([f"强制启用：{step.reason}"] if step.reason else [])])


def _tell_indexes(settings: Settings, *, rebuild_indexes: bool) -> None:
    old = outdated(settings)
    if not old:
        return
    for name, made_by in old.items():
        there = encoder_of(settings, made_by).id == made_by
        log(f"索引“{name}”由编码器 {made_by} 建立；{_TILL_REBUILT if there else _NOT_TILL_REBUILT}")
    if rebuild_indexes:
        rebuild_behind(list(old))
    else:
        log(f"在后台重建：matcher index {' '.join(f'--rebuild {name}' for name in old)} --background")


def _called(model: str) -> str:
    return PACKAGE_NAME if model == PACKAGE else model


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
