"""Jobs over the wire."""

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field

from api.db.tables import Job
from api.schemas.base import Body, Line

__all__ = ["BatchBody", "FileOut", "JobOut", "ReindexBody", "TrainingBody"]


class FileOut(BaseModel):
    """A file that a job left."""

    name: str
    media_type: str
    bytes: int
    href: Annotated[str, Field(description="下载地址；Where to download it")]


class JobOut(BaseModel):
    """A job. Of another account's the administrator sees neither result, message nor files."""

    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int
    total: Annotated[int, Field(description="0 表示还不知道；0: not known yet")]
    message: str
    cancel_requested: bool
    own: bool
    result: dict[str, Any]
    files: list[FileOut]
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None

    @classmethod
    def of(cls, job: Job, *, own: bool) -> Self:
        """What is shown of a job; what it found only to the account it is of."""
        shown = job.files.items() if own else ()
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            done=job.done,
            total=job.total,
            message=job.message if own else "",
            cancel_requested=job.cancel_requested,
            own=own,
            # While it runs, the row holds what the job keeps for itself.
            result=job.result if own and job.state == "done" else {},
            files=[
                FileOut(
                    name=name,
                    media_type=str(file["media_type"]),
                    bytes=int(file["bytes"]),
                    href=f"/api/v1/jobs/{job.id}/files/{name}",
                )
                for name, file in shown
            ],
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )


class Selection(Body):
    """Which records take part; nothing said: all."""

    need_ids: Annotated[list[Annotated[str, Field(max_length=26)]], Field(max_length=2_000)] = []
    achievement_ids: Annotated[list[Annotated[str, Field(max_length=26)]], Field(max_length=2_000)] = []
    region: Annotated[Line, Field(description="行政区名称，如 开封；Name of a region, in either record")] = ""
    field: Annotated[Line, Field(description="技术领域；Field of technology")] = ""
    owner_id: Annotated[str, Field(max_length=26, description="单位编号；Records of one organisation")] = ""


class BatchBody(Selection):
    """整库批量匹配；Match all needs with all achievements that the caller may read."""

    top: Annotated[int, Field(ge=1, le=100, description="每条记录最多列几个；Matches a record")] = 20
    today: Annotated[
        dt.date | None, Field(ge=dt.date(1950, 1, 1), le=dt.date(2100, 12, 31), description="按哪一天判断有效期")
    ] = None


class ReindexBody(Body):
    """由数据库重建索引；Rebuild the index from the database."""


class TrainingBody(Body):
    """用积累的反馈训练分级模型；Learn the level model from the feedback there is."""
