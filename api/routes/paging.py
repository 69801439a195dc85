"""Pages by cursor: the cursor is the last id of the page before, signed, so that it means nothing elsewhere."""

from api.access.tokens import seal, unseal
from api.errors import InvalidError
from matcher.errors import MatcherError

__all__ = ["next_cursor", "read_cursor"]


def next_cursor(last: str, secret: bytes, purpose: str) -> str:
    """What continues after `last`; `purpose` names the list and its filters."""
    return seal(last, secret, f"cursor:{purpose}")


def read_cursor(cursor: str | None, secret: bytes, purpose: str) -> str:
    """The `last` of `next_cursor`; "" where there is no cursor.

    Raises:
        InvalidError: it is not one of this list.
    """
    if not cursor:
        return ""
    try:
        return unseal(cursor, secret, f"cursor:{purpose}")
    except MatcherError as error:
        raise InvalidError(
            "cursor 不可用；请从第一页重新读取。", "Not a cursor of this list.", field="cursor"
        ) from error
