"""Whether two of the fair are one and the same: by the leader's name and the telephone of the contact."""

import re
import unicodedata
from functools import lru_cache

from matcher.corpus.values.plain import plain
from matcher.fair.base import Party

__all__ = ["same_one", "telephones"]

_WITHIN = re.compile(r"(?<=[0-9])[\s()—–-]+(?=[0-9])")
_LEAST = 7
_ABROAD = re.compile(r"86(?=1[0-9]{10}$)")


@lru_cache(maxsize=100_000)
def telephones(contact: str) -> frozenset[str]:
    """Numbers of at least seven digits in a contact, in one spelling; a masked number is none."""
    text = unicodedata.normalize("NFKC", contact)
    runs = re.findall(r"[0-9]+", f"{_WITHIN.sub('', text)} | {text}")
    return frozenset(_ABROAD.sub("", run) for run in runs if len(run) >= _LEAST)


def same_one(one: Party, other: Party) -> bool:
    """Whether two parties have a leader of the same name, or a telephone in common."""
    leader = plain(one.leader)
    return bool(leader and leader == plain(other.leader)) or bool(telephones(one.contact) & telephones(other.contact))
