"""Which texts of one list are nearly the same, whoever posted them: the stricter question of leaks and label noise.

`matcher.corpus.duplicates` asks which records are one posting; here a text pasted by another enterprise, or under
another title, counts as well, because a model that learned the one has seen the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from matcher.corpus.duplicates import find_duplicates
from matcher.corpus.shingles import Page, jaccard, make_page
from matcher.records import Record, Tier

__all__ = ["THRESHOLD", "NearPair", "groups", "near_pairs", "same_text"]

THRESHOLD = 0.7
_ROWS = 512


@dataclass(frozen=True, slots=True, order=True)
class NearPair:
    """Two ids, the smaller first, and the Jaccard overlap of their character 4-grams in [0, 1]."""

    first: str
    second: str
    similarity: float


def near_pairs(records: Sequence[Record], *, threshold: float = THRESHOLD) -> tuple[NearPair, ...]:
    """All pairs that are one posting by `find_duplicates`, or whose title + body overlap by `threshold` or more.

    Who posted a text does not count, and confidential details are not compared. The overlap is exact, no sketch.

    Args:
        records: of one side, ids distinct.
        threshold: in (0, 1].

    Returns:
        In order of ids; two runs give the same answer.

    Raises:
        ValueError: threshold outside (0, 1].
    """
    bare = [replace(record, org="", visibility=Tier.PUBLIC) for record in sorted(records, key=lambda each: each.id)]
    pages = {record.id: make_page(record) for record in bare}
    found = {
        pair
        for cluster in find_duplicates(bare, threshold=threshold)
        for pair in combinations(sorted({cluster.canonical, *(member.id for member in cluster.members)}), 2)
    }
    told = [i for i, page in pages.items() if page.title or page.body]
    found |= _overlapping(told, [pages[i] for i in told], threshold)
    return tuple(NearPair(one, other, jaccard(pages[one], pages[other])) for one, other in sorted(found))


def _overlapping(ids: Sequence[str], pages: Sequence[Page], threshold: float) -> set[tuple[str, str]]:
    """Every pair at or above the threshold: shared shingles of all pairs by one sparse product."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    if not pages:
        return set()
    sizes = np.array([len(page.shingles) for page in pages])
    _, columns = np.unique(np.concatenate([page.shingles for page in pages]), return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    table = csr_matrix((np.ones(len(columns), dtype=np.int32), columns, starts))
    found: set[tuple[str, str]] = set()
    for at in range(0, len(pages), _ROWS):
        shared = (table[at : at + _ROWS] @ table.T).tocoo()
        rows, others = shared.row + at, shared.col
        near = (rows < others) & (shared.data >= threshold * (sizes[rows] + sizes[others] - shared.data) - 1e-9)
        found |= {(ids[one], ids[other]) for one, other in zip(rows[near], others[near], strict=True)}
    return found


def groups(ids: Iterable[str], pairs: Iterable[NearPair]) -> dict[str, str]:
    """Each id → the smallest id it is connected with through pairs; its own where it stands alone."""
    head = {i: i for i in ids}

    def root(i: str) -> str:
        while head[i] != i:
            i = head[i]
        return i

    for pair in pairs:
        one, other = sorted((root(pair.first), root(pair.second)))
        head[other] = one
    return {i: root(i) for i in head}


def same_text(records: Iterable[Record]) -> Mapping[str, str]:
    """Each id → the smallest id with the same title and body, letters and digits compared."""
    first: dict[tuple[str, str], str] = {}
    answer: dict[str, str] = {}
    for record in sorted(records, key=lambda each: each.id):
        page = make_page(record)
        answer[record.id] = first.setdefault((page.title, page.body), record.id)
    return answer
