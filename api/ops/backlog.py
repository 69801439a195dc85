"""What waits in the database, counted when somebody asks for the metrics."""

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.db.base import now
from api.db.engine import Database
from api.db.tables import Feed, IndexQueue, Job, WebhookDelivery
from api.ops.beat import Beat

__all__ = ["Backlog", "BacklogCollector", "read_backlog"]

_WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Counts at one moment. `index_lag_s`: age of the oldest change the index has still to learn, 0 for none."""

    index_queue: int
    index_lag_s: float
    jobs: dict[str, int]
    webhooks_waiting: int
    feeds_failing: int


def read_backlog(session: Session) -> Backlog:
    """Count now."""
    queued, oldest = session.execute(select(func.count(IndexQueue.id), func.min(IndexQueue.queued_at))).one()
    counted = session.execute(select(Job.state, func.count()).group_by(Job.state))
    jobs = {state: int(number) for state, number in counted}
    waiting = select(func.count()).select_from(WebhookDelivery).where(WebhookDelivery.state == _WAITING)
    failing = select(func.count()).select_from(Feed).where(Feed.active, Feed.failures > 0)
    return Backlog(
        index_queue=queued,
        index_lag_s=max(0.0, (now() - oldest).total_seconds()) if oldest is not None else 0.0,
        jobs=jobs,
        webhooks_waiting=session.scalar(waiting) or 0,
        feeds_failing=session.scalar(failing) or 0,
    )


class BacklogCollector(Collector):
    """The backlog and the signs of life as gauges; where the database does not answer, `service_database_up` is 0."""

    def __init__(self, database: Database, beats: dict[str, Beat]) -> None:
        """`beats`: by name of process."""
        self._database = database
        self._beats = beats

    def describe(self) -> Iterable[Metric]:
        """Nothing: names are known when they are collected."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Read the database now."""
        try:
            with self._database.reading() as session:
                found = read_backlog(session)
        except SQLAlchemyError:
            yield _gauge("service_database_up", "Whether the database answers", 0)
            return
        yield _gauge("service_database_up", "Whether the database answers", 1)
        yield _gauge("service_index_queue", "Changes the index has still to learn", found.index_queue)
        yield _gauge("service_index_lag_seconds", "Age of the oldest of them", found.index_lag_s)
        yield _gauge("service_webhooks_waiting", "Deliveries that wait", found.webhooks_waiting)
        yield _gauge("service_feeds_failing", "Active feeds whose last run failed", found.feeds_failing)
        jobs = GaugeMetricFamily("service_jobs", "Jobs by state", labels=["state"])
        for state, count in sorted(found.jobs.items()):
            jobs.add_metric([state], count)
        yield jobs
        ages = GaugeMetricFamily("service_beat_age_seconds", "Time since a process gave a sign", labels=["process"])
        for name, beat in sorted(self._beats.items()):
            if (age := beat.age_s()) is not None:
                ages.add_metric([name], age)
        yield ages


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
