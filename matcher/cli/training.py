"""The work behind `matcher train ranker` and `matcher train fields`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import numpy as np

from matcher.cli.console import bar, log, output
from matcher.cli.reading import read_files
from matcher.config import Settings, load_settings
from matcher.embed.cross import CrossEncoder
from matcher.embed.load import load_encoder
from matcher.engine import Matcher
from matcher.errors import ConfigError
from matcher.evaluate import Answers, Judgements, Mode, evaluation_table, measure, read_judgements
from matcher.evaluate import Graded as GradedPair
from matcher.rank.features import FEATURES
from matcher.rank.feedback import Feedback, read_feedback
from matcher.rank.labels import LabelRules
from matcher.rank.levels import LevelModel, Probs, expected_levels, levels_of
from matcher.rank.ranker import Graded
from matcher.rank.rerank import CROSS
from matcher.records import Need, Side
from matcher.train.crossval import FOLDS, Labels, chosen_strength, held_out, told_of
from matcher.train.data import GradedNeed
from matcher.train.fields import train_fields
from matcher.train.levels import STRENGTH
from matcher.train.reranker import score_groups
from matcher.train.reranker_data import graded_groups
from matcher.train.scores import SCORES_FILE, read_pair_scores
from matcher.train.stacking import unseen_folds, with_cross
from matcher.train.trained import INT8_FOLDER

__all__ = ["fit_fields", "fit_ranker", "tell_feedback"]

# From this many needs on, the data can stand alone; below, the model in use is the base unless told otherwise.
_ALONE = 100
_IN_USE, _NONE = "in-use", "none"
_SHOWN = 5
# With fewer needs the figures of unseen ones say nothing: a table of them would only look like proof.
_TELLING = 20

_Pairs = dict[str, list[tuple[str, int, int, float]]]
"""Need id → (achievement id, lowest level, highest level, weight)."""


@dataclass(frozen=True, slots=True)
class _Set:
    """Labelled pairs of one pair of files, what is told of them, and the engine that saw them."""

    name: str
    corpus: Path
    labels: Labels
    keys: tuple[tuple[str, str], ...]
    told: str
    matcher: Matcher
    needs: Mapping[str, Need]

    def read(self, scores: Mapping[tuple[str, str], float]) -> "_Set":
        """The pairs that a re-ranker has scored, with its score as one more feature."""
        kept = tuple(key for key in self.keys if key in scores)
        return replace(self, labels=with_cross(self.labels, self.keys, scores), keys=kept)

    def logits(self, reader: CrossEncoder) -> dict[tuple[str, str], float]:
        """What a re-ranker says of each pair, reading the same texts as in use."""
        pairs: dict[str, dict[str, float]] = {}
        for (need, i), level in zip(self.keys, self.labels.low, strict=True):
            pairs.setdefault(need, {})[i] = float(level)
        graded = [GradedNeed(self.needs[need], found, dict.fromkeys(found, 1)) for need, found in pairs.items()]
        read = score_groups(reader, graded_groups(self.matcher.side(Side.ACHIEVEMENT), graded))
        return {
            (each.need_id, i): float(score) for each in read for i, score in zip(each.ids, each.scores, strict=True)
        }


def fit_ranker(
    needs: Sequence[Path],
    achievements: Sequence[Path],
    judgements: Sequence[Path],
    feedback: Sequence[Path],
    *,
    rules: Path | None,
    base: str | None,
    out: Path,
    unseen: Path | None = None,
    cross: Path | None = None,
) -> None:
    """Fit the level model on sets of graded pairs and on feedback, which belongs to the last set, and write it.

    `unseen`: the folder of an encoder trained with folds; a need that took part is seen through the encoder of the
    fold that held it out, so that the features are those of a stranger. `cross`: the folder of a re-ranker, whose score
    becomes a feature. If it was trained with folds, its out-of-fold scores are taken, and pairs without one are left
    out; else it reads all pairs now, and must not have learned from any of these needs.

    Raises:
        ConfigError: the lists of files do not correspond, or nothing to learn from was given.
        MatcherError: as reading, indexing and fitting say.
    """
    if len(needs) != len(achievements) or len(judgements) not in {len(needs), len(needs) - bool(feedback)}:
        raise ConfigError(
            "--needs、--achievements、--judgements 的个数不一致；三者要一一对应，"
            "只有最后一组可以用 --feedback 代替 --judgements。"
        )
    # What the pairs look like before anyone reads them together: a re-ranker would change nothing but the time.
    settings = load_settings(rerank=0)
    reports = (
        read_feedback(feedback, LabelRules.load(rules), max_bytes=settings.max_file_mb * 1_000_000)
        if feedback
        else None
    )
    built: dict[Path, Matcher] = {}
    sets = [
        _read(*files, reports if at == len(needs) else None, settings, unseen, built)
        for at, files in enumerate(zip_longest(needs, achievements, judgements), 1)
    ]
    matcher = sets[-1].matcher
    names = (*FEATURES, CROSS) if cross else FEATURES
    if cross:
        sets = _crossed(sets, cross, settings)
    labels = Labels.joined([each.labels for each in sets]).of_corpora([each.corpus for each in sets for _ in each.keys])
    start = _base(base, labels.needs, matcher)
    strength = chosen_strength(labels, names, start, seed=settings.seed) if start else STRENGTH
    # Without a base so few needs are refused; with one the base stands behind them.
    probs = held_out(labels, names, start, strength, settings.seed) if start is None or labels.needs >= FOLDS else None
    measured = (
        f"需求不足 {FOLDS} 条，未做交叉验证"
        if probs is None
        else f"按需求 {FOLDS} 折：{told_of(probs, labels, names, start)}"
    )
    behind = f"；以分级模型 {start.id} 为基础，强度 {strength:g} 对" if start else ""
    made_from = f"{'；'.join(each.told for each in sets)}；编码器 {matcher.encoder_id}{behind}；{measured}"
    if probs is None or labels.needs < _TELLING:
        log(f"提示：评级只涉及 {labels.needs} 条需求，下面的误差和模型都靠不住；最好先评到 {_TELLING} 条以上再上线。")
    else:
        _tell_unseen(sets, probs)
    labels.fit(names, base=start, strength=strength, made_from=made_from).save(out)
    # One that reads a re-ranker's score comes into use together with it.
    what = out.parent if cross else out
    log(f"已写入 {out}（{made_from}）。上线用 matcher models promote {what}，不输才会启用。")


def _crossed(sets: Sequence[_Set], cross: Path, settings: Settings) -> list[_Set]:
    """The sets with a re-ranker's score as one more feature; those without any are left out."""
    if (cross / SCORES_FILE).is_file():
        scores = read_pair_scores(cross / SCORES_FILE)
        return [found for each in sets if len((found := each.read(scores)).labels)]
    reader = CrossEncoder(cross / INT8_FOLDER if (cross / INT8_FOLDER).is_dir() else cross, threads=settings.threads)
    log(f"提示：{cross} 没有分折的得分，现在由 {reader.id} 逐对去读；它不应学过这些需求，否则分级会过于相信它。")
    return [each.read(each.logits(reader)) for each in sets]


