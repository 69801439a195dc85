"""The work behind `matcher train reranker`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.cli.console import bar, log
from matcher.config import Settings, load_settings
from matcher.corpus.classify import Classifier
from matcher.corpus.prepare import prepare
from matcher.embed.cross import CrossEncoder
from matcher.embed.load import encoder_of
from matcher.embed.manifest import MANIFEST_FILE, TOKENIZER_FILE
from matcher.embed.remember import RememberingEncoder
from matcher.errors import ConfigError
from matcher.index.side import SideIndex
from matcher.records import Side
from matcher.train.data import TrainingSet, file_sums, read_data
from matcher.train.export import ModelOrigin
from matcher.train.folds import need_folds
from matcher.train.recipes import read_recipe
from matcher.train.reranker import FLOAT_FOLDER, INT8_FOLDER, Trained, score_groups, train_reranker
from matcher.train.reranker_card import RerankerCard, write_reranker_card
from matcher.train.reranker_data import Group, graded_groups, hold_back, without, written_groups
from matcher.train.reranker_recipe import RerankerRecipe
from matcher.train.scores import SCORES_FILE, figures, read_scores, write_scores

__all__ = ["fit_reranker"]

_ORIGIN = ModelOrigin(
    name="e5-small-zh-pairs",
    source="multilingual-e5-small (MIT), fine-tuned on graded pairs and written needs",
    licence="MIT",
)
_FOLD = "fold-{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all trainings of one command share."""

    groups: Sequence[Group]
    base: Path
    out: Path
    recipe: RerankerRecipe
    settings: Settings
    seed: int
    resume: bool

    def train(self, name: str, part: str, groups: Sequence[Group]) -> Trained:
        """Train on some groups and write to that part of `out`, starting from the same part of the base."""
        out = self.out / part
        learned, judged = hold_back(groups, self.recipe.validation_share, self.seed)
        with bar(f"训练 {name}") as show:
            trained = train_reranker(
                learned,
                judged,
                _base(self.base, part),
                out,
                self.recipe,
                origin=_ORIGIN,
                seed=self.seed,
                resume=self.resume,
                progress=show,
            )
        log(f"已写入 {out}：{trained.id}，{trained.steps} 步，{'bf16' if trained.bf16 else 'float32'}。")
        return trained


def fit_reranker(
    data: Path,
    base: Path,
    out: Path,
    *,
    folds: int,
    fold: int | None,
    recipe: Path | None,
    seed: int | None,
    resume: bool,
) -> None:
    """Train without each fold to score its needs unseen, then on everything; or without one fold only.

    Raises:
        ConfigError: options, the recipe or the base cannot be used.
        MatcherError: as reading and training say.
    """
    if fold is not None and fold >= folds:
        raise ConfigError(f"--fold 是 {fold}，但只分 {folds} 折（从 0 数起）；请改小 --fold 或加大 --folds。")
    numbers = range(folds) if fold is None else [fold]
    for part in [_FOLD.format(number) for number in numbers] + ([""] if fold is None else []):
        _base(base, part)
    settings = load_settings()
    chosen = settings.seed if seed is None else seed
    values = read_recipe(RerankerRecipe, recipe)
    sets = read_data(data, max_bytes=settings.max_file_mb * 1_000_000)
    needs = [item.need for each in sets for item in each.graded]
    parts = need_folds(needs, folds, chosen) if folds else []
    run = _Run(
        groups=_groups(sets, settings, values),
        base=base,
        out=out,
        recipe=values,
        settings=settings,
        seed=chosen,
        resume=resume,
    )
    for number in numbers:
        _train_fold(run, number, parts[number])
    if fold is None and not (resume and (out / INT8_FOLDER / MANIFEST_FILE).is_file()):
        _finish(run, data, len(parts))


def _base(base: Path, part: str) -> Path:
    """The float folder to start from: that of the same part where `base` is a folder of `matcher train encoder`."""
    trained = base / part / FLOAT_FOLDER
    found = trained if trained.is_dir() else base
    if not (found / TOKENIZER_FILE).is_file():
        raise ConfigError(f"{found} 不是编码器的浮点文件夹，其中也没有 {trained.relative_to(base)}；请检查 --base。")
    return found


def _groups(sets: Sequence[TrainingSet], settings: Settings, recipe: RerankerRecipe) -> list[Group]:
    """All pairs, with texts chosen by the encoder in use, as they will be when the re-ranker runs."""
    encoder = RememberingEncoder(encoder_of(settings))
    classifier = Classifier.load()
    groups: list[Group] = []
    for each in sets:
        if not each.graded and not each.written:
            continue
        with bar("编码") as show:
            side = SideIndex.build(
                Side.ACHIEVEMENT,
                prepare(list(each.achievements), classifier),
                encoder,
                window_chars=settings.window_chars,
                query_windows=settings.query_windows,
                progress=show,
            )
        log("正在选取每对的文字……")
        groups += [*graded_groups(side, each.graded), *written_groups(side, each.written, recipe)]
    return groups


def _train_fold(run: _Run, number: int, held: frozenset[str]) -> None:
    part = _FOLD.format(number)
    if run.resume and (run.out / part / SCORES_FILE).is_file():
        log(f"{run.out / part} 已训练完，略过。")
        return
    trained = run.train(f"第 {number} 折", part, without(run.groups, held))
    unseen = [group for group in run.groups if group.graded and group.key in held]
    scores = score_groups(CrossEncoder(trained.int8_folder, threads=run.settings.threads), unseen)
    write_scores(run.out / part / SCORES_FILE, scores)
    log(f"第 {number} 折未见过的 {len(unseen)} 条需求：{figures(scores)}")


def _finish(run: _Run, data: Path, folds: int) -> None:
    """Put the folds' scores together, train on everything and write the card."""
    levels = {group.key: group.levels for group in run.groups if group.graded}
    unseen = [
        scored
        for number in range(folds)
        for scored in read_scores(run.out / _FOLD.format(number) / SCORES_FILE, levels)
    ]
    told = figures(unseen) if unseen else ""
    if unseen:
        write_scores(run.out / SCORES_FILE, unseen)
        log(f"未见过的 {len(unseen)} 条需求：{told}；得分已写入 {run.out / SCORES_FILE}。")
    trained = run.train("全部数据", "", run.groups)
    card = RerankerCard(
        origin=_ORIGIN,
        trained=trained,
        recipe=run.recipe,
        files=file_sums(data),
        base=run.base.name,
        seed=run.seed,
        folds=folds,
        groups=run.groups,
        unseen=told,
    )
    write_reranker_card(run.out, card)
