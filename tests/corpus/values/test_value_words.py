"""TRL, modes, status, tiers, secrecy, rights and word lists."""

import pytest

from matcher.corpus.values.ip import parse_ip
from matcher.corpus.values.mode import parse_modes
from matcher.corpus.values.secrecy import Secrecy, has_secret_label, has_secret_mark, is_secret_word, parse_secrecy
from matcher.corpus.values.status import parse_status
from matcher.corpus.values.tier import parse_tier
from matcher.corpus.values.trl import parse_trl
from matcher.corpus.values.wordlist import split_keywords, split_names
from matcher.records import Side, Tier, TransferMode, TrlSource

STATED, INFERRED = TrlSource.STATED, TrlSource.INFERRED
DEVELOPMENT, ASSIGNMENT, LICENCE = TransferMode.DEVELOPMENT, TransferMode.ASSIGNMENT, TransferMode.LICENCE
CONSULTING, SERVICE, EQUITY = TransferMode.CONSULTING, TransferMode.SERVICE, TransferMode.EQUITY


@pytest.mark.parametrize(
    ("text", "low", "high", "source"),
    [
        ("6", 6, 6, STATED),
        ("6.0", 6, 6, STATED),
        ("TRL6", 6, 6, STATED),
        ("TRL-5", 5, 5, STATED),
        ("trl 6 级", 6, 6, STATED),
        ("六级", 6, 6, STATED),
        ("技术成熟度：7", 7, 7, STATED),
        ("5-6", 5, 6, STATED),
        ("TRL5~7", 5, 7, STATED),
        ("TRL6以上", 6, 9, STATED),
        ("不低于6级", 6, 9, STATED),
        ("报告级", 1, 1, STATED),
        ("方案级", 2, 2, STATED),
        ("功能级", 3, 3, STATED),
        ("仿真级", 4, 4, STATED),
        ("初样级", 5, 5, STATED),
        ("正样级", 6, 6, STATED),
        ("环境级", 7, 7, STATED),
        ("产品级", 8, 8, STATED),
        ("9 系统级", 9, 9, STATED),
        ("正在研发", 1, 3, INFERRED),
        ("已有样品", 4, 5, INFERRED),
        ("通过小试", 5, 6, INFERRED),
        ("通过中试", 7, 8, INFERRED),
        ("可以量产", 8, 9, INFERRED),
        ("可以量產", 8, 9, INFERRED),
        ("初期", 1, 5, INFERRED),
        ("中期", 6, 7, INFERRED),
        ("成熟应用", 8, 9, INFERRED),
        ("成熟应用阶段", 8, 9, INFERRED),
        ("已有工业应用", 8, 9, INFERRED),
        ("小试/中试", 5, 8, INFERRED),
    ],
)
def test_trl(text: str, low: int, high: int, source: TrlSource) -> None:
    band = parse_trl(text)
    assert band is not None
    assert (band.low, band.high, band.source, band.raw) == (low, high, source, text)


@pytest.mark.parametrize(
    "text", ["", "0", "10", "TRL10", "TRL 10级", "TRL5-10", "3.5", "未通过中试", "尚未量产", "2020年完成", "其他"]
)
def test_not_a_trl(text: str) -> None:
    assert parse_trl(text) is None


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("完全转让", (ASSIGNMENT,)),
        ("许可转让", (LICENCE,)),
        ("专利许可", (LICENCE,)),
        ("开放许可", (LICENCE,)),
        ("非独占许可", (LICENCE,)),
        ("委托开发", (DEVELOPMENT,)),
        ("合作开发", (DEVELOPMENT,)),
        ("技术咨询、技术服务", (CONSULTING, SERVICE)),
        ("作价入股", (ASSIGNMENT, LICENCE, EQUITY)),
        ("技术入股", (ASSIGNMENT, LICENCE, EQUITY)),
        ("技术许可,委托开发,转让", (DEVELOPMENT, ASSIGNMENT, LICENCE)),
        ("许可转让入股合作生产完全转让", (ASSIGNMENT, LICENCE, EQUITY)),
        ("不接受入股，可转让", (ASSIGNMENT,)),
        ("技術轉讓", (ASSIGNMENT,)),
        ("其他", ()),
        ("合作生产", ()),
        ("不限", ()),
        ("", ()),
        ("购买设备", ()),
        ("购买成套设备、技术许可", (TransferMode.LICENCE,)),
    ],
)
def test_modes(text: str, modes: tuple[TransferMode, ...]) -> None:
    assert parse_modes(text) == modes


@pytest.mark.parametrize(
    ("text", "side", "status"),
    [
        ("正在技术推广", Side.ACHIEVEMENT, "发布"),
        ("技术终止转让", Side.ACHIEVEMENT, "撤回"),
        ("未发布", Side.ACHIEVEMENT, "草稿"),
        ("已转化", Side.ACHIEVEMENT, "已转化"),
        ("待转化", Side.ACHIEVEMENT, "发布"),
        ("洽谈", Side.ACHIEVEMENT, "洽谈"),
        ("洽谈", Side.NEED, "洽谈中"),
        ("已解决", Side.NEED, "已结束"),
        ("未解决", Side.NEED, "寻找中"),
        ("已过期", Side.NEED, "过期"),
        ("征集中", Side.NEED, "征集"),
        ("某种情况", Side.NEED, None),
    ],
)
def test_status(text: str, side: Side, status: str | None) -> None:
    assert parse_status(text, side) == status


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("公开", Tier.PUBLIC),
        ("登录可见", Tier.REGISTERED),
        ("注册用户可见", Tier.REGISTERED),
        ("授权可见", Tier.RESTRICTED),
        ("部分公开", Tier.RESTRICTED),
        ("仅本人", Tier.SECRET),
        ("不公开", Tier.SECRET),
        ("3", Tier.RESTRICTED),
        ("园区企业", None),
    ],
)
def test_tier(text: str, tier: Tier | None) -> None:
    assert parse_tier(text) == tier


