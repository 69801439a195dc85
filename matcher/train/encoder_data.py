"""What an encoder learns from, step by step: texts of graded needs, of written needs, and of records.

Everything drawn at random is drawn here, before the training begins: a training that goes on after an interruption sees
the same texts as one that was never interrupted.
"""

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TypeVar

from matcher.index.passages import cut
from matcher.records import Need, Record
from matcher.text.fields import title_and_body
from matcher.text.normalize import normalize
from matcher.train.data import GradedNeed, TrainingSet, WrittenNeed
from matcher.train.encoder_recipe import EncoderRecipe

__all__ = ["Graded", "Lessons", "Step", "Texts", "Written", "draw_steps", "lessons"]

_T = TypeVar("_T")
_BEGINNING = 40


@dataclass(frozen=True, slots=True)
class Texts:
    """A record as it is embedded: its normalised title, and its windows, each led by the title."""

    title: str
    windows: tuple[str, ...]

    def bare(self, at: int) -> str:
        """A window without the title in front, by which a title would find itself."""
        window = self.windows[at]
        # Only the beginning of a very long title stands there.
        led = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self.title, window, strict=False)))
        return window[led:].lstrip("。")

    @property
    def beginning(self) -> str:
        """Of the body, which there must be: enough to know it again."""
        return self.bare(0)[:_BEGINNING]

    @classmethod
    def of(cls, records: Sequence[Record], window_chars: int) -> "list[Texts]":
        """The texts of some records, in order."""
        read = [title_and_body(record) for record in records]
        passages, texts = cut(read, window_chars)
        windows: list[list[str]] = [[] for _ in read]
        for owner, text in zip(passages.records[len(read) :], texts[len(read) :], strict=True):
            windows[owner].append(text)
        return [cls(title, tuple(found)) for title, found in zip(texts, windows, strict=False)]


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded need: its own texts and those of each judged achievement, with its target in [1, 4] and its weight."""

    item: GradedNeed
    need: Texts
    pairs: tuple[tuple[Texts, float, float], ...]

    @property
    def title(self) -> str:
        """The normalised title of the need."""
        return self.need.title

    @property
    def need_id(self) -> str:
        """The id of the need."""
        return self.item.need.id


@dataclass(frozen=True, slots=True)
class Written:
    """A written need: what may ask, the achievement that answers, what it does not answer, and what else does not.

    need_ids: of all its texts.
    """

    short: tuple[str, ...]
    long: str
    achievement: Texts
    near: str
    wrong: tuple[Texts, ...] = ()
    need_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lessons:
    """All there is to learn from. `feedback` is learned like grades, and never measured by; `needs`: all that ask."""

    graded: tuple[Graded, ...]
    written: tuple[Written, ...]
    bodies: tuple[Texts, ...]
    feedback: tuple[Graded, ...] = ()
    needs: tuple[Need, ...] = ()

    def without(self, held: Collection[str]) -> "Lessons":
        """Nothing of these needs: no grade, no feedback, nothing written, and no record of one's title or body."""
        left_out = [item for item in (*self.graded, *self.feedback) if item.need_id in held]
        titles = {item.title for item in left_out}
        bodies = {item.need.beginning for item in left_out if item.need.windows}
        return Lessons(
            tuple(item for item in self.graded if item.need_id not in held),
            tuple(item for item in self.written if not any(i in held for i in item.need_ids)),
            tuple(texts for texts in self.bodies if texts.title not in titles and texts.beginning not in bodies),
            tuple(item for item in self.feedback if item.need_id not in held),
            tuple(need for need in self.needs if need.id not in held),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """Texts of one step. Graded: needs[i] asks, `achievements[j]` belongs to need `owners[j]` with `targets[j]`.

    asked[i], answers[i], near[i]: of the written needs; `near` may be empty. titles[i], windows[i]: of the records.
    weights[j]: of each graded pair, all 1 where empty. wrong[k] does not answer `asked[wrong_owners[k]]`.
    """

    needs: list[str]
    achievements: list[str]
    owners: list[int]
    targets: list[float]
    asked: list[str]
    answers: list[str]
    near: list[str]
    titles: list[str]
    windows: list[str]
    weights: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    wrong_owners: list[int] = field(default_factory=list)


def lessons(data: Sequence[TrainingSet], recipe: EncoderRecipe) -> Lessons:
    """Cut all texts as an index does. Records of one title, or of one beginning of the body, count once."""
    graded: list[Graded] = []
    feedback: list[Graded] = []
    written: list[Written] = []
    for part in data:
        ids = [record.id for record in part.achievements]
        texts = dict(zip(ids, Texts.of(part.achievements, recipe.window_chars), strict=True))
        graded += _graded(part.graded, texts, recipe)
        feedback += _graded(part.feedback, texts, recipe)
        written.extend(_written(item, texts[item.achievement_id]) for item in part.written)
    bodies = Texts.of([record for part in data for record in part.bodies], recipe.window_chars)
    needs = [need for part in data for need in part.needs]
    return Lessons(tuple(graded), tuple(written), tuple(_distinct(bodies)), tuple(feedback), tuple(needs))


def _graded(items: Sequence[GradedNeed], texts: Mapping[str, Texts], recipe: EncoderRecipe) -> list[Graded]:
    needs = Texts.of([item.need for item in items], recipe.window_chars)
    return [
        Graded(item, need, tuple((texts[i], score, item.weights.get(i, 1.0)) for i, score in item.scores.items()))
        for item, need in zip(items, needs, strict=True)
    ]


def _written(item: WrittenNeed, achievement: Texts) -> Written:
    first, *others = item.needs
    # The written title is the plainest way to ask and comes twice as often as a spoken sentence.
    short = (first.title, first.title, *(query.title for query in others))
    return Written(
        short=tuple(normalize(text) for text in short),
        long=normalize(first.body or first.title),
        achievement=achievement,
        near=normalize(item.near[0].title) if item.near else "",
        need_ids=tuple(need.id for need in item.asked),
    )


def _distinct(texts: Iterable[Texts]) -> Iterator[Texts]:
    seen: set[str] = set()
    for text in texts:
        if not text.windows:
            continue
        if text.title in seen or text.beginning in seen:
            continue
        seen |= {text.title, text.beginning}
        yield text


def draw_steps(learned: Lessons, recipe: EncoderRecipe, seed: int) -> list[Step]:
    """The texts of every step, `recipe.steps` of them."""
    rng = random.Random(seed)  # noqa: S311
    graded = _rounds((*learned.graded, *learned.feedback), recipe.needs, rng)
    written = _rounds(learned.written, recipe.written, rng)
    bodies = _rounds(learned.bodies, recipe.bodies, rng)
    steps = []
    for number in range(recipe.steps):
        with_bodies = recipe.bodies_every and number % recipe.bodies_every == 0
        steps.append(_step(next(graded), next(written), next(bodies) if with_bodies else (), recipe, rng))
    return steps


def _rounds(items: Sequence[_T], count: int, rng: random.Random) -> Iterator[tuple[_T, ...]]:
    """`count` at a time for ever: all once in random order, then all again."""
    count = min(count, len(items))
    while True:
        order = list(items)
        rng.shuffle(order)
        if not count:
            yield ()
            continue
        for start in range(0, len(order) - count + 1, count):
            yield tuple(order[start : start + count])


def _step(
    graded: Sequence[Graded],
    written: Sequence[Written],
    bodies: Sequence[Texts],
    recipe: EncoderRecipe,
    rng: random.Random,
) -> Step:
    def text(of: Texts) -> str:
        return of.title if not of.windows or rng.random() < recipe.short else rng.choice(of.windows)

    drawn = [rng.sample(item.pairs, min(recipe.pairs, len(item.pairs))) for item in graded]
    step = Step(
        needs=[text(item.need) for item in graded],
        achievements=[text(texts) for pairs in drawn for texts, _, _ in pairs],
        owners=[owner for owner, pairs in enumerate(drawn) for _ in pairs],
        targets=[score for pairs in drawn for _, score, _ in pairs],
        weights=[weight for pairs in drawn for _, _, weight in pairs],
        asked=[rng.choice(item.short) if rng.random() < recipe.short else item.long for item in written],
        answers=[text(item.achievement) for item in written],
        near=[item.near for item in written],
        titles=[texts.title for texts in bodies],
        windows=[texts.bare(rng.randrange(len(texts.windows))) for texts in bodies],
    )
    for at, item in enumerate(written):
        found = rng.sample(item.wrong, min(recipe.mined, len(item.wrong)))
        step.wrong.extend(text(texts) for texts in found)
        step.wrong_owners.extend([at] * len(found))
    return step
