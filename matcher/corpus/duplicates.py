"""Near-duplicates: the same posting found again, under the same or a reworded title, in one source or in several.

Candidates come from equal bodies, equal titles, and MinHash LSH (Broder 1997; Indyk & Motwani 1998) over character
4-grams of title and body. Every candidate pair is then verified on the texts themselves: a sketch alone never decides.
Equal or similar bodies are not enough, because companies and platforms paste one text under different needs:
the titles must be about the same thing, and must not name different models (兰天26号, 兰天27号).

Clusters are shown, so confidential details play no part, and records of different visibility stay apart: a closed one
must neither stand in for its public twin nor be named by it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from matcher.corpus.shingles import Page, jaccard, make_page, same_model, title_contained, title_overlap
from matcher.records import Achievement, Provenance, Record, Side, Tier

__all__ = ["DuplicateCluster", "DuplicateMember", "DuplicateReason", "canonical_of", "find_duplicates"]

_MIN_BODY = 20
_LONG_BODY = 100
_TITLE_ALONE = 8
_TITLE_SPECIFIC = 12
# Any pair of characters in common: enough beside a long body that is the same to the letter.
_ANY_OVERLAP = 0.001
_SAME_TEXT_OVERLAP = 0.2
_SHORT_TEXT_OVERLAP = 0.5
_TEMPLATE_TITLES = 3
_PERMUTATIONS = 128
# What was added to a record after reading says nothing about how complete it is; what is confidential must not tell.
_NOT_CONTENT = frozenset({"labels", "duplicate_of", "provenance", "confidential_detail"})
# Keeps the work linear where thousands share a title or a form; beyond it only equal titles and bodies are found.
_MOST_COMPARED = 200
# LSH misses pairs just above its threshold, so it is asked for somewhat less than is accepted.
_LSH_MARGIN = 0.1
_SCREENFUL = 200


class DuplicateReason(StrEnum):
    """Why two records are one posting, strongest first."""

    SAME_BODY = "正文相同"
    SAME_TITLE = "名称相同"
    NEAR_TEXT = "文字近似"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateMember:
    """A further copy; `similarity` in [0, 1] is the exact Jaccard of its 4-grams with the canonical record's."""

    id: str
    similarity: float
    reason: DuplicateReason
    provenance: Provenance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateCluster:
    """One posting: the record to show, and its copies in order of id."""

    canonical: str
    side: Side
    members: tuple[DuplicateMember, ...]
    provenance: Provenance | None = None


class _Groups:
    """Union–find over positions; the smallest position is the root."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, at: int) -> int:
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    def join(self, one: int, other: int) -> bool:
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first
        return first != second


def find_duplicates(records: Sequence[Record], *, threshold: float = 0.7) -> tuple[DuplicateCluster, ...]:
    """Group records that are one posting; needs and achievements, and records of different visibility, are never mixed.

    Args:
        records: any records; ids are distinct within a side.
        threshold: exact Jaccard of 4-grams, in (0, 1], from which two texts count as near.

    Returns:
        Clusters of two or more, needs first, then in order of the canonical id; two runs give the same answer.

    Raises:
        ValueError: threshold outside (0, 1].
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be in (0, 1], not {threshold}")
    found: list[DuplicateCluster] = []
    for side in (Side.NEED, Side.ACHIEVEMENT):
        mine = sorted((record for record in records if record.side is side), key=lambda record: record.id)
        by_tier = ([record for record in mine if record.visibility == tier] for tier in Tier)
        clusters = (cluster for peers in by_tier for cluster in _clusters(peers, side, threshold))
        found += sorted(clusters, key=lambda cluster: cluster.canonical)
    return tuple(found)


def canonical_of(clusters: Iterable[DuplicateCluster]) -> dict[str, str]:
    """Copy's id → canonical id; ids that are no copy are absent. For clusters of one side, whose ids are distinct."""
    return {member.id: cluster.canonical for cluster in clusters for member in cluster.members}


def _clusters(records: Sequence[Record], side: Side, threshold: float) -> list[DuplicateCluster]:
    pages = [make_page(record) for record in records]
    groups = _Groups(len(pages))
    reasons: dict[int, DuplicateReason] = {}
    for reason, pairs in (
        (DuplicateReason.SAME_BODY, _same_body(pages, side)),
        (DuplicateReason.SAME_TITLE, _same_title(pages)),
        (DuplicateReason.NEAR_TEXT, _near_text(pages, threshold, side)),
    ):
        for one, other in pairs:
            groups.join(one, other)
            reasons.setdefault(other, reason)
            reasons.setdefault(one, reason)
    together: dict[int, list[int]] = defaultdict(list)
    for at in sorted(reasons):
        together[groups.root(at)].append(at)
    return [_cluster(members, records, pages, reasons, side) for members in together.values()]


