"""The work behind `matcher train reranker`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.cli.console import bar, log
from matcher.cli.folded import ALL, Folds, trained_with_bar
from matcher.config import Settings, load_settings
from matcher.corpus.classify import Classifier
from matcher.corpus.prepare import prepare
from matcher.embed.cross import CrossEncoder
from matcher.embed.load import encoder_of
from matcher.embed.manifest import TOKENIZER_FILE
from matcher.embed.remember import RememberingEncoder
from matcher.errors import ConfigError
from matcher.index.side import SideIndex
from matcher.records import Side
from matcher.train.data import TrainingSet, file_sums, read_data
from matcher.train.export import ModelOrigin
from matcher.train.folds import Families
from matcher.train.recipes import read_recipe
from matcher.train.reranker import score_groups, train_reranker
from matcher.train.reranker_card import RerankerCard, write_reranker_card
from matcher.train.reranker_data import Group, graded_groups, hold_back, verdict_groups, without, written_groups
from matcher.train.reranker_recipe import RerankerRecipe
from matcher.train.scores import SCORES_FILE, Scored, figures
from matcher.train.trained import FLOAT_FOLDER, Trained, float_folder_of

__all__ = ["fit_reranker"]

_ORIGIN = ModelOrigin(
    name="e5-small-zh-pairs",
    source="multilingual-e5-small (MIT), fine-tuned on graded pairs and written needs",
    licence="MIT",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all trainings of one command share."""

    groups: Sequence[Group]
    families: Families
    base: Path
    out: Path
    recipe: RerankerRecipe
    settings: Settings
    seed: int
    resume: bool

    def train(self, name: str, part: str, groups: Sequence[Group]) -> Trained:
        """Train on some groups and write to that part of `out`, starting from the same part of the base."""
        learned, judged = hold_back(groups, self.families, self.recipe.validation_share, self.seed)
        out = self.out / part
        return trained_with_bar(
            name,
            out,
            lambda show: train_reranker(
                learned,
                judged,
                _base(self.base, part),
                out,
                self.recipe,
                origin=_ORIGIN,
                seed=self.seed,
                resume=self.resume,
                progress=show,
            ),
        )

    def fold(self, name: str, part: str, held: frozenset[str]) -> list[Scored]:
        """Train without these needs, and score them."""
        trained = self.train(name, part, without(self.groups, self.families.kin(held)))
        unseen = [group for group in self.groups if group.graded and group.key in held]
        return score_groups(CrossEncoder(trained.int8_folder, threads=self.settings.threads), unseen)


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
    asked = Folds(folds, fold, out, resume)
    for part in asked.parts:
        _base(base, part)
    settings = load_settings()
    chosen = settings.seed if seed is None else seed
    values = read_recipe(RerankerRecipe, recipe)
    sets = read_data(data, max_bytes=settings.max_file_mb * 1_000_000)
    families = Families(need for each in sets for need in each.needs)
    graded = [item.need.id for each in sets for item in each.graded]
    parts = families.folds(graded, folds, chosen) if folds else []
    run = _Run(
        groups=_groups(sets, settings, values),
        families=families,
        base=base,
        out=out,
        recipe=values,
        settings=settings,
        seed=chosen,
        resume=resume,
    )
    asked.run(parts, run.fold)
    if asked.everything:
        _finish(run, data, asked)


def _base(base: Path, part: str) -> Path:
    """The float folder to start from: that of the same part where `base` is a folder of `matcher train encoder`."""
    found = float_folder_of(base, part)
    if not (found / TOKENIZER_FILE).is_file():
        raise ConfigError(f"{found} 不是编码器的浮点文件夹，其中也没有 {Path(part) / FLOAT_FOLDER}；请检查 --base。")
    return found


def _groups(sets: Sequence[TrainingSet], settings: Settings, recipe: RerankerRecipe) -> list[Group]:
    """All pairs, with texts chosen by the encoder in use, as they will be when the re-ranker runs.

    Raises:
        ConfigError: there is nothing to learn from.
    """
    if not any(each.graded or each.written or each.feedback for each in sets):
        raise ConfigError("数据里没有一对可以学习的评级、反馈或编写的需求；请检查 --data 中的文件是否配套。")
    encoder = RememberingEncoder(encoder_of(settings))
    classifier = Classifier.load()
    groups: list[Group] = []
    for each in sets:
        if not each.graded and not each.written and not each.feedback:
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
        groups += [
            *graded_groups(side, each.graded),
            *verdict_groups(side, each.feedback),
            *written_groups(side, each.written, recipe),
        ]
    return groups


def _finish(run: _Run, data: Path, asked: Folds) -> None:
    """Put the folds' scores together, train on everything and write the card."""
    unseen = asked.unseen({group.key: group.levels for group in run.groups if group.graded})
    told = figures(unseen) if unseen else ""
    if unseen:
        log(f"未见过的 {len(unseen)} 条需求：{told}；得分已写入 {run.out / SCORES_FILE}。")
    trained = run.train("全部数据", ALL, run.groups)
    card = RerankerCard(
        origin=_ORIGIN,
        trained=trained,
        recipe=run.recipe,
        files=file_sums(data),
        base=run.base.name,
        seed=run.seed,
        folds=asked.count,
        groups=run.groups,
        unseen=told,
    )
    write_reranker_card(run.out, card)
