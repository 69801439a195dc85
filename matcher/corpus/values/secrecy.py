"""密级: state secrets may not enter this system at all."""

import re
from enum import StrEnum
from functools import lru_cache

from matcher.corpus.values.plain import plain
from matcher.text.normalize import normalize

__all__ = ["Secrecy", "has_secret_label", "has_secret_mark", "is_secret_word", "parse_secrecy"]


class Secrecy(StrEnum):
    """What a 密级 cell means for us."""

    NONE = "none"
    TRADE_SECRET = "trade_secret"  # noqa: S105
    INTERNAL = "internal"
    STATE_SECRET = "state_secret"  # noqa: S105


_NONE = re.compile(
    r"(?:无|否|非密|非涉密|不涉密|不涉及.*|未定密|无密级|非密级|公开|不保密|完全公开|普通|一般|不是|false|no?|none|n/?a|public|unclassified|0|[-—/\\]+)(?:级|件)?"
)
_TRADE = re.compile(r"商业秘密|商密|技术秘密|企业秘密|公司秘密|保密|trade")
_STATE = re.compile(r"绝密|机密|秘密|国家|涉密|(?<!un)classified|secret|confidential")
_INTERNAL = re.compile(r"内部|限制|受控|敏感|internal|restricted")
# The official form of the mark: 机密★10年.
_MARK = re.compile(r"(?:绝密|机密|秘密)\s*[★☆]")
_LEVEL = r"(?:(?:国家)?(?:绝密|机密|秘密)级?|涉密|top[-_]?secret|secret|confidential|classified)"
_WORD = re.compile(_LEVEL + r"(?:[^\w].*|\d+年)?")
_LABEL = rf"[\[【(〔{{<《〈「『]{_LEVEL}(?:\W?(?:\d+年|长期))?[\]】)〕}}>》〉」』]"
_LABELLED = re.compile(rf"\W*{_LABEL}|.*{_LABEL}\W*$", re.DOTALL)


@lru_cache(maxsize=5_000)
def parse_secrecy(text: str) -> Secrecy:
    """Read a 密级 cell. What is not understood counts as a state secret: refusing is the only safe mistake."""
    cell = plain(text)
    if not text.strip() or _NONE.fullmatch(cell):
        return Secrecy.NONE
    trade = _TRADE.search(cell) is not None
    if _STATE.search(_TRADE.sub("", cell)):
        return Secrecy.STATE_SECRET
    if trade:
        return Secrecy.TRADE_SECRET
    return Secrecy.INTERNAL if _INTERNAL.search(cell) else Secrecy.STATE_SECRET


def has_secret_mark(text: str) -> bool:
    """Tell whether a text bears the official mark of a state secret (机密★)."""
    return ("★" in text or "☆" in text) and _MARK.search(text) is not None


@lru_cache(maxsize=5_000)
def is_secret_word(text: str) -> bool:
    """Tell whether a cell is a level of state secrecy and nothing else (机密, SECRET)."""
    return _WORD.fullmatch(plain(text)) is not None


def has_secret_label(title: str) -> bool:
    """Tell whether a title begins or ends with a level in brackets (【机密】, （秘密）)."""
    return _LABELLED.match(normalize(title).replace(" ", "").lower()) is not None
