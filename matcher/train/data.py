"""The list of what is trained on: `DATA.toml`, and the files it names, by paths relative to it.

::

    [[graded]]                           # graded pairs; repeatable
    needs = "needs.jsonl"
    achievements = "achievements.jsonl"
    judgements = "judgements.tsv"        # need_id, achievement_id, level
    scores = "scores.tsv"                # optional: need_id, achievement_id, a careful reader's score from 1.0 to 4.0
    scores_share = 0.6                   # of such a score in what is learned; the rest is the level's

    [[written]]                          # needs written for achievements; repeatable
    achievements = "achievements.json"
    needs = "written.jsonl"              # id, need_title, need, oral, near_title
    scores = "written.tsv"               # optional, as above; the need ids are id:need, id:oral and id:near

    [[bodies]]                           # records whose title and body belong together, for the encoder; repeatable
    records = "achievements.json"
    side = "achievement"                 # or "need"

    [[feedback]]                         # what a platform's own users said, for the encoder; repeatable
    needs = "needs.xlsx"
    achievements = "achievements.xlsx"
    files = ["graded.xlsx"]              # lists of matches or grading sheets, filled in
    labels = "labels.tsv"                # optional: which word counts as what

A `graded` part has `judgements`, `scores` or both; a score alone stands for the nearest level.
"""

import csv
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from matcher.corpus.load import load
from matcher.errors import ConfigError, EvaluationError
from matcher.evaluate.judgements import read_judgements
from matcher.index.base import QueryText
from matcher.rank.feedback import LabelledPair, read_feedback
from matcher.rank.labels import LabelRules
from matcher.records import Achievement, Need, Record, Side
from matcher.train.sums import hash_of, short_names

__all__ = ["GradedNeed", "TrainingSet", "WrittenNeed", "file_sums", "read_data"]

_Found = TypeVar("_Found")
_Pair: TypeAlias = tuple[str, str]
_Scores: TypeAlias = dict[_Pair, float]


@dataclass(frozen=True, slots=True)
class GradedNeed:
    """A need and the achievements judged for it: scores in [1, 4] to learn, and plain grades to measure by.

    Feedback has no plain grades; `weights` > 0 tell how much a score counts, 1 where an achievement is not named, and
    `said` is what the scores were made of. `written_for`: the achievement that the need was written for, "" for
    one that somebody has.
    """

    need: Need
    scores: Mapping[str, float]
    levels: Mapping[str, int]
    weights: Mapping[str, float] = field(default_factory=dict)
    said: tuple[LabelledPair, ...] = ()
    written_for: str = ""


@dataclass(frozen=True, slots=True)
class WrittenNeed:
    """Needs written for one achievement, each as title and body, and needs of its field that it does not solve."""

    achievement_id: str
    needs: tuple[QueryText, ...]
    near: tuple[QueryText, ...]

    @property
    def asked(self) -> tuple[Need, ...]:
        """Every text as a need of its own, by the id under which it may be scored."""
        first, *oral = self.needs
        ways = (("need", first), *(("oral", text) for text in oral), *(("near", text) for text in self.near))
        return tuple(Need(id=f"{self.achievement_id}:{way}", title=text.title, problem=text.body) for way, text in ways)


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """One corpus of achievements with what was graded or written for it; `source`: the file it was read from."""

    achievements: tuple[Achievement, ...]
    graded: tuple[GradedNeed, ...] = ()
    written: tuple[WrittenNeed, ...] = ()
    bodies: tuple[Record, ...] = ()
    feedback: tuple[GradedNeed, ...] = ()
    source: Path = Path()

    @property
    def needs(self) -> tuple[Need, ...]:
        """All needs of which something was graded, said or written; one that comes several times does so here, too."""
        told = [item.need for item in (*self.graded, *self.feedback)]
        return (*told, *(need for item in self.written for need in item.asked))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Graded(_Strict):
    needs: Path
    achievements: Path
    judgements: Path | None = None
    scores: Path | None = None
    scores_share: Annotated[float, Field(ge=0, le=1)] = 0.6


class _Written(_Strict):
    achievements: Path
    needs: Path
    scores: Path | None = None


class _Bodies(_Strict):
    records: Path
    side: Side


