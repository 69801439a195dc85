"""What is done in an introduction: answer, move on, plan, sign, claim, talk. Refusals draw the page again."""

from pydantic import BaseModel
from starlette.responses import Response

from api.introductions.reasons import Reason
from api.introductions.stages import Stage
from api.routes.bodies.introductions import (
    ContractBody,
    IntroductionOut,
    MessageBody,
    NextActionBody,
    RefusalBody,
    StageBody,
)
from api.web.amounts import typed_cny
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.pages.introductions.one import draw, thread
from api.web.pages.introductions.standing import my_answer
from api.web.visit import Visit

__all__ = ["accepting", "claiming", "declining", "moving", "planning", "releasing", "rewriting", "saying"]

_CHANGED = 412
_AT_WORK = 409
_BACK = frozenset({"/broker/today", "/broker/board"})


def _place(visit: Visit) -> str:
    return f"/introductions/{visit.path('id')}"


async def accepting(visit: Visit) -> Response:
    """A side says yes, unless somebody of the same side said no since the page was drawn: that opens what is closed."""
    form = await visit.form()
    if form.text("was") == "waiting":
        now = await visit.api.get(IntroductionOut, _place(visit))
        if my_answer(now) == "declined":
            form.errors[""] = visit.say("本单位刚才已在别处婉拒了这次对接；仍要接受，请点“改为接受”。")
            return await draw(visit, form, "answer", _AT_WORK)
    try:
        item = await visit.api.post(IntroductionOut, f"{_place(visit)}/acceptance")
    except RefusedError as error:
        return await _again(visit, form, "answer", error)
    return visit.go(_place(visit), said="accepted" if item.opened_at else "accepted-waiting")


async def declining(visit: Visit) -> Response:
    """A side says no, with a reason."""
    form = await visit.form()
    body = form.read(RefusalBody, "refusal.")
    if body is None:
        return await _unread(visit, form, "answer")
    try:
        await visit.api.send("POST", f"{_place(visit)}/refusal", body=body)
    except RefusedError as error:
        return await _again(visit, form, "answer", error, "refusal.")
    return visit.go(_place(visit), said="declined")


async def moving(visit: Visit) -> Response:
    """Another stage: a tap, 未成 with its reason, 签约 with the contract."""
    form = await visit.form()
    stage = form.text("stage.stage")
    failed = {Stage.SIGNED: "sign", Stage.LOST: "lose"}.get(Stage(stage), "stage") if stage in list(Stage) else "stage"
    contract = None
    if stage == Stage.SIGNED and (contract := _contract(visit, form)) is None:
        return await draw(visit, form, failed, 422)
    # Only what is set is sent.
    body = form.read(StageBody, "stage.", **({} if contract is None else {"contract": contract}))
    if body is None:
        return await _unread(visit, form, failed)
    return await _change(visit, form, failed, "stage", body)


async def planning(visit: Visit) -> Response:
    """What is to be done next, and until when."""
    form = await visit.form()
    body = form.read(NextActionBody, "next.")
    if body is None:
        return await _unread(visit, form, "next")
    return await _change(visit, form, "next", "next-action", body)


async def rewriting(visit: Visit) -> Response:
    """A signed contract corrected."""
    form = await visit.form()
    body = _contract(visit, form)
    if body is None:
        return await draw(visit, form, "contract", 422)
    return await _change(visit, form, "contract", "contract", body)


async def claiming(visit: Visit) -> Response:
    """A broker takes an introduction that has none."""
    try:
        await visit.api.send("PUT", f"{_place(visit)}/broker")
    except RefusedError as error:
        values = {"need_id": "", "achievement_id": "", "detail": error.problem.detail, "there": None}
        return visit.page("introductions/refused.html", status=error.status, **values)
    return visit.go(_place(visit), said="claimed")


async def releasing(visit: Visit) -> Response:
    """A broker lets go."""
    try:
        await visit.api.send("DELETE", f"{_place(visit)}/broker")
    except RefusedError as error:
        return await _again(visit, await visit.form(), "stage", error)
    return visit.go("/broker/today", said="released")


async def saying(visit: Visit) -> Response:
    """A message to the others."""
    form = await visit.form()
    body = form.read(MessageBody, "message.")
    status = 200 if body is not None else 422
    if body is not None:
        try:
            await visit.api.send("POST", f"{_place(visit)}/messages", body=body)
        except RefusedError as error:
            form.refused(error.problem.errors, error.problem.detail, "message.")
            status = error.status
    else:
        form.errors[""] = visit.say("留言是空的；请先写内容。")
    if visit.partial:
        return await thread(visit, form if status != 200 else Form(), status)
    return visit.go(_place(visit), said="sent") if status == 200 else await draw(visit, form, "message", status)


async def _change(visit: Visit, form: Form, failed: str, what: str, body: BaseModel) -> Response:
    """A change of the version that the form was made from."""
    version = form.text("version")
    number = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        await visit.api.send("POST" if what == "stage" else "PUT", f"{_place(visit)}/{what}", body=body, version=number)
    except RefusedError as error:
        prefix = {"stage": "stage.", "next-action": "next.", "contract": "contract."}[what]
        return await _again(visit, form, failed, error, prefix)
    back = form.text("back")
    return visit.go(back if back in _BACK else _place(visit), said="saved")


async def _unread(visit: Visit, form: Form, failed: str) -> Response:
    return await draw(visit, form, failed, 422)


async def _again(visit: Visit, form: Form, failed: str, error: RefusedError, prefix: str = "") -> Response:
    """The page as it is now, with what was typed and why it was refused."""
    detail = error.problem.detail
    if error.status == _CHANGED:
        detail = visit.say("刚才有人改过这次对接，下面是最新情况；如果还要改，请核对后再提交一次。")
    form.refused(error.problem.errors, detail, prefix)
    if f"{prefix}note" in form.errors and form.text(f"{prefix}reason_code") == Reason.OTHER:
        # The API names its own field.
        form.errors[""] = form.errors[f"{prefix}note"] = visit.say("选“其他”时请在“补充说明”里写明原因。")
    # A contract inside another stage has the fields of the contract.
    for name in [name for name in form.errors if name.startswith("stage.contract.")]:
        form.errors.setdefault(name.removeprefix("stage."), form.errors[name])
    if "contract.amount_cny" in form.errors:
        form.errors["contract.amount_wan"] = form.errors["contract.amount_cny"]
    return await draw(visit, form, failed, error.status)


def _contract(visit: Visit, form: Form) -> ContractBody | None:
    """The contract that was typed, in 万元 where no unit is; None where it cannot be used, which the form then says."""
    typed = {name: texts for name, texts in form.values.items() if name != "contract.amount_wan"}
    amount = typed_cny(form.text("contract.amount_wan"))
    if amount is None:
        told = visit.say("请填写金额的数字，单位万元，例如 35 或 12.5。")
        form.errors[""] = form.errors["contract.amount_wan"] = told
        return None
    reading = Form({**typed, "contract.amount_cny": [str(amount)]})
    body = reading.read(ContractBody, "contract.")
    form.errors.update(reading.errors)
    if "contract.amount_cny" in form.errors:
        form.errors["contract.amount_wan"] = form.errors["contract.amount_cny"]
    return body
