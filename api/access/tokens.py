"""What a browser holds: the token of a sign-in, the token against forged forms, and the cookies that carry them.

Only the SHA-256 of a sign-in's token is kept, so a copy of the database signs nobody in.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypedDict

from api.access.errors import SignInError
from matcher.errors import ConfigError

__all__ = [
    "Cookie",
    "CookieAttributes",
    "CookieDeletion",
    "Lifetime",
    "check_server_secret",
    "csrf_matches",
    "csrf_token",
    "new_server_secret",
    "new_token",
    "pending_cookie",
    "same_text",
    "seal",
    "session_cookie",
    "token_hash",
    "unseal",
]

MIN_SECRET_LENGTH = 32
PENDING_S = 600
_NOT_SECRET = (
    "changeme",
    "change-me",
    "secret",
    "password",
    "default",
    "example",
    "insecure",
    "0123456789",
    "abcdef01",
)

SameSite = Literal["lax", "strict", "none"]


def new_token() -> str:
    """256 random bits, 43 characters that may stand in a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 of a random token, 64 hexadecimal digits: what is kept of it, and what it is looked up by."""
    return hashlib.sha256(_bytes(token)).hexdigest()


def same_text(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that does not tell how much of them is; takes any characters."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def new_server_secret() -> str:
    """A secret for `check_server_secret`, made at the first start and kept by the operator."""
    return secrets.token_urlsafe(48)


def check_server_secret(value: str) -> bytes:
    """The server's secret as bytes.

    Raises:
        ConfigError: shorter than 32 characters, or one that others know too.
    """
    advice = '请用 python -c "import secrets; print(secrets.token_urlsafe(48))" 生成一个。'
    if len(value) < MIN_SECRET_LENGTH:
        raise ConfigError(f"服务密钥只有 {len(value)} 个字符，至少需要 {MIN_SECRET_LENGTH} 个；{advice}")
    if len(set(value)) < 12 or any(word in value.lower() for word in _NOT_SECRET):
        raise ConfigError(f"服务密钥像是示例或随手写的，不能使用；{advice}")
    return _bytes(value)


@dataclass(frozen=True)
class Lifetime:
    """How long a sign-in lasts: `idle_s` seconds after the last request, never past `absolute_s` after it began."""

    idle_s: int = 2 * 3600
    absolute_s: int = 24 * 3600

    def expires_at(self, created_at: datetime, seen_at: datetime) -> datetime:
        """When it ends unless used again; times with a zone."""
        idle, absolute = timedelta(seconds=self.idle_s), timedelta(seconds=self.absolute_s)
        return min(seen_at + idle, created_at + absolute)

    def is_live(self, created_at: datetime, seen_at: datetime, now: datetime) -> bool:
        """Whether it may still be used at `now`."""
        return now < self.expires_at(created_at, seen_at)

    def touch_due(self, seen_at: datetime, now: datetime) -> bool:
        """Whether `seen_at` is to be written again: once a minute, or a twentieth of `idle_s`, not each request."""
        return now - seen_at >= timedelta(seconds=min(60.0, self.idle_s / 20))


def csrf_token(session_token: str, secret: bytes) -> str:
    """A token for forms and the header of scripts: `<random>.<HMAC>`, good for one sign-in only.

    The random part changes it on every page, so that the sizes of compressed pages do not give it away (BREACH).
    """
    salt = secrets.token_urlsafe(12)
    return f"{salt}.{_mac(secret, 'csrf', salt, session_token)}"


def csrf_matches(sent: str | None, session_token: str, secret: bytes) -> bool:
    """Whether `sent`, from the form or the header, was made by `csrf_token` for this sign-in; constant time."""
    salt, _, mac = (sent or "").partition(".")
    return same_text(mac, _mac(secret, "csrf", salt, session_token))


def seal(text: str, secret: bytes, purpose: str) -> str:
    """`text` signed for a cookie: the browser may read it, and cannot change it. `purpose` names the one use of it."""
    body = base64.urlsafe_b64encode(_bytes(text)).decode().rstrip("=")
    return f"{body}.{_mac(secret, 'seal', purpose, body)}"


def unseal(sealed: str | None, secret: bytes, purpose: str) -> str:
    """The text that `seal` signed for the same purpose.

    Raises:
        SignInError: nothing there, changed on the way, or sealed for something else.
    """
    body, _, mac = (sealed or "").partition(".")
    problem = SignInError(
        "登录信息不完整或已被改动；请从登录页重新开始。", "The sign-in is incomplete or was changed.", reason="seal"
    )
    if not same_text(mac, _mac(secret, "seal", purpose, body)):
        raise problem
    try:
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise problem from error


class CookieDeletion(TypedDict):
    """Keyword arguments of Starlette's `Response.delete_cookie`."""

    key: str
    path: str
    secure: bool
    httponly: bool
    samesite: SameSite


class CookieAttributes(CookieDeletion):
    """Keyword arguments of Starlette's `Response.set_cookie`, beside `value`."""

    max_age: int


@dataclass(frozen=True)
class Cookie:
    """A cookie as data. `__Host-` in its name makes browsers insist on Secure, Path=/ and no Domain."""

    name: str
    max_age_s: int
    secure: bool
    http_only: bool = True
    same_site: SameSite = "lax"
    path: str = "/"

    def attributes(self) -> CookieAttributes:
        """For `response.set_cookie(value=…, **cookie.attributes())`."""
        return {**self.deletion(), "max_age": self.max_age_s}

    def deletion(self) -> CookieDeletion:
        """For `response.delete_cookie(**cookie.deletion())`: a browser drops only what has the same attributes."""
        return {
            "key": self.name,
            "path": self.path,
            "secure": self.secure,
            "httponly": self.http_only,
            "samesite": self.same_site,
        }


def session_cookie(*, secure: bool, max_age_s: int) -> Cookie:
    """The cookie of a sign-in; `secure` off only where the service is used without HTTPS, on one's own machine."""
    return Cookie(name="__Host-ttm" if secure else "ttm", max_age_s=max_age_s, secure=secure)


def pending_cookie(*, secure: bool) -> Cookie:
    """The cookie of a sign-in under way at the identity provider; Lax, since the way back comes from another site."""
    return Cookie(name="__Host-ttm-oidc" if secure else "ttm-oidc", max_age_s=PENDING_S, secure=secure)


def _mac(secret: bytes, *parts: str) -> str:
    """HMAC-SHA256 over the parts with their lengths, so that no two lists of parts read alike."""
    text = b"".join(len(part).to_bytes(4, "big") + part for part in map(_bytes, parts))
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    """Any text, half characters included: a stranger's input is compared, never a reason to fail."""
    return text.encode("utf-8", "surrogatepass")
