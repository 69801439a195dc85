"""Templates: escaped always, in one of two languages, and failing where a name is not there."""

import datetime as dt
import functools
import hashlib
import json
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.days import china_day
from api.web import words
from api.web.languages import Language, catalogue
from api.web.nav import entries
from api.web.notices import NOTICES
from matcher.text.amounts import yuan

__all__ = ["STATIC", "environment"]

STATIC = "/static"
_CHINA = dt.timezone(dt.timedelta(hours=8))


@functools.cache
def environment(language: Language) -> Environment:
    """The environment of one language.

    In templates: `_()` translates, `visit` is the request, `static(name)` the address of a file,
    `address(path, **query)` a link. Filters: `day`, `moment` (China time), `yuan`, `percent`, `term`
    (names of codes: states, roles …), `json`.
    """
    made = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )
    translations = catalogue(language)
    made.install_gettext_callables(translations.gettext, translations.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=_static, nav=entries, notices=NOTICES, language=language, address=_address)
    made.filters.update(
        day=_day,
        moment=_moment,
        yuan=yuan,
        percent=lambda share: f"{share:.0%}",
        term=lambda code: translations.gettext(words.name_of(code)),
        json=_json,
    )
    return made


@functools.cache
def _stamp(name: str) -> str:
    return hashlib.sha256((files("api.web") / "static" / name).read_bytes()).hexdigest()[:12]


def _static(name: str) -> str:
    """The address of a static file, different as soon as it is: browsers keep it for a year."""
    return f"{STATIC}/{name}?v={_stamp(name)}"


def _address(path: str, **query: Any) -> str:
    """A path with a query of what is not empty; a list gives its name several times."""
    kept = {name: value for name, value in query.items() if value not in (None, "", [], False)}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


def _day(value: dt.date | dt.datetime | None) -> str:
    """A day in China, 2026-03-01; nothing for nothing."""
    if value is None:
        return ""
    return (china_day(value) if isinstance(value, dt.datetime) else value).isoformat()


def _moment(value: dt.datetime | None) -> str:
    """To the minute, in China."""
    return "" if value is None else f"{value.astimezone(_CHINA):%Y-%m-%d %H:%M}"


def _json(value: Any) -> Markup:
    """Data for a `<script type="application/json">`: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # Every character that HTML would read was replaced just above.
    return Markup(text)  # noqa: S704
