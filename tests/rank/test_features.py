"""The numbers of a pair: bounds of the learned ones, and the checks as counts."""

import numpy as np

from matcher.rank.checks import check_indicators
from matcher.rank.features import FEATURES, CheckFeatures, check_features, feature_columns
from matcher.records import Achievement, Need


def test_words_in_common_count_up_to_a_score_of_twenty():
    columns = feature_columns(np.array([0.5, 0.75, -0.5]), np.array([0.0, 10.0, 40.0]), 0.25)
    assert dict(zip(FEATURES, (column.tolist() for column in columns), strict=True)) == {
        "semantic": [0.5, 0.75, -0.5],
        "keyword": [0.0, 0.5, 1.0],
        "title_share": [0.25, 0.25, 0.25],
        "closeness": [0.125, 0.421875, 0.0],
        "body_closeness": [0.09375, 0.31640625, 0.0],
    }


def test_checks_are_counted_by_their_answer():
    asked = Need(
        id="n",
        title="耐热陶瓷管",
        problem="必须抗拉强度≥800MPa。希望屈服强度≥600MPa，断裂韧性≥8MPa·m1/2，体积密度≤3g/cm3。",
    )
    stated = Achievement(id="a", title="耐热陶瓷管的制备", summary="抗拉强度700MPa，屈服强度500MPa，体积密度2.8g/cm3。")
    counts = check_features(check_indicators(asked, stated))
    assert counts == CheckFeatures(met=1, unmet=2, unmet_must=1, unknown=1)
    assert check_features([]) == CheckFeatures(met=0, unmet=0, unmet_must=0, unknown=0)
