import datetime as dt

from sqlalchemy import select, update

from api.accounts.chores import CHORES
from api.db.base import now
from api.db.tables import Registration, SignedIn
from tests.api.world import World


def test_what_is_over_is_removed_and_nothing_else(world: World) -> None:
    account_id = world.people["broker"].account_id
    database, moment = world.service.database, now()
    ages_min = {"fresh": (0, 0), "idle": (121, 121), "old": (24 * 60 + 1, 0)}
    with database.work() as session:
        for name, (created, seen) in ages_min.items():
            times = [moment - dt.timedelta(minutes=minutes) for minutes in (created, seen)]
            session.add(SignedIn(token_hash=name, account_id=account_id, created_at=times[0], seen_at=times[1]))
        session.add(Registration(login="waits"))
        session.add(Registration(login="late", created_at=moment - dt.timedelta(days=91)))
        session.add(Registration(login="decided", created_at=moment - dt.timedelta(days=91), decision="refused"))
    done = {chore.name: chore.run(world.service) for chore in CHORES}
    assert done == {"sign-ins": 2, "registrations": 1}
    with database.reading() as session:
        assert set(session.scalars(select(SignedIn.token_hash))) == {"fresh"}
        assert set(session.scalars(select(Registration.login))) == {"waits", "decided"}
    assert [chore.run(world.service) for chore in CHORES] == [0, 0]
    with database.work() as session:
        session.execute(update(SignedIn).values(seen_at=moment - dt.timedelta(minutes=119)))
    assert CHORES[0].run(world.service) == 0
