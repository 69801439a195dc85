"""What sign-in, keys and limits refuse; each is one of the service's problems, so the caller of it need not translate.

::

    InvalidError
    ├── PasswordRefusedError   422  a new password that is too short, too common or too near the login
    └── ScopeRefusedError      422  a scope that does not exist, or none at all
    NotSignedInError
    └── SignInError            401  a login, password, key, cookie or token that is not valid
        └── IdentityRefusedError    what came back from the identity provider does not prove who somebody is
    TooManyError
    └── ThrottledError         429  too many tries to sign in
    NotReadyError
    └── ProviderError          503  the identity provider does not answer, or is set up in a way that cannot work
"""

from api.errors import InvalidError, NotReadyError, NotSignedInError, TooManyError

__all__ = [
    "IdentityRefusedError",
    "PasswordRefusedError",
    "ProviderError",
    "ScopeRefusedError",
    "SignInError",
    "ThrottledError",
]


class PasswordRefusedError(InvalidError):
    """A new password that does not meet the rules."""

    code = "password-refused"
    title = "密码不符合要求"
    title_en = "Password refused"


class ScopeRefusedError(InvalidError):
    """A scope that does not exist, or none at all."""

    code = "scope-refused"
    title = "授权范围不可用"
    title_en = "Scope refused"


class SignInError(NotSignedInError):
    """A login, password, key, cookie or token that is not valid; the sentence never says which part was wrong."""

    def __init__(self, detail: str, detail_en: str = "", *, reason: str = "") -> None:
        """`reason` is a short code for the log, never for the caller."""
        super().__init__(detail, detail_en)
        self.reason = reason


class IdentityRefusedError(SignInError):
    """What came back from the identity provider does not prove who somebody is."""

    code = "identity-refused"
    title = "统一身份认证未通过"
    title_en = "Identity refused"


class ThrottledError(TooManyError):
    """Too many tries to sign in; the same for a login that exists and one that does not."""

    code = "sign-in-throttled"
    title = "登录尝试过于频繁"
    title_en = "Too many tries to sign in"


class ProviderError(NotReadyError):
    """The identity provider does not answer, or is set up in a way that cannot work."""

    code = "identity-provider"
    title = "统一身份认证暂不可用"
    title_en = "Identity provider not available"
