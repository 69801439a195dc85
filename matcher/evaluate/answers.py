"""What a system said about judged needs, asked once and then looked at from every side."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.errors import EvaluationError
from matcher.evaluate.base import Graded, Grader, Mode
from matcher.evaluate.judgements import Judgements
from matcher.records import Need

__all__ = ["DEPTH", "Answers", "collect"]

DEPTH = 200
"""How many achievements corpus mode asks for; a first level ≥ 3 further down counts as not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """One system's answers, need by need in the order of `need_ids`.

    `judged[i]` grades exactly the judged achievements, in any order. `ranked[i]` is best first: the judged achievements
    in pairs mode, the best of the whole corpus in corpus mode.
    """

    model: str
    mode: Mode
    need_ids: tuple[str, ...]
    judged: Sequence[Sequence[Graded]]
    ranked: Sequence[Sequence[Graded]]


def collect(
    grader: Grader,
    needs: Mapping[str, Need],
    judgements: Judgements,
    *,
    mode: Mode = Mode.PAIRS,
    depth: int = DEPTH,
) -> Answers:
    """Ask a system about every judged need.

    Args:
        grader: the system.
        needs: at least every need judged.
        judgements: pairs whose ids the system knows; see `Judgements.within`.
        mode: rank the judged candidates, or retrieve from the whole corpus.
        depth: how many achievements to retrieve for each need in corpus mode.

    Raises:
        EvaluationError: a judged need is not in `needs`, or the system's answer leaves out, adds or repeats an
            achievement, or holds a level or a number that cannot be.
    """
    missing = [i for i in judgements.levels if i not in needs]
    if missing:
        raise EvaluationError(
            f"标注文件 {judgements.path} 中的需求 {missing[0]} 不在读入的需求里；请检查两个文件是否配套。"
        )
    need_ids = tuple(judgements.levels)
    asked = [(needs[i], tuple(judgements.levels[i])) for i in need_ids]
    judged = [_checked(i, answer) for i, answer in zip(need_ids, grader.grade_many(asked), strict=True)]
    for need_id, answer in zip(need_ids, judged, strict=True):
        _check_complete(need_id, [graded.achievement_id for graded in answer], judgements.levels[need_id])
    if mode is Mode.CORPUS:
        found = grader.rank_many([need for need, _ in asked], depth)
        ranked = [_checked(i, answer) for i, answer in zip(need_ids, found, strict=True)]
    else:
        ranked = [sorted(answer, key=lambda graded: (-graded.score, graded.achievement_id)) for answer in judged]
    return Answers(model=grader.name, mode=mode, need_ids=need_ids, judged=judged, ranked=ranked)


def _checked(need_id: str, answer: Sequence[Graded]) -> Sequence[Graded]:
    seen: set[str] = set()
    for graded in answer:
        where = f"系统对需求 {need_id} 与成果 {graded.achievement_id} 的评分"
        if graded.achievement_id in seen:
            raise EvaluationError(f"{where}出现了两次；请检查被评测的系统。")
        seen.add(graded.achievement_id)
        numbers = (graded.score, *graded.probs)
        if (
            not all(map(math.isfinite, numbers))
            or graded.level not in (1, 2, 3, 4)
            or abs(sum(graded.probs) - 1.0) > 1e-3
        ):
            raise EvaluationError(
                f"{where}不可用（分数 {graded.score}，等级 {graded.level}，概率 {graded.probs}）；"
                "等级应为 1–4，四个概率之和应为 1。"
            )
    return answer


def _check_complete(need_id: str, found: Sequence[str], wanted: Mapping[str, int]) -> None:
    wrong = sorted(set(found) ^ set(wanted))
    if wrong:
        raise EvaluationError(
            f"系统对需求 {need_id} 的回答少了或多了 {len(wrong)} 条成果（如 {wrong[0]}）；"
            "请检查它是否收录了全部已标注成果。"
        )