class _Feedback(_Strict):
    needs: Path
    achievements: Path
    files: Annotated[tuple[Path, ...], Field(min_length=1)]
    labels: Path | None = None


class _List(_Strict):
    graded: tuple[_Graded, ...] = ()
    written: tuple[_Written, ...] = ()
    bodies: tuple[_Bodies, ...] = ()
    feedback: tuple[_Feedback, ...] = ()

    @property
    def files(self) -> list[Path]:
        """Every file named, sorted."""
        parts = (*self.graded, *self.written, *self.bodies, *self.feedback)
        named = [value for part in parts for _, value in part if isinstance(value, Path)]
        return sorted({*named, *(file for part in self.feedback for file in part.files)})


class _Row(BaseModel):
    id: str
    need_title: str
    need: str = ""
    oral: str = ""
    near_title: str = ""

    @property
    def written(self) -> WrittenNeed:
        oral = (QueryText(self.oral),) if self.oral else ()
        near = (QueryText(self.near_title),) if self.near_title else ()
        return WrittenNeed(self.id, (QueryText(self.need_title, self.need), *oral), near)


def read_data(path: Path, *, max_bytes: int) -> list[TrainingSet]:
    """Read the list and all files it names; pairs whose need or achievement could not be read are left out.

    Raises:
        ConfigError: the list cannot be read, holds an unknown name or names nothing.
        EvaluationError: a table of grades, scores or written needs cannot be read or holds a wrong value.
        InputError: a file of records cannot be read.
    """
    listed = _listed(path)
    corpora: dict[Path, _Corpus] = {}
    parts: tuple[_Graded | _Written | _Feedback, ...] = (*listed.graded, *listed.written, *listed.feedback)
    for part in parts:
        where = path.parent / part.achievements
        if where not in corpora:
            corpora[where] = _Corpus(where, max_bytes)
        if isinstance(part, _Graded):
            corpora[where].add_graded(path.parent, part)
        elif isinstance(part, _Written):
            corpora[where].add_written(path.parent, part)
        else:
            corpora[where].add_feedback(path.parent, part)
    bodies = []
    for owned in listed.bodies:
        read = load([path.parent / owned.records], side=owned.side, max_bytes=max_bytes)
        bodies.append(TrainingSet((), bodies=(*read.needs, *read.achievements)))
    return [found.taught() for found in corpora.values()] + bodies


def file_sums(path: Path) -> dict[str, str]:
    """SHA-256 of every file the list names, by the name that stands there; of a whole path only its end is kept.

    Raises:
        ConfigError: the list cannot be read.
        EvaluationError: a file cannot be read.
    """
    names = _listed(path).files
    places = [path.parent / name for name in names]
    shown = [short if name.is_absolute() else str(name) for name, short in zip(names, short_names(places), strict=True)]
    return dict(zip(shown, map(hash_of, places), strict=True))


def _listed(path: Path) -> _List:
    try:
        listed = _List.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"训练数据清单 {path} 中的 {name} 不可用（{first['msg']}）；写法见 docs/training.md。"
        ) from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"读不了训练数据清单 {path}（{error}）；请检查路径，并用 UTF-8 的 TOML 书写。") from error
    if not listed.graded and not listed.written and not listed.feedback:
        raise ConfigError(
            f"训练数据清单 {path} 没有 [[graded]]、[[written]] 或 [[feedback]]；写法见 docs/training.md。"
        )
    return listed


