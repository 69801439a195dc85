"""What two records have in common, in words both of them write."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matcher.explain.aspects import Aspect, aspect_of
from matcher.explain.candidates import Weight
from matcher.explain.generic import broad_words, empty_words
from matcher.explain.reading import Reading
from matcher.records import Side
from matcher.text.aspects.lexicon import lexicon

__all__ = ["Common", "Named", "common", "unshared_object"]


_PHRASE_MAX = 10
# A word that tells less than this share of the most telling one (系统 beside 光刻) is named only if both titles do.
_FAINT = 0.4
# A word of two characters (基带, 结构) is asked about only where it is a known thing (大蒜) and among the rarest.
_SHORT = 2
_SPECIFIC = 0.8


@dataclass(frozen=True, slots=True)
class Named:
    """One thing in common as the need writes it, and what it is to a technology (None: its form does not tell)."""

    text: str
    aspect: Aspect | None


@dataclass(frozen=True, slots=True)
class Common:
    """`words` both sides assert, normalised, most telling first; `named` the same for a reader, neighbours joined."""

    words: tuple[str, ...]
    named: tuple[Named, ...]


def common(need: Reading, achievement: Reading, weight: Weight, *, query_side: Side) -> Common:
    """Words that both assert. A word of a title is what a record is about; a rarer one elsewhere may be a detail.

    The query is read whole, once for all its partners, and of a partner what the query speaks of.
    """
    titles = need.title_words | achievement.title_words
    query, partner = (need, achievement) if query_side is Side.NEED else (achievement, need)
    shared = partner.asserted(query.surfaces.keys()).keys()
    spelled = need.asserted(shared)
    words = sorted(shared, key=lambda word: (word not in titles, -weight(word), word))
    uses = need.uses(shared) | achievement.uses(shared)
    order = {word: at for at, word in enumerate(words)}
    least = _FAINT * max(map(weight, words), default=0.0)
    both = need.title_words & achievement.title_words
    # A phrase stands where the most telling of its words stands.
    found = sorted(
        [(min(order[word] for word in run), text, run) for text, run in _phrases(need, achievement, order.keys())]
        + [(order[word], spelled[word], (word,)) for word in words],
        key=lambda item: (item[0], -len(item[1]), item[1]),
    )
    kept: list[Named] = []
    for _, text, run in found:
        faint = max(map(weight, run)) < least and not both.intersection(run)
        if not faint and not empty_words().issuperset(run) and not any(text in other.text for other in kept):
            kept = [other for other in kept if other.text not in text]
            kept.append(Named(text, _aspect(run[-1], uses)))
    return Common(tuple(words), tuple(kept))


def _aspect(word: str, uses: frozenset[str]) -> Aspect | None:
    return aspect_of(word) or (Aspect.USE if word in uses else None)


def _phrases(need: Reading, achievement: Reading, shared: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Shared words that stand side by side in both records, with the words they are made of."""
    known = set(shared)
    for statement in need.statements:
        if statement.denied or not statement.held(known):
            continue
        run: list[str] = []
        start = end = -1
        for token in statement.tokens:
            longer = statement.text[start : token.end]
            joins = run and token.start == end and len(longer) <= _PHRASE_MAX and _same_aspect(run[-1], token.text)
            if token.text in known and joins and longer in achievement.text:
                run, end = [*run, token.text], token.end
                continue
            if len(run) > 1:
                yield statement.text[start:end], tuple(run)
            run, start, end = ([token.text], token.start, token.end) if token.text in known else ([], -1, -1)
        if len(run) > 1:
            yield statement.text[start:end], tuple(run)


def _same_aspect(before: str, after: str) -> bool:
    return aspect_of(before) in (None, aspect_of(after))


def unshared_object(need: Reading, achievement: Reading, weight: Weight) -> str:
    """The most telling material or product in the need's title that the achievement does not speak of; "" for none."""
    told = max(map(weight, need.title_words), default=0.0)
    there = achievement.asserted(need.title_words)
    words = [word for word in need.title_words if word not in there and _specific(word, weight, told)]
    best = min(words, key=lambda word: (-weight(word), word), default="")
    surface = need.asserted({best}).get(best, "")
    # 负极石墨化 speaks of 负极材料 in other words.
    spoken = any(surface[at : at + 2] in achievement.text for at in range(len(surface) - 1))
    return surface if surface and not spoken else ""


def _specific(word: str, weight: Weight, told: float) -> bool:
    """Whether a word names one kind of thing, and not any of many (机器, 结构件)."""
    if aspect_of(word) is not Aspect.OBJECT or word in broad_words():
        return False
    known = len(word) > _SHORT or word in lexicon().words
    return known and weight(word) >= told * (_FAINT if len(word) > _SHORT else _SPECIFIC)
