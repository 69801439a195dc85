"""Every text of the pages has an English one."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from api.access.roles import Role
from api.web import words
from api.web.languages import Language, catalogue
from api.web.nav import entries
from api.web.notices import NOTICES

WEB = Path(words.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.html": {"silent": "false", "extensions": "jinja2.ext.i18n,jinja2.ext.loopcontrols"}}


def literals() -> Iterator[str]:
    for _, _, message, _, _ in extract_from_dir(WEB, METHODS, OPTIONS, keywords=KEYWORDS):
        yield message if isinstance(message, str) else message[0]


def codes() -> Iterator[str]:
    yield from (name for _, name in words.NAMES)
    yield from NOTICES.values()
    for role in Role:
        yield from (entry.name for entry in entries(role))


def test_no_text_is_translated_in_two_ways() -> None:
    told: dict[str, dict[str, str]] = {}
    for path in sorted((WEB / "locale" / "en").glob("*.po")):
        for message in read_po(path.open("rb")):
            if message.id:
                told.setdefault(str(message.id), {})[str(message.string)] = path.name
    twice = {text: english for text, english in told.items() if len(english) > 1}
    assert not twice, "\n".join(map(str, twice.items()))


def test_every_text_is_translated() -> None:
    english = catalogue(Language.ENGLISH)
    missing = sorted({text for text in (*literals(), *codes()) if english.gettext(text) == text and not text.isascii()})
    assert not missing, "\n".join(missing)
