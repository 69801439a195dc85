"""Hashes of files that were learned from, by names that can stand on a card: no path of one's own machine."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from matcher.errors import EvaluationError

__all__ = ["hash_of", "short_names", "sums_of"]


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hex.

    Raises:
        EvaluationError: it cannot be read.
    """
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EvaluationError(f"读不了 {path}（{error.strerror}）；请检查路径和权限。") from error


def sums_of(paths: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of each file by its short name; errors as in `hash_of`."""
    different = list(dict.fromkeys(path.absolute() for path in paths))
    return dict(zip(short_names(different), map(hash_of, different), strict=True))


def short_names(paths: Sequence[Path]) -> list[str]:
    """Each file's name and that of its folder, or as many folders as tell them all apart."""
    different, depth = {path.absolute() for path in paths}, 2
    while len({path.parts[-depth:] for path in different}) < len(different):
        depth += 1
    return ["/".join(path.absolute().parts[-depth:]) for path in paths]
