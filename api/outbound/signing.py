"""Signatures of webhooks, after Standard Webhooks 1.0.0 (standardwebhooks.com).

A message is signed as HMAC-SHA256 over `id.timestamp.body`; the headers are `webhook-id` (the same for every attempt,
so a receiver can drop doubles), `webhook-timestamp` (seconds since 1970) and `webhook-signature` (`v1,` and base64;
with two secrets, one signature of each, so that a receiver may change over at any time).
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets as randomness
from collections.abc import Mapping, Sequence

from api.outbound.errors import SignatureRefusedError, WebhookSecretError

__all__ = ["PREFIX", "new_secret", "sign", "verify"]

PREFIX = "whsec_"
_KEY_BYTES = 32
_LEAST_BYTES, _MOST_BYTES = 24, 64
_EVENT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
# Longer ones are no times, and int() of very long ones raises.
_SECONDS = re.compile(r"[0-9]{1,12}")


def new_secret() -> str:
    """A fresh secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(randomness.token_bytes(_KEY_BYTES)).decode("ascii")


def sign(secrets: Sequence[str], *, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message.

    Args:
        secrets: one, or while a secret is being changed two: the new one first.
        event_id: 1 to 128 letters, digits, `_` or `-`; without a dot, which would make the signed text ambiguous.
        timestamp: seconds since 1970 of this attempt.
        body: exactly the bytes that are sent.

    Raises:
        WebhookSecretError: no secret, one that is malformed, or an id of another form.
    """
    if not _EVENT_ID.fullmatch(event_id):
        raise WebhookSecretError(f"事件编号“{event_id[:40]}”不能签名；只能用字母、数字、下划线和连字符。")
    signatures = (_signature(key, event_id, str(timestamp), body) for key in _keys(secrets))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def verify(
    secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: int, tolerance_s: int = 300
) -> None:
    """Check a message that came in; any of the secrets may have signed it.

    Args:
        secrets: those valid now.
        headers: names in any case.
        body: exactly the bytes that came.
        now: seconds since 1970.
        tolerance_s: how far the message's time may be from `now`, either way.

    Raises:
        SignatureRefusedError: a header is missing, the time is too far off, or no signature fits.
        WebhookSecretError: no secret, or one that is malformed.
    """
    keys = _keys(secrets)
    found = {name.lower(): value for name, value in headers.items()}
    event_id, sent_at = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    if not event_id or not _SECONDS.fullmatch(sent_at) or "webhook-signature" not in found:
        raise SignatureRefusedError("缺少 webhook-id、webhook-timestamp 或 webhook-signature；请按文档签名后重发。")
    if abs(now - int(sent_at)) > tolerance_s:
        raise SignatureRefusedError(f"签名时间与当前时间相差超过 {tolerance_s} 秒；请校准时钟后重新签名。")
    expected = [_signature(key, event_id, sent_at, body).encode("ascii") for key in keys]
    given = [
        value.encode("utf-8", "replace")
        for version, _, value in (part.partition(",") for part in found["webhook-signature"].split(" "))
        if version == "v1"
    ]
    # Every pair is compared, each in constant time.
    matches = [hmac.compare_digest(one, other) for one in expected for other in given]
    if not any(matches):
        raise SignatureRefusedError("签名不符；请核对密钥，并确认签名的是原样的请求正文。")


def _signature(key: bytes, event_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{event_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def _keys(secrets: Sequence[str]) -> list[bytes]:
    if not secrets:
        raise WebhookSecretError("没有签名密钥；请先生成一个密钥。")
    return [_key(secret) for secret in secrets]


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise WebhookSecretError(f"签名密钥的写法不对；应为 {PREFIX} 加 base64 文本，请重新生成。") from error
    if not secret.startswith(PREFIX) or not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise WebhookSecretError(f"签名密钥应以 {PREFIX} 开头，长 {_LEAST_BYTES} 到 {_MOST_BYTES} 字节；请重新生成。")
    return key
