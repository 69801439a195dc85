import pytest

from matcher.report.cells import CELL_MAX, clean, lines_needed, looks_like_formula, split_marked


@pytest.mark.parametrize("text", ["=1", "+86", "-5", "@x", "  =1", "\t=1", "＝1", "－", "\n@"])
def test_what_a_spreadsheet_takes_for_a_formula(text: str) -> None:
    assert looks_like_formula(text)


@pytest.mark.parametrize("text", ["", "1+1", "a=b", "·-5", "（-5）", "5"])
def test_what_it_does_not(text: str) -> None:
    assert not looks_like_formula(text)


def test_clean_drops_what_cannot_be_stored_and_keeps_lines() -> None:
    assert clean("a\x00b\x0bc\ud800d\r\ne\rf\tg") == "abcd\ne\nf\tg"


def test_long_texts_are_cut_with_a_note_at_the_limit_of_a_cell() -> None:
    assert clean("字" * CELL_MAX) == "字" * CELL_MAX
    cut = clean("字" * (CELL_MAX + 1))
    assert len(cut) == CELL_MAX
    assert cut.endswith("（原文共 32768 字，超出单元格上限，此处截断）")


def test_the_limit_counts_utf16_units_and_halves_no_character() -> None:
    cut = clean("𠮷" * CELL_MAX)
    assert CELL_MAX - 1 <= len(cut.encode("utf-16-le")) // 2 <= CELL_MAX
    assert cut.count("𠮷") * 2 + len("……（原文共 32767 字，超出单元格上限，此处截断）") in (CELL_MAX - 1, CELL_MAX)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 10, 1), ("十个汉字宽二十格吧啊", 20, 1), ("十个汉字宽二十格吧啊", 19, 2), ("ab\ncd", 10, 2)],
)
def test_lines_needed(text: str, width: float, lines: int) -> None:
    assert lines_needed(text, width) == lines


def test_marked_stretches_rebuild_the_text_and_longer_words_win() -> None:
    found = list(split_marked("机器人与机器(a+b)", ["机器", "机器人", "(a+b)", ""]))
    assert found == [("机器人", True), ("与", False), ("机器", True), ("(a+b)", True)]
    assert list(split_marked("x", [])) == [("x", False)]
    assert list(split_marked("", ["x"])) == []
