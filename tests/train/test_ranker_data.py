"""Which labels a list of training data gives, and what belongs together."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from matcher.index.base import QueryText
from matcher.rank.feedback import LabelledPair
from matcher.rank.labels import LabelRules
from matcher.records import Achievement, Need
from matcher.train.data import GradedNeed, TrainingSet, WrittenNeed
from matcher.train.ranker_data import LabelledNeeds, PairSet, joined, labelled_sets

SOURCE = Path("somewhere/a.csv")
WRITTEN = WrittenNeed("A1", (QueryText("花生去壳", "手工太慢。"), QueryText("花生咋剥")), (QueryText("花生烘干"),))
NEED = Need(id="N", title="石墨电极氧化")


def part(**changes: object) -> TrainingSet:
    given: dict[str, object] = {"achievements": (Achievement(id="A1", title="脱壳机"),), "source": SOURCE, **changes}
    return TrainingSet(**given)  # type: ignore[arg-type]


def sets(*parts: TrainingSet, rules: LabelRules | None = None) -> list[LabelledNeeds]:
    return list(labelled_sets(parts, rules or LabelRules.load()))


def test_grades_stand_by_themselves_and_count_in_full() -> None:
    item = GradedNeed(NEED, {"A1": 2.6, "A2": 1.0}, {"A1": 3, "A2": 1})
    again = GradedNeed(NEED, {"A3": 4.0}, {"A3": 4})
    (found,) = sets(part(graded=(item, again)))
    assert (found.name, found.corpus, found.told) == ("somewhere", SOURCE, ["somewhere：1 条需求 3 对"])
    assert found.rows == {"N": [("A1", 3, 3, 1.0), ("A2", 1, 1, 1.0), ("A3", 4, 4, 1.0)]}
    assert (found.items, found.families) == ({}, {"N": ("need", "N")})


def test_a_written_need_fits_its_achievement_and_a_near_miss_does_not() -> None:
    (found,) = sets(part(written=(WRITTEN,)))
    assert found.told == ["编写的需求：3 条 3 对"]
    # 99.7 % of such pairs that we graded ourselves have level 3 or 4, 97 % of the near misses 1 or 2.
    assert {need: rows[0][:3] for need, rows in found.rows.items()} == {
        "A1:need": ("A1", 3, 4),
        "A1:oral": ("A1", 3, 4),
        "A1:near": ("A1", 1, 2),
    }
    assert all(0 < rows[0][3] < 1 for rows in found.rows.values())
    # All ways of asking are one need for folds and weights.
    assert set(found.items.values()) == {"A1"}
    assert set(found.families.values()) == {("written", "A1")}
    assert found.needs["A1:need"].problem == "手工太慢。"


def test_a_grade_stands_in_place_of_the_label_for_being_written() -> None:
    graded = GradedNeed(WRITTEN.asked[2], {"A1": 2.6}, {"A1": 3})
    first, second = sets(part(graded=(graded,), written=(WRITTEN,)))
    assert first.rows == {"A1:near": [("A1", 3, 3, 1.0)]}
    assert set(second.rows) == {"A1:need", "A1:oral"}


def test_rules_decide_what_a_written_need_is_worth() -> None:
    rules = LabelRules.load()
    solved = replace(rules.written["solved"], low=4, weight=0.7)
    (found,) = sets(part(written=(WRITTEN,)), rules=replace(rules, written={"solved": solved}))
    assert found.rows == {"A1:need": [("A1", 4, 4, 0.7)], "A1:oral": [("A1", 4, 4, 0.7)]}
    assert not sets(part(written=(WRITTEN,)), rules=replace(rules, written={}))


def test_feedback_keeps_its_ranges_and_weights() -> None:
    said = (LabelledPair("N", "A1", 3, 4, 0.8, "f.csv 第 2 行"), LabelledPair("N", "A1", 1, 2, 0.4, "f.csv 第 3 行"))
    item = GradedNeed(NEED, {"A1": 2.8}, {}, {"A1": 1.2}, said)
    (found,) = sets(part(feedback=(item,), written=(WRITTEN,)))
    assert found.rows["N"] == [("A1", 3, 4, 0.8), ("A1", 1, 2, 0.4)]
    assert found.told == ["反馈：1 条需求 2 对", "编写的需求：3 条 3 对"]


def seen(found: LabelledNeeds) -> PairSet:
    """With features that say nothing but how many pairs there are."""
    answers = {need: SimpleNamespace(features=np.zeros((len(rows), 1))) for need, rows in found.rows.items()}
    return found.answered(answers, None)  # type: ignore[arg-type]


def test_folds_never_part_a_written_item_or_what_was_said_of_a_need() -> None:
    graded = (
        GradedNeed(NEED, {"A1": 4.0}, {"A1": 4}),
        GradedNeed(WRITTEN.asked[2], {"A1": 1.0, "A2": 2.0}, {"A1": 1, "A2": 2}, written_for="A1"),
    )
    said = GradedNeed(NEED, {"A2": 1.5}, {}, {"A2": 1.0}, (LabelledPair("N", "A2", 1, 2, 1.0, "f.csv 第 2 行"),))
    # The same written need, graded over achievements of another file.
    there = GradedNeed(WRITTEN.asked[0], {"B1": 2.0}, {"B1": 2}, written_for="A1")
    labels = joined(
        [
            seen(each)
            for each in sets(
                part(graded=graded, written=(WRITTEN,), feedback=(said,)),
                part(graded=(there,), source=Path("elsewhere/b.csv")),
            )
        ]
    )
    # N–A1, near–A1, near–A2 graded; N–A2 said, need–A1 and oral–A1 written; need–B1 graded over there.
    assert labels.unparted.tolist() == [0, 1, 1, 0, 1, 1, 1]
    assert (labels.separable, labels.needs) == (2, 5)
    # What each need counts is another matter: N, near; N again, the item with its two wordings; and the one over there.
    assert labels.groups.tolist() == [0, 1, 1, 2, 3, 3, 4]
    # Five needs over two corpora, four of them over the first.
    np.testing.assert_allclose(labels.importance, [*[5 / 2 / 4] * 6, 5 / 2])


def test_sets_of_files_that_name_no_family_stand_as_they_are() -> None:
    alone = [seen(LabelledNeeds("x", SOURCE, (), {}, {"N": [("A1", 4, 4, 1.0)]})) for _ in range(2)]
    labels = joined(alone)
    assert labels.families is None
    assert labels.unparted.tolist() == labels.groups.tolist() == [0, 1]


def test_two_files_of_one_folder_are_told_apart() -> None:
    item = GradedNeed(NEED, {"A1": 3.0}, {"A1": 3})
    found = sets(part(graded=(item,)), part(graded=(item,), source=Path("somewhere/b.csv")))
    assert [each.name for each in found] == ["somewhere/a.csv", "somewhere/b.csv"]


def test_records_alone_teach_nothing() -> None:
    assert not sets(TrainingSet((), bodies=(NEED,)))
