"""Signing in at a city's identity provider: OpenID Connect, authorization code flow with PKCE, state and nonce."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.access.errors import ProviderError, SignInError
from api.access.idtoken import SIGNATURES, UnknownKeyError, check_id_token, refused
from api.access.tokens import PENDING_S, same_text
from matcher.errors import ConfigError

__all__ = ["Identity", "OidcProvider", "OidcSettings", "Pending"]

# Discovery and keys are read again after an hour; for an unknown key sooner, but not for every forged token.
DOCUMENTS_S = 3600.0
KEYS_AGAIN_S = 30.0
MAX_ANSWER_BYTES = 1_000_000
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class OidcSettings:
    """A provider and what it knows this service as. `client_secret` is empty for a public client (PKCE alone)."""

    issuer: str
    client_id: str
    redirect_uri: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    email_claim: str = "email"
    name_claim: str = "name"
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    timeout_s: float = 5.0

    def __post_init__(self) -> None:
        """Refuse what cannot be safe.

        Raises:
            ConfigError: an address without HTTPS (but on this machine), no `openid` scope, an algorithm without a key
                pair.
        """
        for name, url in (("颁发者网址", self.issuer), ("回调网址", self.redirect_uri)):
            if not _is_safe(url):
                raise ConfigError(f"统一身份认证的{name} {url!r} 不是 https 网址；请改为 https:// 开头的完整网址。")
        if not self.client_id:
            raise ConfigError("统一身份认证缺少客户端编号；请填写在认证服务登记时得到的 client_id。")
        if "openid" not in self.scopes:
            raise ConfigError("统一身份认证的 scopes 缺少 openid；请加上。")
        if not self.algorithms or not set(self.algorithms) <= SIGNATURES:
            raise ConfigError(f"统一身份认证的签名算法只能从 {'、'.join(sorted(SIGNATURES))} 中选。")


@dataclass(frozen=True)
class Pending:
    """A sign-in under way, kept by the browser that began it (`tokens.seal`, `tokens.pending_cookie`)."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    created_at: int

    def to_text(self) -> str:
        """JSON, to be sealed."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Pending":
        """The other way.

        Raises:
            SignInError: the text is not from `to_text`.
        """
        try:
            values = json.loads(text)
            return cls(str(values["state"]), str(values["nonce"]), str(values["verifier"]), int(values["created_at"]))
        except (ValueError, KeyError, TypeError) as error:
            raise SignInError(
                "登录信息不完整；请从登录页重新开始。", "The sign-in is incomplete.", reason="pending"
            ) from error


@dataclass(frozen=True)
class Identity:
    """Who somebody is at the provider. `(issuer, subject)` is the only lasting name; an address may pass to another.

    `email_verified` is what the provider says of `email`: only then may it lead to an account that exists already.
    """

    subject: str
    issuer: str
    email: str | None
    email_verified: bool
    name: str | None


class OidcProvider:
    """One provider; may be used from several threads. `close` it at the end."""

    def __init__(
        self,
        settings: OidcSettings,
        *,
        first_use: Callable[[str, int], bool],
        client: httpx.Client | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`first_use(name, life_s)` is `throttle.OnceOnly.first_use`; nothing is asked of the provider yet."""
        self._settings = settings
        self._first_use = first_use
        self._client = client or httpx.Client(timeout=settings.timeout_s, follow_redirects=False)
        self._now = now
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._metadata_at = float("-inf")
        self._keys: KeySet | None = None
        self._keys_at = float("-inf")

    def close(self) -> None:
        """Close the connections to the provider."""
        self._client.close()

    def authorization_request(self) -> tuple[str, Pending]:
        """The address to send the browser to, and what it has to bring back.

        Raises:
            ProviderError: the provider does not answer, or describes itself in a way that cannot work.
        """
        endpoint = self._endpoint("authorization_endpoint")
        pending = Pending(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            created_at=int(self._now()),
        )
        challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": " ".join(self._settings.scopes),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(endpoint).copy_merge_params(query)), pending

    def finish(self, code: str, state: str, pending: Pending, *, issuer: str | None = None) -> Identity:
        """Who came back with `code` and `state`; `issuer` is the `iss` beside them (RFC 9207), if any.

        Raises:
            IdentityRefusedError: not the sign-in this browser began, one used before or over ten minutes old, or a
                token that proves nothing.
            ProviderError: the provider does not answer, or does not accept this service.
        """
        if not code or not same_text(state, pending.state):
            raise refused("不是从本系统发起的登录", "state")
        if not 0 <= self._now() - pending.created_at <= PENDING_S:
            raise refused("登录用时过长", "late")
        if not self._first_use(f"oidc:{pending.state}", 2 * PENDING_S):
            raise refused("这次登录已经用过", "replay")
        metadata = self._discover()
        named = bool(metadata.get("authorization_response_iss_parameter_supported"))
        if (issuer is not None or named) and issuer != self._settings.issuer:
            raise refused("应答来自其他认证服务", "iss")
        answer = self._exchange(code, pending)
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise ProviderError("统一身份认证没有返回身份令牌（id_token）；请管理员检查其 OpenID Connect 设置。")
        claims = self._check(id_token, pending)
        return self._identity(claims, answer.get("access_token"))

    def _check(self, id_token: str, pending: Pending) -> dict[str, Any]:
        settings = self._settings

        def check(keys: KeySet) -> dict[str, Any]:
            return check_id_token(
                id_token,
                keys,
                issuer=settings.issuer,
                client_id=settings.client_id,
                nonce=pending.nonce,
                algorithms=settings.algorithms,
                now=self._now,
            )

        try:
            return check(self._read_keys(DOCUMENTS_S))
        except UnknownKeyError:
            # Keys change; one that is not known yet may be a new one.
            return check(self._read_keys(KEYS_AGAIN_S))

    def _identity(self, claims: dict[str, Any], access_token: object) -> Identity:
        wanted = (self._settings.email_claim, self._settings.name_claim)
        known = claims
        # Core 5.4: in this flow a provider may give address and name at its userinfo endpoint only.
        if not all(known.get(name) for name in wanted) and isinstance(access_token, str):
            known = {**self._userinfo(access_token, claims["sub"]), **claims}
        email, name = (value if isinstance(value := known.get(claim), str) and value else None for claim in wanted)
        return Identity(
            subject=claims["sub"],
            issuer=self._settings.issuer,
            email=email,
            email_verified=email is not None and known.get("email_verified") is True,
            name=name,
        )

    def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        if "userinfo_endpoint" not in self._discover():
            return {}
        endpoint = self._endpoint("userinfo_endpoint")
        answer = self._ask("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})
        # Core 5.3.2: without the same sub it may be about somebody else.
        if answer.status_code != httpx.codes.OK or (found := _object(answer)).get("sub") != subject:
            raise refused("用户信息与身份令牌不一致", "userinfo")
        return found

    def _exchange(self, code: str, pending: Pending) -> dict[str, Any]:
        settings = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.redirect_uri,
            "code_verifier": pending.verifier,
        }
        headers = {"Accept": "application/json"}
        ways = self._discover().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if not settings.client_secret:
            form["client_id"] = settings.client_id
        elif "client_secret_basic" not in ways and "client_secret_post" in ways:
            form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
        else:
            # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
            pair = f"{quote(settings.client_id, safe='')}:{quote(settings.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = self._ask("POST", self._endpoint("token_endpoint"), data=form, headers=headers)
        if answer.status_code == httpx.codes.OK:
            return _object(answer)
        problem = _object(answer).get("error")
        if problem == "invalid_grant":
            raise refused("登录凭据已过期或已用过", "invalid_grant")
        raise ProviderError(
            f"统一身份认证不接受本系统（{problem!r:.60}）；请管理员检查客户端编号、密钥和回调网址。",
            f"The identity provider does not accept this service ({problem!r:.60}).",
        )

    def _endpoint(self, name: str) -> str:
        url = self._discover().get(name)
        if not isinstance(url, str) or not _is_safe(url):
            raise ProviderError(f"统一身份认证的配置文件里 {name} 缺失或不是 https 网址；请联系认证服务的管理员。")
        return url

    def _discover(self) -> dict[str, Any]:
        """The provider's description of itself, read at most once an hour."""
        with self._lock:
            if self._now() - self._metadata_at > DOCUMENTS_S:
                url = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
                metadata = self._read(url)
                # Discovery 4.3: a description of another issuer is not this one's.
                if metadata.get("issuer") != self._settings.issuer:
                    raise ProviderError(
                        f"统一身份认证的配置文件写的颁发者是 {metadata.get('issuer')!r:.200}，"
                        f"与设置的 {self._settings.issuer!r} 不同；请改成完全一致的网址。"
                    )
                self._metadata, self._metadata_at = metadata, self._now()
            return self._metadata

    def _read_keys(self, older_than_s: float) -> KeySet:
        url = self._endpoint("jwks_uri")
        with self._lock:
            if self._keys is None or self._now() - self._keys_at > older_than_s:
                try:
                    self._keys = KeySet.import_key_set({"keys": self._read(url)["keys"]})
                except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
                    raise ProviderError("统一身份认证公布的签名密钥无法读取；请联系认证服务的管理员。") from error
                self._keys_at = self._now()
            return self._keys

    def _read(self, url: str) -> dict[str, Any]:
        answer = self._ask("GET", url, headers={"Accept": "application/json"})
        if answer.status_code != httpx.codes.OK:
            raise ProviderError(f"统一身份认证返回了状态 {answer.status_code}（{url}）；请稍后再试或联系管理员。")
        return _object(answer)

    def _ask(self, method: str, url: str, **parts: Any) -> httpx.Response:
        """One request, whose answer may not be of any length."""
        try:
            with self._client.stream(method, url, **parts) as answer:
                body = b""
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > MAX_ANSWER_BYTES:
                        raise ProviderError(f"统一身份认证的应答过长（{url}）；请联系认证服务的管理员。")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderError(
                f"统一身份认证没有应答（{url}）；请稍后再试，或先用密码登录。", "The identity provider does not answer."
            ) from error
        whole = httpx.Response(answer.status_code, content=body)
        if whole.is_server_error:
            raise ProviderError(f"统一身份认证返回了状态 {whole.status_code}（{url}）；请稍后再试，或先用密码登录。")
        return whole


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        value = answer.json()
    except ValueError as error:
        raise ProviderError("统一身份认证的应答不是 JSON；请管理员检查认证服务的网址。") from error
    if not isinstance(value, dict):
        raise ProviderError("统一身份认证的应答不是 JSON 对象；请管理员检查认证服务的网址。")
    return value


def _is_safe(url: str) -> bool:
    """HTTPS, or plain HTTP that does not leave this machine."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        return False
    return bool(parsed.host) and (parsed.scheme == "https" or (parsed.scheme == "http" and parsed.host in _LOOPBACK))
