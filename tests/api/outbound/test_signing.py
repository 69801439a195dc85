"""Webhook signatures."""

import base64
import hashlib
import hmac

import pytest

from api.outbound import SignatureRefusedError, WebhookSecretError, new_secret, sign, verify

# The vector that every library of the Standard Webhooks project is tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105
EVENT = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIME = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "whsec_" + base64.b64encode(b"another-secret-of-32-bytes-xxxxx").decode()


def test_published_vector() -> None:
    headers = sign([SECRET], event_id=EVENT, timestamp=TIME, body=BODY)
    assert headers == {"webhook-id": EVENT, "webhook-timestamp": str(TIME), "webhook-signature": SIGNATURE}


def test_by_hand() -> None:
    digest = hmac.new(b"another-secret-of-32-bytes-xxxxx", "e-1.1700000000.正文".encode(), hashlib.sha256).digest()
    headers = sign([OTHER], event_id="e-1", timestamp=1700000000, body="正文".encode())
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_changing_secrets() -> None:
    """Signed with both while a secret is changed; a receiver with either one accepts, one with a third does not."""
    headers = sign([OTHER, SECRET], event_id=EVENT, timestamp=TIME, body=BODY)
    assert headers["webhook-signature"].split(" ")[1] == SIGNATURE
    verify([SECRET], headers, BODY, now=TIME)
    verify([OTHER], headers, BODY, now=TIME)
    verify([new_secret(), SECRET], sign([SECRET], event_id=EVENT, timestamp=TIME, body=BODY), BODY, now=TIME)
    with pytest.raises(SignatureRefusedError, match="签名不符"):
        verify([new_secret()], headers, BODY, now=TIME)


@pytest.mark.parametrize("shift", [-301, -300, 0, 300, 301])
def test_tolerance(shift: int) -> None:
    headers = {"Webhook-Id": EVENT, "Webhook-Timestamp": str(TIME), "Webhook-Signature": SIGNATURE}
    if abs(shift) <= 300:
        verify([SECRET], headers, BODY, now=TIME + shift)
    else:
        with pytest.raises(SignatureRefusedError, match="300 秒"):
            verify([SECRET], headers, BODY, now=TIME + shift)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_other"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(TIME + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-signature": ""},
        {"webhook-signature": SIGNATURE.replace("v1", "v2")},
        {"webhook-signature": SIGNATURE[:-2] + "A="},
        {"webhook-signature": "v1,签名"},
    ],
)
def test_any_change_is_refused(change: dict[str, str]) -> None:
    headers = {"webhook-id": EVENT, "webhook-timestamp": str(TIME), "webhook-signature": SIGNATURE}
    verify([SECRET], headers, BODY, now=TIME)
    with pytest.raises(SignatureRefusedError):
        verify([SECRET], headers | change, BODY, now=TIME)
    with pytest.raises(SignatureRefusedError):
        verify([SECRET], headers, BODY + b" ", now=TIME)


def test_new_secrets() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert len(base64.b64decode(first.removeprefix("whsec_"), validate=True)) == 32


@pytest.mark.parametrize(
    "secrets", [[], [""], ["whsec_"], ["whsec_c2hvcnQ="], [SECRET[6:]], ["whsec_秘語"], ["whsec_!!!"]]
)
def test_bad_secrets(secrets: list[str]) -> None:
    with pytest.raises(WebhookSecretError) as caught:
        sign(secrets, event_id=EVENT, timestamp=TIME, body=BODY)
    keys = [secret.removeprefix("whsec_") for secret in secrets]
    assert not any(key and key in str(caught.value) for key in keys)


@pytest.mark.parametrize("event_id", ["", "a.b", "a b", "a\r\nb", "a" * 129])
def test_bad_ids(event_id: str) -> None:
    with pytest.raises(WebhookSecretError, match="事件编号"):
        sign([SECRET], event_id=event_id, timestamp=TIME, body=BODY)
