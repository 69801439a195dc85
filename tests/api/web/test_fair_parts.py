"""What the pages of fairs work out by themselves: which slot it is, and settings as rows of a form."""

import datetime as dt

import pytest

from api.days import CHINA
from api.fairs.deciding import decided, kept
from api.routes.bodies.fair_boards import SlotOut
from api.web.forms import Form
from api.web.pages.fairs.clock import slot_now
from api.web.pages.fairs.rows import LISTS, read_days, read_rows, show_days, show_rows
from api.web.pages.fairs.simple import simple_of
from tests.api.fairs.making import SETTINGS

DAY = dt.date(2026, 12, 1)
SLOTS = [
    SlotOut(index=0, date=DAY, start="09:00", end="09:20", session="上午"),
    SlotOut(index=1, date=DAY, start="09:25", end="09:45", session="上午"),
    SlotOut(index=2, date=dt.date(2026, 12, 2), start="09:00", end="09:20", session="上午"),
]


@pytest.mark.parametrize(
    ("moment", "index"),
    [
        ("2026-11-01 12:00", 0),
        ("2026-12-01 09:19", 0),
        # Between two slots the next one is prepared.
        ("2026-12-01 09:20", 1),
        ("2026-12-01 18:00", 2),
        ("2026-12-09 09:00", 2),
    ],
)
def test_which_slot_it_is(moment: str, index: int) -> None:
    now = dt.datetime.fromisoformat(moment).replace(tzinfo=CHINA)
    assert slot_now(SLOTS, now).index == index
    assert slot_now(SLOTS, now.astimezone(dt.UTC)).index == index


def test_settings_go_through_rows_unchanged() -> None:
    session = {"name": "全天", "start": "09:00", "end": "16:00"}
    session["pause"] = [  # type: ignore[assignment]
        {"name": "茶歇", "start": "10:00", "end": "10:15"},
        {"name": "午休", "start": "12:00", "end": "13:00"},
    ]
    table = {"name": "专用", "count": 2, "only_for": ["甲公司", "乙公司"], "closed": [{"date": "2026-12-01"}]}
    more = {"day": [{"date": "2026-12-01", "session": [session]}], "table": [table], "table_closed": []}
    settings = kept(decided({**SETTINGS, **more}))
    form = Form(show_days(settings))
    assert form.text("day.rows") == "4"
    assert kept(decided({**settings, "day": read_days(form)})) == settings
    for rows in LISTS.values():
        shown = Form(show_rows(rows, settings))
        # Closings of a group have no column, and stay.
        assert kept(decided({**settings, rows.key: read_rows(rows, shown, settings[rows.key])})) == settings


def test_rows_that_were_emptied_are_gone_and_new_ones_are_there() -> None:
    settings = kept(decided(SETTINGS))
    values = show_rows(LISTS["table"], settings)
    values |= {"table.0.name": [""], "table.0.count": [""], "table.0.hall": [""]}
    values |= {"table.2.name": ["线上"], "table.2.kind": ["线上"], "table.2.only_for": ["甲公司，乙公司"]}
    found = read_rows(LISTS["table"], Form(values), settings["table"])
    assert [(one["name"], one["kind"], one.get("only_for")) for one in found] == [
        ("B", "桌", None),
        ("线上", "线上", ["甲公司", "乙公司"]),
    ]


def test_what_the_wizard_can_show() -> None:
    day = {"date": "2026-12-01", "session": [{"name": "对接", "start": "09:00", "end": "12:00"}]}
    simple = simple_of(kept(decided({**SETTINGS, "day": [day, {**day, "date": "2026-12-02"}], "absent": []})))
    assert simple is not None
    assert (simple.dates, simple.start, simple.pause_start) == ((DAY, dt.date(2026, 12, 2)), "09:00", "")
    # Days apart, or different on each, are more than it asks.
    assert simple_of(kept(decided({**SETTINGS, "day": [day, {**day, "date": "2026-12-03"}]}))) is None
