"""What the first grades of a need tell of the rest: `python benchmarks/given.py BENCH [SETS…]`.

BENCH holds henan/ and zhejiang/ as described in docs/evaluation.md. Of each need some judged candidates are given,
drawn by chance or the first of its list, as somebody who works through it would say them; the others are ranked and
graded with and without knowing. Needs with fewer than five others are left out. Prints rows of a Markdown table:
figures without → with, and 95 % intervals of the difference by need. About ten minutes for all sets.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matcher.config import load_settings
from matcher.corpus.load import load
from matcher.engine import Matcher
from matcher.evaluate import Graded, Judgements, compare, evaluate, read_judgements
from matcher.evaluate.system import MatcherGrader
from matcher.rank.feedback import Said
from matcher.rank.given import Told
from matcher.records import Need, Side

ROOT = Path(__file__).resolve().parent.parent
SAMPLE, GRADES = ROOT / "corpora" / "sample", ROOT / "corpora" / "grades" / "zhejiang.tsv"
MAX_BYTES = 10**9
COUNTS = (5, 10)
LEFT = 5
FIGURES = ("ndcg@10", "mrr", "contest", "ece")


class Knowing(MatcherGrader):
    """The engine that was told some grades of each need."""

    def __init__(self, matcher: Matcher, given: Told) -> None:
        super().__init__(matcher)
        self._given = given

    @property
    def name(self) -> str:
        """The system, and that it knows."""
        return f"{super().name}, told"

    def grade_many(self, pairs: Sequence[tuple[Need, Sequence[str]]]) -> Sequence[Sequence[Graded]]:
        """See `Grader.grade_many`."""
        return [self._graded(found) for found in self._matcher.grade(pairs, given=self._given)]


def first(grader: MatcherGrader, needs: dict[str, Need], judged: Judgements, count: int) -> dict[str, list[str]]:
    """The first candidates of each need's list."""
    asked = [(needs[i], tuple(levels)) for i, levels in judged.levels.items()]
    answers = grader.grade_many(asked)
    return {
        need.id: [each.achievement_id for each in sorted(answer, key=lambda each: -each.score)[:count]]
        for (need, _), answer in zip(asked, answers, strict=True)
    }


def drawn(judged: Judgements, count: int, seed: int) -> dict[str, list[str]]:
    """Candidates of each need by chance."""
    rng = np.random.default_rng(seed)
    return {i: rng.permutation(list(levels))[:count].tolist() for i, levels in judged.levels.items()}


def row(matcher: Matcher, needs: dict[str, Need], judged: Judgements, told: dict[str, list[str]], seed: int) -> str:
    """The figures of the candidates that nobody spoke of."""
    levels = {
        need: left
        for need, every in judged.levels.items()
        if len(left := {i: level for i, level in every.items() if i not in told[need]}) >= LEFT
    }
    given = {need: [Said(i, judged.levels[need][i], judged.levels[need][i]) for i in told[need]] for need in levels}
    lines = {(need, i): judged.lines[need, i] for need, left in levels.items() for i in left}
    rest = Judgements(judged.path, levels, lines)
    before, after = (
        evaluate(each, needs, rest, seed=seed) for each in (MatcherGrader(matcher), Knowing(matcher, given))
    )
    differences = {each.metric: each for each in compare(before, after, seed=seed)}
    cells = [str(len(levels))]
    for name in FIGURES:
        change = differences[name]
        if np.isnan(change.difference):
            # No need has a partner left.
            cells.append("—")
            continue
        cells.append(
            f"{before.metrics[name].value:.3f} → {after.metrics[name].value:.3f} "
            f"[{change.low:+.3f}, {change.high:+.3f}]"
        )
    return " | ".join(cells)


def main() -> None:
    """Every set in turn, or those named."""
    bench = Path(sys.argv[1])
    henan, zhejiang = bench / "henan", bench / "zhejiang"
    sets = {
        "henan": (henan / "needs.jsonl", henan / "achievements.jsonl", henan / "judgements.tsv"),
        "zhejiang, bench": (zhejiang / "needs.json", zhejiang / "achievements.json", zhejiang / "judgements.tsv"),
        "zhejiang, our grades": (zhejiang / "needs.json", zhejiang / "achievements.json", GRADES),
        "sample": (SAMPLE / "needs.csv", SAMPLE / "achievements.csv", SAMPLE / "judgements.tsv"),
    }
    settings = load_settings()
    print("| set | given | needs |", " | ".join(FIGURES), "|")
    print("|---" * (3 + len(FIGURES)) + "|")
    for name, (need_file, achievement_file, judgements) in sets.items():
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        needs = {need.id: need for need in load([need_file], side=Side.NEED, max_bytes=MAX_BYTES).needs}
        offered = load([achievement_file], side=Side.ACHIEVEMENT, max_bytes=MAX_BYTES).achievements
        judged = read_judgements(judgements).within(needs, {each.id for each in offered})
        matcher = Matcher.build(achievements=offered, settings=settings)
        grader = MatcherGrader(matcher)
        for count in COUNTS:
            if sum(len(levels) >= count + LEFT for levels in judged.levels.values()) < 10:
                continue
            ways = {"by chance": drawn(judged, count, settings.seed), "the first": first(grader, needs, judged, count)}
            for way, told in ways.items():
                print(f"| {name} | {count}, {way} | {row(matcher, needs, judged, told, settings.seed)} |", flush=True)


if __name__ == "__main__":
    main()
