"""Which texts are read, how many, and what the reading changes; with a toy encoder and readers that count."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.errors import ModelError
from matcher.index.base import QueryText
from matcher.index.passages import passage_text
from matcher.index.side import SideIndex
from matcher.rank.feedback import Said
from matcher.rank.given import Given
from matcher.rank.levels import LevelModel
from matcher.rank.ranker import Ranker
from matcher.rank.rerank import CROSS, Reranker, load_reranker, pair_texts
from matcher.records import Achievement, Need, Record, Side

PLAIN = LevelModel(features=("semantic",), weights=(4.0,), thresholds=(0.0, 1.0, 2.0), none_fits_below=0.5)
# Grades by the reading alone: σ(logit − 0) for level ≥ 2 and so on.
READ = LevelModel(features=(CROSS,), weights=(1.0,), thresholds=(0.0, 1.0, 2.0), none_fits_below=0.3)
WINDOW = 50
FIRST, SECOND = "换热器用久了会结垢。" * 4, "小麦秸秆打捆机的捡拾器容易堵塞。" * 3


class CountingReader:
    """Scores a pair by how often the character 垢 stands in the achievement; remembers what it was given."""

    id = "counting"

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        self.given += pairs
        return np.array([achievement.count("垢") for _, achievement in pairs], dtype=np.float32)


def side_of(records: Sequence[Record], side: Side = Side.ACHIEVEMENT) -> SideIndex:
    return SideIndex.build(side, records, HashingEncoder(), window_chars=WINDOW, query_windows=4)


def achievements(*titles: str) -> list[Record]:
    return [Achievement(id=f"A{at}", title=title) for at, title in enumerate(titles)]


def test_the_windows_nearest_to_each_other_are_read() -> None:
    side = side_of(
        [
            Achievement(id="A0", title="农机", summary=FIRST + SECOND),
            Achievement(id="A1", title="小麦秸秆打捆机"),
        ]
    )
    query = QueryText("打捆机", FIRST + SECOND)
    ((both, alone),) = pair_texts(side, [query], [np.array([0, 1])])
    # Both bodies are the same, so the nearest windows are equal ones; the text is the title, then the window.
    assert both.need.removeprefix("打捆机。") == both.achievement.removeprefix("农机。")
    assert both.need.startswith("打捆机。")
    # Known by its title alone, it is read as that, and of the need what speaks of it.
    assert alone.achievement == "小麦秸秆打捆机"
    assert "秸秆" in alone.need
    assert "结垢" not in alone.need


def test_the_choice_is_that_of_the_largest_cosine() -> None:
    bodies = [FIRST + SECOND, SECOND + FIRST, "空分装置的冷箱。" * 12]
    side = side_of([Achievement(id=f"A{at}", title="成果", summary=body) for at, body in enumerate(bodies)])
    query = QueryText("需求", SECOND + "电机轴承磨损后噪声变大。" * 5)
    where = np.array([2, 0, 1])
    (nearest,) = side.dense.nearest([query], [where])
    encoder = HashingEncoder()
    asked = encoder.encode_queries(nearest.query.windows)
    for record, window, row in zip(where, nearest.windows, nearest.rows, strict=True):
        rows = np.flatnonzero(side.dense.passages.records == record)
        rows = rows[rows >= len(side)]
        texts = [passage_text(side.dense.passages, at, "成果", bodies[record]) for at in rows]
        cosines = asked @ encoder.encode_passages(texts).T
        assert cosines[window, list(rows).index(row)] == pytest.approx(cosines.max(), abs=1e-6)


def test_the_need_comes_first_whoever_asks() -> None:
    needs = side_of([Need(id="N0", title="换热器结垢怎么清洗")], Side.NEED)
    ((text,),) = pair_texts(needs, [QueryText("在线清洗装置")], [np.array([0])])
    assert (text.need, text.achievement) == ("换热器结垢怎么清洗", "在线清洗装置")


def test_only_the_best_are_read_and_graded_anew() -> None:
    side = side_of(achievements("换热器清洗", "换热器垢", "花生脱壳", "换热器"))
    reader = CountingReader()
    query = [QueryText("换热器")]
    everything = np.arange(4)
    (plain,) = Ranker(side, PLAIN).order(query, [everything])
    (read,) = Ranker(side, PLAIN, Reranker(reader, READ, top=2)).grade(query, [everything])
    best = sorted(plain.positions[:2])
    assert [np.isfinite(read.cross[at]) for at in range(4)] == [at in best for at in range(4)]
    assert len(reader.given) == 2
    for at in range(4):
        expected = READ.probs(np.array([[read.cross[at]]]))[0] if at in best else plain.probs[plain.positions == at][0]
        assert read.probs[at] == pytest.approx(expected)
    # In the order given, with plain features as they were.
    assert read.positions.tolist() == [0, 1, 2, 3]
    assert np.array_equal(read.features, plain.features[np.argsort(plain.positions)])


def test_what_was_said_and_moves_nothing_is_read_by_nobody_again() -> None:
    """A refusal for the price, and whatever is said of needs: nobody else is graded in its light."""
    reader = CountingReader()
    needs = side_of([Need(id=f"N{at}", title="换热器清洗") for at in range(3)], Side.NEED)
    offered = side_of(achievements("换热器", "换热器垢"))
    for side, said in (
        (needs, Said("N1", 4, 4)),
        (offered, Said("A1", 1, 4, 0.0, refused=True, words="不合适（价格）")),
    ):
        known = Given.of([said], side)
        assert known is not None
        reader.given.clear()
        ranker = Ranker(side, PLAIN, Reranker(reader, READ, top=1))
        (found,) = ranker.grade([QueryText("换热器")], [np.array([0, 1])], [known])
        assert np.isfinite(found.cross).sum() == len(reader.given) == 1
        assert Reranker(reader, READ, top=1).read(side, [], []) == []


def test_reading_changes_the_order_and_ties_go_by_position() -> None:
    # Logits 0, 2, 0, 1 for records 0…3.
    side = side_of(achievements("换热器", "换热器垢垢", "换热器", "换热器垢"))
    ranker = Ranker(side, PLAIN, Reranker(CountingReader(), READ, top=4))
    (found,) = ranker.rank([QueryText("换热器")], 4)
    assert found.positions.tolist() == [1, 3, 0, 2]
    assert found.cross.tolist() == [2, 1, 0, 0]
    assert found.first(1).cross.tolist() == [2]


def test_equal_texts_are_read_once_and_queries_do_not_mix() -> None:
    side = side_of(achievements("换热器垢", "换热器垢", "花生脱壳垢垢"))
    reader = CountingReader()
    queries = [QueryText("换热器"), QueryText("花生脱壳"), QueryText("换热器")]
    where = [np.array([0, 1]), np.array([2]), np.zeros(0, np.int64)]
    found = Reranker(reader, READ, top=5).read(side, queries, where)
    assert [scores.tolist() for scores in found] == [[1, 1], [2], []]
    assert reader.given == [("换热器", "换热器垢"), ("花生脱壳", "花生脱壳垢垢")]


def test_a_model_may_weigh_the_reading_beside_the_features() -> None:
    side = side_of(achievements("换热器垢", "换热器"))
    both = LevelModel(features=(CROSS, "semantic"), weights=(2.0, 1.0), thresholds=(0.0, 1.0, 2.0), none_fits_below=0.5)
    (found,) = Ranker(side, PLAIN, Reranker(CountingReader(), both, top=2)).grade(
        [QueryText("换热器")], [np.array([0, 1])]
    )
    latent = 2.0 * np.array([1.0, 0.0]) + found.features[:, 0]
    assert found.probs[:, 0] == pytest.approx(1 - 1 / (1 + np.exp(-latent)))


def test_a_model_of_unknown_features_is_refused() -> None:
    wrong = LevelModel(features=("moon",), weights=(1.0,), thresholds=(0.0, 1.0, 2.0), none_fits_below=0.5)
    with pytest.raises(ModelError, match="moon"):
        Ranker(side_of(achievements("换热器")), PLAIN, Reranker(CountingReader(), wrong, top=1))


def test_without_its_parts_or_budget_there_is_none(tmp_path: Path) -> None:
    cross, levels = tmp_path / "cross", tmp_path / "levels_reranked.json"
    assert load_reranker(20, cross=cross, levels=levels) is None
    READ.save(levels)
    assert load_reranker(20, cross=cross, levels=levels) is None
    cross.mkdir()
    (cross / "manifest.json").write_text("{", encoding="utf-8")
    assert load_reranker(0, cross=cross, levels=levels) is None
    with pytest.raises(ModelError, match=r"manifest\.json"):
        load_reranker(20, cross=cross, levels=levels)
    levels.unlink()
    assert load_reranker(20, cross=cross, levels=levels) is None
