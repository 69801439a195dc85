"""A world with feeds, and the verbs that tests of them share."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from api.db.base import now
from api.db.tables import Feed, FeedRun, InboxItem, RecordRow
from api.feeds.lease import claim
from api.feeds.pull import pull
from tests.api.world import World

HEADINGS = ("编号", "成果名称", "成果简介")


def csv_of(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def rows_of(numbers: Sequence[int]) -> list[tuple[str, str, str]]:
    return [(f"A{number}", f"抗氧化涂层技术{number}号", f"第{number}种石墨电极涂层，1300℃不氧化") for number in numbers]


@dataclass
class Farm:
    world: World
    root: Path

    def feed(self, person: str = "institution", **given: Any) -> dict[str, Any]:
        body = {"name": "河南大学成果库", "kind": "push", "side": "achievement", **given}
        answer = self.world.client.post("/api/v1/feeds", json=body, headers=self.world[person])
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def folder(self, body: bytes = b"", name: str = "list.csv", **given: Any) -> dict[str, Any]:
        self.put(body, name)
        return self.feed(kind="folder", source="kfu", **given)

    def put(self, body: bytes, name: str = "list.csv") -> None:
        (self.root / "kfu").mkdir(exist_ok=True)
        (self.root / "kfu" / name).write_bytes(body)

    def read(self, feed: dict[str, Any], *, today: dt.date | None = None) -> FeedRun:
        """Read now, whatever the plan says."""
        database = self.world.service.database
        with database.work() as session:
            session.execute(update(Feed).where(Feed.id == feed["id"]).values(due_at=now()))
        lease = claim(database, feed["id"], now())
        assert lease is not None
        pull(self.world.service, lease, today=today)
        with database.reading() as session:
            return session.get_one(FeedRun, lease.run_id)

    def rows(self) -> dict[str, RecordRow]:
        with self.world.service.database.reading() as session:
            return {row.external_id: row for row in session.scalars(select(RecordRow))}

    def row_feed(self, feed: dict[str, Any]) -> Feed:
        with self.world.service.database.reading() as session:
            return session.get_one(Feed, feed["id"])

    def inbox(self, person: str = "institution") -> list[str]:
        account_id = self.world.people[person].account_id
        with self.world.service.database.reading() as session:
            wanted = select(InboxItem).where(InboxItem.account_id == account_id).order_by(InboxItem.id)
            return [item.subject for item in session.scalars(wanted)]

    def counts(self, run: FeedRun) -> tuple[int, int, int, int, int]:
        return run.created, run.changed, run.unchanged, run.withdrawn, run.rejected
