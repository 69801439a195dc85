"""Counters of one application in Prometheus' text format; several web processes share theirs through files."""

import os
from collections.abc import Sequence
from enum import Enum

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

__all__ = ["MEDIA_TYPE", "Metrics"]

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_MATCHING = "matching"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """What one application counts; `others` are read at the moment somebody asks."""

    def __init__(self, *others: Collector) -> None:
        """All at zero."""
        self._others = others
        self._own = CollectorRegistry()
        self._requests = Counter(
            "service_requests", "Requests answered", ("method", "route", "status"), registry=self._own
        )
        self._seconds = Histogram(
            "service_request_seconds", "Time to answer", ("route",), buckets=_SECONDS, registry=self._own
        )
        self._matching = Histogram(
            "service_matching_seconds",
            "Time to answer requests that search or match (2xx only)",
            buckets=_SECONDS,
            registry=self._own,
        )

    def note(self, method: str, route: str, status: int, seconds: float, *, tags: Sequence[str | Enum] = ()) -> None:
        """Count one request; `route` is the template, so that there are never more series than routes."""
        self._requests.labels(method if method in _METHODS else "OTHER", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if _MATCHING in tags and 200 <= status < 300:
            self._matching.observe(seconds)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        registry = self._own
        if os.environ.get(_SHARED):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        others = CollectorRegistry()
        for collector in self._others:
            others.register(collector)
        return generate_latest(registry) + generate_latest(others)
