"""Reading a partner only as far as the query asks, against reading it whole."""

from hypothesis import given
from hypothesis import strategies as st

from matcher.explain.reading import Reader
from matcher.records import Achievement, Tier

PIECES = st.sampled_from(
    [
        "石墨电极抗氧化涂层",
        "喷涂铝基涂层，氧化损耗降低30%",
        "不做整机，也不供轴承",
        "适用于花生脱壳机和空分装置",
        "石墨電極抗氧化塗層技術",
        "軟體控制系統",
        "ＩＯＴ平台，PLC 控制",
        "轴承寿命达到 5000 h",
    ]
)
WORDS = ("石墨", "电极", "涂层", "轴承", "花生", "脱壳机", "空分", "装置", "软件", "控制", "iot", "plc", "寿命", "整机")


def record(pieces: list[str]) -> Achievement:
    return Achievement(id="a", title=pieces[0], summary="。".join(pieces[1:]))


@given(st.lists(PIECES, min_size=1, max_size=8), st.frozensets(st.sampled_from(WORDS)))
def test_words_looked_for_are_found_with_the_same_spelling(pieces: list[str], words: frozenset[str]) -> None:
    whole, partly = (Reader(1).read(record(pieces), Tier.PUBLIC) for _ in range(2))
    surfaces = whole.surfaces
    assert list(partly.asserted(words).items()) == [(word, said) for word, said in surfaces.items() if word in words]
    assert partly.uses(words) == whole.uses(frozenset(surfaces)) & words
    for one, other in zip(partly.statements, whole.statements, strict=True):
        assert one.held(words) == tuple(token for token in other.tokens if token.text in words)


def test_a_statement_without_the_words_is_not_cut() -> None:
    reading = Reader(1).read(record(["石墨电极", "喷涂铝基涂层", "花生脱壳机"]), Tier.PUBLIC)
    assert reading.asserted({"脱壳机"}) == {"脱壳机": "脱壳机"}
    cut = ["tokens" in item.__dict__ for item in reading.statements]
    # The title is always read: what it names is not denied elsewhere.
    assert (cut[0], cut[1:].count(True)) == (True, 1)


def test_what_one_tier_read_is_not_told_to_another() -> None:
    told = Achievement(id="a", title="涂层", summary="喷涂", confidential_detail="配方含铱")
    reader = Reader(10)
    assert "铱" in reader.read(told, Tier.SECRET).text
    assert "铱" not in reader.read(told, Tier.PUBLIC).text
    assert "铱" in reader.read(told, Tier.SECRET).text


@given(st.lists(PIECES, min_size=1, max_size=4), st.integers(1, 9))
def test_words_are_counted_without_cutting_a_statement_to_its_end(pieces: list[str], count: int) -> None:
    for statement in Reader(1).read(record(pieces), Tier.PUBLIC).statements:
        said = statement.says(count)
        assert "tokens" not in vars(statement)
        assert said is (len(statement.tokens) >= count)
        assert statement.says(count) is said
