"""The work behind `matcher train fast`."""

from dataclasses import asdict
from pathlib import Path

from matcher.cli.console import log
from matcher.cli.folded import ALL, Folds, trained_with_bar
from matcher.config import load_settings
from matcher.errors import ConfigError
from matcher.train.card import Card, write_card
from matcher.train.data import file_sums, read_data
from matcher.train.export import ModelOrigin, dims_of
from matcher.train.fast import FastTrained, train_fast
from matcher.train.fast_data import FastTexts, fast_texts
from matcher.train.fast_recipe import FastRecipe
from matcher.train.recipes import read_recipe
from matcher.train.trained import float_folder_of

__all__ = ["fit_fast"]

_ORIGIN = ModelOrigin(
    name="e5-small-tech-zh-fast",
    source="a few layers of e5-small-tech-zh (multilingual-e5-small, MIT, vocabulary reduced, fine-tuned), trained to "
    "imitate all of it",
    licence="MIT",
)


def fit_fast(data: Path, teacher: Path, out: Path, *, recipe: Path | None, seed: int | None, resume: bool) -> None:
    """Train a shallow encoder to imitate the teacher, and write it with its card.

    Raises:
        ConfigError: the recipe, the data or the teacher cannot be used.
        MatcherError: as reading and training say.
    """
    if not teacher.is_dir():
        raise ConfigError(f"找不到作为教师的编码器文件夹 {teacher}；请先运行 matcher train encoder，或检查 --teacher。")
    if not Folds(0, None, out, resume).everything:
        log(f"{out} 已训练完，略过。")
        return
    settings = load_settings()
    numbers = read_recipe(FastRecipe, recipe)
    chosen = settings.seed if seed is None else seed
    taught_by = float_folder_of(teacher, ALL)
    # Reading the data takes minutes: what is wrong with the teacher is told first.
    numbers.suit(dims_of(taught_by).layers)
    texts = fast_texts(read_data(data, max_bytes=settings.max_file_mb * 1_000_000), numbers, chosen)
    log(f"学习 {len(texts.learned)} 段文字，留出 {len(texts.held)} 段检验。")
    trained = trained_with_bar(
        "快速编码器",
        out,
        lambda show: train_fast(
            texts, taught_by, out, numbers, origin=_ORIGIN, seed=chosen, resume=resume, progress=show
        ),
    )
    figures = _figures(trained)
    write_card(out, _card(trained, texts, numbers, file_sums(data), base=teacher.name, seed=chosen, figures=figures))
    for line in figures:
        log(line)


def _figures(trained: FastTrained) -> list[str]:
    sides = (("训练前", trained.before), ("训练后", trained.after))
    return [f"{when}：{found}" for when, found in sides if found] or ["没有留出文字，未测。"]


def _card(
    trained: FastTrained,
    texts: FastTexts,
    recipe: FastRecipe,
    sums: dict[str, str],
    *,
    base: str,
    seed: int,
    figures: list[str],
) -> Card:
    return Card(
        origin=_ORIGIN,
        trained=trained,
        recipe=recipe,
        begun="教师",
        base=base,
        seed=seed,
        data=sums,
        learned=(f"题名、正文片段和编写的需求 {len(texts.learned)} 段，读 {recipe.passes} 遍",),
        figures={"留出文字上的表现": [f"- {line}" for line in figures]},
        facts={
            "counts": {"learned": len(texts.learned), "held": len(texts.held)},
            "close": {
                when: None if found is None else asdict(found)
                for when, found in (("before", trained.before), ("after", trained.after))
            },
        },
    )
