"""Cell values → the text that a person would type, exactly."""

import datetime as dt
import re
from decimal import Decimal

__all__ = ["EXACT_DIGITS", "UNCALCULATED", "cell_text", "clean_text", "column_letters", "is_error_text", "number_text"]

EXACT_DIGITS = 15
"""Excel stores numbers with 15 significant digits; a longer number lost its last digits when it was typed."""

UNCALCULATED = "公式未计算"
"""Error text of a formula whose result was never saved (a file written by a program and never opened in Excel)."""

# Everything Excel, WPS or LibreOffice shows in place of a result.
_ERROR = re.compile(
    r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|GETTING_DATA)|Err:\d{3}"
)
# NUL and lone surrogates survive in JSON escapes and old workbooks but can be written to no file.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def is_error_text(text: str) -> bool:
    """Tell whether a cell shows a spreadsheet error instead of a value."""
    return text.startswith(("#", "Err:")) and _ERROR.fullmatch(text) is not None


def clean_text(text: str) -> str:
    """Replace characters that no output file can hold by U+FFFD, which is visible."""
    return _UNWRITABLE.sub("\ufffd", text)


def number_text(value: float) -> str:
    """Write a number without exponent or trailing `.0`, with the 15 digits a spreadsheet shows.

    Whole numbers beyond 15 digits keep every digit that is stored.
    """
    whole = isinstance(value, int) or value.is_integer()
    digits = repr(value) if whole else f"{value:.{EXACT_DIGITS}g}"
    text = format(Decimal(digits), "f")
    return "0" if value == 0 else text.removesuffix(".0")


def cell_text(value: object) -> str:
    """Write one value of a workbook as text: dates in ISO form, durations as `h:mm:ss`, booleans as shown."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return "" if value is None else clean_text(str(value))


def column_letters(index: int) -> str:
    """Name a 0-based column as spreadsheet programs do: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