@pytest.mark.parametrize(
    ("text", "secrecy"),
    [
        ("", Secrecy.NONE),
        ("无", Secrecy.NONE),
        ("公开", Secrecy.NONE),
        ("非密", Secrecy.NONE),
        ("非涉密", Secrecy.NONE),
        ("不涉密", Secrecy.NONE),
        ("unclassified", Secrecy.NONE),
        ("秘密", Secrecy.STATE_SECRET),
        ("秘 密", Secrecy.STATE_SECRET),
        ("機密", Secrecy.STATE_SECRET),
        ("绝密", Secrecy.STATE_SECRET),
        ("机密★10年", Secrecy.STATE_SECRET),
        ("涉密", Secrecy.STATE_SECRET),
        ("是", Secrecy.STATE_SECRET),
        ("TOP SECRET", Secrecy.STATE_SECRET),
        ("秘密/5年", Secrecy.STATE_SECRET),
        ("否", Secrecy.NONE),
        ("Confidential", Secrecy.STATE_SECRET),
        ("商业秘密/秘密", Secrecy.STATE_SECRET),
        # What nobody can read is refused.
        ("甲级", Secrecy.STATE_SECRET),
        ("商业秘密", Secrecy.TRADE_SECRET),
        ("内部", Secrecy.INTERNAL),
    ],
)
def test_secrecy(text: str, secrecy: Secrecy) -> None:
    assert parse_secrecy(text) is secrecy


def test_a_text_longer_than_any_value_is_not_taken_for_unclassified() -> None:
    assert parse_secrecy("无" * 300) is Secrecy.STATE_SECRET


@pytest.mark.parametrize(
    "text", ["SECRET", "Top Secret", "top-secret", "机密", "绝密级", "秘密★5年", "国家秘密", "涉密"]
)
def test_a_level_and_nothing_else(text: str) -> None:
    assert is_secret_word(text)


@pytest.mark.parametrize("text", ["", "C27", "商业秘密", "机密计算", "secretary", "保密设备制造"])
def test_no_level(text: str) -> None:
    assert not is_secret_word(text)


@pytest.mark.parametrize(
    "title",
    [
        "【机密】某型发动机",
        "某型发动机（秘密）",
        "[绝密] 某型发动机",
        "某型发动机【机密★10年】。",
        "(Secret)某型发动机",
    ],
)
def test_a_level_in_brackets(title: str) -> None:
    assert has_secret_label(title)


@pytest.mark.parametrize(
    "title", ["", "（机密计算）服务器", "某配方（商业秘密）", "面向【秘密】共享的算法", "机密计算服务器"]
)
def test_no_level_in_brackets(title: str) -> None:
    assert not has_secret_label(title)


def test_official_mark() -> None:
    assert has_secret_mark("机密★5年 某装备研制")
    assert not has_secret_mark("★重点推荐：商业秘密保护")


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("发明专利", [("发明专利", "", "")]),
        ("外观专利", [("外观设计专利", "", "")]),
        ("非专利技术", [("非专利技术", "", "")]),
        ("发明专利3项，软著2项", [("发明专利", "", ""), ("软件著作权", "", "")]),
        ("已申请发明专利", [("发明专利", "", "申请中")]),
        ("ZL202010123456.7", [("发明专利", "ZL202010123456.7", "已授权")]),
        ("专利号：ZL 2019 2 0123456.X", [("实用新型专利", "ZL201920123456.X", "已授权")]),
        ("ZL200330101234.5", [("外观设计专利", "ZL200330101234.5", "已授权")]),
        ("202110123456.7（实审中）", [("发明专利", "202110123456.7", "申请中")]),
        (
            "CN112345678A；CN112345678B",
            [("发明专利", "CN112345678A", "申请中"), ("发明专利", "CN112345678B", "已授权")],
        ),
        ("软著 2020SR0123456", [("软件著作权", "2020SR0123456", "")]),
        ("植物新品种权 CNA20160123.4", [("植物新品种权", "CNA20160123.4", "")]),
        ("豫审麦20190012", [("品种审定", "豫审麦20190012", "")]),
        ("专利（已失效）ZL201010123456.7", [("发明专利", "ZL201010123456.7", "失效")]),
        ("13812345678", []),
        ("无", []),
    ],
)
def test_ip(text: str, rights: list[tuple[str, str, str]]) -> None:
    assert [(item.type, item.number, item.status) for item in parse_ip(text)] == rights


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("温度；控制", ("温度", "控制")),
        ("温度、控制,自动化;温度", ("温度", "控制", "自动化")),
        ("温度 控制", ("温度", "控制")),
        ("machine learning", ("machine learning",)),
        ("machine learning；深度 学习", ("machine learning", "深度 学习")),
        ("", ()),
    ],
)
def test_keywords(text: str, words: tuple[str, ...]) -> None:
    assert split_keywords(text) == words


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张三、李四", ("张三", "李四")),
        ("张三 李四", ("张三", "李四")),
        ("甲大学/乙大学", ("甲大学", "乙大学")),
        ("Acme Materials, 乙公司", ("Acme Materials", "乙公司")),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names
