"""Verbatim stretches inside lines: cut at clauses around the words that count, those words marked."""

import re
from collections.abc import Sequence

__all__ = ["clip", "cut", "inner", "quoted"]

_CLAUSE = re.compile(r"[^，,、；;：:\n]+[，,、；;：:\n]*")
_NUMBER = re.compile(r"[（(]?\d{1,2}[)）.、．]\s*(?!\d)")
_INNER = str.maketrans("“”", "‘’")
_EDGE = " \t\r\n，,、；;：:。"


def inner(text: str) -> str:
    """A text as it stands between “”: its own quotation marks become ‘’, and one that a cut left open is closed."""
    told = text.translate(_INNER)
    return told + "’" * (told.count("‘") - told.count("’"))


def _marks(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, those that touch as one; ascending."""
    places = sorted(
        match.span() for word in dict.fromkeys(words) if word for match in re.finditer(re.escape(word), text)
    )
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def cut(text: str, words: Sequence[str], most: int) -> tuple[int, int]:
    """The stretch of at most `most` characters that holds most of the words; whole clauses where they fit."""
    if len(text) <= most:
        return 0, len(text)
    marks = _marks(text, words)
    clauses = [match.span() for match in _CLAUSE.finditer(text)]
    runs = [
        (clauses[first][0], clauses[last][1])
        for first in range(len(clauses))
        for last in range(first, len(clauses))
        if clauses[last][1] - clauses[first][0] <= most
    ]

    def held(run: tuple[int, int]) -> int:
        return sum(end - start for start, end in marks if run[0] <= start and end <= run[1])

    # Without a mark the beginning counts.
    best = max(runs, key=lambda run: (held(run), bool(marks) or -run[0], run[1] - run[0], -run[0]), default=None)
    if best is not None and (held(best) or not marks):
        return best
    # No clause with a mark is short enough: cut inside one, a little before the first mark.
    first = marks[0][0] if marks else 0
    start = max(0, min(first - most // 4, len(text) - most))
    return start, start + most


def quoted(text: str, words: Sequence[str], *, most: int, longest: int) -> str:
    """“…” around a stretch of at most `most` characters with its words in 【】, at most `longest` characters in all.

    Dots outside the marks tell that the sentence goes on. Empty where the text holds nothing but punctuation.
    """
    while True:
        start, end = cut(text, words, most)
        while start < end and text[end - 1] in _EDGE:
            end -= 1
        while start < end and text[start] in _EDGE:
            start += 1
        if (number := _NUMBER.match(text, start, end)) is not None and number.end() < end:
            start = number.end()
        piece = text[start:end]
        shown, at = "", 0
        for begin, stop in _marks(piece, words):
            shown += f"{piece[at:begin]}【{piece[begin:stop]}】"
            at = stop
        shown += piece[at:]
        before, after = (
            "…" if _NUMBER.sub("", text[:start], count=1).strip(_EDGE) else "",
            "…" if text[end:].strip(_EDGE) else "",
        )
        told = f"{before}“{inner(shown)}”{after}"
        if len(told) <= longest or most <= 1:
            return told if piece else ""
        most -= max(1, len(told) - longest)


def clip(text: str, longest: int) -> str:
    """At most `longest` characters; a quotation that is cut is closed, so that what it holds stays verbatim."""
    if len(text) <= longest:
        return text
    short = text[: longest - 2].rstrip(_EDGE)
    return f"{short}”…" if short.count("“") > short.count("”") else f"{short}…"
