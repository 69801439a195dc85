import csv
from pathlib import Path

import pytest

from matcher.errors import ColumnError, EvaluationError
from matcher.rank.feedback import Feedback, Said, Sayings, heard, position_weight, read_feedback
from matcher.rank.labels import Aspect, LabelRules
from matcher.rank.verdicts import read_verdicts

HEAD = ("需求编号", "成果编号", "名次", "反馈", "原因", "是否看到", "日期")


def feedback(path: Path, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Feedback:
    file = path / "反馈.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([head, *rows])
    return read_feedback([file], LabelRules.load(), max_bytes=10**6)


def short(found: Feedback) -> list[tuple[str, str, int, int, float]]:
    return [(p.need_id, p.achievement_id, p.low, p.high, round(p.weight, 4)) for p in found.pairs]


def test_weights_grow_with_the_root_of_the_rank_and_stop_at_three() -> None:
    assert [position_weight(rank) for rank in (None, 1, 4, 9, 100)] == [1.0, 1.0, 2.0, 3.0, 3.0]
    assert position_weight(8, eta=1.0, most=5.0) == 5.0
    assert position_weight(50, eta=0.0) == 1.0


def test_verdicts_become_pairs_weighted_by_position(tmp_path: Path) -> None:
    found = feedback(
        tmp_path,
        ("n1", "a1", "1", "合适", "", "", ""),
        ("n1", "a2", "4", "不合适", "技术不符", "", ""),
        ("n1", "a3", "2", "不合适", "价格", "", ""),
        ("n1", "a4", "3", "不合适", "太早期", "", ""),
    )
    # 合适 0.8·√1, 技术不符 1·√4, 太早期 0.3·√3; 价格 teaches nothing.
    assert short(found) == [("n1", "a1", 3, 4, 0.8), ("n1", "a2", 1, 2, 2.0), ("n1", "a4", 2, 4, 0.5196)]
    assert (found.decided, found.passed_over, dict(found.silent)) == (4, 0, {Aspect.PRICE: 1})


def test_only_rows_passed_over_above_the_last_decision_count_against(tmp_path: Path) -> None:
    found = feedback(
        tmp_path,
        ("n1", "a1", "1", "", "", "", ""),
        ("n1", "a2", "2", "", "", "否", ""),
        ("n1", "a3", "3", "合适", "", "是", ""),
        ("n1", "a4", "4", "", "", "是", ""),
        ("n2", "a1", "1", "", "", "", ""),
    )
    # a1 was read before a3; a2 was not seen, a4 may not have been read, and nobody decided anything on n2.
    assert [(n, a) for n, a, *_ in short(found)] == [("n1", "a1"), ("n1", "a3")]
    assert short(found)[0][2:] == (1, 2, 0.1)
    assert found.passed_over == 1


def test_what_was_not_seen_does_not_count(tmp_path: Path) -> None:
    found = feedback(tmp_path, ("n1", "a1", "1", "不合适", "", "否", ""), ("n1", "a2", "1", "合适", "", "是", ""))
    assert [(n, a) for n, a, *_ in short(found)] == [("n1", "a2")]


def test_the_id_that_stands_first_says_whose_list_it_is(tmp_path: Path) -> None:
    # Leads for achievements: a1's list is n1, n2; n1 stands above n2 there, and a2's list has one row.
    found = feedback(
        tmp_path,
        ("a1", "n1", "1", "", "", "", ""),
        ("a1", "n2", "2", "合适", "", "", ""),
        ("a2", "n1", "1", "", "", "", ""),
        head=("成果编号", "需求编号", *HEAD[2:]),
    )
    assert [(n, a, low) for n, a, low, *_ in short(found)] == [("n1", "a1", 1), ("n2", "a1", 3)]


def test_the_latest_day_counts_and_one_day_is_shared(tmp_path: Path) -> None:
    found = feedback(
        tmp_path,
        ("n1", "a1", "", "合适", "", "", "2025-03-01"),
        ("n1", "a1", "", "不合适", "", "", "2025年5月1日"),
        ("n1", "a1", "", "不合适", "价格", "", "2025-06-01"),
        ("n1", "a2", "", "合适", "", "", ""),
        ("n1", "a2", "", "不合适", "", "", ""),
        ("n1", "a3", "", "感兴趣", "", "", "2025-01-01"),
        ("n1", "a3", "", "已签约", "", "", "2025-02-01"),
    )
    assert short(found) == [
        ("n1", "a1", 1, 2, 0.5),
        ("n1", "a2", 3, 4, 0.4),
        ("n1", "a2", 1, 2, 0.25),
        ("n1", "a3", 4, 4, 1.0),
    ]
    # Interest that became a contract is no contradiction.
    assert len(found.conflicts) == 2
    assert "第 2 行“合适”" in found.conflicts[0]
    assert "第 3 行“不合适”" in found.conflicts[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("n1", "a1", "1", "好极了", "", "", ""), "好极了"),
        (("n1", "a1", "1", "不合适", "下雨", "", ""), "下雨"),
        (("n1", "a1", "第一", "合适", "", "", ""), "名次"),
        (("n1", "a1", "0", "合适", "", "", ""), "名次"),
        (("n1", "a1", "1", "合适", "", "也许", ""), "也许"),
        (("n1", "a1", "1", "合适", "", "", "昨天"), "昨天"),
        (("n1", "", "1", "合适", "", "", ""), "缺少"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: tuple[str, ...], said: str) -> None:
    found = feedback(tmp_path, ("n1", "a2", "1", "合适", "", "", ""), row)
    assert len(found.pairs) == 1
    (rejected,) = found.rejected
    assert rejected.place == "反馈.csv第 3 行"
    assert said in rejected.reason


def test_unknown_ids_are_rejected_with_their_row(tmp_path: Path) -> None:
    found = feedback(tmp_path, ("n1", "a1", "", "合适", "", "", ""), ("n9", "a1", "", "合适", "", "", ""))
    kept = found.within({"n1"}, {"a1"})
    assert len(kept.pairs) == 1
    assert (kept.rejected[0].place, kept.rejected[0].reason) == ("反馈.csv第 3 行", "没有编号为“n9”的需求")
    with pytest.raises(EvaluationError, match="n9"):
        found.within({"n2"}, {"a1"})


def test_what_the_program_thinks_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match="人工等级"):
        feedback(tmp_path, ("n1", "a1", "4 强相关"), head=("需求编号", "成果编号", "等级"))
    with pytest.raises(ColumnError, match="人工等级"):
        feedback(tmp_path, ("x", "y"), head=("这一列", "那一列"))


