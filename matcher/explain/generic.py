"""Words that tell nothing about what two records have in common, from `generic.tsv`."""

from functools import lru_cache
from importlib import resources

__all__ = ["broad_words", "empty_words"]


@lru_cache(maxsize=2)
def _listed(kind: str) -> frozenset[str]:
    text = resources.files("matcher.explain").joinpath("generic.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return frozenset(word for name, words in lines if name == kind for word in words.split())


def empty_words() -> frozenset[str]:
    """What is never named as common ground: 平均, 一套, 设备."""
    return _listed("empty")


def broad_words() -> frozenset[str]:
    """What an achievement cannot sensibly be asked to have been used on: 粉末, 结构件."""
    return empty_words() | _listed("broad")
