"""Numbers of one's own introductions."""

from typing import Any

from fastapi import APIRouter

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import SIGNED_IN
from api.days import china_day
from api.introductions.counting import count_introductions
from api.routes.bodies.introduction_counts import IntroductionCountsOut, StageCountOut
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter()


@router.get(
    "/counts",
    operation_id="count_introductions",
    response_model=IntroductionCountsOut,
    dependencies=[needs(SIGNED_IN, Scope.INTRODUCTIONS)],
    summary="我的对接各阶段有多少 Own introductions by stage",
)
def get_counts(service: ServiceDep, caller: CallerDep) -> Any:
    with service.database.reading() as session:
        found = count_introductions(session, caller, china_day())
    return IntroductionCountsOut(
        stages=[StageCountOut(stage=stage, label=stage.label, count=count) for stage, count in found.stages.items()],
        waiting=found.waiting,
        due=found.due,
        unclaimed=found.unclaimed,
    )