def _tell_unseen(sets: Sequence[_Set], probs: Probs) -> None:
    """Every figure of `matcher evaluate` for each set of exact levels, its needs graded by a model without them."""
    for each, found in zip(sets, np.split(probs, np.cumsum([len(each.labels) for each in sets])[:-1]), strict=True):
        labels = each.labels
        if not (labels.low == labels.high).all():
            continue
        levels: dict[str, dict[str, int]] = {}
        graded: dict[str, list[GradedPair]] = {}
        rows = zip(each.keys, labels.low, expected_levels(found), levels_of(found), found, strict=True)
        for (need, i), level, score, predicted, chances in rows:
            levels.setdefault(need, {})[i] = int(level)
            p1, p2, p3, p4 = map(float, chances)
            graded.setdefault(need, []).append(GradedPair(i, float(score), int(predicted), (p1, p2, p3, p4)))
        answers = Answers(
            model=f"{each.name}：未见过的需求",
            mode=Mode.PAIRS,
            need_ids=tuple(graded),
            judged=list(graded.values()),
            ranked=[sorted(pairs, key=lambda pair: (-pair.score, pair.achievement_id)) for pairs in graded.values()],
        )
        output().print(
            evaluation_table(measure(answers, Judgements(Path(each.name), levels, dict.fromkeys(each.keys, 0))))
        )


