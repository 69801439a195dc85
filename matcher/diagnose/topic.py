"""What a need is about, in its own words: 石墨电极 of 石墨电极表面抗氧化处理技术."""

import re
from functools import lru_cache

from matcher.diagnose.words import word_lists
from matcher.text.aspects import AspectKind, aspects
from matcher.text.aspects.lexicon import lexicon
from matcher.text.segment import Token, tokens
from matcher.text.sentences import sentences

__all__ = ["is_generic", "is_spoken", "topic"]

_LONGEST = 24
_MARKS = " 　，。；：、,.;:!?！？“”\"'《》()（）[]【】-—"
# 2.5吨叉车 has no number of a list.
_NUMBER = re.compile(r"^[(（]?[0-9一二三四五六七八九十]{1,2}[、.．)）]\s*(?!\d)")
_SHORTEST = 2
_LONGEST_WHOLE = 14
_FOR = re.compile(r"的|(?<=[炉机车泵阀器])用(?=\S{2})")
_HOW = re.compile(r"(?<=[^，。；：]{2})(?:如何|怎样|怎么)")
_JOINED = re.compile(r"[，,、;；。：:（(]|用于|采用|利用|通过|实现|技术|研究|开发")
_REACH = 120
"""Characters of the body in which a thing is looked for where the title names none."""


@lru_cache(maxsize=1)
def _ordered(name: str) -> tuple[str, ...]:
    return tuple(sorted(word_lists()[name], key=lambda word: (-len(word), word)))


def _names(text: str) -> bool:
    """Whether a text holds a word that does not fit any need."""
    return any(len(token.text) >= _SHORTEST and not is_generic(token.text) for token in tokens(text))


def _word_around(text: str, at: int) -> Token | None:
    """The word that a cut at `at` would divide."""
    return next((token for token in tokens(text) if token.start < at < token.end), None)


def _cuts_word(text: str, at: int) -> bool:
    """Whether a cut at `at` would divide a word: 新|能源汽车, 提升|式阀门, but not 引进|技术."""
    divided = _word_around(text, at)
    return text[at : at + 1] == "式" or (divided is not None and not is_generic(text[at : divided.end]))


def _told(name: str, floor: int) -> int:
    """Where a name stops telling the thing and starts telling an effect, a way or a trouble; not before `floor`.

    Never inside a word: 正极导线|抗腐蚀, though 腐蚀 is the trouble.
    """
    starts = [found.start for found in aspects(name) if found.kind in {AspectKind.EFFECT, AspectKind.METHOD}]
    starts += [name.find(word) for word in word_lists()["trouble"] if word in name]
    stop = min([len(name), *(start for start in starts if start >= floor)])
    divided = _word_around(name, stop)
    if divided is None:
        return stop
    return divided.start if divided.start >= floor else divided.end


@lru_cache(maxsize=1)
def _spoken() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _ordered("spoken"))))


def is_spoken(name: str) -> bool:
    """Whether a name is a piece of a spoken sentence and no name: 辣椒卖不出去."""
    return _spoken().search(name) is not None


def _written(name: str) -> str:
    """What stands before the first spoken words, where that names something: 粮食烘干|不让烧煤."""
    found = _spoken().search(name, _SHORTEST)
    if found is None or "的" in name[found.end() :]:
        return name
    before = _trimmed(name[: found.start()])
    return before if _names(before) else name


def is_generic(word: str) -> bool:
    """Whether a word, or every part of it, fits any need: 自动化, 生产设备."""
    generic = word_lists()["generic"]
    if word in generic:
        return True
    return any(word[:at] in generic and word[at:] in generic for at in range(1, len(word)))


def _trimmed(text: str) -> str:
    """Without the words that every title begins and ends with, while at least two characters stay."""
    text = _NUMBER.sub("", text.strip(_MARKS)).strip(_MARKS)
    changed = True
    while changed:
        changed = False
        for word in _ordered("lead"):
            left = len(text) - len(word)
            if left >= _SHORTEST and text.startswith(word) and not _cuts_word(text, len(word)):
                text, changed = text.removeprefix(word).strip(_MARKS), True
        for word in _ordered("tail"):
            if text.endswith(word) and len(text) - len(word) >= _SHORTEST:
                text, changed = text.removesuffix(word).strip(_MARKS), True
    return text


def _things(text: str) -> list[str]:
    """Products that are not words for any need, the last first, else materials."""
    found = aspects(text)
    for kind in (AspectKind.PRODUCT, AspectKind.MATERIAL):
        named = [_trimmed(aspect.text) for aspect in found if aspect.kind is kind]
        named = [name for name in named if not is_generic(name) and len(name) >= _SHORTEST]
        if named:
            return named[::-1]
    return []


def _whole(name: str, thing: str) -> str:
    """The thing with all that stands before it, where that is short: 锂电|负极材料; 花生 alone is not 花生|粕."""
    stop = name.find(thing) + len(thing)
    if any(thing.endswith(word) and AspectKind.PRODUCT in kinds for word, kinds in lexicon().words.items()):
        stop = max(stop, _told(name, stop))
    return name[:stop] if len(thing) <= stop <= _LONGEST_WHOLE and not _JOINED.search(name[:stop]) else thing


def topic(title: str, body: str) -> str:
    """A verbatim stretch of the title, or where it says nothing of the body; "" where neither names anything."""
    name = _written(_trimmed(_HOW.split(title)[0] or title))
    # 焚烧炉用耐火材料 is a material; 轧机的轴承 is a bearing.
    head = _FOR.split(name)[-1]
    if is_spoken(name) and _names(head):
        name = head
    if things := _things(head) or ([] if _names(head) and head != name else _things(name)):
        return _whole(name, things[0])
    if _names(name):
        name = _trimmed(name[: _told(name, max(_SHORTEST, len(name) // 2))])
        return name if len(name) <= _LONGEST else _trimmed(_head(name))
    return next(iter(_things(body[:_REACH])[::-1]), "")


def _head(name: str) -> str:
    """The first clause of a long title, at most `_LONGEST` characters, not cut inside a word."""
    first = next((span.text for span in sentences(name)), name)
    for mark in "，,、及和与 ":
        head = first.split(mark)[0]
        if _SHORTEST < len(head) <= _LONGEST:
            return head
    ends = [token.end for token in tokens(first) if token.end <= _LONGEST]
    return first[: ends[-1]] if ends else first[:_LONGEST]
