"""API keys for machines: `ttk_<id>_<secret>`, shown once, kept as a hash, found by their id, good for stated scopes.

The secret is 256 random bits, so one SHA-256 is enough to keep it: there is nothing to guess that a slow hash would
protect, and a key is read with every request.
"""

import base64
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from api.access.errors import ScopeRefusedError, SignInError
from api.access.tokens import same_text, token_hash

__all__ = [
    "NewKey",
    "Scope",
    "format_scopes",
    "hide_keys",
    "key_is_live",
    "key_matches",
    "new_key",
    "parse_scopes",
    "split_key",
]

PREFIX = "ttk"
# 80 random bits of id, 256 of secret, five bits a character.
_KEY = re.compile(rf"{PREFIX}_([a-z2-7]{{16}})_([a-z2-7]{{52}})", re.ASCII)
# In a log even a piece of a secret is too much.
_LIKE_KEY = re.compile(rf"{PREFIX}_([a-z2-7]{{16}})_\w+", re.ASCII | re.IGNORECASE)
# What no secret hashes to, as far as anybody knows.
_NOBODY = "0" * 64


class Scope(StrEnum):
    """What a key may be used for; none includes another, and the owner's role still limits all of them."""

    RECORDS_READ = "records:read"
    RECORDS_WRITE = "records:write"
    MATCHING = "matching"
    FEEDS_PUSH = "feeds:push"
    INTRODUCTIONS = "introductions"
    JOBS = "jobs"
    ADMIN = "admin"


@dataclass(frozen=True)
class NewKey:
    """A key just made: `text` is shown to its owner once; `id` and `secret_hash` are what is kept."""

    id: str
    text: str = field(repr=False)
    secret_hash: str = field(repr=False)


def new_key() -> NewKey:
    """A key of its own."""
    key_id, secret = _letters(10), _letters(32)
    return NewKey(id=key_id, text=f"{PREFIX}_{key_id}_{secret}", secret_hash=token_hash(secret))


def split_key(text: str) -> tuple[str, str]:
    """The id, to look the key up by, and the secret.

    Raises:
        SignInError: the text has not the shape of a key.
    """
    found = _KEY.fullmatch(text.strip())
    if found is None:
        raise SignInError(
            "密钥无效；请检查是否完整复制，或请管理员重新发放。", "The key is not valid.", reason="key-shape"
        )
    return found.group(1), found.group(2)


def key_matches(secret_hash: str | None, secret: str) -> bool:
    """Whether `secret` is the one kept as `secret_hash`, in constant time; None (no such id) takes as long."""
    return same_text(token_hash(secret), secret_hash or _NOBODY)


def key_is_live(now: datetime, *, expires_at: datetime | None, revoked_at: datetime | None) -> bool:
    """Whether the key may be used at `now`; all times with a zone, None for never."""
    return (expires_at is None or now < expires_at) and (revoked_at is None or now < revoked_at)


def parse_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """The scopes of these names.

    Raises:
        ScopeRefusedError: a name is no scope, or there are none.
    """
    names = tuple(names)
    known = "、".join(Scope)
    for name in names:
        if name not in set(Scope):
            raise ScopeRefusedError(
                f"没有名为 {name!r:.40} 的授权范围；可用的有：{known}。", f"No such scope: {name!r:.40}", field="scopes"
            )
    if not names:
        raise ScopeRefusedError(f"密钥至少需要一个授权范围；可用的有：{known}。", "No scope given.", field="scopes")
    return frozenset(Scope(name) for name in names)


def format_scopes(scopes: Iterable[Scope]) -> str:
    """One text for a column, sorted; `parse_scopes(text.split())` reads it."""
    return " ".join(sorted(scopes))


def hide_keys(text: str) -> str:
    """`text` for a log or an error, with the secret of every key cut out and its id left to find it by."""
    return _LIKE_KEY.sub(rf"{PREFIX}_\1_…", text)


def _letters(size: int) -> str:
    """`size` random bytes in base 32: no character that a double click or a line break would split."""
    return base64.b32encode(secrets.token_bytes(size)).decode().rstrip("=").lower()
