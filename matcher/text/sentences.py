"""Sentences and windows of a text, as stretches of the original."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Span", "sentences", "windows"]

# A Latin full stop ends a sentence only before a space or the end, so that 1.80 and PA66.5 stay whole.
_SENTENCE = re.compile(r"[^。！？!?；;\n\r]+(?:[。！？!?；;]+[”’」』）)]*|(?=[\n\r])|$)")
_LATIN_STOP = re.compile(r"(?<=[A-Za-z\u4e00-\u9fff]\.)\s+")
_CLAUSE = re.compile(r"[^，,、：:]+[，,、：:]*")


@dataclass(frozen=True, slots=True)
class Span:
    """`text == original[start:end]`."""

    start: int
    end: int
    text: str


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, text[start:end]) if end > start else None


def sentences(text: str) -> tuple[Span, ...]:
    """Sentences in order, trimmed, none empty; together they hold every non-space character but stray stops."""
    found: list[Span] = []
    for match in _SENTENCE.finditer(text):
        start = match.start()
        for stop in _LATIN_STOP.finditer(text, match.start(), match.end()):
            if (span := _trimmed(text, start, stop.start())) is not None:
                found.append(span)
            start = stop.end()
        if (span := _trimmed(text, start, match.end())) is not None:
            found.append(span)
    return tuple(found)


def _pieces(text: str, max_chars: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most `max_chars`: sentences, or their clauses, or hard cuts where even a clause is too long."""
    for sentence in sentences(text):
        if sentence.end - sentence.start <= max_chars:
            yield sentence.start, sentence.end
            continue
        for clause in _CLAUSE.finditer(text, sentence.start, sentence.end):
            for start in range(clause.start(), clause.end(), max_chars):
                yield start, min(start + max_chars, clause.end())


def windows(text: str, max_chars: int) -> tuple[Span, ...]:
    """Consecutive stretches of at most `max_chars` characters that end at a sentence or clause where possible.

    Args:
        text: any text; only white space gives no windows.
        max_chars: at least 1.

    Returns:
        Windows in order; together they hold every sentence of the text.

    Raises:
        ValueError: max_chars < 1.
    """
    if max_chars < 1:
        raise ValueError(f"max_chars must be at least 1, not {max_chars}")
    found: list[Span] = []
    start = end = -1
    for piece_start, piece_end in _pieces(text, max_chars):
        if start >= 0 and piece_end - start > max_chars:
            found.append(Span(start, end, text[start:end]))
            start = -1
        start, end = (piece_start if start < 0 else start), piece_end
    if start >= 0:
        found.append(Span(start, end, text[start:end]))
    return tuple(found)
