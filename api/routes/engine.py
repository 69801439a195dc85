"""Models and indexes in use, for administrators."""

from typing import Any

from fastapi import APIRouter

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import Role
from api.db.base import now
from api.ops.engine import EncoderFacts, IndexFacts, Queue, encoder_facts, index_facts, published, queue
from api.routes.bodies.engine import (
    EncoderOut,
    EngineOut,
    GuardFigureOut,
    IndexOut,
    LevelModelOut,
    ModelOut,
    ModelsOut,
    QueueOut,
    RerankerOut,
    SegmentOut,
    SideOut,
    StepOut,
)
from api.service import ServiceDep
from matcher.config import Settings
from matcher.embed.promoted import JOURNAL_FILE, KIND_NAMES, Journal, Kind, Step
from matcher.rank.levels import LevelModel
from matcher.records import Side
from matcher.train.inventory import KnownModel, take_inventory
from matcher.train.registry import Registry
from matcher.train.standing import registry_missing, unread_because

__all__ = ["router"]

router = APIRouter(tags=["engine"])
_ADMINISTRATORS = [needs(frozenset({Role.ADMINISTRATOR}), Scope.ADMIN)]
_RERANKER_OFF = "重排未开启。把 SERVICE_RERANK 设为 20 后重启，每次匹配细读前 20 个，每次多用约 0.3 秒 CPU。"
_NO_REGISTRY = (
    "还没有模型库，用的是随软件包的模型。请用环境变量 MATCHER_MODEL_DIR 指定模型库的文件夹，"
    "再用 matcher models promote 启用自己的模型（见 docs/models.md），这里就会列出。"
)

_EMPTY_REGISTRY = (
    "模型库 {} 里还没有启用过模型；用 matcher models promote 启用自己的模型后（见 docs/models.md），这里就会列出。"
)


@router.get(
    "/engine",
    operation_id="get_engine",
    response_model=EngineOut,
    dependencies=_ADMINISTRATORS,
    summary="在用的模型和索引 Models and indexes in use",
)
def get_engine(service: ServiceDep) -> Any:
    with service.matching.use() as matcher:
        levels, reranker, settings = matcher.model, matcher.reranker, matcher.settings
        encoder_id, version, bar = matcher.encoder_id, matcher.version, matcher.bar
        indexed = {side: len(matcher.side(side)) if matcher.has(side) else 0 for side in Side}
    index = index_facts(service.settings.index_folder)
    with service.database.reading() as session:
        waiting, there = queue(session), published(session)
    note = "" if reranker else _RERANKER_OFF if settings.rerank == 0 else _unread(settings)
    return EngineOut(
        encoder=_encoder(encoder_facts(encoder_id, settings.model_dir, index.state.dim)),
        levels=_levels(levels),
        none_fits_below=bar,
        reranker=RerankerOut(id=reranker.id, top=reranker.top, made_from=reranker.model.made_from)
        if reranker
        else None,
        reranker_note=note,
        index=_index(
            index, int(version), [SideOut(side=side, indexed=indexed[side], published=there[side]) for side in Side]
        ),
        queue=_queue(waiting),
    )


def _unread(settings: Settings) -> str:
    chosen = Journal.read(settings.model_dir).current[Kind.RERANKER]
    return f"没有用重排模型：{unread_because(settings, chosen)}。"


def _encoder(facts: EncoderFacts) -> EncoderOut:
    manifest = facts.manifest
    return EncoderOut(
        id=facts.id,
        name=manifest.name if manifest else facts.id,
        hash=manifest.content_hash if manifest else "",
        dim=facts.dim,
        licence=manifest.licence if manifest else "",
        source=manifest.source if manifest else "",
        max_tokens=manifest.max_tokens if manifest else None,
        packaged=facts.packaged,
    )


def _levels(model: LevelModel) -> LevelModelOut:
    return LevelModelOut(
        id=model.id,
        features=list(model.features),
        weights=list(model.weights),
        thresholds=list(model.thresholds),
        none_fits_below=model.none_fits_below,
        made_from=model.made_from,
    )


def _index(facts: IndexFacts, generation: int, sides: list[SideOut]) -> IndexOut:
    state = facts.state
    return IndexOut(
        generation=generation,
        encoder_id=state.encoder_id,
        dim=state.dim,
        window_chars=state.window_chars,
        unmarked=state.unmarked,
        segments=[
            SegmentOut(
                number=item.number,
                created_at=item.created_at,
                needs=item.records[Side.NEED],
                achievements=item.records[Side.ACHIEVEMENT],
                disk_bytes=item.disk_bytes,
            )
            for item in facts.segments
        ],
        sides=sides,
        compacted_at=facts.compacted_at,
        disk_bytes=facts.disk_bytes,
    )


def _queue(waiting: Queue) -> QueueOut:
    behind = max(0.0, (now() - waiting.oldest_at).total_seconds()) if waiting.oldest_at else 0.0
    return QueueOut(length=waiting.length, oldest_at=waiting.oldest_at, behind_s=round(behind, 1))


@router.get(
    "/models",
    operation_id="list_models",
    response_model=ModelsOut,
    dependencies=_ADMINISTRATORS,
    summary="模型库和启用记录 The registry of models",
)
def list_models(service: ServiceDep) -> Any:
    # Not by the running matcher: where the models cannot be loaded there is none, and this is where that is looked up.
    root = service.engine.model_dir
    inventory = take_inventory(service.engine)
    configured = (root / JOURNAL_FILE).is_file()
    return ModelsOut(
        configured=configured,
        message=inventory.trouble or ("" if configured else _unconfigured(service.engine)),
        models=[_model(model) for model in inventory.models],
        steps=[_step(step) for step in Registry(root).journal().steps[::-1]],
    )


def _unconfigured(settings: Settings) -> str:
    if "model_dir" not in settings.model_fields_set:
        return _NO_REGISTRY
    return registry_missing(settings) or _EMPTY_REGISTRY.format(settings.model_dir)


def _model(known: KnownModel) -> ModelOut:
    return ModelOut(
        kind=known.kind,
        kind_label=KIND_NAMES[known.kind],
        id=known.id,
        name=known.name,
        added_at=known.added_at,
        in_use=known.in_use,
    )


def _step(step: Step) -> StepOut:
    return StepOut(
        at=step.at,
        rollback=step.rollback,
        models=dict(step.models),
        figures=[
            GuardFigureOut(
                guard=item.guard,
                figure=item.figure,
                before=item.before,
                after=item.after,
                low=item.low,
                high=item.high,
                lost=item.lost,
            )
            for item in step.figures
        ],
        reason=step.reason,
    )
