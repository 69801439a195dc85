"""The words behind the aspects, from `lexicon.tsv`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from matcher.text.aspects.base import AspectKind

__all__ = ["Lexicon", "lexicon"]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`words` and `tails`: word → kinds. `lists`: verb, measure, trait, flaw, near → words, longest first."""

    words: Mapping[str, tuple[AspectKind, ...]]
    tails: Mapping[str, AspectKind]
    none: frozenset[str]
    lists: Mapping[str, tuple[str, ...]]

    def kinds(self, word: str) -> tuple[AspectKind, ...]:
        """The kinds of a word: listed, else by the longest tail it ends with and is longer than."""
        if found := self.words.get(word):
            return found
        if word in self.none:
            return ()
        for start in range(1, len(word)):
            if kind := self.tails.get(word[start:]):
                return (kind,)
        return ()


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of the package."""
    words: dict[str, tuple[AspectKind, ...]] = {}
    tails: dict[str, AspectKind] = {}
    none: set[str] = set()
    lists: dict[str, set[str]] = {}
    text = resources.files("matcher.text.aspects").joinpath("lexicon.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        kind, how, members = line.split("\t")
        for member in members.split():
            if kind == "-":
                none.add(member)
            elif how == "word":
                words[member] = tuple(dict.fromkeys((*words.get(member, ()), AspectKind(kind))))
            elif how == "tail":
                tails.setdefault(member, AspectKind(kind))
            else:
                lists.setdefault(how, set()).add(member)
    ordered = {how: tuple(sorted(found, key=lambda word: (-len(word), word))) for how, found in lists.items()}
    return Lexicon(words, tails, frozenset(none), ordered)
