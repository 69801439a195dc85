"""The proof of identity of OpenID Connect: a signed token, checked as OpenID Connect Core 1.0, 3.1.3.7 asks."""

from collections.abc import Callable, Collection
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from api.access.errors import IdentityRefusedError
from api.access.tokens import same_text

__all__ = ["SIGNATURES", "UnknownKeyError", "check_id_token"]

# Signatures by a key pair only: with HS… the public key, which everybody has, could serve as the secret.
SIGNATURES = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
LEEWAY_S = 60
# OpenID Connect Core 1.0, section 2: sub has at most 255 ASCII characters.
MAX_SUBJECT = 255


class UnknownKeyError(IdentityRefusedError):
    """Signed by a key the provider did not name; it may have changed its keys since they were read."""


def check_id_token(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    algorithms: Collection[str],
    now: Callable[[], float],
) -> dict[str, Any]:
    """The claims of a `token` signed by one of `keys`, for this client and this sign-in, and not expired.

    Raises:
        UnknownKeyError: none of `keys` has the id the token names.
        IdentityRefusedError: anything else about the token is not as it must be.
    """
    registry = JWSRegistry(algorithms=list(algorithms), strict_check_header=False)
    try:
        claims = jwt.decode(token, keys, algorithms=list(algorithms), registry=registry).claims
        jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True},
        ).validate(claims)
    except InvalidKeyIdError as error:
        raise UnknownKeyError(*_sentence("签名所用的密钥不在认证服务公布的范围内"), reason="unknown-key") from error
    except BadSignatureError as error:
        raise refused("签名不正确", "bad-signature") from error
    except ExpiredTokenError as error:
        raise refused("身份令牌已过期", "expired") from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise refused("身份令牌不符合要求", f"token: {error}"[:200]) from error
    _check_binding(claims, client_id=client_id, nonce=nonce)
    return claims


def _check_binding(claims: dict[str, Any], *, client_id: str, nonce: str) -> None:
    if not isinstance(claims["nonce"], str) or not same_text(claims["nonce"], nonce):
        raise refused("身份令牌不属于这次登录", "nonce")
    # A token for several audiences must say that it was issued to this one.
    authorized = claims.get("azp")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if authorized != client_id and (several or authorized is not None):
        raise refused("身份令牌是发给其他系统的", "azp")
    if len(claims["sub"]) > MAX_SUBJECT:
        raise refused("身份令牌里的用户编号过长", "sub")


def refused(what: str, reason: str) -> IdentityRefusedError:
    """The error for an answer that proves nothing: `what` in Chinese for the caller, `reason` for the log."""
    return IdentityRefusedError(*_sentence(what), reason=reason)


def _sentence(what: str) -> tuple[str, str]:
    return (
        f"统一身份认证未通过：{what}；请从登录页重新开始，仍不行请联系管理员。",
        "The identity provider's answer was refused; start again from the sign-in page.",
    )
