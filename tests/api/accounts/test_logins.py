import pytest

from api.accounts.logins import check_login, fold_login
from api.errors import InvalidError


@pytest.mark.parametrize(
    "typed", ["wang@example.cn", " WANG@Example.CN ", "ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｎ", "\u3000Wang@example.cn"]
)
def test_one_login_however_typed(typed: str) -> None:
    assert fold_login(typed) == "wang@example.cn"
    assert check_login(typed) == "wang@example.cn"


@pytest.mark.parametrize("typed", ["ab", "", "a b c", "wang\u200b@example.cn", "wang\u00adli", "x" * 101])
def test_logins_that_could_be_mistaken_for_another_are_refused(typed: str) -> None:
    with pytest.raises(InvalidError, match="登录名") as caught:
        check_login(typed)
    assert caught.value.field == "login"
