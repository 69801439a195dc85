"""`fair.toml` and its spreadsheets: what is read, and what is said of what cannot be."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.errors import ColumnError, ConfigError, RecordError
from matcher.fair.base import PartyKind, TableKind, Wish
from matcher.fair.read import read_fair, settings_of
from matcher.fair.settings import FairSettings
from matcher.fair.sheets import Attendance, read_attendance, read_codes, read_met, read_wishes

Make = Callable[..., object]
LIMIT = 10**6
GOOD = """
name = "测试"
[[day]]
date = 2025-11-18
[[day.session]]
name = "上午"
start = "09:00"
end = "12:00"
[[table]]
name = "A"
count = 12
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_and_names_of_tables() -> None:
    settings = settings_of(GOOD, "fair.toml")
    assert settings.table[0].names[:2] == ("A01", "A02")
    assert settings.table[0].kind is TableKind.TABLE
    assert (settings.min_level, settings.floor, settings.slots.minutes) == (3, 1, 20)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = = 1\n", "第 1 行附近不是正确的 TOML"),
        (GOOD + "start = 09:00\n", "不是正确的 TOML"),
        ("flor = 2\n" + GOOD, "flor 不认识"),
        ("floor = -1\n" + GOOD, "floor 的值“-1”不可用，不能小于 0"),
        ("min_level = 5\n" + GOOD, "min_level 的值“5”不可用，不能大于 4"),
        (GOOD + "[slots]\nminutes = 25\n", "slots的 minutes 的值“25”不认识，只能是 15、20、30"),
        (
            GOOD + '[[wish]]\nenterprise = "甲"\nteam = "乙"\nwish = "想看"\n',
            "wish 第 1 项的 wish 的值“想看”不认识，只能是 必见、想见、不见",
        ),
        (GOOD.replace('"09:00"', '"九点"'), 'day 第 1 项的 session 第 1 项的 start 的值“九点”不可用，应是 "09:00"'),
        (GOOD.replace("2025-11-18", '"明天"'), "day 第 1 项的 date 的值“明天”不可用，应是 2025-11-18"),
        (GOOD.replace('start = "09:00"\n', ""), "没有写 day 第 1 项的 session 第 1 项的 start"),
        (GOOD.replace('"12:00"', '"08:00"'), "start 应早于 end"),
        (GOOD + 'kind = "椅子"\n', "table 第 1 项的 kind 的值“椅子”不认识，只能是 桌、洽谈室、线上"),
        (GOOD + '[[table]]\nname = "A01"\n', "桌位“A01”出现了两次"),
        (GOOD + '[[table_closed]]\ntable = "B"\n', "没有这个桌位"),
        (GOOD + 'link = "x"\n', '只有 kind = "线上" 的桌位才有 link'),
        (GOOD + '[[absent]]\nwho = "甲"\nfrom = "10:00"\nto = "09:00"\n', "from 应早于 to"),
        (GOOD.replace("count = 12", 'count = "十"'), "count 的值“十”不可用，应是整数"),
    ],
)
def test_every_fault_names_file_key_and_value(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(text, "我的 fair.toml")
    assert told in str(caught.value)
    assert "我的 fair.toml" in str(caught.value)
    assert "docs/fair.md" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="读不了对接会设置"):
        read_fair(tmp_path / "fair.toml", max_bytes=LIMIT)


def test_the_spreadsheets_lie_beside_it(tmp_path: Path) -> None:
    written(
        tmp_path, "意愿.csv", "企业/需求编号,单位/成果编号,意愿,提出方\n甲,子大学,必见,\n甲,A2,不见,单位\n乙,A1,,\n"
    )
    written(tmp_path, "见过.csv", "企业,单位\n甲,丑大学\n")
    written(tmp_path, "到场.csv", "单位,邀请次数,到场次数\n甲,4,1\n甲,2,2\n")
    toml = GOOD + '[[wish]]\nenterprise = "丙"\nteam = "子大学"\nwish = "想见"\nby = "单位"\n'
    toml += '[files]\nwishes = "意愿.csv"\nmet = "见过.csv"\nattendance = "到场.csv"\n'
    fair = read_fair(written(tmp_path, "fair.toml", toml), max_bytes=LIMIT)
    assert [(row.enterprise, row.team, row.wish, row.by) for row in fair.wishes] == [
        ("甲", "子大学", Wish.MUST, PartyKind.ENTERPRISE),
        ("甲", "A2", Wish.NO, PartyKind.TEAM),
        ("丙", "子大学", Wish.WANT, PartyKind.TEAM),
    ]
    assert [(row.enterprise, row.team) for row in fair.met] == [("甲", "丑大学")]
    assert fair.attendance == {"甲": Attendance(6, 3)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("企业,单位,意愿\n甲,子大学,也许\n", "意愿.csv第 2 行的意愿“也许”不认识"),
        ("企业,单位,意愿\n甲,,必见\n", "意愿.csv第 2 行缺少企业或单位"),
        ("企业,单位,意愿,提出方\n甲,子,必见,谁\n", "提出方“谁”不认识"),
    ],
)
def test_a_wish_that_is_none(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RecordError, match=told):
        read_wishes(written(tmp_path, "意愿.csv", text), max_bytes=LIMIT)