def _read(
    need_file: Path,
    achievement_file: Path,
    judgement_file: Path | None,
    feedback: Feedback | None,
    settings: Settings,
    unseen: Path | None,
    built: dict[Path, Matcher],
) -> _Set:
    """`built`: engines by their file of achievements, so that a file that is named again is not encoded again."""
    by_id = {need.id: need for need in read_files([need_file], settings, side=Side.NEED).needs}
    found = read_files([achievement_file], settings, side=Side.ACHIEVEMENT).achievements
    known = {record.id for record in found}
    pairs: _Pairs = {}
    told: list[str] = []
    if judgement_file is not None:
        judged = read_judgements(judgement_file).within(by_id, known)
        told.append(f"{judgement_file.parent.name}：{len(judged.levels)} 条需求 {judged.pairs} 对")
        for need, graded in judged.levels.items():
            pairs.setdefault(need, []).extend((i, level, level, 1.0) for i, level in graded.items())
    if feedback is not None:
        usable = feedback.within(by_id, known)
        tell_feedback(usable)
        told.append(f"反馈：{len(usable.by_need())} 条需求 {len(usable.pairs)} 对")
        for pair in usable.pairs:
            pairs.setdefault(pair.need_id, []).append((pair.achievement_id, pair.low, pair.high, pair.weight))
    matcher = built.get(achievement_file)
    if matcher is None:
        with bar("编码") as show:
            matcher = built[achievement_file] = Matcher.build(achievements=found, settings=settings, progress=show)
    answers: dict[str, Graded] = {}
    for fold in unseen_folds(unseen) if unseen else []:
        held = {need: rows for need, rows in pairs.items() if need in fold.needs}
        if held:
            with bar(f"编码（{fold.folder.name}）") as show:
                stranger = Matcher.build(
                    achievements=found, settings=settings, encoder=load_encoder(str(fold.encoder)), progress=show
                )
            answers |= _graded(held, by_id, stranger)
    answers |= _graded({need: rows for need, rows in pairs.items() if need not in answers}, by_id, matcher)
    keys = tuple((need, i) for need, rows in pairs.items() for i, *_ in rows)
    name = (judgement_file or achievement_file).parent.name
    return _Set(name, achievement_file, _labels(pairs, answers), keys, "；".join(told), matcher, by_id)


def _graded(pairs: _Pairs, by_id: Mapping[str, Need], matcher: Matcher) -> dict[str, Graded]:
    answers = matcher.grade([(by_id[need], [i for i, *_ in rows]) for need, rows in pairs.items()])
    return dict(zip(pairs, answers, strict=True))


def _labels(pairs: _Pairs, answers: Mapping[str, Graded]) -> Labels:
    rows = [row for found in pairs.values() for row in found]
    return Labels(
        x=np.concatenate([answers[need].features for need in pairs]),
        low=np.array([low for _, low, _, _ in rows], dtype=np.int64),
        high=np.array([high for _, _, high, _ in rows], dtype=np.int64),
        groups=np.repeat(np.arange(len(pairs)), [len(found) for found in pairs.values()]),
        weights=np.array([weight for *_, weight in rows], dtype=np.float64),
        importance=np.ones(len(rows)),
    )


def tell_feedback(feedback: Feedback) -> None:
    """Say what became of the rows."""
    silent = "、".join(f"{aspect.label} {count}" for aspect, count in feedback.silent.items())
    log(
        f"反馈：{feedback.decided} 条结论，可学习 {len(feedback.pairs)} 对"
        + (f"（其中 {feedback.passed_over} 对是看过未选，只作弱负例）" if feedback.passed_over else "")
        + (f"；不涉及内容、不参与学习的有 {silent}" if silent else "")
        + "。"
    )
    for what, lines in (
        ("提示：", feedback.conflicts),
        ("未能使用：", [f"{row.place}：{row.reason}。" for row in feedback.rejected]),
    ):
        for line in lines[:_SHOWN]:
            log(f"{what}{line}")
        if len(lines) > _SHOWN:
            log(f"{what}……共 {len(lines)} 条。")


def _base(wanted: str | None, needs: int, matcher: Matcher) -> LevelModel | None:
    """The model to stay near: as told, else the one in use where there are few needs.

    Raises:
        ModelError: the file is missing or no level model.
    """
    if wanted is None:
        wanted = _IN_USE if needs < _ALONE else _NONE
    if wanted == _NONE:
        return None
    base = matcher.model if wanted == _IN_USE else LevelModel.load(Path(wanted))
    if matcher.encoder_id not in base.made_from:
        log(
            f"提示：基础模型 {base.id} 不是用编码器 {matcher.encoder_id} 拟合的，可能不适合作基础；可改用 --base none。"
        )
    return base


def fit_fields(achievements: Sequence[Path], needs: Sequence[Path], out: Path) -> None:
    """Train the classifier of fields and industries and write its folder.

    Raises:
        MatcherError: as reading and training say.
    """
    settings = load_settings()
    found = read_files(achievements, settings, side=Side.ACHIEVEMENT).achievements
    wanted = read_files(needs, settings, side=Side.NEED).needs if needs else ()
    report = train_fields(found, wanted, out)
    log(f"已写入 {out}：{report.records} 条记录。")
    for scheme, scores in report.scores.items():
        log(f"  {scheme}：{scores}")
