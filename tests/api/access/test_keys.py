import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access.errors import ScopeRefusedError, SignInError
from api.access.keys import (
    Scope,
    format_scopes,
    hide_keys,
    key_is_live,
    key_matches,
    new_key,
    parse_scopes,
    split_key,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_key_has_its_parts_and_only_the_hash_is_kept():
    key = new_key()
    prefix, key_id, secret = key.text.split("_")
    assert (prefix, key_id) == ("ttk", key.id)
    # Five bits a letter: 52 letters hold 256 bits, 16 hold 80.
    assert (len(key_id), len(secret)) == (16, 52)
    assert key.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(key)
    assert split_key(f" {key.text}\n") == (key_id, secret)
    assert key_matches(key.secret_hash, secret)


def test_another_secret_and_no_such_id_do_not_match():
    key, other = new_key(), new_key()
    assert key.id != other.id
    assert not key_matches(key.secret_hash, split_key(other.text)[1])
    assert not key_matches(None, split_key(key.text)[1])
    assert not key_matches("", split_key(key.text)[1])
    assert not key_matches(key.secret_hash, "ÿ\ud800")


@given(st.text())
def test_what_is_no_key_is_refused_without_saying_more(text: str):
    with pytest.raises(SignInError) as raised:
        split_key(text)
    assert raised.value.status == 401


def test_a_key_cut_short_or_made_longer_is_refused():
    text = new_key().text
    for changed in (text[:-1], text + "a", text.upper(), text.replace("ttk_", "ttm_"), text.replace("_", "-")):
        with pytest.raises(SignInError):
            split_key(changed)


def test_expiry_and_revocation():
    hour = timedelta(hours=1)
    assert key_is_live(NOW, expires_at=None, revoked_at=None)
    assert key_is_live(NOW, expires_at=NOW + hour, revoked_at=None)
    assert not key_is_live(NOW, expires_at=NOW, revoked_at=None)
    assert not key_is_live(NOW, expires_at=NOW + hour, revoked_at=NOW - hour)


def test_scopes_are_read_and_written():
    scopes = parse_scopes(["records:write", "matching", "matching"])
    assert scopes == {Scope.RECORDS_WRITE, Scope.MATCHING}
    assert Scope.RECORDS_READ not in scopes
    assert format_scopes(scopes) == "matching records:write"
    assert parse_scopes(format_scopes(Scope).split()) == frozenset(Scope)


@pytest.mark.parametrize(
    ("names", "words"), [(["records:delete"], "records:delete"), ([], "至少需要一个"), ([""], "没有")]
)
def test_unknown_or_no_scopes_are_refused(names: list[str], words: str):
    with pytest.raises(ScopeRefusedError, match=words):
        parse_scopes(names)


def test_no_secret_stays_in_a_log_line():
    one, two = new_key(), new_key()
    line = hide_keys(f"Authorization: Bearer {one.text}, then ({two.text}) and ttk_ alone")
    assert line == f"Authorization: Bearer ttk_{one.id}_…, then (ttk_{two.id}_…) and ttk_ alone"
    assert hide_keys(f"?key={one.text}x&x={one.text[:40]}") == f"?key=ttk_{one.id}_…&x=ttk_{one.id}_…"
