"""No text where it may not be: random records with marked texts, every endpoint called as every role.

Each field group of each record holds a mark of its own (`XQ017DESC`). Who may read a mark is stated here once more,
from the rules in docs/api.md, not taken from the code under test. Every answer, export, log line and message is
searched for marks.
"""

import io
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from api.outlook.refreshing import refresh
from tests.api.world import World

pytestmark = pytest.mark.slow
MARK = re.compile(r"XQ\d{3}[A-Z]{4}")
READS = {"anonymous": 1, "enterprise": 2, "institution": 2, "broker": 3, "organiser": 3, "administrator": 3}
CODES = {
    "basic": "BASE",
    "owner": "OWNR",
    "description": "DESC",
    "indicators": "INDI",
    "team": "TEAM",
    "contact": "CONT",
    "confidential": "CONF",
    "own": "OWNS",
}
DEFAULTS = {"contact": 4, "confidential": 4, "own": 4}
STATES = ["published", "published", "published", "draft", "withdrawn"]
RECORDS = 24


@dataclass
class Marked:
    """A record that was made, and what decides who may read it."""

    id: str
    side: str
    owner: str
    visibility: int
    state: str
    tiers: dict[str, int]
    opened_to: set[str]

    def may_read(self, who: str, group: str) -> bool:
        """The rules of docs/api.md."""
        if who == self.owner:
            return True
        if group == "own":
            return False
        if who in self.opened_to:
            return True
        role = who.rstrip("2")
        reach = READS[role]
        if self.state != "published" or self.visibility > reach:
            return False
        return max(self.tiers.get(group, DEFAULTS.get(group, 1)), self.visibility) <= reach


def make_records(world: World, rng: random.Random) -> dict[str, tuple[Marked, str]]:
    """Mark → the record and the group it stands in."""
    marks: dict[str, tuple[Marked, str]] = {}
    for number in range(RECORDS):
        side = rng.choice(["need", "achievement"])
        owner = rng.choice(["enterprise", "enterprise2"] if side == "need" else ["institution", "institution2"])
        mark = {group: f"XQ{number:03d}{code}" for group, code in CODES.items()}
        visibility, state = rng.choice([1, 1, 2, 3, 4]), rng.choice(STATES)
        closable = [group for group in CODES if group not in {"basic", "confidential", "own"}]
        tiers = {group: rng.choice([1, 2, 3, 4]) for group in rng.sample(closable, rng.randrange(4))}
        content: dict[str, Any] = {
            "title": f"石墨电极抗氧化涂层 {mark['basic']}",
            "org": f"某单位{mark['owner']}",
            "indicators_text": f"耐温≥{1000 + number}℃，{mark['indicators']}",
            "contact": f"电话 {mark['contact']}",
            "confidential_detail": f"涂层配方 {mark['confidential']}",
            "visibility": visibility,
            "tiers": tiers,
        }
        if side == "need":
            content |= {"problem": f"高温氧化掉渣，{mark['description']}", "blocked_orgs": [f"回避{mark['own']}"]}
        else:
            content |= {"summary": f"涂层耐温1350℃，{mark['description']}", "team": [f"张{mark['team']}"]}
        make = world.need if side == "need" else world.achievement
        made = make(owner, publish=state != "draft", **content)
        if state == "withdrawn":
            url = f"/api/v1/{side}s/{made['id']}/state"
            moved = world.client.post(url, json={"state": "withdrawn"}, headers={**world[owner], "If-Match": '"1"'})
            assert moved.status_code == 200
        record = Marked(made["id"], side, owner, visibility, state, tiers, set())
        marks |= {text: (record, group) for group, text in mark.items()}
    return marks


