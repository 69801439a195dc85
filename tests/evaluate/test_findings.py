import json

from rich.console import Console

from matcher.evaluate import collect, evaluate
from matcher.evaluate.conflicts import label_noise
from matcher.evaluate.failures import Failures, Stage
from matcher.evaluate.findings import (
    effects_table,
    failures_document,
    failures_table,
    leaks_document,
    leaks_table,
    noise_document,
    noise_table,
    reliability_document,
    reliability_table,
)
from matcher.evaluate.leaks import effects, find_leaks
from matcher.evaluate.reliability import reliability
from matcher.evaluate.splits import Split
from matcher.records import Achievement, Need, Tier

NEEDS = {
    "n1": Need(id="n1", title="花生脱壳机[bold]破损", visibility=Tier.PUBLIC),
    "n2": Need(id="n2", title="花生脱壳机[bold]破损", visibility=Tier.SECRET),
}
ACHIEVEMENTS = {i: Achievement(id=i, title="柔性辊筒花生脱壳机") for i in "ab"}
LEVELS = {"n1": {"a": 4, "b": 1}, "n2": {"a": 3}}
ANSWERS = {"n1": {"a": (2.0, 4, 0.9), "b": (1.0, 3, 0.7)}, "n2": {"a": (1.0, 1, 0.1)}}


def shown(renderable) -> str:
    console = Console(width=140, record=True, file=open("/dev/null", "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    console.print(renderable)
    return console.export_text()


def test_reliability_draws_share_and_fit(judged, written) -> None:
    judgements = judged(LEVELS)
    found = reliability(collect(written(ANSWERS), NEEDS, judgements), judgements)
    text = shown(reliability_table(found))
    row = next(line for line in text.splitlines() if "90%–100%" in line)
    # Share 1 fills 25 of 26 places, the mark stands at round(0.9 · 25) = 22.
    assert "█" * 22 + "◆" + "█" * 2 + "·" in row
    document = json.loads(json.dumps(reliability_document(found), allow_nan=False))
    assert [each["pairs"] for each in document["bins"]] == [0, 1, 0, 0, 0, 0, 0, 1, 0, 1]
    assert document["bins"][0]["share"] is None
    # Three bins of one pair: fit 0.1 and 0.9 came true, 0.7 did not.
    assert document["ece"] == round((0.9 + 0.1 + 0.7) / 3, 6)


def test_failures_by_stage() -> None:
    found = Failures((), pairs=3, partners=2)
    assert failures_document(found) == {
        "failures": 0, "partners": 2,
        "stages": {"duplicate": 0, "data": 0, "not_retrieved": 0, "ranked_low": 0, "graded_wrong": 0},
    }  # fmt: skip
    text = shown(failures_table(found))
    assert all(name in text for name in ("重复发布", "数据", "没检索到", "排得太低", "评级不准"))
    assert list(found.counts()) == list(Stage)


def test_leaks_and_their_effect(judged, written) -> None:
    judgements = judged(LEVELS)
    leaks = find_leaks(NEEDS, ACHIEVEMENTS, judgements, Split("两折[1]", {"n1": "1", "n2": "2"}))
    changed = effects(evaluate(written(ANSWERS), NEEDS, judgements), leaks)
    text = shown(leaks_table(leaks, NEEDS))
    assert "两折[1]" in text
    assert "n1 花生脱壳机[bold]破损 ≈ n2 （不公开）（1.00）" in text
    # Every need leaks: nothing is left.
    assert next(line for line in shown(effects_table(changed)).splitlines() if " mae " in line).count("—") >= 4
    document = json.loads(json.dumps(leaks_document(leaks, changed), allow_nan=False))
    assert document["need_pairs"] == [["n1", "n2", 1.0]]
    assert (document["known_pairs"], document["shared_achievements"]) == (3, 1)
    assert document["effects"]["mae"]["every"] == round(4 / 3, 6)
    assert document["effects"]["mae"]["clean"] is None


def test_noise_in_numbers_and_examples(judged) -> None:
    found = label_noise(NEEDS, ACHIEVEMENTS, judged(LEVELS))
    text = shown(noise_table(found, NEEDS, ACHIEVEMENTS))
    assert "4 / 1 级：花生脱壳机[bold]破损 × 柔性辊筒花生脱壳机（a，b）" in text
    document = json.loads(json.dumps(noise_document(found), allow_nan=False))
    assert document["same"]["conflicts"] == 3
    assert document["examples"][0] == ["n1", "a", 4, "n1", "b", 1]
    # Grades 4, 1, 3: the answer 3 is off by 3 in all.
    assert document["near"]["bound_mae"] == 1.0
