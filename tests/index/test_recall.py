from collections.abc import Sequence

from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.embed.remember import RememberingEncoder
from matcher.index.base import QueryText
from matcher.index.recall import Recall
from matcher.index.side import SideData, SideIndex
from matcher.index.union.segment import Segment
from matcher.index.union.side import unite
from matcher.records import Need, Side
from matcher.text.fields import title_and_body

LONG = "。".join(f"第{at}段，花生脱壳时破损多，含水率高" for at in range(40))
NEEDS = [Need(id="n1", title="花生脱壳", problem=LONG), Need(id="n2", title="石墨电极")]


class Listening(HashingEncoder):
    """Says what it was asked; with a prefix before queries where told so."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__(64)
        self.asked: list[str] = []
        self._prefix = prefix

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(text for text in texts if text != "同")
        return super().encode_queries([self._prefix + text for text in texts])


def asked_of(need: Need, prefix: str = "") -> list[str]:
    """What a search for the need has the encoder encode; its vectors are those of fresh encoding."""
    encoder = Listening(prefix)
    remembering = RememberingEncoder(encoder)
    side = SideIndex.build(Side.NEED, NEEDS, remembering)
    (query,) = Recall({Side.NEED: side}, remembering).before([need])
    assert query is need
    hits = side.dense.search([QueryText(*title_and_body(need))], 2)[0]
    fresh = SideIndex.build(Side.NEED, NEEDS, Listening(prefix)).dense.search([QueryText(*title_and_body(need))], 2)[0]
    assert hits.scores.tobytes() == fresh.scores.tobytes()
    return encoder.asked


def test_a_record_of_the_index_is_not_encoded_again() -> None:
    assert [asked_of(need) for need in NEEDS] == [[], []]


def test_a_changed_record_a_new_one_and_a_free_text_are() -> None:
    assert asked_of(Need(id="n2", title="石墨电极涂层")) == ["石墨电极涂层"]
    assert asked_of(Need(id="n3", title="石墨电极")) == ["石墨电极"]


def test_an_encoder_that_tells_queries_from_passages_is_asked() -> None:
    assert asked_of(NEEDS[1], "问：") == ["石墨电极"]


def test_an_encoder_without_memory_is_left_alone() -> None:
    encoder = Listening()
    side = SideIndex.build(Side.NEED, NEEDS, encoder)
    assert list(Recall({Side.NEED: side}, encoder).before(NEEDS)) == NEEDS


def test_a_union_knows_the_vectors_of_the_segment_that_holds_the_record() -> None:
    encoder = HashingEncoder(64)
    changed = Need(id="n2", title="石墨电极涂层", problem=LONG)

    def segment(*needs: Need) -> Segment:
        data = SideData.build(Side.NEED, needs, encoder, window_chars=50)
        index = SideIndex.of(data, encoder, window_chars=50, query_windows=4)
        return Segment(index, term_count=len(data.tokens.ids), tokens=lambda: data.tokens)

    union = unite(Side.NEED, [segment(*NEEDS), segment(changed)])
    for need in (NEEDS[0], changed):
        text = title_and_body(need)
        known = union.dense.known(union.position(need.id), *text)
        (query,) = union.dense.cut([QueryText(*text)])
        assert known.keys() >= {query.title, *query.windows}
        for said, vector in known.items():
            assert vector.tobytes() == encoder.encode_passages([said])[0].tobytes()
