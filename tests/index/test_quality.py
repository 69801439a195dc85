"""With the bundled encoder: long texts are read to the end, and hybrid search is worth its two parts."""

import csv
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from matcher.embed.base import Encoder
from matcher.embed.bundled import BundledEncoder
from matcher.embed.load import load_encoder
from matcher.index.base import QueryText, Retriever
from matcher.index.side import SideIndex
from matcher.records import Achievement, Side
from matcher.train.export import export

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    return load_encoder("bundled")


def test_a_fact_in_the_last_paragraph_of_a_long_text_is_found(bundled: Encoder) -> None:
    filler = (
        "本装置由机架、传动机构、控制柜和安全罩组成，安装方便，维护简单。",
        "设备运行平稳，噪声低，能耗比同类产品下降一成左右。",
        "项目团队由多名高级工程师组成，已完成样机试制和现场试验。",
        "整机采用模块化结构，可以根据用户场地调整布置。",
    )

    def long(fact: str) -> str:
        return "\n".join(filler * 50) + "\n" + fact

    facts = ["用户反映良好。", "适合多种场合。", "欢迎来厂考察。", "可以提供培训。", "价格可以面议。"] * 4
    facts[13] = "经过改装，它还能在零下三十度的野外为疫苗保温七十二小时。"
    records = [Achievement(id=f"A{at:02}", title="多用途工业装置", summary=long(fact)) for at, fact in enumerate(facts)]
    assert len(records[13].summary) > 5000
    side = SideIndex.build(Side.ACHIEVEMENT, records, bundled)
    query = [QueryText("寒冷地区疫苗运输的保温办法")]
    assert side.dense.search(query, 1)[0].positions.tolist() == [13]
    assert side.hybrid.search(query, 1)[0].positions.tolist() == [13]


def ndcg10(scores: Sequence[float], levels: Sequence[int]) -> float:
    """Gains 2^(level - 1) - 1, discount log2(rank + 1)."""
    order = np.argsort(-np.array(scores), kind="stable")
    discounts = [1 / math.log2(rank + 2) for rank in range(10)]
    gains = [2 ** (levels[at] - 1) - 1 for at in order]
    best = sorted(gains, reverse=True)
    return sum(map(math.prod, zip(gains, discounts, strict=False))) / sum(
        map(math.prod, zip(best, discounts, strict=False))
    )


@pytest.mark.bench
@pytest.mark.slow
def test_hybrid_is_above_both_of_its_parts_on_graded_pairs(float_model: Path, tmp_path: Path, bench: Path) -> None:
    # The bundled encoder has learned from these very grades; what it was fine-tuned from has not.
    stranger = BundledEncoder(export(float_model, tmp_path).folder)
    folder = bench / "henan"
    needs = [json.loads(line) for line in (folder / "needs.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = {need["id"]: QueryText(need["title"], need["content"]) for need in needs}
    found = [json.loads(line) for line in (folder / "achievements.jsonl").read_text(encoding="utf-8").splitlines()]
    side = SideIndex.build(
        Side.ACHIEVEMENT, [Achievement(id=item["id"], title=item["title"]) for item in found], stranger
    )
    graded: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "judgements.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            graded[row["need_id"]][row["achievement_id"]] = int(row["level"])
    asked = [need for need in sorted(graded) if max(graded[need].values()) >= 2]
    titles = stranger.encode_queries([texts[need].title for need in asked])
    own = stranger.encode_passages([record.title for record in side.records])

    def measured(scores: Mapping[str, Sequence[float]]) -> float:
        return float(np.mean([ndcg10(scores[need], list(graded[need].values())) for need in asked]))

    def of(part: Retriever) -> float:
        places = [side.positions_of(graded[need]) for need in asked]
        scored = part.score([texts[need] for need in asked], places)
        return measured({need: scores.tolist() for need, scores in zip(asked, scored, strict=True)})

    plain = measured(
        {
            need: (own[side.positions_of(graded[need])] @ title).tolist()
            for need, title in zip(asked, titles, strict=True)
        }
    )
    lexical, dense, hybrid = of(side.lexical), of(side.dense), of(side.hybrid)
    assert hybrid > dense > lexical
    assert hybrid > plain
