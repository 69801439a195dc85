import pytest

from matcher.corpus.schemes import background, categories, platform_field
from matcher.corpus.values.industry import HIGHTECH_FIELDS, industries
from matcher.records import Scheme

VARIETIES = "农林植物新品种"
PLAN_FIELDS = (
    "量子信息 氢能与先进储能 前沿新材料 农作物基因工程育种 新一代光源 人工智能 智能制造 "
    "信息技术 先进制造 先进材料 新能源 现代交通 生物育种 "
    "智慧农业 农产品加工和食品制造 生命健康 中医药 资源环境 公共安全"
)


def test_the_plan_has_its_nineteen_fields_in_order() -> None:
    assert " ".join(category.name for category in categories(Scheme.PLAN).values()) == PLAN_FIELDS
    assert all(category.description for category in categories(Scheme.PLAN).values())


def test_the_eight_fields_are_those_of_the_catalogue() -> None:
    assert tuple(category.name for category in categories(Scheme.HIGHTECH).values()) == HIGHTECH_FIELDS


def test_every_division_of_the_standard_is_there() -> None:
    assert list(categories(Scheme.INDUSTRY)) == sorted(code for code in industries() if len(code) == 3)
    assert len(categories(Scheme.INDUSTRY)) == 97


@pytest.mark.parametrize("scheme", list(Scheme))
def test_every_class_has_keywords_of_its_own(scheme: Scheme) -> None:
    for category in categories(scheme).values():
        assert category.keywords, category.code
        assert len(set(category.keywords)) == len(category.keywords), category.code


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("建筑安装-暖通-地源", "H6"),
        (f"现代农业-{VARIETIES}", "H2"),
        ("交通运输-航空", "H3"),
        ("交通运输-索道", "H8"),
        ("生活必需-食品", None),
    ],
)
def test_fields_of_markets_are_covered_by_the_longest_row(stated: str, code: str | None) -> None:
    assert platform_field(stated) == code


def test_background_texts_are_distinct() -> None:
    assert len(set(background())) == len(background())
