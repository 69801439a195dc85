import pytest

from api.accounts.origins import check_origin
from api.errors import ForbiddenError

PUBLIC = "https://kjt.example.cn/"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "10.0.0.5:8000", "origin": "http://10.0.0.5:8000", "sec-fetch-site": "same-origin"},
        {"host": "internal:8000", "origin": "https://kjt.example.cn"},
        {"host": "KJT.example.cn", "origin": "https://kjt.example.cn", "sec-fetch-site": "none"},
    ],
)
def test_own_pages_and_machines_pass(headers: dict[str, str]) -> None:
    check_origin(headers, PUBLIC)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "kjt.example.cn", "origin": "https://evil.example"},
        {"host": "kjt.example.cn", "origin": "null"},
        {"host": "kjt.example.cn", "origin": "https://kjt.example.cn.evil.example"},
        {"host": "kjt.example.cn", "origin": "https://kjt.example.cn:444"},
        {"host": "kjt.example.cn", "origin": "https://[bad"},
        {"host": "kjt.example.cn", "sec-fetch-site": "cross-site"},
        {"host": "kjt.example.cn", "sec-fetch-site": "same-site"},
        {"host": "", "origin": ""},
    ],
)
def test_pages_of_others_do_not(headers: dict[str, str]) -> None:
    with pytest.raises(ForbiddenError):
        check_origin(headers, PUBLIC)
