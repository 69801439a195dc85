"""A record as one reader may read it: its statements, cut short enough to quote, and the words they assert."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from matcher.explain.aspects import used_for
from matcher.explain.denial import stretches
from matcher.records import Record, Side, Tier
from matcher.text.fields import TextField, text_fields
from matcher.text.normalize import normalize, simplify
from matcher.text.segment import Token, token_words, tokens
from matcher.text.sentences import sentences, windows

__all__ = ["Reader", "Reading", "Statement"]

# Longer sentences, as patents write them, are quoted and encoded by their clauses.
_LONGEST = 80
_NUMERALS = frozenset("0123456789.%一二三四五六七八九十百千万亿两几多余年月日")


@dataclass(frozen=True)
class Statement:
    """A sentence or some clauses of one: `field_text[start:end] == text`; places of tokens count from `start`.

    Its words are cut when they are first needed: most statements of a partner hold none that the query speaks of.
    """

    field: str
    start: int
    end: int
    text: str
    tier: Tier
    denied: bool

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its content words in order."""
        return tuple(token for token in tokens(self.text) if _tells(token.text))

    def says(self, count: int) -> bool:
        """Whether it has at least so many tokens; it is cut only as far as it takes to tell."""
        if "tokens" in self.__dict__:
            return len(self.tokens) >= count
        return len(list(islice(filter(_tells, token_words(self.text)), count))) == count

    def held(self, words: Set[str]) -> tuple[Token, ...]:
        """Those of its tokens that are among some words."""
        if "tokens" not in self.__dict__ and not self._may_hold(words):
            return ()
        return tuple(token for token in self.tokens if token.text in words)

    @cached_property
    def _folded(self) -> str | None:
        """The text in which every token stands as it is compared; None where only cutting can tell."""
        plain = normalize(self.text)
        folded = plain.lower()
        # What is written in Traditional characters is normalised by words, and tokens character by character.
        return folded if len(folded) == len(plain) and simplify(self.text) == self.text else None

    def _may_hold(self, words: Set[str]) -> bool:
        folded = self._folded
        return folded is None or any(word in folded for word in words)


@dataclass(frozen=True)
class Reading:
    """What of a record one tier may read; `text` is all that is asserted, a line a statement."""

    statements: tuple[Statement, ...]
    text: str

    @cached_property
    def surfaces(self) -> Mapping[str, str]:
        """The words it asserts, normalised, with the spelling they first appear in, verbatim."""
        return self._spelled(lambda statement: statement.tokens)

    def asserted(self, words: Set[str]) -> Mapping[str, str]:
        """Those of the `surfaces` that are among some words; statements that hold none of them are not cut."""
        return self._spelled(lambda statement: statement.held(words))

    @cached_property
    def title_words(self) -> frozenset[str]:
        """Words of the title."""
        return frozenset(token.text for item in self._asserting if item.field == "title" for token in item.tokens)

    def uses(self, words: Set[str]) -> frozenset[str]:
        """Those of the words that stand behind “用于” and the like."""
        held = ((item, item.held(words)) for item in self._asserting)
        return frozenset(word for item, found in held if found for word in used_for(item.text, found))

    @property
    def _asserting(self) -> Iterator[Statement]:
        return (statement for statement in self.statements if not statement.denied)

    def _spelled(self, read: Callable[[Statement], tuple[Token, ...]]) -> dict[str, str]:
        # A bearing spoken of in passing and then denied (“也不做轴承”) is denied; what the title names is not.
        denied = {token.text for item in self.statements if item.denied for token in read(item)} - self.title_words
        spelled: dict[str, str] = {}
        for statement in self._asserting:
            for token in read(statement):
                if token.text not in denied:
                    spelled.setdefault(token.text, statement.text[token.start : token.end])
        return spelled


def _tells(word: str) -> bool:
    """Whether a word means anything to a reader: not a bare number, not a single character."""
    return len(word) > 1 and not set(word) <= _NUMERALS


def _cut(item: TextField) -> Iterator[Statement]:
    for sentence in sentences(item.text):
        for start, end, denied in stretches(sentence.text):
            for piece in windows(sentence.text[start:end], _LONGEST):
                at = sentence.start + start + piece.start
                until = sentence.start + start + piece.end
                yield Statement(item.name, at, until, piece.text, item.tier, denied)


class Reader:
    """Reads records as far as one tier may, and keeps the last `remembered` as read."""

    def __init__(self, remembered: int) -> None:
        self._remembered = remembered
        self._kept: OrderedDict[tuple[Side, str, Tier], tuple[Record, Reading]] = OrderedDict()

    def read(self, record: Record, tier: Tier) -> Reading:
        """All texts of a record that are open to the tier."""
        # What one tier reads must never be told to another.
        key = (record.side, record.id, tier)
        known = self._kept.get(key)
        # Free texts all go by one id, and a record may have changed.
        if known is None or (known[0] is not record and known[0] != record):
            self._kept[key] = known = record, _read(record, tier)
        self._kept.move_to_end(key)
        if len(self._kept) > self._remembered:
            self._kept.popitem(last=False)
        return known[1]


def _read(record: Record, tier: Tier) -> Reading:
    statements = tuple(made for item in text_fields(record) if item.tier <= tier for made in _cut(item))
    return Reading(statements, "\n".join(item.text for item in statements if not item.denied))
