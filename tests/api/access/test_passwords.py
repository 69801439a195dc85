import statistics
import time

import pytest
from argon2 import PasswordHasher

from api.access.errors import PasswordRefusedError
from api.access.passwords import MAX_LENGTH, check_new_password, hash_password, verify_password


def test_the_hash_states_argon2id_and_its_costs_and_the_reference_binding_accepts_it():
    stored = hash_password("四月的雨 and tea")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHasher().verify(stored, "四月的雨 and tea")
    assert hash_password("四月的雨 and tea") != stored


def test_right_and_wrong():
    stored = hash_password("correct horse battery")
    assert verify_password(stored, "correct horse battery") == verify_password(stored, "correct horse battery")
    assert verify_password(stored, "correct horse battery").ok
    assert verify_password(stored, "correct horse battery").new_hash is None
    assert not verify_password(stored, "correct horse battery ").ok
    assert not verify_password(stored, "").ok


def test_a_hash_of_other_costs_is_renewed_on_success_only():
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("correct horse battery")
    renewed = verify_password(old, "correct horse battery")
    assert renewed.ok
    assert renewed.new_hash is not None
    assert renewed.new_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password(renewed.new_hash, "correct horse battery").ok
    assert verify_password(old, "wrong horse battery").new_hash is None


@pytest.mark.parametrize("stored", [None, "", "!", "$2b$12$notargon"])
def test_no_account_and_no_usable_hash_match_nothing(stored: str | None):
    verified = verify_password(stored, "anything at all")
    assert not verified.ok
    assert verified.new_hash is None


def test_no_account_takes_as_long_as_a_wrong_password():
    stored = hash_password("correct horse battery")

    def seconds(kept: str | None) -> float:
        start = time.perf_counter()
        verify_password(kept, "a wrong password")
        return time.perf_counter() - start

    seconds(None)
    # In turns: what else the machine does meets both.
    turns = [(seconds(stored), seconds(None)) for _ in range(9)]
    with_account, without = (statistics.median(times) for times in zip(*turns, strict=True))
    # Without the hash worked through it would be a thousandth.
    assert 0.4 < without / with_account < 2.5


def test_full_width_letters_are_the_same_password():
    assert verify_password(hash_password("abcDEF１２３４tea"), "ａｂｃDEF1234tea").ok


def test_half_a_character_and_a_megabyte_are_refused_and_match_nothing():
    for password in ("half \ud800 character", "x" * (MAX_LENGTH + 1)):
        with pytest.raises(PasswordRefusedError):
            hash_password(password)
        with pytest.raises(PasswordRefusedError):
            check_new_password(password, "zhang")
        assert not verify_password(hash_password("correct horse battery"), password).ok


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "四月的雨落在老茶馆门前",
        "kd8fj2mqpz",
        "tea and 1qaz2wsx with rain",
        # No kinds of characters are asked for.
        "umbrellaovermountain",
    ],
)
def test_passwords_that_will_do(password: str):
    check_new_password(password, "zhang.wei")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short9876", "只有 9 个字符"),
        ("aaaaaaaaaaaaaaaa", "不同的字符少于"),
        ("1212121212343434", "不同的字符少于"),
        ("zhang.wei2024", "登录名"),
        ("ZHANG.WEI@example.cn", "登录名"),
        ("zhang.weizhang.wei", "登录名"),
        ("1qaz2wsx3edc", "常见密码"),
        ("1QAZ2wsx!!", "常见密码"),
        ("woaini1314", "常见密码"),
        ("woaini1314520", "常见密码"),
        ("Password12345!", "常见密码"),
        ("wodemima2024", "常见密码"),
        ("１２３４５６７８９０", "常见密码"),
        ("qwertyuiop", "常见密码"),
        ("5201314woaini", "常见密码"),
        ("zhang.wei123456", "登录名|常见密码"),
        ("admin123456", "常见密码"),
    ],
)
def test_passwords_that_would_be_guessed(password: str, words: str):
    with pytest.raises(PasswordRefusedError, match=words) as raised:
        check_new_password(password, "zhang.wei@example.cn" if "@" in password else "zhang.wei")
    assert raised.value.status == 422
    assert password not in str(raised.value)
