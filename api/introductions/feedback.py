"""Outcomes of introductions as verdicts on pairs, for training (`matcher.rank.feedback.learn`)."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.days import china_day
from api.db.tables import Introduction, IntroductionEvent
from api.introductions.reasons import Reason
from api.introductions.stages import Stage
from matcher.rank.verdicts import Verdict

__all__ = ["verdicts"]

# Words of matcher/rank/model/labels.tsv.
_BY_STAGE = {Stage.NEGOTIATING: "洽谈", Stage.SIGNED: "已签约", Stage.LOST: "未成"}


def verdicts(session: Session) -> Iterator[Verdict]:
    """What each step of each introduction says of its pair, in order of time.

    Asking counts as interest, acceptance by all as 合适, then 洽谈, 已签约, or 未成 with its reason. `learn` takes the
    latest day that tells anything of the content, so a contract that failed at its price keeps what came before.
    """
    steps = select(IntroductionEvent, Introduction).join(
        Introduction, Introduction.id == IntroductionEvent.introduction_id
    )
    for event, row in session.execute(steps.order_by(IntroductionEvent.at, IntroductionEvent.id)):
        verdict = _verdict(event)
        if not verdict:
            continue
        reason = event.detail.get("reason", "")
        yield Verdict(
            need_id=row.need_id,
            achievement_id=row.achievement_id,
            verdict=verdict,
            reason=Reason(reason).label if reason else "",
            rank=None,
            seen=True,
            day=china_day(event.at),
            shown_in=("introductions", "", row.need_id),
            place=f"对接 {row.id}",
        )


def _verdict(event: IntroductionEvent) -> str:
    if event.action == "request":
        return "感兴趣"
    if event.action == "accept":
        return "合适" if event.detail.get("opened") else ""
    if event.action == "decline":
        return "未成"
    return _BY_STAGE.get(Stage(event.detail["to"]), "") if event.action == "stage" else ""
