from dataclasses import replace

from matcher.rank.gates import REFUSED
from matcher.records import Achievement, Gate, GateState, Match, MatchList, Side
from matcher.report.wording import left_out

PARTNERS = {i: Achievement(id=i, title=f"成果{i}") for i in ("a", "b")}
LISTED = Match(
    need_id="n", achievement_id="a", rank=1, score=2.0, level=2, level_probs=(0.2, 0.6, 0.2, 0.0), fit=0.2, parts={}
)
BARRED = replace(
    LISTED,
    achievement_id="b",
    fit=0.6,
    gates=(
        Gate(name="budget", state=GateState.FAIL, reason="预算至多 20 万元，成果价格 60 万元 起"),
        Gate(name="trl", state=GateState.PASS, reason="成熟"),
    ),
)
ANSWER = MatchList(query_id="n", query_side=Side.NEED, matches=(LISTED,), excluded=(BARRED,))


def test_a_better_one_that_was_left_out_is_named_with_its_reason() -> None:
    assert left_out(ANSWER, PARTNERS) == (
        "另有 1 条未通过硬条件，其中“成果b”（把握 60%）更合适，"
        "但预算至多 20 万元，成果价格 60 万元 起，可商量是否放宽。"
    )


def test_what_somebody_refused_is_counted_by_itself_and_never_offered_again() -> None:
    gate = Gate(name=REFUSED, state=GateState.FAIL, reason="本需求已反馈“不合适（价格）”")
    refused = replace(BARRED, achievement_id="c", fit=0.9, gates=(gate,))
    assert left_out(replace(ANSWER, excluded=(refused,)), PARTNERS) == "另有 1 条已反馈为不合适。"
    assert left_out(replace(ANSWER, excluded=(refused, BARRED)), PARTNERS).startswith(
        "另有 1 条未通过硬条件、1 条已反馈为不合适，其中“成果b”（把握 60%）更合适"
    )


def test_a_worse_one_is_only_counted() -> None:
    assert left_out(replace(ANSWER, excluded=(replace(BARRED, fit=0.1),)), PARTNERS) == "另有 1 条未通过硬条件。"
    assert left_out(replace(ANSWER, excluded=()), PARTNERS) == ""
