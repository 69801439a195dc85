"""An answer as the workbook that brokers know from the command line."""

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from api.matching.asking import Answer
from matcher.records import Achievement, Need, Record, Tier
from matcher.report import RunInfo, write_leads

__all__ = ["workbook"]

R = TypeVar("R", Need, Achievement)


def workbook(query: Record, answer: Answer) -> bytes:
    """The answer as .xlsx. Records were read with the caller's eyes already; the contact of others is not in it."""
    records = [query, *(seen.record for seen in answer.partners.values())]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.xlsx"
        write_leads(
            path,
            [answer.found],
            needs=_open(records, Need),
            achievements=_open(records, Achievement),
            organisations={answer.found.query_id: answer.organisations},
            about=RunInfo(
                index_name="服务",
                index_version=answer.version,
                encoder=answer.models.encoder,
                levels=answer.models.levels,
                reranker=answer.models.reranker,
                created=dt.datetime.now().astimezone().replace(microsecond=0),
                counts={"参加比较": answer.found.considered},
            ),
        )
        return path.read_bytes()


def _open(records: list[Record], kind: type[R]) -> Mapping[str, R]:
    """What a reader was allowed to read is public to the report that is made for this reader alone."""
    return {record.id: replace(record, visibility=Tier.PUBLIC) for record in records if isinstance(record, kind)}
