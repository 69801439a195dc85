"""Regions and industries."""

import pytest

from matcher.corpus.values.industry import industries, parse_fields, parse_hightech, parse_industry
from matcher.corpus.values.region import parse_region, parse_regions


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("河南省开封市兰考县", "河南省开封市兰考县", "410225"),
        ("河南省", "河南省", "410000"),
        ("河南开封", "河南省开封市", "410200"),
        ("河南-开封", "河南省开封市", "410200"),
        ("开封", "河南省开封市", "410200"),
        ("開封市", "河南省开封市", "410200"),
        ("浙江 - 宁波", "浙江省宁波市", "330200"),
        ("410200", "河南省开封市", "410200"),
        ("河南", "河南省", "410000"),
        ("河南省开封市龙亭区某大道1号", "河南省开封市龙亭区", "410202"),
        ("开封市鼓楼区", "河南省开封市鼓楼区", "410204"),
        ("禹王台区", "河南省开封市禹王台区", "410205"),
        ("祥符区", "河南省开封市祥符区", "410212"),
        ("顺河回族区", "河南省开封市顺河回族区", "410203"),
        ("杞县", "河南省开封市杞县", "410221"),
        ("通许县", "河南省开封市通许县", "410222"),
        ("尉氏县", "河南省开封市尉氏县", "410223"),
        ("济源", "河南省济源市", "419001"),
        ("北京市海淀区", "北京市海淀区", "110108"),
        ("北京朝阳", "北京市朝阳区", "110105"),
        ("朝阳", "辽宁省朝阳市", "211300"),
        ("吉林", "吉林省", "220000"),
        ("吉林市", "吉林省吉林市", "220200"),
        ("新疆", "新疆维吾尔自治区", "650000"),
        ("西藏", "西藏自治区", "540000"),
        ("內蒙古", "内蒙古自治区", "150000"),
        # Several cities have a district of this name.
        ("鼓楼区", "鼓楼区", ""),
        ("朝阳区", "朝阳区", ""),
        ("慕尼黑", "慕尼黑", ""),
    ],
)
def test_region(text: str, name: str, code: str) -> None:
    region = parse_region(text)
    assert region is not None
    assert (region.name, region.code) == (name, code)


NO_PLACES = "省内 国内 市内 全国 国外 境外 境内 海外 省外 外省 本省 本市 全省 国内外 省内外 本地 外地 全球 仅限省内"


@pytest.mark.parametrize("text", ["", "不限", "无", *NO_PLACES.split()])
def test_no_region(text: str) -> None:
    assert parse_region(text) is None


CITIES = "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店"


@pytest.mark.parametrize(
    ("city", "code"),
    [(city, f"41{number:02d}00") for number, city in enumerate(CITIES.split(), start=1)],
)
def test_cities_of_henan(city: str, code: str) -> None:
    region = parse_region(city)
    assert region is not None
    assert region.code == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("河南省内", ["410000"]),
        ("郑州、开封和洛阳", ["410100", "410200", "410300"]),
        ("河南省或湖北省", ["410000", "420000"]),
        ("京津冀", ["110000", "120000", "130000"]),
        ("和田地区", ["653200"]),
        ("河南、某地", []),
        ("不限", []),
        ("", []),
    ],
)
def test_regions(text: str, codes: list[str]) -> None:
    assert [region.code for region in parse_regions(text)] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("制造业—仪器仪表制造", ("C40",)),
        ("制造业-医药制造业", ("C27",)),
        ("酒、饮料和精制茶制造业", ("C15",)),
        ("C39", ("C39",)),
        ("39", ("C39",)),
        ("c3912", ("C3912",)),
        ("C", ("C",)),
        ("A39", ()),
        ("制造业", ("C",)),
        ("製造業", ("C",)),
        ("制造业建筑业", ("C", "E")),
        ("教育——教育", ("P83",)),
        ("医药制造业；农业", ("C27", "A01")),
        # A division may stand under another section on some platforms.
        ("房地产业——渔业", ("A04",)),
        ("自动化", ()),
        ("", ()),
    ],
)
def test_industry(text: str, codes: tuple[str, ...]) -> None:
    assert parse_industry(text) == codes


def test_the_classification_is_complete() -> None:
    assert [code for code in industries() if len(code) == 1] == list("ABCDEFGHIJKLMNOPQRST")
    assert [int(code[1:]) for code in industries() if len(code) == 3] == list(range(1, 98))


def test_every_division_is_read_back_from_its_name() -> None:
    for code, name in industries().items():
        # A name that a section and its division share alone means the section.
        assert parse_industry(name) in {(code,), (code[0],)}
        assert parse_industry(f"{industries()[code[0]]}——{name}")[0][0] == code[0]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("电子信息-水声通信", ("电子信息-水声通信",)),
        ("新材料、电子信息", ("新材料", "电子信息")),
        ("石油、煤炭及其他燃料加工业", ("石油、煤炭及其他燃料加工业",)),
        ("", ()),
    ],
)
def test_fields(text: str, fields: tuple[str, ...]) -> None:
    assert parse_fields(text) == fields


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("电子信息-水声通信", "电子信息"),
        ("生物医药-中药", "生物与新医药"),
        ("装备制造-机器人", "先进制造与自动化"),
        ("新能源与节能", "新能源与节能"),
        ("新材料技术", "新材料"),
        ("生活必需-日化", None),
    ],
)
def test_hightech(text: str, field: str | None) -> None:
    assert parse_hightech(text) == field
