"""One way to get an encoder: by the name in `MATCHER_ENCODER`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from matcher.embed.base import Encoder
from matcher.embed.bundled import BundledEncoder
from matcher.embed.hashing import HashingEncoder
from matcher.embed.manifest import MANIFEST_FILE
from matcher.embed.sentence import SentenceEncoder

__all__ = ["load_encoder"]

# Name → constructor, given (threads, batch_size).
_BUILT_IN: Mapping[str, Callable[[int, int], Encoder]] = MappingProxyType(
    {
        "bundled": lambda threads, batch_size: BundledEncoder(threads=threads, batch_size=batch_size),
        "hashing": lambda _threads, _batch_size: HashingEncoder(),
    }
)


def load_encoder(name: str, *, threads: int = 0, batch_size: int = 32) -> Encoder:
    """The encoder of that name; model files are read when the first text comes.

    Args:
        name: `bundled`; `hashing` (tests only); a folder written by `matcher models export`; or the name or folder of
            a sentence-transformers model.
        threads: CPU threads; 0 takes all cores.
        batch_size: texts encoded together.

    Raises:
        ModelError: the manifest of an exported folder, or of the bundled one, is missing or damaged. Everything else
            that can be wrong is reported when the first text comes.
    """
    construct = _BUILT_IN.get(name)
    if construct is not None:
        return construct(threads, batch_size)
    if (Path(name) / MANIFEST_FILE).is_file():
        return BundledEncoder(Path(name), threads=threads, batch_size=batch_size)
    return SentenceEncoder(name, threads=threads, batch_size=batch_size)
