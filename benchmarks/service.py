"""Searches while an import runs: `python benchmarks/service.py [ACHIEVEMENTS [IMPORTED [SECONDS [FOLDER]]]]`.

100,000 achievements, 5,000 imported, at least 60 seconds unless told otherwise. `matcher serve` runs as its users run
it; ten searches a second are sent on a clock of their own (a late answer does not delay the next question), first with
nothing else going on, then while a spreadsheet is imported and encoded. The vectors of the achievements that are there
at the start are drawn, as in `batch.py`, about three a record; the imported ones and every query go through the bundled
encoder. Every query is new, so that none is answered from memory. At the end every imported record is counted. A FOLDER
is filled once and copied for each run.
"""

import csv
import io
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import batch
import httpx
import numpy as np
from sqlalchemy import func, insert, select

from api.access.keys import Scope, new_key
from api.db.engine import Database
from api.db.migrate import upgrade
from api.db.tables import Account, ApiKey, IndexQueue, Organisation, RecordRow, RecordVersion
from api.records.content import for_index, to_content
from api.settings import ServiceSettings
from matcher.config import Settings
from matcher.embed.base import Vectors
from matcher.live.changes import Change
from matcher.live.writer import LiveWriter
from matcher.rank.models import load_models
from matcher.records import Achievement, Side

RATE = 10
_PAGE = 2_000


class Drawn:
    """Drawn vectors under the bundled encoder's name: what was there before is searched, but was never encoded."""

    def __init__(self, name: str, dim: int) -> None:
        self.id, self.dim = name, dim
        self._drawn = batch.Drawn(np.random.default_rng(0))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, the same for the same text."""
        return self._drawn.encode_queries(texts)

    encode_passages = encode_queries


@dataclass
class Told:
    """Milliseconds from the moment a question was due to its answer."""

    ms: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """Count and percentiles."""
        p50, p95, p99 = np.percentile(self.ms, [50, 95, 99])
        figures = f"p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms"
        return f"{name:28s}{len(self.ms):6d} searches  {figures}  failed {len(self.failed)}"


def fill(settings: ServiceSettings, count: int) -> str:
    """The database and its index with `count` published achievements; a key of their owner."""
    engine = Settings()
    bundled = load_models(engine).encoder
    database = Database(settings.database)
    upgrade(database)
    key = new_key()
    with database.work() as session:
        owner = Organisation(name="某大学", kind="institution")
        session.add(owner)
        session.flush()
        account = Account(login="load", display_name="load", role="institution", organisation_id=owner.id)
        session.add(account)
        session.flush()
        scopes = sorted(scope.value for scope in Scope)
        session.add(ApiKey(id=key.id, account_id=account.id, name="load", secret_hash=key.secret_hash, scopes=scopes))
        owner_id = owner.id
    words = batch.Words(random.Random(0))  # noqa: S311
    writer = LiveWriter(settings.index_folder, Drawn(bundled.id, bundled.dim), engine)
    changes: list[Change] = []
    for start in range(0, count, _PAGE):
        rows = [_row(words, owner_id, at) for at in range(start, min(start + _PAGE, count))]
        with database.work() as session:
            session.execute(insert(RecordRow), rows)
            kept = ("content", "tiers", "visibility", "state", "version")
            versions = [{"record_id": row["id"], "action": "import", **{k: row[k] for k in kept}} for row in rows]
            session.execute(insert(RecordVersion), versions)
        changes += [Change(Side.ACHIEVEMENT, str(row["id"]), for_index(RecordRow(**row)), 1) for row in rows]
    writer.apply(changes)
    database.close()
    return key.text


def _row(words: batch.Words, owner_id: str, at: int) -> dict[str, object]:
    title, body, _ = words.record(500)
    content = to_content(Achievement(id="", title=title, summary=body, org="某大学"))
    return {
        "id": f"01{at:024d}", "side": "achievement", "owner_id": owner_id, "external_id": f"A{at:06d}", "title": title,
        "content": content, "tiers": {}, "visibility": 1, "state": "published", "version": 1,
    }  # fmt: skip


def sheet(count: int) -> bytes:
    """A table of achievements that nobody has seen yet."""
    words = batch.Words(random.Random(7))  # noqa: S311
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["编号", "成果名称", "成果简介"])
    for at in range(count):
        title, body, _ = words.record(200)
        rows.writerow([f"NEW{at:05d}", re.sub(r"主题\d+", "", title) + f"{at}号", re.sub(r"主题\d+", "", body)])
    return text.getvalue().encode("utf-8-sig")


def ask_at_rate(client: httpx.Client, texts: Callable[[], str], go_on: Callable[[float], bool]) -> Told:
    """Ten questions a second until told to stop."""
    told, threads, begun = Told(), [], time.perf_counter()
    number = 0
    while go_on(time.perf_counter() - begun):
        due = begun + number / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        thread = threading.Thread(target=_ask, args=(client, texts(), due, told))
        thread.start()
        threads.append(thread)
        number += 1
    for thread in threads:
        thread.join()
    return told


def _ask(client: httpx.Client, text: str, due: float, told: Told) -> None:
    try:
        answer = client.post("/api/v1/search", json={"text": text})
        if answer.status_code != httpx.codes.OK:
            told.failed.append(answer.text[:200])
    except httpx.HTTPError as error:
        told.failed.append(repr(error))
    told.ms.append(1000 * (time.perf_counter() - due))


def prepared(folder: Path, count: int) -> str:
    """Fill a folder unless it is filled; the key of the owner."""
    kept = folder / "key"
    if not kept.exists():
        begun = time.perf_counter()
        key = fill(ServiceSettings(data_dir=folder), count)
        kept.write_text(key)
        print(f"{count} achievements prepared in {time.perf_counter() - begun:.0f} s", flush=True)
    return kept.read_text()


def main(count: int, imported: int, seconds: float, kept: Path | None) -> None:
    """Prepare, start, measure."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        key = prepared(kept or data, count)
        if kept:
            shutil.copytree(kept, data)
        settings = ServiceSettings(data_dir=data, rate_anonymous_per_minute=1_000_000, rate_per_minute=1_000_000)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "SERVICE_RATE_ANONYMOUS_PER_MINUTE": "1000000",
            "SERVICE_RATE_PER_MINUTE": "1000000",
            "SERVICE_LOG_LEVEL": "warning",
        }
        command = [str(Path(sys.executable).with_name("matcher")), "serve", "--data", str(data), "--port", str(port)]
        begun = time.perf_counter()
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
            try:
                client = wait(f"http://127.0.0.1:{port}", key, begun)
                run(settings, client, imported, seconds)
            finally:
                process.terminate()


