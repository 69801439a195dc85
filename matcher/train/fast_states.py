"""What the teacher thinks of every piece of every text, computed once and kept on disk until the student is trained."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Vectors
from matcher.errors import ModelError
from matcher.train.trained import Progress

__all__ = ["States", "keep_states"]

Floats = npt.NDArray[np.float32]
Read = Callable[[Sequence[int]], Floats]
"""Numbers of some texts to the teacher's states, float32 (layers, texts, pieces of the longest, width)."""

_BATCHES_A_SAVE = 50
_SAMPLED = 1600


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """States of the teacher after some of its layers, the last one last.

    values: float16 (layers, pieces of all texts, width), on disk. starts: int64 (texts + 1,), where the pieces of a
    text begin.
    """

    values: npt.NDArray[np.float16]
    starts: npt.NDArray[np.int64]

    def of(self, batch: Sequence[int]) -> Floats:
        """float32 (layers, len(batch), pieces of the longest, width), zero where a text has ended."""
        lengths = [int(self.starts[at + 1] - self.starts[at]) for at in batch]
        layers, _, width = self.values.shape
        found = np.zeros((layers, len(batch), max(lengths), width), dtype=np.float32)
        for row, (at, length) in enumerate(zip(batch, lengths, strict=True)):
            found[:, row, :length] = self.values[:, self.starts[at] : self.starts[at + 1]]
        return found

    def vectors(self, batch: Sequence[int]) -> Vectors:
        """The unit vectors of some texts: means of the last states, float32 (len(batch), width)."""
        spans = [self.values[-1, self.starts[at] : self.starts[at + 1]] for at in batch]
        means = np.stack([span.astype(np.float32).mean(axis=0) for span in spans])
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)

    def variances(self) -> list[float]:
        """Of the states after each layer, over about 1,600 pieces evenly spread."""
        step = max(1, self.values.shape[1] // _SAMPLED)
        return [float(np.asarray(layer[::step], dtype=np.float32).var()) for layer in self.values]


def keep_states(
    folder: Path,
    mark: str,
    lengths: Sequence[int],
    batches: Sequence[Sequence[int]],
    read: Read,
    *,
    layers: int,
    width: int,
    progress: Progress | None = None,
) -> States:
    """The states of all texts: those that lie there, or computed now; what was interrupted is gone on with.

    Args:
        folder: where they are kept; states of another mark are removed from it.
        mark: tells these states from those of other texts or another teacher.
        lengths: pieces of each text.
        batches: numbers of the texts that are read together; every text once.
        read: asks the teacher.
        layers: how many layers it answers with.
        width: of a state.
        progress: called after each batch.

    Raises:
        OSError: they cannot be read or written.
        ModelError: the disk has no room for them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / f"states-{mark[:16]}.npy"
    begun, noted = whole.with_suffix(".part"), whole.with_suffix(".done")
    for other in set(folder.glob("states-*")) - {whole, begun, noted}:
        other.unlink()
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    shape = (layers, int(starts[-1]), width)
    if not whole.is_file():
        done = int(noted.read_text(encoding="ascii") or 0) if noted.is_file() and begun.is_file() else 0
        if not done:
            noted.unlink(missing_ok=True)
        values = _opened(begun, shape, anew=not done)
        for number, batch in enumerate(batches[done:], done + 1):
            found = read(batch)
            for row, at in enumerate(batch):
                values[:, starts[at] : starts[at + 1]] = found[:, row, : lengths[at]]
            if number % _BATCHES_A_SAVE == 0:
                values.flush()
                noted.write_text(str(number), encoding="ascii")
            if progress:
                progress(number, len(batches))
        values.flush()
        del values
        begun.replace(whole)
        noted.unlink(missing_ok=True)
    return States(np.load(whole, mmap_mode="r"), starts)


def _opened(path: Path, shape: tuple[int, int, int], *, anew: bool) -> "np.memmap[Any, np.dtype[np.float16]]":
    if anew:
        path.unlink(missing_ok=True)
        needed, free = int(np.prod(shape)) * 2, shutil.disk_usage(path.parent).free
        # A mapped file that outgrows the disk ends the program without a word.
        if needed > free:
            raise ModelError(
                f"教师的中间结果要占 {needed / 1e9:.1f} GB，而 {path.parent} 所在的磁盘只剩 {free / 1e9:.1f} GB；"
                "请腾出空间，或把 --out 换到别的磁盘。"
            )
    found: np.memmap[Any, np.dtype[np.float16]] = np.lib.format.open_memmap(
        path, mode="w+" if anew else "r+", dtype=np.float16, shape=shape
    )
    return found
