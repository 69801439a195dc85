"""The two languages of the pages: Chinese, which the texts are written in, and English by gettext catalogues."""

import functools
import io
from enum import StrEnum
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

__all__ = ["COOKIE", "Language", "catalogue", "language_of"]

COOKIE = "lang"
"""Of the browser; holds nothing but the language."""


class Language(StrEnum):
    """A language that pages are shown in."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


def language_of(cookie: str | None) -> Language:
    """Chinese unless the visitor chose otherwise."""
    return Language.ENGLISH if cookie == Language.ENGLISH else Language.CHINESE


@functools.cache
def catalogue(language: Language) -> Translations:
    """All catalogues of a language as one; `locale/en/*.po`, one for each part of the pages.

    Raises:
        ValueError: a catalogue cannot be read.
    """
    whole = Translations()
    if language is Language.CHINESE:
        return whole
    folder = files("api.web") / "locale" / language.value
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".po"):
            catalog = read_po(io.BytesIO(entry.read_bytes()), abort_invalid=True)
            compiled = io.BytesIO()
            write_mo(compiled, catalog)
            compiled.seek(0)
            whole.merge(Translations(compiled))
    return whole
