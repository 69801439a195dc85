import math
import re

from api.access.onetime import ALPHABET, new_one_time_password, normal_one_time_password
from api.access.passwords import check_new_password


def test_at_least_80_bits_in_characters_that_are_not_mixed_up():
    password = new_one_time_password()
    assert re.fullmatch(r"[2-9a-z]{4}(-[2-9a-z]{4}){4}", password)
    letters = password.replace("-", "")
    assert len(letters) * math.log2(len(ALPHABET)) >= 80
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set("01oiluO IL") & set(ALPHABET)


def test_all_characters_come_and_none_twice():
    made = {new_one_time_password() for _ in range(500)}
    assert len(made) == 500
    # 10,000 draws of 30: that one is missing has a chance below 30 · (29/30)^10000 < 10^-140.
    assert set("".join(made)) == set(ALPHABET) | {"-"}
    check_new_password(made.pop(), "admin")


def test_how_people_type_it_is_forgiven():
    made = "k7qm-x4wd-pn9t-c3hr-8vzy"
    for typed in (
        made,
        made.upper(),
        "k7qmx4wdpn9tc3hr8vzy",
        " K7QM x4wd\tpn9t c3hr 8vzy\n",
        "ｋ７ｑｍ－ｘ４ｗｄ－ｐｎ９ｔ－ｃ３ｈｒ－８ｖｚｙ",
        made.replace("-", "—"),
    ):
        assert normal_one_time_password(typed) == made


def test_anything_else_stays_as_it_is():
    for typed in ("", "k7qm-x4wd", "k7qm-x4wd-pn9t-c3hr-8vz0", "my own password, 20 "):
        assert normal_one_time_password(typed) == typed