def _cluster(
    members: Sequence[int],
    records: Sequence[Record],
    pages: Sequence[Page],
    reasons: Mapping[int, DuplicateReason],
    side: Side,
) -> DuplicateCluster:
    best = min(members, key=lambda at: _preference(records[at], pages[at]))
    return DuplicateCluster(
        canonical=records[best].id,
        side=side,
        provenance=records[best].provenance,
        members=tuple(
            DuplicateMember(
                id=records[at].id,
                similarity=jaccard(pages[at], pages[best]),
                reason=reasons[at],
                provenance=records[at].provenance,
            )
            for at in members
            if at != best
        ),
    )


def _preference(record: Record, page: Page) -> tuple[int, int, int, str]:
    """The most complete (fields filled, then screenfuls of text), then the most recent, then the smallest id."""
    filled = sum(bool(getattr(record, item.name)) for item in fields(record) if item.name not in _NOT_CONTENT)
    confirmed = record.last_confirmed_on if isinstance(record, Achievement) else None
    newest = max((day.toordinal() for day in (record.published_on, confirmed) if day), default=0)
    return -filled, -(len(page.body) // _SCREENFUL), -newest, record.id


def _may_be_one(one: Page, other: Page, side: Side) -> bool:
    """Two enterprises that paste the same text are two customers; two holders of one achievement are one lead."""
    if not same_model(one, other):
        return False
    return side is Side.ACHIEVEMENT or _orgs_agree(one, other)


def _orgs_agree(one: Page, other: Page) -> bool:
    return not one.org or not other.org or one.org in other.org or other.org in one.org


def _same_body(pages: Sequence[Page], side: Side) -> Iterator[tuple[int, int]]:
    """Equal bodies under related titles; a body under three unrelated ones is a form, where only equal titles join."""
    by_body: dict[str, list[int]] = defaultdict(list)
    for at, page in enumerate(pages):
        if page.body:
            by_body[page.body].append(at)
    for body, group in by_body.items():
        heads: list[int] = []
        joined: list[tuple[int, int]] = []
        least = _needed_overlap(len(body))
        for at in group:
            head = next((head for head in heads if _related(pages[head], pages[at], side, least)), None)
            if head is None:
                heads.append(at)
            else:
                joined.append((head, at))
            if len(heads) >= _TEMPLATE_TITLES:
                break
        yield from joined if len(heads) < _TEMPLATE_TITLES else _equal_titles(group, pages, side)


def _needed_overlap(body_chars: int) -> float:
    """The longer the text they share, the less two titles need to have in common."""
    if body_chars >= _LONG_BODY:
        return _ANY_OVERLAP
    return _SAME_TEXT_OVERLAP if body_chars >= _MIN_BODY else _SHORT_TEXT_OVERLAP


def _equal_titles(group: Sequence[int], pages: Sequence[Page], side: Side) -> Iterator[tuple[int, int]]:
    first: dict[tuple[str, str], int] = {}
    for at in group:
        # Organisations by name only: comparing each with each would not stay linear on a form used by thousands.
        key = (pages[at].title, pages[at].org if side is Side.NEED else "")
        if key in first:
            yield first[key], at
        first.setdefault(key, at)


def _related(one: Page, other: Page, side: Side, least: float) -> bool:
    return _may_be_one(one, other, side) and title_overlap(one, other) >= least


def _same_title(pages: Sequence[Page]) -> Iterator[tuple[int, int]]:
    """Equal titles of organisations that do not contradict each other."""
    by_title: dict[str, list[int]] = defaultdict(list)
    for at, page in enumerate(pages):
        if page.title:
            by_title[page.title].append(at)
    for group in by_title.values():
        heads: list[int] = []
        for at in group:
            head = next((head for head in heads[:_MOST_COMPARED] if _one_posting(pages[head], pages[at])), None)
            if head is None:
                heads.append(at)
            else:
                yield head, at


def _one_posting(one: Page, other: Page) -> bool:
    """Whether an equal title suffices: it is specific, or the organisation or the text speaks for it too."""
    if not _orgs_agree(one, other):
        return False
    same_org = bool(one.org and one.org == other.org)
    long_enough = _TITLE_ALONE if not same_org else _TITLE_ALONE // 2
    if len(one.title) < long_enough:
        return False
    silent = min(len(one.body), len(other.body)) < _MIN_BODY
    return silent or len(one.title) >= _TITLE_SPECIFIC or jaccard(one, other) >= _SAME_TEXT_OVERLAP


def _near_text(pages: Sequence[Page], threshold: float, side: Side) -> Iterator[tuple[int, int]]:
    """Similar texts, one title adding nothing but words to the other.

    A family of patents repeats its text with one word exchanged in text and title alike; those stay apart.
    """
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415

    index = MinHashLSH(threshold=max(threshold - _LSH_MARGIN, 0.05), num_perm=_PERMUTATIONS)
    blank = MinHash(num_perm=_PERMUTATIONS, seed=1, hashfunc=int)
    for at, page in enumerate(pages):
        if len(page.body) < _MIN_BODY:
            continue
        sketch = blank.copy()
        sketch.update_batch(page.sketch_input())
        for candidate in sorted(index.query(sketch))[:_MOST_COMPARED]:
            other = pages[candidate]
            alike = title_contained(other, page) and _may_be_one(other, page, side)
            if alike and jaccard(other, page) >= threshold:
                yield candidate, at
        index.insert(at, sketch)
