"""ETag and If-Match: a change names the version it was made from."""

import re
from typing import Annotated

from fastapi import Header

from api.errors import InvalidError, UnconditionalError

__all__ = ["IfMatch", "etag", "expected_version"]

IfMatch = Annotated[
    str | None, Header(alias="If-Match", description='所依据的版本，如 "3"（读取时 ETag 给出）；The ETag that was read')
]
_VERSION = re.compile(r'(?:W/)?"(\d{1,9})"')


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def expected_version(if_match: str | None) -> int:
    """The version an If-Match header names.

    Raises:
        UnconditionalError: there is no header.
        InvalidError: it is not one of our ETags.
    """
    if if_match is None:
        raise UnconditionalError(
            "修改须带 If-Match 头，写明所依据的版本（读取时的 ETag）；请先读取再提交。",
            "Send If-Match with the ETag you read.",
        )
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise InvalidError(
            'If-Match 应为读取时的 ETag，例如 "3"。', "If-Match is not one of our ETags.", field="If-Match"
        )
    return int(found[1])
