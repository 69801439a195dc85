"""The spreadsheets of a fair: who wishes to meet whom, who has met, who came when invited."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.corpus.read import Row, Table, read_tables
from matcher.corpus.values.plain import plain
from matcher.errors import ColumnError, RecordError
from matcher.fair.base import PartyKind, Wish
from matcher.fair.settings import FairSettings
from matcher.text.normalize import fold_heading

__all__ = ["Attendance", "MetRow", "WishRow", "read_attendance", "read_codes", "read_met", "read_wishes", "wishes_in"]

_ENTERPRISE = ("企业/需求编号", "企业", "企业名称", "需求单位", "需求编号")
_TEAM = ("单位/成果编号", "单位", "单位名称", "团队", "完成单位", "成果编号")
_WISH_COLUMNS = {"enterprise": _ENTERPRISE, "team": _TEAM, "wish": ("意愿", "选择"), "by": ("提出方", "谁提出")}
_MET_COLUMNS = {"enterprise": _ENTERPRISE, "team": _TEAM}
_ATTENDANCE_COLUMNS = {
    "org": ("单位", "单位名称", "企业", "企业名称", "org"),
    "invited": ("邀请次数", "应到", "invited"),
    "came": ("到场次数", "实到", "came"),
}
_WISHES = {plain(wish.value): wish for wish in Wish} | {"must": Wish.MUST, "want": Wish.WANT, "no": Wish.NO}
_SIDES = {
    "": PartyKind.ENTERPRISE,
    "企业": PartyKind.ENTERPRISE,
    "需求方": PartyKind.ENTERPRISE,
    "单位": PartyKind.TEAM,
    "团队": PartyKind.TEAM,
    "成果方": PartyKind.TEAM,
}


@dataclass(frozen=True, slots=True)
class WishRow:
    """One wish as written; `enterprise` is a name or a need's id, `team` a 单位, 单位/负责人 or an achievement's id."""

    enterprise: str
    team: str
    wish: Wish
    by: PartyKind
    place: str


@dataclass(frozen=True, slots=True)
class MetRow:
    """Two that have met already."""

    enterprise: str
    team: str
    place: str


@dataclass(frozen=True, slots=True)
class Attendance:
    """How often an organisation was invited and how often it came."""

    invited: int
    came: int


def read_wishes(path: Path, *, max_bytes: int) -> tuple[WishRow, ...]:
    """Read the wishes; rows without a wish are skipped.

    Raises:
        FileFormatError, ColumnError: the file is no table, or lacks a column.
        RecordError: a row names only one side, or a wish that is none.
    """
    rows = []
    for place, cells in _rows(path, _WISH_COLUMNS, optional={"by"}, max_bytes=max_bytes):
        if not cells["wish"]:
            continue
        wish, side = _WISHES.get(plain(cells["wish"])), _SIDES.get(plain(cells.get("by", "")))
        if wish is None:
            raise RecordError(f"{place}的意愿“{cells['wish']}”不认识；请填 必见、想见 或 不见。")
        if side is None:
            raise RecordError(f"{place}的提出方“{cells['by']}”不认识；请填 企业 或 单位。")
        rows.append(WishRow(*_two(place, cells), wish, side, place))
    return tuple(rows)


def wishes_in(settings: FairSettings, source: str) -> tuple[WishRow, ...]:
    """The wishes `fair.toml` itself holds."""
    return tuple(
        WishRow(said.enterprise, said.team, Wish(said.wish), _SIDES[said.by], f"{source} 的 wish 第 {at} 项")
        for at, said in enumerate(settings.wish, 1)
    )


def read_met(path: Path, *, max_bytes: int) -> tuple[MetRow, ...]:
    """Read the pairs that have met already.

    Raises:
        FileFormatError, ColumnError: the file is no table, or lacks a column.
        RecordError: a row names only one side.
    """
    rows = _rows(path, _MET_COLUMNS, optional=set(), max_bytes=max_bytes)
    return tuple(MetRow(*_two(place, cells), place) for place, cells in rows)


def read_attendance(path: Path, *, max_bytes: int) -> Mapping[str, Attendance]:
    """Read attendance by organisation (folded name); rows of one organisation add up.

    Raises:
        FileFormatError, ColumnError: the file is no table, or lacks a column.
        RecordError: a count is no number, or more came than were invited.
    """
    found: dict[str, Attendance] = {}
    for place, cells in _rows(path, _ATTENDANCE_COLUMNS, optional=set(), max_bytes=max_bytes):
        invited, came = cells["invited"], cells["came"]
        if not (invited.isdecimal() and came.isdecimal() and int(came) <= int(invited)):
            raise RecordError(f"{place}的邀请次数“{invited}”、到场次数“{came}”不对；请填整数，到场不多于邀请。")
        before = found.get(plain(cells["org"]), Attendance(0, 0))
        found[plain(cells["org"])] = Attendance(before.invited + int(invited), before.came + int(came))
    return found


def read_codes(path: Path, *, max_bytes: int) -> frozenset[str]:
    """Read the codes of confirmed meetings.

    Raises:
        FileFormatError, ColumnError: the file is no table, or lacks the column.
    """
    rows = _rows(path, {"code": ("会面编号", "编号")}, optional=set(), max_bytes=max_bytes)
    return frozenset(cells["code"].upper() for _, cells in rows)


def _two(place: str, cells: Mapping[str, str]) -> tuple[str, str]:
    if not cells["enterprise"] or not cells["team"]:
        raise RecordError(f"{place}缺少企业或单位；请两边都填写名称或编号，或删去这一行。")
    return cells["enterprise"], cells["team"]


def _rows(
    path: Path, columns: Mapping[str, tuple[str, ...]], *, optional: set[str], max_bytes: int
) -> list[tuple[str, dict[str, str]]]:
    """Rows that are not empty: where each stands, and its cells by field; the first filled column of a field counts."""
    known = {fold_heading(heading): name for name, headings in columns.items() for heading in headings}
    wanted = "、".join(headings[0] for name, headings in columns.items() if name not in optional)
    try:
        tables = read_tables(path, is_heading=lambda text: fold_heading(text) in known, max_bytes=max_bytes)
    except ColumnError as error:
        raise ColumnError(f"{path} 里找不到列名；请写上 {wanted} 这几列（见 docs/fair.md）。") from error
    found: list[tuple[str, dict[str, str]]] = []
    for table in tables:
        fields = [known.get(fold_heading(heading), "") for heading in table.headings]
        missing = [columns[name][0] for name in columns if name not in optional and name not in fields]
        if missing:
            raise ColumnError(f"{path} 缺少列“{missing[0]}”；请写上 {wanted} 这几列（见 docs/fair.md）。")
        for row in table.rows:
            cells = dict.fromkeys(fields, "")
            for name, cell in zip(fields, row.cells, strict=True):
                cells[name] = cells[name] or cell.strip()
            if any(cells[name] for name in columns if name in cells):
                found.append((_place(path, table, row), cells))
    return found


def _place(path: Path, table: Table, row: Row) -> str:
    sheet = f"的工作表“{table.sheet}”" if table.sheet else ""
    return f"{path.name}{sheet}第 {row.number} 行"
