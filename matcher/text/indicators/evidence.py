"""What is known of one quantity before it is judged."""

from dataclasses import dataclass

from matcher.text.indicators.context import Section
from matcher.text.indicators.quantities import Quantity

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A quantity, how it is bounded, and the words around it.

    `before` is the clause up to the value, `after` the clause behind it, `sentence` the sentence up to the value; all
    bounded. `symbol`: a comparator such as ≥; `word`: one such as 不低于; `right`: one behind the value (以上);
    `changed`: it says by how much (提高30%).
    """

    quantity: Quantity
    section: Section
    symbol: bool
    word: bool
    right: bool
    changed: bool
    before: str
    after: str
    sentence: str

    @property
    def compared(self) -> bool:
        """Whether anything says how the value bounds."""
        return self.symbol or self.word or self.right or self.changed
