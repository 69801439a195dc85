"""How the service is: `/healthz`, `/readyz`, `/metrics`. They stand beside the API and are not versioned with it."""

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from api.access.address import Network
from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import EVERYBODY
from api.ops.metrics import MEDIA_TYPE, Metrics
from api.ops.reach import MetricsReach, nobody
from api.ops.readiness import check_readiness
from api.problems import problems
from api.service import ServiceDep

__all__ = ["router_of"]

# No key and no cookie is looked at, so the scope is nobody's matter.
_ANYBODY = needs(EVERYBODY, None, with_old_password=True)


class HealthOut(BaseModel):
    """The process lives."""

    status: str


class CheckOut(BaseModel):
    """One thing that must be so before the service can answer."""

    name: str
    ok: bool
    detail: str


class ReadinessOut(BaseModel):
    """Whether the service can answer."""

    status: str
    checks: list[CheckOut]


def router_of(near: tuple[Network, ...]) -> APIRouter:
    """The routes; `near`: networks from which the metrics are read without a key.

    What they tell of is asked of the application. FastAPI remembers for good every function it has seen; one that held
    the metrics would keep their database and all its compiled statements.
    """
    router = APIRouter(tags=["operations"])

    @router.get(
        "/healthz",
        operation_id="get_health",
        response_model=HealthOut,
        dependencies=[Depends(nobody), _ANYBODY],
        summary="进程是否存活 Liveness",
    )
    def health() -> HealthOut:
        return HealthOut(status="ok")

    @router.get(
        "/readyz",
        operation_id="get_readiness",
        response_model=ReadinessOut,
        dependencies=[Depends(nobody), _ANYBODY],
        responses={503: {"model": ReadinessOut, "description": "尚不能服务 Not ready"}},
        summary="是否可以服务 Readiness",
    )
    def readiness(service: ServiceDep, response: Response) -> ReadinessOut:
        checks = [CheckOut(name=one.name, ok=one.ok, detail=one.detail) for one in check_readiness(service)]
        ready = all(one.ok for one in checks)
        if not ready:
            response.status_code = 503
        return ReadinessOut(status="ready" if ready else "not-ready", checks=checks)

    @router.get(
        "/metrics",
        operation_id="get_metrics",
        response_class=Response,
        dependencies=[Depends(MetricsReach(near)), needs(EVERYBODY, Scope.ADMIN)],
        responses={
            **problems(400, 401, 403, 429, 503),
            200: {"description": "Prometheus", "content": {"text/plain": {"schema": {"type": "string"}}}},
        },
        summary="运行指标 Metrics",
    )
    def figures(request: Request) -> Response:
        metrics: Metrics = request.app.state.metrics
        return Response(metrics.text(), media_type=MEDIA_TYPE)

    return router
