"""What verdicts are worth: `python benchmarks/feedback.py BENCH CACHE docs/img/feedback.png`.

BENCH holds henan/ and zhejiang/ as described in docs/evaluation.md. A base model is fitted without henan; verdicts on
henan pairs are added 100 at a time, and the needs of the held-out fold are ranked and graded. Features are computed
once and kept in CACHE (about three minutes of CPU). Intervals: needs drawn with replacement, gain over the base.
"""

import csv
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib import pyplot as plt
from sklearn.model_selection import GroupKFold

from matcher.config import load_settings
from matcher.corpus.load import load
from matcher.engine import Matcher
from matcher.evaluate import read_judgements
from matcher.evaluate.metrics.calibration import CalibrationError
from matcher.evaluate.metrics.levels import Contest, MeanAbsoluteError
from matcher.evaluate.metrics.ranking import ranking_measures
from matcher.rank.features import FEATURES
from matcher.rank.levels import LevelModel, expected_levels, fits, levels_of
from matcher.rank.suggest import Option, entropy, suggest
from matcher.records import Side
from matcher.train.crossval import Labels, chosen_strength

ROOT = Path(__file__).resolve().parent.parent
STEPS = (0, 20, 100, 200, 300, 400, 500)
SEEDS = (1, 2, 3)
MAX_BYTES = 10**9
ORDERS = {"挑选的配对，评 1–4 级": "suggested", "随机配对，评 1–4 级": "random", "随机配对，只说合适/不合适": "words"}
FIGURES = ("nDCG@10", "竞赛得分 1/(1+MAE)", "校准误差 ECE")


def labelled(name: str, folder: Path, suffix: str, cache: Path) -> Labels:
    """Features and levels of a graded set."""
    kept = cache / f"{name}.npz"
    if not kept.exists():
        needs = {n.id: n for n in load([folder / f"needs.{suffix}"], side=Side.NEED, max_bytes=MAX_BYTES).needs}
        found = load([folder / f"achievements.{suffix}"], side=Side.ACHIEVEMENT, max_bytes=MAX_BYTES).achievements
        judged = read_judgements(folder / "judgements.tsv").within(needs, {a.id for a in found})
        matcher = Matcher.build(achievements=found, settings=load_settings())
        graded = matcher.grade([(needs[i], tuple(pairs)) for i, pairs in judged.levels.items()])
        np.savez(
            kept,
            x=np.concatenate([answer.features for answer in graded]),
            levels=np.concatenate([list(pairs.values()) for pairs in judged.levels.values()]),
            groups=np.repeat(np.arange(len(judged.levels)), [len(pairs) for pairs in judged.levels.values()]),
            features=np.array(FEATURES),
        )
    data = np.load(kept)
    assert tuple(data["features"]) == FEATURES, f"{kept} holds other features: delete it"
    return Labels.graded(data["x"], data["levels"], data["groups"])


def titles_of(folder: Path) -> list[str]:
    """Titles of the graded achievements, in the order of `labelled`."""
    titles = {
        a.id: a.title
        for a in load([folder / "achievements.jsonl"], side=Side.ACHIEVEMENT, max_bytes=MAX_BYTES).achievements
    }
    judged = read_judgements(folder / "judgements.tsv")
    return [titles[i] for pairs in judged.levels.values() for i in pairs]


def next_hundred(pool: Labels, rows: np.ndarray, model: LevelModel, titles: list[str], count: int) -> list[int]:
    """Which of the rows `matcher label suggest` would ask about."""
    probs = model.probs(pool.x[rows])
    score, fit, doubt = expected_levels(probs), fits(probs), entropy(probs)
    best = {g: max(np.flatnonzero(pool.groups[rows] == g), key=lambda at: score[at]) for g in set(pool.groups[rows])}
    options = [
        Option(
            str(pool.groups[row]), str(row), titles[row], doubt[at], score[at], fit[at], best[pool.groups[row]] == at
        )
        for at, row in enumerate(rows)
    ]
    return [int(o.achievement_id) for o in suggest(options, count, none_fits_below=model.none_fits_below)]


def curve(
    pool: Labels, fitted: np.ndarray, *, order: str, base: LevelModel, titles: list[str], seed: int
) -> list[LevelModel]:
    """The model after each number of verdicts."""
    model, asked, models = base, [], [base]
    left = np.random.default_rng(seed).permutation(fitted)
    for before, after in pairwise(STEPS):
        rest = left[~np.isin(left, asked)]
        more = after - before
        asked += (
            next_hundred(pool, np.sort(rest), model, titles, more) if order == "suggested" else rest[:more].tolist()
        )
        labels = pool.take(np.array(asked))
        if order == "words":
            good = labels.low >= 3
            low, high = np.where(good, 3, 1), np.where(good, 4, 2)
            labels = replace(labels, low=low, high=high, weights=np.where(good, 0.8, 0.5))
        model = labels.fit(FEATURES, base=base, strength=chosen_strength(labels, FEATURES, base, seed=seed))
        models.append(model)
    return models


