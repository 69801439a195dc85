"""Lists within the settings of a fair as rows of a form: what is shown, and what was filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.web.forms import Form

__all__ = ["DAYS", "LISTS", "Column", "Rows", "read_days", "read_rows", "show_days", "show_rows"]

_SPARE = 2
_MOST = 400
_SEPARATOR = "、"


@dataclass(frozen=True, slots=True)
class Column:
    """A field of each row. `kind` is of the input: text, number, date, time, or names (several, with 、 between)."""

    name: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A list: its key in the settings, and its columns. Rows left empty are none."""

    key: str
    columns: tuple[Column, ...]


_STRETCH = (Column("date", "日期", "date"), Column("from", "从", "time"), Column("to", "到", "time"))
KINDS = ("桌", "洽谈室", "线上")

DAYS = Rows(
    "day",
    (
        Column("date", "日期", "date"),
        Column("name", "场次"),
        Column("start", "开始", "time"),
        Column("end", "结束", "time"),
        Column("pause_name", "休息"),
        Column("pause_start", "休息开始", "time"),
        Column("pause_end", "休息结束", "time"),
    ),
)
LISTS: Mapping[str, Rows] = {
    one.key: one
    for one in (
        Rows(
            "table",
            (
                Column("name", "名称"),
                Column("count", "几张", "number"),
                Column("kind", "种类", "choice", KINDS),
                Column("hall", "馆"),
                Column("link", "线上链接"),
                Column("only_for", "只给这些单位", "names"),
            ),
        ),
        Rows("table_closed", (Column("table", "桌位"), *_STRETCH)),
        Rows("absent", (Column("who", "谁"), *_STRETCH, Column("why", "原因"))),
        Rows("limit", (Column("who", "谁"), Column("meetings", "最多几场", "number"))),
        Rows("blocked", (Column("enterprise", "企业"), Column("org", "不与此单位见面"))),
        Rows("kind_wanted", (Column("who", "谁"), Column("kinds", "只能用（桌、洽谈室、线上）", "names"))),
        Rows(
            "walking",
            (Column("hall", "从此馆"), Column("other", "到彼馆"), Column("minutes", "步行分钟", "number")),
        ),
        Rows("same_person", (Column("names", "同一人的几个写法（单位/姓名）", "names"),)),
    )
}


def show_rows(rows: Rows, settings: Mapping[str, Any]) -> dict[str, list[str]]:
    """Fields `key.at.name` of all rows there are, and some empty ones."""
    there = settings.get(rows.key, [])
    values: dict[str, list[str]] = {f"{rows.key}.rows": [str(len(there) + _SPARE)]}
    for at, row in enumerate(there):
        for column in rows.columns:
            values[f"{rows.key}.{at}.{column.name}"] = [_text(row.get(column.name), column)]
    return values


def _text(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if column.kind == "names":
        return _SEPARATOR.join(value)
    return str(value)[:5] if column.kind == "time" else str(value)


def read_rows(rows: Rows, form: Form, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The list that was filled in; what a row holds beside its columns stays, found by the row's place."""
    found = []
    for at in range(_count(rows, form)):
        texts = {column: form.text(f"{rows.key}.{at}.{column.name}").strip() for column in rows.columns}
        # A choice is never empty, and says nothing alone.
        if not any(text for column, text in texts.items() if column.kind != "choice"):
            continue
        kept = before[at] if at < len(before) else {}
        row = {name: value for name, value in kept.items() if name not in {one.name for one in rows.columns}}
        row |= {column.name: _value(text, column) for column, text in texts.items() if text}
        found.append(row)
    return found


def _count(rows: Rows, form: Form) -> int:
    told = form.text(f"{rows.key}.rows")
    return min(int(told), _MOST) if told.isdecimal() else 0


def _value(text: str, column: Column) -> Any:
    if column.kind == "names":
        return [part for raw in text.replace("，", _SEPARATOR).split(_SEPARATOR) if (part := raw.strip())]
    return int(text) if column.kind == "number" and text.isdecimal() else text


def show_days(settings: Mapping[str, Any]) -> dict[str, list[str]]:
    """Each session as a row; of its breaks each but the first as a row that says only the break."""
    flat = []
    for day in settings["day"]:
        for session in day["session"]:
            pauses = session.get("pause", [])
            flat.append({"date": day["date"], **session, **_pause(pauses[0] if pauses else {})})
            flat += [{"date": day["date"], "name": session["name"], **_pause(pause)} for pause in pauses[1:]]
    return show_rows(DAYS, {"day": flat})


def _pause(pause: Mapping[str, Any]) -> dict[str, Any]:
    return {f"pause_{name}": value for name, value in pause.items()}


def read_days(form: Form) -> list[dict[str, Any]]:
    """Days with their sessions, in order. A row without times adds its break to the session of that day and name."""
    days: dict[str, dict[str, dict[str, Any]]] = {}
    for row in read_rows(DAYS, form, ()):
        sessions = days.setdefault(row.get("date", ""), {})
        name = row.get("name", "")
        session = sessions.setdefault(name, {"name": name, "pause": []})
        session |= {key: row[key] for key in ("start", "end") if key in row}
        if "pause_start" in row or "pause_end" in row:
            pause = {key: row[f"pause_{key}"] for key in ("start", "end") if f"pause_{key}" in row}
            session["pause"].append({"name": row.get("pause_name", "休息"), **pause})
    return [{"date": date, "session": list(sessions.values())} for date, sessions in sorted(days.items())]
