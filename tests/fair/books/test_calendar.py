"""Calendars, read back by the library that other programs use."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from matcher.fair.base import PartyKind
from matcher.fair.books.calendar import write_calendars


def events(path: Path) -> list[Any]:
    return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def by_number(paths: list[Path]) -> dict[str, Path]:
    return {path.name.split(" ")[0]: path for path in paths}


@pytest.fixture
def first(show: Any, tmp_path: Path) -> dict[str, Path]:
    return by_number(write_calendars(tmp_path / "first", show.books))


def test_everybody_has_exactly_their_meetings(
    first: dict[str, Path], expected: Callable[[PartyKind], dict[str, list[str]]]
) -> None:
    found = {
        number: sorted(str(event["UID"]).split("-")[0] for event in events(path)) for number, path in first.items()
    }
    assert found == expected(PartyKind.ENTERPRISE) | expected(PartyKind.TEAM)


def test_an_event_says_when_where_and_with_whom(first: dict[str, Path], show: Any) -> None:
    meeting = next(m for m in show.plan.meetings if show.plan.team(m).org == "丑大学")
    (event,) = events(first[show.books.numbers[show.plan.team(meeting).index]])
    start = event["DTSTART"].dt
    assert start.replace(tzinfo=None) == show.plan.slot(meeting).start
    assert start.utcoffset() == dt.timedelta(hours=8)
    assert event["DTEND"].dt - start == dt.timedelta(minutes=20)
    assert show.plan.table(meeting).name in event["SUMMARY"]
    assert event["LOCATION"] == f"{show.plan.table(meeting).name}（一号馆），科技馆"
    assert event["SEQUENCE"] == 0
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == dt.timedelta(minutes=-10)


def test_an_online_meeting_has_its_link(first: dict[str, Path], show: Any) -> None:
    meeting = next(m for m in show.plan.meetings if show.plan.team(m).org == "寅大学")
    (event,) = events(first[show.books.numbers[show.plan.team(meeting).index]])
    assert event["URL"] == "https://meeting.example/123"
    assert "https://meeting.example/123" in event["LOCATION"]


def test_nothing_confidential_is_told(first: dict[str, Path]) -> None:
    assert not [path for path in first.values() if "机密" in path.read_text(encoding="utf-8").replace("\r\n ", "")]


def test_a_replan_updates_the_same_events_and_cancels_the_lost(
    show: Any, first: dict[str, Path], tmp_path: Path
) -> None:
    again = show.again('[[absent]]\nwho = "丑大学"\n')
    second = by_number(write_calendars(tmp_path / "second", again.books))
    old = {str(e["UID"]): e for path in first.values() for e in events(path)}
    new = {str(e["UID"]): e for path in second.values() for e in events(path)}
    assert set(old) <= set(new)
    assert {int(e["SEQUENCE"]) for e in new.values()} == {1}
    gone = next(m.code for m in show.plan.meetings if show.plan.team(m).org == "丑大学")
    assert {uid.split("-")[0] for uid, e in new.items() if e["STATUS"] == "CANCELLED"} == {gone}
    # Both of the two are told, the team having no other meeting.
    assert sum(e["STATUS"] == "CANCELLED" for e in new.values()) == 2


def test_the_two_sides_of_a_meeting_do_not_hide_each_other(first: dict[str, Path]) -> None:
    uids = [str(event["UID"]) for path in first.values() for event in events(path)]
    assert len(uids) == len(set(uids)) == 10


def test_files_of_those_who_left_are_removed_and_others_kept(show: Any, tmp_path: Path) -> None:
    (tmp_path / "E999 走了的公司.ics").write_text("old", encoding="utf-8")
    (tmp_path / "我的笔记.ics").write_text("mine", encoding="utf-8")
    written = write_calendars(tmp_path, show.books)
    assert sorted(tmp_path.iterdir()) == sorted([*written, tmp_path / "我的笔记.ics"])


def test_the_same_plan_gives_the_same_bytes(show: Any, first: dict[str, Path], tmp_path: Path) -> None:
    second = by_number(write_calendars(tmp_path / "second", show.books))
    assert {n: p.read_bytes() for n, p in first.items()} == {n: p.read_bytes() for n, p in second.items()}
