import base64
import hashlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from api.access.errors import IdentityRefusedError, ProviderError, SignInError
from api.access.oidc import Identity, OidcProvider, OidcSettings, Pending
from api.access.throttle import Counters, OnceOnly
from api.access.tokens import check_server_secret, new_server_secret, seal, unseal
from matcher.errors import ConfigError

Claims = dict[str, Any]


def unsigned(header: dict[str, Any], claims: Claims) -> str:
    """A token with an empty signature, put together by hand: no library makes one."""
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims))
    return ".".join((*parts, ""))


class Provider:
    """A small identity provider: discovery, keys, codes bound to PKCE, tokens it signs.

    What tests turn: `claims`, `signer`, `metadata`, `userinfo`, `broken`, `published`, `extra_keys`.
    """

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.client_id, self.client_secret = "ttm service", "s/cret: +%"
        self.rsa = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})
        self.ec = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
        self.reset()

    def reset(self) -> None:
        issuer = self.issuer
        self.published: list[Any] = [self.rsa, self.ec]
        self.extra_keys: list[Any] = []
        self.metadata: Claims = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize?realm=city",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "userinfo_endpoint": f"{issuer}/userinfo",
        }
        self.claims: Callable[[Claims], Claims] = lambda claims: claims
        self.signer: Callable[[Claims], str] = self.signed_by_rsa
        self.userinfo: Claims = {"sub": "u-1", "email": "li@example.cn", "email_verified": True, "name": "李工"}
        self.broken: dict[str, tuple[int, bytes]] = {}
        self.codes: dict[str, Claims] = {}
        self.asked: list[str] = []

    def signed_by_rsa(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, self.rsa)

    def signed_by_ec(self, claims: Claims) -> str:
        return jwt.encode({"alg": "ES256", "kid": "ec-1"}, claims, self.ec)

    def sign_in(self, url: str) -> tuple[str, str]:
        """What the browser does: somebody agrees, and the code and state come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        assert asked["code_challenge_method"] == "S256"
        assert asked["realm"] == "city"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return code, asked["state"]

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if path in self.broken:
            return self.broken[path]
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self.metadata).encode()
        if path == "/keys":
            keys = [*KeySet(self.published).as_dict(private=False)["keys"], *self.extra_keys]
            return 200, json.dumps({"keys": keys}).encode()
        if path == "/userinfo":
            good = handler.headers["Authorization"] == "Bearer at-1"
            return (200, json.dumps(self.userinfo).encode()) if good else (401, b"{}")
        if path == "/token":
            status, value = self.token(handler, {name: values[0] for name, values in parse_qs(body.decode()).items()})
            return status, json.dumps(value).encode()
        return 404, b"{}"

    def token(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> tuple[int, Claims]:
        client = (form.get("client_id"), form.get("client_secret"))
        if (basic := handler.headers.get("Authorization", "")).startswith("Basic "):
            name, _, secret = base64.b64decode(basic[6:]).decode().partition(":")
            client = (unquote(name), unquote(secret))
        if client != (self.client_id, self.client_secret):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        verified = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        if asked is None or verified != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "u-1",
            "aud": self.client_id,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
        }
        return 200, {"access_token": "at-1", "token_type": "Bearer", "id_token": self.signer(self.claims(claims))}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, listening on a free port until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = provider.answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    running_provider.reset()
    return running_provider


@pytest.fixture
def settings(provider: Provider) -> OidcSettings:
    return OidcSettings(
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        redirect_uri="https://kjt.example.cn/api/v1/oidc/back",
    )


@pytest.fixture
def service(settings: OidcSettings) -> Iterator[OidcProvider]:
    service = OidcProvider(settings, first_use=OnceOnly(Counters()).first_use)
    yield service
    service.close()


def sign_in(provider: Provider, service: OidcProvider) -> Identity:
    url, pending = service.authorization_request()
    code, state = provider.sign_in(url)
    return service.finish(code, state, pending)


def always(name: str, life_s: int) -> bool:
    return True


def refused_for(provider: Provider, service: OidcProvider) -> str:
    with pytest.raises(IdentityRefusedError, match="统一身份认证未通过") as raised:
        sign_in(provider, service)
    assert raised.value.status == 401
    return raised.value.reason


def test_who_signs_in_is_known_by_subject_and_userinfo(provider: Provider, service: OidcProvider):
    assert sign_in(provider, service) == Identity("u-1", provider.issuer, "li@example.cn", True, "李工")
    assert sign_in(provider, service).subject == "u-1"
    # Its description and keys are read once.
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    assert provider.asked.count("/keys") == 1


def test_claims_of_the_token_need_no_userinfo(provider: Provider, settings: OidcSettings):
    settings = replace(settings, email_claim="mail", name_claim="xm", algorithms=("ES256",))
    service = OidcProvider(settings, first_use=OnceOnly(Counters()).first_use)
    provider.signer = provider.signed_by_ec
    provider.claims = lambda claims: {**claims, "mail": "wang@example.cn", "xm": "王工", "sub": "u-2"}
    # Nobody said that the address was verified.
    assert sign_in(provider, service) == Identity("u-2", provider.issuer, "wang@example.cn", False, "王工")
    assert "/userinfo" not in provider.asked


def test_no_address_and_no_name_is_still_somebody(provider: Provider, service: OidcProvider):
    del provider.metadata["userinfo_endpoint"]
    provider.claims = lambda claims: {**claims, "email": "", "email_verified": True, "name": ["x"]}
    assert sign_in(provider, service) == Identity("u-1", provider.issuer, None, False, None)


def test_the_secret_is_posted_where_the_provider_asks_for_it(provider: Provider, service: OidcProvider):
    provider.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert sign_in(provider, service).subject == "u-1"


def test_pending_survives_the_cookie(provider: Provider, service: OidcProvider):
    url, pending = service.authorization_request()
    code, state = provider.sign_in(url)
    assert pending.verifier not in url
    secret = check_server_secret(new_server_secret())
    back = Pending.from_text(unseal(seal(pending.to_text(), secret, "oidc"), secret, "oidc"))
    assert back == pending
    assert service.finish(code, state, back).subject == "u-1"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"state": 1}', "null", '{"state":"","nonce":"","verifier":"","created_at":"x"}']
)
def test_pending_of_another_make(text: str):
    with pytest.raises(SignInError):
        Pending.from_text(text)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"nonce": "of another sign-in"}, "nonce"),
        ({"aud": "another service"}, "token"),
        ({"iss": "https://evil.example"}, "token"),
        ({"exp": 1_700_000_000}, "expired"),
    ],
)
def test_tokens_for_something_else(provider: Provider, service: OidcProvider, change: Claims, reason: str):
    provider.claims = lambda claims: claims | change
    assert refused_for(provider, service).partition(":")[0] == reason


def test_a_token_without_a_signature_or_with_a_foreign_one(provider: Provider, service: OidcProvider):
    provider.signer = lambda claims: unsigned({"alg": "none"}, claims)
    assert refused_for(provider, service).startswith("token")
    foreign = RSAKey.generate_key(2048, {"kid": "rsa-1"})
    provider.signer = lambda claims: jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, foreign)
    assert refused_for(provider, service) == "bad-signature"


def test_a_foreign_key_under_its_own_name(provider: Provider, service: OidcProvider):
    foreign = RSAKey.generate_key(2048, {"kid": "foreign"})
    provider.signer = lambda claims: jwt.encode({"alg": "RS256", "kid": "foreign"}, claims, foreign)
    assert refused_for(provider, service) == "unknown-key"
    # Forged tokens do not make this service ask for the keys each time.
    for _ in range(5):
        assert refused_for(provider, service) == "unknown-key"
    assert provider.asked.count("/keys") == 1


def test_a_secret_among_the_published_keys_verifies_nothing(provider: Provider, service: OidcProvider):
    shared = OctKey.generate_key(256, {"kid": "oct-1"})
    provider.extra_keys = [shared.as_dict(private=True)]
    provider.signer = lambda claims: jwt.encode({"alg": "HS256", "kid": "oct-1"}, claims, shared)
    assert refused_for(provider, service).startswith(("token", "unknown-key"))


def test_new_keys_are_found(provider: Provider, settings: OidcSettings):
    clock = [time.time()]
    service = OidcProvider(settings, first_use=OnceOnly(Counters()).first_use, now=lambda: clock[0])
    assert sign_in(provider, service).subject == "u-1"
    new = RSAKey.generate_key(2048, {"kid": "rsa-2"})
    provider.published = [new]
    provider.signer = lambda claims: jwt.encode({"alg": "RS256", "kid": "rsa-2"}, claims, new)
    assert refused_for(provider, service) == "unknown-key"
    clock[0] += 31
    assert sign_in(provider, service).subject == "u-1"
    # The old one counts no more.
    provider.signer = provider.signed_by_rsa
    assert refused_for(provider, service) == "unknown-key"


def test_a_state_used_twice(provider: Provider, service: OidcProvider):
    url, pending = service.authorization_request()
    code, state = provider.sign_in(url)
    assert service.finish(code, state, pending).subject == "u-1"
    second, _ = provider.sign_in(url)
    for again in (code, second):
        with pytest.raises(IdentityRefusedError) as raised:
            service.finish(again, state, pending)
        assert raised.value.reason == "replay"


def test_a_code_used_twice(provider: Provider, service: OidcProvider):
    url, pending = service.authorization_request()
    code, state = provider.sign_in(url)
    service.finish(code, state, pending)
    forgetful = OidcProvider(service._settings, first_use=always)
    with pytest.raises(IdentityRefusedError) as raised:
        forgetful.finish(code, state, pending)
    assert raised.value.reason == "invalid_grant"


def test_somebody_elses_code_or_state(provider: Provider, service: OidcProvider):
    url, mine = service.authorization_request()
    other_url, _ = service.authorization_request()
    _, my_state = provider.sign_in(url)
    other_code, other_state = provider.sign_in(other_url)
    for state in (other_state, "", "é", "\ud800"):
        with pytest.raises(IdentityRefusedError) as raised:
            service.finish(other_code, state, mine)
        assert raised.value.reason == "state"
    # A code put into my sign-in by somebody: it was made for another verifier.
    with pytest.raises(IdentityRefusedError) as raised:
        service.finish(other_code, my_state, mine)
    assert raised.value.reason == "invalid_grant"


def test_ten_minutes_are_enough(provider: Provider, settings: OidcSettings):
    clock = [time.time()]
    service = OidcProvider(settings, first_use=OnceOnly(Counters()).first_use, now=lambda: clock[0])
    url, pending = service.authorization_request()
    code, state = provider.sign_in(url)
    clock[0] += 601
    with pytest.raises(IdentityRefusedError) as raised:
        service.finish(code, state, pending)
    assert raised.value.reason == "late"


def test_an_answer_mixed_up_with_another_provider(provider: Provider, service: OidcProvider):
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    for issuer in (None, "https://evil.example"):
        url, pending = service.authorization_request()
        code, state = provider.sign_in(url)
        with pytest.raises(IdentityRefusedError) as raised:
            service.finish(code, state, pending, issuer=issuer)
        assert raised.value.reason == "iss"
    url, pending = service.authorization_request()
    code, state = provider.sign_in(url)
    assert service.finish(code, state, pending, issuer=provider.issuer).subject == "u-1"


def test_userinfo_about_somebody_else(provider: Provider, service: OidcProvider):
    provider.userinfo["sub"] = "u-9"
    assert refused_for(provider, service) == "userinfo"


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/.well-known/openid-configuration", (500, b"oops"), "状态 500"),
        ("/.well-known/openid-configuration", (404, b""), "状态 404"),
        ("/.well-known/openid-configuration", (302, b""), "状态 302"),
        ("/.well-known/openid-configuration", (200, b"<html>"), "不是 JSON"),
        ("/.well-known/openid-configuration", (200, b"[1]"), "不是 JSON"),
        ("/.well-known/openid-configuration", (200, b'{"issuer": "https://evil.example"}'), "颁发者"),
        ("/.well-known/openid-configuration", (200, b"x" * 1_000_001), "过长"),
        ("/keys", (200, b"{}"), "密钥无法读取"),
        ("/keys", (200, b'{"keys": 7}'), "密钥无法读取"),
        ("/keys", (200, b'{"keys": [{"kty": "RSA", "n": "!", "e": []}]}'), "密钥无法读取"),
        ("/keys", (503, b""), "状态 503"),
        ("/token", (503, b""), "状态 503"),
        ("/token", (200, b"{}"), "id_token"),
        ("/token", (200, b"\xff"), "不是 JSON"),
        ("/token", (400, b'{"error": "redirect_uri_mismatch"}'), "redirect_uri_mismatch"),
        ("/userinfo", (500, b""), "状态 500"),
    ],
)
def test_a_provider_that_fails(
    provider: Provider, service: OidcProvider, path: str, answer: tuple[int, bytes], words: str
):
    provider.broken[path] = answer
    with pytest.raises(ProviderError, match=words) as raised:
        sign_in(provider, service)
    assert raised.value.status == 503
    # And the next one is not harmed by what was kept.
    provider.broken.clear()
    assert sign_in(provider, service).subject == "u-1"


@pytest.mark.parametrize("value", [None, 7, "", "http://example.cn/authorize", "javascript:alert(1)"])
def test_an_endpoint_that_is_not_safe(provider: Provider, service: OidcProvider, value: object):
    provider.metadata["authorization_endpoint"] = value
    with pytest.raises(ProviderError, match="authorization_endpoint"):
        service.authorization_request()


def test_a_wrong_client_secret_is_the_operators_problem(provider: Provider, settings: OidcSettings):
    service = OidcProvider(
        replace(settings, client_secret=provider.client_secret[1:]), first_use=OnceOnly(Counters()).first_use
    )
    with pytest.raises(ProviderError, match="invalid_client"):
        sign_in(provider, service)


def test_nobody_listens(settings: OidcSettings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    service = OidcProvider(replace(settings, issuer=f"http://127.0.0.1:{port}"), first_use=always)
    with pytest.raises(ProviderError, match="没有应答"):
        service.authorization_request()


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://id.example.cn"},
        {"issuer": "id.example.cn"},
        {"issuer": ""},
        {"redirect_uri": "http://kjt.example.cn/back"},
        {"client_id": ""},
        {"scopes": ("email",)},
        {"algorithms": ("RS256", "none")},
        {"algorithms": ("HS256",)},
        {"algorithms": ()},
    ],
)
def test_settings_that_cannot_be_safe(settings: OidcSettings, change: dict[str, Any]):
    with pytest.raises(ConfigError, match="统一身份认证"):
        replace(settings, **change)


def test_no_secret_is_shown(settings: OidcSettings, service: OidcProvider):
    assert settings.client_secret not in repr(settings)
    _, pending = service.authorization_request()
    assert pending.verifier not in repr(pending)
