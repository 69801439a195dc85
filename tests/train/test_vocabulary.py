"""Which pieces stay, and how text is cut with them."""

from matcher.train.vocabulary import build_tokenizer, choose_pieces

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def kept(pieces: list[str], n_latin_pieces: int) -> list[str]:
    every = SPECIAL + pieces
    return [every[i] for i in choose_pieces(every, n_latin_pieces)][4:]


def test_han_single_characters_and_numbers_stay() -> None:
    assert kept(["▁", "▁技术", "研发", "a", "℃", "α", "，", "2.5", "▁100", "1~3"], 0) == [
        *("▁", "▁技术", "研发", "a", "℃", "α", "，", "2.5", "▁100", "1~3")
    ]


def test_other_scripts_go() -> None:
    assert kept(["привет", "技術が", "한국", "é", "naïve", "▁ещё", "和и"], 9) == ["é"]


def test_only_the_first_latin_pieces_stay() -> None:
    assert kept(["▁the", "技术", "ing", "▁CO", "IGBT"], 2) == ["▁the", "技术", "ing"]


def test_text_is_cut_along_the_best_path() -> None:
    pieces = [*SPECIAL, "▁", "空", "分", "空分", "装", "置", "2"]
    # 空分 alone (−3) beats 空 + 分 (−4); 装置 is not a piece, so it falls in two.
    scores = [0.0, 0.0, 0.0, 0.0, -1.0, -2.0, -2.0, -3.0, -2.0, -2.0, -2.0]
    tokenizer = build_tokenizer(pieces, scores)
    assert tokenizer.encode("空分装置").tokens == ["<s>", "▁", "空分", "装", "置", "</s>"]
    # NFKC first, runs of spaces are one, and what is unknown is <unk>.
    names = ["<s>", "▁", "2", "▁", "空", "▁", "<unk>", "</s>"]
    assert tokenizer.encode("②  空\u00a0锂").ids == [pieces.index(name) for name in names]
    assert tokenizer.encode("").ids == [0, 2]


def test_the_pieces_of_both_prefixes_stay() -> None:
    assert kept(["▁que", "ry", "▁passage", ":", "▁answer"], 0) == ["▁que", "ry", "▁passage", ":"]
