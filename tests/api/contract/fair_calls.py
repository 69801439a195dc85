"""How the operations on fairs are called."""

from typing import Any

from api.db.tables import Fair, FairWish
from api.fairs.files import fair_folder
from api.fairs.parties import party_id
from tests.api.contract.accounts_made import owner_of
from tests.api.contract.call import Call, Case, sends
from tests.api.contract.scene import Scene, Thing
from tests.api.fairs.making import SETTINGS, put_fair

WISHES = "企业,单位,意愿\n甲公司,子大学,必见\n"
MET = "企业,单位\n甲公司,寅大学\n"
DRAFT = {"name": "对接会", "dates": ["2026-12-01"], "start": "09:00", "end": "12:00"}
# M002 and M003 are in one slot: they change tables.
SWAP = {"code": "M003", "slot": 1, "table": 0, "swap": True}


def make_fair(scene: Scene, target: str, who: str) -> Thing:
    """A planned fair with a wish that was typed in and a list of wishes."""
    member = scene.people[owner_of(target, who)]
    fair_id = put_fair(scene.service, member.account_id, member.organisation_id)
    met = fair_folder(scene.service, fair_id) / "lists" / "a" / "a.csv"
    met.parent.mkdir(parents=True)
    met.write_text(MET, encoding="utf-8")
    with scene.service.database.work() as session:
        fair = session.get_one(Fair, fair_id)
        told = {"file": "a/a.csv", "name": "a.csv", "bytes": 1, "rows": 1, "rejected": 0, "problems": []}
        fair.lists = {"met": {**told, "at": "2026-11-01T00:00:00Z"}}
        wish = FairWish(
            fair_id=fair_id, enterprise="甲公司", team="子大学", wish="想见", by="企业", made_by=member.account_id
        )
        session.add(wish)
        session.flush()
        more = {
            "wish_id": wish.id,
            "party_id": party_id("enterprise:甲公司"),
            "code": "M003",
            "part": "met",
        }
        return Thing(fair_id, fair.version, more)


def _listed(case: Case) -> dict[str, Any]:
    case.thing.more["part"] = "wishes"
    return {"files": [("file", ("意愿.csv", WISHES.encode(), "text/csv"))]}


FAIRS = {
    "draft_fair": Call(parts=sends(DRAFT)),
    "create_fair": Call(parts=sends(settings=SETTINGS)),
    "list_fairs": Call(),
    "get_fair": Call(make_fair, kind="fair"),
    "delete_fair": Call(make_fair, kind="fair"),
    "change_fair_settings": Call(make_fair, sends(settings=SETTINGS), "fair"),
    "change_fair_state": Call(make_fair, sends(state="held"), "fair"),
    "change_fair_on_the_day": Call(make_fair, sends(cancel=["甲公司"]), "fair"),
    "put_fair_list": Call(make_fair, _listed, "fair"),
    "remove_fair_list": Call(make_fair, kind="fair"),
    "list_fair_parties": Call(make_fair, kind="fair"),
    "list_fair_wishes": Call(make_fair, kind="fair"),
    "add_fair_wish": Call(make_fair, sends(enterprise="乙公司", team="丑大学", wish="必见"), "fair"),
    "remove_fair_wish": Call(make_fair, kind="fair"),
    "plan_fair": Call(make_fair, sends({}), "fair"),
    "replan_fair": Call(make_fair, sends({}), "fair"),
    "list_fair_plans": Call(make_fair, kind="fair"),
    "choose_fair_plan": Call(make_fair, sends(number=1), "fair"),
    "get_fair_board": Call(make_fair, kind="fair"),
    "check_fair_move": Call(make_fair, sends(SWAP), "fair"),
    "move_fair_meeting": Call(make_fair, sends(SWAP), "fair"),
    "list_fair_places": Call(make_fair, kind="fair"),
    "find_fair_standins": Call(make_fair, sends(missing=[party_id("enterprise:甲公司")], slot=2), "fair"),
    "list_fair_attendance": Call(make_fair, kind="fair"),
    "note_fair_attendance": Call(make_fair, sends(state="came"), "fair"),
    "note_meeting_attendance": Call(make_fair, sends(team="late"), "fair"),
    "print_fair": Call(make_fair, sends({}), "fair"),
    "get_fair_workbook": Call(make_fair, kind="fair"),
}
