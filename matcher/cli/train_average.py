"""The work behind `matcher train average`."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from matcher.cli.console import log
from matcher.cli.train_encoder import ENCODER_ORIGIN, check_base, kept_figures
from matcher.config import load_settings
from matcher.train.averaged import average_encoders, read_part
from matcher.train.data import file_sums, read_data
from matcher.train.encoder_card import EncoderCard, write_encoder_card
from matcher.train.encoder_data import lessons
from matcher.train.encoder_recipe import AverageRecipe, EncoderRecipe
from matcher.train.export import ModelOrigin, export
from matcher.train.guard import set_aside

__all__ = ["average_trained"]


def average_trained(folders: Sequence[Path], base: Path, data: Path, out: Path, *, share: float) -> None:
    """Average what several trainings of one base wrote, and write it with its card.

    data: all that the trainings learned from; the records that all of them set aside from it show what was kept.

    Raises:
        ConfigError: the folders, the share or the base cannot be used.
        MatcherError: as reading and exporting say.
    """
    check_base(base)
    parts = [read_part(folder) for folder in folders]
    settings = load_settings()
    everything = lessons(read_data(data, max_bytes=settings.max_file_mb * 1_000_000), EncoderRecipe())
    trained = average_encoders(parts, base, out, share, origin=ENCODER_ORIGIN)
    taught, guarded = set_aside(everything, parts[0].seed)
    for part in parts[1:]:
        others = {*set_aside(everything, part.seed)[1]}
        guarded = [texts for texts in guarded if texts in others]
    before = export(base, out / "base-int8", origin=ModelOrigin("base", "base", "")).folder
    card = EncoderCard(
        origin=ENCODER_ORIGIN,
        trained=trained,
        recipe=AverageRecipe(share, tuple(part.id for part in parts)),
        data=file_sums(data),
        base=base.name,
        seed=parts[0].seed,
        folds=0,
        lessons=taught,
        unseen=(),
        kept=kept_figures(before, trained.int8_folder, guarded, threads=settings.threads),
    )
    shutil.rmtree(before)
    write_encoder_card(out, card)
    log(f"已写入 {out}：{trained.id}，{len(parts)} 次训练的平均。")
    for each in card.kept:
        log(str(each))
