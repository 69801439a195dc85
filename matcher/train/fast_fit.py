"""The imitation itself, by sentence-transformers' trainer. Imported only when an encoder is trained: it needs torch."""

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matcher.errors import ModelError
from matcher.train.closeness import Closeness, closeness
from matcher.train.encoder_model import load_network
from matcher.train.fast_data import FastTexts, draw_batches, packed
from matcher.train.fast_model import Imitation, Reader, build_student, cut_texts
from matcher.train.fast_recipe import FastRecipe
from matcher.train.fast_states import States, keep_states
from matcher.train.fitting import Fitted, begin, mark_of, writing
from matcher.train.stepwise import train_steps
from matcher.train.trained import Progress

__all__ = ["Imitated", "imitate"]


@dataclass(frozen=True, slots=True, eq=False)
class Imitated:
    """The student, and how close it came to the teacher over the texts held out; None where there were none."""

    fitted: Fitted
    before: Closeness | None
    after: Closeness | None


def imitate(
    texts: FastTexts,
    teacher: Path,
    work: Path,
    recipe: FastRecipe,
    *,
    seed: int,
    resume: bool,
    progress: Progress | None,
) -> Imitated:
    """Compute the teacher's states, train the student on them, and measure it before and after.

    Raises:
        ModelError: the teacher cannot be used, or states and checkpoints cannot be written.
        ConfigError: `resume` was asked for, but the checkpoints are another training's.
    """
    device, bf16 = begin(seed)
    try:
        network = build_student(teacher, recipe, device)
        pieces = cut_texts(network, [*texts.learned, *texts.held], recipe.pieces)
    except Exception as error:
        # Each library below has errors of its own.
        raise ModelError(
            f"无法以 {teacher} 为教师训练（{error}）；请给出 BERT 结构的 sentence-transformers 文件夹。"
        ) from error
    steps = draw_batches([len(each) for each in pieces[: len(texts.learned)]], recipe, seed)
    with writing(work):
        taught, read = _taught(teacher, pieces, work, recipe, device, bf16=bf16, more=len(steps), progress=progress)
        held = _by_length(pieces, range(len(texts.learned), len(pieces)), recipe)
        # Where the product will compute in integers, bfloat16 would only blur the figure.
        plain = Reader(network, pieces, bf16=False)
        before = _close(plain, taught, held)
        ended = train_steps(
            steps,
            network,
            Imitation(Reader(network, pieces, bf16=bf16), taught, recipe),
            work / "steps",
            recipe,
            warmup_steps=math.ceil(recipe.warmup_share * len(steps)),
            seed=seed,
            bf16=bf16,
            mark=mark_of(teacher, [pieces, asdict(recipe), seed]),
            resume=resume,
            progress=_after(progress, read),
        )
        after = _close(plain, taught, held)
    return Imitated(Fitted(network.eval(), int(ended.global_step), bf16), before, after)


def _taught(
    teacher: Path,
    pieces: list[list[int]],
    work: Path,
    recipe: FastRecipe,
    device: str,
    *,
    bf16: bool,
    more: int,
    progress: Progress | None,
) -> tuple[States, int]:
    """The teacher's states, and in how many batches it reads; `more` is what the progress has to count besides."""
    network = load_network(teacher, device).eval()
    reader = Reader(network, pieces, bf16=bf16)
    layers = [theirs for _, theirs, _ in recipe.matches]
    batches = _by_length(pieces, range(len(pieces)), recipe)
    states = keep_states(
        work,
        mark_of(teacher, [pieces, layers, recipe.tokens, bf16]),
        [len(each) for each in pieces],
        batches,
        lambda batch: reader.states(batch, layers),
        layers=len(layers),
        width=int(network[0].model.config.hidden_size),
        progress=(lambda done, total: progress(done, total + more)) if progress else None,
    )
    return states, len(batches)


def _after(progress: Progress | None, read: int) -> Progress | None:
    """A batch of the teacher and a step of the student take about as long: one count goes through both."""
    return (lambda done, total: progress(read + done, read + total)) if progress else None


def _by_length(pieces: list[list[int]], which: range, recipe: FastRecipe) -> list[list[int]]:
    lengths = [len(each) for each in pieces]
    return list(packed(sorted(which, key=lambda at: lengths[at]), lengths, recipe.tokens))


def _close(reader: Reader, taught: States, batches: list[list[int]]) -> Closeness | None:
    if not batches:
        return None
    order: Any = [at for batch in batches for at in batch]
    return closeness(reader.vectors(batches), taught.vectors(order))
