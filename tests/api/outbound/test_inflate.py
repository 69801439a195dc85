"""Bounded gzip."""

import gzip
import tracemalloc

import pytest

from api.outbound import BadReplyError, TooLargeError
from api.outbound.inflate import inflate


def unpack(data: bytes, max_bytes: int = 1000) -> bytes:
    return inflate(data, max_bytes=max_bytes, shown="https://a.cn")


def test_members_are_joined_up_to_the_limit() -> None:
    assert unpack(gzip.compress(b"a" * 600, mtime=0) + gzip.compress(b"b" * 400)) == b"a" * 600 + b"b" * 400
    with pytest.raises(TooLargeError, match="上限"):
        unpack(gzip.compress(b"a" * 600, mtime=0) + gzip.compress(b"b" * 401))


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        unpack(bomb, 100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


CUT_OFF = gzip.compress(b"a" * 600, mtime=0)[:-4]
MANY_PARTS = gzip.compress(b"", mtime=0) * 65


@pytest.mark.parametrize("data", [b"", b"plain text", CUT_OFF, MANY_PARTS])
def test_damaged(data: bytes) -> None:
    with pytest.raises(BadReplyError):
        unpack(data)
