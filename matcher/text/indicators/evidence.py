"""What is known of one quantity before it is judged."""

from typing import NamedTuple

from matcher.text.indicators.context import Context, Section
from matcher.text.indicators.quantities import Quantity

__all__ = ["Evidence"]


class Evidence(NamedTuple):
    """A quantity, how it is bounded, and the words around it.

    `before` is the clause from `clause` up to the value, `after` the clause behind it; `sentence` is where the
    sentence begins; all bounded. `symbol`: a comparator such as ≥; `word`: one such as 不低于; `boasts`: one that
    tells rather than asks, such as 约 or 高达; `right`: one behind the value (以上); `changed`: it says by how much;
    `achieved`: the text tells what exists, not what is wanted.
    """

    quantity: Quantity
    section: Section
    symbol: bool
    word: bool
    boasts: bool
    right: bool
    changed: bool
    before: str
    after: str
    achieved: bool
    context: Context
    clause: int
    sentence: int

    @property
    def compared(self) -> bool:
        """Whether anything says how the value bounds."""
        return self.symbol or self.word or self.right or self.changed

    def last_in_sentence(self, name: str) -> int:
        """Where the last word of a list between the sentence's begin and the value begins, -1 where there is none."""
        return self.context.last_word(name, self.quantity.start, self.sentence)

    def in_sentence(self, name: str) -> bool:
        """Whether a word of the list stands in the sentence before the value."""
        return self.last_in_sentence(name) >= 0

    def in_clause(self, name: str) -> bool:
        """Whether a word of the list stands in the clause before the value."""
        return self.last_in_sentence(name) >= self.clause
