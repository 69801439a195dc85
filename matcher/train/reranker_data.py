"""What a re-ranker learns from: groups of pairs of one need, read and cut exactly as in use."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matcher.index.base import QueryText
from matcher.index.side import SideIndex
from matcher.rank.rerank import PairText, pair_texts
from matcher.text.fields import title_and_body
from matcher.text.normalize import normalize
from matcher.train.data import GradedNeed, WrittenNeed
from matcher.train.folds import Families
from matcher.train.reranker_recipe import RerankerRecipe

__all__ = [
    "Example",
    "Group",
    "cut_pieces",
    "draw_passes",
    "graded_groups",
    "hold_back",
    "verdict_groups",
    "without",
    "written_groups",
]

Drawn = tuple[list[PairText], list[float]]
"""Texts of some pairs of one group, and their targets."""

# Searched and embedded this many at a time: bounded memory, a moving progress bar.
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Example:
    """A pair with its title and body windows, the two titles alone, and the target in [0, 1].

    weight: in (0, 1], how often it is drawn when its turn comes; a grade always is, a verdict as far as it is certain.
    """

    achievement_id: str
    full: PairText
    titles: PairText
    target: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs that are compared with one another.

    key: the need's id where it is graded or has verdicts, else the id of the achievement it was written for. levels:
    the plain grades of a graded need, by achievement; empty for others. verdicts: whether it was learned from use.
    need_ids: of all needs whose texts it shows.
    """

    key: str
    examples: tuple[Example, ...]
    levels: Mapping[str, int]
    verdicts: bool = False
    need_ids: tuple[str, ...] = ()

    @property
    def graded(self) -> bool:
        """Whether the pairs were graded, not written."""
        return bool(self.levels)

    @property
    def written(self) -> bool:
        """Whether the need was written for an achievement: neither graded nor answered with verdicts."""
        return not (self.graded or self.verdicts)


def graded_groups(side: SideIndex, graded: Sequence[GradedNeed]) -> list[Group]:
    """One group a need; a score of 1 becomes the target 0, 4 becomes 1.

    Raises:
        RecordError: an achievement is not in the index.
        ModelError: the encoder's files are missing or damaged.
    """
    queries = [QueryText(*title_and_body(item.need)) for item in graded]
    ids = [tuple(item.scores) for item in graded]
    examples = _examples(side, queries, ids, [[(item.scores[i] - 1) / 3 for i in item.scores] for item in graded])
    return [
        Group(item.need.id, tuple(found), item.levels, need_ids=(item.need.id,))
        for item, found in zip(graded, examples, strict=True)
    ]


def verdict_groups(side: SideIndex, verdicts: Sequence[GradedNeed]) -> list[Group]:
    """One group a need that has verdicts; targets as in `graded_groups`, which also says what is raised."""
    found = []
    for item, group in zip(verdicts, graded_groups(side, verdicts), strict=True):
        most = max(item.weights.values(), default=1.0)
        examples = tuple(
            replace(example, weight=item.weights.get(example.achievement_id, most) / most) for example in group.examples
        )
        found.append(Group(group.key, examples, {}, verdicts=True, need_ids=group.need_ids))
    return found


def written_groups(side: SideIndex, written: Sequence[WrittenNeed], recipe: RerankerRecipe) -> list[Group]:
    """One group for each text of each written need: its achievement (1), and what is near but wrong (0).

    Wrong are the need that the achievement does not solve, and achievements of other titles that search finds for the
    text at ranks `mined_first` to `mined_last`.

    Raises:
        RecordError: an achievement is not in the index.
        ModelError: the encoder's files are missing or damaged.
    """
    flat = [(item, query) for item in written for query in item.needs]
    near = _examples(
        side,
        [query for item in written for query in item.near],
        [(item.achievement_id,) for item in written for _ in item.near],
        [[0.0] for item in written for _ in item.near],
    )
    by_achievement: dict[str, list[Example]] = {}
    for (example,) in near:
        by_achievement.setdefault(example.achievement_id, []).append(example)
    mined = _mined(side, flat, recipe)
    targets = [[1.0, *[0.0] * (len(ids) - 1)] for ids in mined]
    groups = []
    for (item, _), found in zip(flat, _examples(side, [query for _, query in flat], mined, targets), strict=True):
        group = (found[0], *by_achievement.get(item.achievement_id, ()), *found[1:])
        groups.append(Group(item.achievement_id, group, {}, need_ids=tuple(need.id for need in item.asked)))
    return groups


