"""A body that is too large is not read to its end."""

import asyncio
from typing import Any

import pytest
from fastapi import Request

from api.errors import TooLargeError
from api.imports.receiving import Received, receive

HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
CHUNK = 100_000


def request(chunks: list[bytes], read: list[int], length: int | None = None) -> Request:
    left = iter(chunks)

    async def give() -> dict[str, Any]:
        chunk = next(left, None)
        read.append(len(chunk or b""))
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return Request({"type": "http", "method": "POST", "headers": headers}, give)


def test_it_is_read_to_the_limit_and_no_further() -> None:
    read: list[int] = []
    with pytest.raises(TooLargeError, match="1 MB"):
        asyncio.run(receive(request([HEAD, *[b"x" * CHUNK] * 50], read), max_mb=1))
    # The piece that goes above the limit is the last one that is taken.
    assert sum(read) == len(HEAD) + 10 * CHUNK


def test_one_that_says_it_is_too_large_is_not_read_at_all() -> None:
    read: list[int] = []
    with pytest.raises(TooLargeError):
        asyncio.run(receive(request([HEAD], read, length=1_000_001), max_mb=1))
    assert read == []


def test_a_form_within_the_limit_comes_whole() -> None:
    tail = b'\r\n--b\r\nContent-Disposition: form-data; name="side"\r\n\r\nneed\r\n--b--\r\n'
    found: Received = asyncio.run(receive(request([HEAD, b"abc", tail], []), max_mb=1))
    assert found.texts == {"side": "need"}
    assert [(name, file.filename, file.file.read()) for name, file in found.files] == [("files", "a.csv", b"abc")]
