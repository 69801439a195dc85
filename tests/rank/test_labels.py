from pathlib import Path

import pytest

from matcher.errors import FileFormatError
from matcher.rank.labels import Aspect, LabelRules
from matcher.report import REFUSALS, VERDICTS

HEADING = "kind\twords\taspect\tlow\thigh\tweight\n"


@pytest.fixture(scope="module")
def rules() -> LabelRules:
    return LabelRules.load()


def test_every_word_a_workbook_offers_has_a_meaning(rules: LabelRules) -> None:
    for verdict in VERDICTS:
        rules.label(verdict, "")
    for reason in REFUSALS:
        rules.label("不合适", reason)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (("4 强相关", ""), (4, 4, Aspect.CONTENT)),
        (("１", ""), (1, 1, Aspect.CONTENT)),
        (("不合适", ""), (1, 2, Aspect.CONTENT)),
        (("不合适", "技术不符"), (1, 2, Aspect.CONTENT)),
        (("不合适", "太早期"), (2, 4, Aspect.MATURITY)),
        (("2 弱相关", "太早期"), (2, 4, Aspect.MATURITY)),
        (("1", "技术不符"), (1, 1, Aspect.CONTENT)),
        (("不合适", "价格"), (1, 4, Aspect.PRICE)),
        (("", "價格"), (1, 4, Aspect.PRICE)),
        (("洽谈", "价格"), (3, 4, Aspect.CONTENT)),
        (("待定", ""), (1, 4, Aspect.OTHER)),
    ],
)
def test_reasons_are_about_what_they_are_about(
    rules: LabelRules, said: tuple[str, str], label: tuple[int, int, Aspect]
) -> None:
    found = rules.label(*said)
    assert (found.low, found.high, found.aspect) == label
    assert found.teaches == (label[:2] != (1, 4))


def test_the_further_a_deal_went_the_more_it_counts(rules: LabelRules) -> None:
    weights = [rules.label(word, "").weight for word in ("无回应", "感兴趣", "洽谈", "已签约")]
    assert weights == sorted(set(weights))


def test_content_lends_its_weight(rules: LabelRules) -> None:
    assert rules.label("不合适", "").weight < rules.label("不合适", "技术不符").weight


@pytest.mark.parametrize(("verdict", "reason", "word"), [("好极了", "", "好极了"), ("不合适", "下雨", "下雨")])
def test_an_unknown_word_is_named(rules: LabelRules, verdict: str, reason: str, word: str) -> None:
    with pytest.raises(KeyError) as error:
        rules.label(verdict, reason)
    assert error.value.args == (word,)


def test_a_platform_brings_its_own_words(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text(
        HEADING + "verdict\t行|可以\tcontent\t3\t4\t0.7\nignored\t未理会\tother\t1\t2\t0\n", encoding="utf-8"
    )
    label = LabelRules.load(path).label("可以", "")
    assert (label.word, label.low, label.high, label.weight) == ("行", 3, 4, 0.7)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("verdict\t行\tcontent\t3\t4", "5 列"),
        ("maybe\t行\tcontent\t3\t4\t1", "maybe"),
        ("verdict\t行\ttaste\t3\t4\t1", "taste"),
        ("verdict\t行\tcontent\t4\t3\t1", "范围"),
        ("verdict\t行\tcontent\t3\t4\t-1", "范围"),
        ("verdict\t行\tcontent\t3\t4\tnan", "范围"),
        ("verdict\t行|行\tcontent\t3\t4\t1", "两次"),
        ("verdict\t行\tcontent\tx\t4\t1", "第 2 行"),
        ("written\t差不多\tcontent\t3\t4\t1", "solved 或 near"),
        ("", "缺少"),
    ],
)
def test_a_bad_rule_is_named_by_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text(HEADING + line + "\n", encoding="utf-8")
    with pytest.raises(FileFormatError, match=said):
        LabelRules.load(path)
    with pytest.raises(FileFormatError, match="无法读取"):
        LabelRules.load(tmp_path / "none.tsv")