def spoken(path: Path, *rows: tuple[str, ...]) -> Sayings:
    file = path / "反馈.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([HEAD, *rows])
    return heard(read_verdicts(file, max_bytes=10**6)[0], LabelRules.load())


def test_what_is_heard_of_a_candidate_does_not_depend_on_where_it_stood(tmp_path: Path) -> None:
    rows = [("n1", f"a{rank}", str(rank), "合适", "", "", "") for rank in (1, 4, 9)]
    found = spoken(tmp_path, *rows, ("n1", "b", "2", "", "", "", ""), ("n1", "c", "3", "不合适", "", "否", ""))
    # Neither what was passed over nor what was not seen was spoken of.
    assert found.by_need == {"n1": tuple(Said(f"a{rank}", 3, 4, 0.8, words="合适") for rank in (1, 4, 9))}
    assert (found.rows, found.conflicts, found.rejected) == (3, (), ())


@pytest.mark.parametrize(
    ("verdict", "reason", "said"),
    [
        ("不合适", "技术不符", Said("a", 1, 2, 1.0, refused=True, words="不合适（技术不符）")),
        ("不合适", "", Said("a", 1, 2, 0.5, refused=True, words="不合适")),
        ("不合适", "价格", Said("a", 1, 4, 0.0, refused=True, words="不合适（价格）")),
        ("", "太早期", Said("a", 2, 4, 0.3, refused=True, words="太早期")),
        ("1 无相关", "", Said("a", 1, 1, 1.0, refused=True, words="1 无相关")),
        ("4", "", Said("a", 4, 4, 1.0, words="4")),
    ],
)
def test_a_refusal_is_one_whatever_it_is_about(tmp_path: Path, verdict: str, reason: str, said: Said) -> None:
    assert spoken(tmp_path, ("n", "a", "", verdict, reason, "", "")).by_need == {"n": (said,)}


def test_what_was_said_of_needs_is_known_to_the_achievement(tmp_path: Path) -> None:
    rows = ("n1", "a1", "不合适", "技术不符"), ("n2", "a1", "合适", ""), ("n2", "a2", "4", "")
    told = spoken(tmp_path, *((need, partner, "", said, why, "", "") for need, partner, said, why in rows))
    assert told.by_achievement() == {
        "a1": (
            Said("n1", 1, 2, 1.0, refused=True, words="不合适（技术不符）"),
            Said("n2", 3, 4, 0.8, words="合适"),
        ),
        "a2": (Said("n2", 4, 4, 1.0, words="4"),),
    }


def test_a_refusal_counts_whatever_its_reason_is_called(tmp_path: Path) -> None:
    found = spoken(tmp_path, ("n", "a", "", "不合适", "路太远", "", ""), ("n", "b", "", "", "路太远", "", ""))
    assert found.by_need == {"n": (Said("a", 1, 2, 0.5, refused=True, words="不合适"),)}
    assert "不认识原因“路太远”，只按“不合适”处理" in found.partly[0]
    # A word that stands alone says nothing that is known.
    assert ["路太远" in row.reason for row in found.rejected] == [True]


def test_a_word_that_says_nothing_is_not_heard(tmp_path: Path) -> None:
    found = spoken(tmp_path, ("n", "a", "", "待定", "", "", ""), ("n", "b", "", "好极了", "", "", ""))
    assert (found.by_need, found.rows) == ({}, 0)
    assert "好极了" in found.rejected[0].reason


def test_people_who_agree_are_surer_and_those_who_do_not_share(tmp_path: Path) -> None:
    agreed = spoken(tmp_path, *(("n", "a", "", "不合适", reason, "", "") for reason in ("", "技术不符", "价格")))
    assert agreed.by_need == {
        "n": (Said("a", 1, 2, 1.0, refused=True, words="不合适；不合适（技术不符）；不合适（价格）"),)
    }
    narrowed = spoken(tmp_path, ("n", "a", "", "合适", "", "", ""), ("n", "a", "", "3", "", "", ""))
    assert narrowed.by_need == {"n": (Said("a", 3, 3, 1.0, words="合适；3"),)}
    apart = spoken(tmp_path, ("n", "a", "", "合适", "", "", ""), ("n", "a", "", "不合适", "技术不符", "", ""))
    assert [(each.low, each.high, each.weight, each.refused) for each in apart.by_need["n"]] == [
        (3, 4, 0.4, False),
        (1, 2, 0.5, False),
    ]
    assert "结论不一致" in apart.conflicts[0]
    later = spoken(tmp_path, ("n", "a", "", "4", "", "", "2025-05-01"), ("n", "a", "", "1", "", "", "2025-06-01"))
    assert later.by_need["n"] == (Said("a", 1, 1, 1.0, refused=True, words="1"),)
