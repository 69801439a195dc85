"""The work behind `matcher train ranker`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from matcher.evaluate import Evaluation, evaluation_table, read_judgements
from matcher.rank.features import FEATURES
from matcher.rank.feedback import Feedback, read_feedback
from matcher.rank.labels import LabelRules
from matcher.rank.levels import LevelModel, Probs
from matcher.rank.ranker import Graded
from matcher.rank.rerank import READ_FEATURES
from matcher.records import Side
from matcher.train.crossval import ALONE, TELLING, judged
from matcher.train.data import file_sums, read_data
from matcher.train.ranker_card import RankerCard, card_of_levels, write_ranker_card
from matcher.train.ranker_data import LabelledNeeds, PairSet, joined, labelled_sets
from matcher.train.scores import SCORES_FILE, read_pair_scores
from matcher.train.stacking import unseen_folds
from matcher.train.sums import sums_of
from matcher.train.trained import INT8_FOLDER

__all__ = ["GradedFiles", "fit_ranker"]

_IN_USE, _NONE = "in-use", "none"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class GradedFiles:
    """Files of needs, of achievements and of judgements that belong together one by one, and filled workbooks.

    The workbooks belong to the last set, which may have them in place of judgements.
    """

    needs: Sequence[Path]
    achievements: Sequence[Path]
    judgements: Sequence[Path]
    feedback: Sequence[Path]

    @property
    def all(self) -> list[Path]:
        """Every file, each once, in order."""
        return list(dict.fromkeys((*self.needs, *self.achievements, *self.judgements, *self.feedback)))

    def check(self) -> None:
        """Raises ConfigError where the numbers of files do not agree, or there are none."""
        sets = len(self.needs)
        if not self.all:
            raise ConfigError(
                "没有给出评级；请用 --data 给出训练数据清单，或用 --needs、--achievements、--judgements 逐项给出文件。"
            )
        if not sets or sets != len(self.achievements) or len(self.judgements) not in {sets, sets - bool(self.feedback)}:
            raise ConfigError(
                "--needs、--achievements、--judgements 的个数不一致；三者要一一对应，"
                "只有最后一组可以用 --feedback 代替 --judgements。"
            )


def fit_ranker(
    source: GradedFiles | Path,
    *,
    rules: Path | None,
    base: str | None,
    out: Path,
    unseen: Path | None = None,
    cross: Path | None = None,
) -> None:
    """Fit the level model on graded pairs, feedback and written needs, and write it with its card.

    Args:
        source: sets of files, or a list of training data.
        rules: which label counts as what; None takes those in the package. A list names its own for feedback.
        base: which model to stay near, as `--base` says.
        out: the JSON file to write; its card stands beside it as a `.md` file.
        unseen: the folder of an encoder trained with folds; a need that took part is seen through the encoder of the
            fold that held it out, so that the features are those of a stranger.
        cross: the folder of a re-ranker, whose score becomes a feature. If it was trained with folds, its out-of-fold
            scores are taken, and pairs without one are left out; else it reads all pairs now, and must not have
            learned from any of these needs.

    Raises:
        ConfigError: the lists of files do not correspond, nothing to learn from was given, or `out` is a card's name.
        MatcherError: as reading, indexing and fitting say.
    """
    if card_of_levels(out) == out:
        raise ConfigError(f"{out} 的 .md 是模型卡的名字；请用 --out 给出 JSON 文件，例如 {out.with_suffix('.json')}。")
    # What the pairs look like before anyone reads them together: a re-ranker would change nothing but the time.
    settings = load_settings(rerank=0)
    sums = file_sums(source) if isinstance(source, Path) else _sums(source)
    if rules and rules.is_file():
        sums |= sums_of([rules])
    built: dict[Path, Matcher] = {}
    labelled = _listed(source, rules, settings) if isinstance(source, Path) else _files(source, rules, settings)
    sets = [_seen(each, settings, unseen, built) for each in labelled]
    reader = ""
    if cross:
        sets, reader = _crossed(sets, cross, settings)
    card = _fitted(sets, reader, base, sums, settings)
    card.model.save(out)
    # One that reads a re-ranker's score comes into use together with it.
    what = out.parent if cross else out
    log(
        f"已写入 {out}（{card.model.made_from}），模型卡在 {write_ranker_card(out, card)}。"
        f"上线用 matcher models promote {what}，不输才会启用。"
    )


def _fitted(
    sets: Sequence[PairSet], reader: str, base: str | None, sums: Mapping[str, str], settings: Settings
) -> RankerCard:
    """The model, with all that its card tells; `reader`: the re-ranker whose score is a feature, or ""."""
    encoder_id, names = sets[-1].matcher.encoder_id, READ_FEATURES if reader else FEATURES
    labels = joined(sets)
    start = _base(base, labels.separable, sets[-1].matcher)
    found = judged(labels, names, start, seed=settings.seed)
    behind = f"；以分级模型 {start.id} 为基础，强度 {found.strength:g} 对" if start else ""
    made_from = f"{'；'.join(each.told for each in sets)}；编码器 {encoder_id}{behind}；{found.told}"
    figures: list[Evaluation] = []
    if found.probs is None or labels.separable < TELLING:
        log(
            f"提示：评级只涉及 {labels.separable} 条需求，下面的误差和模型都靠不住；最好先评到 {TELLING} 条以上再上线。"
        )
    else:
        figures = _measured(sets, found.probs)
    return RankerCard(
        model=labels.fit(names, base=start, strength=found.strength, made_from=made_from),
        encoder_id=encoder_id,
        reader_id=reader,
        base_id=start.id if start else "",
        strength=found.strength,
        files=sums,
        told=[each.told for each in sets],
        needs=labels.separable,
        pairs=len(labels),
        seed=settings.seed,
        measured="" if found.probs is None else found.told,
        figures=figures,
    )


def _sums(files: GradedFiles) -> dict[str, str]:
    """SHA-256 of every file, by a name for the card; one that cannot be read is told when it is read."""
    files.check()
    return sums_of([path for path in files.all if path.is_file()])


def _files(files: GradedFiles, rules: Path | None, settings: Settings) -> list[LabelledNeeds]:
    reports = (
        read_feedback(files.feedback, LabelRules.load(rules), max_bytes=settings.max_file_mb * 1_000_000)
        if files.feedback
        else None
    )
    last = len(files.needs)
    return [
        _read(*paths, reports if at == last else None, settings)
        for at, paths in enumerate(zip_longest(files.needs, files.achievements, files.judgements), 1)
    ]


def _read(
    need_file: Path, achievement_file: Path, judgement_file: Path | None, feedback: Feedback | None, settings: Settings
) -> LabelledNeeds:
    by_id = {need.id: need for need in read_files([need_file], settings, side=Side.NEED).needs}
    found = read_files([achievement_file], settings, side=Side.ACHIEVEMENT).achievements
    known = {record.id for record in found}
    name = (judgement_file or achievement_file).absolute().parent.name
    labelled = LabelledNeeds(name, achievement_file, found, by_id)
    if judgement_file is not None:
        labelled.add_grades(read_judgements(judgement_file).within(by_id, known).levels, name)
    if feedback is not None:
        usable = feedback.within(by_id, known)
        _tell_feedback(usable)
        labelled.add_feedback(usable.pairs)
    return labelled


def _listed(path: Path, rules: Path | None, settings: Settings) -> list[LabelledNeeds]:
    parts = read_data(path, max_bytes=settings.max_file_mb * 1_000_000)
    if any(part.bodies for part in parts):
        log("提示：[[bodies]] 只供编码器学习，分级模型用不上，已略过。")
    found = list(labelled_sets(parts, LabelRules.load(rules)))
    if not found:
        raise ConfigError(f"训练数据清单 {path} 里没有分级模型可以学习的一对；请检查其中的文件是否配套。")
    return found


def _seen(labelled: LabelledNeeds, settings: Settings, unseen: Path | None, built: dict[Path, Matcher]) -> PairSet:
    """`built`: engines by their file of achievements, so that a file that is named again is not encoded again."""
    matcher = built.get(labelled.corpus)
    if matcher is None:
        with bar("编码") as show:
            matcher = Matcher.build(achievements=labelled.achievements, settings=settings, progress=show)
        built[labelled.corpus] = matcher
    answers: dict[str, Graded] = {}
    for fold in unseen_folds(unseen) if unseen else []:
        held = [need for need in labelled.rows if need in fold.needs]
        if held:
            with bar(f"编码（{fold.folder.name}）") as show:
                stranger = Matcher.build(
                    achievements=labelled.achievements,
                    settings=settings,
                    encoder=load_encoder(str(fold.encoder)),
                    progress=show,
                )
            answers |= _graded(labelled, held, stranger)
    answers |= _graded(labelled, [need for need in labelled.rows if need not in answers], matcher)
    return labelled.answered(answers, matcher)


def _graded(labelled: LabelledNeeds, ids: Sequence[str], matcher: Matcher) -> dict[str, Graded]:
    answers = matcher.grade([(labelled.needs[need], [i for i, *_ in labelled.rows[need]]) for need in ids])
    return dict(zip(ids, answers, strict=True))


def _crossed(sets: Sequence[PairSet], cross: Path, settings: Settings) -> tuple[list[PairSet], str]:
    """The sets with a re-ranker's score as one more feature, those without any left out; and who gave the scores."""
    folder = cross / INT8_FOLDER if (cross / INT8_FOLDER).is_dir() else cross
    reader = CrossEncoder(folder, threads=settings.threads)
    if (cross / SCORES_FILE).is_file():
        scores = read_pair_scores(cross / SCORES_FILE)
        return [found for each in sets if len((found := each.read(scores)).labels)], reader.id
    log(f"提示：{cross} 没有分折的得分，现在由 {reader.id} 逐对去读；它不应学过这些需求，否则分级会过于相信它。")
    return [each.read(each.logits(reader)) for each in sets], reader.id


def _measured(sets: Sequence[PairSet], probs: Probs) -> list[Evaluation]:
    """Show and return the figures of each set of exact levels, its needs graded by a model without them."""
    parts = np.split(probs, np.cumsum([len(each.labels) for each in sets])[:-1])
    figures = [told for each, found in zip(sets, parts, strict=True) if (told := each.measured(found)) is not None]
    for told in figures:
        output().print(evaluation_table(told))
    return figures


def _tell_feedback(feedback: Feedback) -> None:
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
        wanted = _IN_USE if needs < ALONE else _NONE
    if wanted == _NONE:
        return None
    base = matcher.model if wanted == _IN_USE else LevelModel.load(Path(wanted))
    if matcher.encoder_id not in base.made_from:
        log(
            f"提示：基础模型 {base.id} 不是用编码器 {matcher.encoder_id} 拟合的，可能不适合作基础；可改用 --base none。"
        )
    return base
