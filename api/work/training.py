"""The job that learns the level model from what became of leads; what it makes is not put in use."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.groups import projected
from api.db.tables import RecordRow
from api.introductions.feedback import verdicts
from api.jobs.context import JobContext
from api.jobs.errors import JobError
from api.records.content import to_record
from api.service import Service
from api.subscriptions.verdicts import learned
from matcher.config import Settings
from matcher.engine import Matcher
from matcher.live.reader import LiveReader
from matcher.rank.features import FEATURES
from matcher.rank.feedback import Feedback, LabelledPair, learn
from matcher.rank.labels import LabelRules
from matcher.rank.levels import LevelModel
from matcher.records import Need, Side, Tier
from matcher.train.crossval import FOLDS, Labels, chosen_strength, held_out, told_of
from matcher.train.levels import STRENGTH
from matcher.train.ranker_card import RankerCard, write_ranker_card

__all__ = ["run_training"]

# From this many needs on the feedback can stand alone; below, the model in use is the base.
_ALONE = 100
# With fewer needs the figures of unseen ones say nothing.
_TELLING = 20
_PAGE = 500


def run_training(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Fit a level model on the verdicts of introductions and recommendations, and leave it as a file, with its card.

    Needs and achievements are those of the index, with the texts that everybody may read who may see the record.

    Returns:
        What was learned from, and how well needs do that a model has not seen, five folds by need.

    Raises:
        JobError: there is nothing to learn from.
        MatcherError: as the index and fitting say.
    """
    del parameters
    context.progress(0, 0, "正在收集反馈")
    # What pairs look like before anyone reads them together.
    settings = service.engine.model_copy(update={"rerank": 0})
    matcher = LiveReader(service.settings.index_folder, settings).matcher()
    if not matcher.has(Side.ACHIEVEMENT):
        raise JobError("索引里还没有成果，无法训练；请先发布成果。")
    with service.database.reading() as session:
        feedback = learn([*verdicts(session), *learned(session)], LabelRules.load())
        needs = _needs(session, sorted({pair.need_id for pair in feedback.pairs}))
    usable = _within(feedback, needs, matcher)
    if not usable:
        raise JobError("还没有可以学习的反馈（对接结果，或对推荐的“感兴趣”“不合适”）；请在积累一些反馈后再训练。")
    context.progress(0, 0, "正在训练")
    return _fitted(context, feedback, _labels(usable, needs, matcher), matcher, settings)


def _needs(session: Session, ids: Sequence[str]) -> dict[str, Need]:
    """Needs by id as the index sees them, withdrawn ones too: a verdict on one still teaches."""
    found: dict[str, Need] = {}
    for first in range(0, len(ids), _PAGE):
        chosen = select(RecordRow).where(
            RecordRow.id.in_(ids[first : first + _PAGE]),
            RecordRow.deleted_at.is_(None),
            RecordRow.visibility < int(Tier.SECRET),
        )
        for row in session.scalars(chosen):
            record = projected(to_record(row), row.tiers, Tier(row.visibility))
            if isinstance(record, Need):
                found[row.id] = record
    return found


def _within(feedback: Feedback, needs: Mapping[str, Need], matcher: Matcher) -> list[LabelledPair]:
    known = set(matcher.side(Side.ACHIEVEMENT).ids)
    return [pair for pair in feedback.pairs if pair.need_id in needs and pair.achievement_id in known]


def _labels(pairs: Sequence[LabelledPair], needs: Mapping[str, Need], matcher: Matcher) -> Labels:
    by_need: dict[str, list[LabelledPair]] = {}
    for pair in pairs:
        by_need.setdefault(pair.need_id, []).append(pair)
    graded = matcher.grade([(needs[i], [pair.achievement_id for pair in found]) for i, found in by_need.items()])
    rows = [pair for found in by_need.values() for pair in found]
    return Labels(
        x=np.concatenate([answer.features for answer in graded]),
        low=np.array([pair.low for pair in rows], dtype=np.int64),
        high=np.array([pair.high for pair in rows], dtype=np.int64),
        groups=np.repeat(np.arange(len(by_need)), [len(found) for found in by_need.values()]),
        weights=np.array([pair.weight for pair in rows], dtype=np.float64),
        importance=np.ones(len(rows)),
    )


def _fitted(
    context: JobContext, feedback: Feedback, labels: Labels, matcher: Matcher, settings: Settings
) -> dict[str, Any]:
    base = matcher.model if labels.needs < _ALONE else None
    strength = chosen_strength(labels, FEATURES, base, seed=settings.seed) if base else STRENGTH
    measured = f"需求不足 {FOLDS} 条，未做交叉验证"
    if labels.needs >= FOLDS:
        probs = held_out(labels, FEATURES, base, strength, settings.seed)
        measured = f"按需求 {FOLDS} 折：{told_of(probs, labels, FEATURES, base)}"
    told = f"服务中的反馈：{labels.needs} 条需求 {len(labels)} 对"
    made_from = f"{told}；编码器 {matcher.encoder_id}；{measured}"
    model: LevelModel = labels.fit(FEATURES, base=base, strength=strength, made_from=made_from)
    path = context.folder / "levels.json"
    model.save(path)
    context.add_file("levels.json", path, "application/json")
    card = RankerCard(
        model=model,
        encoder_id=matcher.encoder_id,
        reader_id="",
        base_id=base.id if base else "",
        strength=strength,
        # What was said stands in the database, in no file.
        files={},
        told=[told],
        needs=labels.needs,
        pairs=len(labels),
        seed=settings.seed,
        measured=measured if labels.needs >= FOLDS else "",
        figures=(),
    )
    context.add_file("levels.md", write_ranker_card(path, card), "text/markdown; charset=utf-8")
    doubtful = [f"反馈只涉及 {labels.needs} 条需求，误差和模型都靠不住；最好积累到 {_TELLING} 条以上再上线。"]
    return {
        "model": model.id,
        "base": base.id if base else "",
        "needs": labels.needs,
        "pairs": len(labels),
        "decided": feedback.decided,
        "conflicts": len(feedback.conflicts),
        "rejected": len(feedback.rejected),
        "figures": measured,
        "notes": [
            *(doubtful if labels.needs < _TELLING else []),
            f"模型没有启用。上线请在数据文件夹下执行 matcher models promote results/{context.job_id}/levels.json。",
        ],
    }
