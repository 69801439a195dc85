"""One .ics a participant; imported again after a replan it replaces what was there (RFC 5545: UID, SEQUENCE)."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from matcher.fair.base import PartyKind, Plan
from matcher.fair.books.base import SIDES, Booklet, Books, Gone, Held, place_of
from matcher.fair.books.names import file_name
from matcher.fair.settings import TableKind

__all__ = ["calendar_of", "write_calendars"]

_ZONE = "Asia/Shanghai"
_REMIND = dt.timedelta(minutes=-10)
# One meeting is two events, so that an organiser who imports both sides keeps both.
_MARKS = {PartyKind.ENTERPRISE: "e", PartyKind.TEAM: "t"}
_URLS = ("http://", "https://")


def write_calendars(folder: Path, books: Books) -> list[Path]:
    """Write them all, and remove those of an earlier plan whose participant has nothing to put in any more.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for booklet in _everybody(books):
        path = folder / file_name(booklet.number, booklet.name, ".ics")
        path.write_bytes(calendar_of(books, booklet))
        written.append(path)
    for path in folder.glob("[ET][0-9]*.ics"):
        if path not in written:
            path.unlink()
    return written


def _everybody(books: Books) -> Iterator[Booklet]:
    """Those with a meeting, and those who have lost their last one."""
    lost = {gone.keys[side] for gone in books.gone for side in PartyKind}
    for side, other in zip(PartyKind, reversed(PartyKind), strict=True):
        busy = {booklet.party.index: booklet for booklet in books.booklets(side)}
        for party in books.plan.problem.parties:
            if party.index in busy:
                yield busy[party.index]
            elif party.kind is side and party.key in lost:
                number, name = books.numbers[party.index], books.names[party.index]
                yield Booklet(number=number, side=side, other=other, party=party, name=name, held=())


def calendar_of(books: Books, booklet: Booklet) -> bytes:
    """The calendar of one participant."""
    calendar = Calendar()
    calendar.add("prodid", "-//tech-transfer-matcher//fair//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{books.title}：{booklet.name}")
    calendar.add_component(_zone())
    for held in booklet.held:
        calendar.add_component(_event(books, booklet, held))
    for gone in books.gone:
        if gone.keys[booklet.side] == booklet.party.key:
            calendar.add_component(_cancelled(books, booklet, gone))
    return bytes(calendar.to_ical())


def _zone() -> Timezone:
    """China Standard Time as it has been since 1991, without reading the machine's own tables."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", _ZONE)
    standard.add("dtstart", dt.datetime(1991, 9, 15))
    standard.add("tzname", "CST")
    standard.add("tzoffsetfrom", dt.timedelta(hours=8))
    standard.add("tzoffsetto", dt.timedelta(hours=8))
    zone.add_component(standard)
    return zone


def _bare(books: Books, booklet: Booklet, code: str, start: dt.datetime, end: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"{code}-{_MARKS[booklet.side]}-{_fair_id(books.plan)}@tech-transfer-matcher")
    event.add("sequence", books.plan.revision)
    event.add("dtstamp", books.created)
    event.add("dtstart", start, parameters={"TZID": _ZONE})
    event.add("dtend", end, parameters={"TZID": _ZONE})
    return event


def _event(books: Books, booklet: Booklet, held: Held) -> Event:
    event = _bare(books, booklet, held.meeting.code, held.slot.start, held.slot.end)
    partner = held.names[booklet.other]
    event.add("summary", f"{held.table.name} 见 {partner}")
    place = books.plan.settings.place
    event.add("location", place_of(held.table) + ("" if held.table.kind is TableKind.ONLINE else _after(place)))
    if held.table.link.startswith(_URLS):
        event.add("url", held.table.link)
    event.add("description", "\n".join(_description(books, booklet, held)))
    event.add("status", "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{held.table.name} 见 {partner}")
    alarm.add("trigger", _REMIND)
    event.add_component(alarm)
    return event


def _after(place: str) -> str:
    return f"，{place}" if place else ""


def _description(books: Books, booklet: Booklet, held: Held) -> Iterator[str]:
    yield f"{books.title}，会面编号 {held.meeting.code}，{booklet.number}"
    for side in (booklet.side, booklet.other):
        record = held.record(side)
        if record is not None:
            yield f"{SIDES[side]}{'需求' if side is PartyKind.ENTERPRISE else '成果'}：{record.title}"
    if held.table.link:
        yield f"线上会议：{held.table.link}"
    told = held.told.get(booklet.side)
    if told is not None and told.questions:
        yield "可以问："
        yield from (f"{number}. {question}" for number, question in enumerate(told.questions, 1))


def _cancelled(books: Books, booklet: Booklet, gone: Gone) -> Event:
    event = _bare(books, booklet, gone.code, gone.slot.start, gone.slot.end)
    event.add("summary", f"已取消：{gone.table.name} 的会面")
    event.add("location", place_of(gone.table))
    event.add("status", "CANCELLED")
    return event


def _fair_id(plan: Plan) -> str:
    """The same for every plan of one fair; a shifted day is another fair only where its name changes too."""
    return hashlib.sha256(plan.settings.name.encode()).hexdigest()[:12]
