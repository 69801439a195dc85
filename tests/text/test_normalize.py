import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.normalize import align, fold_heading, normalize, simplify


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("１００㎡", "100m^2"),
        ("1.80 克/厘米³", "1.80 克/厘米^3"),
        ("軟體開發與資訊安全", "软件开发与信息安全"),
        ("耐\u3000火 \t 材料\r\n ", "耐 火 材料"),
        ("ＧＣｒ１５", "GCr15"),
        ("a\x00b", "a b"),
        ("", ""),
        ("軟體\ud800", "软体"),
    ],
)
def test_normalize(text: str, expected: str) -> None:
    assert normalize(text) == expected


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_normalize_twice_changes_nothing_more(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


@given(st.text(alphabet=st.sampled_from("①㎡³成果軟體Ａ１ 。\n石ﬁ"), max_size=60))
def test_alignment_covers_the_original_in_order(text: str) -> None:
    aligned = align(text)
    assert len(aligned.text) == len(aligned.starts) == len(aligned.ends)
    assert list(aligned.starts) == sorted(aligned.starts)
    assert sorted(set(aligned.starts)) == list(range(len(text)))


def test_alignment_maps_back_to_the_original_stretch() -> None:
    text = "面积①㎡以上"
    aligned = align(text)
    at = aligned.text.index("m^2")
    assert text[slice(*aligned.span(at, at + 3))] == "㎡"


@given(st.text(max_size=100))
def test_simplify_keeps_positions(text: str) -> None:
    assert len(simplify(text)) == len(text)


@pytest.mark.parametrize(
    ("heading", "folded"),
    [
        (" *成果名稱 ：", "成果名称"),
        ("2、需求内容", "需求内容"),
        ("预算资金（万元）", "预算资金万元"),
        ("Contact Person", "contactperson"),
    ],
)
def test_fold_heading(heading: str, folded: str) -> None:
    assert fold_heading(heading) == folded


@given(st.text(max_size=12))
def test_every_character_of_the_aligned_text_comes_from_one_of_the_original(text: str) -> None:
    aligned = align(text)
    # A character by itself is aligned with nothing but itself.
    alone = [(plain, at) for at, char in enumerate(text) for plain in align(char).text]
    assert aligned.text == "".join(plain for plain, _ in alone)
    assert aligned.starts == tuple(at for _, at in alone)
    assert aligned.ends == tuple(at + 1 for _, at in alone)
