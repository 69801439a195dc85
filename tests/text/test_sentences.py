from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.sentences import sentences, windows

TEXTS = st.text(alphabet=st.sampled_from("石墨电极炉密度1.80，。；！？:\n \tab.（）"), max_size=300)


def test_sentences_end_at_chinese_and_latin_stops_but_not_inside_numbers() -> None:
    text = "堆积密度≥1.80克。行吗？第一条；第二条\n产品为 PA66. 另有说明"
    assert [span.text for span in sentences(text)] == [
        "堆积密度≥1.80克。",
        "行吗？",
        "第一条；",
        "第二条",
        "产品为 PA66. 另有说明",
    ]


def test_a_latin_stop_after_a_letter_and_before_a_space_ends_a_sentence() -> None:
    assert [span.text for span in sentences("Made of steel. Used in cars")] == ["Made of steel.", "Used in cars"]


@given(TEXTS)
def test_sentences_are_verbatim_in_order_and_lose_no_word(text: str) -> None:
    spans = sentences(text)
    assert all(text[span.start : span.end] == span.text and span.text.strip() == span.text for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    covered = {i for span in spans for i in range(span.start, span.end)}
    assert all(i in covered or not char.isalnum() for i, char in enumerate(text))


@given(TEXTS, st.integers(1, 40))
def test_windows_are_short_verbatim_and_lose_no_word(text: str, size: int) -> None:
    spans = windows(text, size)
    assert all(len(span.text) <= size and text[span.start : span.end] == span.text for span in spans)
    covered = {i for span in spans for i in range(span.start, span.end)}
    assert all(i in covered or not char.isalnum() for i, char in enumerate(text))


def test_windows_pack_whole_sentences() -> None:
    assert [span.text for span in windows("一二三。四五六。七八九。", 8)] == ["一二三。四五六。", "七八九。"]


def test_a_window_of_no_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="max_chars"):
        windows("一", 0)
