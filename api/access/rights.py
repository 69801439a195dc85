"""What each route asks of its caller; a route without it does not start (`api.app` checks)."""

from dataclasses import dataclass

from fastapi import Depends, Request
from fastapi.params import Depends as DependsParameter

from api.access.caller import Caller
from api.access.keys import Scope
from api.access.roles import Role
from api.errors import ForbiddenError, NotSignedInError

__all__ = ["Needs", "needs"]

_CHANGES = "改密码后才能继续；请先调用 PUT /api/v1/me/password 设置新密码。"


@dataclass(frozen=True, slots=True)
class Needs:
    """The roles that may call a route, and the scope a key must have; `scope` None: no key at all, only a person."""

    roles: frozenset[Role]
    scope: Scope | None
    with_old_password: bool = False

    def __call__(self, request: Request) -> None:
        """Check the caller that `api.identify` left on the request.

        Raises:
            NotSignedInError: nobody is signed in, and somebody must be.
            ForbiddenError: the role, the key's scopes or a password that must be changed stand against it.
        """
        caller: Caller = request.state.caller
        if caller.role not in self.roles:
            if caller.role is Role.ANONYMOUS:
                raise NotSignedInError("此操作需要登录；请先登录，或在 Authorization 头中给出密钥。", "Sign in first.")
            raise ForbiddenError(
                f"您的身份（{caller.role.value}）不能进行此操作；如有需要请联系管理员。",
                f"The role {caller.role.value} may not do this.",
            )
        if caller.scopes is not None and (self.scope is None or self.scope not in caller.scopes):
            wanted = "本操作不接受密钥" if self.scope is None else f"密钥缺少权限 {self.scope.value}"
            raise ForbiddenError(f"{wanted}；请登录后操作，或换用有此权限的密钥。", "The key lacks the scope for this.")
        if caller.must_change_password and not self.with_old_password:
            raise ForbiddenError(_CHANGES, "Set a new password first.")


def needs(roles: frozenset[Role], scope: Scope | None, *, with_old_password: bool = False) -> DependsParameter:
    """The dependency to put on a route: `dependencies=[needs(SIGNED_IN, Scope.MATCHING)]`."""
    dependency: DependsParameter = Depends(Needs(roles, scope, with_old_password))
    return dependency
