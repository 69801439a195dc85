"""The classifications a record can be put in: codes, names, and words that speak for each class."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from matcher.corpus.values.industry import industries
from matcher.records import Scheme

__all__ = ["Category", "background", "categories", "platform_field"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One class; `description` may be empty, `keywords` are in order of importance."""

    code: str
    name: str
    description: str = ""
    keywords: tuple[str, ...] = ()


@lru_cache(maxsize=len(Scheme))
def categories(scheme: Scheme) -> Mapping[str, Category]:
    """Code → class, in the order of the scheme: 19 plan fields, 8 high-tech fields, or 97 divisions (A01–T97)."""
    file = {Scheme.PLAN: "plan.tsv", Scheme.HIGHTECH: "hightech.tsv", Scheme.INDUSTRY: "divisions.tsv"}[scheme]
    found = {}
    for row in csv.DictReader(_lines(file), delimiter="\t"):
        found[row["code"]] = Category(
            code=row["code"],
            name=row.get("name") or industries()[row["code"]],
            description=row.get("description") or "",
            keywords=tuple(row["keywords"].split()),
        )
    return found


@lru_cache(maxsize=1)
def background() -> tuple[str, ...]:
    """Texts that belong to no class: what people write about other things, or without saying anything."""
    return tuple(_lines("background.txt"))


def platform_field(stated: str) -> str | None:
    """The high-tech field that covers a market's own field (现代农业-节水灌溉 → H8); None for one not listed."""
    fitting = [(len(text), code) for text, code in _platform_fields() if stated.startswith(text)]
    return max(fitting)[1] if fitting else None


@lru_cache(maxsize=1)
def _platform_fields() -> tuple[tuple[str, str], ...]:
    rows = csv.DictReader(_lines("platform_fields.tsv"), delimiter="\t")
    return tuple((row["stated"], row["code"]) for row in rows)


def _lines(name: str) -> list[str]:
    text = resources.files("matcher.corpus.taxonomy").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
