"""A record as one reader may read it: its statements, cut short enough to quote, and the words they assert."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher.explain.aspects import used_for
from matcher.explain.denial import stretches
from matcher.records import Record, Side, Tier
from matcher.text.fields import TextField, text_fields
from matcher.text.segment import Token, tokens
from matcher.text.sentences import sentences, windows

__all__ = ["Reader", "Reading", "Statement"]

# Longer sentences, as patents write them, are quoted and encoded by their clauses.
_LONGEST = 80
_NUMERALS = frozenset("0123456789.%一二三四五六七八九十百千万亿两几多余年月日")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or some clauses of one: `field_text[start:end] == text`; places of tokens count from `start`."""

    field: str
    start: int
    end: int
    text: str
    tier: Tier
    denied: bool
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What of a record one tier may read.

    `surfaces` holds the words it asserts, normalised, with the spelling they first appear in, verbatim; `uses` words
    behind “用于”; `text` all that is asserted, a line a statement.
    """

    statements: tuple[Statement, ...]
    surfaces: Mapping[str, str]
    title_words: frozenset[str]
    uses: frozenset[str]
    text: str


def _tells(word: str) -> bool:
    """Whether a word means anything to a reader: not a bare number, not a single character."""
    return len(word) > 1 and not set(word) <= _NUMERALS


def _cut(item: TextField) -> Iterator[Statement]:
    for sentence in sentences(item.text):
        for start, end, denied in stretches(sentence.text):
            for piece in windows(sentence.text[start:end], _LONGEST):
                at = sentence.start + start + piece.start
                until = sentence.start + start + piece.end
                found = tuple(token for token in tokens(piece.text) if _tells(token.text))
                yield Statement(item.name, at, until, piece.text, item.tier, denied, found)


class Reader:
    """Reads records with the eyes of one tier, and keeps the last `remembered` as read."""

    def __init__(self, tier: Tier, remembered: int) -> None:
        self._tier = tier
        self._remembered = remembered
        self._kept: OrderedDict[tuple[Side, str], tuple[Record, Reading]] = OrderedDict()

    def read(self, record: Record) -> Reading:
        """All texts of a record that are open to the tier."""
        key = (record.side, record.id)
        known = self._kept.get(key)
        # Free texts all go by one id, and a record may have changed.
        if known is None or known[0] != record:
            self._kept[key] = known = record, _read(record, self._tier)
        self._kept.move_to_end(key)
        if len(self._kept) > self._remembered:
            self._kept.popitem(last=False)
        return known[1]


def _read(record: Record, tier: Tier) -> Reading:
    statements = tuple(made for item in text_fields(record) if item.tier <= tier for made in _cut(item))
    asserted = [statement for statement in statements if not statement.denied]
    titled = frozenset(token.text for item in asserted if item.field == "title" for token in item.tokens)
    # A bearing spoken of in passing and then denied (“也不做轴承”) is denied; what the title names is not.
    denied = frozenset(token.text for item in statements if item.denied for token in item.tokens) - titled
    surfaces: dict[str, str] = {}
    for statement in asserted:
        for token in statement.tokens:
            if token.text not in denied:
                surfaces.setdefault(token.text, statement.text[token.start : token.end])
    return Reading(
        statements=statements,
        surfaces=surfaces,
        title_words=titled,
        uses=frozenset(word for item in asserted for word in used_for(item.text, item.tokens)),
        text="\n".join(item.text for item in asserted),
    )
