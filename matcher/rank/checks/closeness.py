"""Whether two names are close in meaning, asked of the caller's encoder once a pair of names."""

from collections.abc import Iterable

from matcher.rank.checks.base import Similarity

__all__ = ["Closeness"]

_CLOSE = 0.9
_REMEMBERED = 200_000


class Closeness:
    """Remembers which names are close; without a similarity none are."""

    def __init__(self, similarity: Similarity | None) -> None:
        self._similarity = similarity
        self._known: dict[tuple[str, str], bool] = {}

    def learn(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Ask for all pairs not asked before, in one call."""
        if self._similarity is None:
            return
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        new = dict.fromkeys(pair for pair in pairs if pair not in self._known)
        if not new:
            return
        left = list(dict.fromkeys(pair[0] for pair in new))
        right = list(dict.fromkeys(pair[1] for pair in new))
        matrix = self._similarity(left, right)
        row = {text: at for at, text in enumerate(left)}
        column = {text: at for at, text in enumerate(right)}
        for one, other in new:
            self._known[one, other] = bool(matrix[row[one], column[other]] >= _CLOSE)

    def close(self, need: str, achievement: str) -> bool:
        """Whether the pair was found close; false for one never asked."""
        return self._known.get((need, achievement), False)
