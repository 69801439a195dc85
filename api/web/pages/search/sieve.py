"""Filters with their counts: of each group, how many records hold a value if the other groups stay as they are."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.schemas.matching import FacetOut, FacetsBody
from api.web.pages.search.asked import Asked, FilterError
from api.web.visit import Visit

__all__ = ["Choice", "Group", "Sieve", "sieve_of"]

Facets = dict[str, list[FacetOut]]
_COUNTED = ("plan", "region", "modes")
_MOST = 8
_CODE = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen; `count` None where it is not known."""

    value: str
    name: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A filter; `more` are the rarer values."""

    name: str
    choices: tuple[Choice, ...]
    more: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Sieve:
    """All filters, how many records hold each level of readiness, and the names of what is chosen."""

    groups: tuple[Group, ...] = ()
    levels: tuple[FacetOut, ...] = ()
    fault: str = ""


async def sieve_of(visit: Visit, asked: Asked) -> Sieve:
    """Count. A group that is in use is counted without itself, so that its other values can be added.

    Raises:
        RefusedError: the API refuses.
    """
    used = [name for name in _COUNTED if asked.values(name)]
    try:
        bodies = [FacetsBody(side=asked.side, filters=one.filters()) for one in (asked, *map(asked.without, used))]
    except FilterError as error:
        return Sieve(tuple(_group(asked, name, ()) for name in _COUNTED), fault=str(error))
    found = await asyncio.gather(*(visit.api.ask(Facets, "/facets", body) for body in bodies))
    of_group: Mapping[str, Facets] = dict(zip(used, found[1:], strict=True))
    groups = tuple(_group(asked, name, of_group.get(name, found[0]).get(name, ())) for name in _COUNTED)
    levels = sorted(found[0].get("trl", ()), key=lambda facet: facet.value)
    return Sieve(groups, tuple(levels))


def _group(asked: Asked, name: str, facets: Iterable[FacetOut]) -> Group:
    counted = _places(facets) if name == "region" else list(facets)
    chosen = asked.values(name)
    known = {facet.value for facet in counted} | {facet.name for facet in counted}
    missing = [Choice(value, value, None, chosen=True) for value in chosen if value not in known]
    listed = [
        Choice(facet.value, facet.name, facet.count, chosen=facet.value in chosen or facet.name in chosen)
        for facet in counted
    ]
    shown = [choice for at, choice in enumerate(listed) if at < _MOST or choice.chosen]
    rest = [choice for choice in listed if choice not in shown]
    return Group(name, tuple(missing + shown), tuple(rest))


def _places(facets: Iterable[FacetOut]) -> list[FacetOut]:
    """Divisions with what lies below them counted in, as the filter takes them; names without a code are no filter."""
    coded: Sequence[FacetOut] = [facet for facet in facets if _CODE.fullmatch(facet.value)]
    rolled = [
        FacetOut(value=place.value, name=place.name, count=sum(f.count for f in coded if f.value.startswith(prefix)))
        for place in coded
        if (prefix := re.sub(r"(00){1,2}$", "", place.value))
    ]
    return sorted(rolled, key=lambda facet: (-facet.count, facet.value))
