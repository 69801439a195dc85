"""What a shallow encoder reads: which texts, which of them are held out, and in which batches."""

from collections import Counter
from dataclasses import replace

import pytest

from matcher.errors import ConfigError
from matcher.index.base import QueryText
from matcher.records import Achievement, Need
from matcher.train.data import GradedNeed, TrainingSet, WrittenNeed
from matcher.train.fast_data import draw_batches, fast_texts, packed
from matcher.train.fast_recipe import FastRecipe

RECIPE = FastRecipe(held_share=0.3)
ACHIEVEMENTS = tuple(
    Achievement(id=f"A{at}", title=f"成果{at}号", summary=f"第{at}项成果已经试用。") for at in range(10)
)
NEED = Need(id="N", title="求换热器", problem="换热器结垢，急需清洗。")
WRITTEN = WrittenNeed("A1", (QueryText("求一种办法", "我们缺办法。"), QueryText("谁有办法")), (QueryText("相近"),))
DATA = [
    TrainingSet(ACHIEVEMENTS, (GradedNeed(NEED, {"A1": 4.0}, {"A1": 4}),), (WRITTEN,)),
    # The same records once more, as bodies.
    TrainingSet((), bodies=ACHIEVEMENTS),
]


def test_everything_an_index_and_a_query_hold_once() -> None:
    found = fast_texts(DATA, replace(RECIPE, held_share=0.0), seed=1)
    records = [text for at in range(10) for text in (f"成果{at}号", f"成果{at}号。第{at}项成果已经试用。")]
    # Normalised, as they are embedded.
    need = ["求换热器", "求换热器。换热器结垢,急需清洗。"]
    assert sorted(found.learned) == sorted([*records, *need, "求一种办法", "我们缺办法。", "谁有办法", "相近"])
    assert found.held == ()


def test_records_are_held_out_whole_and_by_the_seed() -> None:
    found = fast_texts(DATA, RECIPE, seed=1)
    # .3 of ten achievements and one need, two texts each.
    assert len(found.held) == 6
    assert not set(found.held) & set(found.learned)
    assert sorted(found.held + found.learned) == sorted(fast_texts(DATA, replace(RECIPE, held_share=0.0), 1).learned)
    titles = [text for text in found.held if "。" not in text]
    assert all(any(text.startswith(f"{title}。") for text in found.held) for title in titles)
    assert found == fast_texts(DATA, RECIPE, seed=1)
    assert found.held != fast_texts(DATA, RECIPE, seed=2).held


def test_what_is_learned_elsewhere_is_not_measured_by() -> None:
    twin = TrainingSet((), written=(WrittenNeed("A1", tuple(QueryText(a.title) for a in ACHIEVEMENTS), ()),))
    held = fast_texts([*DATA, twin], RECIPE, seed=1).held
    assert held
    assert not {achievement.title for achievement in ACHIEVEMENTS} & set(held)


def test_nothing_to_read() -> None:
    with pytest.raises(ConfigError, match="学不到什么"):
        fast_texts([TrainingSet(())], RECIPE, seed=1)
    with pytest.raises(ConfigError, match=r"只有 0 段.*held_share"):
        fast_texts(DATA, replace(RECIPE, held_share=0.01), seed=1)


def test_every_text_once_a_pass_in_batches_of_a_size() -> None:
    lengths = [3 + at % 7 for at in range(50)]
    recipe = FastRecipe(passes=3, tokens=40, together=20)
    steps = draw_batches(lengths, recipe, seed=4)
    assert Counter(at for batch in steps for at in batch) == dict.fromkeys(range(50), 3)
    assert all(max(lengths[at] for at in batch) * len(batch) <= 40 for batch in steps)
    assert steps == draw_batches(lengths, recipe, seed=4)
    assert steps != draw_batches(lengths, recipe, seed=5)
    # Put in order of length twenty at a time, little is padded.
    padded = sum(max(lengths[at] for at in batch) * len(batch) for batch in steps)
    assert padded < 1.25 * 3 * sum(lengths)


def test_batches_are_as_full_as_they_may_be() -> None:
    # 3 + 3 + 3 = 9 fill the first; a fourth of length 4 would make 16 of it. The text of 20 stands alone.
    assert list(packed(range(6), [3, 3, 3, 4, 4, 20], most=10)) == [[0, 1, 2], [3, 4], [5]]
    assert list(packed([], [], most=10)) == []
