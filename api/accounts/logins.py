"""Login names: one spelling for all ways to type one."""

import unicodedata

from api.errors import InvalidError

__all__ = ["MAX_LENGTH", "check_login", "fold_login"]

MIN_LENGTH = 3
MAX_LENGTH = 100


def fold_login(typed: str) -> str:
    """How a login is kept and looked up: full-width letters, capitals and spaces around it make no difference."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def check_login(typed: str) -> str:
    """The folded login of a new account.

    Raises:
        InvalidError: too short or too long, or it holds spaces or characters that cannot be seen.
    """
    login = fold_login(typed)
    if not MIN_LENGTH <= len(login) <= MAX_LENGTH:
        raise InvalidError(
            f"登录名应为 {MIN_LENGTH}～{MAX_LENGTH} 个字符；可以用邮箱、手机号或姓名拼音。",
            f"A login has {MIN_LENGTH} to {MAX_LENGTH} characters.",
            field="login",
        )
    # Separators, control and format characters: two logins that look alike must not be two accounts.
    if any(unicodedata.category(char)[0] in "ZC" for char in login):
        raise InvalidError(
            "登录名里有空格或看不见的字符；请去掉后重试。",
            "A login has no spaces or invisible characters.",
            field="login",
        )
    return login
