"""Withdrawals that waited for somebody to look: done, or dropped."""

from api.access.caller import Caller
from api.audit import note
from api.days import china_day
from api.db.base import now
from api.db.tables import FeedRun
from api.errors import ConflictError
from api.feeds.absence import withdraw_all
from api.feeds.access import managed_feed
from api.feeds.tally import Tally, add_to_run
from api.feeds.writing import FeedWriter
from api.service import Service

__all__ = ["confirm"]

_CHUNK = 100


def confirm(service: Service, caller: Caller, feed_id: str, run_id: str, *, withdraw: bool) -> int:
    """Withdraw exactly the records that the run found missing, as far as they are still the feed's; or let them be.

    Returns:
        How many were withdrawn.

    Raises:
        NotFoundError: no such feed, or another's.
        ConflictError: nothing waits, or what waits is of another run: the source was read again.
    """
    done, own_run_id = 0, ""
    while True:
        with service.database.work() as session:
            feed = managed_feed(session, caller, feed_id, lock=True)
            if feed.pending.get("run_id") != run_id:
                if own_run_id:
                    return done
                raise ConflictError(
                    "没有等待确认的撤回，或来源已重新读取；请重新查看供数状态后再确认。", "Nothing of that run waits."
                )
            ids = list(feed.pending["ids"])
            batch, rest = (ids[:_CHUNK], ids[_CHUNK:]) if withdraw else ([], [])
            if not own_run_id:
                run = FeedRun(
                    feed_id=feed.id, kind="confirmation", created=0, changed=0, unchanged=0, withdrawn=0, rejected=0
                )
                session.add(run)
                session.flush()
                own_run_id = run.id
                detail = {"run_id": run_id, "withdraw": withdraw, "records": len(ids)}
                note(session, caller, "feed-confirm", kind="feed", thing_id=feed.id, detail=detail)
            run = session.get_one(FeedRun, own_run_id)
            writer = FeedWriter(
                session, feed, review=service.settings.review, today=china_day(), account_id=caller.account_id
            )
            withdrawn = withdraw_all(session, writer, feed, batch)
            add_to_run(
                run, Tally(withdrawn=withdrawn, notes=[] if withdraw else [f"未撤回等待确认的 {len(ids)} 条记录。"])
            )
            run.finished_at = now()
            feed.pending = {"run_id": run_id, "ids": rest} if rest else {}
            done += withdrawn
            if not rest:
                return done
