import json
from pathlib import Path

import numpy as np
import pytest

from matcher.corpus.classify import WEIGHTS_FILE, Classifier, Head, stated_codes
from matcher.corpus.grams import BUCKETS, count_grams
from matcher.corpus.schemes import categories
from matcher.errors import ModelError
from matcher.records import Achievement, FieldLabel, Need, Scheme


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def label(classifier: Classifier, record: Need | Achievement) -> dict[Scheme, FieldLabel]:
    (labels,) = classifier.label([record])
    return {one.scheme: one for one in labels}


@pytest.mark.parametrize(
    ("title", "text", "codes"),
    [
        (
            "强筋小麦新品种汴麦9号选育",
            "株型紧凑，抗条锈病，区域试验平均亩产五百六十公斤，适宜黄淮冬麦区种植。",
            ("G6", "H2", "A01"),
        ),
        (
            "印染废水深度处理与回用",
            "采用臭氧催化氧化和膜分离组合工艺，化学需氧量降到五十毫克每升以下，出水回用。",
            ("G11", "H7", "N77"),
        ),
        (
            "抗肿瘤靶向小分子药物",
            "合成了一种激酶抑制剂，动物试验显示对肺癌模型抑制率高，拟申报临床试验。",
            ("G9", "H2", "C27"),
        ),
        (
            "基于深度学习的人脸识别软件",
            "卷积神经网络提取特征，戴口罩也能识别，算法可部署在门禁终端。",
            ("F6", "H1", "I65"),
        ),
    ],
)
def test_plain_cases_are_put_where_a_reader_would(
    classifier: Classifier, title: str, text: str, codes: tuple[str, str, str]
) -> None:
    plan, hightech, industry = codes
    found = label(classifier, Achievement(id="1", title=title, summary=text))
    assert found[Scheme.PLAN].code == plan
    assert found[Scheme.HIGHTECH].code == hightech
    chances = classifier.probabilities(Scheme.INDUSTRY, title, text)
    assert industry in sorted(chances, key=lambda code: -chances[code])[:3]


@pytest.mark.parametrize(
    "text",
    ["", "？？？", "技术合作", "今天中午吃什么好呢，要不一起去看电影吧。", "希望与高校合作，提高质量，降低成本。"],
)
def test_texts_without_a_subject_get_labels_of_low_confidence(classifier: Classifier, text: str) -> None:
    found = label(classifier, Need(id="1", title=text or "无", problem=text))
    assert set(found) == set(Scheme)
    assert max(one.confidence for one in found.values()) < 0.5


def test_probabilities_are_a_share_of_one(classifier: Classifier) -> None:
    for scheme in Scheme:
        chances = classifier.probabilities(scheme, "花生脱壳清选一体机", "脱净率高，破损率低。")
        assert list(chances) == list(categories(scheme))
        assert all(0 <= chance <= 1 for chance in chances.values())
        assert 0 < sum(chances.values()) <= 1 + 1e-6


def test_stated_columns_are_believed(classifier: Classifier) -> None:
    record = Achievement(
        id="1", title="渗碳炉炉温控制", fields=("新能源-氢能", "中医药"), industry_codes=("C3511", "C27")
    )
    labels = classifier.label([record])[0]
    assert [(one.scheme, one.code, one.confidence, one.stated) for one in labels] == [
        (Scheme.PLAN, "G10", 1.0, True),
        (Scheme.HIGHTECH, "H6", 1.0, True),
        (Scheme.INDUSTRY, "C35", 1.0, True),
        (Scheme.INDUSTRY, "C27", 1.0, True),
    ]


def test_a_stated_section_narrows_the_division(classifier: Classifier) -> None:
    text = "株型紧凑，抗条锈病，区域试验平均亩产五百六十公斤，适宜黄淮冬麦区种植。"
    free = label(classifier, Need(id="1", title="强筋小麦新品种引进", problem=text))[Scheme.INDUSTRY]
    narrowed = label(classifier, Need(id="1", title="强筋小麦新品种引进", problem=text, industry_codes=("C",)))
    assert free.code[0] == "A"
    assert narrowed[Scheme.INDUSTRY].code[0] == "C"
    assert not narrowed[Scheme.INDUSTRY].stated


def test_unknown_stated_values_state_nothing() -> None:
    record = Need(id="1", title="无", fields=("其他领域",), industry_codes=("C",))
    assert [stated_codes(record, scheme) for scheme in Scheme] == [(), (), ()]


def test_a_record_is_labelled_alike_alone_and_in_company(classifier: Classifier) -> None:
    records = [Need(id=str(at), title=title) for at, title in enumerate(["石墨电极", "冷链监测", "疫苗佐剂"])]
    together = classifier.label(records)
    assert together == [classifier.label([record])[0] for record in records]
    assert classifier.label([]) == []


def test_a_linear_model_is_what_it_says() -> None:
    # One feature of weight 127 · 2/127 = 2 for the first class, bias 1, temperature 0.5: logits (2 + 1) / 0.5 and 0.
    grams = count_grams("冷链冷链冷链冷链冷链冷链冷链冷链")
    weights = np.zeros((BUCKETS, 2), dtype=np.int8)
    weights[grams.buckets, 0] = 127
    ones = np.ones(2, dtype=np.float32)
    head = Head(("G8", ""), weights, ones * 2 / 127, np.array([1, 0], dtype=np.float32), 0.5)
    single = count_grams("冷链")
    logits = head.logits(single, np.ones(len(single.buckets), dtype=np.float32))
    assert logits.tolist() == pytest.approx([3.0, 0.0])
    classifier = Classifier(np.ones(BUCKETS, dtype=np.float32), {Scheme.PLAN: head})
    chance = classifier.probabilities_of(Scheme.PLAN, single)["G8"]
    # Two occurrences (the title counts twice) are one pair: 1 − e^(−1/4) of the softmax 1 / (1 + e^−6).
    assert chance == pytest.approx((1 - np.exp(-0.25)) / (1 + np.exp(-6)), rel=1e-5)


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_a_damaged_model_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / WEIGHTS_FILE).write_bytes(content)
    with pytest.raises(ModelError, match="matcher train fields"):
        Classifier.load(tmp_path)


def test_a_missing_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="缺失或损坏"):
        Classifier.load(tmp_path)


def test_bundled_weights_are_small() -> None:
    from importlib import resources

    weights = resources.files("matcher.corpus.taxonomy").joinpath(WEIGHTS_FILE)
    assert len(weights.read_bytes()) < 3_000_000


@pytest.mark.bench
def test_plan_fields_agree_with_a_reader(classifier: Classifier, bench: Path) -> None:
    rows = (Path(__file__).parent / "plan_labels.tsv").read_text(encoding="utf-8").splitlines()
    accepted = {row.split("\t")[0]: row.split("\t")[1].split() for row in rows if not row.startswith("#")}
    texts: dict[str, tuple[str, str]] = {}
    for name in ("zhejiang/achievements.json", "zhejiang/needs.json"):
        found = json.loads((bench / name).read_text(encoding="utf-8"))
        texts |= {row["id"]: (row["name"], row["context"]) for row in found}
    for line in (bench / "henan/needs.jsonl").read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            texts[row["id"]] = (row["title"], row["content"])
    records = [Need(id=at, title=texts[at][0], problem=texts[at][1]) for at in accepted]
    right = [
        next(one.code for one in labels if one.scheme is Scheme.PLAN) in accepted[record.id]
        for record, labels in zip(records, classifier.label(records), strict=True)
    ]
    assert len(right) == 150
    assert sum(right) / len(right) >= 0.85
