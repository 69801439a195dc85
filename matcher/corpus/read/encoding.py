"""Bytes → text, with the encoding proved by the file's own headings where the bytes cannot prove it.

UTF-8 proves itself. GB18030 does not: it accepts Big5 bytes and yields garbage without an error, so GB18030 and Big5
are believed only when a Chinese heading comes out of them. Statistics decide last.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from matcher.corpus.read.base import IsHeading
from matcher.corpus.read.faults import bad_file
from matcher.errors import FileFormatError

__all__ = ["Decoded", "decode"]

# Headings are looked for here; enough for title rows and a wide header.
_HEAD_CHARS = 20_000
_LONGEST_HEADING = 40
_SEPARATORS = re.compile(r"[,;|\t\r\n\"'“”{}\[\]:<>=/]+")
_CJK = re.compile("[\u4e00-\u9fff]")
# Windows' Big5 (cp950) before the Hong Kong superset: they disagree on a few signs.
_LEGACY = ("gb18030", "cp950", "big5hkscs")
_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "cp950": "Big5", "big5hkscs": "Big5（香港字）"}
_ACTION = "请用 Excel 或 WPS 打开确认文字正常，另存为“CSV UTF-8”或 .xlsx 后重试"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, the codec that gave it, and what had to be guessed."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(path: Path, data: bytes, is_heading: IsHeading) -> Decoded:
    """Decode a text file.

    Raises:
        FileFormatError: no encoding fits (the offset of the first bad byte is named), or NUL bytes.
    """
    decoded = _by_mark(path, data) or _unmarked_utf16(data, is_heading) or _eight_bit(path, data, is_heading)
    if "\x00" in decoded.text:
        line = decoded.text.count("\n", 0, decoded.text.index("\x00")) + 1
        problem = f"第 {line} 行含有 NUL 字节，文件多半已损坏或不是文本"
        raise bad_file(path, problem, "请从原系统重新导出，或另存为 .xlsx 后重试")
    return decoded


def _by_mark(path: Path, data: bytes) -> Decoded | None:
    if data.startswith(b"\xef\xbb\xbf"):
        codec, name = "utf-8-sig", "UTF-8"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec, name = "utf-16", "UTF-16"
    else:
        return None
    try:
        return Decoded(data.decode(codec), codec)
    except UnicodeDecodeError as error:
        raise _undecodable(path, data, name, error) from error


def _unmarked_utf16(data: bytes, is_heading: IsHeading) -> Decoded | None:
    # Separators and line ends put NULs on one side of each pair: on the odd side when little-endian.
    if b"\x00" not in data:
        return None
    for codec in ("utf-16-le", "utf-16-be"):
        text = _strict(data, codec)
        if text is not None and any(is_heading(word) for word in _words(text)):
            return Decoded(text, codec, ("文件没有字节序标记，按 UTF-16 读取。",))
    return None


def _eight_bit(path: Path, data: bytes, is_heading: IsHeading) -> Decoded:
    text = _strict(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8")
    scores: dict[str, int] = {}
    for codec in _LEGACY:
        text = _strict(data, codec)
        if text is not None:
            scores[codec] = _confirmations(text, is_heading)
    best = max(scores, key=scores.__getitem__, default=None)
    if best is not None and scores[best]:
        return Decoded(data.decode(best), best)
    _refuse_damaged(path, data, is_heading)
    guess = _by_statistics(data, list(scores))
    if guess is None:
        raise _undecodable(path, data, "UTF-8", _first_error(data, "utf-8"))
    note = f"没有中文列名可以印证编码，按 {_NAMES[guess]} 读取，请核对文字是否正常。"
    return Decoded(data.decode(guess), guess, (note,))


def _refuse_damaged(path: Path, data: bytes, is_heading: IsHeading) -> None:
    # One bad byte must not send a UTF-8 file to an encoding that accepts anything.
    for codec in ("utf-8", *_LEGACY):
        error = _first_error(data, codec)
        if error is not None and _confirmations(data.decode(codec, "replace"), is_heading):
            raise _undecodable(path, data, _NAMES[codec], error) from error


def _by_statistics(data: bytes, codecs: list[str]) -> str | None:
    if not codecs:
        return None
    best = from_bytes(data[: 4 * _HEAD_CHARS], cp_isolation=codecs).best()
    return best.encoding if best is not None and best.encoding in codecs else None


def _words(text: str) -> list[str]:
    return [word for part in _SEPARATORS.split(text[:_HEAD_CHARS]) if 0 < len(word := part.strip()) <= _LONGEST_HEADING]


def _confirmations(text: str, is_heading: IsHeading) -> int:
    # ASCII headings such as `id` read the same in every candidate and prove nothing.
    return len({word for word in _words(text) if _CJK.search(word) and is_heading(word)})


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _first_error(data: bytes, codec: str) -> UnicodeDecodeError | None:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return error
    return None


def _undecodable(path: Path, data: bytes, name: str, error: UnicodeDecodeError | None) -> FileFormatError:
    start = error.start if error is not None else 0
    line = data.count(b"\n", 0, start) + 1
    return bad_file(path, f"第 {line} 行（字节偏移 {start}）有不能按 {name} 解码的字节 0x{data[start]:02X}", _ACTION)
