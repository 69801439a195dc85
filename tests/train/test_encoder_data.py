"""What an encoder learns from is read from files: feedback, and what must not be seen with held-out needs."""

import csv
import json
from pathlib import Path

import pytest

from matcher.errors import ConfigError, EvaluationError, InputError
from matcher.records import Achievement, Need
from matcher.train.data import GradedNeed, TrainingSet, file_sums, read_data
from matcher.train.encoder_data import Texts, lessons
from matcher.train.encoder_recipe import EncoderRecipe

THINGS = ["石墨电极", "花生脱壳", "冷箱泄漏", "菊花烘干"]
LIMIT = 1_000_000


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write(tmp_path / "n.csv", [["编号", "需求名称"], *([f"N{i}", f"{t}问题"] for i, t in enumerate(THINGS))])
    write(tmp_path / "a.csv", [["编号", "成果名称"], *([f"A{i}", f"{t}技术"] for i, t in enumerate(THINGS))])
    head = ["需求编号", "成果编号", "反馈", "不合适的原因"]
    write(
        tmp_path / "f.csv",
        [head, ["N1", "A1", "合适", ""], ["N1", "A2", "不合适", "技术不符"], ["N2", "A0", "不合适", "价格"]],
    )
    return tmp_path


def listed(place: Path, text: str) -> Path:
    path = place / "DATA.toml"
    path.write_text(text, encoding="utf-8")
    return path


FEEDBACK = '[[feedback]]\nneeds = "n.csv"\nachievements = "a.csv"\nfiles = ["f.csv"]\n'


def test_verdicts_become_weighted_scores(place: Path) -> None:
    (found,) = read_data(listed(place, FEEDBACK), max_bytes=LIMIT)
    assert not found.graded
    # A price says nothing of the content: N2 teaches nothing.
    (item,) = found.feedback
    assert item.need.id == "N1"
    assert set(item.scores) == {"A1", "A2"}
    assert item.scores["A1"] >= 3
    assert item.scores["A2"] <= 2
    assert all(weight > 0 for weight in item.weights.values())
    assert item.levels == {}
    learned = lessons([found], EncoderRecipe())
    assert not learned.graded
    weights = {texts.title: weight for texts, _, weight in learned.feedback[0].pairs}
    assert weights == {"花生脱壳技术": item.weights["A1"], "冷箱泄漏技术": item.weights["A2"]}


WRITTEN = '[[written]]\nachievements = "a.csv"\nneeds = "w.jsonl"\nscores = "s.tsv"\n'


def test_written_needs_are_scored_by_the_way_they_ask(place: Path) -> None:
    row = {"id": "A1", "need_title": "花生去壳", "need": "手工剥壳太慢。", "oral": "花生咋剥", "near_title": "花生烘干"}
    (place / "w.jsonl").write_text(json.dumps(row), encoding="utf-8")
    lines = [
        "need_id\tachievement_id\tscore",
        "A1:need\tA1\t3.8",
        "A1:near\tA1\t1.6",
        "A1:near\tA3\t2.5",
        "A9:need\tA1\t4",
    ]
    (place / "s.tsv").write_text("\n".join(lines), encoding="utf-8")
    (found,) = read_data(listed(place, WRITTEN), max_bytes=LIMIT)
    need, near = found.graded
    assert (need.need.title, need.need.problem, need.scores, need.levels) == (
        "花生去壳",
        "手工剥壳太慢。",
        {"A1": 3.8},
        {"A1": 4},
    )
    assert (near.need.title, near.need.problem, near.scores) == ("花生烘干", "", {"A1": 1.6, "A3": 2.5})
    # They are partners as before, too.
    assert found.written[0].achievement_id == "A1"
    (place / "w.jsonl").write_text(json.dumps({**row, "id": "Z7"}), encoding="utf-8")
    (place / "s.tsv").write_text("need_id\tachievement_id\tscore\nZ7:oral\tA1\t4\n", encoding="utf-8")
    (found,) = read_data(listed(place, WRITTEN), max_bytes=LIMIT)
    assert [item.need.title for item in found.graded] == ["花生咋剥"]
    assert not found.written
    with pytest.raises(EvaluationError, match=r"w\.jsonl 所写的成果没有一条"):
        read_data(listed(place, WRITTEN.replace('scores = "s.tsv"\n', "")), max_bytes=LIMIT)
    (place / "s.tsv").write_text("need_id\tachievement_id\tscore\nA1:other\tA1\t4\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"s\.tsv 没有一对"):
        read_data(listed(place, WRITTEN), max_bytes=LIMIT)


def test_every_file_named_is_told_by_its_hash(place: Path) -> None:
    assert sorted(file_sums(listed(place, FEEDBACK))) == ["a.csv", "f.csv", "n.csv"]


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        (FEEDBACK.replace('["f.csv"]', "[]"), ConfigError, "files"),
        (FEEDBACK.replace("f.csv", "none.csv"), InputError, "none.csv"),
        (FEEDBACK.replace("n.csv", "none.csv"), InputError, "none.csv"),
        (FEEDBACK + 'labels = "none.tsv"\n', InputError, "none.tsv"),
        (FEEDBACK + 'judgements = "j.tsv"\n', ConfigError, "judgements"),
        (FEEDBACK.replace('"n.csv"', '"a.csv"', 1), EvaluationError, "没有一对"),
        ("", ConfigError, r"\[\[feedback\]\]"),
        ("[[feedback]", ConfigError, "DATA.toml"),
    ],
)
def test_what_cannot_be_read_is_named(place: Path, text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        read_data(listed(place, text), max_bytes=LIMIT)


def test_feedback_on_held_out_needs_is_left_out_too() -> None:
    need = Need(id="N", title="石墨电极氧化")
    item = GradedNeed(need, {"A": 3.0}, {"A": 3})
    said = GradedNeed(need, {"A": 4.0}, {}, {"A": 2.0})
    again = GradedNeed(Need(id="M", title="花生破碎"), {"A": 1.0}, {})
    part = TrainingSet((Achievement(id="A", title="抗氧化涂层"),), (item,), feedback=(said, again))
    learned = lessons([part], EncoderRecipe())
    assert [each.title for each in learned.without({"N"}).feedback] == ["花生破碎"]


def test_the_body_of_a_held_out_need_is_left_out_under_any_title() -> None:
    body = "我厂的石墨电极在一千六百度下用不到两百小时就氧化掉了，希望寿命能够翻一番，价格不要涨太多。"
    need = Need(id="N", title="石墨电极氧化", problem=body)
    records = (
        Need(id="X", title="电极寿命短", problem=body),
        Need(id="Y", title="花生破碎", problem="花生脱壳时碎得太多。"),
    )
    part = TrainingSet((Achievement(id="A", title="涂层"),), (GradedNeed(need, {"A": 3.0}, {"A": 3}),), bodies=records)
    learned = lessons([part], EncoderRecipe())
    assert len(learned.bodies) == 2
    assert [texts.title for texts in learned.without({"N"}).bodies] == ["花生破碎"]


def test_no_title_finds_itself_in_its_own_window() -> None:
    long = "一种用于大型石墨电极的" * 8
    (short_title, long_title) = Texts.of(
        [
            Need(id="1", title="石墨电极", problem="电极氧化太快。"),
            Need(id="2", title=long, problem="电极氧化太快。"),
        ],
        200,
    )
    assert short_title.bare(0) == long_title.bare(0) == "电极氧化太快。"
