"""What of a record is embedded: its title, and windows of its body, each window led by the title.

A window alone ("温度控制在 0.1 ℃ 以内") does not say what it is about; with the title in front it does. All texts
are normalised first, so that Traditional and full-width spellings meet plain ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from matcher.text.normalize import normalize
from matcher.text.sentences import Span, windows

__all__ = ["Passages", "QueryPassages", "cut", "cut_query", "passage_text"]

# A title longer than this is a paragraph: in front of a window it would crowd the window out.
_LEAD_CHARS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """The embedded texts of n records: rows 0…n-1 are the titles, rows n… the windows in order of record.

    records: int32 (m,), row number of the record a passage belongs to; `records[i] == i` for i < n, ascending after.
    starts, ends: int32 (m,), stretch of the body a window was cut from; 0, 0 for a title.
    """

    records: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Number of passages."""
        return len(self.records)

    @property
    def titles(self) -> int:
        """Number of records: each has one title, and a window is never empty."""
        return int(np.count_nonzero(self.starts == self.ends))


@dataclass(frozen=True, slots=True)
class QueryPassages:
    """The texts of one query: its title and its windows (at least one; the title itself where there is no body)."""

    title: str
    windows: tuple[str, ...]


def _led(title: str, window: str) -> str:
    lead = normalize(title)[:_LEAD_CHARS]
    return f"{lead}。{normalize(window)}" if lead else normalize(window)


def cut(texts: Iterable[tuple[str, str]], window_chars: int) -> tuple[Passages, list[str]]:
    """Passages of records given as (title, body), and their texts in the same order."""
    titles: list[str] = []
    led: list[str] = []
    owners: list[int] = []
    spans: list[tuple[int, int]] = []
    for at, (title, body) in enumerate(texts):
        titles.append(normalize(title))
        for window in windows(body, window_chars):
            led.append(_led(title, window.text))
            owners.append(at)
            spans.append((window.start, window.end))
    places = np.array([(0, 0)] * len(titles) + spans, dtype=np.int32).reshape(-1, 2)
    passages = Passages(
        records=np.array([*range(len(titles)), *owners], dtype=np.int32),
        starts=np.ascontiguousarray(places[:, 0]),
        ends=np.ascontiguousarray(places[:, 1]),
    )
    return passages, titles + led


def passage_text(passages: Passages, row: int, title: str, body: str) -> str:
    """The embedded text of one passage again, from the title and the body of the record it belongs to."""
    start, end = int(passages.starts[row]), int(passages.ends[row])
    return _led(title, body[start:end]) if end > start else normalize(title)


@lru_cache(maxsize=256)
def cut_query(title: str, body: str, window_chars: int, most: int) -> QueryPassages:
    """The texts of a query. A long text given as a title alone is also read window by window; `most` ≥ 1."""
    if not body.strip() and len(title) > window_chars:
        return QueryPassages(normalize(title), _first(windows(title, window_chars), "", most))
    cuts = _first(windows(body, window_chars), title, most)
    head = normalize(title) or (cuts[0] if cuts else "")
    return QueryPassages(head, cuts or (head,))


def _first(spans: Sequence[Span], title: str, most: int) -> tuple[str, ...]:
    return tuple(_led(title, span.text) for span in spans[:most])
