import json
from itertools import product
from pathlib import Path

import pytest

from matcher.corpus.classify import WEIGHTS_FILE, Classifier
from matcher.errors import InputError
from matcher.records import Achievement, Scheme
from matcher.train.fields import examples_of, train_fields, weak_plan_code

SUBJECTS = {
    ("A01", "现代农业-种植"): ["小麦新品种{}选育", "玉米新品种{}区域试验", "花生新品种{}高产栽培"],
    ("C27", "生物医药"): ["抗肿瘤药物{}合成", "原料药{}结晶工艺", "中药饮片{}炮制"],
    ("C34", "装备制造"): ["轴承{}磨床改造", "离心压缩机{}叶轮", "齿轮{}减速机"],
}


def corpus() -> list[Achievement]:
    return [
        Achievement(
            id=f"{code}-{at}", title=title.format("甲乙丙丁戊己庚辛"[at % 8]), industry_codes=(code,), fields=(field,)
        )
        for (code, field), titles in SUBJECTS.items()
        for at, title in enumerate(title for title, _ in product(titles, range(8)))
    ]


@pytest.mark.slow
def test_training_writes_a_classifier_that_opens(tmp_path: Path) -> None:
    report = train_fields(corpus(), [], tmp_path)
    assert report.examples["gbt4754"] == 3 * 24
    assert report.scores["gbt4754"].accuracy[0] > 0.9
    label = {
        one.scheme: one for one in Classifier.load(tmp_path).label([Achievement(id="x", title="小麦新品种壬选育")])[0]
    }
    assert label[Scheme.INDUSTRY].code == "A01"
    assert label[Scheme.PLAN].code == "G6"
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["report"]["records"] == 72


@pytest.mark.slow
def test_training_twice_gives_the_same_weights(tmp_path: Path) -> None:
    for name in ("one", "two"):
        train_fields(corpus(), [], tmp_path / name)
    first, second = (Classifier.load(tmp_path / name).label(corpus()) for name in ("one", "two"))
    assert first == second
    assert (tmp_path / "one" / WEIGHTS_FILE).read_bytes() == (tmp_path / "two" / WEIGHTS_FILE).read_bytes()


def test_unlabelled_records_cannot_train(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="国民经济行业"):
        train_fields([Achievement(id=str(at), title="小麦新品种选育") for at in range(60)], [], tmp_path)


@pytest.mark.parametrize(
    ("title", "body", "code"),
    [
        ("全钒液流电池储能系统", "", "F2"),
        ("冬小麦新品种选育", "亩产高，抗倒伏。", "G6"),
        ("技术合作", "希望提高质量。", None),
    ],
)
def test_keywords_claim_clear_cases_only(title: str, body: str, code: str | None) -> None:
    assert weak_plan_code(title, body) == code


def test_a_stated_plan_field_beats_keywords() -> None:
    record = Achievement(id="1", title="冬小麦新品种选育", fields=("智慧农业",))
    assert [example.code for example in examples_of([record], Scheme.PLAN)] == ["G7"]
