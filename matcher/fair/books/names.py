"""Names of files that Windows, macOS, Linux and archives all take."""

import re
import unicodedata

__all__ = ["file_name"]

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+')
_LONGEST = 60
_BYTES = 150


def file_name(number: str, name: str, suffix: str) -> str:
    """`E012 某公司.ics`: the number makes it unique and keeps it from being a name Windows reserves.

    Cut to 60 characters and 150 bytes of UTF-8, since most systems stop at 255.
    """
    text = unicodedata.normalize("NFC", " ".join(_FORBIDDEN.sub("-", name).split()))[:_LONGEST]
    text = text.encode("utf-8")[:_BYTES].decode("utf-8", errors="ignore").rstrip(" .")
    return f"{number} {text}{suffix}" if text else f"{number}{suffix}"
