"""Whether the service can answer: a few named checks, without secrets, addresses or paths."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.db import migrate
from api.db.tables import IndexQueue
from api.ops.beat import Beat
from api.service import Service

__all__ = ["INDEXER_LATE_S", "Check", "check_readiness"]

INDEXER_LATE_S = 180.0
"""A batch takes the index process some ten seconds on a slow machine; one that is silent for so long hangs."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so."""

    name: str
    ok: bool
    detail: str


def check_readiness(service: Service) -> tuple[Check, ...]:
    """All checks, also after one has failed."""
    answers = service.database.answers()
    database = Check("database", answers, "有应答" if answers else "没有应答")
    return (database, _tables(service, answers), *_index(service, answers), _indexer(service))


def _tables(service: Service, answers: bool) -> Check:
    if not answers:
        return Check("migrations", False, "无法检查")
    ok = migrate.current(service.database) == migrate.head()
    return Check("migrations", ok, "最新" if ok else "与程序不符；请运行 matcher service migrate")


def _index(service: Service, answers: bool) -> tuple[Check, ...]:
    opened = service.matching.is_open
    index = Check("index", opened, "已打开" if opened else "正在打开")
    if not opened or not answers:
        return (index, Check("first-batch", False, "尚不知道"))
    # An index that holds something answers; an empty one is right only where there is nothing to learn.
    holds = service.matching.reader().version != "0"
    try:
        with service.database.reading() as session:
            queued = session.scalar(select(IndexQueue.id).limit(1)) is not None
    except SQLAlchemyError:
        return (index, Check("first-batch", False, "尚不知道"))
    ok = holds or not queued
    return (index, Check("first-batch", ok, "可检索" if ok else "首批记录正在进入索引"))


def _indexer(service: Service) -> Check:
    age = Beat(service.settings.data_dir, "indexer").age_s()
    ok = age is not None and age < INDEXER_LATE_S
    return Check("indexer", ok, "运行中" if ok else "没有动静；请查看日志")
