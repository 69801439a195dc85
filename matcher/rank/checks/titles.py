"""Whether two records are about one object, as far as the content words of their titles tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.rank.checks.tables import listed, quantities
from matcher.records import Record, Tier
from matcher.text.fields import text_fields
from matcher.text.indicators.fold import fold
from matcher.text.segment import words

__all__ = ["Subject", "alike", "read_subject", "says"]

# Words of a title found in the other's text: one may be chance, two that are half of the title are a subject.
_IN_TEXT = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """Words of a title that are not everybody's and name no quantity, the title folded, and all text of the tier."""

    title: frozenset[str]
    heading: str
    text: str


def read_subject(record: Record, tier: Tier) -> Subject:
    """The subject of a record as far as a tier may read it."""
    fields = [item for item in text_fields(record) if item.tier <= tier]
    titles = " ".join(item.text for item in fields if item.name == "title")
    content = {word for word in words(titles) if len(word) > 1 and not word.isdecimal() and word not in quantities()}
    content -= listed("common")
    heading = fold(titles).lower().replace(" ", "")
    return Subject(frozenset(content), heading, "\n".join(item.text for item in fields).lower())


def alike(need: Subject, achievement: Subject) -> bool:
    """Whether the titles share a content word, one holds the other, or half of one stands in the other text."""
    if need.title & achievement.title or _within(need, achievement) or _within(achievement, need):
        return True
    return _found(need.title, achievement.text) or _found(achievement.title, need.text)


def _within(short: Subject, long: Subject) -> bool:
    """Whether the whole of a title that is not only everybody's words stands in the other (频率源 in 低噪声频率源)."""
    return short.heading in long.heading and not set(words(short.heading)) <= listed("common")


def says(subject: Subject, words_of_name: Sequence[str]) -> bool:
    """Whether each of these words of a name stands in the title."""
    return bool(words_of_name) and all(word in subject.heading for word in words_of_name)


def _found(title: frozenset[str], text: str) -> bool:
    there = sum(word in text for word in title)
    return there >= max(_IN_TEXT, len(title) / 2)