def figures(pool: Labels, probs: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """(figures, draws) of predictions for all needs."""
    needs, score = pool.groups.max() + 1, expected_levels(probs)
    by_need = [np.flatnonzero(pool.groups == g) for g in range(needs)]
    levels = [{str(at): int(pool.low[at]) for at in rows} for rows in by_need]
    ranked = [[str(at) for at in rows[np.argsort(-score[rows], kind="stable")]] for rows in by_need]
    error = MeanAbsoluteError(pool.groups, pool.low, levels_of(probs), needs)
    measures = (
        ranking_measures(levels, ranked)["ndcg@10"],
        Contest(error),
        CalibrationError(pool.groups, fits(probs), pool.low >= 3, needs),
    )
    return np.array([measure.values(draws) for measure in measures])


def measure(pool: Labels, base: LevelModel, titles: list[str]) -> dict[str, np.ndarray]:
    """Order → (steps, figures, 1 + draws), mean over seeds; the first draw is every need once."""
    needs = pool.groups.max() + 1
    rng = np.random.default_rng(0)
    draws = np.vstack([np.ones(needs), rng.multinomial(needs, np.full(needs, 1 / needs), size=1000)])
    found = {}
    for order in ORDERS.values():
        runs = []
        for seed in SEEDS:
            probs = np.zeros((len(STEPS), len(pool), 4))
            for fitted, held in GroupKFold(5, shuffle=True, random_state=seed).split(pool.x, groups=pool.groups):
                for step, model in enumerate(curve(pool, fitted, order=order, base=base, titles=titles, seed=seed)):
                    probs[step, held] = model.probs(pool.x[held])
            runs.append([figures(pool, each, draws) for each in probs])
        found[order] = np.mean(runs, axis=0)
    return found


def draw(found: dict[str, np.ndarray], out: Path) -> None:
    """Three panels: gain over the base against the number of verdicts."""
    font = ROOT / "notebooks" / "fonts" / "NotoSansSC-GB2312.otf"
    font_manager.fontManager.addfont(font)
    mpl.rcParams["font.family"] = font_manager.FontProperties(fname=font).get_name()
    mpl.rcParams["axes.unicode_minus"] = False
    _, panels = plt.subplots(1, 3, figsize=(13, 4.4), layout="constrained")
    for at, (panel, name) in enumerate(zip(panels, FIGURES, strict=True)):
        for (label, order), colour in zip(ORDERS.items(), ("#1F4E78", "#C55A11", "#7F7F7F"), strict=True):
            gain = found[order][:, at] - found[order][0, at]
            low, high = np.percentile(gain[:, 1:], [2.5, 97.5], axis=1)
            panel.plot(STEPS, gain[:, 0], marker="o", color=colour, label=label)
            panel.fill_between(STEPS, low, high, color=colour, alpha=0.13, linewidth=0)
        start = next(iter(found.values()))[0, at, 0]
        panel.axhline(0, color="black", linewidth=0.8)
        panel.set_title(f"{name}：起点 {start:.3f}" + ("，越低越好" if "ECE" in name else ""))
        panel.set_xlabel("本地结论数")
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("比基础模型的变化（阴影：按需求重抽样的 95% 区间）")
    panels[0].legend(frameon=False, fontsize=9)
    out.parent.mkdir(parents=True, exist_ok=True)
    plt.savefig(out, dpi=110)


def main(bench: Path, cache: Path, out: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    henan = labelled("henan", bench / "henan", "jsonl", cache)
    others = [
        labelled("zhejiang", bench / "zhejiang", "json", cache),
        labelled("sample", ROOT / "corpora" / "sample", "csv", cache),
    ]
    found = measure(henan, Labels.joined(others).fit(FEATURES), titles_of(bench / "henan"))
    table = csv.writer(sys.stdout, delimiter="\t")
    table.writerow(("order", "verdicts", *(f"{name} {part}" for name in FIGURES for part in ("value", "low", "high"))))
    for order, values in found.items():
        for step, row in zip(STEPS, values, strict=True):
            cells = [f"{v:.3f}" for each in row for v in (each[0], *np.percentile(each[1:], [2.5, 97.5]))]
            table.writerow((order, step, *cells))
    draw(found, out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
