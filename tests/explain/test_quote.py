from hypothesis import given
from hypothesis import strategies as st

from matcher.explain.quote import clip, cut, quoted

TEXT = "本品用于冶金行业，对石墨电极喷涂层后侧面氧化明显减少，已在三家钢厂使用"


def test_whole_clauses_around_the_words() -> None:
    start, end = cut(TEXT, ["涂层"], 24)
    assert TEXT[start:end] == "对石墨电极喷涂层后侧面氧化明显减少，"
    assert quoted(TEXT, ["涂层"], most=24, longest=40) == "…“对石墨电极喷【涂层】后侧面氧化明显减少”…"


def test_the_beginning_where_no_word_counts() -> None:
    assert quoted(TEXT, [], most=12, longest=40) == "“本品用于冶金行业”…"


def test_words_that_touch_are_marked_as_one() -> None:
    assert quoted("石墨电极涂层", ["涂层", "石墨电极"], most=20, longest=40) == "“【石墨电极涂层】”"
    assert quoted("涂层与涂层", ["涂层"], most=20, longest=40) == "“【涂层】与【涂层】”"


def test_numbers_of_a_list_are_left_out_and_decimals_are_not() -> None:
    assert quoted("1）电极氧化。", [], most=20, longest=40) == "“电极氧化”"
    assert quoted("（2）电极氧化", [], most=20, longest=40) == "“电极氧化”"
    assert quoted("1.5毫米电极", [], most=20, longest=40) == "“1.5毫米电极”"


def test_nothing_but_punctuation_is_no_quotation() -> None:
    assert quoted("，。", [], most=20, longest=40) == ""


def test_a_clipped_quotation_is_closed() -> None:
    assert clip("预算至多五十万元，成果价格写作“八十五万元每条线”", 20) == "预算至多五十万元，成果价格写作“八十”…"
    assert clip("短句", 20) == "短句"


@given(
    st.text(alphabet="石墨电极涂层，。、：；1）(2 ", max_size=120),
    st.lists(st.sampled_from(["石墨", "电极", "涂层", "墨电", "层"]), max_size=4),
    st.integers(8, 60),
)
def test_what_is_quoted_is_a_stretch_of_the_text(text: str, words: list[str], most: int) -> None:
    told = quoted(text, words, most=most, longest=70)
    assert len(told) <= 70
    if told:
        inside = told.strip("…")[1:-1].replace("【", "").replace("】", "")
        assert inside in text
        assert len(inside) <= most


@given(st.text(alphabet="甲乙“”…，", max_size=60), st.integers(6, 40))
def test_clipping_keeps_to_the_limit(text: str, longest: int) -> None:
    assert len(clip(text, longest)) <= longest