def wait(address: str, key: str, begun: float) -> httpx.Client:
    """A client of the service, once it is ready."""
    client = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60)
    while not _ready(client):
        time.sleep(0.2)
    print(f"ready {time.perf_counter() - begun:.1f} s after the start", flush=True)
    return client


def run(settings: ServiceSettings, client: httpx.Client, imported: int, seconds: float) -> None:
    """The two measurements, and the count."""
    words = batch.Words(random.Random(3))  # noqa: S311

    def text() -> str:
        return re.sub(r"主题\d+", "", words.record(60)[0])

    ask_at_rate(client, text, lambda passed: passed < 5)
    print(ask_at_rate(client, text, lambda passed: passed < seconds).line("nothing else going on"), flush=True)
    begun = time.perf_counter()
    files = {"files": ("new.csv", sheet(imported), "text/csv")}
    answer = client.post("/api/v1/imports", files=files, data={"publish": "true"})
    answer.raise_for_status()
    database = Database(settings.database)
    state = {"done": False}

    def watch() -> None:
        while not _all_in(database, imported):
            time.sleep(1)
        state["done"] = True

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    told = ask_at_rate(client, text, lambda passed: not state["done"] or passed < seconds)
    print(told.line(f"importing {imported}"), flush=True)
    print(f"imported, encoded and searchable after {time.perf_counter() - begun:.0f} s", flush=True)
    with database.reading() as session:
        new = session.scalars(select(RecordRow.external_id).where(RecordRow.external_id.like("NEW%"))).all()
    print(f"{len(new)} records of {imported} are there, {len(set(new))} of them distinct", flush=True)
    for error in told.failed[:3]:
        print(error)


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _all_in(database: Database, imported: int) -> bool:
    with database.reading() as session:
        there = session.scalar(select(func.count()).where(RecordRow.external_id.like("NEW%")))
        waiting = session.scalar(select(func.count()).select_from(IndexQueue))
    return there == imported and not waiting


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:4]]
    many, new, least = given + [100_000, 5_000, 60][len(given) :]
    main(many, new, least, Path(sys.argv[4]) if sys.argv[4:] else None)