def texts_of(content: bytes) -> str:
    """An answer as text; the parts of a workbook or archive too."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return content.decode("utf-8", "replace")


def looks(world: World, records: list[Marked]) -> Iterator[tuple[str, str, Any]]:
    """Every GET of the OpenAPI, over every record, and some with a query."""
    paths = world.client.get("/api/openapi.json").json()["paths"]
    for path, methods in paths.items():
        if "get" not in methods or "{" in path.replace("{record_id}", ""):
            continue
        if "{record_id}" not in path:
            yield "GET", path, None
            continue
        for record in records:
            if f"/{record.side}s/" in path or "/records/" in path:
                yield "GET", path.replace("{record_id}", record.id), None
    for query in ("quality?side=need&limit=100", "quality?side=achievement&limit=100", "leads?limit=100&taken=true"):
        yield "GET", f"/api/v1/{query}", None


def searches() -> Iterator[tuple[str, str, Any]]:
    """Every question that is put in words."""
    every = {"need": "problem current_state", "achievement": "summary team"}
    for side, more in every.items():
        fields = [*more.split(), "title", "org", "contact", "confidential_detail", "indicators_text", "extra", "tiers"]
        for explain in ("meaning", "words", "none"):
            for text in ("石墨电极抗氧化涂层", "电话 涂层配方 XQ003CONF", "耐温1350℃"):
                body = {"text": text, "looks_for": side, "limit": 50, "explain": explain, "fields": fields}
                yield "POST", "/api/v1/search", body
        yield "POST", "/api/v1/search?format=xlsx", {"text": "石墨电极抗氧化涂层", "looks_for": side}
        yield "POST", "/api/v1/facets", {"side": side}


def questions(records: list[Marked]) -> Iterator[tuple[str, str, Any]]:
    """Every question about records, and about pairs of them."""
    yield "POST", "/api/v1/checkup", {"content": {"title": "石墨电极抗氧化涂层", "problem": "高温氧化掉渣"}}
    needs = [record for record in records if record.side == "need"]
    achievements = [record for record in records if record.side == "achievement"]
    for need in needs:
        yield "POST", f"/api/v1/needs/{need.id}/matches?limit=50", {}
        yield "POST", f"/api/v1/needs/{need.id}/matches?format=xlsx", {}
    for achievement in achievements:
        yield "POST", f"/api/v1/achievements/{achievement.id}/leads?limit=50", {}
    for need, achievement in zip(needs, achievements, strict=False):
        yield "GET", f"/api/v1/explanation?need_id={need.id}&achievement_id={achievement.id}", None
        yield "POST", "/api/v1/comparison", {"need_id": need.id, "achievement_ids": [achievement.id]}
    for achievement in achievements:
        yield "POST", "/api/v1/comparison", {"text": "涂层耐温≥1200℃", "achievement_ids": [achievement.id]}


def calls(world: World, records: list[Marked]) -> Iterator[tuple[str, str, Any]]:
    """Method, path and body of all of them."""
    yield from looks(world, records)
    yield from searches()
    yield from questions(records)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_mark_where_it_may_not_be(world: World, seed: int, capfd: pytest.CaptureFixture[str]) -> None:
    marks = make_records(world, random.Random(seed))
    records = list({id(record): record for record, _ in marks.values()}.values())
    world.index()
    while refresh(world.service):
        pass
    seen = {"others": 0, "own": 0, "calls": 0}
    for who in ("anonymous", *world.people):
        for method, path, body in calls(world, records):
            answer = world.client.request(method, path, json=body, headers=world[who])
            assert answer.status_code < 500 or path == "/readyz", (method, path, answer.text)
            seen["calls"] += 1
            sent = set(MARK.findall(str(body)))
            for mark in set(MARK.findall(texts_of(answer.content))) - sent:
                record, group = marks[mark]
                assert record.may_read(who, group), (who, method, path, mark, record, group)
                seen["own" if who == record.owner else "others"] += 1
    logged = capfd.readouterr()
    assert not MARK.findall(logged.out + logged.err)
    # The test can see: owners were shown their own marks, and others those that are open to them.
    assert min(seen.values()) > 500, seen