def test_missing_columns_and_wrong_counts(tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match="缺少列“意愿”"):
        read_wishes(written(tmp_path, "a.csv", "企业,单位\n甲,子\n"), max_bytes=LIMIT)
    with pytest.raises(ColumnError, match="找不到列名"):
        read_met(written(tmp_path, "b.csv", "x,y\n1,2\n"), max_bytes=LIMIT)
    with pytest.raises(RecordError, match="到场不多于邀请"):
        read_attendance(written(tmp_path, "c.csv", "单位,邀请次数,到场次数\n甲,1,2\n"), max_bytes=LIMIT)
    codes = read_codes(written(tmp_path, "d.csv", "会面编号,备注\nm001,x\nM002,\n"), max_bytes=LIMIT)
    assert codes == {"M001", "M002"}


def test_names_that_are_nobodys(make: Make, graded: Make, day: Make, wish: Make) -> None:
    parts = ({"N1": "甲公司"}, {"A1": ("子大学", "张")}, [])
    head = day(1) + '[[table]]\nname = "A"\n'
    with pytest.raises(ConfigError, match=r"absent 第 1 项的 who“甲公"):
        make(head + '[[absent]]\nwho = "甲公"\n', *parts)
    with pytest.raises(ConfigError, match="最接近的是“甲公司”"):
        make(head + '[[limit]]\nwho = "甲公可"\nmeetings = 1\n', *parts)
    with pytest.raises(ConfigError, match="blocked 第 1 项的“丑大学”"):
        make(head + '[[blocked]]\nenterprise = "甲公司"\norg = "丑大学"\n', *parts)
    with pytest.raises(ConfigError, match="walking 第 1 项的“东”"):
        make(head + '[[walking]]\nhall = "东"\nother = "西"\nminutes = 5\n', *parts)
    with pytest.raises(RecordError, match="的“丑大学”不是这次匹配里的单位、团队或成果"):
        make(head, *parts, wishes=(wish("甲公司", "丑大学", Wish.WANT),))


def test_a_day_too_short_for_a_slot(make: Make) -> None:
    with pytest.raises(ConfigError, match="一个时段也排不出"):
        make(GOOD.replace('"12:00"', '"09:10"'), {"N1": "甲"}, {"A1": ("子大学", "张")}, [])


def test_the_example_fits_the_sample_corpus(sample: Path) -> None:
    from matcher.corpus.load import load
    from matcher.fair.problem import build_problem
    from matcher.records import Side

    needs = load([sample / "needs.csv"], side=Side.NEED, max_bytes=LIMIT).needs
    achievements = load([sample / "achievements.csv"], side=Side.ACHIEVEMENT, max_bytes=LIMIT).achievements
    fair = read_fair(sample / "fair.toml", max_bytes=LIMIT)
    problem = build_problem(fair, {n.id: n for n in needs}, {a.id: a for a in achievements}, ())
    assert len(problem.slots) == 15
    # Nothing was graded, so only the wishes are left.
    assert {c.is_wished for c in problem.candidates} == {True}


def test_every_key_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "fair.md").read_text(encoding="utf-8")
    table = page[page.index("| key |") : page.index("`who` is an enterprise")]
    schema = FairSettings.model_json_schema(by_alias=True)
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", {})}
    nested = {"day", "session", "pause", "slots", "table", "limits", "limit", "absent", "files", "weights", "walking"}
    assert [key for key in sorted(keys - nested) if not re.search(rf"\b{key}\b", table)] == []
