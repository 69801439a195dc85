"""The work behind `matcher models measure`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from matcher.cli.console import bar, log
from matcher.cli.graded import read_graded
from matcher.config import Settings, load_settings
from matcher.embed.bundled import BundledEncoder
from matcher.embed.cross import CrossEncoder
from matcher.embed.promoted import Kind
from matcher.engine import Matcher
from matcher.errors import ConfigError
from matcher.rank.models import load_models
from matcher.records import Side
from matcher.train.card import CARD_FILE
from matcher.train.data import GradedNeed, TrainingSet
from matcher.train.held import HEADING, HeldFigures, ordered_by_encoder, ordered_by_reranker, put_on_card, unlearned
from matcher.train.model_files import weights_of
from matcher.train.scores import Scored
from matcher.train.sums import hash_of, short_names
from matcher.train.trained import INT8_FOLDER

__all__ = ["measure_model"]

_Order: TypeAlias = Callable[[TrainingSet], list[Scored]]


def measure_model(
    model: Path,
    needs: Sequence[Path],
    achievements: Sequence[Path],
    judgements: Sequence[Path],
    *,
    skip_unknown: bool = False,
) -> None:
    """Measure an encoder or a re-ranker on graded sets it has not learned from, and write the figures on its card.

    Args:
        model: a folder that `matcher train` wrote, or the exported one below it: the cards of both are written.
        needs, achievements, judgements: files that belong together one by one.
        skip_unknown: leave judgements of unknown records out instead of refusing them.

    Raises:
        ConfigError: the numbers of files differ, there are none, or the model learned from one of the judgements.
        ModelError: no model or no card is there, or it is damaged.
        MatcherError: as reading and indexing say.
    """
    if not needs or not len(needs) == len(achievements) == len(judgements):
        raise ConfigError("--needs、--achievements、--judgements 都要给出，个数一致，一一对应。")
    folder, kind = weights_of(model)
    whole = folder.parent if folder.name == INT8_FOLDER and (folder.parent / CARD_FILE).is_file() else folder
    sums = {path: hash_of(path) for path in judgements}
    settings = load_settings(rerank=0)
    # Beside the registry's own folders anything may lie: `make weights` works there.
    if any(folder.resolve().is_relative_to((settings.model_dir / each.value).resolve()) for each in Kind):
        raise ConfigError(f"{model} 在模型库里，库里的模型不再改动；请量启用之前的文件夹。")
    unlearned(whole, sums)
    order, how = _reranked(folder, settings) if kind is Kind.RERANKER else _encoded(folder, settings)
    found = []
    names = short_names(judgements)
    for name, asked, offered, judged in zip(names, needs, achievements, judgements, strict=True):
        held = _held(asked, offered, judged, settings, skip_unknown=skip_unknown)
        found.append(HeldFigures.of(name, sums[judged], order(held)))
        log(str(found[-1]))
    if HEADING in (whole / CARD_FILE).read_text(encoding="utf-8"):
        log("提示：卡上以前量的数字换成这次的；要都留着，请一次给出全部评级。")
    put_on_card(list(dict.fromkeys((whole, folder))), found, how)
    log(f"已写进 {model} 的模型卡。")


def _held(needs: Path, achievements: Path, judgements: Path, settings: Settings, *, skip_unknown: bool) -> TrainingSet:
    graded = read_graded(needs, achievements, judgements, settings, skip_unknown=skip_unknown)
    items = tuple(
        GradedNeed(graded.needs[need], {i: float(level) for i, level in levels.items()}, levels)
        for need, levels in graded.judgements.levels.items()
    )
    return TrainingSet(tuple(graded.achievements.values()), items, source=achievements)


def _encoded(folder: Path, settings: Settings) -> tuple[_Order, str]:
    encoder = BundledEncoder(folder, threads=settings.threads)
    return lambda held: ordered_by_encoder(encoder.encode_queries, held), "只用它给的题名的余弦"


def _reranked(folder: Path, settings: Settings) -> tuple[_Order, str]:
    """Texts are chosen by the encoder in use, as they will be when the re-ranker runs."""
    cross, models = CrossEncoder(folder, threads=settings.threads), load_models(settings)
    built: dict[Path, Matcher] = {}

    def order(held: TrainingSet) -> list[Scored]:
        if held.source not in built:
            with bar("编码") as show:
                built[held.source] = Matcher.build(
                    achievements=held.achievements, settings=settings, models=models, progress=show
                )
        return ordered_by_reranker(cross, built[held.source].side(Side.ACHIEVEMENT), held)

    return order, f"只用它的读后分，读题名和正文各一段（由编码器 {models.encoder.id} 选出）"
