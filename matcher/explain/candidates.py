"""Which statements of a record are worth comparing: few, since every one has to be encoded."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from matcher.explain.reading import Reading, Statement
from matcher.text.normalize import normalize

__all__ = ["Candidates", "Weight", "candidates", "carried", "encoded_text", "worth_comparing"]

Weight: TypeAlias = Callable[[str], float]
"""How much a word tells, ≥ 0."""

_SHORTEST, _FEWEST = 10, 3
_ENCODED = 32


@dataclass(frozen=True, slots=True)
class Candidates:
    """Statements of one side among which the strongest is looked for, and the title; neither need hold anything."""

    statements: tuple[Statement, ...]
    title: Statement | None

    def texts(self) -> tuple[str, ...]:
        """What has to be encoded."""
        title = (self.title,) if self.title else ()
        return tuple(map(encoded_text, (*self.statements, *title)))


def encoded_text(statement: Statement) -> str:
    """What of a statement is encoded: its beginning, since time grows with length."""
    return normalize(statement.text)[:_ENCODED]


def carried(statement: Statement, words: Collection[str], weight: Weight) -> float:
    """How much those of the words that stand in a statement weigh together, each counted once."""
    return sum(weight(word) for word in sorted({token.text for token in statement.held(set(words))}))


def worth_comparing(reading: Reading, words: Collection[str], weight: Weight, most: int) -> tuple[Statement, ...]:
    """At most `most` statements beside the title, in reading order: whose words weigh most, then the first ones.

    What is denied is left out, and so are headings and crumbs (“DN50、DN80”) unless there is nothing else.
    """
    body = [item for item in reading.statements if item.field != "title" and not item.denied]
    ordered = _by_weight(body, words, weight)
    # As few as are wanted: to count the words of a statement it has to be cut.
    full = islice((at for at in ordered if _is_full(body[at])), most)
    return tuple(body[at] for at in sorted(list(full) or ordered[:most]))


def _is_full(statement: Statement) -> bool:
    return len(statement.text) >= _SHORTEST and statement.says(_FEWEST)


def candidates(
    reading: Reading,
    among: Sequence[Statement],
    shared: Collection[str],
    weight: Weight,
    most: int,
    *,
    by_meaning: bool,
) -> Candidates:
    """The heaviest of some statements.

    Where none of them shares a word, the title is among them if it does, or if there is nothing else to choose by.
    """
    titles = [item for item in reading.statements if item.field == "title" and not item.denied]
    chosen = _heaviest(among, shared, weight, most)
    silent = not any(carried(item, shared, weight) for item in chosen)
    named = any(carried(item, shared, weight) for item in titles)
    if silent and (named or not by_meaning or not chosen):
        chosen = (*titles, *chosen)[:most] or reading.statements[:1]
    return Candidates(chosen, titles[0] if titles else None)


def _heaviest(among: Sequence[Statement], words: Collection[str], weight: Weight, most: int) -> tuple[Statement, ...]:
    return tuple(among[at] for at in sorted(_by_weight(among, words, weight)[:most]))


def _by_weight(among: Sequence[Statement], words: Collection[str], weight: Weight) -> list[int]:
    """Their places, whose words weigh most first, then in reading order."""
    weights = [carried(item, words, weight) for item in among]
    return sorted(range(len(among)), key=lambda at: (-weights[at], at))
