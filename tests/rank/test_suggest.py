import random
from collections import Counter

import numpy as np
import pytest

from matcher.rank.suggest import Option, entropy, suggest

NAMES = [
    "石墨电极",
    "花生脱壳",
    "冷箱泄漏",
    "菊花烘干",
    "磨辊耐磨",
    "大蒜播种",
    "钢渣利用",
    "铝灰处理",
    "麦秆还田",
    "蜂蜜检测",
]


def options() -> list[Option]:
    """Ten needs with ten candidates each; candidate k scores 1 + k/3 and is most uncertain in the middle."""
    return [
        Option(
            need_id=f"n{n}",
            achievement_id=f"a{n}{k}",
            title=f"{NAMES[n]}第{k}种{NAMES[k]}",
            uncertainty=1 - abs(k - 4.5) / 10 - n / 1000,
            score=1 + k / 3,
            fit=k / 10,
            first=k == 9,
        )
        for n in range(10)
        for k in range(10)
    ]


def test_entropy_is_one_for_no_idea_and_nothing_for_certainty() -> None:
    probs = np.array([[0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0]])
    assert entropy(probs) == pytest.approx([1.0, 0.0, 0.5])


def test_questions_are_spread_over_needs_and_scores() -> None:
    chosen = suggest(options(), 20, none_fits_below=0.2)
    assert len(chosen) == 20
    assert set(Counter(option.need_id for option in chosen).values()) == {2}
    # Of five places one is a need's first candidate and one for each quarter of the scores.
    assert sum(option.first for option in chosen) >= 4
    quarters = Counter(min(int(4 * (option.score - 1) / 3), 3) for option in chosen)
    assert all(quarters[quarter] >= 4 for quarter in range(4))


def test_the_most_uncertain_of_a_quarter_comes_first() -> None:
    lone = [option for option in options() if option.need_id == "n0" and option.score < 3.5]
    # Candidates 0 … 7: the quarters of the scores hold {7, 6}, {5, 4}, {3, 2}, {1, 0}; the nearest to 4.5 wins in each,
    # and of 4 and 5, which are as near, the smaller id.
    chosen = suggest(lone, 4, none_fits_below=0.2)
    assert [option.achievement_id for option in chosen] == ["a06", "a04", "a03", "a01"]


def test_first_candidates_nearest_to_the_bar_are_asked_first() -> None:
    firsts = [
        Option(f"n{i}", f"a{i}", NAMES[i], 0.5, 2.0, fit, first=True) for i, fit in enumerate((0.9, 0.25, 0.6, 0.1))
    ]
    assert suggest(firsts, 1, none_fits_below=0.2)[0].need_id == "n1"


def test_the_order_of_the_options_does_not_matter() -> None:
    mixed = options()
    random.Random(1).shuffle(mixed)
    assert suggest(mixed, 30, none_fits_below=0.2) == suggest(options(), 30, none_fits_below=0.2)


def test_nothing_is_asked_twice() -> None:
    same = [Option("n0", "a1", "花生低损脱壳机", 0.9, 2.0, 0.3, first=True)]
    same += [Option("n1", "a1", "花生低损脱壳机", 0.8, 2.5, 0.3, first=True)]
    same += [Option("n2", "a2", "花生低损脱壳机器", 0.7, 3.0, 0.3, first=True)]
    same += [Option("n3", "a3", "大蒜播种机", 0.6, 3.5, 0.3, first=True)]
    assert {option.achievement_id for option in suggest(same, 9, none_fits_below=0.2)} == {"a1", "a3"}


def test_no_options_give_no_suggestions() -> None:
    assert suggest([], 5, none_fits_below=0.2) == ()
