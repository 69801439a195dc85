"""Which texts are embedded."""

from matcher.index.passages import cut, cut_query


def test_titles_come_first_then_windows_led_by_their_title() -> None:
    passages, texts = cut([("甲", "一二三。四五六。"), ("乙", ""), ("丙", "七八九。")], 4)
    assert texts == ["甲", "乙", "丙", "甲。一二三。", "甲。四五六。", "丙。七八九。"]
    assert passages.records.tolist() == [0, 1, 2, 0, 0, 2]
    assert passages.starts.tolist() == [0, 0, 0, 0, 4, 0]
    assert passages.ends.tolist() == [0, 0, 0, 4, 8, 4]
    assert passages.titles == 3


def test_texts_are_normalised_and_spans_stay_in_the_original() -> None:
    body = "軟體　ＡＢＣ。"
    passages, texts = cut([("機器", body)], 50)
    assert texts == ["机器", "机器。软件 ABC。"]
    assert body[passages.starts[1] : passages.ends[1]] == body


def test_a_title_of_a_paragraph_does_not_crowd_out_the_window() -> None:
    _, texts = cut([("长" * 300, "短句。")], 50)
    assert texts == ["长" * 300, "长" * 60 + "。短句。"]


def test_a_window_without_a_title_stands_alone() -> None:
    assert cut([("", "短句。")], 50)[1] == ["", "短句。"]


def test_no_records_no_passages() -> None:
    passages, texts = cut([], 50)
    assert (len(passages), passages.titles, texts) == (0, 0, [])


def test_a_query_without_a_body_is_its_own_window() -> None:
    asked = cut_query("花生脱壳", " ", 50, 4)
    assert (asked.title, asked.windows) == ("花生脱壳", ("花生脱壳",))


def test_a_query_without_a_title_is_led_by_its_first_window() -> None:
    asked = cut_query("", "一二三。四五六。", 4, 4)
    assert (asked.title, asked.windows) == ("一二三。", ("一二三。", "四五六。"))


def test_a_long_query_is_cut_to_the_first_windows() -> None:
    asked = cut_query("题", "一二三。四五六。七八九。", 4, 2)
    assert asked.windows == ("题。一二三。", "题。四五六。")


def test_a_long_title_alone_is_read_window_by_window() -> None:
    text = "一二三。四五六。"
    assert cut_query(text, "", 4, 4).windows == ("一二三。", "四五六。")


def test_an_empty_query_is_still_a_query() -> None:
    asked = cut_query("", "", 50, 4)
    assert (asked.title, asked.windows) == ("", ("",))
