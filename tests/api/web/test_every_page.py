"""What holds for every page there is: policy, tokens, strangers' forms, hostile texts, and no closed text anywhere."""

import random
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.db.base import Base
from api.web import pages
from api.web.application import POLICY
from api.web.pages import PAGES
from tests.api.contract.test_leaks import MARK, Marked, make_records
from tests.api.web.people import clients
from tests.api.world import World

pytestmark = pytest.mark.slow
READ = [page for page in PAGES if page.method == "GET"]
WRITTEN = [page for page in PAGES if page.method == "POST"]
# Changes nothing but the language of one's own browser, or signs in with a password of one's own.
WITHOUT_TOKEN = {"/language", "/sign-in", "/register"}
VARIABLE = re.compile(r"\{[^}]+\}")
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


class Inline(HTMLParser):
    """Finds what the policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append("script")
        if tag in {"style", "iframe", "object", "embed", "base"}:
            self.found.append(tag)
        self.found += [name for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        self.found += [
            f"{name}={value}"
            for name, value in attrs
            if name in {"src", "href", "action", "formaction"}
            # A record may name the page it was taken from; nothing of another site is loaded.
            and re.match(
                "(javascript|data|//)" if name == "href" and tag == "a" else "(javascript|data|https?|//)",
                (value or "").strip(),
                re.IGNORECASE,
            )
        ]


def addresses(path: str, ids: list[str]) -> Iterator[str]:
    """The path itself, or with each id in its variable part."""
    if "{" not in path:
        yield path
        return
    for one in ids:
        yield VARIABLE.sub(one, path)


def look(people: dict[str, TestClient], ids: list[str]) -> Iterator[tuple[str, str, str]]:
    """Person, address and text of every page that can be looked at, and of the search with hostile words."""
    paths = [address for page in READ for address in addresses(page.path, ids)]
    for name, client in people.items():
        for path in paths:
            answer = client.get(path)
            assert answer.status_code < 500, (name, path, answer.text[-2000:])
            if "text/html" in answer.headers.get("content-type", ""):
                assert answer.headers["content-security-policy"] == POLICY
                assert answer.headers["cache-control"] == "no-store"
                yield name, path, answer.text


def test_no_page_has_anything_inline_nor_believes_a_text(world: World) -> None:
    need = world.need("enterprise", title=f"需求 {HOSTILE}", problem=f"掉渣 {HOSTILE}", org=f"公司 {HOSTILE}"[:200])
    achievement = world.achievement("institution", title=f"成果 {HOSTILE}", summary=f"涂层 {HOSTILE}", team=[HOSTILE])
    world.index()
    people = clients(world)
    looked = 0
    for name, path, text in look(people, [need["id"], achievement["id"]]):
        parser = Inline()
        parser.feed(text)
        assert not parser.found, (name, path, parser.found)
        assert "<script>alert" not in text, (name, path)
        assert "<img src=x" not in text, (name, path)
        looked += 1
    assert looked > 100


def rows(world: World) -> dict[str, list[tuple[object, ...]]]:
    """All that is kept, but for who was seen when and what was read by whom."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in {"audit", "sessions"}]
    with world.service.database.reading() as session:
        return {table.name: sorted(map(tuple, session.execute(table.select())), key=repr) for table in tables}


def test_nothing_is_changed_without_the_token_or_from_elsewhere(world: World) -> None:
    need = world.need("enterprise")
    achievement = world.achievement("institution")
    people = clients(world)
    before = rows(world)
    said = {"state": "withdrawn", "version": "1", "need_id": need["id"], "achievement_id": achievement["id"]}
    for page in WRITTEN:
        for name, client in people.items():
            if name == "anonymous" or page.path in WITHOUT_TOKEN:
                continue
            for path in addresses(page.path, [need["id"], achievement["id"]]):
                answer = client.post(path, data=said)
                assert answer.status_code < 500, (name, path)
                foreign = client.post(path, data=said, headers={"origin": "https://evil.example"})
                assert foreign.status_code == 403, (name, path, foreign.status_code)
    assert people["anonymous"].post("/sign-in", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    after = rows(world)
    assert {name for name in before if before[name] != after[name]} == set()


def test_pages_never_lend_the_token_to_a_change() -> None:
    # It goes with what the form sent (`application`) and with questions (`asking`); no page handles it.
    folder = Path(pages.__file__).parent
    named = [path.name for path in folder.rglob("*.py") if re.search(r"\b(csrf|own)_token\b", path.read_text())]
    assert named == []


def test_no_mark_where_it_may_not_be(world: World) -> None:
    marks = make_records(world, random.Random(3))
    records: list[Marked] = list({id(record): record for record, _ in marks.values()}.values())
    world.index()
    seen = 0
    for name, path, text in look(clients(world), [record.id for record in records[:8]]):
        for mark in set(MARK.findall(text)):
            record, group = marks[mark]
            assert record.may_read(name, group), (name, path, mark, record, group)
            seen += 1
    # The test can see.
    assert seen > 200
