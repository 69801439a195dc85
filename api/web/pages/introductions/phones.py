"""Telephone numbers in a contact line, to be called with a tap."""

import re
from collections.abc import Iterator

__all__ = ["dialled"]

# A mobile, a landline with its area code, or a 400/800 number, spaced or hyphenated; an extension is dialled by hand.
_NUMBER = re.compile(
    r"(?<![\d-])(?:\+?86[\s-]?)?"
    r"(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}[\s—–-]?\d{3,4}[\s-]?\d{4}|\(0\d{2,3}\)\s?\d{7,8}"
    r"|[48]00[\s-]?\d{3,4}[\s-]?\d{3,4})(?!\d)"
)


# One character for one, so that the pieces are those of the line as it was written.
_NARROW = str.maketrans("０１２３４５６７８９－（）＋", "0123456789-()+")


def dialled(contact: str) -> Iterator[tuple[str, str]]:
    """The line in pieces (text, number): number is what a telephone dials, "" where the text is none."""
    at = 0
    for found in _NUMBER.finditer(contact.translate(_NARROW)):
        if found.start() > at:
            yield contact[at : found.start()], ""
        digits = re.sub(r"\D", "", found[0])
        # China's own prefix is left out: inside the country it is not needed.
        yield (
            contact[found.start() : found.end()],
            digits[2:] if digits.startswith("86") and len(digits) > 11 else digits,
        )
        at = found.end()
    if at < len(contact):
        yield contact[at:], ""
