import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from api.access.errors import IdentityRefusedError
from api.access.idtoken import UnknownKeyError, check_id_token

Claims = dict[str, Any]

NOW = 1_800_000_000
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1"})
CLAIMS: Claims = {
    "iss": "https://id.example.cn",
    "sub": "u-1",
    "aud": "ttm service",
    "exp": NOW + 300,
    "iat": NOW,
    "nonce": "n-1",
}


def signed(claims: Claims, key: RSAKey | ECKey = RSA, **header: str) -> str:
    alg = "RS256" if isinstance(key, RSAKey) else "ES256"
    registry = JWSRegistry(strict_check_header=False)
    return jwt.encode({"alg": alg, "kid": str(key.kid), **header}, dict(claims), key, registry=registry)


def unsigned(header: Claims, claims: Claims) -> str:
    """Put together by hand: no library makes one."""
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return ".".join((*parts, ""))


def check(token: str, keys: tuple[RSAKey | ECKey, ...] = (RSA, EC), *, now: int = NOW, **changed: Any) -> Claims:
    public = KeySet.import_key_set({"keys": [key.as_dict(private=False) for key in keys]})
    expected: dict[str, Any] = {
        "issuer": "https://id.example.cn",
        "client_id": "ttm service",
        "nonce": "n-1",
        "algorithms": ("RS256", "ES256"),
    }
    return check_id_token(token, public, now=lambda: now, **(expected | changed))


def refused_for(token: str, **given: Any) -> str:
    with pytest.raises(IdentityRefusedError, match="统一身份认证未通过") as raised:
        check(token, **given)
    assert raised.value.status == 401
    return raised.value.reason.partition(":")[0]


@pytest.mark.parametrize("key", [RSA, EC])
def test_a_good_token(key: RSAKey | ECKey):
    assert check(signed(CLAIMS, key)) == CLAIMS
    # Headers of no meaning to this service do no harm.
    assert check(signed(CLAIMS, key, x5t="abc", realm="city")) == CLAIMS


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"nonce": "of another sign-in"}, "nonce"),
        ({"nonce": None}, "token"),
        ({"nonce": 7}, "nonce"),
        ({"aud": "another service"}, "token"),
        ({"aud": ["another service"]}, "token"),
        ({"aud": None}, "token"),
        ({"aud": ["ttm service", "another service"]}, "azp"),
        ({"azp": "another service"}, "azp"),
        ({"iss": "https://evil.example"}, "token"),
        ({"iss": None}, "token"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"exp": None}, "token"),
        ({"exp": "later"}, "token"),
        ({"exp": float("nan")}, "token"),
        ({"iat": 32_503_680_000}, "token"),
        ({"iat": None}, "token"),
        ({"nbf": 32_503_680_000}, "token"),
        ({"sub": None}, "token"),
        ({"sub": ""}, "token"),
        ({"sub": 1}, "token"),
        ({"sub": "x" * 256}, "sub"),
    ],
)
def test_tokens_that_prove_nothing(change: Claims, reason: str):
    dropped = {name for name, value in change.items() if value is None}
    token = signed({name: value for name, value in (CLAIMS | change).items() if name not in dropped})
    assert refused_for(token) == reason


def test_a_token_for_several_may_name_this_service():
    claims = CLAIMS | {"aud": ["another service", "ttm service"], "azp": "ttm service"}
    assert check(signed(claims)) == claims


def test_a_minute_of_clock_difference_is_forgiven():
    token = signed(CLAIMS)
    for now in (NOW - 60, NOW + 359):
        assert check(token, now=now) == CLAIMS
    assert refused_for(token, now=NOW - 61) == "token"
    assert refused_for(token, now=NOW + 360) == "expired"


def test_foreign_keys():
    same_name = RSAKey.generate_key(2048, {"kid": "rsa-1"})
    assert refused_for(signed(CLAIMS, same_name)) == "bad-signature"
    with pytest.raises(UnknownKeyError):
        check(signed(CLAIMS, RSAKey.generate_key(2048, {"kid": "foreign"})))
    # The key of one kind under the name of another.
    assert refused_for(signed(CLAIMS, RSA, kid="ec-1")) in {"token", "bad-signature"}


def test_a_changed_claim():
    head, _, mac = signed(CLAIMS).split(".")
    body = base64.urlsafe_b64encode(json.dumps(CLAIMS | {"sub": "admin"}).encode()).decode().rstrip("=")
    assert refused_for(f"{head}.{body}.{mac}") == "bad-signature"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
@pytest.mark.parametrize("kid", [{}, {"kid": "rsa-1"}])
def test_no_signature(alg: str, kid: Claims):
    assert refused_for(unsigned({"alg": alg, **kid}, CLAIMS)) == "token"


@pytest.mark.parametrize("private", [True, False])
def test_a_key_used_as_a_secret(private: bool):
    pem = RSA.as_pem(private=private)
    head = unsigned({"alg": "HS256", "kid": "rsa-1"}, CLAIMS).rstrip(".")
    mac = base64.urlsafe_b64encode(hmac.new(pem, head.encode(), hashlib.sha256).digest()).decode().rstrip("=")
    assert refused_for(f"{head}.{mac}") == "token"


def test_an_algorithm_that_was_not_allowed():
    assert refused_for(signed(CLAIMS, EC), algorithms=("RS256",)) == "token"
    assert refused_for(signed(CLAIMS, RSA), algorithms=("ES256",)) == "token"


@pytest.mark.parametrize(
    "token", ["", "a.b.c", "e30.e30.e30", "\u674e", "\ud800", "a" * 200_000, "..", "a.b", "W10.W10.x"]
)
def test_texts_that_are_no_token(token: str):
    assert refused_for(token) == "token"
