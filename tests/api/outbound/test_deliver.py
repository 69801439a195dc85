"""Deliveries to a real receiver."""

import time
from datetime import UTC, datetime

import pytest

from api.outbound import AddressRules, Delivery, Limits, Network, Outcome, WebhookSecretError, deliver, verify
from api.outbound.signing import new_secret

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
BODY = '{"type": "match.found", "title": "高温陶瓷涂层"}'.encode()


def post(site, path: str = "/hook", **options) -> Delivery:
    values = {"event_id": "evt_1", "body": BODY, "secrets": (new_secret(),), "now": NOW, "rules": site.rules}
    return deliver(site.url + path, **(values | options))


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_delivered_and_signed(site, status: int) -> None:
    site.reply("/hook", status=status)
    old, new = new_secret(), new_secret()
    assert post(site, secrets=(new, old)) == Delivery(Outcome.DELIVERED, status)
    method, _, headers, body = site.seen[0]
    assert (method, body, headers["content-type"]) == ("POST", BODY, "application/json; charset=utf-8")
    assert headers["webhook-id"] == "evt_1"
    # 2026-11-29T08:00:00Z: date -u -d '2026-11-29 08:00' +%s
    assert headers["webhook-timestamp"] == "1795939200"
    for secret in (old, new):
        verify([secret], headers, body, now=1795939200)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 408, 429, 500, 502, 503])
def test_try_again(site, status: int) -> None:
    site.reply("/hook", b"words of the receiver", status=status, Location="/elsewhere")
    delivery = post(site)
    assert (delivery.outcome, delivery.status) == (Outcome.RETRY, status)
    assert str(status) in delivery.detail
    assert "words" not in delivery.detail
    # A redirect is not followed.
    assert [seen[1] for seen in site.seen] == ["/hook"]


def test_gone(site) -> None:
    site.reply("/hook", status=410)
    delivery = post(site)
    assert (delivery.outcome, delivery.status) == (Outcome.GONE, 410)
    assert "停用" in delivery.detail


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", 120),
        ("Sun, 29 Nov 2026 08:02:00 GMT", 120),
        ("Sun, 29 Nov 2026 07:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("9" * 5000, 999_999_999),
    ],
)
def test_retry_after(site, text: str, expected: int | None) -> None:
    site.reply("/hook", status=503, Retry_After=text)
    assert post(site).retry_after_s == expected


def test_silence_and_nobody(site) -> None:
    site.answers["/hook"] = lambda _handler: time.sleep(3)
    delivery = post(site, limits=Limits(total_s=0.3))
    assert (delivery.outcome, delivery.status) == (Outcome.RETRY, None)
    assert "超时" in delivery.detail
    unknown = Network(resolve=lambda _host, _port: ())
    assert post(site, network=unknown).outcome is Outcome.RETRY


def test_endless_reply_is_not_read(site) -> None:
    def endless(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    site.answers["/hook"] = endless
    started = time.monotonic()
    assert post(site).outcome is Outcome.DELIVERED
    assert time.monotonic() - started < 5


def test_refused(site) -> None:
    site.reply("/hook")
    public = AddressRules.of(None, schemes=("http",))
    delivery = post(site, rules=public)
    assert (delivery.outcome, delivery.status) == (Outcome.REFUSED, None)
    assert delivery.detail
    assert post(site, rules=AddressRules()).outcome is Outcome.REFUSED
    assert site.seen == []


def test_own_mistakes_are_errors(site) -> None:
    with pytest.raises(WebhookSecretError):
        post(site, secrets=())
    assert site.seen == []
