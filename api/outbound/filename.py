"""A harmless file name from what another machine calls a file."""

import re
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote

__all__ = ["filename_hint", "plain_name"]

_LONGEST = 120
# Bytes: file systems take 255, and a Chinese character is three of them.
_LONGEST_BYTES = 200
_FALLBACK = "download"


def filename_hint(content_disposition: str, path: str) -> str:
    """The name in `Content-Disposition` (RFC 6266), else the last part of the path, else "download"."""
    named = ""
    if content_disposition:
        message = Message()
        message["Content-Disposition"] = content_disposition
        named = message.get_filename() or ""
    return plain_name(unquote(named) or unquote(path.partition("?")[0]))


def plain_name(text: str) -> str:
    """The last part of a path in any system's spelling, without control characters or a leading dot."""
    last = re.split(r"[/\\]", text)[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip().lstrip(".").strip()
    pure = PurePosixPath(kept or _FALLBACK)
    suffix = pure.suffix if len(pure.suffix) <= 10 else ""
    stem = pure.name.removesuffix(suffix)
    while len(stem) + len(suffix) > _LONGEST or len((stem + suffix).encode("utf-8", "replace")) > _LONGEST_BYTES:
        stem = stem[:-1]
    return stem + suffix
