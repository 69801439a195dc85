"""A one-time password made for somebody, with the hash to keep of it."""

from dataclasses import dataclass, field

from api.access.onetime import new_one_time_password
from api.access.passwords import hash_password

__all__ = ["OneTime"]


@dataclass(frozen=True, slots=True)
class OneTime:
    """`text` is shown once and kept nowhere. Made before a transaction begins: hashing takes its time."""

    text: str = field(repr=False)
    hash: str = field(repr=False)

    @classmethod
    def new(cls) -> "OneTime":
        """One of its own."""
        text = new_one_time_password()
        return cls(text, hash_password(text))
