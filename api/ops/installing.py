"""Puts what running the service needs around an application."""

from fastapi import FastAPI

from api.access.address import parse_networks
from api.ops.backlog import BacklogCollector
from api.ops.beat import Beat
from api.ops.headers import SafeHeaders
from api.ops.metrics import Metrics
from api.ops.observing import Observing
from api.ops.routes import router_of
from api.service import Service

__all__ = ["install"]


def install(app: FastAPI, service: Service) -> None:
    """Request numbers, the access log, headers, and the routes of health and metrics.

    Raises:
        ConfigError: `metrics_networks` holds what is no network.
    """
    settings = service.settings
    beats = {name: Beat(settings.data_dir, name) for name in ("indexer",)}
    metrics = Metrics(BacklogCollector(service.database, beats))
    app.state.metrics = metrics
    # The last to be added is outermost.
    app.add_middleware(Observing, metrics=metrics)
    app.add_middleware(SafeHeaders, https=settings.secure_cookies)
    # Not through `include_router`: all its routes begin with identifying the caller, which asks the database.
    app.router.routes.extend(router_of(parse_networks(settings.metrics_networks)).routes)
