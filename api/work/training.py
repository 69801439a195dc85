"""The job that learns the level model from what became of leads; what it makes is not put in use."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
from matcher.train.crossval import ALONE, TELLING, Labels, judged
from matcher.train.ranker_card import RankerCard, write_ranker_card
from matcher.train.ranker_data import LabelledNeeds

__all__ = ["run_training"]

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
    labelled = LabelledNeeds("服务", Path(), (), needs)
    labelled.add_feedback(pairs)
    asked = [(needs[i], [achievement for achievement, *_ in rows]) for i, rows in labelled.rows.items()]
    return labelled.answered(dict(zip(labelled.rows, matcher.grade(asked), strict=True)), matcher).labels


def _fitted(
    context: JobContext, feedback: Feedback, labels: Labels, matcher: Matcher, settings: Settings
) -> dict[str, Any]:
    base = matcher.model if labels.needs < ALONE else None
    found = judged(labels, FEATURES, base, seed=settings.seed)
    told = f"服务中的反馈：{labels.needs} 条需求 {len(labels)} 对"
    made_from = f"{told}；编码器 {matcher.encoder_id}；{found.told}"
    model: LevelModel = labels.fit(FEATURES, base=base, strength=found.strength, made_from=made_from)
    path = context.folder / "levels.json"
    model.save(path)
    context.add_file("levels.json", path, "application/json")
    card = RankerCard(
        model=model,
        encoder_id=matcher.encoder_id,
        reader_id="",
        base_id=base.id if base else "",
        strength=found.strength,
        # What was said stands in the database, in no file.
        files={},
        told=[told],
        needs=labels.needs,
        pairs=len(labels),
        seed=settings.seed,
        measured="" if found.probs is None else found.told,
        figures=(),
    )
    context.add_file("levels.md", write_ranker_card(path, card), "text/markdown; charset=utf-8")
    doubtful = [f"反馈只涉及 {labels.needs} 条需求，误差和模型都靠不住；最好积累到 {TELLING} 条以上再上线。"]
    return {
        "model": model.id,
        "base": base.id if base else "",
        "needs": labels.needs,
        "pairs": len(labels),
        "decided": feedback.decided,
        "conflicts": len(feedback.conflicts),
        "rejected": len(feedback.rejected),
        "figures": found.told,
        "notes": [
            *(doubtful if labels.needs < TELLING else []),
            f"模型没有启用。上线请在数据文件夹下执行 matcher models promote results/{context.job_id}/levels.json。",
        ],
    }
