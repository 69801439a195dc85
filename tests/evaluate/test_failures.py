import pytest

from matcher.evaluate import Mode, collect
from matcher.evaluate.conflicts import Conflict
from matcher.evaluate.failures import Stage, sort_failures
from matcher.records import Achievement, Need

NEED = Need(id="n", title="花生脱壳机破损率高", problem="含水率低时破损多。")


def achievement(i: str, title: str = "柔性辊筒脱壳装置", summary: str = "柔性脱壳，破损少。") -> Achievement:
    return Achievement(id=i, title=title, summary=summary)


FILLERS = [f"f{n:02}" for n in range(12)]


@pytest.fixture
def sort(judged, written):
    """Twelve achievements of level 1 in a row, and what a test adds; `answers` maps id → (score, level, fit)."""

    def build(labels, answers, *, mode=Mode.CORPUS, records=(), need=NEED, depth=200, **options):
        fillers = {i: (2.0 - n / 100, 1, 0.1) for n, i in enumerate(FILLERS)}
        judgements = judged({"n": labels if mode is Mode.CORPUS else dict.fromkeys(FILLERS, 1) | labels})
        system = written({"n": fillers | answers})
        found = collect(system, {"n": need}, judgements, mode=mode, depth=depth)
        known = {i: achievement(i) for i in (*FILLERS, *answers)} | {each.id: each for each in records}
        return sort_failures(found, judgements, {"n": need}, known, **options)

    return build


def test_not_among_the_candidates(sort) -> None:
    found = sort({"a": 4}, {"a": (1.0, 3, 0.6)}, depth=12)
    (row,) = found.rows
    assert (row.stage, row.rank, row.label, row.level) == (Stage.NOT_RETRIEVED, None, 4, 3)
    assert found.counts()[Stage.NOT_RETRIEVED] == 1
    assert (found.pairs, found.partners) == (1, 1)


def test_ranked_below_unjudged_ones(sort) -> None:
    (row,) = sort({"a": 4, "f00": 1}, {"a": (1.0, 3, 0.6)}).rows
    assert (row.stage, row.rank) == (Stage.RANKED_LOW, 13)
    assert "前 10 名里有 10 项不高于 2 级，其中 9 项未标注" in row.why


def test_a_list_full_of_partners_has_no_failure(sort) -> None:
    labels = dict.fromkeys(FILLERS, 3) | {"a": 4}
    answers = {i: (2.0 - n / 100, 3, 0.6) for n, i in enumerate(FILLERS)} | {"a": (1.0, 3, 0.6)}
    assert sort(labels, answers).rows == ()


@pytest.mark.parametrize(
    ("label", "level", "fit", "fails"),
    [
        (4, 3, 0.6, False),
        (4, 2, 0.6, True),
        (3, 2, 0.4, True),
        (2, 2, 0.5, True),
        (1, 3, 0.4, True),
        (2, 1, 0.4, False),
    ],
)
def test_graded_wrong(sort, label: int, level: int, fit: float, fails: bool) -> None:
    found = sort({"a": label}, {"a": (9.0, level, fit)})
    assert [row.stage for row in found.rows] == [Stage.GRADED_WRONG] * fails


def test_a_copy_shown_instead(sort) -> None:
    answers = {"a": (1.0, 3, 0.6), "copy": (9.0, 3, 0.6)}
    for mode in Mode:
        labels = {"a": 4} if mode is Mode.CORPUS else {"a": 4, "copy": 4}
        (row,) = sort(labels, answers, mode=mode, clusters={"a": "copy"}).rows
        assert (row.stage, row.rank) == (Stage.DUPLICATE, 13 if mode is Mode.CORPUS else 14)
        assert "copy" in row.why


def test_copies_push_nothing_down_in_a_whole_corpus(sort) -> None:
    clusters = dict.fromkeys(FILLERS[:4], "f00")
    # Nine postings stand before it: f00 with its copies, and eight more.
    assert sort({"a": 4}, {"a": (1.0, 3, 0.6)}, clusters=clusters).rows == ()


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (achievement("a", title="装置"), "成果名称只有一个词"),
        (achievement("a", summary=""), "成果没有正文"),
    ],
)
def test_texts_that_say_too_little(sort, record: Achievement, said: str) -> None:
    (row,) = sort({"a": 4}, {"a": (1.0, 3, 0.6)}, records=[record]).rows
    assert row.stage is Stage.DATA
    assert said in row.why


def test_titles_alone_are_no_fault_where_all_have_only_titles(sort) -> None:
    records = [achievement(i, summary="") for i in (*FILLERS, "a")]
    (row,) = sort({"a": 4}, {"a": (1.0, 3, 0.6)}, records=records).rows
    assert row.stage is Stage.RANKED_LOW


@pytest.mark.parametrize(("other_level", "stage"), [(2, Stage.DATA), (3, Stage.RANKED_LOW)])
def test_a_grade_of_the_same_content_may_excuse(sort, other_level: int, stage: Stage) -> None:
    conflict = Conflict(("m", "b"), ("n", "a"), other_level, 4)
    (row,) = sort({"a": 4}, {"a": (1.0, 3, 0.6)}, conflicts=[conflict]).rows
    assert row.stage is stage
    assert ("m × b 评为 2 级" in row.why) == (stage is Stage.DATA)


def test_ranks_in_each_part_and_order(sort, judged, written) -> None:
    labels = {"a": 4, "b": 4, "c": 1}
    judgements = judged({"n": labels})
    part = collect(
        written({"n": {"b": (3.0, 1, 0.0), "a": (2.0, 1, 0.0), "c": (1.0, 1, 0.0)}}), {"n": NEED}, judgements
    )
    answers = {"a": (1.0, 1, 0.1), "b": (0.9, 3, 0.6), "c": (5.0, 4, 0.9)}
    found = sort(labels, answers, parts={"关键词": part})
    assert [(row.achievement.id, row.stage) for row in found.rows] == [
        ("a", Stage.RANKED_LOW), ("b", Stage.RANKED_LOW), ("c", Stage.GRADED_WRONG),
    ]  # fmt: skip
    assert [row.part_ranks["关键词"] for row in found.rows] == [2, 1, 3]
