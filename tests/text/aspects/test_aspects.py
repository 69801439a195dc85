import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.aspects import AspectKind, aspects
from matcher.text.aspects.effects import effects


def told(text: str, kind: AspectKind) -> list[str]:
    return [aspect.text for aspect in aspects(text) if aspect.kind is kind]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("采用不锈钢和环氧树脂", AspectKind.MATERIAL, ["不锈钢", "环氧树脂"]),
        ("先喷涂再淬火", AspectKind.METHOD, ["喷涂", "淬火"]),
        ("降低能耗，延长使用寿命", AspectKind.EFFECT, ["降低能耗", "延长使用寿命"]),
        ("密封要耐高温", AspectKind.EFFECT, ["密封", "耐高温"]),
        ("砂轮寿命太短", AspectKind.EFFECT, ["寿命太短"]),
        ("产品用于深井排水", AspectKind.USE, ["深井排水"]),
        ("一台粮食烘干机", AspectKind.PRODUCT, ["粮食烘干机"]),
        ("电动助力转向器", AspectKind.PRODUCT, ["电动助力转向器"]),
        ("尽管条件有限", AspectKind.PRODUCT, []),
    ],
)
def test_words_of_each_kind_are_found(text: str, kind: AspectKind, words: list[str]) -> None:
    assert told(text, kind) == words


def test_a_product_takes_in_what_stands_before_it_but_no_verb() -> None:
    assert told("利用水下焊接机器人", AspectKind.PRODUCT) == ["水下焊接机器人"]


@pytest.mark.parametrize(
    ("text", "form", "what"),
    [
        ("降低能耗", "wish", "能耗"),
        ("提高了产品的合格率", "wish", "合格率"),
        ("使用寿命延长", "wish", "使用寿命"),
        ("吨水电耗过高", "flaw", "电耗"),
        ("要求阻燃", "trait", "阻燃"),
    ],
)
def test_an_effect_tells_its_measure(text: str, form: str, what: str) -> None:
    (found,) = effects(text)
    assert (found.form, found.what) == (form, what)


def test_the_measure_alone_stands_for_a_long_list_of_things() -> None:
    (found,) = effects("提高圆锯片、带锯条、磨齿机的使用寿命")
    assert found.what == "使用寿命"


@given(st.text(alphabet=st.sampled_from("降低提高能耗寿命高低，。耐磨用于汽车领域的焊接机器1ａ\n 　"), max_size=60))
def test_every_span_is_verbatim_and_in_order(text: str) -> None:
    found = aspects(text)
    assert all(text[aspect.start : aspect.end] == aspect.text and aspect.text for aspect in found)
    assert [aspect.start for aspect in found] == sorted(aspect.start for aspect in found)
