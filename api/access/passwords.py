"""Passwords: Argon2id by pwdlib with stated costs, and the few rules a new one has to meet.

The costs are the second set of the OWASP Password Storage Cheat Sheet: 19 MiB of memory, two passes, one lane. The
rules follow NIST SP 800-63B, 5.1.1.2: length and a list of guesses count, a mixture of kinds of characters does not.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from api.access.errors import PasswordRefusedError

__all__ = [
    "MAX_LENGTH",
    "MEMORY_KIB",
    "MIN_LENGTH",
    "PASSES",
    "Verified",
    "check_new_password",
    "hash_password",
    "verify_password",
]

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
MIN_LENGTH = 10
# Far above what a person types: a limit on what a stranger may have hashed.
MAX_LENGTH = 256
# What a password must hold beside its login and its common pieces.
MIN_OWN_LENGTH = 5
MIN_DISTINCT = 5

_HASHER = PasswordHash((Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES),))


@dataclass(frozen=True)
class Verified:
    """Whether a password is right; `new_hash` is to be stored instead of the old one, made with other costs."""

    ok: bool
    new_hash: str | None = None


def hash_password(password: str) -> str:
    """The Argon2id hash to store, with its salt and costs in it (97 characters).

    Raises:
        PasswordRefusedError: longer than `MAX_LENGTH`, or holding half a character.
    """
    return _HASHER.hash(_to_bytes(password))


def verify_password(stored: str | None, password: str) -> Verified:
    """Whether `password` is the one behind `stored`.

    None, or a text that is no hash, stands for no such account or one without a password: a hash nobody knows the
    password of is worked through instead, so that the time taken does not tell.
    """
    unknown = _unknown()
    try:
        given = _to_bytes(password)
    except PasswordRefusedError:
        return Verified(ok=False)
    try:
        right, new_hash = _HASHER.verify_and_update(given, stored or "")
    except UnknownHashError:
        _HASHER.verify(given, unknown)
        return Verified(ok=False)
    return Verified(ok=right, new_hash=new_hash)


def check_new_password(password: str, login: str) -> None:
    """Refuse a password that would be guessed soon; any characters will do.

    Raises:
        PasswordRefusedError: too short or too long, mostly one or a few characters, or little beside the login and the
            common pieces in `common_passwords.txt`.
    """
    text = _normal(password).casefold()
    _to_bytes(password)
    if len(text) < MIN_LENGTH:
        raise PasswordRefusedError(
            f"密码只有 {len(text)} 个字符，至少需要 {MIN_LENGTH} 个；可以用几个不相关的词连成一句。",
            f"The password has {len(text)} characters; at least {MIN_LENGTH} are needed.",
            field="password",
        )
    if len(set(text)) < MIN_DISTINCT:
        raise PasswordRefusedError(
            f"密码里不同的字符少于 {MIN_DISTINCT} 个，容易被猜中；请换一个。",
            f"The password has fewer than {MIN_DISTINCT} different characters.",
            field="password",
        )
    name = _normal(login).casefold().strip()
    pieces = [part for part in (name, name.partition("@")[0]) if len(part) >= 3]
    beside_login = _without(text, pieces)
    if len(beside_login) < MIN_OWN_LENGTH:
        raise PasswordRefusedError(
            "密码与登录名相同或几乎相同；请换一个不含登录名的密码。",
            "The password is the login, or nearly so.",
            field="password",
        )
    if len(_without(beside_login, _common())) < MIN_OWN_LENGTH:
        raise PasswordRefusedError(
            "密码由常见密码组成（如 123456、1qaz2wsx），容易被猜中；"
            f"请换一个，或再加上至少 {MIN_OWN_LENGTH} 个自己的字符。",
            "The password is made of common passwords.",
            field="password",
        )


@cache
def _unknown() -> str:
    """A hash of these costs whose password is thrown away."""
    return _HASHER.hash(secrets.token_bytes(32))


@cache
def _common() -> tuple[str, ...]:
    """The common pieces, longest first."""
    lines = files("api.access").joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    return tuple(sorted((line for line in lines if line and not line.startswith("# ")), key=lambda piece: -len(piece)))


def _without(text: str, pieces: list[str] | tuple[str, ...]) -> str:
    """`text` with every piece cut out of it, in the order of the pieces."""
    for piece in pieces:
        # A gap, lest the two ends make up another piece.
        text = text.replace(piece, "\n")
    return text.replace("\n", "")


def _normal(text: str) -> str:
    """One spelling for full-width and half-width letters: a Chinese keyboard switches between them unseen."""
    return unicodedata.normalize("NFKC", text)


def _to_bytes(password: str) -> bytes:
    text = _normal(password)
    if len(password) > MAX_LENGTH:
        raise PasswordRefusedError(
            f"密码超过 {MAX_LENGTH} 个字符；请缩短后重试。",
            f"The password is longer than {MAX_LENGTH} characters.",
            field="password",
        )
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise PasswordRefusedError(
            "密码里有不完整的字符；请重新输入。", "The password holds half a character.", field="password"
        ) from error
