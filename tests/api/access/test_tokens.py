import base64
import hashlib
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from api.access.errors import SignInError
from api.access.tokens import (
    Lifetime,
    check_server_secret,
    csrf_matches,
    csrf_token,
    new_server_secret,
    new_token,
    pending_cookie,
    same_text,
    seal,
    session_cookie,
    token_hash,
    unseal,
)
from matcher.errors import ConfigError

SECRET = check_server_secret(new_server_secret())
START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def after(**parts: float) -> datetime:
    return START + timedelta(**parts)


def test_a_token_has_256_bits_and_only_its_hash_is_kept():
    token = new_token()
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    assert token_hash(token) == hashlib.sha256(token.encode()).hexdigest()
    assert len({new_token() for _ in range(100)}) == 100


def test_idle_and_absolute_lifetime():
    life = Lifetime(idle_s=3600, absolute_s=10_000)
    assert life.expires_at(START, START) == after(seconds=3600)
    assert life.expires_at(START, after(seconds=6000)) == after(seconds=9600)
    # 7000 + 3600 = 10600 is past the absolute end.
    assert life.expires_at(START, after(seconds=7000)) == after(seconds=10_000)
    assert life.is_live(START, START, after(seconds=3599))
    assert not life.is_live(START, START, after(seconds=3600))
    assert not life.is_live(START, after(seconds=9999), after(seconds=10_000))


def test_the_last_use_is_written_once_a_minute_or_sooner_for_short_lives():
    assert not Lifetime(idle_s=7200).touch_due(START, after(seconds=59))
    assert Lifetime(idle_s=7200).touch_due(START, after(seconds=60))
    # A twentieth of 300 is 15.
    assert not Lifetime(idle_s=300).touch_due(START, after(seconds=14))
    assert Lifetime(idle_s=300).touch_due(START, after(seconds=15))


def test_a_form_token_fits_its_own_sign_in_and_server_only():
    mine, other = new_token(), new_token()
    token = csrf_token(mine, SECRET)
    assert csrf_matches(token, mine, SECRET)
    assert csrf_token(mine, SECRET) != token
    assert not csrf_matches(token, other, SECRET)
    assert not csrf_matches(token, mine, SECRET[::-1])
    salt, mac = token.split(".")
    assert not csrf_matches(f"x{salt[1:]}.{mac}" if salt[0] != "x" else f"y{salt[1:]}.{mac}", mine, SECRET)
    for sent in (None, "", ".", mac, f".{mac}", "é.é", "\ud800"):
        assert not csrf_matches(sent, mine, SECRET)


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(one: str, other: str):
    assert same_text(one, other) == (one == other)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_comes_back_for_the_same_purpose_and_key_only(text: str):
    sealed = seal(text, SECRET, "oidc")
    assert unseal(sealed, SECRET, "oidc") == text
    for secret, purpose in ((SECRET, "other"), (SECRET + b"x", "oidc")):
        with pytest.raises(SignInError):
            unseal(sealed, secret, purpose)


def test_a_changed_or_missing_seal_is_refused():
    body, mac = seal("role=user", SECRET, "oidc").split(".")
    forged = base64.urlsafe_b64encode(b"role=root").decode().rstrip("=")
    for sealed in (None, "", ".", body, f"{forged}.{mac}", f"{body}.{mac[:-1]}", f"{body}.{mac}0", "é.é"):
        with pytest.raises(SignInError):
            unseal(sealed, SECRET, "oidc")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x" * 31,
        "x" * 64,
        "changeme-changeme-changeme-qwertzuiop",
        "my-very-long-secret-for-the-service-1",
        "0123456789abcdef" * 4,
    ],
)
def test_no_secret_that_others_could_know(value: str):
    with pytest.raises(ConfigError, match="token_urlsafe"):
        check_server_secret(value)


def test_made_secrets_are_accepted():
    for _ in range(200):
        assert len(check_server_secret(new_server_secret())) == 64


def test_the_cookie_as_a_browser_sees_it():
    response = Response()
    cookie = session_cookie(secure=True, max_age_s=3600)
    response.set_cookie(value="t0ken", **cookie.attributes())
    morsel = SimpleCookie(response.headers["set-cookie"])["__Host-ttm"]
    assert (morsel.value, morsel["path"], morsel["max-age"], morsel["domain"]) == ("t0ken", "/", "3600", "")
    assert morsel["secure"]
    assert morsel["httponly"]
    assert morsel["samesite"] == "lax"


def test_without_https_the_prefix_and_secure_go_together():
    for cookie in (session_cookie(secure=False, max_age_s=60), pending_cookie(secure=False)):
        assert not cookie.name.startswith("__Host-")
        assert not cookie.attributes()["secure"]
        assert cookie.attributes()["httponly"]
    assert pending_cookie(secure=True).name.startswith("__Host-")


def test_deletion_names_the_same_cookie():
    response = Response()
    response.delete_cookie(**session_cookie(secure=True, max_age_s=60).deletion())
    header = response.headers["set-cookie"]
    assert header.startswith("__Host-ttm=")
    assert "Max-Age=0" in header
    assert "Secure" in header
