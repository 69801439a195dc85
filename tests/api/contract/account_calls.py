"""How the operations on sign-ins, accounts, organisations and keys are called."""

from typing import Any

from api.db.base import new_id
from tests.api.contract.accounts_made import (
    make_account,
    make_account_key,
    make_colleague,
    make_host,
    make_key,
    make_organisation,
    make_password,
    make_registration,
    make_sign_in,
)
from tests.api.contract.call import Call, Case, sends
from tests.api.contract.scene import PASSWORD, VISITOR, Thing

_SIGN_IN = {
    "sign_in": Call(make_password, sends(login=VISITOR, password=PASSWORD)),
    "sign_out": Call(),
    "get_me": Call(),
    "change_my_password": Call(make_password, sends(current_password=PASSWORD, new_password="换了涂层再试一次看看")),  # noqa: S106
    "list_my_sessions": Call(),
    "end_my_session": Call(make_sign_in),
    "start_oidc": Call(),
    "finish_oidc": Call(),
}


def _registered(_: Case) -> dict[str, Any]:
    body = {"login": new_id(), "password": PASSWORD, "kind": "enterprise", "organisation_name": f"新单位{new_id()}"}
    return {"json": body}


def _new_account(case: Case) -> dict[str, Any]:
    organisation_id = case.scene.people["enterprise2"].organisation_id
    return {"json": {"login": new_id(), "role": "enterprise", "organisation_id": organisation_id}}


def _organisation_change(case: Case) -> dict[str, Any]:
    return {"json": {"name": f"改名{new_id()}"} if case.target == "managed-name" else {"region": "开封"}}


ACCOUNTS = {
    **_SIGN_IN,
    "register": Call(parts=_registered),
    "list_registrations": Call(),
    "approve_registration": Call(make_registration, sends({})),
    "refuse_registration": Call(make_registration),
    "list_accounts": Call(),
    "create_account": Call(parts=_new_account),
    "get_account": Call(make_account),
    "change_account": Call(make_account, sends(display_name="王工")),
    "reset_account_password": Call(make_account),
    "list_account_keys": Call(make_account),
    "revoke_account_key": Call(make_account_key),
    "list_colleagues": Call(),
    "invite_colleague": Call(parts=lambda _: {"json": {"login": new_id()}}),
    "disable_colleague": Call(make_colleague),
    "list_organisations": Call(),
    "create_organisation": Call(parts=lambda _: {"json": {"name": f"某单位{new_id()}", "kind": "enterprise"}}),
    "get_organisation": Call(make_organisation, kind="organisation"),
    "change_organisation": Call(make_organisation, _organisation_change, "organisation"),
    "list_keys": Call(),
    "create_key": Call(parts=sends(name="推送", scopes=["records:read"])),
    "revoke_key": Call(make_key),
    "list_audit": Call(),
    "list_allowed_hosts": Call(),
    "allow_host": Call(lambda *_: Thing(f"h{new_id()}.example.cn"), sends({})),
    "forbid_host": Call(make_host),
}
