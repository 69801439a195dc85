"""The summary: newest by evaluator, means a reader can redo, and readiness offered beside the record's."""

import datetime as dt

from api.db.tables import Evaluation
from api.evaluations.reading import SeenEvaluation
from api.evaluations.summary import summarise
from matcher.records import TrlBand, TrlSource


def seen(number: int, evaluator: str, day: int, *, by_owner: bool = False, **given: int | None) -> SeenEvaluation:
    scores = dict.fromkeys(("scientific", "technical", "economic", "social", "cultural", "trl"))
    row = Evaluation(
        id=f"{number:026}",
        evaluator=evaluator,
        evaluated_on=dt.date(2026, 1, day),
        by_owner=by_owner,
        **{**scores, **given},
    )
    return SeenEvaluation(row, evaluator, "", "", "依据", False)


def test_the_newest_of_each_evaluator_counts() -> None:
    found = summarise(
        [
            seen(1, "甲评估院", 2, technical=90, economic=10),
            seen(2, "甲 评估院", 5, technical=60),
            seen(3, "甲评估院", 1, technical=0),
            seen(4, "乙专家组", 3, technical=71),
            seen(5, "某大学", 4, by_owner=True, technical=100),
        ],
        None,
    )
    assert found.evaluators == 3
    # (60 + 71 + 100) / 3 = 77.0; without the owner (60 + 71) / 2 = 65.5
    assert (found.values["technical"].mean, found.values["technical"].count) == (77.0, 3)
    assert (found.independent["technical"].mean, found.independent["technical"].count) == (65.5, 2)
    # The older word of an evaluator that judged anew does not count.
    assert (found.values["economic"].mean, found.values["economic"].count) == (None, 0)
    assert found.trl is None


def test_an_owner_cannot_speak_for_another_of_the_same_name() -> None:
    found = summarise([seen(1, "甲评估院", 1, social=40), seen(2, "甲评估院", 2, by_owner=True, social=100)], None)
    assert (found.independent["social"].mean, found.values["social"].mean) == (40.0, 70.0)


def test_readiness_is_offered_beside_the_records() -> None:
    stated = TrlBand(low=5, high=6, source=TrlSource.STATED)
    judged = [seen(1, "甲评估院", 3, trl=7), seen(2, "乙专家组", 2, trl=5), seen(3, "丙", 4, social=1)]
    found = summarise(judged, stated).trl
    assert found is not None
    assert (found.trl, found.record_low, found.record_high, found.differs) == (7, 5, 6, True)
    within = summarise(judged[1:], stated).trl
    assert within is not None
    assert (within.trl, within.differs) == (5, False)
