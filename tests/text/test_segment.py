from hypothesis import given
from hypothesis import strategies as st

from matcher.text.segment import stop_words, token_words, tokens, words


def test_words_drop_stop_words_and_marks() -> None:
    found = words("我们希望解决石墨电极的氧化问题！")
    assert "石墨" in "".join(found)
    assert not set(found) & stop_words()
    assert "！" not in found


def test_words_are_the_same_for_both_scripts_and_widths() -> None:
    assert words("石墨電極ＡＢＣ") == words("石墨电极abc")


@given(st.text(alphabet=st.sampled_from("石墨电极①㎡İ的高温ＡBc。 \n"), max_size=80))
def test_tokens_point_into_the_original(text: str) -> None:
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.text not in stop_words()


def test_tokens_stand_where_they_were_found() -> None:
    text = "采用 ＰＡ６６ 材料"
    spans = {token.text: text[token.start : token.end] for token in tokens(text)}
    assert spans["pa66"] == "ＰＡ６６"


@given(st.text(alphabet="石墨电极抗氧化涂层的，。 ＰＬＣ①½İ軟體3%\n", max_size=40))
def test_the_words_of_tokens_can_be_taken_one_by_one(text: str) -> None:
    assert list(token_words(text)) == [token.text for token in tokens(text)]
