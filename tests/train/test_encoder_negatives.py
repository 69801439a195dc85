"""Wrong answers that look right: which are found, and what they do in a step and in the loss."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from matcher.train.encoder_data import Lessons, Texts, Written, draw_steps
from matcher.train.encoder_negatives import with_wrong
from matcher.train.encoder_recipe import EncoderRecipe

TITLES = ["石墨电极抗氧化涂层", "石墨电极接头", "石墨坩埚", "花生脱壳机", "石墨电极抗氧化涂层"]
LESSONS = Lessons(
    (),
    tuple(
        Written((f"求{title}",), title, Texts(title, (f"{title}。第{at}家的介绍",)), "")
        for at, title in enumerate(TITLES)
    ),
    (),
)
BY_WORDS = EncoderRecipe(mined=1, mined_by=("lexical",), mined_first=1, mined_last=10)


def by_first_character(texts: Sequence[str]) -> np.ndarray:
    """What begins with 花, or asks for it, lies along one axis, all else along the other."""
    return np.array([[1.0, 0.0] if "花" in text[:2] else [0.0, 1.0] for text in texts], dtype=np.float32)


def never(texts: Sequence[str]) -> np.ndarray:
    raise NotImplementedError


def titles(item: Written) -> list[str]:
    return [texts.title for texts in item.wrong]


def test_words_find_what_is_near_but_never_its_own_title() -> None:
    found = with_wrong(LESSONS, BY_WORDS, never).written
    # 电极 is rarer than 石墨: what shares both comes first. The fifth has the same title and is no wrong answer.
    assert titles(found[0])[:2] == ["石墨电极接头", "石墨坩埚"]
    assert TITLES[0] not in titles(found[0])
    assert titles(found[3]) == [title for title in titles(found[3]) if title != "花生脱壳机"]
    assert with_wrong(LESSONS, BY_WORDS, never) == with_wrong(LESSONS, BY_WORDS, never)


def test_the_first_ranks_are_left_alone() -> None:
    found = with_wrong(LESSONS, replace(BY_WORDS, mined_first=4), never).written
    # Ranks 1 to 3 are its own text twice and 石墨电极接头.
    assert titles(found[0]) == ["石墨坩埚"]


def test_vectors_and_words_take_turns() -> None:
    recipe = replace(BY_WORDS, mined_by=("lexical", "model"), mined_last=5)
    found = with_wrong(LESSONS, recipe, by_first_character).written
    # Its own vector's side first by position; each title once.
    assert len(set(titles(found[1]))) == len(titles(found[1]))
    assert "花生脱壳机" in titles(found[1])
    model_only = with_wrong(LESSONS, replace(recipe, mined_by=("model",)), by_first_character).written
    assert titles(model_only[3])[0] == TITLES[0]


def test_steps_hold_as_many_as_the_recipe_says() -> None:
    recipe = replace(BY_WORDS, mined=2, steps=3, written=3, needs=0, bodies=0, short=1.0)
    learned = with_wrong(LESSONS, recipe, never)
    right = {item.short[0]: item for item in learned.written}
    for step in draw_steps(learned, recipe, seed=1):
        for at, asked in enumerate(step.asked):
            mine = [text for text, owner in zip(step.wrong, step.wrong_owners, strict=True) if owner == at]
            assert len(mine) == min(2, len(right[asked].wrong))
            assert set(mine) <= set(titles(right[asked]))


def test_a_wrong_answer_counts_for_its_own_question_only() -> None:
    torch = pytest.importorskip("torch")
    from matcher.train.encoder_model import info_nce

    scores = torch.tensor([[2.0, 1.0], [0.0, 3.0]])
    rows = (np.log(np.exp([2, 1, 1.5]).sum()) - 2 + np.log(np.exp([0, 3]).sum()) - 3) / 2
    columns = (np.log(np.exp([2, 0]).sum()) - 2 + np.log(np.exp([1, 3]).sum()) - 3) / 2
    found = info_nce(scores, wrong=torch.tensor([[1.5], [-1e4]]))
    assert float(found) == pytest.approx(rows + columns, rel=1e-5)