def _mined(
    side: SideIndex, flat: Sequence[tuple[WrittenNeed, QueryText]], recipe: RerankerRecipe
) -> list[tuple[str, ...]]:
    """For each query its own achievement, then those that search finds in its stead."""
    found: list[tuple[str, ...]] = []
    for start in range(0, len(flat), _BLOCK):
        block = flat[start : start + _BLOCK]
        hits = side.hybrid.search([query for _, query in block], recipe.mined_last)
        for (item, _), hit in zip(block, hits, strict=True):
            title = normalize(side.records[side.position(item.achievement_id)].title)
            others = [
                side.ids[at]
                for at in hit.positions[recipe.mined_first - 1 :]
                if side.canonical(side.ids[at]) != side.canonical(item.achievement_id)
                and normalize(side.records[at].title) != title
            ]
            # More than are ever drawn would only be read for nothing.
            step = max(1, len(others) // (recipe.mined * recipe.passes or 1))
            found.append((item.achievement_id, *others[::step]))
    return found


def _examples(
    side: SideIndex, queries: Sequence[QueryText], ids: Sequence[Sequence[str]], targets: Sequence[Sequence[float]]
) -> list[list[Example]]:
    found: list[list[Example]] = []
    for start in range(0, len(queries), _BLOCK):
        block = queries[start : start + _BLOCK]
        positions = [side.positions_of(group) for group in ids[start : start + _BLOCK]]
        for query, where, texts, wanted in zip(
            block, positions, pair_texts(side, block, positions), targets[start : start + _BLOCK], strict=True
        ):
            head = normalize(query.title)
            found.append(
                [
                    Example(side.ids[at], text, PairText(head, normalize(side.records[at].title)), target)
                    for at, text, target in zip(where, texts, wanted, strict=True)
                ]
            )
    return found


def without(groups: Sequence[Group], needs: Collection[str]) -> list[Group]:
    """All groups but those that show one of these needs."""
    return [group for group in groups if not any(i in needs for i in group.need_ids)]


def hold_back(groups: Sequence[Group], families: Families, share: float, seed: int) -> tuple[list[Group], list[Group]]:
    """What to learn, and the graded needs to judge the training by: of this share of their families, or none."""
    chosen = families.held_back((group.key for group in groups if group.graded), share, seed)
    judged = [group for group in groups if group.graded and group.key in chosen]
    return without(groups, families.kin(chosen)), judged


def cut_pieces(tokenizer: Any, text: str, most: int) -> str:
    """The beginning of a text that is its first `most` pieces.

    The best path to the end of a piece does not depend on what follows, so the beginning is cut into the same pieces.
    """
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return text if len(encoding.ids) <= most else text[: encoding.offsets[most - 1][1]]


def draw_passes(
    groups: Sequence[Group], recipe: RerankerRecipe, seed: int
) -> list[list[tuple[list[PairText], list[float]]]]:
    """For each pass over the data its groups in random order: the texts and targets of some pairs of each.

    A need with grades or verdicts comes `graded_draws` times a pass, each time with other pairs; a written one once,
    in the share `written_share`. Of each group at most `pairs` pairs are drawn. A side loses its window now and then,
    so that records known by their titles alone are no strangers.
    """
    rng = random.Random(seed)  # noqa: S311
    passes = []
    for _ in range(recipe.passes):
        drawn: list[Drawn] = []
        for group in groups:
            times = int(rng.random() < recipe.written_share) if group.written else recipe.graded_draws
            drawn.extend(_draw(group, recipe, rng) for _ in range(times))
        rng.shuffle(drawn)
        passes.append(drawn)
    return passes


def _draw(group: Group, recipe: RerankerRecipe, rng: random.Random) -> Drawn:
    examples = list(group.examples)
    if group.verdicts:
        # The surest stays, so that no turn is empty.
        examples = [each for each in examples if each.weight == 1 or rng.random() < each.weight]
    if not group.written:
        examples = rng.sample(examples, min(recipe.pairs, len(examples)))
    else:
        mined = [example for example in examples if example.target == 0 and example.achievement_id != group.key]
        chosen = rng.sample(mined, min(recipe.mined, len(mined)))
        examples = [example for example in examples if example.achievement_id == group.key] + chosen
    texts = []
    for example in examples:
        need, achievement = (example.titles if rng.random() < recipe.titles_only else example.full for _ in range(2))
        texts.append(PairText(need.need, achievement.achievement))
    return texts, [example.target for example in examples]