class _Corpus:
    """One file of achievements and what is said of them, read once however often it is named."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self.achievements = tuple(load([path], side=Side.ACHIEVEMENT, max_bytes=max_bytes).achievements)
        self.graded: list[GradedNeed] = []
        self.written: list[WrittenNeed] = []
        self.feedback: list[GradedNeed] = []
        self._known = {record.id for record in self.achievements}

    def taught(self) -> TrainingSet:
        return TrainingSet(
            self.achievements,
            tuple(self.graded),
            tuple(self.written),
            feedback=tuple(self.feedback),
            source=self._path,
        )

    def add_graded(self, here: Path, part: _Graded) -> None:
        found = load([here / part.needs], side=Side.NEED, max_bytes=self._max_bytes).needs
        needs = {need.id: need for need in found}
        levels: dict[_Pair, int] = {}
        if part.judgements:
            judged = read_judgements(here / part.judgements).within(needs, self._known, skip_unknown=True)
            levels = {(need, i): level for need, of in judged.levels.items() for i, level in of.items()}
        scores = self._scored(here / part.scores, needs) if part.scores else {}
        if not levels and not scores:
            raise EvaluationError(
                f"{here / part.needs} 没有可用的评级：judgements 和 scores 至少要有一项，编号要与记录一致；请检查清单。"
            )
        self._grade(needs, levels, scores, part.scores_share if levels else 1.0)

    def add_written(self, here: Path, part: _Written) -> None:
        rows = _lines(here / part.needs, _rows)
        solved = [row for row in rows if row.id in self._known]
        # With scores, needs written for the achievements of another file may ask here too.
        if not solved and not part.scores:
            raise EvaluationError(f"{here / part.needs} 所写的成果没有一条在 {self._path} 中；请检查两个文件是否配套。")
        for row in solved:
            self.written.append(row.written)
        if part.scores:
            asked = [(row.id, need) for row in rows for need in row.written.asked]
            needs = {need.id: need for _, need in asked}
            scores = self._scored(here / part.scores, needs)
            if not scores:
                raise EvaluationError(f"{here / part.scores} 没有一对与记录的编号一致；请检查清单中的文件是否配套。")
            self._grade(needs, {}, scores, 1.0, {need.id: item for item, need in asked})

    def _scored(self, path: Path, needs: Mapping[str, Need]) -> _Scores:
        """Scores of the pairs of which both records are known."""
        read = _lines(path, _scores)
        return {(need, i): score for (need, i), score in read.items() if need in needs and i in self._known}

    def _grade(
        self,
        needs: Mapping[str, Need],
        levels: Mapping[_Pair, int],
        scores: _Scores,
        share: float,
        written: Mapping[str, str] | None = None,
    ) -> None:
        """Learn `share` of a score and the rest of its level; a score alone stands for the nearest level.

        `written`: what each need was written for, if it was.
        """
        pairs: dict[str, list[str]] = {}
        # Where there are levels, a score without one is of a pair that was held back.
        for need, i in levels or scores:
            pairs.setdefault(need, []).append(i)
        for need, ids in pairs.items():
            whole = {i: levels.get((need, i)) or round(scores[need, i]) for i in ids}
            learned = {i: share * scores.get((need, i), whole[i]) + (1 - share) * whole[i] for i in ids}
            item = (written or {}).get(need, "")
            self.graded.append(GradedNeed(needs[need], learned, whole, written_for=item))

    def add_feedback(self, here: Path, part: _Feedback) -> None:
        found = load([here / part.needs], side=Side.NEED, max_bytes=self._max_bytes).needs
        needs = {need.id: need for need in found}
        rules = LabelRules.load(here / part.labels if part.labels else None)
        said = read_feedback([here / file for file in part.files], rules, max_bytes=self._max_bytes)
        for need, pairs in said.within(needs, self._known).by_need().items():
            weights: dict[str, float] = {}
            sums: dict[str, float] = {}
            for pair in pairs:
                weights[pair.achievement_id] = weights.get(pair.achievement_id, 0.0) + pair.weight
                middle = pair.weight * (pair.low + pair.high) / 2
                sums[pair.achievement_id] = sums.get(pair.achievement_id, 0.0) + middle
            scores = {i: sums[i] / weight for i, weight in weights.items()}
            self.feedback.append(GradedNeed(needs[need], scores, {}, weights, tuple(pairs)))


def _lines(path: Path, parse: Callable[[list[str]], _Found]) -> _Found:
    try:
        return parse(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"读不了 {path}（{error}）；请给出 UTF-8 编码的文本文件。") from error
    except (ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"{path} 的内容不是预期的样子（{error}）；写法见 docs/training.md。") from error


def _scores(lines: list[str]) -> _Scores:
    found = {}
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        score = float(row["score"])
        if not 1 <= score <= 4:
            raise ValueError(f"score {score} is not between 1 and 4")
        found[row["need_id"], row["achievement_id"]] = score
    return found


def _rows(lines: list[str]) -> list[_Row]:
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
    return [_Row.model_validate(row) for row in rows]
